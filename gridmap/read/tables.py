"""Sheets of spreadsheets and CSV files: a row of headings, and rows of texts and dates below it."""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from gridmap.errors import FaultsError, LayerChoiceError, UnreadableFileError
from gridmap.messages import Message, msg
from gridmap.read.archives import check_workbook
from gridmap.read.safe import other_content, run_isolated, too_large

Cell = str | datetime
Known = Mapping[str, Sequence[str]]
"""Columns looked for: the spellings of each, the surest first."""

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
MOST_SHEETS: Final = 30
MOST_BYTES: Final = 30 * 1024**2
_LIMITS: Final = {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "sheets": MOST_SHEETS}
_HEADINGS_WITHIN: Final = 20
"""Rows at the top of a sheet that may hold titles and notes before the headings."""
_LEAST_KNOWN: Final = 2
"""Headings a row must have to be taken for the row of headings: one may stand in a title by chance."""
_SHOWN: Final = 12
_TITLES: Final = {
    ".xlsx": "workbook (XLSX)",
    ".xls": "workbook (XLS)",
    ".ods": "workbook (ODS)",
    ".csv": "CSV table",
}
_MEMBERS: Final = {".xlsx": "xl/workbook.xml", ".ods": "content.xml"}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_BRACKETED: Final = re.compile(r"\(.*?\)|\[.*?\]")
_NO_LETTER: Final = re.compile(r"[\s_\-*::.。·/]+")
_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
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


def read_tables(path: Path, known: Known) -> tuple[Table, ...]:
    """The visible sheets of a .xlsx, .xls, .ods or .csv file that have headings of `known`.

    Numbers become texts, whole ones without a decimal point; dates become datetimes; merged cells below the
    headings repeat their value downwards. Formulas count as the values stored beside them; none is run.

    Raises:
        UnreadableFileError: no such file, another kind of file, damage, or more than the limits allow.
        FaultsError: no sheet has the headings, or one has a heading twice.
    """
    sheets = _raw_sheets(path)
    tables, faults = [], []
    for sheet in sheets:
        rows = _tidied(sheet)
        top = _heading_row(rows, known)
        if top is None:
            faults += _why_not(sheet["name"], rows)
            continue
        tables.append(_table(path.name, sheet["name"], rows, top, known))
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


def heading_key(text: str) -> str:
    """A heading as it is compared: without case, spaces, signs, and what stands in brackets."""
    return _NO_LETTER.sub("", _BRACKETED.sub("", tidy_text(text))).casefold()


def _raw_sheets(path: Path) -> list[dict[str, Any]]:
    """What the child process read: names, rows and merged ranges."""
    _recognise(path)
    ending = path.suffix.lower().removeprefix(".")
    request = {"path": str(path.resolve()), "kind": "table", "format": ending, "most": _LIMITS}
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        answer = run_isolated(path.name, request, folder)
        if "fault" in answer:
            raise UnreadableFileError(_fault_words(path, answer["fault"], str(answer["detail"])))
        sheets: list[dict[str, Any]] = json.loads((Path(folder) / answer["file"]).read_text(encoding="utf-8"))
    return sheets


def _recognise(path: Path) -> None:
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
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFileError(
            msg("{file}: larger than {most} MB. Divide it.", file=path.name, most=MOST_BYTES // 1024**2)
        )
    with path.open("rb") as file:
        head = file.read(len(_OLE))
    if ending == ".xlsx" and head == _OLE:
        raise UnreadableFileError(
            msg(
                "{file}: it is protected by a password, or an old .xls by another name. "
                "Save it as XLSX without a password.",
                file=path.name,
            )
        )
    if not _has_magic(path, ending, head):
        raise UnreadableFileError(other_content(path.name, _TITLES[ending]))


def _has_magic(path: Path, ending: str, head: bytes) -> bool:
    if ending == ".csv":
        return not head.startswith((_ZIP, _OLE[:4], b"%PDF"))
    if ending == ".xls":
        return head == _OLE
    return head.startswith(_ZIP) and check_workbook(path, _MEMBERS[ending])


def _fault_words(path: Path, fault: str, detail: str) -> Message:
    words = {
        "rows": msg(
            "{file}: a sheet has more than {most} rows. Delete the empty ones below, or divide it.",
            file=path.name,
            most=MOST_ROWS,
        ),
        "columns": msg(
            "{file}: a sheet has more than {most} columns. Delete those that are not needed.",
            file=path.name,
            most=MOST_COLUMNS,
        ),
        "sheets": msg(
            "{file}: it has more than {most} sheets. Delete those that are not needed.",
            file=path.name,
            most=MOST_SHEETS,
        ),
        "entities": msg(
            "{file}: it declares entities, which no spreadsheet program does, and is not opened.",
            file=path.name,
        ),
        "formulas": msg(
            "{file}: cells with formulas but no values ({cells}). Open it in a spreadsheet program and save "
            "it, or paste the values.",
            file=path.name,
            cells=detail,
        ),
        "protected": msg("{file}: it is protected by a password. Save it without one.", file=path.name),
        "encoding": msg(
            "{file}: its texts are neither UTF-8 nor GB18030. Save it as XLSX.",
            file=path.name,
        ),
        "damaged": msg(
            "{file}: it is damaged: {detail}. Export it again.", file=path.name, detail=detail.rstrip(".")
        ),
        "too_large": too_large(path.name),
    }
    return words.get(fault) or other_content(path.name, _TITLES[path.suffix.lower()])


def _tidied(sheet: Mapping[str, Any]) -> list[list[Cell]]:
    """The grid with clean texts and dates, of equal width; merged cells repeat their value downwards.

    Not to the right: what is merged across is a title, or a heading over headings, and those below count.
    """
    width = max((len(row) for row in sheet["rows"]), default=0)
    rows: list[list[Cell]] = [
        [_tidy(value) for value in row] + [""] * (width - len(row)) for row in sheet["rows"]
    ]
    for top, left, bottom, _ in sheet["merged"]:
        if left < width:
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    return rows


def _tidy(value: str | list[str]) -> Cell:
    return datetime.fromisoformat(value[0]) if isinstance(value, list) else tidy_text(value)


def tidy_text(text: str) -> str:
    """Full-width letters as usual ones, no invisible characters, one space for many and for line breaks."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


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
