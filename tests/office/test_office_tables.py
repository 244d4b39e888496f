"""Every kind of table that a county office has, and its traps: handled, or refused by row with the reason.

| row of domain.md, section 6 | tests                                                     |
|-----------------------------|-----------------------------------------------------------|
| rosters in Excel            | TestRoster                                                |
| codes in Excel and CSV      | TestCodes                                                 |
| names                       | TestNames                                                 |
| text                        | TestTexts                                                 |
| phones                      | TestPhones                                                |
| points                      | TestPoints, and test_office_points.py                     |
| several records of a unit   | TestNames.test_rows_of_one_unit_are_found_and_never_merged |
| CSV for Excel               | TestForExcel                                              |
| boundaries, DXF, KML, ...   | test_office_boundaries.py                                 |
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from gridmap.draw.books.fault_workbook import GivenSheet, write_fault_workbook
from gridmap.draw.books.workbook import Sheet, write_workbook
from gridmap.geo.systems.datum import Datum
from gridmap.messages import msg
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.read.matching.people import PersonMatch, PersonQuery, RosterPerson, match_people
from gridmap.read.matching.unit_names import unit_name
from gridmap.read.matching.units import UnitQuery, match_units
from gridmap.read.tables.checked_rows import CheckedRows, ValueRules, check_values
from gridmap.read.tables.field_aliases import import_kind
from gridmap.read.tables.field_mapping import suggest_mapping
from gridmap.read.tables.office_tables import OfficeTable, choose_table, read_office_tables
from gridmap.read.values.dates import Moment
from gridmap.read.values.points import Bounds
from tests.read.drawn_tables import people_of

LEFT_OUT = Outcome.ROW_LEFT_OUT
AT = datetime(2020, 2, 10, 8)


def read(path: Path, kind: str, rules: ValueRules | None = None) -> tuple[OfficeTable, CheckedRows]:
    """A file from its bytes to its values, as the import does it."""
    table = choose_table(read_office_tables(path))
    known = import_kind(kind)
    mapping = suggest_mapping(list(table.headings.values()), known)
    return table, check_values(table, mapping, known, rules)


def csv_of(folder: Path, *rows: str, encoding: str = "utf-8") -> Path:
    path = folder / "t.csv"
    path.write_bytes("\r\n".join(rows).encode(encoding))
    return path


def xlsx_of(folder: Path, rows: Sequence[Sequence[Any]], *merged: str) -> Path:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append(list(row))
    for area in merged:
        page.merge_cells(area)
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def told(faults: Sequence[Fault]) -> list[tuple[str, FaultKind, Outcome]]:
    return [(fault.cell, fault.kind, fault.outcome) for fault in faults]


class TestRoster:
    """Titles, two rows of headings, merged townships, several people in a cell."""

    @pytest.fixture
    def roster(self, tmp_path: Path) -> Path:
        rows: list[list[Any]] = [
            ["云泽县网格员花名册", None, None, None, None, None],
            ["填报单位:县委办", None, None, "2020年2月10日", None, None],
            ["乡镇", "村", "网格长", None, "网格员", None],
            [None, None, "姓名", "电话", "姓名", "电话"],
            [
                "寺门村镇",
                "东村",
                "安娜",
                "10000000001",
                "鲍尔、陈晨\n/戴安",
                "10000000002、10000000003;10000000004",
            ],
            [None, "西村", "艾米", "10000000005", "方 芳", "10000000006"],
            ["郝村镇", "南村", "郭果", "10000000007", "何禾,胡湖", "10000000008"],
            [None, "北村", "姜江", "10000000009", "金锦", "10000000010"],
            ["小计", None, 4, None, 6, None],
            ["注:电话为移动电话", None, None, None, None, None],
        ]
        return xlsx_of(tmp_path, rows, "A1:F1", "A3:A4", "B3:B4", "C3:D3", "E3:F3", "A5:A6")

    def test_headings_and_rows(self, roster: Path) -> None:
        table, _ = read(roster, "cells")
        assert list(table.headings.values()) == [
            "乡镇", "村", "网格长/姓名", "网格长/电话", "网格员/姓名", "网格员/电话",
        ]  # fmt: skip
        assert table.heading_rows == (3, 4)
        assert [fault.kind for fault in table.faults] == [FaultKind.SUBTOTAL_ROW, FaultKind.NOTE_ROW]

    def test_townships_are_repeated_only_where_merged(self, roster: Path) -> None:
        _, checked = read(roster, "people")
        assert checked.frame["township"].to_dict() == {5: "寺门村镇", 6: "寺门村镇", 8: ""}

    def test_people_of_a_cell_are_told_apart_or_the_row_is_refused(self, roster: Path) -> None:
        _, checked = read(roster, "people")
        assert people_of(checked.frame) == [
            (5, "鲍尔", "10000000002"),
            (5, "陈晨", "10000000003"),
            (5, "戴安", "10000000004"),
            (6, "方芳", "10000000006"),
            (8, "金锦", "10000000010"),
        ]
        (refused,) = [fault for fault in checked.faults if fault.outcome is LEFT_OUT]
        assert (refused.row, refused.kind) == (7, FaultKind.SEVERAL_PEOPLE)
        assert "people: 2, phone numbers: 1" in str(refused.message)

    def test_the_layout_of_readxl_s_deaths(self, tmp_path: Path) -> None:
        """Loose words above and below the rows, in any column."""
        rows: list[list[Any]] = [
            ["Lots of people", None, None, None, None, None],
            ["simply cannot resist writing", None, None, None, None, "some notes"],
            ["at", "the", "top", None, "of", "their spreadsheets."],
            ["or", "merging", None, None, None, "cells"],
            ["Name", "Profession", "Age", "Has kids", "Date of birth", "Date of death"],
            *(
                [f"Person {n}", "actor", 50 + n, n % 2 == 0, datetime(1947, 1, n), datetime(2016, 1, n)]
                for n in range(1, 11)
            ),
            ["This", None, None, None, None, None],
            [None, "has been really fun, but", None, None, None, None],
            [None, None, "we're signing", "off", None, None],
            [None, None, None, None, None, "now!"],
        ]
        table = choose_table(read_office_tables(xlsx_of(tmp_path, rows)))
        assert table.heading_rows == (5, 5)
        assert list(table.frame["A"])[:10] == [f"Person {n}" for n in range(1, 11)]
        assert table.frame.at[6, "E"] == "1947-01-01"
        assert all(fault.outcome is LEFT_OUT for fault in table.faults)


class TestCodes:
    """Twelve to twenty digits, and what spreadsheets make of them."""

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_what_can_be_repaired_and_what_cannot(self, kind: str, tmp_path: Path) -> None:
        codes: list[Any] = [
            "130981100201", 130981100202, 130981100203.0, "130981100204.0", " 130981100205 ", "130981100206",
            "1.30981E+11", "1.30981100208E+11", "13098110020", "县直", None,
        ]  # fmt: skip
        rows = [["区划代码", "村名"], *([code, f"村{n}"] for n, code in enumerate(codes, start=1))]
        if kind == "xlsx":
            path = xlsx_of(tmp_path, rows)
        else:
            path = csv_of(tmp_path, *(",".join("" if c is None else str(c) for c in row) for row in rows))
        _, checked = read(path, "units", ValueRules(code_lengths={"code": {12}}))
        good = [f"13098110020{n}" for n in range(1, 7)]
        assert [code for code in checked.frame["code"] if code][:6] == good
        refused = {fault.cell: fault.kind for fault in checked.faults if fault.outcome is LEFT_OUT}
        assert refused["A8"] is FaultKind.CODE_LOST
        assert refused["A10"] is FaultKind.CODE_FORM
        assert {8, 10} <= {fault.row for fault in checked.faults if fault.outcome is LEFT_OUT}
        lost = next(fault for fault in checked.faults if fault.cell == "A8")
        assert (lost.value, lost.column) == ("1.30981E+11", "区划代码")
        assert lost.remains is not None

    def test_codes_of_18_to_20_digits(self, tmp_path: Path) -> None:
        """As texts they are whole; as numbers Excel has kept 15 digits, and the row is refused."""
        whole = ["130981100201001234", "1309811002010012345", "13098110020100123456"]
        rows: list[list[Any]] = [
            ["网格编码", "网格名称"],
            *([code, "甲"] for code in whole),
            [int(whole[0]), "乙"],
            [int(whole[2]), "丙"],
        ]
        _, checked = read(xlsx_of(tmp_path, rows), "cells")
        assert list(checked.frame["grid_code"]) == whole
        assert told(checked.faults) == [
            ("A5", FaultKind.CODE_LOST, LEFT_OUT),
            ("A6", FaultKind.CODE_LOST, LEFT_OUT),
        ]

    def test_codes_leave_as_texts(self) -> None:
        code = "130981100201001234"
        made = write_workbook([Sheet("S", ["code"], [[code]])], created=AT)
        cell = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]["A2"]
        assert (cell.value, cell.data_type, cell.number_format) == (code, "s", "@")


UNITS = pd.DataFrame(
    [
        ("99", "云泽县", "", "county"),
        ("9901", "寺门村镇", "99", "township"),
        ("9902", "城关街道", "99", "township"),
        ("990101", "东李村", "9901", "village"),
        ("990102", "西李村", "9901", "village"),
        ("990201", "东李村", "9902", "village"),
        ("990202", "幸福社区", "9902", "village"),
    ],
    columns=["code", "name", "parent_code", "level"],
).set_index("code")


class TestNames:
    """Units and people by the names that people vary; nothing is matched silently."""

    def rows_of(self, folder: Path, *rows: str) -> list[UnitQuery]:
        _, checked = read(csv_of(folder, "乡镇,村,姓名", *rows), "people")
        return [UnitQuery(row, str(r["village"]), str(r["township"])) for row, r in checked.frame.iterrows()]

    def test_variants_inside_the_parent(self, tmp_path: Path) -> None:
        queries = self.rows_of(
            tmp_path,
            "寺门村,东李村委会,安娜",
            "寺门村镇人民政府,西李,鲍尔",
            "城关街道办事处,东李村村民委员会,陈晨",
            "城关办事处,幸福社区居委会,戴安",
            "城关街道,幸 福社区,方芳",
        )
        matches = match_units(queries, UNITS, levels={"village"})
        assert {row: match.code for row, match in matches.found.items()} == {
            2: "990101", 3: "990102", 4: "990201", 5: "990202", 6: "990202",
        }  # fmt: skip
        assert matches.without_row == ()

    def test_one_name_in_two_townships_is_a_question(self, tmp_path: Path) -> None:
        queries = self.rows_of(tmp_path, ",东李村,安娜", "寺门村镇,东里村,鲍尔", "寺门镇,东李村,陈晨")
        matches = match_units(queries, UNITS, levels={"village"})
        assert matches.asked.keys() >= {2, 3}
        assert matches.asked[2].kind is FaultKind.UNIT_AMBIGUOUS
        assert {one.code for one in matches.asked[2].suggestions} == {"990101", "990201"}
        assert matches.asked[3].suggestions[0].code == "990101"
        for row, match in matches.found.items():
            assert (row, match.code) == (4, "990101")

    def test_rows_of_one_unit_are_found_and_never_merged(self, tmp_path: Path) -> None:
        path = csv_of(
            tmp_path,
            "乡镇,村,户数",
            "寺门村镇,东李村,300",
            "寺门村镇,东李村委会,320",
            "寺门村镇,,40",
            "寺门村镇,西李村,约200",
        )
        _, checked = read(path, "households")
        queries = [
            UnitQuery(row, str(r["village"]), str(r["township"])) for row, r in checked.frame.iterrows()
        ]
        matches = match_units(queries, UNITS, levels={"village"})
        assert [matches.found[row].code for row in (2, 3)] == ["990101", "990101"]
        assert list(checked.frame["households"])[:2] == [300, 320]
        assert 4 not in matches.found

    def test_a_dozen_of_one_name(self) -> None:
        known = [RosterPerson(f"p{n}", "张伟", f"100****{n:04d}", (f"单位{n}",)) for n in range(12)]
        phones = {f"1000000{n:04d}": [f"p{n}"] for n in range(12)}
        queries = [
            PersonQuery(1, "张伟"),
            PersonQuery(2, "张 伟", phone="10000000007"),
            PersonQuery(3, "张伟", unit="单位3"),
            PersonQuery(4, "张玮", unit="单位3"),
        ]
        matches = match_people(queries, known, phones)
        assert matches.found == {2: PersonMatch("p7", "phone"), 3: PersonMatch("p3", "unit")}
        assert 1 in matches.asked
        assert [new.name for new in matches.new] == ["张玮"]


class TestTexts:
    """Full-width letters, invisible signs, approximate counts, dates of every kind."""

    def test_every_trap_of_texts(self, tmp_path: Path) -> None:
        rows: list[list[Any]] = [
            ["村 名", "户数(户)"],
            ["东\n李村", "约320户"],
            ["西李村(新)", "300余"],
            ["\u3000南\u200b李村", "250+"],
            ["北李村", "1,200"],
            ["上李村", "近四百户"],
            ["下李村", "三百多"],
        ]
        _, checked = read(xlsx_of(tmp_path, rows), "households")
        frame = checked.frame
        assert [unit_name(text).whole for text in frame["village"]] == [
            "东李村", "西李村", "南李村", "北李村", "上李村", "下李村",
        ]  # fmt: skip
        assert list(frame["households"]) == [320, 300, 250, 1200, 400, 300]
        assert list(frame["households_approximate"]) == [True, True, True, False, True, True]
        assert checked.left_out == 0

    def test_dates_of_every_kind(self, tmp_path: Path) -> None:
        days: list[Any] = [
            "2020.3.5", "2020/3/5", "3月5日", 43895, datetime(2020, 3, 5), "二〇二〇年三月五日", "20200305",
        ]  # fmt: skip
        rows = [["姓名", "到岗时间"], *([f"员{n}甲", day] for n, day in enumerate(days))]
        _, checked = read(xlsx_of(tmp_path, rows), "people", ValueRules(year=2020))
        assert list(checked.frame["arrived_at"]) == [Moment(datetime(2020, 3, 5), whole_day=True)] * len(days)

    def test_dates_need_a_year(self, tmp_path: Path) -> None:
        rows = ["姓名,到岗时间", "安娜,3月5日", "鲍尔,2020.3.5", "陈晨,43895", "戴安,2020-02-30"]
        _, checked = read(csv_of(tmp_path, *rows), "people")
        assert told([fault for fault in checked.faults if fault.outcome is LEFT_OUT]) == [
            ("B2", FaultKind.DATE_WITHOUT_YEAR, LEFT_OUT),
            ("B5", FaultKind.DATE_FORM, LEFT_OUT),
        ]
        assert {moment.at for moment in checked.frame["arrived_at"]} == {datetime(2020, 3, 5)}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    def test_csv_in_every_encoding(self, encoding: str, mark: str, tmp_path: Path) -> None:
        rows = [mark.join(row) for row in (["村名", "户数"], ["寺门村", "320"], ["郝村", "300"])]
        _, checked = read(csv_of(tmp_path, *rows, encoding=encoding), "households")
        assert list(checked.frame["village"]) == ["寺门村", "郝村"]
        assert list(checked.frame["households"]) == [320, 300]


class TestPhones:
    """Numbers as they stand in rosters; those of nobody, which begin with 100."""

    def test_every_way_of_writing(self, tmp_path: Path) -> None:
        cells: dict[Any, list[str] | FaultKind] = {
            "100 1234 5678": ["10012345678"],
            "100-1234-5678": ["10012345678"],
            "10012345678、10087654321": ["10012345678", "10087654321"],
            10012345678.0: ["10012345678"],
            "10012345678.0": ["10012345678"],
            "1.00123E+10": FaultKind.PHONE_LOST,
            "668899": ["668899"],
            "0317-1234567": ["03171234567"],
            "(0317)1234567": ["03171234567"],
            "100****5678": ["100****5678"],
            "+86 10012345678": ["10012345678"],
            "1001234567": FaultKind.PHONE_FORM,
            "见名册": FaultKind.PHONE_FORM,
        }
        rows = [["企业名称", "联系电话"], *([f"厂{n}", cell] for n, cell in enumerate(cells))]
        _, checked = read(xlsx_of(tmp_path, rows), "sites")
        refused = {fault.row: fault.kind for fault in checked.faults if fault.outcome is LEFT_OUT}
        phones = checked.frame["phone"].to_dict()
        for row, expected in enumerate(cells.values(), start=2):
            if isinstance(expected, FaultKind):
                assert refused.pop(row) is expected
            else:
                assert [phone.number for phone in phones[row]] == expected
        assert refused == {}
        masked = [fault for fault in checked.faults if fault.kind is FaultKind.PHONE_MASKED]
        assert [fault.cell for fault in masked] == ["B11"]


class TestPoints:
    """Points in a table; what is done with them on the ground is tested in `test_office_points.py`."""

    def test_every_way_of_writing(self, tmp_path: Path) -> None:
        rows = [
            ["卡口名称", "坐标", "坐标系"],
            ["一", "117.33,38.37", "高德"],
            ["二", "117.33,38.37", "百度"],
            ["三", "117°19′48″,38°22′12″", "WGS84"],
            ["四", "38.37,117.33", ""],
            ["五", "100.1,20.2", ""],
            ["六", "117.33", ""],
            ["七", "39520000,4240000", ""],
            ["八", "117.33,38.37", "月球"],
        ]
        _, checked = read(xlsx_of(tmp_path, rows), "checkpoints", ValueRules(bounds=Bounds(117, 38, 118, 39)))
        places = checked.frame[["longitude", "latitude"]].astype(float).round(6).to_numpy().tolist()
        assert places == [[117.33, 38.37]] * 4 + [[100.1, 20.2]]
        assert list(checked.frame["datum"])[:3] == [Datum.GCJ02, Datum.BD09, Datum.WGS84]
        assert {
            fault.row: fault.kind for fault in checked.faults if fault.kind is not FaultKind.POINT_REPAIRED
        } == {
            5: FaultKind.POINT_SWAPPED,
            6: FaultKind.POINT_OUTSIDE,
            7: FaultKind.POINT_FORM,
            8: FaultKind.POINT_FORM,
            9: FaultKind.DATUM_UNKNOWN,
        }


FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")']


class TestForExcel:
    """What goes to Excel: marks at the start of UTF-8, and texts that would run as formulas."""

    def test_a_csv_that_excel_wrote(self, tmp_path: Path) -> None:
        table, checked = read(csv_of(tmp_path, "村名,户数", "东村,320", encoding="utf-8-sig"), "households")
        assert table.headings == {"A": "村名", "B": "户数"}
        assert list(checked.frame["households"]) == [320]

    def test_formulas_in_a_csv_are_texts(self, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        pd.DataFrame({"村名": FORMULAS, "户数": range(1, 7)}).to_csv(path, index=False)
        _, checked = read(path, "households")
        assert list(checked.frame["village"]) == [text.strip() for text in FORMULAS]

    def test_no_export_holds_a_formula(self) -> None:
        sheet = Sheet("S", ["name", *FORMULAS], [[text, *FORMULAS] for text in FORMULAS])
        faults = [
            Fault(
                FaultKind.CODE_FORM,
                msg("{text}", text=text),
                Outcome.NOTED,
                file=text,
                layer="S",
                row=2,
                cell="A2",
                value=text,
            )
            for text in FORMULAS
        ]
        books = [
            write_workbook([sheet], created=AT),
            write_fault_workbook(
                [GivenSheet("S", [["name"], *([text] for text in FORMULAS)])],
                faults,
                language="en",
                created=AT,
            ),
        ]
        for made in books:
            for page in openpyxl.load_workbook(io.BytesIO(made)).worksheets:
                kinds = {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None}
                assert "f" not in kinds
                assert kinds <= {"s", "n", "d"}

    def test_a_fault_workbook_of_a_formula_says_it_as_it_was(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(tmp_path / "t.xlsx", {"strings_to_formulas": False}) as book:
            page = book.add_worksheet()
            for row, cells in enumerate([["姓名", "电话"], ["=安娜", "x"]]):
                page.write_row(row, 0, cells)
        table, checked = read(tmp_path / "t.xlsx", "people")
        assert told(checked.faults)[-1] == ("B2", FaultKind.PHONE_FORM, LEFT_OUT)
        assert table.given[1][0] == "=安娜"
