"""Tables with the traps of offices through `gridmap import`: what is saved, and which row is refused and why.

`README.md` beside this file tells which test is for which trap.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from gridmap.geo.systems.datum import Datum, from_wgs84
from gridmap.store.placing import stored_rows
from gridmap.store.repository import Workspace
from tests.office.office_county import (
    EAST_LI,
    EAST_LI_IN_TOWN,
    SIDE,
    SIMEN,
    SIMEN_VILLAGE,
    VILLAGES,
    WEST_LI,
    XINGFU,
    brought_in,
    csv,
    households,
    office_county,
    refused,
    run,
    tried,
    xlsx,
)

ROSTER = ["乡镇", "村", "姓名", "电话", "岗位"]
TWO_EAST_LI = [("寺门村镇", "东李村"), ("城关街道", "东李村")]
GATES = ["卡口名称", "乡镇", "村", "坐标", "坐标系"]


@pytest.fixture
def county(tmp_path: Path) -> Workspace:
    return office_county(tmp_path)


def file(county: Workspace, name: str = "t.xlsx") -> Path:
    return county.path.with_name(name)


class TestRosters:
    """Title row, two-row merged heading, merged townships, several people in a cell."""

    @pytest.fixture
    def roster(self, county: Workspace) -> Path:
        rows: list[list[Any]] = [
            ["云泽县网格员花名册", None, None, None, None, None],
            ["乡镇", "村", "网格长", None, "网格员", None],
            [None, None, "姓名", "电话", "姓名", "电话"],
            [
                "寺门村镇",
                "东李村",
                "安娜",
                "10000000001",
                "鲍尔、陈晨\n戴安",
                "10000000002/10000000003;10000000004",
            ],
            [None, "西李村", "艾米", "10000000005", None, None],
            [None, "寺门村", "方芳", "10000000006", "何禾,胡湖", "10000000008"],
            ["城关街道", "幸福社区", "郭果", "10000000007", None, None],
            [None, "东李村", "江河", "10000000009", None, None],
            ["小计", None, 5, None, 5, None],
            ["注:电话为移动电话", None, None, None, None, None],
        ]
        return xlsx(file(county), rows, "A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "A4:A6")

    def test_who_is_posted_where(self, county: Workspace, roster: Path) -> None:
        told = brought_in(county, "people", roster)
        plan = county.load_plan()
        names = plan.people["name"].to_dict()
        posts = [
            (names[person], place, function)
            for person, place, function in zip(
                plan.posts["person_id"], plan.posts["target_code"], plan.posts["function"], strict=True
            )
        ]
        assert sorted(posts) == sorted(
            [
                ("安娜", EAST_LI, "head"),
                *((name, EAST_LI, "member") for name in ("鲍尔", "陈晨", "戴安")),
                ("艾米", WEST_LI, "head"),
                ("郭果", XINGFU, "head"),
            ]
        )
        assert plan.people["phone"].str.contains(r"\*").all()  # as everywhere, masked when it is read
        assert (told["added"], told["refused"]) == (6, 2)

    def test_a_township_is_repeated_only_where_its_cells_were_merged(
        self, county: Workspace, roster: Path
    ) -> None:
        """The last row has no township: 东李村 is in both, and nobody guesses."""
        told = tried(county, "people", roster)
        assert "2 units are called 东李村" in refused(told)[8]
        (question,) = [one for one in told["questions"] if one["row"] == 8 and one["name"] == "东李村"]
        assert {one["code"] for one in question["suggestions"]} == {EAST_LI, EAST_LI_IN_TOWN}

    def test_people_and_numbers_that_do_not_pair_are_refused_by_row(
        self, county: Workspace, roster: Path
    ) -> None:
        told = tried(county, "people", roster)
        assert "people: 2, phone numbers: 1" in refused(told)[6]
        (fault,) = [
            one for one in told["fault_places"] if one["row"] == 6 and one["outcome"] == "row_left_out"
        ]
        assert (fault["kind"], fault["cell"], fault["remains"]) == (
            "several_people", "E6", "Give each person a row.",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("headings", "cells", "function", "tier"),
        [
            (["网格员姓名", "联系电话"], ["安娜", "10000000001"], "member", None),
            (["网格员", "职务"], ["安娜", "村主任"], "member", None),
            (["姓名", "职务", "任职时间"], ["安娜", "二级网格长", "2020-02-01"], "head", 2),
            (["姓名", "职务", "岗位"], ["安娜", "网格员", "志愿者"], "volunteer", None),
        ],
    )
    def test_what_a_person_does_by_heading_or_title(
        self, county: Workspace, headings: list[str], cells: list[str], function: str, tier: int | None
    ) -> None:
        """Where no column says it. A title alone is no post: that one is meant a date tells."""
        rows = [["乡镇", "村", *headings], ["寺门村镇", "东李村", *cells]]
        brought_in(county, "people", xlsx(file(county), rows))
        (post,) = stored_rows(county, "posts")
        assert (post["function"], post["tier"]) == (function, tier)

    @pytest.mark.parametrize(
        "name", ["同上", "〃", "待定", "暂缺", "空缺", "缺岗", "未配备", "张三等", "张三 李四等5人"]
    )
    def test_what_stands_for_a_name_is_nobody(self, county: Workspace, name: str) -> None:
        rows = [
            ROSTER,
            ["寺门村镇", "东李村", name, "", "网格员"],
            ["寺门村镇", "东李村", "缺明", "", "网格员"],
        ]
        told = brought_in(county, "people", xlsx(file(county), rows))
        assert list(refused(told)) == [2]
        assert name in refused(told)[2]
        assert county.load_plan().people["name"].tolist() == ["缺明"]

    def test_totals_and_notes_are_told(self, county: Workspace, roster: Path) -> None:
        faults = tried(county, "people", roster)["faults"]
        assert (faults["subtotal_row"], faults["note_row"]) == (1, 1)

    def test_headings_that_are_printed_again_on_each_page(self, county: Workspace) -> None:
        """And a township whose cells were merged over the page break."""
        rows: list[list[Any]] = [
            ["乡镇", "村", "户数"],
            ["寺门村镇", "东李村", 311],
            ["乡镇", "村", "户数"],
            [None, "西李村", 312],
        ]
        told = brought_in(county, "households", xlsx(file(county), rows, "A2:A4"))
        assert households(county) == {EAST_LI: 311, WEST_LI: 312}
        assert told["faults"]["repeated_headings"] == 1


class TestCodes:
    """Twelve digits and more, as spreadsheets leave them."""

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_a_decimal_number_is_repaired_and_an_exponent_is_refused(
        self, county: Workspace, kind: str
    ) -> None:
        codes: list[Any] = [990101100201.0, "990101100202.0", "9.90101E+11", "99010110020"]
        rows = [["区划代码", "户数"], *([code, 311 + n] for n, code in enumerate(codes))]
        path = file(county, f"t.{kind}")
        if kind == "xlsx":
            xlsx(path, rows)
        else:
            csv(path, *(",".join(map(str, row)) for row in rows))
        told = brought_in(county, "households", path)
        assert households(county) == {EAST_LI: 311, WEST_LI: 312}
        assert sorted(refused(told)) == [4, 5]
        (lost,) = [one for one in told["fault_places"] if one["kind"] == "code_lost"]
        assert (lost["row"], lost["cell"], lost["value"]) == (4, "A4", "9.90101E+11")
        assert "text" in lost["remains"]

    def test_more_than_15_digits_as_a_number_are_lost(self, county: Workspace) -> None:
        rows: list[list[Any]] = [
            ["网格编码", "户数"],
            [f"{EAST_LI}001", 311],
            [int(f"{WEST_LI}001"), 312],
            [990101100201001234, 313],
            ["990101100201001234", 314],
        ]
        told = brought_in(county, "households", xlsx(file(county), rows))
        loads = county.load_plan().cells["households"]
        assert loads[[f"{EAST_LI}001", f"{WEST_LI}001"]].tolist() == [311, 312]
        assert [one["cell"] for one in told["fault_places"] if one["kind"] == "code_lost"] == ["A4"]
        assert sorted(refused(told)) == [4, 5]

    def test_codes_leave_as_text(self, county: Workspace) -> None:
        out = file(county, "out.xlsx")
        assert run("template", county.path, "households", "--out", out).exit_code == 0
        page = openpyxl.load_workbook(out).worksheets[1]
        codes = [
            cell for row in page.iter_rows(min_row=2) for cell in row if str(cell.value).startswith("9901")
        ]
        assert codes
        assert {(cell.data_type, cell.number_format) for cell in codes} == {("s", "@")}


class TestNames:
    """Inside the parent on the stripped name; then suggestions; never silently."""

    def load(self, county: Workspace, *rows: str, options: tuple[str, ...] = ()) -> dict[str, Any]:
        return brought_in(county, "households", csv(file(county, "t.csv"), "乡镇,村,户数", *rows), *options)

    @pytest.mark.parametrize(
        ("township", "village", "code"),
        [
            ("寺门村", "东李村", EAST_LI),
            ("寺门村镇", "东李村委会", EAST_LI),
            ("寺门村镇人民政府", "东李村村民委员会", EAST_LI),
            ("寺门村镇", "东李", EAST_LI),
            ("寺门村镇", "寺门村", SIMEN_VILLAGE),
            ("城关街道办事处", "东李村", EAST_LI_IN_TOWN),
            ("城关街道办", "幸福社区居委会", XINGFU),
            ("城关", "幸福社区", XINGFU),
        ],
    )
    def test_variants(self, county: Workspace, township: str, village: str, code: str) -> None:
        self.load(county, f"{township},{village},311")
        assert households(county) == {code: 311}

    def test_one_name_in_two_townships_is_never_guessed(self, county: Workspace) -> None:
        told = self.load(county, ",东李村,311", ",西李村,312")
        assert households(county) == {WEST_LI: 312}
        assert "2 units are called 东李村" in refused(told)[2]

    def test_a_likely_name_is_suggested_and_taken_only_when_told(self, county: Workspace) -> None:
        path = csv(file(county, "t.csv"), "乡镇,村,户数", "城关街道,幸福小区社区,311", "寺门村镇,东里村,312")
        told = tried(county, "households", path)
        assert sorted(refused(told)) == [2, 3]
        assert {one["row"]: one["suggestions"][0]["code"] for one in told["questions"]} == {
            2: XINGFU,
            3: EAST_LI,
        }

    def test_what_has_no_row_and_what_matches_nothing(self, county: Workspace) -> None:
        told = self.load(county, "寺门村镇,东李村,311", "寺门村镇,无名村,9")
        assert told["leftovers"]["told"] == "4 villages have no row; 1 row matches no village"

    def test_a_parent_named_differently(self, county: Workspace) -> None:
        """寺门村镇 became 寺门村乡 in one office's list: asked, and its villages are suggested."""
        told = self.load(county, "寺门村乡,东李村,311", "北关镇,幸福社区,312")
        assert households(county) in ({}, {EAST_LI: 311})
        assert "北关镇" in refused(told)[3]


