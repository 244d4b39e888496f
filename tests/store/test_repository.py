from __future__ import annotations

import dataclasses
import sqlite3
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
import shapely

from gridmap.errors import GridmapError, NotAWorkspaceError, StoreError
from gridmap.model.people import Function
from gridmap.model.places import Level
from gridmap.model.plan import LevelRule, Need, Scheme
from gridmap.store.contents import Contents, write_plan
from gridmap.store.repository import Revision, Workspace
from tests.store.drawn_workspace import (
    CELLS,
    EAST,
    MORNING,
    PHONE,
    WEST,
    cells,
    drawn_workspace,
    make_workspace,
    units,
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    plan = make_workspace(tmp_path).load_plan()
    assert (plan.workspace, plan.title, plan.demo_clock) == ("drawn", "云泽县", MORNING)
    assert (plan.revision, plan.geometry_revision) == (1, 1)
    assert list(plan.units.loc[WEST, ["name", "level", "parent_code", "version"]]) == [
        "东村",
        "village",
        "990101001000",
        1,
    ]
    assert plan.units.loc["990101000000", "parent_code"] is None
    assert plan.cells.index.tolist() == CELLS
    assert plan.cells["feasible"].tolist() == [True, True, True, False]
    assert plan.cells["active"].all()
    post = plan.posts.loc["s1"]
    assert (post["tier"], post["valid_from"], post["valid_to"]) == (2, datetime(2020, 1, 1), pd.NaT)
    assert list(plan.checkpoints.loc["k1", ["lon", "lat", "minimum_staff"]]) == [117.02, 38.005, 2]
    assert not plan.checkpoints["temp_party_branch"].any()
    assert plan.contact_sites.loc["c1", "visit_days"] == 7
    assert plan.visits.loc["v1", "visited_at"] == MORNING
    assert plan.teams.loc["t1", "kind"] == "work_team"


def test_columns_are_those_the_plan_promises_even_when_empty(tmp_path: Path) -> None:
    full = drawn_workspace(tmp_path).load_plan()
    empty = Workspace.create(tmp_path / "e.gpkg", title="", metric_crs="EPSG:4548").load_plan()
    for name in ("units", "cells", "people", "posts", "teams", "checkpoints", "contact_sites", "visits"):
        pd.testing.assert_series_equal(getattr(full, name).dtypes, getattr(empty, name).dtypes)
        assert getattr(empty, name).index.name == getattr(full, name).index.name


def test_shapes_come_back_exactly(tmp_path: Path) -> None:
    shapes = drawn_workspace(tmp_path).load_shapes()
    assert shapes.crs == "EPSG:4548"
    assert shapes.cells.crs == 4326
    drawn = cells().set_index("code").geometry
    assert shapely.equals_identical(shapes.cells.to_numpy(), drawn.to_numpy()).all()
    assert shapes.units.index.tolist() == sorted(units()["code"])


def test_retired_cells_and_other_schemes_are_not_of_the_plan(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    retired = cells().iloc[[0]].assign(valid_to=MORNING)
    other = cells().iloc[[1]].assign(scheme="publicity")
    write_plan(workspace, Contents(cells=retired), "li", "", MORNING)
    write_plan(workspace, Contents(cells=other), "li", "", MORNING)
    assert workspace.load_plan().cells.index.tolist() == CELLS[2:]
    assert workspace.load_shapes().cells.index.tolist() == CELLS[2:]


def test_buildings_and_cuts(tmp_path: Path) -> None:
    workspace = drawn_workspace(tmp_path)
    buildings = workspace.load_buildings()
    assert buildings.geometry.to_wkt().tolist() == ["POINT (117.001 38.001)"]
    assert buildings["households"].tolist() == [3.0]
    assert len(workspace.load_buildings([EAST])) == 0
    assert workspace.load_cuts().loc[WEST, "crs"] == "EPSG:4548"


def test_no_unmasked_phone_leaves(tmp_path: Path) -> None:
    plan = drawn_workspace(tmp_path).load_plan()
    assert plan.people["phone"].tolist() == ["100****5678", "****"]
    assert plan.checkpoints["emergency_phone"].tolist() == ["100****5678"]
    frames = [value for value in dataclasses.asdict(plan).values() if isinstance(value, pd.DataFrame)]
    assert len(frames) == 8
    assert not any(PHONE in frame.to_csv() for frame in frames)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("", ""),
        ("110", "****"),
        ("2022222", "****22"),
        ("1001234567", "****67"),
        ("100-1234-5678", "100****5678"),
        ("100****5678", "100****5678"),
    ],
)
def test_masking(tmp_path: Path, phone: str, shown: str) -> None:
    workspace = Workspace.create(tmp_path / "m.gpkg", title="", metric_crs="EPSG:4548")
    people = pd.DataFrame({"id": ["p"], "phone": [phone]})
    write_plan(workspace, Contents(people=people), "li", "", MORNING)
    assert workspace.load_plan().people["phone"].tolist() == [shown]


