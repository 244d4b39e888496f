"""From units and their load to cells: exact, balanced, coded, and the same whatever the order of rows."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import EmptyUnitError, InputError, TessellationError
from gridmap.geo.coverage.quality import check
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import Cells, Points, Units, check_points, check_units
from gridmap.geo.sizes import cell_count
from gridmap.split.cut.units import Split, split_units
from gridmap.split.rule import SplitRule
from tests.split.drawn_land import (
    CRS,
    ISLANDS,
    ISLET,
    SHAPES,
    X,
    Y,
    block,
    buildings,
    lands,
    points_of,
    units_of,
)

RULE = SplitRule()


def same(one: Cells, other: Cells) -> None:
    """Equal to the byte: codes, columns and WKB."""
    tables = [pd.DataFrame(cells.drop(columns="geometry")) for cells in (one, other)]
    pd.testing.assert_frame_equal(tables[0], tables[1], check_exact=True)
    shapes = [shapely.to_wkb(cells.geometry.to_numpy()).tolist() for cells in (one, other)]
    assert shapes[0] == shapes[1]


def shuffled_units(units: Units, seed: int) -> Units:
    return check_units(units.sample(frac=1, random_state=seed))


def shuffled_points(points: Points, seed: int) -> Points:
    return check_points(points.sample(frac=1, random_state=seed))


def exact(split: Split, units: Units, points: Points | None = None) -> None:
    quality = check(split.cells, units, points)
    assert quality.passed, quality


@given(lands, st.integers(0, 300), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_any_land_is_cut_exactly_and_stably(land: Geometries, each: int, seed: int) -> None:
    units = units_of(*land)
    points = buildings(list(land), max(1, each), seed % 1000)
    split = split_units(units, points, RULE)
    exact(split, units, points)
    inside = int(points["weight"].sum())
    assert split.cells["households"].sum() == inside
    assert split.points_outside == 0
    same(split.cells, split_units(shuffled_units(units, seed), shuffled_points(points, seed), RULE).cells)


@given(lands, st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_any_land_is_cut_exactly_by_area(land: Geometries, seed: int) -> None:
    loads = np.random.default_rng(seed).integers(0, 5000, len(land))
    units = units_of(*land, POP=loads)
    split = split_units(units, None, RULE, weight="POP")
    exact(split, units)
    by_unit = split.cells.groupby("parent_code")["households"].sum()
    assert by_unit.to_numpy() == pytest.approx(loads.astype(float))
    same(split.cells, split_units(shuffled_units(units, seed), None, RULE, weight="POP").cells)


def test_columns_are_those_of_a_cells_layer() -> None:
    split = split_units(units_of(block(0, 0, 1000, 1000), households=[1200]), None, RULE)
    assert list(split.cells.columns) == [
        "code", "parent_code", "scheme", "level", "seq", "kind", "households", "area_m2", "compactness",
        "feasible", "method", "geometry",
    ]  # fmt: skip
    assert split.cells["code"].tolist() == ["U0-001", "U0-002", "U0-003"]
    assert split.cells["seq"].tolist() == [1, 2, 3]
    assert split.cells["area_m2"].sum() == pytest.approx(1e6)
    assert set(split.cells["kind"]) == {"base"}
    assert set(split.cells["method"]) == {"bisect"}
    assert split.cuts["crs"].tolist() == [CRS]


def test_even_loads_are_balanced_to_a_hundredth() -> None:
    split = split_units(units_of(block(0, 0, 3000, 2000), households=[4000]), None, RULE)
    assert len(split.cells) == 10
    assert (split.cells["households"] - 400).abs().max() < 0.01 * 400


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_drawn_shapes_are_in_range(name: str) -> None:
    shape = SHAPES[name]
    units, points = units_of(shape), buildings([shape], 160, seed=11)
    split = split_units(units, points, RULE)
    exact(split, units, points)
    assert len(split.cells) == cell_count(points["weight"].sum(), RULE)[0] > 8
    assert split.cells["households"].between(300, 500).all()
    assert split.cells["feasible"].all()


def test_buildings_are_balanced_to_a_hundredth_on_the_mean() -> None:
    squares = [block(1000 * i, 0, 1000 * i + 1000, 1000) for i in range(40)]
    units, points = units_of(*squares), buildings(squares, 80, seed=5)
    quality = check(split_units(units, points, RULE).cells, units, points)
    assert quality.passed
    assert quality.mean_abs_dev is not None
    assert quality.mean_abs_dev <= 0.01
    assert quality.feasible_in_range_share is not None
    assert quality.feasible_in_range_share >= 0.995
    assert quality.compactness_mean is not None
    assert quality.compactness_mean > 0.6


def test_islands_with_load_get_cells_and_the_rest_join_the_nearest() -> None:
    units = units_of(ISLANDS)
    on_large = buildings([*ISLANDS.geoms][:2], 40, seed=2)
    on_islet = buildings([ISLET], 2, seed=2)
    points = check_points(gpd.GeoDataFrame(pd.concat([on_large, on_islet])))
    split = split_units(units, points, RULE)
    exact(split, units, points)
    several = split.cells[split.cells.geom_type == "MultiPolygon"]
    assert len(several) == 1, "only the islet has no cell of its own"
    parts = shapely.get_parts(several.geometry.item())
    assert shapely.area(parts).min() == pytest.approx(ISLET.area)


def test_a_unit_of_one_cell_passes_through_vertex_by_vertex() -> None:
    shape = SHAPES["claw"]
    split = split_units(units_of(shape, households=[100]), None, RULE)
    assert shapely.equals_exact(
        shapely.normalize(split.cells.geometry.item()), shapely.normalize(shape), tolerance=0
    )
    assert not split.cells["feasible"].item()


def test_neighbours_share_every_vertex_of_their_border() -> None:
    units = units_of(block(0, 0, 1000, 1000), block(1000, 0, 2000, 1000), households=[2000, 2800])
    cells = split_units(units, None, RULE).cells
    on_border = {
        parent: {tuple(xy) for xy in shapely.get_coordinates(group.geometry.to_numpy()) if xy[0] == X + 1000}
        for parent, group in cells.groupby("parent_code")
    }
    assert on_border["U0"] == on_border["U1"]
    assert len(on_border["U0"]) > 4


def test_only_leaf_units_are_cut() -> None:
    whole, half, other = block(0, 0, 2000, 1000), block(0, 0, 1000, 1000), block(1000, 0, 2000, 1000)
    columns = {"code": ["T", "A", "B"], "parent_code": ["", "T", "T"], "households": [900, 400, 500]}
    units = check_units(gpd.GeoDataFrame(columns, geometry=[whole, half, other], crs=CRS))
    assert set(split_units(units, None, RULE).cells["parent_code"]) == {"A", "B"}


def test_a_point_on_a_border_counts_once_for_the_smaller_code() -> None:
    units = units_of(block(0, 0, 100, 100), block(100, 0, 200, 100))
    points = points_of(np.array([[X + 100, Y + 50], [X + 10, Y + 10], [X + 999, Y]]), np.array([5, 1, 7]))
    split = split_units(units, points, RULE)
    assert split.cells["households"].tolist() == [6, 0]
    assert split.points_outside == 1


def test_a_load_in_one_place_still_makes_whole_cells() -> None:
    tower = points_of(np.full((30, 2), [X + 20, Y + 20]), np.full(30, 40))
    units = units_of(block(0, 0, 1000, 1000))
    split = split_units(units, tower, RULE)
    exact(split, units, tower)
    assert len(split.cells) == 3
    assert split.cells["households"].sum() == 1200
    assert split.cells["area_m2"].min() > 1e5


def test_twelve_digit_units_give_fifteen_digit_cells() -> None:
    columns = {"code": ["990101100201"], "households": [800]}
    units = check_units(gpd.GeoDataFrame(columns, geometry=[block(0, 0, 500, 500)], crs=CRS))
    assert split_units(units, None, RULE).cells["code"].tolist() == ["990101100201001", "990101100201002"]


def test_the_callers_frames_are_left_alone() -> None:
    units, points = units_of(SHAPES["ring"]), buildings([SHAPES["ring"]], 50, seed=1)
    before = units.copy(), points.copy()
    split_units(units, points, RULE)
    pd.testing.assert_frame_equal(units, before[0])
    pd.testing.assert_frame_equal(points, before[1])


class TestRefusals:
    """What cannot be cut is refused with the place and the mend."""

    def test_degrees(self) -> None:
        units = check_units(units_of(block(0, 0, 9, 9)).to_crs("EPSG:4326"))
        with pytest.raises(InputError, match="metres"):
            split_units(units, None, RULE)

    def test_points_in_another_system(self) -> None:
        points = check_points(buildings([block(0, 0, 9, 9)], 5, seed=1).to_crs("EPSG:4548"))
        with pytest.raises(InputError, match="one projected"):
            split_units(units_of(block(0, 0, 9, 9)), points, RULE)

    def test_no_column_of_loads(self) -> None:
        with pytest.raises(InputError, match=r"there is no households .*--weight"):
            split_units(units_of(block(0, 0, 9, 9)), None, RULE)

    def test_a_unit_without_load(self) -> None:
        units = units_of(block(0, 0, 9, 9), block(9, 0, 18, 9), POP=[10, None])
        with pytest.raises(InputError, match=r"1 unit \(U1\)"):
            split_units(units, None, RULE, weight="POP")

    def test_units_that_overlap(self) -> None:
        units = units_of(block(0, 0, 1000, 1000), block(900, 0, 2000, 1000), households=[400, 400])
        with pytest.raises(TessellationError, match=r"2 units overlap others \(U0, U1\)"):
            split_units(units, None, RULE)

    def test_units_without_area(self) -> None:
        units = units_of(block(0, 0, 9, 9), households=[5])
        flat = Units(units.set_geometry([shapely.Polygon()], crs=CRS))
        with pytest.raises(EmptyUnitError, match="U0"):
            split_units(flat, None, RULE)