class TestTexts:
    """Full-width letters, invisible signs, breaks, approximate numbers, dates of every kind."""

    @pytest.mark.parametrize(
        ("village", "count", "value", "approximate"),
        [
            ("东李村", "３２０", 320, False),
            ("东李村（新）", "320户", 320, False),
            ("\u3000东李村\u3000", "1,320", 1320, False),
            ("东\u200b李村", "约320户", 320, True),
            ("东\n李村", "320余", 320, True),
            ("东李村", "320多户", 320, True),
            ("东李村", "320+", 320, True),
            ("东李村", "近三百二十", 320, True),
        ],
    )
    def test_counts(self, county: Workspace, village: str, count: str, value: int, approximate: bool) -> None:
        rows = [["乡镇", "村", "户数(户)"], ["寺门村镇", village, count]]
        told = brought_in(county, "households", xlsx(file(county), rows))
        assert households(county) == {EAST_LI: value}
        assert told["faults"].get("number_approximate", 0) == approximate

    @pytest.mark.parametrize("count", ["-5", "387.5", "不详", "300-400", "#REF!"])
    def test_what_is_no_count_is_refused_with_its_cell_and_the_mend(
        self, county: Workspace, count: str
    ) -> None:
        path = csv(file(county, "t.csv"), "乡镇,村,户数", f"寺门村镇,东李村,{count}", "寺门村镇,西李村,311")
        told = brought_in(county, "households", path)
        assert households(county) == {WEST_LI: 311}
        assert refused(told)[2].startswith(f"C2 户数: {count}: ")
        assert refused(told)[2].endswith("Write one whole number.")
        (row,) = [row for row in told["rows"] if row["row"] == 2]
        assert row["who"] == "东李村"

    @pytest.mark.parametrize(
        "day",
        [
            "2020.3.5",
            "2020/3/5",
            "2020年3月5日",
            "3月5日",
            "２０２０．３．５",
            "20200305",
            43895,
            datetime(2020, 3, 5),
        ],
        ids=str,
    )
    def test_days(self, county: Workspace, day: object) -> None:
        self.sites(county)
        rows: list[list[Any]] = [["联系点名称", "走访日期"], ["面粉厂", day]]
        brought_in(county, "visits", xlsx(file(county), rows), "--year", 2020)
        (visit,) = stored_rows(county, "visits")
        assert visit["visited_at"].date().isoformat() == "2020-03-05"

    def test_a_day_without_a_year_needs_one(self, county: Workspace) -> None:
        self.sites(county)
        rows = [
            ["联系点名称", "走访日期"],
            ["面粉厂", "3月5日"],
            ["面粉厂", "正月初五"],
            ["面粉厂", "2020-02-30"],
        ]
        told = brought_in(county, "visits", xlsx(file(county), [*rows, ["面粉厂", "2020-02-09"]]))
        assert {row: why.split(": ")[2].split(".")[0] for row, why in refused(told).items()} == {
            2: "the year is missing",
            3: "no date such as 2020-02-10 or 2020-02-10 08:00",
            4: "there is no such day or hour",
        }

    def sites(self, county: Workspace) -> None:
        rows = [["联系点名称", "乡镇", "村"], ["面粉厂", "寺门村镇", "东李村"]]
        brought_in(county, "sites", xlsx(file(county, "sites.xlsx"), rows))

    def test_a_break_within_a_name_is_no_part_of_it(self, county: Workspace) -> None:
        rows = [["卡口名称", "乡镇", "村"], ["桥头\n卡口", "寺门村镇", "东李村"]]
        brought_in(county, "checkpoints", xlsx(file(county), rows))
        (gate,) = stored_rows(county, "checkpoints")
        assert gate["name"] == "桥头卡口"
        rows[1][0] = "桥头卡口"
        assert tried(county, "checkpoints", xlsx(file(county), rows))["unchanged"] == 1


