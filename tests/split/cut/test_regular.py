from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.quality import check
from gridmap.geo.coverage.topology import part_counts
from gridmap.split.cut.regular import grid_over
from gridmap.split.cut.units import split_units
from gridmap.split.rule import Method, SplitRule
from tests.split.drawn_land import CLAW, HORSESHOE, RING, block, buildings, points_of, units_of

TWO = [block(0, 0, 1050, 930), block(1050, 0, 2000, 930)]
METHODS = [Method.SQUARE, Method.HEX, Method.H3]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [HORSESHOE, RING, CLAW])
def test_a_grid_covers_every_shape_exactly(method: Method, shape: shapely.Polygon) -> None:
    units = units_of(shape, block(2000, 0, 3000, 700), households=[4000, 2000])
    split = split_units(units, None, SplitRule(method=method))
    quality = check(split.cells, units, None)
    assert quality.passed
    assert quality.multipart == 0
    assert split.cells["households"].sum() == pytest.approx(6000)


def test_squares_lie_on_multiples_of_the_edge() -> None:
    split = split_units(units_of(*TWO, households=[1, 1]), None, SplitRule(method=Method.SQUARE, edge=100))
    inner = split.cells[np.isclose(split.cells["area_m2"], 10_000)]
    assert len(inner) >= 150
    assert set(np.round(shapely.get_coordinates(inner.geometry)[:, 0] % 100, 6)) == {0}


def test_squares_side_by_side_have_their_corners_in_common_to_the_last_bit() -> None:
    land = np.array([block(453_000, 4_207_000, 463_000, 4_217_000)], dtype=object)
    squares = grid_over(land, SplitRule(method=Method.SQUARE, edge=382.4943), pyproj.CRS("EPSG:4548"))
    corners = shapely.get_coordinates(squares.to_numpy())
    assert len(np.unique(corners, axis=0)) == len(np.unique(np.round(corners, 3), axis=0))


def test_no_edge_means_cells_of_the_target_load() -> None:
    land = block(0, 0, 4000, 4000)
    for method in (Method.SQUARE, Method.HEX):
        split = split_units(units_of(land, households=[40_000]), None, SplitRule(method=method))
        full = split.cells["households"].median()
        assert full == pytest.approx(400, rel=0.05)


def test_slivers_go_to_the_neighbour_with_the_longest_border() -> None:
    land = block(0, 0, 304, 100)
    split = split_units(units_of(land, households=[9]), None, SplitRule(method=Method.SQUARE, edge=100))
    assert sorted(np.round(split.cells["area_m2"])) == [10_000, 10_000, 10_400]


def test_hexagons_have_six_sides_and_the_width_of_the_edge() -> None:
    land = block(0, 0, 3000, 3000)
    split = split_units(units_of(land, households=[9]), None, SplitRule(method=Method.HEX, edge=300))
    whole = split.cells[np.isclose(split.cells["area_m2"], 300**2 * np.sqrt(3) / 2)]
    assert len(whole) > 50
    west, _, east, _ = whole.geometry.iloc[0].bounds
    assert east - west == pytest.approx(300)
    assert (shapely.get_num_coordinates(whole.geometry.to_numpy()) == 7).all()


def test_h3_takes_the_resolution_named() -> None:
    land = block(0, 0, 3000, 3000)
    areas = [
        split_units(units_of(land, households=[9]), None, SplitRule(method=Method.H3, resolution=resolution))
        .cells["area_m2"]
        .median()
        for resolution in (8, 9)
    ]
    assert areas[0] / areas[1] == pytest.approx(7, rel=0.35)


def test_islands_smaller_than_a_sliver_stay_with_the_nearest() -> None:
    islands = shapely.MultiPolygon([block(0, 0, 500, 500), block(520, 0, 530, 10)])
    split = split_units(units_of(islands, households=[9]), None, SplitRule(method=Method.SQUARE, edge=250))
    assert check(split.cells, units_of(islands)).passed
    assert part_counts(split.cells.geometry.to_numpy()).max() == 2


def test_an_edge_of_a_centimetre_is_refused() -> None:
    with pytest.raises(InputError, match="too many cells"):
        split_units(units_of(*TWO, households=[1, 1]), None, SplitRule(method=Method.SQUARE, edge=0.01))


@pytest.mark.parametrize("method", METHODS)
def test_every_building_is_in_one_cell(method: Method) -> None:
    points = buildings(TWO, 300, 7)
    split = split_units(units_of(*TWO), points, SplitRule(method=method))
    assert split.cells["households"].sum() == points["weight"].sum()
    assert check(split.cells, units_of(*TWO), points).points_without_cell == 0


def test_points_outside_are_told() -> None:
    points = points_of(np.array([[0.0, 0.0]]), np.array([3]))
    split = split_units(units_of(*TWO), points, SplitRule(method=Method.SQUARE, edge=300))
    assert split.points_outside == 1
