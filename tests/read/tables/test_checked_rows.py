"""A dirty roster from the file to its values: good rows read, bad ones named with their cells and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gridmap.geo.systems.datum import Datum
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.read.matching.units import UnitQuery
from gridmap.read.tables.checked_rows import CheckedRows, ValueRules, check_values
from gridmap.read.tables.field_aliases import import_kind
from gridmap.read.tables.field_mapping import suggest_mapping
from gridmap.read.tables.office_tables import OfficeTable, choose_table, office_table, read_office_tables
from gridmap.read.tables.sheets import RawSheet
from gridmap.read.values.dates import Moment
from gridmap.read.values.points import Bounds
from tests.read.drawn_tables import people_of


def table(*rows: Sequence[str]) -> OfficeTable:
    return office_table("r.xlsx", RawSheet("S", tuple(tuple(row) for row in rows)))


def check(given: OfficeTable, kind: str, rules: ValueRules | None = None) -> CheckedRows:
    known = import_kind(kind)
    return check_values(given, suggest_mapping(list(given.headings.values()), known), known, rules)


def told(faults: Sequence[Fault]) -> list[tuple[str, FaultKind, Outcome]]:
    return [(fault.cell, fault.kind, fault.outcome) for fault in faults]


def test_a_roster_with_every_trap(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    page = made.worksheets[0]
    rows: list[list[Any]] = [
        ["云泽县花名册"],
        ["乡镇", "村", "姓名", "联系电话", "网格编码", "到岗时间"],
        ["河东镇", "李村", "张\n伟", "100 1234 5678", 990101001201001, datetime(2020, 2, 10, 8)],
        [None, "王村", "李强、王芳", "10000000001/10000000002", "990101001202001", "2020.2.10"],
        [None, "赵村", "孙莉", "1.00123E+10", "1.30981E+11", "2020-02-30"],
        ["河西镇", "钱村", "周杰", "100****5678", "9.90101E+14", "2月10日"],
        ["小计", None, None, None, None, None],
    ]
    for row in rows:
        page.append(row)
    page.merge_cells("A3:A5")
    made.save(tmp_path / "r.xlsx")
    given = choose_table(read_office_tables(tmp_path / "r.xlsx"))
    checked = check(given, "people", ValueRules(year=2020, code_lengths={"grid_code": {15}}))
    assert list(checked.frame.index) == [3, 4]
    assert list(checked.frame["township"]) == ["河东镇", "河东镇"]
    assert list(checked.frame["grid_code"]) == ["990101001201001", "990101001202001"]
    assert list(checked.frame["arrived_at"]) == [
        Moment(datetime(2020, 2, 10, 8), whole_day=False),
        Moment(datetime(2020, 2, 10), whole_day=True),
    ]
    assert people_of(checked.frame) == [
        (3, "张伟", "10012345678"),
        (4, "李强", "10000000001"),
        (4, "王芳", "10000000002"),
    ]
    out, kept = Outcome.ROW_LEFT_OUT, Outcome.REPAIRED
    assert told(checked.faults) == [
        ("D3", FaultKind.PHONE_REPAIRED, kept),
        ("C4", FaultKind.SEVERAL_PEOPLE, kept),
        ("D4", FaultKind.PHONE_REPAIRED, kept),
        ("D5", FaultKind.PHONE_LOST, out),
        ("E5", FaultKind.CODE_LOST, out),
        ("F5", FaultKind.DATE_FORM, out),
        ("D6", FaultKind.PHONE_MASKED, Outcome.NOTED),
        ("E6", FaultKind.CODE_LOST, out),
        ("F6", FaultKind.DATE_REPAIRED, kept),
    ]
    assert checked.left_out == 2
    assert checked.faults[4].column == "网格编码"
    assert checked.faults[4].value == "1.30981E+11"
    assert [fault.kind for fault in given.faults] == [FaultKind.SUBTOTAL_ROW]
    # What matching asks for.
    queries = [UnitQuery(row, r["village"], r["township"]) for row, r in checked.frame.iterrows()]
    assert queries[1] == UnitQuery(4, "王村", "河东镇")


def test_counts_and_points_with_a_datum_for_each_row() -> None:
    given = table(
        ["村名", "户数", "坐标", "坐标系"],
        ["李村", "约320户", "117.33,38.37", "高德"],
        ["王村", "300", "38.37,117.33", ""],
        ["赵村", "见附表", "117.33", "月球"],
        ["钱村", "40", "100.1, 20.2", "百度"],
    )
    checked = check(given, "households", ValueRules(bounds=Bounds(117, 38, 118, 39)))
    frame = checked.frame
    assert list(frame["households"]) == [320, 300, 40]
    assert list(frame["households_approximate"]) == [True, False, False]
    assert list(zip(frame["longitude"], frame["latitude"], strict=True)) == [
        (117.33, 38.37),
        (117.33, 38.37),
        (100.1, 20.2),
    ]
    assert list(frame["datum"]) == [Datum.GCJ02, None, Datum.BD09]
    assert told(checked.faults) == [
        ("B2", FaultKind.NUMBER_APPROXIMATE, Outcome.NOTED),
        ("C3", FaultKind.POINT_SWAPPED, Outcome.REPAIRED),
        ("B4", FaultKind.NUMBER_FORM, Outcome.ROW_LEFT_OUT),
        ("C4", FaultKind.POINT_FORM, Outcome.ROW_LEFT_OUT),
        ("D4", FaultKind.DATUM_UNKNOWN, Outcome.ROW_LEFT_OUT),
        ("C5", FaultKind.POINT_OUTSIDE, Outcome.ASKED),
    ]


def test_coordinates_of_two_columns() -> None:
    given = table(["卡口名称", "经度", "纬度"], ["东门", "117°19′48″", "38°22′12″"], ["西门", "", ""])
    frame = check(given, "checkpoints").frame
    assert frame["longitude"].tolist() == [pytest.approx(117.33), None]
    assert list(frame["name"]) == ["东门", "西门"]


def test_a_row_without_what_is_needed_is_left_out() -> None:
    given = table(["姓名", "职务", "单位"], ["", "主任", "县医院"], ["安", "书记", "/"])
    checked = check(given, "people")
    assert told(checked.faults) == [("A2", FaultKind.MISSING, Outcome.ROW_LEFT_OUT)]
    assert list(checked.frame["sending_unit"]) == [""]


def test_phones_without_names_and_heads_of_cells() -> None:
    given = table(
        ["网格名称", "网格长/姓名", "网格长/联系电话"],
        ["一网格", "安娜、鲍尔", "10000000001、10000000002"],
        ["二网格", "安娜、鲍尔", "10000000001"],
    )
    checked = check(given, "cells")
    heads = people_of(checked.frame, "head_name")
    assert [number for _, _, number in heads] == ["10000000001", "10000000002"]
    assert [fault.kind for fault in checked.faults if fault.row == 3] == [FaultKind.SEVERAL_PEOPLE]
    sites = check(table(["企业名称", "联系电话"], ["甲厂", "0317-1234567"]), "sites")
    assert sites.frame["phone"].iloc[0][0].number == "03171234567"


def test_a_table_in_which_nothing_can_be_read() -> None:
    checked = check(table(["姓名", "电话"], ["安", "x"], ["鲍", "y"]), "people")
    assert len(checked.frame) == 0
    assert checked.left_out == 2
