"""`gridmap inspect` of workbooks and CSV files: sheets with the keys of layers, and their headings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from gridmap.cli import main

DEATHS = Path(__file__).parent / "files" / "deaths.xlsx"
KEYS = {
    "name", "count", "geometry", "fields", "encoding", "encoding_found_by", "encoding_suggestions", "crs",
    "crs_found_by", "crs_doubt", "crs_suggestions", "datum_suggestion", "sure", "faults", "faults_told",
}  # fmt: skip


def run(*arguments: object) -> Result:
    return CliRunner(env={"LC_ALL": "C"}).invoke(main, [str(argument) for argument in arguments])


def layers_of(path: Path, *arguments: object) -> list[dict[str, Any]]:
    result = run("inspect", path, *arguments, "--json")
    assert result.exit_code == 0, result.output
    layers = [dict(layer) for layer in json.loads(result.stdout)["layers"]]
    assert all(layer.keys() >= KEYS for layer in layers)
    return layers


def roster(path: Path) -> Path:
    """A title, headings of two rows, a total, and a code that lost its digits."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["寺门村镇网格长名单", None, None, None],
        ["代码", "村", "网格长", None],
        [None, None, "姓名", "电话"],
        ["130981100201", "寺门村", "安", "10000000001"],
        ["1.30981E+11", "郝村", "鲍尔", "10000000002"],
        ["合计", None, "2", None],
    ):
        page.append(row)
    for area in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
        page.merge_cells(area)
    book.create_sheet("空")
    book.save(path)
    return path


def test_sheets_are_told_with_the_keys_of_layers(tmp_path: Path) -> None:
    (sheet,) = layers_of(roster(tmp_path / "roster.xlsx"))
    assert (sheet["name"], sheet["count"], sheet["geometry"], sheet["crs"]) == ("Sheet", 2, None, None)
    assert sheet["fields"] == ["代码", "村", "网格长/姓名", "网格长/电话"]
    assert (sheet["heading_rows"], sheet["sure"]) == ([2, 3], True)
    assert sheet["faults"] == {"subtotal_row": 1, "code_lost": 1}
    assert (sheet["encoding"], sheet["encoding_found_by"]) == ("UTF-8", "format")


def test_each_sheet_in_words() -> None:
    lines = run("inspect", DEATHS).stdout.splitlines()
    assert lines[:2] == ["arts: 10 rows of data", "  headings: row 5"]
    assert "other: 10 rows of data" in lines
    assert "  note among the rows: 4 (16, 17, 18, 19)" in lines


def test_lost_digits_are_told_by_their_cells(tmp_path: Path) -> None:
    text = run("inspect", roster(tmp_path / "roster.xlsx")).stdout
    assert "headings: rows 2 to 3" in text
    assert "digits of a code lost: 1 (A5)" in text


@pytest.mark.parametrize(
    ("written", "encoding", "how"),
    [
        ("utf-8", "UTF-8", "bytes"),
        ("utf-8-sig", "UTF-8", "mark"),
        ("gb18030", "GB18030", "score"),
        ("utf-16", "UTF-16-LE", "mark"),
        ("utf-16-le", "UTF-16-LE", "zeros"),
    ],
)
def test_a_csv_file_tells_its_encoding_and_delimiter(
    written: str, encoding: str, how: str, tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("姓名;村名;电话\n安;寺门村;10000000001\n鲍尔;郝村;10000000002\n".encode(written))
    (sheet,) = layers_of(path)
    assert (sheet["count"], sheet["delimiter"], sheet["heading_rows"]) == (2, ";", [1, 1])
    assert sheet["fields"] == ["姓名", "村名", "电话"]
    text = run("inspect", path).stdout
    assert "divided by: semicolon" in text
    assert (sheet["encoding"], sheet["encoding_found_by"]) == (encoding, how)
    assert f"encoding: {encoding} (" in text


def test_a_sheet_without_headings_is_not_sure(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append([1, 2, 3])
    book.active.append([4, 5, 6])
    book.save(tmp_path / "n.xlsx")
    (sheet,) = layers_of(tmp_path / "n.xlsx")
    assert (sheet["heading_rows"], sheet["sure"], sheet["faults"]) == (None, False, {"no_headings": 1})
    assert "no row looks like headings" in run("inspect", tmp_path / "n.xlsx").stdout


def test_a_workbook_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_text("nothing")
    result = run("inspect", path, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "r.xlsx" in result.stderr
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    result = run("inspect", tmp_path / "empty.xlsx")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "empty.xlsx: there is nothing in it" in result.stderr