class TestPhones:
    """Numbers of nobody, which begin with 100, as rosters hold them."""

    @pytest.mark.parametrize(
        ("cell", "number"),
        [
            ("100 1234 5678", "10012345678"),
            ("100-1234-5678", "10012345678"),
            ("10012345678、10087654321", "10012345678"),
            (10012345678.0, "10012345678"),
            ("10012345678.0", "10012345678"),
            ("668899", "668899"),
            ("0317-1234567", "03171234567"),
            ("（0317）1234567", "03171234567"),
            ("100****5678", ""),
        ],
    )
    def test_numbers(self, county: Workspace, cell: object, number: str) -> None:
        rows: list[list[Any]] = [["卡口名称", "乡镇", "村", "联系电话"], ["桥头", "寺门村镇", "东李村", cell]]
        brought_in(county, "checkpoints", xlsx(file(county), rows))
        (gate,) = stored_rows(county, "checkpoints")
        assert (gate["emergency_phone"] or "") == number

    @pytest.mark.parametrize(
        ("cell", "kind"),
        [("1.00123E+10", "phone_lost"), ("1001234567", "phone_form"), ("见花名册", "phone_form")],
    )
    def test_what_is_no_number_is_refused_by_its_cell(self, county: Workspace, cell: str, kind: str) -> None:
        rows = [ROSTER, ["寺门村镇", "东李村", "安娜", cell, "网格员"]]
        told = tried(county, "people", xlsx(file(county), rows))
        assert told["refused"] == 1
        (fault,) = [one for one in told["fault_places"] if one["outcome"] == "row_left_out"]
        assert (fault["kind"], fault["cell"], fault["column"]) == (kind, "D2", "电话")

    def test_a_masked_number_stays_what_it_was(self, county: Workspace) -> None:
        rows = [ROSTER, ["寺门村镇", "东李村", "安娜", "10012345678", "网格员"]]
        brought_in(county, "people", xlsx(file(county), rows))
        rows[1][3] = "100****5678"
        told = tried(county, "people", xlsx(file(county), rows))
        assert (told["unchanged"], told["faults"]) == (1, {"phone_masked": 1})

    def test_no_report_holds_a_whole_number(self, county: Workspace) -> None:
        rows = [
            ROSTER,
            ["寺门村镇", "东李村", "安娜", "10012345678转", "网格员"],
            ["", "", "10012345678", "", ""],
        ]
        assert "10012345678" not in json.dumps(tried(county, "people", xlsx(file(county), rows)))