def test_scheme_survives(tmp_path: Path) -> None:
    scheme = Scheme(
        code="closed",
        levels=(LevelRule(Level.CELL, (Need(Function.HEAD, tier=3),)),),
        limits={Function.OFFICER: 11},
        target=40,
    )
    workspace = Workspace.create(tmp_path / "s.gpkg", title="", metric_crs="EPSG:4548", scheme=scheme)
    assert workspace.load_plan().scheme == scheme


def test_create_leaves_alone_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "w.gpkg"
    path.write_text("mine")
    with pytest.raises(StoreError, match="already exists"):
        Workspace.create(path, title="", metric_crs="EPSG:4548")
    assert path.read_text() == "mine"
    with pytest.raises(StoreError, match="cannot be made here"):
        Workspace.create(tmp_path / "nowhere" / "w.gpkg", title="", metric_crs="EPSG:4548")


def _sqlite(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()


def _geopackage(path: Path) -> None:
    cells().to_file(path, layer="cells", driver="GPKG")


def _truncated(path: Path) -> None:
    whole = drawn_workspace(path.parent).path.read_bytes()
    path.write_bytes(whole[:8192])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_text("hello\n" * 50), "no GeoPackage"),
        (lambda path: path.touch(), "empty"),
        (lambda path: path.mkdir(), "cannot be read"),
        (_sqlite, "no GeoPackage"),
        (_geopackage, "another kind"),
        (_truncated, "damaged"),
    ],
)
def test_files_that_are_no_workspace_are_named_and_untouched(tmp_path: Path, make, says: str) -> None:  # type: ignore[no-untyped-def] # makers of files
    path = tmp_path / "f.gpkg"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises((NotAWorkspaceError, StoreError), match=says) as refused:
        Workspace.open(path)
    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)
    assert before == (path.read_bytes() if path.is_file() else None)


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspaceError, match="cannot be read"):
        Workspace.open(tmp_path / "w.gpkg")
    with pytest.raises(GridmapError, match="cannot be opened"):
        Workspace(tmp_path / "w.gpkg").load_plan()
    assert not list(tmp_path.iterdir())


def test_opening_and_reading_leaves_one_file(tmp_path: Path) -> None:
    workspace = Workspace.open(drawn_workspace(tmp_path).path)
    assert workspace.revision() == Revision(1, 1)
    workspace.load_plan()
    assert [file.name for file in tmp_path.iterdir()] == ["drawn.gpkg"]


def test_same_contents_give_equal_tables(tmp_path: Path) -> None:
    dumps = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        path = make_workspace(tmp_path / name).path
        connection = sqlite3.connect(path)
        dumps.append([line for line in connection.iterdump() if "gpkg_" not in line])
        connection.close()
    assert dumps[0] == dumps[1]
    assert any(CELLS[0] in line for line in dumps[0])
