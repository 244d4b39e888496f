"""Tables as offices make them: titles, headings of several rows, merged cells, totals and notes."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.cell_range import CellRange

from gridmap.errors import LayerChoiceError, UnreadableFileError
from gridmap.model.faults import FaultKind, Outcome
from gridmap.read.tables.office_tables import OfficeTable, choose_table, office_table, read_office_tables
from gridmap.read.tables.sheets import Merged, RawSheet, TableLimits, column_letters, read_sheets

Area = tuple[int, int, int, int]


def sheet(rows: Sequence[Sequence[str]], *merged: Area) -> OfficeTable:
    """A sheet drawn as it looks: merged cells have their text in the first and nothing in the others."""
    raw = RawSheet("S", tuple(tuple(row) for row in rows), tuple(Merged(*area) for area in merged))
    return office_table("t.xlsx", raw)


def texts(table: OfficeTable) -> list[list[str]]:
    return [[str(text) for text in row] for row in table.frame.to_numpy()]


def kinds(table: OfficeTable) -> list[tuple[int | None, FaultKind]]:
    return [(fault.row, fault.kind) for fault in table.faults]


TITLED = [
    ["云泽县网格员花名册", "", "", ""],
    ["填报单位:县委办", "", "2020年2月10日", ""],
    ["序号", "姓名", "联系电话", "户数"],
    ["1", "安娜", "10012345678", "320"],
    ["2", "鲍尔", "10012345679", "约300"],
]


def test_headings_below_titles() -> None:
    table = sheet(TITLED, (0, 0, 0, 3))
    assert table.heading_rows == (3, 3)
    assert table.headings == {"A": "序号", "B": "姓名", "C": "联系电话", "D": "户数"}
    assert list(table.frame.index) == [4, 5]
    assert table.frame.at[5, "D"] == "约300"
    assert table.cell(5, "D") == "D5"
    assert str(table.summary) == "S: 2 rows, 4 columns, headings in row 3"


def test_two_rows_of_merged_headings_are_joined() -> None:
    rows = [
        ["花名册", "", "", "", ""],
        ["乡镇", "网格长", "", "网格员", ""],
        ["", "姓名", "电话", "姓名", "电话"],
        ["河东镇", "安", "10000000001", "鲍", "10000000002"],
    ]
    table = sheet(rows, (0, 0, 0, 4), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4))
    assert list(table.headings.values()) == [
        "乡镇",
        "网格长/姓名",
        "网格长/电话",
        "网格员/姓名",
        "网格员/电话",
    ]
    assert table.heading_rows == (2, 3)
    assert list(table.frame.index) == [4]


def test_three_rows_of_headings() -> None:
    rows = [
        ["村", "人员", "", "", ""],
        ["", "网格长", "", "网格员", ""],
        ["", "姓名", "电话", "姓名", "电话"],
        ["李村", "安", "10000000001", "鲍", "10000000002"],
    ]
    table = sheet(rows, (0, 0, 2, 0), (0, 1, 0, 4), (1, 1, 1, 2), (1, 3, 1, 4))
    assert list(table.headings.values())[1:3] == ["人员/网格长/姓名", "人员/网格长/电话"]
    assert table.rows == 1


def test_a_row_of_data_below_a_merged_heading_is_no_heading() -> None:
    rows = [["村", "联系人", "", "户数"], ["李村", "安", "书记", "32"], ["王村", "鲍", "主任", "45"]]
    table = sheet(rows, (0, 1, 0, 2))
    assert table.heading_rows == (1, 1)
    assert table.rows == 2


def test_two_rows_of_headings_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("乡镇,网格长,,网格员,\n,姓名,电话,姓名,电话\n河东镇,安,1001,鲍,1002\n", encoding="utf-8")
    (table,) = read_office_tables(path)
    assert list(table.headings.values()) == [
        "乡镇",
        "网格长/姓名",
        "网格长/电话",
        "网格员/姓名",
        "网格员/电话",
    ]
    assert texts(table) == [["河东镇", "安", "1001", "鲍", "1002"]]


def test_headings_of_one_text_are_numbered() -> None:
    table = sheet([["姓名", "电话", "电话"], ["安", "1001", "1002"]])
    assert list(table.headings.values()) == ["姓名", "电话", "电话 (2)"]
    assert table.column("电话 (2)") == "C"


def test_headings_nobody_knows() -> None:
    table = sheet([["alpha", "beta"], ["x1", "12"], ["x2", "13"]])
    assert table.heading_rows == (1, 1)
    assert table.rows == 2


def test_cells_are_filled_only_where_they_were_merged() -> None:
    rows = [
        ["乡镇", "村", "户数"],
        ["河东镇", "李村", "30"],
        ["", "王村", "40"],
        ["河西镇", "赵村", "50"],
        ["", "孙村", "60"],
    ]
    table = sheet(rows, (1, 0, 2, 0))
    assert [row[0] for row in texts(table)] == ["河东镇", "河东镇", "河西镇", ""]
    assert table.cell(3, "A") == "A2"
    assert table.cell(5, "A") == "A5"
    assert table.given[2] == ("", "王村", "40")


def test_what_is_merged_across_is_not_spread() -> None:
    table = sheet([["姓名", "电话", "户数"], ["空缺", "", "30"], ["安", "1001", "40"]], (1, 0, 1, 1))
    assert texts(table)[0] == ["空缺", "", "30"]


def test_totals_notes_and_repeated_headings_are_told_and_left_out() -> None:
    rows = [
        ["乡镇", "村", "户数", "人口"],
        ["河东镇", "李村", "30", "90"],
        ["河东镇小计", "", "30", "90"],
        ["", "", "", ""],
        ["乡镇", "村", "户数", "人口"],
        ["河西镇", "赵村", "50", "150"],
        ["合 计", "", "80", "240"],
        ["注:数据截至2月10日", "", "", ""],
        ["填表人:安", "", "审核人:鲍", ""],
    ]
    table = sheet(rows)
    assert list(table.frame.index) == [2, 6]
    assert kinds(table) == [
        (3, FaultKind.SUBTOTAL_ROW),
        (5, FaultKind.REPEATED_HEADINGS),
        (7, FaultKind.SUBTOTAL_ROW),
        (8, FaultKind.NOTE_ROW),
        (9, FaultKind.NOTE_ROW),
    ]
    assert {fault.outcome for fault in table.faults} == {Outcome.ROW_LEFT_OUT}
    assert str(table.faults[0].told) == "t.xlsx; sheet or layer S; row 3: a row of totals, not taken as data"


def test_a_total_within_merged_townships_is_a_total() -> None:
    rows = [["乡镇", "村", "户数"], ["河东镇", "李村", "30"], ["", "小计", "30"]]
    table = sheet(rows, (1, 0, 2, 0))
    assert list(table.frame.index) == [2]


def test_names_that_begin_like_notes_are_data() -> None:
    rows = [["姓名", "电话", "户数"], ["注", "1001", "2"], ["合计", "", "2"], ["计合", "1002", "3"]]
    assert [row[0] for row in texts(sheet(rows))] == ["注", "计合"]


def scribbled(path: Path) -> Path:
    """The layout of readxl's `deaths.xlsx`: loose words above and below the rows, in any column."""
    made = xlsxwriter.Workbook(path)
    day = made.add_format({"num_format": "yyyy-mm-dd"})
    for name in ("arts", "other"):
        page = made.add_worksheet(name)
        page.write(0, 0, "Some people")
        page.write_row(1, 0, ["always leave a word", "", "", "", "", "here"])
        page.write_row(2, 0, ["on", "the", "top", "", "of", "their sheets"])
        page.merge_range(3, 1, 3, 4, "and merge cells")
        page.write(3, 0, "too")
        page.write_row(4, 0, ["Name", "Profession", "Age", "Has kids", "Date of birth", "Date of death"])
        for row in range(5, 15):
            page.write_row(row, 0, [f"Person {row}", "actor", 40 + row, row % 2 == 0])
            page.write_datetime(row, 4, date(1947, 1, row), day)
            page.write_datetime(row, 5, date(2016, 1, row), day)
        page.write(15, 0, "Others")
        page.write(16, 1, "go on writing")
        page.write_row(17, 2, ["at the", "bottom,"])
        page.write(18, 5, "too!")
    made.close()
    return path