class TestPoints:
    """Places of checkpoints as they are written, in WGS 84 once they are in."""

    SPOT = (117 + SIDE / 2, 38 + SIDE / 2)

    @pytest.mark.parametrize(
        ("cell", "datum"),
        [
            ("117.01,38.01", ""),
            ("117.01，38.01", "WGS84"),
            ("１１７．０１，３８．０１", ""),
            ("38.01,117.01", ""),
            ("117°00′36″,38°00′36″", ""),
            ("东经117°0′36″ 北纬38°0′36″", ""),
            (Datum.GCJ02, "高德"),
            (Datum.GCJ02, "GCJ-02"),
            (Datum.BD09, "百度"),
        ],
    )
    def test_one_spot(self, county: Workspace, cell: str | Datum, datum: str) -> None:
        if isinstance(cell, Datum):
            lon, lat = (
                float(one[0]) for one in from_wgs84(cell, *np.array([[self.SPOT[0]], [self.SPOT[1]]]))
            )
            cell = f"{lon!r},{lat!r}"
        rows = [GATES, ["桥头", "寺门村镇", "东李村", cell, datum]]
        brought_in(county, "checkpoints", xlsx(file(county), rows))
        (gate,) = stored_rows(county, "checkpoints")
        assert (gate["geom"].x, gate["geom"].y) == pytest.approx(self.SPOT, abs=1e-6)

    def test_three_datums_in_one_column(self, county: Workspace) -> None:
        rows = [GATES]
        for n, (datum, word) in enumerate([(Datum.WGS84, ""), (Datum.GCJ02, "高德"), (Datum.BD09, "百度")]):
            lon, lat = (
                float(one[0]) for one in from_wgs84(datum, *np.array([[self.SPOT[0]], [self.SPOT[1]]]))
            )
            rows.append([f"卡口{n}", "寺门村镇", "东李村", f"{lon!r},{lat!r}", word])
        brought_in(county, "checkpoints", xlsx(file(county), rows))
        places = [(gate["geom"].x, gate["geom"].y) for gate in stored_rows(county, "checkpoints")]
        assert np.abs(np.array(places) - self.SPOT).max() < 1e-6

    def test_a_point_outside_is_flagged_and_one_that_is_none_refused(self, county: Workspace) -> None:
        rows = [
            GATES,
            ["一", "寺门村镇", "东李村", "100.1,20.2", ""],
            ["二", "寺门村镇", "东李村", "桥头东50米", ""],
            ["三", "寺门村镇", "东李村", "117.01,38.01", "月球"],
        ]
        told = tried(county, "checkpoints", xlsx(file(county), rows))
        assert [(one["kind"], one["cell"]) for one in told["fault_places"] if one["row"] == 2][:1] == [
            ("point_outside", "D2")
        ]
        assert {row: why[:2] for row, why in refused(told).items()} == {3: "D3", 4: "E4"}

    def test_another_datum_is_suggested_and_never_taken_by_itself(self, county: Workspace) -> None:
        """Places near the eastern edges of their villages: what Amap shows of them lies in the next one."""
        rows, spots = [GATES], []
        for n, (code, (village, township)) in enumerate(VILLAGES.items()):
            spots.append((117 + (n + 1) * SIDE - 0.001, 38.008))
            lon, lat = (float(one[0]) for one in from_wgs84(Datum.GCJ02, *np.array(spots[-1:]).T))
            above = "寺门村镇" if township == SIMEN else "城关街道"
            rows.append([f"卡口{code}", above, village, f"{lon!r},{lat!r}", ""])
        told = tried(county, "checkpoints", xlsx(file(county), rows))
        assert told["datums"][0]["datum"] == "gcj02"
        assert any("likely shifted" in note for note in told["notes"])
        assert told["faults"]["point_outside"] >= 4
        brought_in(county, "checkpoints", xlsx(file(county), rows), "--datum", "gcj02")
        places = [(gate["geom"].x, gate["geom"].y) for gate in stored_rows(county, "checkpoints")]
        assert np.abs(np.array(places) - spots).max() < 1e-6


