"""The sheets of a workbook or CSV file as plain grids, read in the restricted child process."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from gridmap.errors import UnreadableFileError
from gridmap.messages import Message, msg
from gridmap.read.files.archives import check_workbook
from gridmap.read.files.child_process import run_isolated, too_large
from gridmap.read.files.encoding_faults import encoding_fault, named_encoding
from gridmap.read.files.kinds import other_content
from gridmap.read.files.limits import read_limits

Cell = str | datetime
_TITLES: Final = {
    ".xlsx": "workbook (XLSX)",
    ".xls": "workbook (XLS)",
    ".ods": "workbook (ODS)",
    ".csv": "CSV table",
    ".tsv": "CSV table",
    ".txt": "CSV table",
}
_WORDS: Final[Mapping[str, Message]] = {
    "rows": msg("{file}: a sheet has more than {most} rows. Delete the empty ones below, or divide it."),
    "columns": msg("{file}: a sheet has more than {most} columns. Delete those that are not needed."),
    "sheets": msg("{file}: it has more than {most} sheets. Delete those that are not needed."),
    "entities": msg("{file}: it declares entities, which no spreadsheet program does, and is not opened."),
    "protected": msg("{file}: it is protected by a password. Save it without one."),
    "damaged": msg("{file}: it is damaged: {detail}. Export it again."),
}
"""What is said of a fault that the child process found, by its code."""
TABLE_ENDINGS: Final = frozenset(_TITLES)
"""Endings of the files that hold tables, in small letters."""
_DELIMITED: Final = frozenset({".csv", ".tsv", ".txt"})
_MEMBERS: Final = {".xlsx": "xl/workbook.xml", ".ods": "content.xml"}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_UTF8: Final = b"\xef\xbb\xbf"
_HEAD_BYTES: Final = 1024
_LETTERS: Final = 26
_OF_TEXTS: Final = ("encoding", "encoding_found_by", "delimiter", "overruled", "is_cut")
"""What is told of text files alone."""


@dataclass(frozen=True)
class TableLimits:
    """What is read of a workbook at most; a file with more is refused with a plain message.

    `rows` and `columns` of a sheet are those of this process (`read.files.limits`) where they are None.
    """

    rows: int | None = None
    columns: int | None = None
    sheets: int = 30
    megabytes: int = 30


USUAL_LIMITS: Final = TableLimits()


@dataclass(frozen=True)
class Merged:
    """A range of merged cells, both ends included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True)
