"""The table job of the restricted child process: sheets of a workbook, or a CSV file, as plain values.

Loaded by path from `isolated.py`, never imported: it takes nothing from gridmap. python-calamine reads
values only; it runs no formula, opens no link and loads no macro.

Request: `{"path", "kind": "table", "format": "xlsx" | "xls" | "ods" | "csv", "out", "limits",
"most": {"rows", "columns", "sheets"}}`.
Answer: `{"file": name}` of a JSON file `[{"name", "rows": [[cell, …], …], "merged": [[top, left, bottom,
right], …]}, …]`, or `{"fault": code, "detail": text, "layers": []}`. A cell is a text, or a list of one
ISO text for a date; codes that Excel kept as numbers are whole numbers again, numbers of more digits than it
keeps stay in scientific notation.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

Grid = list[list[str | list[str]]]
_ENCODINGS = ("utf-8-sig", "gb18030")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = (",", ";", "\t", "\N{FULLWIDTH COMMA}")
_LINES_LOOKED_AT = 10
_EXACT = 10**15
"""Excel keeps 15 digits: a longer whole number has lost its last ones."""
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>/]*>[^<]")
_STRING = re.compile(rb"""\bt\s*=\s*["']str["']""")
_FORMULAS_NAMED = 5


class TableFaultError(Exception):
    """A reason not to read the table; `code` is known to the parent."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.answer: dict[str, Any] = {"fault": code, "detail": detail, "layers": []}


def read(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request."""
    path = Path(request["path"])
    try:
        sheets = _csv(path, request["most"]) if request["format"] == "csv" else _workbook(path, request)
    except TableFaultError as fault:
        return fault.answer
    (Path(request["out"]) / "table.json").write_text(json.dumps(sheets), encoding="utf-8")
    return {"file": "table.json"}


def _workbook(path: Path, request: dict[str, Any]) -> list[dict[str, Any]]:
    if request["format"] != "xls":
        _check_parts(path, request["most"])
    import python_calamine as calamine  # noqa: PLC0415 - after the limits are set

    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            visible = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == calamine.SheetTypeEnum.WorkSheet
                and sheet.visible == calamine.SheetVisibleEnum.Visible
            ]
            if len(visible) > request["most"]["sheets"]:
                raise TableFaultError("sheets", str(len(visible)))
            return [_sheet(book.get_sheet_by_name(name), request["most"]) for name in visible]
    except calamine.PasswordError as error:
        raise TableFaultError("protected") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise TableFaultError("damaged", str(error)) from error


def _sheet(sheet: Any, most: dict[str, int]) -> dict[str, Any]:
    _check_extent(sheet.total_height, sheet.total_width, most)
    rows = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = [[top, left, bottom, right] for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]
    return {"name": sheet.name, "rows": rows, "merged": merged}


def _plain(value: object) -> str | list[str]:
    """A cell's value as text, or as a list of one ISO text for a date."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, datetime):
        half = timedelta(microseconds=500_000)  # a serial number of days hits no second exactly
        return [(value + half).replace(microsecond=0).isoformat()]
    return [value.isoformat()] if isinstance(value, date) else str(value)


def _number(value: float) -> str:
    if value != value or abs(value) >= _EXACT:  # noqa: PLR0124 - not a number is unequal to itself
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)


def _check_parts(path: Path, most: dict[str, int]) -> None:
    """Refuse what a spreadsheet program never writes, and sheets too large, before they are built."""
    without_value: list[str] = []
    try:
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                if name.endswith(".xml"):
                    without_value += _check_part(name, packed.read(name), most)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise TableFaultError("damaged", str(error)) from error
    if without_value:
        more = "…" if len(without_value) > _FORMULAS_NAMED else ""
        raise TableFaultError("formulas", ", ".join(without_value[:_FORMULAS_NAMED]) + more)


def _check_part(name: str, text: bytes, most: dict[str, int]) -> list[str]:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise TableFaultError("entities", name)
    return _check_cells(text, most) if name.startswith("xl/worksheets/") else []


def _check_cells(text: bytes, most: dict[str, int]) -> list[str]:
    """Refuse a cell that lies too far out; the cells whose formula has no value beside it."""
    without_value = []
    for cell in _CELL.finditer(text):
        attributes, inside = cell.groups()
        reference = _REFERENCE.search(attributes) if inside else None
        if reference is None:
            continue
        _check_extent(int(reference[2]), _column_number(reference[1]), most)
        formula = b"<f" in inside or b":f" in inside
        if formula and not _VALUE.search(inside) and not _STRING.search(attributes):
            without_value.append((reference[1] + reference[2]).decode())
    return without_value


def _check_extent(rows: int, columns: int, most: dict[str, int]) -> None:
    if rows > most["rows"]:
        raise TableFaultError("rows")
    if columns > most["columns"]:
        raise TableFaultError("columns")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _csv(path: Path, most: dict[str, int]) -> list[dict[str, Any]]:
    text = _decode(path.read_bytes())
    if "\0" in text:
        raise TableFaultError("other_content")
    rows: Grid = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True):
            _check_extent(len(rows) + 1, len(row), most)
            rows.append(list(row))
    except csv.Error as error:
        raise TableFaultError("damaged", f"row {len(rows) + 1}: {error}") from error
    return [{"name": "", "rows": rows, "merged": []}]


def _decode(data: bytes) -> str:
    if data.startswith(_UTF16_MARKS):
        return data.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableFaultError("encoding")


def _delimiter(text: str) -> str:
    """What divides most of the first lines: Excel writes the list separator of the country."""
    lines = text.splitlines()[:_LINES_LOOKED_AT]
    return max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))
