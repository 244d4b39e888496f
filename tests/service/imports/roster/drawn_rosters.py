"""Roster files over the drawn county, and how they are previewed and saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl

from gridmap.model.access import Role, User
from gridmap.model.changes import RowState
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.imports.roster.file import RosterRow
from gridmap.service.imports.saving import save_import
from gridmap.service.imports.whole_file import preview_file
from gridmap.service.people.commands import AddPerson
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from tests.store.drawn_workspace import MORNING, PLANNER, WEST

AT = MORNING
OFFICE = ("姓名", "电话", "单位", "职务", "网格编码", "职责", "开始", "结束")
NAMED = ("编号", "姓名", "手机", "单位", "网格编码", "职责")
WEST_ONLY = User("wu", "Wu", Role.PLANNER, WEST)
COMMANDER = User("co", "Co", Role.COMMANDER)


def workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    """A workbook with a table of values, headings first, for each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    book.save(path)
    return path


def look(
    cache: PlanCache,
    *rows: Sequence[object],
    headings: Sequence[str] = OFFICE,
    user: User = PLANNER,
    at: datetime = AT,
) -> ImportPreview:
    """The preview of one sheet."""
    path = workbook(cache.workspace.path.with_name("r.xlsx"), r=[headings, *rows])
    return preview_file(path, "people", cache=cache, user=user, at=at)


def states(preview: ImportPreview) -> list[str]:
    return [row.state.value for row in preview.rows]


def reason(row: RosterRow) -> str:
    assert row.state is RowState.REFUSED, row
    return str(row.reason)


def add(cache: PlanCache, *people: tuple[str, str, str, str]) -> None:
    """People as id, name, phone, sending unit."""
    edits = [AddPerson(key, name, phone, sending_unit=unit) for key, name, phone, unit in people]
    save_edits(cache.workspace, edits, reason="more", user=PLANNER, at=AT)


def save(cache: PlanCache, preview: ImportPreview, *, only_good: bool = False) -> None:
    save_import(cache.workspace, preview, reason="roster", user=PLANNER, at=AT, only_good=only_good)
