"""Cells whose text did not come through: wrong marks, mixed bytes, lost characters, formulas without a value.

And what stands below headings and is no data: a row of units of measure.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gridmap.store.repository import Workspace
from tests.office.office_county import (
    EAST_LI,
    WEST_LI,
    brought_in,
    csv,
    households,
    office_county,
    refused,
    run,
    tried,
    xlsx,
)
from tests.read.drawn_files import squares

Rows = list[list[Any]]
MARK = b"\xef\xbb\xbf"
HEADINGS, EAST, WEST = "乡镇,村,户数", "寺门村镇,东李村,311", "寺门村镇,西李村,312"


@pytest.fixture
def county(tmp_path: Path) -> Workspace:
    return office_county(tmp_path)


def file(county: Workspace, name: str = "t.xlsx") -> Path:
    return county.path.parent / name


def written(county: Workspace, *parts: bytes) -> Path:
    path = file(county, "t.csv")
    path.write_bytes(b"".join(parts))
    return path


def lines(*rows: str, encoding: str) -> bytes:
    return "".join(f"{row}\r\n" for row in rows).encode(encoding)


class TestMarks:
    """The mark of UTF-8 in front of what is not."""

    @pytest.mark.parametrize(("encoding", "name"), [("gb18030", "GB18030"), ("cp950", "Big5")])
    def test_bytes_overrule_it_and_that_is_told(self, county: Workspace, encoding: str, name: str) -> None:
        rows = (HEADINGS, EAST) if encoding == "gb18030" else ("鄉鎮,村,戶數", "寺門村鎮,東李村,311")
        path = written(county, MARK, lines(*rows, encoding=encoding))
        (sheet,) = json.loads(run("inspect", path, "--json").stdout)["layers"]
        assert (sheet["encoding"], sheet["encoding_found_by"]) == (name, "score")
        assert sheet["faults"]["encoding_wrong"] == 1
        assert "the file says its texts are in UTF-8, but they are not" in run("inspect", path).stdout
        assert sheet["fields"] == rows[0].split(",")

    def test_the_import_reads_it_and_tells(self, county: Workspace) -> None:
        told = brought_in(
            county, "households", written(county, MARK, lines(HEADINGS, EAST, encoding="gb18030"))
        )
        assert households(county) == {EAST_LI: 311}
        assert "encoding_wrong" in {fault["kind"] for fault in told["fault_places"]}

    @pytest.mark.parametrize("mark", [b"", MARK])
    def test_two_programs_wrote_to_one_file(self, county: Workspace, mark: bytes) -> None:
        path = written(county, mark, lines(HEADINGS, EAST, encoding="utf-8"), lines(WEST, encoding="gb18030"))
        for command in (("inspect", path), ("import", county.path, "households", path, "--good-rows")):
            result = run(*command)
            assert (result.exit_code, result.stdout) == (2, "")
            assert "some of its rows are in UTF-8 and others are not (from row 3)" in result.stderr
        assert households(county) == {}

    def test_a_broken_mark_of_two_byte_units(self, county: Workspace) -> None:
        path = written(county, b"\xff\xfe", lines(HEADINGS, EAST, encoding="utf-16-le"), b"\x00\xd8\x41\x00")
        result = run("inspect", path)
        assert result.exit_code == 2
        assert "in no encoding that is known here" in result.stderr

    def test_a_file_that_ends_inside_a_character(self, county: Workspace) -> None:
        path = written(county, lines(HEADINGS, EAST, encoding="utf-8"), "寺门村镇,西李村".encode()[:-1])
        assert "the file ends inside a character" in run("inspect", path).stdout


class TestNamedEncodings:
    """An encoding that is named and is not that of the file."""

    @pytest.mark.parametrize("named", ["UTF-8", "Windows-1252"])
    def test_it_is_refused(self, county: Workspace, named: str) -> None:
        # 0x81 is a byte of GB18030 that Windows-1252 does not have.
        path = written(county, lines(HEADINGS, EAST, "寺门村镇,亐村,1", encoding="gb18030"))
        result = run("import", county.path, "households", path, "--good-rows", "--encoding", named)
        assert (result.exit_code, households(county)) == (2, {})
        assert f"not in the encoding that is named ({named})" in result.stderr

    def test_a_table_of_points(self, county: Workspace) -> None:
        units = file(county, "units.gpkg")
        squares(code=["A", "B"], name=["东", "西"]).to_file(units, layer="units", driver="GPKG")
        path = written(county, MARK, lines("经度,纬度,村", "116.805,38.305,东李村", encoding="gb18030"))
        out = file(county, "cells.gpkg")
        result = run("split", units, "--points", path, "--out", out)
        assert result.exit_code == 0, result.output
        mixed = written(
            county,
            lines("经度,纬度,村", "116.805,38.305,东李村", encoding="utf-8"),
            lines("116.805,38.305,东李村", encoding="gb18030"),
        )
        result = run("split", units, "--points", mixed, "--out", out)
        assert result.exit_code == 2
        assert "(from row 3)" in result.stderr


class TestLostCharacters:
    """The sign of a lost character, saved by another program."""

    def test_the_row_is_refused_by_its_cell(self, county: Workspace) -> None:
        rows = (
            "张\ufffd,10000000001,寺门村镇,东李村,网格员,",
            "李四,10000000002,寺门村镇,东李村,网格员,\ufffd",
        )
        path = csv(file(county, "t.csv"), "姓名,电话,乡镇,村,岗位,座右铭", *rows)
        told = tried(county, "people", path)
        assert list(refused(told)) == [2]
        assert "characters were lost" in refused(told)[2]
        shown = run("inspect", path).stdout
        assert "characters of a text lost: 2 (A2, F3)" in shown


class TestFormulas:
    """Formulas that nobody worked out: the file has no value for them."""

    def test_only_their_rows_are_refused(self, county: Workspace) -> None:
        rows: Rows = [["乡镇", "村", "户数"], ["寺门村镇", "东李村", 311], ["寺门村镇", "西李村", "=300+12"]]
        told = brought_in(county, "households", xlsx(file(county), rows))
        assert refused(told) == {3: told["rows"][1]["reason"]}
        assert "the formula has no value" in refused(told)[3]
        assert households(county) == {EAST_LI: 311}

    def test_totals_and_columns_that_are_left_alone_do_not_matter(self, county: Workspace) -> None:
        rows: Rows = [["序号", "乡镇", "村", "户数"], ["=ROW()", "寺门村镇", "东李村", 311],
                ["=ROW()", "寺门村镇", "西李村", 312], [None, "合计", None, "=SUM(D2:D3)"]]  # fmt: skip
        told = brought_in(county, "households", xlsx(file(county), rows))
        assert (refused(told), households(county)) == ({}, {EAST_LI: 311, WEST_LI: 312})

    def test_a_row_of_nothing_else_and_merged_cells(self, county: Workspace) -> None:
        rows: Rows = [
            ["乡镇", "村", "户数"],
            ["寺门村镇", "东李村", "=1"],
            [None, "西李村", None],
            ["=A2", "=B2", "=C2"],
        ]
        told = tried(county, "households", xlsx(file(county), rows, "A2:A3", "C2:C3"))
        assert list(refused(told)) == [2, 3, 4]
        assert all("the formula has no value" in why for why in refused(told).values())

    def test_each_sheet_has_its_own(self, county: Workspace) -> None:
        book = openpyxl.Workbook()
        book.worksheets[0].append(["村", "=1"])
        page = book.create_sheet("户 & 人")
        for row in (["乡镇", "村", "户数"], ["寺门村镇", "东李村", "=311"]):
            page.append(row)
        book.save(file(county))
        told = tried(county, "households", file(county), "--sheet", "户 & 人")
        assert list(refused(told)) == [2]
        shown = run("inspect", file(county)).stdout
        assert "needed cell is empty: 1 (C2)" in shown


class TestMeasures:
    """A row of units of measure below the headings."""

    @pytest.mark.parametrize(
        "measures", ["；；(户)；(人)；姓名电话", ";;户;人;", ";;（户）;;", ";;(单位:户);(人);"]
    )
    def test_it_belongs_to_the_headings(self, county: Workspace, measures: str) -> None:
        rows = ["乡镇;村;户数;人口;联系人", measures.replace("；", ";"), "寺门村镇;东李村;311;900;张三"]
        path = csv(file(county, "t.csv"), *rows)
        (sheet,) = json.loads(run("inspect", path, "--json").stdout)["layers"]
        assert (sheet["heading_rows"], sheet["count"]) == ([1, 2], 1)
        told = brought_in(county, "households", path)
        assert (refused(told), households(county)) == ({}, {EAST_LI: 311})

    @pytest.mark.parametrize(
        "rows", [["物资名称,单位,数量", "水泥,吨,3"], ["物资,单位", "口罩,个"], ["村,组", "李村,户"]]
    )
    def test_rows_of_things_are_data(self, county: Workspace, rows: list[str]) -> None:
        (sheet,) = json.loads(run("inspect", csv(file(county, "t.csv"), *rows), "--json").stdout)["layers"]
        assert (sheet["heading_rows"], sheet["count"]) == ([1, 1], 1)


def test_what_is_not_found_is_called_by_its_name(county: Workspace) -> None:
    path = csv(file(county, "t.csv"), "乡镇,村,户数", "城关街道,不存在村,1")
    told = tried(county, "households", path)
    assert "nothing in 城关街道 is called 不存在村" in str(told)


class TestHeadingsInInitials:
    """A roster of another vendor: every heading in initials or pinyin, numbered rows, a total below."""

    @pytest.mark.parametrize(
        "headings",
        [
            ["XH", "XZ", "CUN", "XM", "DH", "GW", "BZ"],
            ["xuhao", "xiangzhen", "cun", "xingming", "dianhua", "gangwei", "beizhu"],
        ],
        ids=["initials", "pinyin"],
    )
    def test_they_are_found_above_all_rows(self, county: Workspace, headings: list[str]) -> None:
        people = [
            [number, "寺门村镇", "东李村", f"某{name}", None, "网格员", None]
            for number, name in enumerate("甲乙丙丁戊己庚", start=1)
        ]
        path = xlsx(file(county), [["花名册"], headings, *people, ["合计", None, None, "7人"]])
        (sheet,) = json.loads(run("inspect", path, "--json").stdout)["layers"]
        assert (sheet["fields"], sheet["count"]) == (headings, 7)
        assert sheet["faults"] == {"subtotal_row": 1}


def test_a_geojson_file_that_was_cut_off_says_so(county: Workspace) -> None:
    whole = squares(code=["A", "B"]).to_json()
    path = file(county, "cut.geojson")
    path.write_text(whole[: len(whole) // 2])
    assert f"its end is missing after {len(whole) // 2} characters" in run("inspect", path).stderr
