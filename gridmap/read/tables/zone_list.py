"""Lists that say which village, community or cell belongs to which zone, as offices keep them in tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gridmap.errors import FaultsError
from gridmap.messages import Message, msg, told_of, words_n
from gridmap.model.faults import Fault
from gridmap.read.tables.office_tables import OfficeTable, choose_table, read_office_tables
from gridmap.read.tables.sparse_rows import with_sparse_rows
from gridmap.read.tables.unread_texts import unread_text
from gridmap.read.values.codes import parse_code
from gridmap.read.values.numbers import NOTHING
from gridmap.read.values.parsed import RefusedValueError
from gridmap.read.values.texts import heading_key, tidy_text

_MEMBER, _ZONE, _NAME = "member", "zone", "zone_name"
_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    _MEMBER: (
        "code", "cell code", "unit code", "编码", "代码", "网格编码", "网格编号", "社区编码", "村编码",
        "区划代码", "行政区划代码", "编号", "member", "cell", "unit", "village", "community", "name", "网格",
        "网格名称", "村", "社区", "村社区", "行政村", "村名", "村名称", "社区名称", "名称",
    ),
    _ZONE: (
        "zone", "zone code", "work area", "sector", "工作区", "片区", "责任区", "管理区", "工作区编码",
        "片区编码",
    ),
    _NAME: ("zone name", "work area name", "sector name", "工作区名称", "片区名称"),
}  # fmt: skip
"""Headings looked for, the surest first."""
_SHOWN: Final = 8
_LOST: Final = words_n(
    "{n} row has a rounded number, a date or lost characters for a code (row {rows}): write text",
    "{n} rows have rounded numbers, dates or lost characters for codes (rows {rows}): write text",
)
_NAMELESS: Final = words_n(
    "{n} row names a zone but no place (row {rows}): fill it in",
    "{n} rows name a zone but no place (rows {rows}): fill them in",
)
_TWICE: Final = words_n(
    "{n} place is listed in two zones ({places}): keep one",
    "{n} places are listed in two zones ({places}): keep one each",
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
"""A cell that a workbook keeps as a date, as the reader of tables writes it."""


@dataclass(frozen=True)
class ZoneList:
    """The zone of each listed place, by the place's code or name; names of zones by zone.

    Attributes:
        faults: rows that were taken for no data, as totals and notes.
    """

    zones: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def read_zone_list(path: Path, *, sheet: str | None = None) -> ZoneList:
    """Read a list with a column of places and one of zones; rows without a zone say nothing.

    Args:
        path: .xlsx, .xls, .ods, .csv, .tsv or .txt.
        sheet: where several fit.

    Raises:
        LayerChoiceError: several sheets fit and none is named.
        UnreadableFileError: see `read_sheets`.
        FaultsError: headings are missing, a row names no place, or a place is in two zones.
    """
    tables = read_office_tables(path)
    fitting = [table for table in tables if {_MEMBER, _ZONE} <= _columns(table).keys()]
    table = choose_table(fitting or tables, sheet)
    columns = _columns(table)
    missing = [column for column in (_MEMBER, _ZONE) if column not in columns]
    if missing:
        headings = [_SPELLINGS[column][0] for column in missing]
        raise FaultsError(
            path.name,
            [msg("there is no column headed {headings} or the like; see docs/levels.md", headings=headings)],
        )
    table = with_sparse_rows(table, columns.values())
    zones, names, faults = _entries(table, columns)
    if not zones and not faults:
        faults = [msg("it names no zone at all")]
    if faults:
        raise FaultsError(path.name, faults)
    return ZoneList(zones, names, table.faults)


def _columns(table: OfficeTable) -> dict[str, str]:
    """The letter of each column that is there, by its surest spelling.

    Raises:
        FaultsError: two columns have the same heading.
    """
    keys: dict[str, list[str]] = {}
    for letter, heading in table.headings.items():
        keys.setdefault(heading_key(heading), []).append(letter)
    found = {}
    for column, spellings in _SPELLINGS.items():
        key = next((one for one in map(heading_key, spellings) if one in keys), None)
        if key is not None:
            found[column] = keys[key]
    twice = [letters for letters in found.values() if len(letters) > 1]
    if twice:
        told = [
            msg(
                "sheet {sheet} has {n} columns headed {heading}; keep one",
                sheet=table.sheet or "1",
                n=len(letters),
                heading=table.headings[letters[0]],
            )
            for letters in twice
        ]
        raise FaultsError(table.file, told)
    return {column: letters[0] for column, letters in found.items()}


def _entries(
    table: OfficeTable, columns: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str], list[Message]]:
    zones: dict[str, str] = {}
    names: dict[str, str] = {}
    nameless: list[int] = []
    lost: list[int] = []
    twice: set[str] = set()
    for number, cells in zip(table.frame.index, table.frame.to_dict("records"), strict=True):
        member, zone = (
            None
            if unread_text(table, int(number), columns[name], str(cells[columns[name]]))
            else _text(str(cells[columns[name]]))
            for name in (_MEMBER, _ZONE)
        )
        if member is None or zone is None:
            lost.append(int(number))
        elif zone and not member:
            nameless.append(int(number))
        elif zone:
            if zones.setdefault(member, zone) != zone:
                twice.add(member)
            called = tidy_text(str(cells[columns[_NAME]])) if _NAME in columns else ""
            names[zone] = names.get(zone) or called or zone
    faults = [
        *told_of(_LOST, most=_SHOWN, rows=map(str, lost)),
        *told_of(_NAMELESS, most=_SHOWN, rows=map(str, nameless)),
        *told_of(_TWICE, most=_SHOWN, places=sorted(twice)),
    ]
    return zones, names, faults


def _text(value: str) -> str | None:
    """A code or name as text; None where its digits are lost."""
    text = tidy_text(value)
    if text.casefold() in NOTHING:
        return ""
    if _DATE.fullmatch(text):
        return None
    if " " in text:  # a name, in which spaces count
        return text
    try:
        return parse_code(text).value
    except RefusedValueError:
        return None
