"""Templates: present data out and back without a change, lists, text codes, masked phones, stamps."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from gridmap.draw.books.workbook import Sheet, write_workbook
from gridmap.errors import AccessError, InputError, NotFoundError
from gridmap.messages import LANGUAGES, Language
from gridmap.model.access import Role, User
from gridmap.model.changes import RowState
from gridmap.read.tables.field_aliases import import_kind
from gridmap.read.tables.field_mapping import suggest_mapping
from gridmap.read.tables.office_tables import read_office_tables
from gridmap.service.plan_cache import PlanCache
from gridmap.service.returns.bringing_back import preview_return
from gridmap.service.returns.stamp import NOTES_TITLE, TemplateStamp, stamp_in, workspace_mark
from gridmap.service.returns.template_sheets import place_sheet
from gridmap.service.returns.templates import (
    TEMPLATE_KINDS,
    file_name,
    log_templates,
    townships_of,
    write_template,
)
from gridmap.service.workspaces import open_workspace
from gridmap.store.contents import Contents, write_plan
from gridmap.store.history import read_events
from tests.prepared import demo_in
from tests.store.drawn_workspace import CELLS, PLANNER, WEST, drawn_workspace, units

AT = datetime(2020, 2, 10, 8)
WEST_TOWN, EAST_TOWN = "990101001000", "990101002000"
PLACES = [kind for kind in TEMPLATE_KINDS if kind != "people"]


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> PlanCache:
    summary = demo_in(tmp_path_factory.mktemp("county"))
    return PlanCache(open_workspace(summary.path))


def written(
    cache: PlanCache, folder: Path, kind: str, scope: str = "", language: Language = "en", **more: object
) -> Path:
    path = folder / f"{kind}.xlsx"
    data = write_template(cache, kind, user=PLANNER, scope=scope, at=AT, language=language, **more)  # type: ignore[arg-type] # issue, deadline
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
def test_a_template_that_comes_back_as_it_went_changes_nothing(
    county: PlanCache, tmp_path: Path, kind: str, language: Language
) -> None:
    for scope in ("", *list(townships_of(county.plan(), PLANNER))[:2]):
        path = written(county, tmp_path, kind, scope, language)
        preview = preview_return(county, path, user=PLANNER, at=AT)
        counts = dict(preview.rows.counts)
        assert counts.pop(RowState.UNCHANGED) > 0
        assert set(counts.values()) == {0}, [str(row.told) for row in preview.rows.refused][:5]
        assert preview.is_zero


@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
def test_the_drawn_county_comes_back_unchanged_too(cache: PlanCache, tmp_path: Path, kind: str) -> None:
    for scope in ("", WEST_TOWN, EAST_TOWN):
        preview = preview_return(cache, written(cache, tmp_path, kind, scope), user=PLANNER, at=AT)
        assert preview.is_zero, [
            str(row.told) for row in preview.rows.rows if row.state is not RowState.UNCHANGED
        ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", PLACES)
def test_every_column_is_taken_for_its_field_without_asking(
    cache: PlanCache, kind: str, language: Language
) -> None:
    sheet = place_sheet(cache.plan(), kind, "", language)
    mapping = suggest_mapping(sheet.headings, import_kind(kind))
    assert not mapping.unsure
    assert len(mapping.columns) + len(mapping.left_alone) == len(sheet.headings)
    left = {"households": 1}.get(kind, 0)  # what a cell is part of is for the reader alone
    assert len(mapping.left_alone) == left


def test_the_first_sheet_tells_who_fills_it_in_and_by_when(cache: PlanCache, tmp_path: Path) -> None:
    path = written(cache, tmp_path, "people", WEST_TOWN, issue="people-1", deadline=datetime(2020, 2, 12, 18))
    page = openpyxl.load_workbook(path).worksheets[0]
    lines = [str(cell.value) for (cell,) in page.iter_rows(max_col=1)]
    assert page.title == lines[0] == NOTES_TITLE
    text = "\n".join(lines)
    for part in ("河东镇", WEST_TOWN, "2020-02-10 08:00, revision 1", "2020-02-12 18:00", "zero report"):
        assert part in text
    assert f"kind=people scope={WEST_TOWN} revision=1 issue=people-1" in lines[-1]


def test_the_stamp_is_read_back(cache: PlanCache, tmp_path: Path) -> None:
    path = written(cache, tmp_path, "sites", EAST_TOWN, "zh", issue="sites-20200210-x")
    mark = workspace_mark(cache.plan())
    assert stamp_in(read_office_tables(path)) == TemplateStamp(
        "sites", EAST_TOWN, 1, "sites-20200210-x", mark
    )


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["gridmap-template kind=people"],
        ["gridmap-template kind=people scope= revision=1 issue= workspace=xyz"],
        ["gridmap-template kind=people scope='; DROP revision=1 issue= workspace=0123abcd"],
        [
            "gridmap-template kind=people scope=1 revision=1 issue= workspace=0123abcd",
            "gridmap-template kind=people scope=2 revision=1 issue= workspace=0123abcd",
        ],
    ],
)
def test_what_is_no_stamp_or_contradicts_itself_is_none(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(write_workbook([Sheet("a", ["b"], [(line,) for line in lines])], created=AT))
    assert stamp_in(read_office_tables(path)) is None


def test_a_stamp_that_a_program_widened_is_read(tmp_path: Path) -> None:
    text = "gridmap-template kind=people scope=1 revision=12 issue= workspace=0123abcd".replace("=", "\uff1d")
    path = tmp_path / "x.xlsx"
    path.write_bytes(write_workbook([Sheet("a", ["b"], [(text,)])], created=AT))
    assert stamp_in(read_office_tables(path)) == TemplateStamp("people", "1", 12, "", "0123abcd")


def test_codes_are_text_and_cells_offer_lists(cache: PlanCache, tmp_path: Path) -> None:
    page = openpyxl.load_workbook(written(cache, tmp_path, "checkpoints"))["Checkpoints"]
    assert [page["A1"].value, page["A2"].value, page["A2"].data_type] == ["Code", "k1", "s"]
    rules = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    assert "Inspection station" in rules["C2"]
    assert "Sealed gate" in rules["D2"]
    assert "东村" in rules["G2"]
    households = openpyxl.load_workbook(written(cache, tmp_path, "households"))["Households"]
    assert [households["B2"].value, households["B2"].data_type, households["B2"].number_format] == [
        CELLS[0], "s", "@",
    ]  # fmt: skip


def test_a_template_holds_its_unit_alone(cache: PlanCache, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(cache, tmp_path, "households", WEST_TOWN))
    codes = [cell.value for cell in book["Households"]["B"][1:]]
    assert [code for code in codes if code] == CELLS[:2]
    texts = {cell.value for page in book for row in page for cell in row}
    assert EAST_TOWN not in texts
    assert "西村" not in texts


@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
def test_no_whole_phone_leaves(county: PlanCache, kind: str) -> None:
    data = write_template(county, kind, user=PLANNER, scope="", at=AT, language="zh")
    texts = [
        str(cell.value) for page in openpyxl.load_workbook(io.BytesIO(data)) for row in page for cell in row
    ]
    assert not [text for text in texts if re.search(r"(?<!\d)1\d{10}(?!\d)", text)]


def test_files_of_townships_of_one_name_do_not_collide(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    frame = units()
    frame.loc[frame["level"] == "township", "name"] = "../河 东/镇"
    write_plan(workspace, Contents(units=frame), "li", "twins", AT)
    plan = PlanCache(workspace).plan()
    names = [file_name(plan, "people", code) for code in townships_of(plan, PLANNER)]
    assert names == [f"{code}-___河_东_镇-people.xlsx" for code in (WEST_TOWN, EAST_TOWN)]


def test_who_may_not_export_gets_no_template(cache: PlanCache) -> None:
    viewer = User("x", "X", Role.VIEWER)
    here = User("x", "X", Role.PLANNER, scope=EAST_TOWN)
    for user, scope in ((viewer, ""), (here, WEST_TOWN), (here, "")):
        with pytest.raises(AccessError):
            write_template(cache, "people", user=user, scope=scope, at=AT, language="en")
    assert list(townships_of(cache.plan(), here)) == [EAST_TOWN]


def test_units_and_kinds_that_do_not_exist(cache: PlanCache) -> None:
    for kind in TEMPLATE_KINDS:
        with pytest.raises(NotFoundError, match="99"):
            write_template(cache, kind, user=PLANNER, scope="99", at=AT, language="en")
    with pytest.raises(InputError, match=r"no template of units.*people"):
        write_template(cache, "units", user=PLANNER, scope=WEST, at=AT, language="en")


def test_templates_that_go_out_are_logged(cache: PlanCache) -> None:
    log_templates(cache, "people", WEST_TOWN, files=1, user=PLANNER, at=AT)
    event = read_events(cache.workspace, limit=1).iloc[0]
    assert (event["action"], event["row_key"], event["user"]) == ("export", WEST_TOWN, "li")
    assert json.loads(event["after"])["product"] == "template"
