"""People out of an office's own list: merged cells, several in a cell, heads beside members, namesakes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from gridmap.errors import InputError
from gridmap.model.access import Role, User
from gridmap.model.changes import RowState
from gridmap.model.faults import FaultKind
from gridmap.read.tables.field_mapping import mapping_to_json
from gridmap.read.tables.office_tables import read_office_tables
from gridmap.service.history.changes import undo_last
from gridmap.service.imports.decisions import NEW, Decisions
from gridmap.service.imports.mapping import mapping_of_json, suggested
from gridmap.service.imports.report import report_json, report_workbook
from gridmap.service.imports.roster.file import write_roster
from gridmap.service.imports.source import is_roster_template, read_source
from gridmap.service.plan_cache import PlanCache
from gridmap.store import tables
from gridmap.store.changes import begin_change
from gridmap.store.history import Author
from tests.service.imports.drawn_imports import larger_county, look, reason, save, states, table, what
from tests.service.imports.roster.drawn_rosters import add
from tests.store.drawn_workspace import CELLS, MORNING, PHONE, PLANNER, WEST

LIST = ("乡镇", "村名", "姓名", "联系电话", "职责", "任职时间")
NEARLY = "990101001202"


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return larger_county(tmp_path)


def merged_list(cache: PlanCache) -> Path:
    """A township merged over its rows, two people in a cell, a two-row heading, a note at the end."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (
        ["云泽县网格员花名册"],
        ["乡镇", "村名", "网格长", None, "网格员", None],
        [None, None, "姓名", "电话", "姓名", "电话"],
        ["河东镇", "东村", "王芳", "10000000001", "张伟、李强", "10000000002/10000000003"],
        [None, "寺门村委会", "赵敏", "100 0000 0004", "", ""],
        ["注：缺一人"],
    ):
        page.append(row)
    for area in ("A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "A4:A5"):
        page.merge_cells(area)
    path = cache.workspace.path.with_name("list.xlsx")
    book.save(path)
    return path


def test_heads_and_members_of_merged_cells(cache: PlanCache) -> None:
    preview = look(cache, "people", merged_list(cache))
    assert [(row.number, row.who) for row in preview.rows] == [
        (4, "王芳"),
        (4, "张伟"),
        (4, "李强"),
        (5, "赵敏"),
    ]
    assert states(preview) == ["added"] * 4
    assert what(preview.rows[0])[1] == f"new post: Grid head, {WEST} 东村"
    assert what(preview.rows[1])[1] == f"new post: Grid member, {WEST} 东村"
    assert what(preview.rows[3])[1] == f"new post: Grid head, {NEARLY} 寺门村"
    save(cache, preview)
    posts = cache.plan().posts
    assert len(posts) == 5
    again = look(cache, "people", merged_list(cache))
    assert states(again) == ["unchanged"] * 4
    undo_last(cache.workspace, user=PLANNER, at=MORNING)
    assert sorted(cache.plan().people.index) == ["ann", "bob"]


def test_a_village_that_is_not_there_is_asked_and_then_remembered(cache: PlanCache) -> None:
    path = table(cache, LIST, ("河东镇", "扬家庄村", "周磊", "10000000005", "网格员", "2020.2.3"))
    preview = look(cache, "people", path)
    assert states(preview) == ["refused"]
    (question,) = preview.place_questions
    assert (question.row, question.clear and question.clear.code) == (2, "990101001203")
    accepted = look(cache, "people", path, Decisions(accept_clear=True))
    assert states(accepted) == ["added"]
    save(cache, accepted)
    again = look(cache, "people", path)
    assert states(again) == ["unchanged"]


def test_namesakes_are_asked(cache: PlanCache) -> None:
    add(cache, ("z1", "张伟", "10000000011", "县财政局"), ("z2", "张伟", "10000000012", "县教育局"))
    path = table(cache, LIST[2:5], ("张伟", "", "网格员"), ("张伟", "10000000012", ""))
    preview = look(cache, "people", path, chosen={"title": "职责", "function": ""})
    assert states(preview) == ["refused", "unchanged"]
    question = next(one for one in preview.who_questions if one.row == 2)
    assert {one.id for one in question.candidates} >= {"z1"}
    chosen = Decisions(people={question.key: "z1"})
    decided = look(cache, "people", path, chosen, chosen={"title": "职责", "function": ""})
    assert what(decided.rows[0]) == ["Title: – → 网格员"]


def test_new_people_wait_where_that_is_said(cache: PlanCache) -> None:
    path = table(cache, LIST, ("河东镇", "东村", "周磊", "10000000005", "网格员", ""))
    waiting = look(cache, "people", path, Decisions(new_people=False))
    assert reason(waiting, 2) == "to be decided: 周磊 is not in the roster"
    assert FaultKind.PERSON_UNKNOWN in {fault.kind for fault in waiting.faults}
    (question,) = waiting.who_questions
    assert question.is_new
    said = Decisions(new_people=False, people={question.key: NEW})
    assert states(look(cache, "people", path, said)) == ["added"]
    namesake = Decisions(people={question.key: "bob"})
    joined = look(cache, "people", path, namesake)
    assert joined.rows[0].state.value == "added"
    assert not any("new person" in text for text in what(joined.rows[0]))


def test_faults_name_their_cells(cache: PlanCache) -> None:
    path = table(
        cache,
        LIST,
        ("河东镇", "东村", "周磊", "1.3E+10", "网格员", ""),
        ("河东镇", "东村", "李娜", "10000000006", "厨师", ""),
        ("河东镇", "东村", "何静", "10000000007", "网格员", "2月31日"),
    )
    preview = look(cache, "people", path)
    assert states(preview) == ["refused"] * 3
    assert "no such function" in reason(preview, 3)
    cells = {fault.cell for fault in preview.faults}
    assert {"D2", "F4"} <= cells
    source = read_source(path, "people")
    plain = report_json(preview, "en")
    assert (plain["refused"], plain["added"]) == (3, 0)
    book = openpyxl.load_workbook(
        _written(cache, report_workbook([source.table], preview, language="en", created=MORNING))
    )
    sheet = book["r"]
    assert [sheet[cell].comment is not None for cell in ("D2", "E3", "F4", "C4")] == [True, True, True, False]


def test_a_mapping_is_remembered_by_the_headings(cache: PlanCache) -> None:
    rows = ("河东镇", "东村", "周磊", "10000000005", "网格员", "")
    path = table(cache, ("乡镇", "村名", "姓名", "甲", "职责", "乙"), rows)
    source = read_source(path, "people")
    assert "phone" not in suggested(cache.workspace, source).columns
    save(cache, look(cache, "people", path, chosen={"phone": "甲"}))
    later = read_source(
        table(cache, ("甲", "职责", "乡镇", "村名", "姓名", "乙"), rows, name="b.xlsx"), "people"
    )
    mapping = suggested(cache.workspace, later)
    assert mapping.columns["phone"] == "甲"
    assert mapping.choices["phone"].found_by == "remembered"
    assert mapping_of_json(mapping_to_json(mapping), later).columns == mapping.columns


def test_several_sheets_are_named(cache: PlanCache) -> None:
    book = openpyxl.Workbook()
    for title in ("甲", "乙"):
        page = book.create_sheet(title)
        page.append(["姓名", "电话"])
        page.append(["周磊", "10000000005"])
    path = cache.workspace.path.with_name("two.xlsx")
    book.save(path)
    with pytest.raises(InputError, match="name one of its sheets"):
        read_source(path, "people")


def test_our_own_file_is_known(cache: PlanCache) -> None:
    path = _written(cache, write_roster(cache, user=PLANNER, scope="", at=MORNING, language="zh"))
    assert is_roster_template(read_office_tables(path))
    assert not is_roster_template(read_office_tables(merged_list(cache)))


def test_rows_are_counted_by_the_township_that_they_come_from(cache: PlanCache) -> None:
    preview = look(cache, "people", merged_list(cache))
    counted = {unit: dict(counts) for unit, counts in preview.townships.items()}
    assert counted == {"990101001000": {RowState.ADDED: preview.counts[RowState.ADDED]}}
    save(cache, preview)
    again = look(cache, "people", merged_list(cache))
    assert again.townships["990101001000"][RowState.UNCHANGED] == preview.counts[RowState.ADDED] == 4


def test_cells_are_found_by_name_inside_their_village(cache: PlanCache) -> None:
    headings = ("村名", "网格名称", "姓名", "电话", "职责")
    path = table(
        cache, headings, ("西村", "西1", "安", PHONE, "网格员"), ("西村", "东1", "安", PHONE, "网格员")
    )
    preview = look(cache, "people", path)
    assert states(preview) == ["added", "refused"]
    assert what(preview.rows[0]) == [f"new post: Grid member, {CELLS[2]} 西1"]


def test_people_of_other_units_are_beyond_reach(cache: PlanCache) -> None:
    add(cache, ("z1", "张伟", "10000000011", "县财政局"))
    path = table(cache, LIST, ("河西镇", "西村", "张伟", "10000000011", "网格员", ""))
    west = User("wu", "Wu", Role.PLANNER, WEST)
    preview = look(cache, "people", path, user=west)
    assert states(preview) == ["refused"]


def _written(cache: PlanCache, data: bytes) -> Path:
    path = cache.workspace.path.with_name("written.xlsx")
    path.write_bytes(data)
    return path


def test_numbers_are_masked_in_what_is_told(cache: PlanCache) -> None:
    rows = [
        ("河东镇", "东村", "周磊", phone, "网格员", "") for phone in ("10012345678.0", "100123456789012345")
    ]
    preview = look(cache, "people", table(cache, LIST, *rows))
    told = str(report_json(preview, "en"))
    assert "12345678" not in told
    assert any(fault.kind.value.startswith("phone") for fault in preview.faults)


CELL_LIST = ("乡镇", "村名", "网格名称", "姓名", "联系电话", "职责")


def test_a_village_that_was_decided_is_not_taken_for_a_cell(cache: PlanCache) -> None:
    path = table(cache, CELL_LIST, ("河东镇", "扬家庄村", "第九网格", "周磊", "10000000005", "网格员"))
    (village,) = look(cache, "people", path).place_questions
    assert village.field == "village", "the village is asked first, and its cell after it"
    decided = look(cache, "people", path, Decisions(units={2: WEST}))
    assert [question.field for question in decided.place_questions] == ["grid_name"]
    assert states(decided) == ["refused"]
    cell = look(cache, "people", path, Decisions(units={2: CELLS[1]}))
    assert states(cell) == ["added"]
    assert CELLS[1] in str(what(cell.rows[0]))
    assert not cell.place_questions


def test_a_cell_is_known_by_what_follows_its_villages_name(cache: PlanCache) -> None:
    name = str(cache.plan().cells.at[CELLS[0], "name"])
    village = str(cache.plan().units.at[WEST, "name"])
    with begin_change(cache.workspace, Author("li", MORNING, "names")) as change:
        change.update(tables.cells, CELLS[0], {"name": f"{village}第1网格"})
    path = table(cache, CELL_LIST, ("河东镇", village, "第1网格", "周磊", "10000000005", "网格员"))
    preview = look(cache, "people", path)
    assert states(preview) == ["added"], name
    assert CELLS[0] in str(what(preview.rows[0]))
