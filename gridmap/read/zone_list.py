"""Lists that say which village, community or cell belongs to which zone, as offices keep them in tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gridmap.errors import FaultsError
from gridmap.messages import Message, msg, msg_n
from gridmap.read.sheets import Cell
from gridmap.read.tables import Table, code_text, read_table

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


@dataclass(frozen=True)
class ZoneList:
    """The zone of each listed place, by the place's code or name; names of zones by zone."""

    zones: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)


def read_zone_list(path: Path, *, sheet: str | None = None) -> ZoneList:
    """Read a list with a column of places and one of zones; rows without a zone say nothing.

    Args:
        path: .xlsx, .xls, .ods or .csv.
        sheet: where several fit.

    Raises:
        LayerChoiceError: several sheets fit and none is named.
        UnreadableFileError: see `read_tables`.
        FaultsError: headings are missing, a row names no place, or a place is in two zones.
    """
    table = read_table(path, _SPELLINGS, sheet=sheet)
    missing = [column for column in (_MEMBER, _ZONE) if column not in table.columns]
    if missing:
        headings = [_SPELLINGS[column][0] for column in missing]
        raise FaultsError(
            path.name,
            [msg("there is no column headed {headings} or the like; see docs/levels.md", headings=headings)],
        )
    zones, names, faults = _entries(table)
    if not zones and not faults:
        faults = [msg("it names no zone at all")]
    if faults:
        raise FaultsError(path.name, faults)
    return ZoneList(zones, names)


def _entries(table: Table) -> tuple[dict[str, str], dict[str, str], list[Message]]:
    zones: dict[str, str] = {}
    names: dict[str, str] = {}
    nameless: list[int] = []
    lost: list[int] = []
    twice: set[str] = set()
    for row in table.rows:
        member, zone = (_text(table.value(row, column)) for column in (_MEMBER, _ZONE))
        if member is None or zone is None:
            lost.append(row.number)
        elif zone and not member:
            nameless.append(row.number)
        elif zone:
            if zones.setdefault(member, zone) != zone:
                twice.add(member)
            names[zone] = names.get(zone) or str(table.value(row, _NAME)) or zone
    return zones, names, _faults(lost, nameless, sorted(twice))


def _text(value: Cell) -> str | None:
    """A code or name as text; None where its digits are lost."""
    try:
        return code_text(value)
    except ValueError:
        return None


def _faults(lost: list[int], nameless: list[int], twice: list[str]) -> list[Message]:
    faults = []
    if lost:
        faults.append(
            msg_n(
                "{n} row has a rounded number or a date for a code (row {rows}): write text",
                "{n} rows have rounded numbers or dates for codes (rows {rows}): write text",
                n=len(lost),
                rows=_few(lost),
            )
        )
    if nameless:
        faults.append(
            msg_n(
                "{n} row names a zone but no place (row {rows}): fill it in",
                "{n} rows name a zone but no place (rows {rows}): fill them in",
                n=len(nameless),
                rows=_few(nameless),
            )
        )
    if twice:
        faults.append(
            msg_n(
                "{n} place is listed in two zones ({places}): keep one",
                "{n} places are listed in two zones ({places}): keep one each",
                n=len(twice),
                places=_few(twice),
            )
        )
    return faults


def _few(values: list[int] | list[str]) -> list[str]:
    texts = [str(value) for value in values]
    return [*texts[:_SHOWN], "…"] if len(texts) > _SHOWN else texts
