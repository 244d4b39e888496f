"""The table job of the restricted child process: sheets of a workbook, or a CSV file, as plain values.

Loaded by path from `isolated.py`, never imported: it takes nothing from gridmap. python-calamine reads
values only; it runs no formula, opens no link and loads no macro.

Request: `{"path", "kind": "table", "format": "xlsx" | "xls" | "ods" | "csv", "out", "limits",
"most": {"rows", "columns", "sheets"}}`, for CSV with `"encoding"` too, where the reader names one.
Answer: `{"file": name}` of a JSON file `[{"name", "rows": [[cell, …], …], "merged": [[top, left, bottom,
right], …]}, …]`, for CSV with `"encoding", "encoding_found_by", "delimiter"` too, or
`{"fault": code, "detail": text, "layers": []}`. A cell is a text, or a list of one ISO text for a date; codes
that Excel kept as numbers are whole numbers again, numbers of more digits than it keeps stay in scientific
notation.
"""

from __future__ import annotations

import csv
import io
import json
import re
import runpy
import zipfile
import zlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

Grid = list[list[str | list[str]]]
_MARKS = ((b"\xef\xbb\xbf", "UTF-8"), (b"\xff\xfe", "UTF-16-LE"), (b"\xfe\xff", "UTF-16-BE"))
_DIVIDERS = re.compile(rb"[,;\t\r\n]+")
_TEXTS_WEIGHED = 20_000
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
        sheets = _csv(path, request) if request["format"] == "csv" else _workbook(path, request)
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
            sheets = [_sheet(book.get_sheet_by_name(name), request["most"]) for name in visible]
        if request["format"] == "ods":
            merged = _program("isolated_ods.py")["merged_ranges"](str(path))
            sheets = [sheet | {"merged": merged.get(sheet["name"], [])} for sheet in sheets]
    except calamine.PasswordError as error:
        raise TableFaultError("protected") from error
    except (calamine.CalamineError, OSError, ValueError, SyntaxError) as error:
        raise TableFaultError("damaged", str(error)) from error
    return sheets


def _program(name: str) -> dict[str, Any]:
    """What a file beside this one defines; found by path, as this one is."""
    return runpy.run_path(str(Path(__file__).with_name(name)))


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


def _csv(path: Path, request: dict[str, Any]) -> list[dict[str, Any]]:
    most: dict[str, int] = request["most"]
    text, encoding, found_by = _decode(path.read_bytes(), request.get("encoding"))
    if "\0" in text:
        raise TableFaultError("other_content")
    rows: Grid = []
    delimiter = _delimiter(text)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            _check_extent(len(rows) + 1, len(row), most)
            rows.append(list(row))
    except csv.Error as error:
        raise TableFaultError("damaged", f"row {len(rows) + 1}: {error}") from error
    about = {"encoding": encoding, "encoding_found_by": found_by, "delimiter": delimiter}
    return [{"name": "", "rows": rows, "merged": []} | about]


def _decode(data: bytes, named: str | None = None) -> tuple[str, str, str]:
    """The text, its encoding, and what told it: `mark`, `zeros`, or as `encoding.py` says.

    `named` is what the reader says; a mark at the beginning is surer.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding, "mark"
    if b"\0" in data:
        return _two_byte_units(data)
    rules = _program("encoding.py")
    found = rules["find_encoding"](_DIVIDERS.split(data)[:_TEXTS_WEIGHED], named=named)
    for name in (found.name, *found.others):
        try:
            return rules["decode"](data, name)[0], name, found.found_by
        except UnicodeDecodeError:
            continue
    raise TableFaultError("encoding")


def _two_byte_units(data: bytes) -> tuple[str, str, str]:
    """UTF-16 without a mark: its line breaks have zeros beside them."""
    for encoding in ("UTF-16-LE", "UTF-16-BE"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and "\n" in text:
            return text, encoding, "zeros"
    raise TableFaultError("other_content")


def _delimiter(text: str) -> str:
    """What divides most of the first lines: Excel writes the list separator of the country."""
    lines = text.splitlines()[:_LINES_LOOKED_AT]
    return max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))