class TestRecords:
    """Several records of one thing: reported, never merged and never counted twice without a word."""

    def test_two_rows_of_a_village(self, county: Workspace) -> None:
        path = csv(file(county, "t.csv"), "乡镇,村,户数", "寺门村镇,东李村,311", "寺门村镇,东李村委会,320")
        told = brought_in(county, "households", path)
        assert households(county) == {EAST_LI: 311}
        assert refused(told) == {3: "row 2 says the same of 东李村 already; keep one"}

    @pytest.mark.parametrize("kind", ["checkpoints", "sites"])
    def test_two_new_places_of_one_code(self, county: Workspace, kind: str) -> None:
        name = {"checkpoints": "卡口名称", "sites": "联系点名称"}[kind]
        rows = [["编号", name, "乡镇", "村"], *(["K900", one, "寺门村镇", "东李村"] for one in ("甲", "乙"))]
        told = brought_in(county, kind, xlsx(file(county), rows))
        assert refused(told) == {3: "row 2 says the same of K900 already; keep one"}
        assert told["added"] == 1

    def test_two_new_places_of_one_name_in_a_village(self, county: Workspace) -> None:
        rows = [["卡口名称", "乡镇", "村"], ["桥头", "寺门村镇", "东李村"], ["桥头", "寺门村镇", "东李村"]]
        told = brought_in(county, "checkpoints", xlsx(file(county), [*rows, ["桥头", "城关街道", "东李村"]]))
        assert refused(told) == {3: "row 2 says the same of 桥头 already; keep one"}
        assert told["added"] == 2

    def test_numbers_that_are_given_and_made(self, county: Workspace) -> None:
        """A code that is made never takes one that a later row of the file has."""
        rows = [
            ["编号", "卡口名称", "乡镇", "村"],
            ["", "甲", "寺门村镇", "东李村"],
            ["K001", "乙", "寺门村镇", "东李村"],
        ]
        brought_in(county, "checkpoints", xlsx(file(county), rows))
        gates = {gate["name"]: gate["code"] for gate in stored_rows(county, "checkpoints")}
        assert gates == {"甲": "K002", "乙": "K001"}

    def test_a_row_that_names_but_the_township_moves_nothing(self, county: Workspace) -> None:
        rows = [["联系点名称", "乡镇", "村"], ["面粉厂", "寺门村镇", "东李村"]]
        brought_in(county, "sites", xlsx(file(county), rows))
        rows = [["编码", "联系点名称", "乡镇", "坐标"], ["S0001", "面粉厂", "寺门村镇", ""]]
        rows.append(["", "钢厂", "寺门村镇", f"{117 + 1.5 * SIDE},38.01"])
        told = brought_in(county, "sites", xlsx(file(county), rows))
        assert (told["unchanged"], told["added"]) == (1, 1)
        units = {site["name"]: site["unit_code"] for site in stored_rows(county, "contact_sites")}
        assert units == {"面粉厂": EAST_LI, "钢厂": WEST_LI}

    def test_a_person_twice_is_one_person(self, county: Workspace) -> None:
        rows = [ROSTER, *([["寺门村镇", "东李村", "安娜", "10012345678", "网格员"]] * 2)]
        told = brought_in(county, "people", xlsx(file(county), rows))
        assert len(county.load_plan().people) == len(county.load_plan().posts) == 1
        (row,) = [row for row in told["rows"] if row["row"] == 3]
        assert row["what"] == ["says the same as an earlier row"]

    def test_namesakes_in_villages_of_one_name_are_two_people(self, county: Workspace) -> None:
        rows = [ROSTER, *([*place, "安娜", "", "网格员"] for place in TWO_EAST_LI)]
        assert brought_in(county, "people", xlsx(file(county), rows))["added"] == 2
        assert len(set(county.load_plan().posts["person_id"])) == 2

    def test_a_list_without_numbers_comes_in_once(self, county: Workspace) -> None:
        """Whoever has neither a number nor a sending unit is known by name and place."""
        rows = [ROSTER, *([*place, "安娜", "", "网格员"] for place in TWO_EAST_LI)]
        for _ in range(2):
            told = brought_in(county, "people", xlsx(file(county), rows))
        assert (told["added"], told["unchanged"]) == (0, 2)
        assert len(county.load_plan().people) == len(county.load_plan().posts) == 2

    def test_a_dozen_of_one_name_are_never_guessed(self, county: Workspace) -> None:
        rows = [["寺门村镇", "东李村", "张伟", f"1000000{n:04d}", "网格员"] for n in range(6)]
        rows += [["寺门村镇", "东李村", "张伟", "", "网格员"] for _ in range(6)]
        told = brought_in(county, "people", xlsx(file(county), [ROSTER, *rows]))
        assert len(county.load_plan().people) == 6
        assert sorted(refused(told)) == list(range(8, 14))
        assert all("give the phone" in why for why in refused(told).values())

    def test_null_names(self, county: Workspace) -> None:
        rows: list[list[Any]] = [
            ["卡口名称", "乡镇", "村"],
            ["", "寺门村镇", "东李村"],
            ["无", "寺门村镇", "东李村"],
            [None, "", "东李村"],
        ]
        told = tried(county, "checkpoints", xlsx(file(county), rows))
        assert refused(told) == {row: f"A{row}: 卡口名称: nothing there" for row in (2, 3, 4)}


