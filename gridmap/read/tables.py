"""Sheets of spreadsheets and CSV files: a row of headings, and rows of texts and dates below it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from gridmap.errors import FaultsError, LayerChoiceError
from gridmap.messages import Message, msg
from gridmap.read.sheets import USUAL_LIMITS, Cell, RawSheet, TableLimits, read_sheets
from gridmap.read.texts import heading_key, tidy_text

Known = Mapping[str, Sequence[str]]
"""Columns looked for: the spellings of each, the surest first."""

_HEADINGS_WITHIN: Final = 20
"""Rows at the top of a sheet that may hold titles and notes before the headings."""
_LEAST_KNOWN: Final = 2
"""Headings a row must have to be taken for the row of headings: one may stand in a title by chance."""
_SHOWN: Final = 12
_WHOLE_FLOAT: Final = re.compile(r"(\d+)\.0+")
_SCIENTIFIC: Final = re.compile(r"\d+(\.\d+)?E\+?\d+", re.IGNORECASE)


@dataclass(frozen=True)
class TableRow:
    """A row that is not empty. `number` is what a spreadsheet program shows beside it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A sheet.

    Attributes:
        file, sheet: where it is; a CSV file has one sheet without a name.
        headings: as they are written, tidied; empty where a column has none.
        columns: the position of each column that was looked for and is there.
        rows: those below the headings; as many cells as headings.
    """

    file: str
    sheet: str
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[TableRow, ...]

    def value(self, row: TableRow, column: str) -> Cell:
        """The cell of a row in a column that was looked for; empty text where that is not there."""
        position = self.columns.get(column)
        return "" if position is None else row.cells[position]

    @property
    def left_alone(self) -> tuple[str, ...]:
        """Headings that mean none of the columns looked for."""
        taken = set(self.columns.values())
        return tuple(text for place, text in enumerate(self.headings) if text and place not in taken)


def read_tables(path: Path, known: Known, limits: TableLimits = USUAL_LIMITS) -> tuple[Table, ...]:
    """The visible sheets of a .xlsx, .xls, .ods or .csv file that have headings of `known`.

    Numbers become texts, whole ones without a decimal point; dates become datetimes; merged cells below the
    headings repeat their value downwards. Formulas count as the values stored beside them; none is run.

    Raises:
        UnreadableFileError: no such file, another kind of file, damage, or more than the limits allow.
        FaultsError: no sheet has the headings, or one has a heading twice.
    """
    sheets = read_sheets(path, limits)
    tables, faults = [], []
    for sheet in sheets:
        rows = _tidied(sheet)
        top = _heading_row(rows, known)
        if top is None:
            faults += _why_not(sheet.name, rows)
            continue
        tables.append(_table(path.name, sheet.name, rows, top, known))
    if not tables:
        raise FaultsError(path.name, faults or [msg("there is nothing in it")])
    return tuple(tables)


def read_table(path: Path, known: Known, *, sheet: str | None = None) -> Table:
    """The sheet named, else the only one that has headings of `known`.

    Raises:
        LayerChoiceError: several fit and none is named, or there is none of that name.
        InputError: see `read_tables`.
    """
    tables = read_tables(path, known)
    fitting = [table for table in tables if sheet in (None, table.sheet)]
    if len(fitting) != 1:
        names = [table.sheet for table in tables]
        raise LayerChoiceError(msg("{file}: name one of its sheets: {sheets}.", file=path.name, sheets=names))
    return fitting[0]


def code_text(value: Cell) -> str:
    """A code as text: one that a program kept as a number loses its decimal point.

    Raises:
        ValueError: its digits are lost, as in 1.30981E+11, or it is a date.
    """
    if isinstance(value, datetime):
        raise ValueError(value.isoformat())
    if _SCIENTIFIC.fullmatch(value):
        raise ValueError(value)
    whole = _WHOLE_FLOAT.fullmatch(value)
    return whole[1] if whole else value


def _tidied(sheet: RawSheet) -> list[list[Cell]]:
    """The grid with clean texts and dates, of equal width; merged cells repeat their value downwards.

    Not to the right: what is merged across is a title, or a heading over headings, and those below count.
    """
    width = sheet.width
    rows: list[list[Cell]] = [
        [_tidy(value) for value in row] + [""] * (width - len(row)) for row in sheet.rows
    ]
    for merged in sheet.merged:
        if merged.left < width:
            for row in rows[merged.top + 1 : merged.bottom + 1]:
                row[merged.left] = rows[merged.top][merged.left]
    return rows


def _tidy(value: Cell) -> Cell:
    return value if isinstance(value, datetime) else tidy_text(value)


def _heading_row(rows: Sequence[Sequence[Cell]], known: Known) -> int | None:
    """The line that has most headings of `known`; of two such lines in a row, as merged ones, the lower."""
    spellings = {heading_key(text) for texts in known.values() for text in texts}
    counts = [
        sum(isinstance(cell, str) and heading_key(cell) in spellings for cell in row)
        for row in rows[:_HEADINGS_WITHIN]
    ]
    most = max(counts, default=0)
    if most < _LEAST_KNOWN:
        return None
    top = counts.index(most)
    while top + 1 < len(counts) and counts[top + 1] == most:
        top += 1
    return top


def _why_not(sheet: str, rows: Sequence[Sequence[Cell]]) -> list[Message]:
    """What is said of a sheet without headings; nothing of an empty one."""
    first = next((row for row in rows if any(row)), None)
    if first is None:
        return []
    return [
        msg(
            "no row of sheet {sheet} has the headings looked for; its first row is: {cells}",
            sheet=sheet or "1",
            cells=[str(cell) for cell in first if cell][:_SHOWN],
        )
    ]


def _table(file: str, sheet: str, rows: Sequence[Sequence[Cell]], top: int, known: Known) -> Table:
    headings = tuple(str(cell) for cell in rows[top])
    return Table(
        file=file,
        sheet=sheet,
        headings=headings,
        columns=_columns(file, sheet, headings, known),
        rows=tuple(
            TableRow(line + 1, tuple(row))
            for line, row in enumerate(rows)
            # Printed lists repeat their headings on each page.
            if line > top and any(row) and tuple(row) != headings
        ),
    )


def _columns(file: str, sheet: str, headings: Sequence[str], known: Known) -> dict[str, int]:
    """Where each column is, by its surest spelling.

    Raises:
        FaultsError: two columns have the same heading.
    """
    keys = [heading_key(text) for text in headings]
    columns, faults = {}, []
    for column, spellings in known.items():
        found = next((key for key in map(heading_key, spellings) if key in keys), None)
        if found is None:
            continue
        columns[column] = keys.index(found)
        if keys.count(found) > 1:
            faults.append(
                msg(
                    "sheet {sheet} has {n} columns headed {heading}; keep one",
                    sheet=sheet or "1",
                    n=keys.count(found),
                    heading=headings[columns[column]],
                )
            )
    if faults:
        raise FaultsError(file, faults)
    return columns
