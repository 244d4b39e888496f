"""Tables as offices make them, turned into frames of plain texts in which every cell knows its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Final

import pandas as pd

from gridmap.errors import LayerChoiceError, UnreadableFileError
from gridmap.messages import Message, msg, msg_n
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.read.tables.headings import find_headings
from gridmap.read.tables.row_kinds import kinds_of_rows
from gridmap.read.tables.sheets import (
    USUAL_LIMITS,
    Cell,
    Merged,
    RawSheet,
    TableLimits,
    column_letters,
    read_sheets,
)
from gridmap.read.values.texts import tidy_lines, tidy_text

_SHOWN: Final = 40


@dataclass(frozen=True)
class OfficeTable:
    """One sheet.

    Attributes:
        file, sheet: where it is; a CSV file has one sheet without a name.
        heading_rows: the first and last row of its headings as a spreadsheet numbers them; None without any.
        headings: by column letter; columns without one are left out.
        frame: the rows that are data, as texts with their line breaks; the index is a row's number in the
            sheet, the columns are letters. Merged cells repeat their value downwards, and nothing else does.
        anchors: the first row of the merged cells that a repeated cell has its value from.
        faults: the rows that are no data: totals, notes, headings printed again.
        given, merged: the sheet as it was, for marking faults in it.
        without_value: cells, by row number and column letter, whose formula has no value; they are empty.
        encoding, encoding_found_by, delimiter: of a text file.
    """

    file: str
    sheet: str
    heading_rows: tuple[int, int] | None
    headings: Mapping[str, str]
    frame: pd.DataFrame
    anchors: Mapping[tuple[int, str], int]
    faults: tuple[Fault, ...] = ()
    given: tuple[tuple[str, ...], ...] = ()
    merged: tuple[Merged, ...] = ()
    encoding: str = ""
    encoding_found_by: str = ""
    delimiter: str = ""
    without_value: frozenset[tuple[int, str]] = frozenset()

    @property
    def rows(self) -> int:
        """Rows of data."""
        return len(self.frame)

    @property
    def summary(self) -> Message:
        """The sheet with its counts, for choosing one."""
        if self.heading_rows is None:
            return msg("{sheet}: no headings found", sheet=self.sheet or "1")
        return msg_n(
            "{sheet}: {n} row, {columns} columns, headings in row {row}",
            "{sheet}: {n} rows, {columns} columns, headings in row {row}",
            n=self.rows,
            sheet=self.sheet or "1",
            columns=len(self.headings),
            row=str(self.heading_rows[1]),
        )

    def column(self, heading: str) -> str | None:
        """The letter of the column with a heading."""
        return next((letter for letter, text in self.headings.items() if text == heading), None)

    def cell(self, row: int, letter: str) -> str:
        """The place of a value as a spreadsheet names it: that of the merged cells where it was repeated."""
        return f"{letter}{self.anchors.get((row, letter), row)}"

    def fault_at(
        self,
        row: int,
        letter: str,
        *,
        kind: FaultKind,
        message: Message,
        outcome: Outcome,
        value: str,
        done: Message | None = None,
        remains: Message | None = None,
    ) -> Fault:
        """A fault of a cell; of a whole row where `letter` is empty. See `Fault` for the arguments."""
        return Fault(
            kind=kind,
            message=message,
            outcome=outcome,
            file=self.file,
            layer=self.sheet,
            row=row,
            column=self.headings.get(letter, ""),
            cell=self.cell(row, letter) if letter else "",
            value=value,
            done=done,
            remains=remains,
        )


def read_office_tables(
    path: Path, limits: TableLimits = USUAL_LIMITS, *, encoding: str | None = None
) -> tuple[OfficeTable, ...]:
    """All visible sheets of a file that are not empty; arguments and refusals as of `read_sheets`.

    Raises:
        UnreadableFileError: no such file, another kind of file, damage, more than the limits allow, or
            nothing in it.
    """
    sheets = read_sheets(path, limits, encoding=encoding)
    filled = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    if not filled:
        raise UnreadableFileError(msg("{file}: there is nothing in it.", file=path.name))
    return tuple(office_table(path.name, sheet) for sheet in filled)


def choose_table(tables: Sequence[OfficeTable], sheet: str | None = None) -> OfficeTable:
    """The sheet named, else the only one with headings and rows; there must be a sheet.

    Raises:
        LayerChoiceError: there is none such, or several and none is named; all are told with their counts.
        UnreadableFileError: no sheet has rows below headings.
    """
    if sheet is None:
        fitting = [table for table in tables if table.heading_rows and table.rows]
    else:
        fitting = [table for table in tables if table.sheet == sheet]
    if len(fitting) == 1:
        return fitting[0]
    if sheet is None and not fitting:
        raise UnreadableFileError(_without_rows(tables))
    told = [table.summary for table in tables]
    raise LayerChoiceError(msg("{file}: name one of its sheets: {sheets}.", file=tables[0].file, sheets=told))


def _without_rows(tables: Sequence[OfficeTable]) -> Message:
    """What is said of a file whose sheets have nothing to be read."""
    file = tables[0].file
    if len(tables) > 1:
        told = [table.summary for table in tables]
        return msg("{file}: no sheet has rows below headings: {sheets}.", file=file, sheets=told)
    rows = tables[0].heading_rows
    if rows is None:
        return msg("{file}: no row looks like headings. Write one above the rows.", file=file)
    return msg("{file}: there are no rows below the headings in row {row}.", file=file, row=str(rows[1]))


def office_table(file: str, sheet: RawSheet) -> OfficeTable:
    """A sheet as it was read, turned into a table."""
    width = sheet.width
    lines = [[_text(cell) for cell in row] + [""] * (width - len(row)) for row in sheet.rows]
    grid = [[tidy_text(text) for text in row] for row in lines]
    merged = [area for area in sheet.merged if area.left < width and area.top < len(grid)]
    found = find_headings(grid, merged)
    table = _unread(file, sheet, lines)
    if found is None:
        return replace(table, faults=(*table.faults, _no_headings(file, sheet.name)))
    start = found.last + 1
    kinds = kinds_of_rows(grid[start:], found.texts)
    unknown = _without_value(sheet, merged)
    in_use = {row for row, texts in enumerate(grid) if any(texts)} | {row for row, _ in unknown}
    data = {start + place for place, kind in enumerate(kinds) if kind is None} & in_use
    letters = [column_letters(column) for column in range(width)]
    anchors = _fill_down(lines, merged, data, letters)
    headings = {letter: text for letter, text in zip(letters, found.texts, strict=True) if text}
    kept = sorted(data)
    frame = pd.DataFrame(
        [lines[row] for row in kept], index=[row + 1 for row in kept], columns=letters, dtype=object
    )
    left_out = [
        _left_out(file, sheet.name, start + place, kind, lines[start + place])
        for place, kind in enumerate(kinds)
        if kind is not None
    ]
    return replace(
        table,
        heading_rows=(found.first + 1, found.last + 1),
        headings=headings,
        frame=frame,
        anchors=anchors,
        faults=(*table.faults, *left_out),
        without_value=frozenset((row + 1, column_letters(column)) for row, column in unknown),
    )


def _unread(file: str, sheet: RawSheet, lines: Sequence[Sequence[str]]) -> OfficeTable:
    """A sheet of which neither headings nor rows are known yet."""
    return OfficeTable(
        file,
        sheet.name,
        heading_rows=None,
        headings={},
        frame=pd.DataFrame(),
        anchors={},
        faults=tuple(_encoding_faults(file, sheet)),
        given=tuple(tuple(line) for line in lines),
        merged=sheet.merged,
        encoding=sheet.encoding,
        encoding_found_by=sheet.encoding_found_by,
        delimiter=sheet.delimiter,
    )


def _no_headings(file: str, sheet: str) -> Fault:
    return Fault(
        FaultKind.NO_HEADINGS,
        msg("no row looks like headings"),
        Outcome.ASKED,
        file=file,
        layer=sheet,
        remains=msg("Write one row of headings above the rows."),
    )


def _without_value(sheet: RawSheet, merged: Sequence[Merged]) -> set[tuple[int, int]]:
    """The cells whose formula has no value, and those merged with one, which would repeat it."""
    below = {
        (row, area.left)
        for area in merged
        if (area.top, area.left) in sheet.without_value
        for row in range(area.top, area.bottom + 1)
    }
    return {*sheet.without_value, *below}


def _encoding_faults(file: str, sheet: RawSheet) -> list[Fault]:
    """What is odd about the bytes of a text file."""
    told = []
    if sheet.overruled:
        what = msg("the file says its texts are in {encoding}, but they are not", encoding=sheet.overruled)
        told.append((FaultKind.ENCODING_WRONG, what))
    if sheet.is_cut:
        told.append((FaultKind.TEXT_CUT, msg("the file ends inside a character: some of it may be missing")))
    return [Fault(kind, what, Outcome.NOTED, file=file, layer=sheet.name) for kind, what in told]


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time.min else f"{cell:%Y-%m-%d %H:%M:%S}"
    return tidy_lines(cell)


def _fill_down(
    lines: list[list[str]], merged: Sequence[Merged], data: set[int], letters: Sequence[str]
) -> dict[tuple[int, str], int]:
    """Repeat the value of merged cells in the rows of data below it; where each repeated value comes from.

    Not to the right: what is merged across is a remark, and the columns beside it have no value.
    """
    anchors = {}
    for area in merged:
        text = lines[area.top][area.left]
        for row in range(area.top + 1, min(area.bottom + 1, len(lines))):
            if row in data and text:
                lines[row][area.left] = text
                anchors[row + 1, letters[area.left]] = area.top + 1
    return anchors


def _left_out(file: str, sheet: str, row: int, kind: FaultKind, cells: Sequence[str]) -> Fault:
    what = {
        FaultKind.SUBTOTAL_ROW: msg("a row of totals, not taken as data"),
        FaultKind.NOTE_ROW: msg("a note, not taken as data"),
        FaultKind.REPEATED_HEADINGS: msg("the headings again, not taken as data"),
    }[kind]
    value = " ".join(dict.fromkeys(text for text in cells if text))
    return Fault(
        kind,
        what,
        Outcome.ROW_LEFT_OUT,
        file=file,
        layer=sheet,
        row=row + 1,
        value=value if len(value) <= _SHOWN else value[:_SHOWN] + "…",
        done=msg("left out"),
    )
