"""Faults of a file as a workbook: its sheets as they were given, faulty cells coloured and commented."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gridmap.draw.looks import QUIET
from gridmap.messages import Language, Message, msg, render
from gridmap.model.faults import KIND_LABELS, OUTCOME_LABELS, Fault, Outcome, fault_counts

_COLOURS: Final[Mapping[Outcome, str]] = {
    Outcome.ROW_LEFT_OUT: "#F4B6B0",
    Outcome.ASKED: "#FBDDA0",
    Outcome.REPAIRED: "#CFE6C8",
    Outcome.NOTED: "#D6E4F2",
}
"""From the gravest: the colour of a cell with several faults is that of the first of these."""
_GRAVEST: Final = tuple(_COLOURS)
_CELL: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_LONGEST_NAME: Final = 31
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_COMMENT: Final = {"x_scale": 2.0, "y_scale": 1.2, "author": "gridmap"}
_LONGEST_TEXT: Final = 32_767
"""Characters that Excel takes in a cell."""
_WIDTHS: Final = (14, 18, 9, 16, 26, 44, 16, 34, 44)


@dataclass(frozen=True)
class GivenSheet:
    """A sheet as it was read: texts, `rows[0]` is row 1; `merged` are top, left, bottom, right from 0."""

    name: str
    rows: Sequence[Sequence[str]]
    merged: Sequence[tuple[int, int, int, int]] = ()


def write_fault_workbook(
    sheets: Sequence[GivenSheet], faults: Sequence[Fault], *, language: Language, created: datetime
) -> bytes:
    """A summary with all faults, and each sheet with its faulty cells marked; the bytes of an XLSX file.

    Everything is written as text: what looks like a formula stays what was given, and nothing runs.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": render(msg("Faults"), language), "created": created})
        looks = {outcome: book.add_format(_look(colour)) for outcome, colour in _COLOURS.items()}
        names = _sheet_names([render(msg("Faults"), language), *(sheet.name for sheet in sheets)])
        _summary(book, book.add_worksheet(names[0]), faults, looks, language)
        plain = book.add_format({"num_format": "@"})
        for sheet, name in zip(sheets, names[1:], strict=True):
            own = [fault for fault in faults if fault.layer == sheet.name]
            _given(book.add_worksheet(name), sheet, faults=own, looks=looks, plain=plain, language=language)
    return out.getvalue()


def _summary(
    book: xlsxwriter.Workbook,
    page: Worksheet,
    faults: Sequence[Fault],
    looks: Mapping[Outcome, Format],
    language: Language,
) -> None:
    bold = book.add_format({"bold": True, "bg_color": QUIET, "border": 1})
    labels = {kind.value: label for kind, label in KIND_LABELS.items()}
    line = 0
    for column, heading in enumerate((msg("Kind"), msg("Faults"))):
        page.write_string(line, column, render(heading, language), bold)
    for kind, count in fault_counts(faults).items():
        line += 1
        page.write_string(line, 0, render(labels[kind], language))
        page.write_number(line, 1, count)
    line += 2
    headings = (
        msg("Kind"), msg("File"), msg("Row"), msg("Sheet or layer"), msg("Column"), msg("Value"),
        msg("Outcome"), msg("What is wrong"), msg("What remains to do"),
    )  # fmt: skip
    for column, heading in enumerate(headings):
        page.set_column(column, column, _WIDTHS[column])
        page.write_string(line, column, render(heading, language), bold)
    first = line
    for fault in faults:
        line += 1
        place = fault.cell or ("" if fault.row is None else str(fault.row))
        cells = (
            labels[fault.kind.value], fault.file, place, fault.layer, fault.column, fault.value,
            OUTCOME_LABELS[fault.outcome], fault.message, fault.remains or "",
        )  # fmt: skip
        for column, cell in enumerate(cells):
            text = render(cell, language) if isinstance(cell, Message) else cell
            page.write_string(
                line, column, text[:_LONGEST_TEXT], looks[fault.outcome] if column == 6 else None
            )
    if faults:
        page.autofilter(first, 0, line, len(headings) - 1)


def _given(
    page: Worksheet,
    sheet: GivenSheet,
    faults: Sequence[Fault],
    looks: Mapping[Outcome, Format],
    plain: Format,
    language: Language,
) -> None:
    """The sheet with what is wrong beside what was given. Faults of a whole row colour its cells."""
    cells, rows = _marks(faults)
    for number, row in enumerate(sheet.rows):
        look_of_row = _gravest(rows.get(number, ()), looks, plain)
        for column, text in enumerate(row):
            look = _gravest(cells.get((number, column), ()), looks, look_of_row)
            if text or look is not plain:
                page.write_string(number, column, text[:_LONGEST_TEXT], look)
    width = max((len(row) for row in sheet.rows), default=0)
    for top, left, bottom, right in sheet.merged:
        # Not beyond the texts: a range over all of Excel's columns would be written cell by cell.
        low, far = min(bottom, len(sheet.rows) - 1), min(right, width - 1)
        if low < top or far < left or (low, far) == (top, left):
            continue
        look = _gravest(cells.get((top, left), rows.get(top, ())), looks, plain)
        page.merge_range(top, left, low, far, "", look)
        page.write_string(top, left, _text_at(sheet, top, left), look)
    for number, marked in rows.items():
        cells.setdefault((number, _first_filled(sheet, number)), []).extend(marked)
    for (number, column), marked in sorted(cells.items()):
        page.write_comment(number, column, _told(marked, language), _COMMENT)


def _marks(
    faults: Sequence[Fault],
) -> tuple[dict[tuple[int, int], list[Fault]], dict[int, list[Fault]]]:
    """Faults by their cell, and those of whole rows, both counted from 0."""
    cells: dict[tuple[int, int], list[Fault]] = defaultdict(list)
    rows: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        if found := _CELL.fullmatch(fault.cell):
            cells[int(found[2]) - 1, _position(found[1])].append(fault)
        elif fault.row is not None:
            rows[fault.row - 1].append(fault)
    return dict(cells), dict(rows)


def _told(faults: Sequence[Fault], language: Language) -> str:
    """The comment of a cell: what is wrong, and what remains; each once."""
    lines = [text for fault in faults for text in (fault.message, fault.remains) if text is not None]
    return "\n".join(dict.fromkeys(render(line, language) for line in lines))


def _gravest(faults: Sequence[Fault], looks: Mapping[Outcome, Format], other: Format) -> Format:
    outcomes = {fault.outcome for fault in faults}
    return next((looks[outcome] for outcome in _GRAVEST if outcome in outcomes), other)


def _look(colour: str) -> dict[str, str]:
    return {"bg_color": colour, "num_format": "@"}


def _first_filled(sheet: GivenSheet, number: int) -> int:
    row = sheet.rows[number] if number < len(sheet.rows) else ()
    return next((column for column, text in enumerate(row) if text), 0)


def _text_at(sheet: GivenSheet, row: int, column: int) -> str:
    cells = sheet.rows[row] if row < len(sheet.rows) else ()
    return cells[column][:_LONGEST_TEXT] if column < len(cells) else ""


def _position(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _sheet_names(titles: Sequence[str]) -> list[str]:
    """Names that Excel takes: short, without signs, none twice whatever their case."""
    names: list[str] = []
    for number, title in enumerate(titles, start=1):
        plain = _NO_NAME.sub(" ", title).strip(" '")[:_LONGEST_NAME] or str(number - 1)
        if plain.casefold() in {name.casefold() for name in names} or plain.casefold() == "history":
            plain = f"{plain[: _LONGEST_NAME - 4]} ({number})"
        names.append(plain)
    return names
