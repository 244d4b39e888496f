"""The limits of tables reach every way that a table comes in by."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from gridmap.cli import main
from gridmap.errors import UnreadableFileError
from gridmap.read.files.child_process import run_isolated
from gridmap.read.files.limits import ReadLimits, read_limits, set_read_limits
from gridmap.read.tables import sheets
from gridmap.read.tables.office_tables import read_office_tables
from gridmap.read.tables.sheets import TableLimits, read_sheets
from gridmap.read.tables.zone_list import read_zone_list
from gridmap.read.vectors.points import read_points
from gridmap.service.imports.roster.file import read_roster, write_roster
from gridmap.service.imports.source import is_roster_template, read_source
from gridmap.service.plan_cache import PlanCache
from gridmap.service.reading_limits import limit_reading
from gridmap.service.returns.bringing_back import preview_return
from gridmap.service.returns.templates import write_template
from gridmap.settings import Settings
from tests.store.drawn_workspace import MORNING, PLANNER, drawn_workspace


@pytest.fixture(autouse=True)
def limits() -> Iterator[None]:
    yield
    set_read_limits(ReadLimits())


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def lowered(**settings: int) -> None:
    limit_reading(Settings(**settings))  # type: ignore[arg-type] # of pydantic's own arguments none is named


def workbook(cache: PlanCache) -> Path:
    path = cache.workspace.path.with_name("list.xlsx")
    book = openpyxl.Workbook()
    for row in (("姓名", "电话", "村名"), ("周磊", "10012345678", "东村"), ("李娜", "10012345679", "东村")):
        book.worksheets[0].append(row)
    book.save(path)
    return path


def template(cache: PlanCache) -> Path:
    path = cache.workspace.path.with_name("template.xlsx")
    path.write_bytes(write_template(cache, "people", user=PLANNER, scope="", at=MORNING, language="zh"))
    return path


def roster(cache: PlanCache) -> Path:
    path = cache.workspace.path.with_name("roster.xlsx")
    path.write_bytes(write_roster(cache, user=PLANNER, scope="", at=MORNING, language="zh"))
    return path


WAYS: dict[str, Callable[[PlanCache], object]] = {
    "the import page looks": lambda cache: read_office_tables(workbook(cache)),
    "the import page reads": lambda cache: read_source(workbook(cache), "people"),
    "whether it is a roster of ours": lambda cache: is_roster_template(read_office_tables(roster(cache))),
    "the people page": lambda cache: read_roster(roster(cache), cache=cache, user=PLANNER, at=MORNING),
    "a return": lambda cache: preview_return(cache, template(cache), user=PLANNER, at=MORNING),
    "a list of zones": lambda cache: read_zone_list(workbook(cache)),
    "sheets": lambda cache: read_sheets(workbook(cache)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_lowered_limit_refuses_with_the_plain_message(cache: PlanCache, way: str) -> None:
    lowered(table_rows=2)
    with pytest.raises(UnreadableFileError, match="more than 2 rows"):
        WAYS[way](cache)
    lowered(table_columns=2)
    with pytest.raises(UnreadableFileError, match="more than 2 columns"):
        WAYS[way](cache)


def test_a_limit_that_is_named_goes_before(cache: PlanCache) -> None:
    lowered(table_rows=2)
    assert len(read_sheets(workbook(cache), TableLimits(rows=3))[0].rows) == 3
    with pytest.raises(UnreadableFileError, match="more than 2 columns"):
        read_sheets(workbook(cache), TableLimits(rows=3, columns=2))


def points(folder: Path) -> Path:
    path = folder / "points.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("lon", "lat", "households"), (116.0, 38.0, 1), (116.1, 38.0, 2)])
    return path


def test_files_of_points_have_a_limit_of_their_own(tmp_path: Path) -> None:
    lowered(table_rows=1)
    assert len(read_points(points(tmp_path)).points) == 2
    lowered(point_rows=1)
    with pytest.raises(UnreadableFileError, match="more than 1 rows"):
        read_points(points(tmp_path))
    lowered(table_columns=2)
    with pytest.raises(UnreadableFileError, match="more than 2 columns"):
        read_points(points(tmp_path))


@pytest.mark.parametrize("file", [workbook, roster])
def test_the_command_line_reads_within_the_settings(
    cache: PlanCache, file: Callable[[PlanCache], Path]
) -> None:
    told = CliRunner().invoke(
        main,
        ["import", str(cache.workspace.path), "people", str(file(cache))],
        env={"GRIDMAP_TABLE_ROWS": "2", "LC_ALL": "C.UTF-8"},
    )
    assert told.exit_code == 2
    assert "more than 2 rows" in told.output
    assert read_limits().table_rows == 2


def test_the_usual_limits_are_those_of_the_settings() -> None:
    limit_reading(Settings())
    assert read_limits() == ReadLimits()


@pytest.mark.parametrize("file", [workbook, roster, template])
def test_an_import_reads_its_file_once(
    cache: PlanCache, file: Callable[[PlanCache], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(name: str, *arguments: Any, **options: Any) -> Any:
        asked.append(name)
        return run_isolated(name, *arguments, **options)

    monkeypatch.setattr(sheets, "run_isolated", counted)
    path = file(cache)
    told = CliRunner().invoke(main, ["import", str(cache.workspace.path), "people", str(path), "--good-rows"])
    assert told.exit_code == 0, told.output
    assert asked == [path.name]
