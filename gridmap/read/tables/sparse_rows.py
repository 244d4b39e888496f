"""Rows of an office table that are short and stand at its end, taken back from among its notes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from gridmap.model.faults import FaultKind
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.read.tables.row_kinds import kinds_of_rows
from gridmap.read.tables.sheets import column_letters

_LONGEST: Final = 16
"""Characters that a name, a number or a code with its name may take."""
_STOPS: Final = re.compile(r"[。;:!?]|[.](?:\s|$)")


def with_sparse_rows(table: OfficeTable, letters: Collection[str]) -> OfficeTable:
    """The table with its last short rows as data, where they fill columns that are known.

    Words below the last full row are taken for a note, and so is a row that somebody added with two or three
    cells filled. A note stands in the leftmost column, or in one that means nothing, or is one sentence.

    Args:
        table: as it was read.
        letters: of the columns that mean something.
    """
    if table.heading_rows is None or not table.given:
        return table
    width = [column_letters(position) for position in range(len(table.given[0]))]
    known = set(letters) - {min(table.headings, key=width.index, default="")}
    headings = [table.headings.get(letter, "") for letter in width]
    found = {
        fault.row: list(table.given[fault.row - 1])
        for fault in table.faults
        if fault.kind is FaultKind.NOTE_ROW and fault.row is not None
    }
    taken = {
        row: cells
        for row, cells in found.items()
        if any(text and letter in known for letter, text in zip(width, cells, strict=True))
        and not _is_sentence(cells)
        # A row that says by its words that it is a note stays one.
        and kinds_of_rows([cells], headings) == [None]
    }
    if not taken:
        return table
    anchors = dict(table.anchors) | _filled_down(table, taken, width)
    rows = pd.DataFrame(list(taken.values()), index=list(taken), columns=table.frame.columns, dtype=object)
    kept = tuple(fault for fault in table.faults if fault.row not in taken)
    return replace(table, frame=pd.concat([table.frame, rows]).sort_index(), anchors=anchors, faults=kept)


def _is_sentence(cells: Sequence[str]) -> bool:
    """Whether a row is one cell, or one merged over several, with more than a name or a number in it."""
    texts = {text for text in cells if text}
    return len(texts) == 1 and all(len(text) > _LONGEST or _STOPS.search(text) for text in texts)


def _filled_down(
    table: OfficeTable, rows: dict[int, list[str]], width: list[str]
) -> dict[tuple[int, str], int]:
    """Repeat the values of merged cells in rows; where each comes from."""
    anchors = {}
    for area in table.merged:
        if area.top >= len(table.given) or area.left >= len(width):
            continue
        text = table.given[area.top][area.left]
        for row, cells in rows.items():
            if text and area.top < row - 1 <= area.bottom:
                cells[area.left] = text
                anchors[row, width[area.left]] = area.top + 1
    return anchors
