"""What is told of a roster file that is read back: each fault with its cell, in the report of all imports."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from gridmap.errors import LayerChoiceError
from gridmap.model.faults import FaultKind, Outcome
from gridmap.service.imports.decisions import Decisions
from gridmap.service.imports.mapping import suggested
from gridmap.service.imports.preview import ImportPreview, preview_import
from gridmap.service.imports.report import report_workbook
from gridmap.service.imports.roster.file import RosterPreview, read_roster, write_roster
from gridmap.service.imports.roster.report import import_json
from gridmap.service.imports.roster.who import known_people, labels_of
from gridmap.service.imports.source import Reading, read_source
from gridmap.service.plan_cache import PlanCache
from tests.service.imports.roster.drawn_rosters import AT, NAMED, OFFICE, look, reason, states, workbook
from tests.store.drawn_workspace import CELLS, PHONE, PLANNER, WEST, drawn_workspace


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def form(cache: PlanCache, **added: Sequence[tuple[str, ...]]) -> Path:
    """The roster as it is written in English, with rows added below those of a sheet."""
    data = write_roster(cache, user=PLANNER, scope="", at=AT, language="en")
    book = openpyxl.load_workbook(io.BytesIO(data))
    for title, rows in added.items():
        page = book[title]
        # Below the last row with a value: empty rows that offer lists count as rows, too.
        last = max(cell.row for line in page for cell in line if cell.value is not None)
        for place, row in enumerate(rows, start=last + 1):
            for column, value in enumerate(row, start=1):
                page.cell(place, column).value = value
    path = cache.workspace.path.with_name("form.xlsx")
    book.save(path)
    return path


def back(cache: PlanCache, path: Path, **reading: object) -> RosterPreview:
    return read_roster(path, cache=cache, user=PLANNER, at=AT, reading=Reading(**reading))  # type: ignore[arg-type] # as given


def places(preview: ImportPreview, outcome: Outcome) -> list[tuple[FaultKind, str, int | None, str]]:
    return [(one.kind, one.layer, one.row, one.cell) for one in preview.faults if one.outcome is outcome]


def test_every_cell_that_cannot_be_read_is_named(cache: PlanCache) -> None:
    preview = look(
        cache,
        ("安", "1.00123E+10", "", "", CELLS[0], "网格员", "", ""),
        ("庚", "1001234567", "县水务局", "", "9.90101E+14", "网格员", "", ""),
        ("辛", "10022345678", "县水务局", "", CELLS[0], "网格官", "", ""),
        ("壬", "10012345679", "县水务局", "", CELLS[0], "网格员", "2020-02-30", ""),
        ("癸", "10012345670", "县水务局", "", CELLS[0], "网格员", "2020-02-11", "2020-02-10"),
    )
    assert states(preview) == ["refused"] * 5
    assert places(preview, Outcome.ROW_LEFT_OUT) == [
        (FaultKind.PHONE_LOST, "r", 2, "B2"),
        (FaultKind.PHONE_FORM, "r", 3, "B3"),
        (FaultKind.CODE_LOST, "r", 3, "E3"),
        (FaultKind.FUNCTION_UNKNOWN, "r", 4, "F4"),
        (FaultKind.DATE_FORM, "r", 5, "G5"),
        (FaultKind.DATE_FORM, "r", 6, "H6"),
    ]
    told = next(one for one in preview.faults if one.kind is FaultKind.FUNCTION_UNKNOWN)
    assert (told.column, told.value, str(told.done)) == ("职责", "网格官", "left out")
    assert told.remains is not None


def test_a_row_that_does_not_fit_the_plan_is_a_fault_too(cache: PlanCache) -> None:
    preview = look(cache, ("", "庚", "", "", CELLS[0], "网格员"), headings=NAMED)
    (fault,) = preview.faults
    assert (fault.kind, fault.row, fault.outcome) == (FaultKind.PERSON_UNKNOWN, 2, Outcome.ASKED)
    assert str(fault.message) in reason(preview.rows[0])
    assert fault.remains is not None


def test_what_was_repaired_is_told(cache: PlanCache) -> None:
    preview = look(cache, ("安", "100-1234-5678", "", "", f"{CELLS[0]}.0", "网格员", "", ""))
    assert states(preview) == ["added"]
    assert places(preview, Outcome.REPAIRED) == [
        (FaultKind.PHONE_REPAIRED, "r", 2, "B2"),
        (FaultKind.CODE_REPAIRED, "r", 2, "E2"),
    ]


def test_totals_and_notes_are_no_rows(cache: PlanCache) -> None:
    preview = look(
        cache,
        ("安", PHONE, "县财政局", "", CELLS[0], "网格员", "2020-02-10", "2020-03-10"),
        ("合计", "1", "", "", "", "", "", ""),
        ("填表人:某", "", "", "", "", "", "", ""),
    )
    assert [row.number for row in preview.rows] == [2]
    kinds = [fault.kind for fault in preview.faults]
    assert kinds == [FaultKind.SUBTOTAL_ROW, FaultKind.NOTE_ROW]


def test_units_merged_over_their_people(cache: PlanCache) -> None:
    path = cache.workspace.path.with_name("merged.xlsx")
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 2, "花名册")
        page.merge_range(1, 0, 2, 0, "派出单位")
        page.merge_range(1, 1, 1, 2, "人员信息")
        page.write_row(2, 1, ["姓名", "手机号"])
        page.merge_range(3, 0, 4, 0, "县水务局")
        page.write_row(3, 1, ["庚", "10022345678"])
        page.write_row(4, 1, ["辛", "10012345679"])
    preview = back(cache, path)
    assert states(preview) == ["added", "added"]
    assert {getattr(edit, "sending_unit", "") for edit in preview.edits} == {"县水务局"}
    assert preview.columns["phone"] == "人员信息/手机号"


def test_a_post_chosen_from_the_lists_at_the_end_is_no_note(cache: PlanCache) -> None:
    """Three cells of ten below full rows look like words scribbled below a table."""
    label = labels_of(known_people(cache.plan()).values())["bob"]
    path = form(cache, Posts=[("", "", label, "", f"{CELLS[0]} 东1", "Grid member")])
    preview = back(cache, path)
    assert states(preview) == ["unchanged", "unchanged", "unchanged", "added"]
    assert not preview.faults


def test_somebody_typed_below_the_people_is_refused_and_not_passed_over(cache: PlanCache) -> None:
    preview = back(cache, form(cache, People=[("", "庚")]))
    assert states(preview) == ["unchanged", "unchanged", "refused", "unchanged"]
    assert "庚 is not in the roster" in reason(preview.rows[2])


def test_a_form_as_it_was_written_has_nothing_to_decide(cache: PlanCache) -> None:
    preview = back(cache, form(cache))
    assert set(states(preview)) == {"unchanged"}
    assert not preview.faults


def test_the_report_has_the_keys_of_other_imports(cache: PlanCache) -> None:
    row = ("庚", PHONE, "", "", CELLS[0], "网格员", "2月11日", "")
    own = import_json(look(cache, row), "en")
    path = workbook(cache.workspace.path.with_name("r.xlsx"), r=[OFFICE, row])
    source = read_source(path, "people")
    mapping = suggested(cache.workspace, source)
    other = import_json(preview_import(cache, source, mapping, Decisions(), user=PLANNER, at=AT), "en")
    assert own.keys() == other.keys()
    assert own["fault_places"] == other["fault_places"]
    assert own["faults"] == {"date_without_year": 1}
    assert own["columns"] == {
        "person": "姓名", "phone": "电话", "title": "职务", "sending_unit": "单位", "grid_code": "网格编码",
        "function": "职责", "valid_from": "开始", "valid_to": "结束",
    }  # fmt: skip


def test_the_year_of_a_file_can_be_told(cache: PlanCache) -> None:
    look(cache, ("安", PHONE, "", "", CELLS[0], "网格员", "2月11日", ""))
    preview = back(cache, cache.workspace.path.with_name("r.xlsx"), year=2020)
    assert states(preview) == ["added"]
    assert places(preview, Outcome.REPAIRED)[-1] == (FaultKind.DATE_REPAIRED, "r", 2, "G2")


def test_a_sheet_that_is_not_there(cache: PlanCache) -> None:
    assert states(back(cache, form(cache), sheet="People")) == ["unchanged", "unchanged"]
    with pytest.raises(LayerChoiceError, match=r"form\.xlsx: name one of its sheets: People"):
        back(cache, form(cache), sheet="Persons")


def test_new_people_can_be_ruled_out(cache: PlanCache) -> None:
    path = form(cache, People=[("", "庚", "10022345678", "", "县水务局")])
    assert states(back(cache, path)).count("added") == 1
    preview = read_roster(path, cache=cache, user=PLANNER, at=AT, new_people=False)
    assert reason(preview.rows[2]) == "to be decided: 庚 is not in the roster"


def test_the_faulty_cells_of_all_sheets_are_marked(cache: PlanCache) -> None:
    post = ("", "", "鲍", "990101009999001", "", "Grid boss")
    path = form(cache, People=[("", "庚", "见附件", "", "县水务局")], Posts=[post])
    preview = back(cache, path)
    data = report_workbook(preview.given, preview, language="en", created=AT)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Faults", "People", "Posts"]
    marked = {
        (page.title, cell.coordinate): cell.comment.text
        for page in book.worksheets[1:]
        for line in page
        for cell in line
        if cell.comment is not None and cell.fill.fgColor.rgb == "FFF4B6B0"
    }
    assert "no phone number" in marked["People", "C6"]
    assert "no such function" in marked["Posts", "F5"]
    assert book["Posts"]["A4"].value == "s1"
    assert book["Posts"]["D4"].value == WEST


def test_numbers_are_masked_in_what_is_passed_on(cache: PlanCache) -> None:
    preview = look(cache, ("庚", "10022345678/10087654321", "县水务局", "", CELLS[0], "网格员", "", ""))
    told = str(import_json(preview, "en"))
    assert "10022345678" not in told
    assert "10087654321" not in told
    assert states(preview) == ["added"]
    assert "2 numbers; the first is taken" in told


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_roster_that_was_saved_as_text(cache: PlanCache, encoding: str) -> None:
    path = cache.workspace.path.with_name("roster.csv")
    lines = ["姓名;手机;单位;网格编码;职责", f"庚;10022345678;县水务局;{CELLS[0]};网格员"]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    assert states(back(cache, path)) == ["added"]
    assert states(back(cache, path, encoding=encoding)) == ["added"]
