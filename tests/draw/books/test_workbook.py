from __future__ import annotations

import io
from datetime import datetime

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from gridmap.draw.books.workbook import Sheet, write_workbook

NOON = datetime(2020, 2, 10, 12)
PAYLOADS = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "http://evil.example", "\t=1"]


def read_back(sheet: Sheet) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook([sheet], created=NOON)))
    page = book[sheet.title]
    assert isinstance(page, Worksheet)
    return page


def test_text_stays_text_whatever_it_begins_with() -> None:
    page = read_back(Sheet("people", ["name"], [[payload] for payload in PAYLOADS]))
    cells = [row[0] for row in page.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == PAYLOADS
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_codes_stay_text_and_numbers_and_times_keep_their_kind() -> None:
    page = read_back(Sheet("cells", ["code", "households", "since"], [["990101001201001", 412.0, NOON]]))
    code, households, since = page[2]
    assert (code.value, code.data_type) == ("990101001201001", "s")
    assert (households.value, since.value) == (412, NOON)


def test_notes_stand_above_the_headings() -> None:
    page = read_back(Sheet("cells", ["code"], [["1"]], notes=["As of noon", "Revision 3"]))
    assert [page.cell(line, 1).value for line in (1, 2, 3, 4)] == ["As of noon", "Revision 3", "code", "1"]
    assert page.freeze_panes == "A4"


def test_choices_are_offered_short_and_long() -> None:
    many = [f"person {number:04d}" for number in range(200)]
    sheet = Sheet("posts", ["who", "what"], [["x", "y"]], choices={0: many, 1: ["head"]}, entry_rows=5)
    book = openpyxl.load_workbook(io.BytesIO(write_workbook([sheet], created=NOON)))
    rules = {str(rule.sqref): rule.formula1 for rule in book["posts"].data_validations.dataValidation}
    assert rules["B2:B7"] == '"head"'
    assert rules["A2:A7"].endswith("$A$1:$A$200")
    hidden = book.worksheets[1]
    assert (hidden.sheet_state, hidden["A200"].value) == ("hidden", "person 0199")


def test_equal_sheets_give_equal_bytes() -> None:
    sheet = Sheet("cells", ["code"], [["1"]])
    assert write_workbook([sheet], created=NOON) == write_workbook([sheet], created=NOON)


def test_totals_stand_below_what_is_filtered() -> None:
    page = read_back(Sheet("cells", ["code", "n", "x"], [["a", 1, 2]], totals=["=total", 1, None]))
    assert [(cell.value, cell.data_type) for cell in page[3][:2]] == [("=total", "s"), (1, "n")]
    assert page[3][0].font.bold
    assert page.auto_filter.ref == "A1:C2"
