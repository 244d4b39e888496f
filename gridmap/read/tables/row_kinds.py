"""Rows of an office table that are no data: totals, notes, headings printed again on each page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import Final

from gridmap.model.faults import FaultKind
from gridmap.read.tables.headings import looks_like_data
from gridmap.read.values.texts import heading_key

_TOTAL: Final = re.compile(
    r".{0,12}?(?:小\s*计|合\s*计|总\s*计|共\s*计|累\s*计):?|(?:sub|grand )?\s*-?totals?:?", re.IGNORECASE
)
_TOTAL_WITHIN: Final = 4
"""Filled cells, from the left, one of which may say that the row is one of totals."""
_NOTE: Final = re.compile(
    r"(?:备?注|说明|附注|填表说明|填报说明|填表要求|填表人|制表人?|制表单位|填报人|填报单位|填报时间|填表日期|填报日期|审核人?|审批人?|"
    r"联系人|联系电话|单位负责人|主要负责人|负责人签字|签字|盖章|单位\(盖章\)|日期|数据来源|截至|统计时间|notes?|remarks?|source)"
    r"\s*\d*\s*(?::.*|\(.*\).*)|(?:注|说明)|\*.*|(?:以上|以下)(?:为|均|数据).*",
    re.IGNORECASE | re.DOTALL,
)
_SPARSE: Final = 1 / 3
_FULL: Final = 2 / 3
_LEAST_WIDTH: Final = 4


def kinds_of_rows(rows: Sequence[Sequence[str]], headings: Sequence[str]) -> list[FaultKind | None]:
    """What each row below the headings is instead of data; None for data and for empty rows.

    Loose words below the last full row are notes too: text alone, in a few cells of a table whose rows are
    full. Everything else stays a row, and is read or refused by its cells.
    """
    keys = [heading_key(text) for text in headings]
    kinds = [_kind(row, keys) for row in rows]
    for place in _loose_end(rows, kinds):
        kinds[place] = FaultKind.NOTE_ROW
    return kinds


def _kind(row: Sequence[str], keys: Sequence[str]) -> FaultKind | None:
    filled = [text for text in row if text]
    if not filled:
        return None
    if _repeats(row, keys):
        return FaultKind.REPEATED_HEADINGS
    if any(_TOTAL.fullmatch(text) for text in filled[:_TOTAL_WITHIN]):
        return FaultKind.SUBTOTAL_ROW
    # A sentence over the whole width is one cell, or the same words in all of them where they were merged.
    if _NOTE.fullmatch(filled[0]) and (len(set(filled)) == 1 or len(filled) <= len(row) / 2):
        return FaultKind.NOTE_ROW
    return None


def _repeats(row: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether a row has the headings in their columns, all of those it fills and two at least."""
    pairs = [(heading_key(text), key) for text, key in zip(row, keys, strict=True) if text]
    return len(pairs) > 1 and all(text and (text == key or key.endswith(text)) for text, key in pairs)


def _loose_end(rows: Sequence[Sequence[str]], kinds: Sequence[FaultKind | None]) -> list[int]:
    """Places of the words below the last full row of a table."""
    width = len(rows[0]) if rows else 0
    counts = [sum(map(bool, row)) for row, kind in zip(rows, kinds, strict=True) if kind is None and any(row)]
    if width < _LEAST_WIDTH or not counts or median(counts) < width * _FULL:
        return []
    found = []
    for place in range(len(rows) - 1, -1, -1):
        filled = [text for text in rows[place] if text]
        if kinds[place] is not None or not filled:
            continue
        if len(filled) > width * _SPARSE or any(map(looks_like_data, filled)):
            break
        found.append(place)
    return found