def test_words_scribbled_above_and_below(tmp_path: Path) -> None:
    tables = read_office_tables(scribbled(tmp_path / "d.xlsx"))
    assert [table.sheet for table in tables] == ["arts", "other"]
    for table in tables:
        assert table.heading_rows == (5, 5)
        assert list(table.frame.index) == list(range(6, 16))
        assert texts(table)[0] == ["Person 5", "actor", "45", "FALSE", "1947-01-05", "2016-01-05"]
        assert [fault.row for fault in table.faults] == [16, 17, 18, 19]


def test_a_last_row_with_a_number_is_data() -> None:
    rows = [["姓名", "电话", "村", "户数"], ["安", "1001", "李村", "3"], ["鲍", "10012345678", "", ""]]
    assert sheet(rows).rows == 2


def test_choosing_a_sheet(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for name in ("一", "二"):
        page = made.create_sheet(name)
        page.append(["姓名", "电话"])
        page.append(["安", "1001"])
    made.create_sheet("空")
    made.save(tmp_path / "b.xlsx")
    tables = read_office_tables(tmp_path / "b.xlsx")
    assert choose_table(tables, "二").sheet == "二"
    with pytest.raises(LayerChoiceError, match="一: 1 row, 2 columns, headings in row 1; 二: 1 row"):
        choose_table(tables)
    with pytest.raises(LayerChoiceError, match="name one"):
        choose_table(tables, "三")
    assert choose_table(tables[:1]).sheet == "一"


def test_an_empty_workbook_is_named(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.create_sheet("空")
    made.save(tmp_path / "empty.xlsx")
    with pytest.raises(UnreadableFileError, match=r"empty\.xlsx: there is nothing in it"):
        read_office_tables(tmp_path / "empty.xlsx")


def test_a_sheet_without_headings_is_told() -> None:
    table = sheet([["1", "2"], ["3", "4"]])
    assert table.heading_rows is None
    assert [fault.kind for fault in table.faults] == [FaultKind.NO_HEADINGS]
    assert str(table.summary) == "S: no headings found"


BIG5_TEXT = "姓名,電話,地址\n陳大文,1001,臺北市中正區\n林小明,1002,高雄市左營區\n"
PLAIN_TEXT = "姓名,电话,地址\n安娜,1001,云泽县河东镇李村\n鲍尔,1002,云泽县河西镇王村委会\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (PLAIN_TEXT, "utf-8", "UTF-8"),
        (PLAIN_TEXT, "utf-8-sig", "UTF-8"),
        (PLAIN_TEXT, "gb18030", "GB18030"),
        (PLAIN_TEXT, "gbk", "GB18030"),
        (PLAIN_TEXT, "utf-16", "UTF-16-LE"),
        (PLAIN_TEXT, "utf-16-le", "UTF-16-LE"),
        (PLAIN_TEXT, "utf-16-be", "UTF-16-BE"),
        (BIG5_TEXT, "big5", "Big5"),
    ],
)
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_text_files_of_any_encoding(text: str, encoding: str, found: str, mark: str, tmp_path: Path) -> None:
    path = tmp_path / ("t.tsv" if mark == "\t" else "t.csv")
    path.write_bytes(text.replace(",", mark).encode(encoding))
    (table,) = read_office_tables(path)
    assert list(table.headings.values()) == text.splitlines()[0].split(",")
    assert texts(table) == [line.split(",") for line in text.splitlines()[1:]]
    assert table.encoding == found
    assert table.delimiter == mark


