"""Cells that stand for something else: names that are none, extensions, points at 0, 0, last short rows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from gridmap.model.faults import FaultKind, Outcome
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.imports.report import report_json, told_repairs
from gridmap.service.imports.source import Reading
from gridmap.service.plan_cache import PlanCache
from gridmap.store.binding import GEOM
from tests.service.imports.drawn_imports import larger_county, layer, look, reason, save, states, table, what

LIST = ("乡镇", "村名", "姓名", "联系电话", "职责")
EAST = ("河东镇", "东村")
TEMPLATE = ("卡口名称", "经度", "纬度", "村名", "类型", "备注")


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return larger_county(tmp_path)


def told(preview: ImportPreview, kind: FaultKind) -> list[str]:
    return [str(fault.message) for fault in preview.faults if fault.kind is kind]


@pytest.mark.parametrize("name", ["同上", "〃", "″", "(同上)", "见上", "同前"])
def test_a_name_that_points_at_another_cell_is_refused(cache: PlanCache, name: str) -> None:
    rows = [(*EAST, "周磊", "10000000005", "网格员"), (*EAST, name, "10000000006", "网格员")]
    preview = look(cache, "people", table(cache, LIST, *rows))
    assert states(preview) == ["added", "refused"]
    assert "says 'as above', and is no name. Write the name." in reason(preview, 3)


@pytest.mark.parametrize(
    "name",
    ["待定", "待聘", "未定", "暂缺", "空缺", "(空缺)", "缺", "暂时空缺", "无人", "未配备", "TBD", "？"],
)
def test_a_name_of_nobody_makes_no_person(cache: PlanCache, name: str) -> None:
    headings = ("村名", "网格长", "网格长电话", "网格员", "网格员电话")
    preview = look(cache, "people", table(cache, headings, ("东村", "周磊", "10000000005", name, "")))
    assert [(row.who, row.state.value) for row in preview.rows] == [("周磊", "added")]
    (note,) = [fault for fault in preview.faults if fault.kind is FaultKind.MISSING]
    assert (note.cell, note.outcome) == ("D2", Outcome.NOTED)
    assert str(note.message).endswith("names nobody")
    alone = look(cache, "people", table(cache, LIST, (*EAST, name, "", "网格员")))
    assert reason(alone, 2).startswith("C2: 姓名: ")
    assert reason(alone, 2).endswith(" names nobody. Write the name, or take the row out.")


def test_the_number_of_nobody_is_noted(cache: PlanCache) -> None:
    headings = ("村名", "网格长", "网格长电话", "网格员", "网格员电话")
    row = ("东村", "周磊", "10000000005", "待定", "10000000006")
    preview = look(cache, "people", table(cache, headings, row))
    assert "a number without a name; nobody gets it" in told(preview, FaultKind.MISSING)


@pytest.mark.parametrize(
    "name", ["张三 李四等5人", "张三等", "张三、李四等", "张三等人", "张三等三名", "3人"]
)
def test_names_that_leave_others_out_are_refused(cache: PlanCache, name: str) -> None:
    preview = look(cache, "people", table(cache, LIST, (*EAST, name, "10000000005", "网格员")))
    assert states(preview) == ["refused"]
    assert "not all people are named. Give each person a row." in reason(preview, 2)


@pytest.mark.parametrize("name", ["缺建国", "待小明", "等等", "空见", "张三(兼)", "Person 5", "未央"])
def test_names_that_only_look_so_are_names(cache: PlanCache, name: str) -> None:
    preview = look(cache, "people", table(cache, LIST, (*EAST, name, "10000000005", "网格员")))
    expected = "refused" if name == "等等" else "added"
    assert states(preview) == [expected]


def test_an_extension_is_told(cache: PlanCache) -> None:
    preview = look(cache, "people", table(cache, LIST, (*EAST, "周磊", "10000000005转801", "网格员")))
    assert told(preview, FaultKind.PHONE_REPAIRED) == ["a number is kept without its extension: 801"]
    save(cache, preview)
    assert "100****0005" in set(cache.plan().people["phone"])


@pytest.mark.parametrize("reading", [Reading(), Reading(crs="EPSG:4527")])
def test_a_point_at_the_origin_is_none(cache: PlanCache, reading: Reading) -> None:
    row = ("甲卡口", "0", "0.0", "东村", "exit", "")
    preview = look(cache, "checkpoints", table(cache, TEMPLATE, row), reading=reading)
    assert told(preview, FaultKind.POINT_FORM) == [
        "0, 0 is written where there is no place; read as no point"
    ]
    (added,) = preview.tables[0].added
    assert GEOM not in added


def test_a_feature_at_the_origin_has_no_point(cache: PlanCache) -> None:
    path = layer(
        cache,
        {(0.0, 0.0): {"name": "甲卡口", "村名": "东村"}, (0.5, 0.5): {"name": "乙卡口", "村名": "东村"}},
    )
    preview = look(cache, "checkpoints", path)
    (fault,) = [one for one in preview.faults if one.kind is FaultKind.POINT_FORM]
    assert (fault.row, fault.outcome) == (1, Outcome.NOTED)


def full(*last: tuple[str, ...]) -> list[tuple[str, ...]]:
    rows = [(f"{n}号卡口", "", "", "东村", "exit", "有人值守") for n in range(1, 5)]
    return [TEMPLATE, *[(name, "0.5", "0.5", *rest) for name, _, _, *rest in rows], *last]


def test_a_last_row_with_two_cells_is_a_row(cache: PlanCache) -> None:
    preview = look(cache, "checkpoints", table(cache, *full(("新卡口", "", "", "东村", "", ""))))
    assert [row.number for row in preview.rows] == [2, 3, 4, 5, 6]
    assert preview.rows[-1].who == "新卡口"
    assert told(preview, FaultKind.NOTE_ROW) == []


@pytest.mark.parametrize(
    "note",
    [
        ("注：卡口均已核实", "", "", "", "", ""),
        ("填表人：周磊", "", "", "单位（盖章）：", "", ""),
        ("", "", "", "各村上报后由镇里汇总，逐个核实无误。", "", ""),
        ("", "", "", "", "", "仅供参考"),
        ("河东镇人民政府", "", "", "", "", ""),
    ],
)
def test_a_note_at_the_end_is_a_note(cache: PlanCache, note: tuple[str, ...]) -> None:
    preview = look(cache, "checkpoints", table(cache, *full(note)))
    assert [row.number for row in preview.rows] == [2, 3, 4, 5]
    assert told(preview, FaultKind.NOTE_ROW) == ["a note, not taken as data"]


def test_rows_that_do_not_fit_the_plan_are_faults_of_the_report(cache: PlanCache) -> None:
    rows = [
        (*EAST, "周磊", "10000000005", "网格员"),
        (*EAST, "李娜", "10000000006", ""),
        ("河东镇", "无此村", "何静", "10000000007", "网格员"),
        (*EAST, "吴霞", "1000000000", "网格员"),
    ]
    preview = look(
        cache, "people", table(cache, (*LIST, "到岗时间"), *((*row, "2020-02-01") for row in rows))
    )
    assert states(preview) == ["added", "refused", "refused", "refused"]
    report = report_json(preview, "en")
    places = report["fault_places"]
    assert isinstance(places, list)
    left = Counter(one["row"] for one in places if one["outcome"] in {"row_left_out", "asked"})
    assert left == {3: 1, 4: 1, 5: 1}, "each refused row is there once"
    (held,) = [one for one in places if one["kind"] == "row_refused"]
    assert (held["row"], held["layer"], held["message"]) == (3, "r", reason(preview, 3))
    assert report["faults"]["row_refused"] == 1  # type: ignore[index] # counts by kind


def test_repairs_are_counted_by_kind(cache: PlanCache) -> None:
    rows = [
        (*EAST, "周磊", "100 0000 0005", "网格员"),
        (*EAST, "李娜、何静", "10000000006/10000000007", "网格员"),
        ("合计", "", "3", "", ""),
    ]
    counts = str(told_repairs(look(cache, "people", table(cache, LIST, *rows))))
    assert "phone number tidied 2" in counts
    assert "several people in one cell 1" in counts
    assert "row of totals 1" in counts
    clean = look(cache, "people", table(cache, LIST, (*EAST, "周磊", "10000000005", "网格员")))
    assert told_repairs(clean) is None


def test_arrivals_come_in_with_their_posts(cache: PlanCache) -> None:
    rows = [
        (*EAST, "周磊", "10000000005", "网格员", "2020-02-09 08:30"),
        (*EAST, "李娜", "10000000006", "网格员", "2030-02-09"),
    ]
    path = table(cache, (*LIST, "到岗时间"), *rows)
    preview = look(cache, "people", path)
    assert states(preview) == ["added", "refused"]
    assert what(preview.rows[0])[-1] == "arrived at 2020-02-09 08:30"
    assert reason(preview, 3) == "An arrival at 2030-02-09 00:00 lies in the future"
    save(cache, preview, only_good=True)
    posts = cache.plan().posts
    assert datetime(2020, 2, 9, 8, 30) in set(posts["arrived_at"])
    assert states(look(cache, "people", path))[0] == "unchanged"


def test_a_visit_that_is_still_to_come_is_noted(cache: PlanCache) -> None:
    site = cache.plan().contact_sites.index[0]
    rows = [(site, "2020-02-08"), (site, "2021-02-08")]
    preview = look(cache, "visits", table(cache, ("编码", "走访时间"), *rows))
    assert states(preview) == ["added", "added"]
    (note,) = [fault for fault in preview.faults if fault.kind is FaultKind.DATE_AHEAD]
    assert (note.row, note.cell, note.outcome) == (3, "B3", Outcome.NOTED)
    assert str(note.message) == "a visit on 2021-02-08, which is still to come"
