"""Drafts of villages that have cells: by other methods, of some villages only, or relief of single cells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj
import pytest
import shapely

from gridmap.errors import InputError
from gridmap.geo.frames import Cells
from gridmap.geo.sizes import CellSize
from gridmap.names import PARENT_CODE
from gridmap.read.vectors.lines import ShapesFile
from gridmap.service.boundaries.new_workspace import new_workspace
from gridmap.service.boundaries.preview import Boundaries, preview
from gridmap.service.boundaries.saving import save_boundaries
from gridmap.service.cell_files.materials import ReadFiles
from gridmap.service.cell_files.splitting import CheckRequest, check_file
from gridmap.service.cells.choice import DraftChoice, Extent
from gridmap.service.cells.codes import codes_in_use, used_numbers
from gridmap.service.cells.cutting import earlier_splits
from gridmap.service.cells.draft import Draft, build_draft
from gridmap.service.cells.drafting import draft_cells
from gridmap.service.cells.ground import lay_ground
from gridmap.service.cells.loads import Load, StoredBuildings, load_points, preview_points
from gridmap.service.history.changes import undo_last
from gridmap.split.cut.unit_task import Way
from gridmap.split.edit.edit import MergeCells, edit
from gridmap.split.rule import Method, SplitRule
from gridmap.store.repository import Workspace
from tests.service.cells.drawn_villages import (
    ANN,
    AT,
    HOUSEHOLDS,
    LATER,
    SIZE,
    SMALLER,
    drafted,
    drawn_file,
    drawn_points,
    saved,
)

STORED = StoredBuildings()
SOUTH = "LINESTRING (116.499 38.0026, 116.521 38.0026)"
"""A road that leaves a bit more than a quarter of both villages south of it."""


@pytest.fixture
def housed(tmp_path: Path) -> Workspace:
    """Two villages of 80 buildings and 800 households each, in two cells of 400."""
    made = new_workspace(tmp_path / "w.gpkg", title="Drawn", at=AT)
    villages = preview(Boundaries(drawn_file(tmp_path / "villages.gpkg")))
    load = preview_points(drawn_points(tmp_path / "houses.gpkg")).load("families")
    saved(made, drafted(made, villages, load))
    return made


def again(workspace: Workspace, choice: DraftChoice, load: Load = STORED) -> Draft:
    return draft_cells(workspace, None, load, choice, user=ANN, at=LATER)


def stored_shapes(workspace: Workspace) -> dict[str, bytes]:
    return {str(code): shape.wkb for code, shape in workspace.load_shapes().cells.items()}


def test_only_chosen_villages_are_cut_and_no_other_vertex_moves(housed: Workspace) -> None:
    before = stored_shapes(housed)
    draft = again(housed, DraftChoice(SplitRule(*SMALLER), Extent.CHOSEN, frozenset("B")))
    assert [change.unit for change in draft.changes] == ["B"]
    assert set(draft.cells[PARENT_CODE]) == {"B"}
    saved(housed, draft, LATER)
    after = stored_shapes(housed)
    touched = set(draft.touched["code"])
    assert touched <= {"A-001", "A-002"}
    assert {code: after[code] for code in ("A-001", "A-002") if code not in touched} == {
        code: before[code] for code in ("A-001", "A-002") if code not in touched
    }
    old, new = (
        gpd.GeoSeries.from_wkb(list(shapes.values()), index=list(shapes)) for shapes in (before, after)
    )
    for code in touched:
        corners = {tuple(xy) for xy in shapely.get_coordinates(old[code])}
        assert corners < {tuple(xy) for xy in shapely.get_coordinates(new[code])}
    assert check_file(CheckRequest(housed.path)).passed


def test_a_saved_draft_is_taken_back_whole(housed: Workspace) -> None:
    before, plan = stored_shapes(housed), housed.load_plan()
    homes = housed.load_buildings()["cell_code"].to_dict()
    saved(housed, again(housed, DraftChoice(SplitRule(*SMALLER))), LATER)
    assert stored_shapes(housed) != before
    undo_last(housed, user=ANN, at=LATER)
    after = housed.load_plan()
    assert stored_shapes(housed) == before
    assert housed.load_buildings()["cell_code"].to_dict() == homes
    assert after.scheme == plan.scheme
    counted = ["version"]
    pd.testing.assert_frame_equal(after.cells.drop(columns=counted), plan.cells.drop(columns=counted))


def test_cells_that_still_fit_stay_to_the_last_bit(housed: Workspace) -> None:
    before = stored_shapes(housed)
    draft = again(housed, DraftChoice(SplitRule(*SIZE)))
    assert {change.way for change in draft.changes} == {Way.KEPT}
    saved(housed, draft, LATER)
    assert stored_shapes(housed) == before
    assert housed.load_plan().cells["version"].tolist() == [1] * 4


def test_villages_without_cells_are_cut_between_those_with_some(housed: Workspace, tmp_path: Path) -> None:
    path = drawn_file(tmp_path / "three.gpkg", codes="ABC")
    save_boundaries(housed, preview(Boundaries(path)), user=ANN, at=LATER)
    before = housed.load_plan().cells
    draft = again(housed, DraftChoice(SplitRule(*SIZE), Extent.UNCUT), HOUSEHOLDS)
    assert set(draft.cells[PARENT_CODE]) == {"C"}
    assert draft.cells["name"].tolist() == ["Village C 01", "Village C 02"]
    saved(housed, draft, LATER)
    after = housed.load_plan().cells
    assert list(after.index) == ["A-001", "A-002", "B-001", "B-002", "C-001", "C-002"]
    assert after.loc[before.index, "households"].equals(before["households"])
    assert check_file(CheckRequest(housed.path)).passed
    with pytest.raises(InputError, match="Every unit has cells"):
        again(housed, DraftChoice(SplitRule(*SIZE), Extent.UNCUT))


@pytest.mark.parametrize("method", [Method.SQUARE, Method.HEX, Method.H3])
def test_another_method_cuts_afresh_and_stays_exact(housed: Workspace, method: Method) -> None:
    draft = again(housed, DraftChoice(SplitRule(*SIZE, method=method)))
    assert {change.way for change in draft.changes} == {Way.FRESH}
    assert draft.quality.passed
    assert set(draft.cells["method"]) == {method.value}
    assert draft.cells["households"].sum() == 1600
    saved(housed, draft, LATER)
    assert check_file(CheckRequest(housed.path)).passed
    assert set(housed.load_cuts()["tree"]) == {""}
    repeated = again(housed, DraftChoice(SplitRule(*SIZE, method=method)))
    assert (repeated.comparison.new, repeated.comparison.retired, repeated.comparison.moved) == ((), (), 0)


def lines(wkt: str) -> ReadFiles:
    shapes = gpd.GeoSeries([shapely.from_wkt(wkt)], crs="EPSG:4326")
    return ReadFiles(lines=("roads.gpkg", ShapesFile(shapes, ())))


def test_a_road_is_followed_once_nothing_is_to_be_kept(housed: Workspace) -> None:
    size = (200.0, 150.0, 260.0)
    kept = again(housed, DraftChoice(SplitRule(*SIZE), files=lines(SOUTH)))
    assert kept.comparison.moved == 0
    draft = again(housed, DraftChoice(SplitRule(*size), keep=False, files=lines(SOUTH)))
    told = [str(note) for note in draft.notes if "lie on lines" in str(note)]
    assert len(told) == 1
    assert int(told[0].split(" %")[0]) > 20
    assert draft.quality.in_range_share == 1


def test_a_line_far_away_is_told(housed: Workspace) -> None:
    draft = again(housed, DraftChoice(SplitRule(*SIZE), files=lines("LINESTRING (10 50, 11 50)")))
    assert "nothing in roads.gpkg touches a unit" in [str(note) for note in draft.notes]


def test_blocks_need_blocks_in_the_words_of_the_command_line(housed: Workspace) -> None:
    with pytest.raises(InputError, match="needs blocks"):
        again(housed, DraftChoice(SplitRule(*SIZE, method=Method.BLOCKS)))


def test_cells_after_a_list(tmp_path: Path) -> None:
    made = new_workspace(tmp_path / "w.gpkg", title="Drawn", at=AT)
    villages = preview(Boundaries(drawn_file(tmp_path / "villages.gpkg")))
    path = drawn_points(tmp_path / "houses.gpkg")
    houses = gpd.read_file(path)
    houses["grid"] = ["west" if x < 116.505 else "east" for x in houses.geometry.x]
    houses.to_file(path, layer="houses")
    load = preview_points(path).load("families")
    choice = DraftChoice(SplitRule(*SIZE, method=Method.TABLE), files=ReadFiles(members="grid"))
    draft = draft_cells(made, villages, load, choice, user=ANN, at=AT)
    assert draft.cells["name"].tolist() == ["west", "east", "east"]
    assert draft.quality.passed
    saved(made, draft)
    assert made.load_plan().cells["households"].tolist() == [400, 400, 800]


def test_drawn_cells_are_adopted_with_their_names(housed: Workspace) -> None:
    halves = [shapely.box(116.5, 38, 116.507, 38.01), shapely.box(116.507, 38, 116.521, 38.011)]
    drawn = gpd.GeoSeries(halves, index=["Mill", "Hill"], crs="EPSG:4326")
    files = ReadFiles(drawn=("cad.gpkg", ShapesFile(drawn, ())))
    draft = again(housed, DraftChoice(SplitRule(*SIZE, method=Method.ADOPT), files=files))
    assert draft.quality.passed
    fresh = draft.cells[~draft.cells["kept"]]
    assert {"Mill", "Hill"} < set(fresh["name"])
    assert fresh["name"].str.startswith("Village A").sum() == 1  # the part of Hill that lies in A
    assert draft.cells["households"].sum() == 1600


def crowded(workspace: Workspace) -> set[str]:
    """Merge the cells of A into one of 800, and cut B into four of 200."""
    choice = DraftChoice(SplitRule(800, 700, 900), Extent.CHOSEN, frozenset("A"))
    saved(workspace, again(workspace, choice), LATER)
    choice = DraftChoice(SplitRule(200, 150, 250), Extent.CHOSEN, frozenset("B"))
    saved(workspace, again(workspace, choice), LATER)
    cells = workspace.load_plan().cells
    assert cells["households"].tolist() == [800, 200, 200, 200, 200]
    return set(cells.index)


@pytest.mark.parametrize(
    ("extent", "in_a", "in_b"),
    [
        (Extent.OVERLOADED, [400, 400], [200] * 4),
        (Extent.UNDERLOADED, [800], [400, 400]),
        (Extent.RELIEF, [400, 400], [400, 400]),
    ],
)
def test_relief_touches_only_cells_out_of_range(
    housed: Workspace, extent: Extent, in_a: list[int], in_b: list[int]
) -> None:
    before = crowded(housed)
    draft = again(housed, DraftChoice(SplitRule(*SIZE), extent))
    loads = {unit: sorted(cells["households"]) for unit, cells in draft.cells.groupby(PARENT_CODE)}
    assert loads == {"A": in_a, "B": in_b}
    assert set(draft.comparison.retired) <= before
    assert draft.quality.passed
    saved(housed, draft, LATER)
    assert check_file(CheckRequest(housed.path)).passed


def test_relief_says_why_a_cell_cannot_be_relieved(housed: Workspace) -> None:
    draft = again(housed, DraftChoice(SplitRule(390, 380, 395), Extent.OVERLOADED))
    assert len(draft.notes) == 4
    assert "no number of cells brings that into range" in str(draft.notes[0])
    assert draft.comparison.moved == 0


def test_without_cells_there_is_nothing_to_relieve(tmp_path: Path) -> None:
    made = new_workspace(tmp_path / "w.gpkg", title="Drawn", at=AT)
    save_boundaries(made, preview(Boundaries(drawn_file(tmp_path / "v.gpkg"))), user=ANN, at=AT)
    with pytest.raises(InputError, match="no cells yet"):
        again(made, DraftChoice(SplitRule(*SIZE), Extent.RELIEF), HOUSEHOLDS)


@pytest.mark.parametrize(("units", "words"), [("", "Choose the units"), ("XB", "no lowest unit X")])
def test_units_that_are_not_there_are_refused(housed: Workspace, units: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        again(housed, DraftChoice(SplitRule(*SIZE), Extent.CHOSEN, frozenset(units)))


def test_a_village_with_another_border_keeps_the_codes_of_most_of_its_load(
    housed: Workspace, tmp_path: Path
) -> None:
    path = drawn_file(tmp_path / "moved.gpkg")
    frame = gpd.read_file(path)
    frame.geometry = [shapely.box(116.5, 38, 116.509, 38.01), shapely.box(116.509, 38, 116.52, 38.01)]
    frame.to_file(path, layer="units")
    draft = drafted(housed, preview(Boundaries(path)), STORED, at=LATER)
    assert any("another border" in str(note) or "other borders" in str(note) for note in draft.notes)
    assert len(draft.comparison.kept) >= 2
    assert draft.quality.passed
    saved(housed, draft, LATER)
    assert check_file(CheckRequest(housed.path)).passed
    assert housed.load_plan().cells["households"].sum() == 1600


def test_a_draft_is_built_of_any_cells_of_some_units(housed: Workspace) -> None:
    ground = lay_ground(housed, None)
    edited = edit(Cells(ground.cells), MergeCells(("A-001", "A-002")), units=ground.lowest)
    own = ground.narrowed({"A"})
    mine = Cells(gpd.GeoDataFrame(edited.cells[edited.cells[PARENT_CODE] == "A"]))
    points, _ = load_points(STORED, own)
    draft = build_draft(own, mine, None, points, size=CellSize(), at=LATER)
    (code,) = draft.cells["code"]
    assert draft.comparison.retired == tuple({"A-001", "A-002"} - {code})
    assert draft.comparison.moved == 400
    assert (draft.quality.cells, draft.before and draft.before.cells) == (1, 2)
    assert draft.infeasible == ()
    assert len(draft.placed) == 40
    cuts = housed.load_cuts()
    saved(housed, draft, LATER)
    plan = housed.load_plan()
    assert list(plan.cells.index) == [code, "B-001", "B-002"]
    assert plan.scheme.target == 400
    assert housed.load_cuts().equals(cuts)
    assert check_file(CheckRequest(housed.path)).passed


def test_numbers_are_those_ever_used_by_number_or_by_code() -> None:
    rows = {"A-001": ("A", 1), "A-007": ("A", 2), "990101001001004": ("990101001001", 4), "odd": ("C", None)}
    codes = pd.DataFrame.from_dict(rows, orient="index", columns=["parent_code", "seq"])
    assert used_numbers(codes) == {"A": 7, "990101001001": 4, "C": 0}


def test_trees_of_another_system_are_not_replayed(housed: Workspace) -> None:
    ground = lay_ground(housed, None)
    assert set(earlier_splits(housed, ground, codes_in_use(housed).largest).trees) == {"A", "B"}
    elsewhere = replace(ground, system=pyproj.CRS("EPSG:32650"))
    assert earlier_splits(housed, elsewhere, codes_in_use(housed).largest).trees == {}
