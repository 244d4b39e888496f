"""The table job of the restricted child process: sheets of a workbook, or a CSV file, as plain values.

Loaded by path from `isolated.py`, never imported: it takes nothing from gridmap. python-calamine reads
values only; it runs no formula, opens no link and loads no macro.

Request: `{"path", "kind": "table", "format": "xlsx" | "xls" | "ods" | "csv", "out", "limits",
"most": {"rows", "columns", "sheets"}}`, for CSV with `"encoding"` too, where the reader names one.
Answer: `{"file": name}` of a JSON file `[{"name", "rows": [[cell, …], …], "merged": [[top, left, bottom,
right], …], "without_value": [[row, column], …]}, …]`, for CSV with `"encoding", "encoding_found_by",
"overruled", "is_cut", "delimiter"` too, or `{"fault": code, "detail": text, "layers": []}`. A cell is a
text, or a list of one ISO text for a date; codes that Excel kept as numbers are whole numbers again, numbers
of more digits than it keeps stay in scientific notation.
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
_UTF_8 = "UTF-8"
_MARKS = ((b"\xef\xbb\xbf", _UTF_8), (b"\xff\xfe", "UTF-16-LE"), (b"\xfe\xff", "UTF-16-BE"))
_CHINESE = re.compile("[\u4e00-\u9fff]")
_SURELY_UTF_8 = 2
"""Chinese characters of a line that is valid UTF-8: bytes of GB18030 or Big5 hardly ever give so many."""
_DIVIDERS = re.compile(rb"[,;\t\r\n]+")
_TEXTS_WEIGHED = 20_000
_DELIMITERS = (",", ";", "\t", "\N{FULLWIDTH COMMA}")
_LINES_LOOKED_AT = 10
_EXACT = 10**15
"""Excel keeps 15 digits: a longer whole number has lost its last ones."""


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
    without = _check_parts(path, request["most"]) if request["format"] != "xls" else {}
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
            sheets = [
                _sheet(book.get_sheet_by_name(name), request["most"])
                | {"without_value": without.get(name, [])}
                for name in visible
            ]
        if request["format"] == "ods":
            merged = _program("ods.py")["merged_ranges"](str(path))
            sheets = [sheet | {"merged": merged.get(sheet["name"], [])} for sheet in sheets]
    except calamine.PasswordError as error:
        raise TableFaultError("protected") from error
    except (calamine.CalamineError, OSError, ValueError, SyntaxError) as error:
        raise TableFaultError("damaged", str(error)) from error
    return sheets


def _program(name: str) -> dict[str, Any]:
    """What a file beside this one defines; found by path, as this one is."""
    return runpy.run_path(str(Path(__file__).parent / name))


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


def _check_parts(path: Path, most: dict[str, int]) -> dict[str, list[list[int]]]:
    """Refuse what a spreadsheet program never writes, and sheets too large, before they are built.

    Returns:
        By the name of a sheet its cells whose formula has no value: row and column, counted from 0.
    """
    rules = _program("formulas.py")
    without_value: dict[str, list[list[int]]] = {}
    try:
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                if name.endswith((".xml", ".xml.rels")):
                    found = _check_part(name, packed.read(name), most, rules)
                    without_value |= {name: found} if found else {}
            if not without_value:
                return {}
            parts = rules["parts_of_sheets"](packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise TableFaultError("damaged", str(error)) from error
    except KeyError as error:
        raise TableFaultError("damaged", "a part is missing") from error
    if not set(without_value) <= set(parts.values()):
        raise TableFaultError("damaged", "a sheet has no name")
    return {sheet: without_value[part] for sheet, part in parts.items() if part in without_value}


def _check_part(name: str, text: bytes, most: dict[str, int], rules: dict[str, Any]) -> list[list[int]]:
    """Refuse entities, and cells that lie too far out; the cells whose formula has no value beside it."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise TableFaultError("entities", name)
    if not name.startswith("xl/worksheets/"):
        return []
    without_value = []
    for row, column, is_without in rules["filled_cells"](text):
        _check_extent(row, column, most)
        if is_without:
            without_value.append([row - 1, column - 1])
    return without_value


def _check_extent(rows: int, columns: int, most: dict[str, int]) -> None:
    if rows > most["rows"]:
        raise TableFaultError("rows")
    if columns > most["columns"]:
        raise TableFaultError("columns")


def _csv(path: Path, request: dict[str, Any]) -> list[dict[str, Any]]:
    most: dict[str, int] = request["most"]
    text, about = _decode(path.read_bytes(), request.get("encoding"))
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
    return [{"name": "", "rows": rows, "merged": [], "without_value": [], "delimiter": delimiter} | about]


def _decode(data: bytes, named: str | None = None) -> tuple[str, dict[str, Any]]:
    """The text, and its encoding with what told it: `mark`, `zeros`, or as `encoding.py` says.

    `named` is what the reader says; a mark at the beginning is surer, where the bytes agree. Excel writes
    the mark, and other programs then append to the file as they are used to.
    """
    marked, rest = _marked(data)
    if marked:
        try:
            return rest.decode(marked), _about(marked, "mark")
        except UnicodeDecodeError:
            pass
    if b"\0" in rest:
        if marked:
            raise TableFaultError("encoding")
        return _two_byte_units(data)
    rules = _program("../files/encoding.py")
    found = rules["find_encoding"](_DIVIDERS.split(rest)[:_TEXTS_WEIGHED], named=named)
    if found.name != _UTF_8:
        _check_mixed(rest)
    for name in (found.name, *found.others):
        try:
            text, is_cut = rules["decode"](rest, name)
        except UnicodeDecodeError:
            continue
        return text, _about(name, found.found_by, marked, is_cut)
    raise TableFaultError("encoding" if named is None else "named_encoding", named or "")


def _marked(data: bytes) -> tuple[str, bytes]:
    """The encoding that a mark at the beginning tells, empty without one, and what is after it."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    return "", data


def _about(encoding: str, found_by: str, overruled: str = "", is_cut: bool = False) -> dict[str, Any]:
    return {"encoding": encoding, "encoding_found_by": found_by, "overruled": overruled, "is_cut": is_cut}


def _check_mixed(data: bytes) -> None:
    """Refuse lines in UTF-8 among others: no one encoding gives all of them."""
    utf_8, other = 0, 0
    for row, line in enumerate(data.splitlines(), 1):
        if line.isascii():
            continue
        try:
            is_utf_8 = len(_CHINESE.findall(line.decode("utf-8"))) >= _SURELY_UTF_8
        except UnicodeDecodeError:
            other = other or row
        else:
            utf_8 = utf_8 or (row if is_utf_8 else 0)
        if utf_8 and other:
            raise TableFaultError("mixed", str(max(utf_8, other)))


def _two_byte_units(data: bytes) -> tuple[str, dict[str, Any]]:
    """UTF-16 without a mark: its line breaks have zeros beside them."""
    for encoding in ("UTF-16-LE", "UTF-16-BE"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and "\n" in text:
            return text, _about(encoding, "zeros")
    raise TableFaultError("other_content")


def _delimiter(text: str) -> str:
    """What divides most of the first lines: Excel writes the list separator of the country."""
    lines = text.splitlines()[:_LINES_LOOKED_AT]
    return max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))