def test_limits_come_from_outside(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("姓名,电话\n安,1\n鲍,2\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="more than 2 rows"):
        read_office_tables(path, TableLimits(rows=2))


def test_merged_cells_that_overlap_are_damage(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.worksheets[0].append(["姓名", "电话", "村"])
    made.worksheets[0].append(["安", "1", "李村"])
    made.worksheets[0].merged_cells.ranges |= {CellRange("A1:B2"), CellRange("B2:C2")}
    made.save(tmp_path / "m.xlsx")
    with pytest.raises(UnreadableFileError, match="overlap"):
        read_sheets(tmp_path / "m.xlsx")


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_workbooks_keep_their_texts(ending: str, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["代码", "姓名", "日期"], ["990101001201", "张\n伟", date(2020, 3, 5)]]
    path = tmp_path / f"t.{ending}"
    if ending == "xlsx":
        made = openpyxl.Workbook()
        for row in rows:
            made.worksheets[0].append(row)
        made.save(path)
    else:
        write_ods(path, [[str(cell) for cell in row] for row in rows])
    (table,) = read_office_tables(path)
    assert texts(table) == [["990101001201", "张\n伟", "2020-03-05"]]


def test_merged_cells_of_opendocument(tmp_path: Path) -> None:
    write_ods(tmp_path / "m.ods", [["乡镇", "村"], ["河东镇", "李村"], ["<", "王村"], ["", "赵村"]])
    (table,) = read_office_tables(tmp_path / "m.ods")
    assert texts(table) == [["河东镇", "李村"], ["河东镇", "王村"], ["", "赵村"]]
    assert table.cell(3, "A") == "A2"


def write_ods(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """The least OpenDocument sheet: texts, a paragraph for each line; `<` is covered by the cell above it."""
    covered = [(row, column) for row, cells in enumerate(rows) for column, t in enumerate(cells) if t == "<"]

    def cell(row: int, column: int, text: str) -> str:
        if text in {"<", ""}:
            return "<table:covered-table-cell/>" if text else "<table:table-cell/>"
        span = ' table:number-rows-spanned="2"' if (row + 1, column) in covered else ""
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
        return f'<table:table-cell office:value-type="string"{span}>{lines}</table:table-cell>'

    body = "".join(
        f"<table:table-row>{''.join(cell(n, m, text) for m, text in enumerate(row))}</table:table-row>"
        for n, row in enumerate(rows)
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{body}</table:table></office:spreadsheet></office:body>'
        f"</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", MANIFEST)
        packed.writestr("content.xml", content)


MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


@pytest.mark.parametrize(
    ("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_column_letters(position: int, letters: str) -> None:
    assert column_letters(position) == letters