class RawSheet:
    """A visible sheet as it is: `rows[0]` is row 1. Texts are untouched; numbers are texts already.

    Attributes:
        without_value: cells, by row and column from 0, whose formula has no value; they are empty here.
        encoding, encoding_found_by, delimiter: of a text file; empty for workbooks.
        overruled: the encoding that its mark tells, where the bytes are not in it.
        is_cut: whether it ends inside a character.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[Merged, ...] = ()
    without_value: frozenset[tuple[int, int]] = frozenset()
    encoding: str = ""
    encoding_found_by: str = ""
    delimiter: str = ""
    overruled: str = ""
    is_cut: bool = False

    @property
    def width(self) -> int:
        """Cells of the longest row."""
        return max((len(row) for row in self.rows), default=0)


def read_sheets(
    path: Path, limits: TableLimits = USUAL_LIMITS, *, encoding: str | None = None
) -> tuple[RawSheet, ...]:
    """The visible sheets of a .xlsx, .xls, .ods, .csv, .tsv or .txt file. No formula, macro or link is run.

    Args:
        path: the file.
        limits: what is read at most.
        encoding: of a text file, where the reader names it; workbooks pay no heed.

    Raises:
        UnreadableFileError: no such file, another kind of file, damage, or more than the limits allow.
        InputError: an encoding that is not read.
    """
    _recognise(path, limits)
    limits = _of_process(limits)
    ending = path.suffix.lower()
    request = {
        "path": str(path.resolve()),
        "kind": "table",
        "format": "csv" if ending in _DELIMITED else ending.removeprefix("."),
        "encoding": named_encoding(encoding),
        "most": {"rows": limits.rows, "columns": limits.columns, "sheets": limits.sheets},
    }
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        answer = run_isolated(path.name, request, folder)
        if "fault" in answer:
            raise UnreadableFileError(_fault_words(path, answer["fault"], str(answer["detail"]), limits))
        plain = json.loads((Path(folder) / answer["file"]).read_text(encoding="utf-8"))
    sheets = tuple(_sheet(sheet) for sheet in plain)
    if any(_overlaps(sheet) for sheet in sheets):
        detail = msg("merged cells overlap")
        raise UnreadableFileError(
            msg("{file}: it is damaged: {detail}. Export it again.", file=path.name, detail=detail)
        )
    return sheets


def _of_process(limits: TableLimits) -> TableLimits:
    """The limits, where they leave it open with those of this process at the moment."""
    here = read_limits()
    rows = here.table_rows if limits.rows is None else limits.rows
    return replace(
        limits, rows=rows, columns=here.table_columns if limits.columns is None else limits.columns
    )


def _overlaps(sheet: RawSheet) -> bool:
    """Whether a cell is in two merged ranges, which no spreadsheet program writes.

    The ranges of a column, by their first row, must each begin below the one before.
    """
    last: dict[int, int] = {}
    for area in sorted(sheet.merged, key=lambda area: area.top):
        for column in range(area.left, min(area.right, sheet.width) + 1):
            if last.get(column, -1) >= area.top:
                return True
            last[column] = area.bottom
    return False


def column_letters(position: int) -> str:
    """What a spreadsheet program shows above a column, counted from 0: 0 is A, 26 is AA."""
    return "".join(_letters(position))[::-1]


def _letters(position: int) -> Iterator[str]:
    rest = position + 1
    while rest:
        rest, letter = divmod(rest - 1, _LETTERS)
        yield chr(ord("A") + letter)


def _sheet(plain: dict[str, Any]) -> RawSheet:
    about = {key: plain[key] for key in _OF_TEXTS if key in plain}
    rows = tuple(tuple(_cell(value) for value in row) for row in plain["rows"])
    without = frozenset((row, column) for row, column in plain["without_value"])
    # Rows at the end that show nothing are not given, and yet hold something.
    rows += ((),) * (max((row + 1 for row, _ in without), default=0) - len(rows))
    return RawSheet(plain["name"], rows, tuple(Merged(*area) for area in plain["merged"]), without, **about)


def _cell(value: str | list[str]) -> Cell:
    return datetime.fromisoformat(value[0]) if isinstance(value, list) else value


def _recognise(path: Path, limits: TableLimits) -> None:
    """Refuse what is not of a kind that is read, or not what its name says."""
    if not path.is_file():
        raise UnreadableFileError(msg("{file}: there is no such file.", file=path.name))
    ending = path.suffix.lower()
    if ending not in _TITLES:
        raise UnreadableFileError(
            msg(
                "{file}: files with this ending are not read. Give a workbook (.xlsx, .xls, .ods) or .csv.",
                file=path.name,
            )
        )
    if path.stat().st_size > limits.megabytes * 1024**2:
        raise UnreadableFileError(
            msg("{file}: larger than {most} MB. Divide it.", file=path.name, most=limits.megabytes)
        )
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if ending == ".xlsx" and head.startswith(_OLE):
        raise UnreadableFileError(
            msg(
                "{file}: it is protected by a password, or an old .xls by another name. "
                "Save it as XLSX without a password.",
                file=path.name,
            )
        )
    if not _has_magic(path, ending, head):
        raise UnreadableFileError(_what_it_is(path, ending, head))


def _what_it_is(path: Path, ending: str, head: bytes) -> Message:
    """What is said of a file that is no workbook; systems export web pages and text under such names."""
    file = path.name
    if ending == ".xls" and head.startswith(_ZIP) and check_workbook(path, _MEMBERS[".xlsx"]):
        return msg("{file}: it is a newer workbook by an old name. Rename it to end in .xlsx.", file=file)
    if ending in _DELIMITED or head.startswith((_ZIP, b"%PDF")) or b"\x00" in head or not head.strip():
        return other_content(file, _TITLES[ending])
    if head.removeprefix(_UTF8).lstrip().startswith(b"<"):
        return msg(
            "{file}: it is a web page by the name of a workbook, as many systems export tables. "
            "Open it in a spreadsheet program and save it as .xlsx.",
            file=file,
        )
    return msg(
        "{file}: it is a text table by the name of a workbook. Rename it to end in .csv, or open it in a "
        "spreadsheet program and save it as .xlsx.",
        file=file,
    )


def _has_magic(path: Path, ending: str, head: bytes) -> bool:
    if ending in _DELIMITED:
        return not head.startswith((_ZIP, _OLE[:4], b"%PDF"))
    if ending == ".xls":
        return head.startswith(_OLE)
    return head.startswith(_ZIP) and check_workbook(path, _MEMBERS[ending])


def _fault_words(path: Path, fault: str, detail: str, limits: TableLimits) -> Message:
    if fault == "too_large":
        return too_large(path.name)
    if fault in _WORDS:
        most = {"rows": limits.rows, "columns": limits.columns, "sheets": limits.sheets}.get(fault)
        return _WORDS[fault].filled(file=path.name, most=most, detail=detail.rstrip("."))
    return encoding_fault(path.name, fault, detail) or other_content(path.name, _TITLES[path.suffix.lower()])
