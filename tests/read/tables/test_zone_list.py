"""Lists of zones as offices keep them, by the reader of all tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from gridmap.errors import FaultsError, LayerChoiceError
from gridmap.model.faults import FaultKind
from gridmap.read.tables.zone_list import read_zone_list


def listed(folder: Path, *sheets: Sequence[Sequence[object]]) -> Path:
    """A workbook of tables; a cell of two rows is given as a pair of its text and `|`."""
    path = folder / "zones.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for number, rows in enumerate(sheets, start=1):
            page = book.add_worksheet(f"S{number}")
            for line, row in enumerate(rows):
                page.write_row(line, 0, row)
    return path


def test_places_and_zones_below_a_title(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["片区划分表"],
        ["序号", "村名称", "片区", "片区名称"],
        [1, "东村", "A", "东片"],
        [2, "North village", "A", ""],
        [3, 990101001202, 7.0, ""],
        [4, "北村", "", ""],
    ]
    found = read_zone_list(listed(tmp_path, rows))
    assert found.zones == {"东村": "A", "North village": "A", "990101001202": "7"}
    assert found.names == {"A": "东片", "7": "7"}


def test_totals_are_no_places_and_are_told(tmp_path: Path) -> None:
    rows: list[list[object]] = [["村", "工作区"], ["东村", "A"], ["小计", 1], ["西村", "B"], ["合计", 2]]
    found = read_zone_list(listed(tmp_path, rows))
    assert found.zones == {"东村": "A", "西村": "B"}
    assert [(fault.kind, fault.row) for fault in found.faults] == [
        (FaultKind.SUBTOTAL_ROW, 3),
        (FaultKind.SUBTOTAL_ROW, 5),
    ]


def test_zones_merged_over_their_places(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["工作区", "村"])
        page.merge_range(1, 0, 2, 0, "A")
        page.write_column(1, 1, ["东村", "西村", "北村"])
    assert read_zone_list(path).zones == {"东村": "A", "西村": "A"}


def test_a_short_last_row_is_no_note(tmp_path: Path) -> None:
    headings = ["序号", "乡镇", "村", "户数", "工作区", "负责", "备注"]
    rows = [[number, "河东镇", f"第{number}村", 320, "A", "甲", "是"] for number in range(1, 6)]
    found = read_zone_list(listed(tmp_path, [headings, *rows, ["", "", "新村", "", "B", "", ""]]))
    assert found.zones["新村"] == "B"


@pytest.mark.parametrize("code", ["1.30981E+11", "2020-03-01"])
def test_a_code_that_a_spreadsheet_spoilt(code: str, tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match=r"rounded number, a date or lost characters for a code \(row 2\)"):
        read_zone_list(listed(tmp_path, [["code", "zone"], [code, "A"]]))


def test_a_column_twice(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="2 columns headed 片区"):
        read_zone_list(listed(tmp_path, [["村", "片区", "片区"], ["东村", "A", "B"]]))


def test_several_lists_in_a_workbook(tmp_path: Path) -> None:
    one = [["村", "片区"], ["东村", "A"]]
    other = [["村", "片区"], ["东村", "B"]]
    path = listed(tmp_path, one, other, [["colour", "size"], ["red", 4]])
    with pytest.raises(LayerChoiceError, match="S1"):
        read_zone_list(path)
    assert read_zone_list(path, sheet="S2").zones == {"东村": "B"}
    assert read_zone_list(listed(tmp_path, one, [["colour", "size"], ["red", 4]])).zones == {"东村": "A"}
