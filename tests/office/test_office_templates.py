"""What gridmap writes comes back: unchanged as it went out, row by row where an office worked on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gridmap.service.accounts import OPERATOR
from gridmap.service.history.changes import undo_last
from gridmap.service.returns.templates import TEMPLATE_KINDS
from gridmap.store.placing import stored_rows
from gridmap.store.repository import Workspace
from tests.office.office_county import brought_in, office_county, run, tried, xlsx
from tests.prepared import demo_in
from tests.store.drawn_workspace import MORNING

GATES: list[list[Any]] = [
    ["卡口名称", "乡镇", "村", "应到人数"],
    *([f"{name}门", "寺门村镇", "东李村", 2] for name in "东南西北"),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_in(tmp_path_factory.mktemp("demo")).path


@pytest.mark.parametrize("language", ["C", "zh_CN.UTF-8"])
@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
def test_a_template_comes_back_unchanged(kind: str, language: str, demo: Path, tmp_path: Path) -> None:
    out = tmp_path / f"{kind}.xlsx"
    assert run("template", demo, kind, "--out", out, language=language).exit_code == 0
    before = demo.read_bytes()
    result = run("import", demo, kind, out, "--dry-run", "--json", language=language)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["added"], told["changed"], told["refused"]) == (0, 0, 0)
    assert told["unchanged"] > 0
    assert demo.read_bytes() == before


@pytest.fixture
def county(tmp_path: Path) -> Workspace:
    workspace = office_county(tmp_path)
    brought_in(workspace, "checkpoints", xlsx(tmp_path / "k.xlsx", GATES))
    return workspace


def template(county: Workspace) -> Path:
    out = county.path.with_name("gates.xlsx")
    assert run("template", county.path, "checkpoints", "--out", out).exit_code == 0
    return out


def worked_on(path: Path, change: Any) -> Path:
    """The template with the rows of its sheet changed by a function of headings and rows."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[1]
    rows = [list(row) for row in page.iter_rows(values_only=True)]
    page.delete_rows(1, page.max_row)
    for row in change(rows[0], rows[1:]):
        page.append(row)
    book.save(path)
    return path


def test_sorted_with_blank_rows_and_without_ids(county: Workspace) -> None:
    def change(headings: list[Any], rows: list[list[Any]]) -> list[list[Any]]:
        bare = [[None, *row[1:]] for row in rows[::-1]]
        return [headings, *bare[:2], [], *bare[2:], ["合计", None, None, None, 8]]

    told = tried(county, "checkpoints", worked_on(template(county), change))
    assert (told["added"], told["changed"], told["unchanged"], told["refused"]) == (0, 0, 4, 0)


def test_a_column_renamed_one_added_and_one_moved(county: Workspace) -> None:
    def change(headings: list[Any], rows: list[list[Any]]) -> list[list[Any]]:
        there = headings.index("Staff needed" if "Staff needed" in headings else "应到人数")
        renamed = ["需要人数" if place == there else text for place, text in enumerate(headings)]
        changed = [list(row) for row in rows]
        changed[0][there] = 5
        return [["我加的", *renamed], *(["x", *row] for row in changed)]

    told = brought_in(county, "checkpoints", worked_on(template(county), change))
    assert told["columns_left_alone"] == ["我加的"]
    assert (told["added"], told["changed"], told["unchanged"]) == (0, 1, 3)
    assert sorted(gate["minimum_staff"] for gate in stored_rows(county, "checkpoints")) == [2, 2, 2, 5]


def test_a_row_inserted_and_one_copied(county: Workspace) -> None:
    def change(headings: list[Any], rows: list[list[Any]]) -> list[list[Any]]:
        name = 1
        new, copied = list(rows[0]), list(rows[1])
        new[0], new[name] = None, "新门"
        return [headings, rows[0], new, *rows[1:], copied]

    told = tried(county, "checkpoints", worked_on(template(county), change))
    assert (told["added"], told["changed"], told["unchanged"], told["refused"]) == (1, 0, 4, 1)


def test_an_import_is_one_change_that_is_taken_back(county: Workspace) -> None:
    revision = county.revision().revision
    undo_last(county, user=OPERATOR, at=MORNING)
    assert stored_rows(county, "checkpoints") == []
    assert county.revision().revision == revision + 1


@pytest.mark.parametrize("ending", ["shp", "zip/a.shp", "csv", "dbf"])
@pytest.mark.parametrize("kind", ["geo", "ledger"])
def test_no_shapefile_and_no_csv_is_ever_written(kind: str, ending: str, demo: Path, tmp_path: Path) -> None:
    """Shapefiles cut Chinese titles, and a CSV file needs a mark and may run in Excel."""
    out = tmp_path / f"a.{ending}"
    result = run("export", demo, kind, "--out", out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert not out.exists()
