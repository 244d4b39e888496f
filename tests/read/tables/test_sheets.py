"""Workbooks of others as they are read: values as texts, hidden sheets left alone, harm refused."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import GridmapError
from gridmap.read.tables.office_tables import OfficeTable, read_office_tables
from gridmap.read.tables.sheets import TableLimits, read_sheets
from gridmap.read.values.texts import heading_key, tidy_text


def book(folder: Path, *sheets: Sequence[Any], name: str = "r.xlsx") -> Path:
    """A workbook by openpyxl, a sheet for each table of values."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        page = made.create_sheet(f"S{number}")
        for row in rows:
            page.append(list(row))
    made.save(folder / name)
    return folder / name


def csv_file(folder: Path, text: str) -> Path:
    path = folder / "r.csv"
    path.write_bytes(text.encode())
    return path


def only(path: Path) -> OfficeTable:
    (table,) = read_office_tables(path)
    return table


def refused(path: Path, **limits: int) -> str:
    with pytest.raises(GridmapError) as refusal:
        read_sheets(path, TableLimits(**limits))
    text = str(refusal.value)
    assert text.startswith(path.name)
    assert "\n" not in text
    return text


def test_codes_are_text_and_dates_are_dates(tmp_path: Path) -> None:
    row = [990101001201001, 130981100201.0, "990101001201001", 1.5, True, date(2020, 2, 1), None]
    later = [datetime(2020, 2, 10, 8, 30), 10**17 + 1]
    (sheet,) = read_sheets(book(tmp_path, [row, later]))
    assert sheet.rows[0][:6] == (
        "990101001201001", "130981100201", "990101001201001", "1.5", "TRUE", datetime(2020, 2, 1),
    )  # fmt: skip
    # The last digits are lost: not to be repaired.
    assert sheet.rows[1][:2] == (datetime(2020, 2, 10, 8, 30), "1.00000000000000E+17")


def test_hidden_sheets_are_left_alone(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.worksheets[0].append(["name", "phone"])
    hidden = made.create_sheet("lists")
    hidden.append(["name", "phone"])
    hidden.sheet_state = "hidden"
    made.save(tmp_path / "h.xlsx")
    assert [sheet.name for sheet in read_sheets(tmp_path / "h.xlsx")] == ["Sheet"]


# Hostile files


def packed(path: Path, **parts: str | bytes) -> Path:
    """A zip archive with parts, `__` for `/` in their names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return path


def with_sheet_xml(folder: Path, change: Callable[[str], str]) -> Path:
    """A good workbook whose sheet was altered."""
    good = book(folder, [["name", "phone"], ["a", "1"]], name="good.xlsx")
    path = folder / "r.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name).decode()
            target.writestr(name, change(text) if "worksheets" in name else text)
    return path


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    path = packed(tmp_path / "r.xlsx", xl__workbook_xml="<a/>", xl__worksheets__sheet1_xml=b" " * 300_000_000)
    started = time.monotonic()
    assert "unpacks to far more" in refused(path)
    assert time.monotonic() - started < 180


@pytest.mark.slow
def test_a_sheet_of_a_million_rows_is_refused_at_once(tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(tmp_path / "r.xlsx", {"constant_memory": True})
    page = made.add_worksheet()
    page.write_row(0, 0, ["name", "phone"])
    for row in range(1, 2**20):
        page.write_number(row, 0, row)
    made.close()
    started = time.monotonic()
    assert "more than 60,000 rows" in refused(tmp_path / "r.xlsx")
    assert time.monotonic() - started < 180


@pytest.mark.parametrize(("cell", "word"), [("A1048576", "rows"), ("XFD2", "columns")])
def test_one_cell_far_out(cell: str, word: str, tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.worksheets[0].append(["name", "phone"])
    made.worksheets[0][cell] = "x"
    made.save(tmp_path / "r.xlsx")
    assert word in refused(tmp_path / "r.xlsx")


def test_a_far_cell_that_hides_its_place_ends_the_child_alone(tmp_path: Path) -> None:
    """Only the limits of the process stand in the way of a place that the check does not see."""
    path = with_sheet_xml(tmp_path, lambda text: text.replace("</sheetData>", FAR + "</sheetData>"))
    started = time.monotonic()
    assert refused(path)
    assert time.monotonic() - started < 180


FAR = '<row r="1048576"><c x=">" r="XFD1048576"><v>1</v></c></row>'


def test_external_entities_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not tell")
    head = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    path = with_sheet_xml(tmp_path, lambda text: head + text.replace("<v>1</v>", "<v>&e;</v>"))
    text = refused(path)
    assert "entities" in text
    assert "do not tell" not in text


def test_formulas_give_their_stored_value_or_are_told_to_have_none(tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(tmp_path / "stored.xlsx")
    page = made.add_worksheet()
    page.write_row(0, 0, ["name", "phone"])
    page.write_formula(1, 0, '=HYPERLINK("http://127.0.0.1:9/","a")', value="安")
    made.close()
    assert only(tmp_path / "stored.xlsx").frame.iloc[0, 0] == "安"
    path = book(tmp_path, [["name", "phone"], ['=WEBSERVICE("http://127.0.0.1:9/")', "1"]])
    table = only(path)
    assert table.frame.iloc[0, 0] == ""
    assert table.without_value == {(2, "A")}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.xlsx", b"name,phone\n", "a text table by the name of a workbook"),
        ("r.ods", b"name,phone\n", "a text table by the name of a workbook"),
        ("r.xls", b"name,phone\n", "a text table by the name of a workbook"),
        ("r.ods", b"<html><table></table>", "a web page by the name of a workbook"),
        ("r.ods", b"\x00\x01name", "its content is not a workbook (ODS)"),
        ("r.csv", b"PK\x03\x04 no text", "its content is not a CSV table"),
        ("r.csv", b"name,phone\n\0\0\0", "its content is not a CSV table"),
        ("r.csv", b"name,phone\n\xff\xfe\xfa\x81", "in no encoding"),
        ("r.csv", b'name,phone\n"a', "damaged"),
        ("r.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted", "password"),
        ("r.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        ("r.xlsx", b"PK\x03\x04 and no more", "damaged"),
        ("r.docx", b"PK\x03\x04", "are not read"),
    ],
)
def test_other_content(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert words in refused(path)


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    assert "not a workbook (XLSX)" in refused(packed(tmp_path / "r.xlsx", hello_xml="<a/>"))


def test_a_workbook_with_broken_parts(tmp_path: Path) -> None:
    assert "damaged" in refused(packed(tmp_path / "r.xlsx", xl__workbook_xml="<workbook"))


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none.xlsx")


def test_limits_are_named(tmp_path: Path) -> None:
    assert "larger than 0 MB" in refused(csv_file(tmp_path, "name,phone\n"), megabytes=0)
    assert "more than 2 rows" in refused(csv_file(tmp_path, "name,phone\n\n\n\n"), rows=2)
    assert "more than 1 columns" in refused(csv_file(tmp_path, "name,phone\n"), columns=1)
    two = book(tmp_path, [["name", "phone"]], [["name", "phone"]])
    assert "more than 1 sheets" in refused(two, sheets=1)


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    once = tidy_text(text)
    assert tidy_text(once) == once
    assert heading_key(once) == heading_key(text)
