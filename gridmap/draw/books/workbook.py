"""Tables written as an Excel workbook: codes stay text, names never become formulas, columns fit."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gridmap.draw.looks import QUIET

Value = str | int | float | datetime | None
_NARROWEST: Final = 6
_WIDEST: Final = 44
_ROWS_LOOKED_AT: Final = 200
"""Enough to tell how wide a column is."""
_LONGEST_LIST: Final = 255
"""Characters of choices that Excel takes in a cell's rule; longer lists lie on a sheet of their own."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: a row of headings, then rows of as many values.

    Text is written as text, whatever it begins with; numbers and times keep their kind.

    Attributes:
        notes: lines above the headings, such as the moment and the revision.
        totals: a last row, apart from those that the reader sorts and filters.
        choices: values offered in the cells of a column, by its position.
        entry_rows: empty rows below that offer the choices too.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[str] = ()
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    entry_rows: int = 0
    totals: Sequence[Value] = ()


def write_workbook(sheets: Sequence[Sheet], *, created: datetime, title: str = "") -> bytes:
    """Write sheets as an XLSX file; equal sheets and moments give equal bytes.

    Source: cells that begin with = + - @ run as formulas where a program takes texts for them (domain
    notes, traps); here only `write_string` is used for text.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title, "created": created})
        bold = book.add_format({"bold": True, "bg_color": QUIET, "border": 1, "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.title[:31])
            _fill(page, sheet, bold, text)
            for column, value in enumerate(sheet.totals):
                _write(page, len(sheet.notes) + len(sheet.rows) + 1, column, value, bold)
            for column, values in sheet.choices.items():
                _offer(book, page, sheet, column, values)
    return out.getvalue()


def _fill(page: Worksheet, sheet: Sheet, bold: Format, text: Format) -> None:
    for line, note in enumerate(sheet.notes):
        page.write_string(line, 0, note)
    top = len(sheet.notes)
    for column, heading in enumerate(sheet.headings):
        page.write_string(top, column, heading, bold)
        page.set_column(column, column, _width(sheet, column), text if _is_text(sheet, column) else None)
    for line, row in enumerate(sheet.rows, start=top + 1):
        for column, value in enumerate(row):
            _write(page, line, column, value)
    page.freeze_panes(top + 1, 0)
    if sheet.rows:
        page.autofilter(top, 0, top + len(sheet.rows), len(sheet.headings) - 1)


def _write(page: Worksheet, line: int, column: int, value: Value, look: Format | None = None) -> None:
    if value is None or value == "":
        if look is not None:
            page.write_blank(line, column, None, look)
    elif isinstance(value, str):
        page.write_string(line, column, value, look)
    elif isinstance(value, datetime):
        page.write_datetime(line, column, value, look)
    else:
        page.write_number(line, column, value, look)


def _offer(
    book: xlsxwriter.Workbook, page: Worksheet, sheet: Sheet, column: int, values: Sequence[str]
) -> None:
    """Let the cells of a column offer `values`; what is not among them is warned of, not refused."""
    first = len(sheet.notes) + 1
    source: list[str] | str = list(values)
    if len(",".join(values)) > _LONGEST_LIST:
        name = f"choices {len(book.worksheets())}"
        listed = book.add_worksheet(name)
        listed.hide()
        for line, value in enumerate(values):
            listed.write_string(line, 0, value)
        source = f"='{name}'!$A$1:$A${len(values)}"
    last = first + max(len(sheet.rows) + sheet.entry_rows, 1) - 1
    rule = {"validate": "list", "source": source, "error_type": "warning"}
    page.data_validation(first, column, last, column, rule)


def _is_text(sheet: Sheet, column: int) -> bool:
    """A column without numbers or times takes typed codes as text, so that 990101001201 stays as it is."""
    values = (row[column] for row in sheet.rows[:_ROWS_LOOKED_AT])
    return not any(isinstance(value, (int, float, datetime)) for value in values)


def _width(sheet: Sheet, column: int) -> float:
    shown = [sheet.headings[column], *(_shown(row[column]) for row in sheet.rows[:_ROWS_LOOKED_AT])]
    return min(_WIDEST, max(_NARROWEST, *(_cells(value) for value in shown)) + 2)


def _shown(value: Value) -> str:
    return "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else str(value or "")


def _cells(text: str) -> int:
    """Width in characters of Latin: Chinese ones take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