class TestColumns:
    """Fields of another vendor: known by initials, corrected by the user, remembered."""

    HEADINGS = ("jdmc", "jwh", "wgzxm", "wgzlxdh")

    def test_initials(self, county: Workspace) -> None:
        rows = [["xzmc", "jwh", "wgzxm", "wgzlxdh"], ["城关街道", "幸福社区", "安娜", "10012345678"]]
        told = tried(county, "people", xlsx(file(county), rows))
        assert told["columns"] == {
            "township": "xzmc", "village": "jwh", "head_name": "wgzxm", "head_phone": "wgzlxdh",
        }  # fmt: skip

    def test_phones_are_of_the_people_before_them(self, county: Workspace) -> None:
        headings = ["村", "网格名称", "网格长", "电话", "网格员2", "电话", "网格员1", "电话"]
        cells = ["幸福社区", "第1网格", "安娜", "10000000001", "鲍尔", "10000000002", "陈晨", "10000000003"]
        told = tried(county, "people", xlsx(file(county), [headings, cells]))
        named = ("head_name", "head_phone", "person", "phone")
        assert [told["columns"][name] for name in named] == ["网格长", "电话", "网格员1", "电话 (3)"]
        assert set(told["columns_left_alone"]) == {"电话 (2)", "网格员2"}

    def test_a_mapping_is_corrected_and_remembered_in_any_order(self, county: Workspace) -> None:
        path, mapping = file(county), file(county, "m.json")
        rows = [["A1", "A2", "A3"], ["东李村", "寺门村镇", "311"]]
        columns = {"village": "A1", "township": "A2", "households": "A3"}
        run("import", county.path, "households", xlsx(path, rows), "--save-map", mapping)
        plain = json.loads(mapping.read_text(encoding="utf-8")) | {"columns": columns}
        mapping.write_text(json.dumps(plain), encoding="utf-8")
        brought_in(county, "households", path, "--map", mapping)
        assert households(county) == {EAST_LI: 311}
        other = [["A3", "A1", "A2"], ["312", "东李村", "寺门村镇"]]
        told = brought_in(county, "households", xlsx(path, other))
        assert (told["columns"], households(county)) == (columns, {EAST_LI: 312})


