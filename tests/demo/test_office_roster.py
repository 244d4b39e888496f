"""The fictional office roster: every row can be saved over cells with codes of any form."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import box

from gridmap.demo.people.office_roster import HEADINGS, write_office_roster
from gridmap.messages import LANGUAGES, Language
from gridmap.model.access import Role, User
from gridmap.model.changes import RowState
from gridmap.service.imports.roster.file import read_roster
from gridmap.service.imports.saving import save_import
from gridmap.service.plan_cache import PlanCache
from gridmap.store.contents import Contents, write_plan
from gridmap.store.repository import Workspace

START = datetime(2020, 2, 10, 8)
PLANNER = User("li", "Li", Role.PLANNER)
CELLS = [
    (f"250250101{unit:02d}-{seq:03d}", f"Tract {unit} {seq:02d}")
    for unit in range(60)
    for seq in range(1, 11)
]


@pytest.fixture(scope="module")
def boston(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """600 cells in 60 units whose codes are census tracts of eleven digits."""
    workspace = Workspace.create(
        tmp_path_factory.mktemp("boston") / "b.gpkg",
        title="Boston",
        metric_crs="EPSG:26986",
        created_at=START,
    )
    codes = sorted({code.split("-")[0] for code, _ in CELLS})
    units = pd.DataFrame({"code": codes, "name": codes, "level": "village", "kind": "unit"})
    cells = pd.DataFrame(CELLS, columns=["code", "name"])
    cells["parent_code"] = [code.split("-")[0] for code in cells["code"]]
    cells["seq"] = [int(code.split("-")[1]) for code in cells["code"]]
    write_plan(
        workspace,
        Contents(
            units=gpd.GeoDataFrame(units, geometry=[box(-71, 42, -70.9, 42.1)] * len(units), crs=4326),
            cells=gpd.GeoDataFrame(cells, geometry=[box(-71, 42, -70.99, 42.01)] * len(cells), crs=4326),
        ),
        "demo",
        "drawn",
        START,
    )
    return workspace


@pytest.mark.parametrize("language", LANGUAGES)
def test_600_people_over_census_tracts(boston: Workspace, tmp_path: Path, language: Language) -> None:
    path = tmp_path / "office.xlsx"
    write_office_roster(path, CELLS, start=START, language=language)
    preview = read_roster(path, cache=PlanCache(boston), user=PLANNER, at=START)
    assert preview.counts[RowState.REFUSED] == 0
    assert preview.counts[RowState.ADDED] == len(preview.rows) == 785  # 585 cells with a head, 200 members


def test_they_are_saved_once(boston: Workspace, tmp_path: Path) -> None:
    cache, path = PlanCache(boston), tmp_path / "office.xlsx"
    write_office_roster(path, CELLS, start=START)
    preview = read_roster(path, cache=cache, user=PLANNER, at=START)
    save_import(boston, preview, reason="first roster", user=PLANNER, at=START)
    plan = cache.plan()
    assert (len(plan.people), len(plan.posts)) == (600, 785)
    headed = plan.posts[plan.posts["function"] == "head"]
    assert len(set(plan.cells.index) - set(headed["target_code"])) == 15
    again = read_roster(path, cache=cache, user=PLANNER, at=START)
    assert again.counts[RowState.UNCHANGED] == 785


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_is_plain_and_the_numbers_are_nobodys(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "office.xlsx"
    write_office_roster(path, CELLS[:90], start=START, people=60, language=language)
    page = openpyxl.load_workbook(path).worksheets[0]
    rows = list(page.iter_rows(values_only=True))
    assert rows[1] == HEADINGS[language]
    people = {row[1:5] for row in rows[2:]}
    assert len(people) == 60
    assert all(re.fullmatch(r"100\d{8}", str(row[2])) for row in rows[2:])
    assert len({phone for _, phone, *_ in people}) == 60


def test_the_same_call_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two, other = (tmp_path / f"{name}.xlsx" for name in ("one", "two", "other"))
    for path, seed in ((one, 7), (two, 7), (other, 8)):
        write_office_roster(path, CELLS[:40], start=START, people=30, seed=seed)
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()


@pytest.mark.parametrize("people", [1, 3, 50])
def test_few_people_and_few_cells(tmp_path: Path, people: int) -> None:
    write_office_roster(tmp_path / "few.xlsx", CELLS[:3], start=START, people=people)
    rows = list(openpyxl.load_workbook(tmp_path / "few.xlsx").worksheets[0].iter_rows(values_only=True))[2:]
    assert len({row[2] for row in rows}) == people
