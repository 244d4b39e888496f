"""Faults marked in the sheet as it was given; what was text stays text."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from gridmap.draw.books.fault_workbook import GivenSheet, write_fault_workbook
from gridmap.messages import msg
from gridmap.model.faults import (
    KIND_LABELS,
    OUTCOME_LABELS,
    Fault,
    FaultKind,
    Outcome,
    fault_counts,
    fault_rows,
)

AT = datetime(2020, 2, 10, 8)
GIVEN = GivenSheet(
    "花名册",
    [
        ["云泽县花名册", "", ""],
        ["姓名", "代码", "户数"],
        ['=HYPERLINK("http://127.0.0.1","安")', "1.30981E+11", "约320"],
        ["小计", "", "320"],
        ["鲍", "990101001201", "40"],
    ],
    merged=[(0, 0, 0, 2)],
)
FAULTS = [
    Fault(
        FaultKind.CODE_LOST,
        msg("{code}: a spreadsheet kept it as a number, and its last digits are lost", code="1.30981E+11"),
        Outcome.ROW_LEFT_OUT,
        file="r.xlsx", layer="花名册", row=3, column="代码", cell="B3", value="1.30981E+11",
        remains=msg("Make the column text, and fill in the codes anew from their source."),
    ),
    Fault(
        FaultKind.NUMBER_APPROXIMATE,
        msg("read as {n}, approximate", n=320),
        Outcome.NOTED,
        file="r.xlsx", layer="花名册", row=3, column="户数", cell="C3", value="约320",
    ),
    Fault(
        FaultKind.SUBTOTAL_ROW,
        msg("a row of totals, not taken as data"),
        Outcome.ROW_LEFT_OUT,
        file="r.xlsx", layer="花名册", row=4, value="小计 320", done=msg("left out"),
    ),
]  # fmt: skip
RED, BLUE = "FFF4B6B0", "FFD6E4F2"


def opened(given: list[GivenSheet], faults: list[Fault]) -> tuple[bytes, openpyxl.Workbook]:
    data = write_fault_workbook(given, faults, language="en", created=AT)
    return data, openpyxl.load_workbook(io.BytesIO(data))


def colour(page: Worksheet, cell: str) -> str | None:
    fill = page[cell].fill
    return str(fill.fgColor.rgb) if fill.fill_type else None


def comment(page: Worksheet, cell: str) -> str:
    note = page[cell].comment
    return note.text if note else ""


def test_the_sheet_is_as_it_was_given_and_faulty_cells_are_marked() -> None:
    _, book = opened([GIVEN], FAULTS)
    page = book["花名册"]
    assert [[cell.value or "" for cell in row] for row in page.iter_rows()] == [
        list(row) for row in GIVEN.rows
    ]
    assert (colour(page, "B3"), colour(page, "C3")) == (RED, BLUE)
    assert colour(page, "A4") == colour(page, "C4") == RED
    assert colour(page, "A3") is None
    assert colour(page, "B5") is None
    assert "last digits are lost\nMake the column text" in comment(page, "B3")
    assert comment(page, "A4") == "a row of totals, not taken as data"
    assert [str(area) for area in page.merged_cells.ranges] == ["A1:C1"]


def test_the_summary_counts_and_lists_all() -> None:
    _, book = opened([GIVEN], FAULTS)
    page = book["Faults"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[1][:2] == ["digits of a code lost", 1]
    listed = rows[-3:]
    assert [row[2] for row in listed] == ["B3", "C3", "4"]
    assert listed[0][5:7] == ["1.30981E+11", "row left out"]
    assert str(listed[0][8]).startswith("Make the column text")


def test_nothing_runs() -> None:
    data, book = opened([GIVEN], FAULTS)
    assert book["花名册"]["A3"].data_type == "s"
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        texts = {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}
    assert not any("<f>" in text for text in texts.values())
    assert not any("hyperlink" in name.lower() or "vbaProject" in name for name in texts)


def test_names_of_sheets_that_excel_does_not_take() -> None:
    given = [GivenSheet(name, [["a"]]) for name in ("a/b", "A B", "", "History", "长" * 40, "Faults")]
    _, book = opened(given, [])
    assert len({name.casefold() for name in book.sheetnames}) == 7
    assert all(0 < len(name) <= 31 for name in book.sheetnames)


def test_merged_ranges_and_faults_beyond_the_texts() -> None:
    far = Fault(FaultKind.MISSING, msg("nothing there"), Outcome.ASKED, layer="s", row=9, cell="D9")
    _, book = opened([GivenSheet("s", [["a", "b"]], [(0, 0, 1_048_575, 16_383)])], [far])
    assert [str(area) for area in book["s"].merged_cells.ranges] == ["A1:B1"]
    assert comment(book["s"], "D9") == "nothing there"


def test_chinese_and_equal_bytes() -> None:
    first = write_fault_workbook([GIVEN], FAULTS, language="zh", created=AT)
    assert first == write_fault_workbook([GIVEN], FAULTS, language="zh", created=AT)


def test_faults_as_rows_for_json() -> None:
    rows = fault_rows(FAULTS, "en")
    assert json.loads(json.dumps(rows))[0] == {
        "kind": "code_lost",
        "outcome": "row_left_out",
        "file": "r.xlsx",
        "layer": "花名册",
        "row": 3,
        "column": "代码",
        "cell": "B3",
        "value": "1.30981E+11",
        "message": "1.30981E+11: a spreadsheet kept it as a number, and its last digits are lost",
        "done": "",
        "remains": "Make the column text, and fill in the codes anew from their source.",
    }
    assert fault_counts([*FAULTS, FAULTS[0]]) == {"code_lost": 2, "number_approximate": 1, "subtotal_row": 1}
    assert str(FAULTS[0].told).startswith("r.xlsx; sheet or layer 花名册; cell B3: 1.30981E+11")


def test_every_kind_and_outcome_has_a_label() -> None:
    assert set(KIND_LABELS) == set(FaultKind)
    assert set(OUTCOME_LABELS) == set(Outcome)