class TestSpreadsheets:
    """What spreadsheet programs put between the office and us."""

    def test_a_hidden_sheet_is_not_read(self, county: Workspace) -> None:
        book = openpyxl.Workbook()
        for page, count in ((book.worksheets[0], 311), (book.create_sheet("旧"), 5)):
            page.append(["乡镇", "村", "户数"])
            page.append(["寺门村镇", "东李村", count])
        book.worksheets[1].sheet_state = "hidden"
        book.save(file(county))
        brought_in(county, "households", file(county))
        assert households(county) == {EAST_LI: 311}

    def test_rows_that_a_filter_hides_are_rows(self, county: Workspace) -> None:
        book = openpyxl.Workbook()
        page = book.worksheets[0]
        for row in (["乡镇", "村", "户数"], ["寺门村镇", "东李村", 311], ["寺门村镇", "西李村", 312]):
            page.append(row)
        page.auto_filter.ref = "A1:C3"
        page.row_dimensions[3].hidden = True
        book.save(file(county))
        brought_in(county, "households", file(county))
        assert households(county) == {EAST_LI: 311, WEST_LI: 312}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    def test_csv(self, county: Workspace, encoding: str, mark: str) -> None:
        rows = [mark.join(row) for row in (["乡镇", "村", "户数"], ["寺门村镇", "东李村", "311"])]
        brought_in(county, "households", csv(file(county, "t.csv"), *rows, encoding=encoding))
        assert households(county) == {EAST_LI: 311}

    def test_a_refused_file_leaves_the_workspace_alone(self, county: Workspace) -> None:
        path = csv(file(county, "t.csv"), "乡镇,村,户数", "寺门村镇,东李村,311", "寺门村镇,西李村,多")
        before = county.path.read_bytes()
        result = run("import", county.path, "households", path, "--json")
        assert (result.exit_code, result.stdout) == (2, "")
        (line,) = result.stderr.strip().splitlines()
        assert "t.csv" in line
        assert "C3" in line
        assert county.path.read_bytes() == before

    def test_formulas_of_a_file_stay_texts(self, county: Workspace) -> None:
        path = csv(
            file(county, "t.csv"),
            "联系点名称,乡镇,村",
            "=cmd|' /C calc'!A0,寺门村镇,东李村",
            "@SUM(1),寺门村镇,东李村",
        )
        brought_in(county, "sites", path)
        out = file(county, "sites.xlsx")
        assert run("template", county.path, "sites", "--out", out).exit_code == 0
        cells = [
            cell
            for page in openpyxl.load_workbook(out).worksheets
            for row in page.iter_rows()
            for cell in row
        ]
        assert "f" not in {cell.data_type for cell in cells}
        assert "=cmd|' /C calc'!A0" in {cell.value for cell in cells}


def test_the_refusals_in_chinese(county: Workspace) -> None:
    path = csv(file(county, "t.csv"), "乡镇,村,户数", "寺门村镇,东李村,多", "寺门村镇,东里村,3")
    result = run("import", county.path, "households", path, "--dry-run", language="zh_CN.UTF-8")
    assert result.exit_code == 1
    assert "不予接收2行" in result.stdout
    letters = [
        letter
        for line in result.stdout.splitlines()[2:]
        for letter in line
        if letter.isascii() and letter.isalpha()
    ]
    assert "".join(letters) == "C", result.stdout  # of the cell C2


def test_the_township_of_all_this_is_untouched(county: Workspace) -> None:
    """A row of a township alone writes to the township."""
    path = csv(file(county, "t.csv"), "乡镇,村,户数", "寺门村镇,,900")
    told = tried(county, "households", path)
    assert SIMEN not in households(county)
    assert told["changed"] + told["refused"] == 1
