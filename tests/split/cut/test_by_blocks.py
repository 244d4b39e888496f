"""Cells of whole blocks: exact, connected, in range, along the streets, and the same whatever the order."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.geo.coverage.quality import Quality, check
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import Cells, Points, Units, check_points
from gridmap.split.blocks.street_blocks import blocks_of
from gridmap.split.cut.units import Split, split_units
from gridmap.split.material import NO_SHAPES, Material, UnitMaterial
from gridmap.split.rule import Method, SplitRule
from tests.split.drawn_land import CRS, ISLANDS, SHAPES, block, buildings, lands, points_of, units_of
from tests.split.drawn_streets import blocks_between, households, quarters, streets

RULE = SplitRule(method=Method.BLOCKS)
SIDE = 3000.0


def measured(split: Split, units: Units, points: Points | None = None) -> Quality:
    quality = check(split.cells, units, points)
    assert quality.passed, quality
    return quality


def share_along(cells: Cells, along: shapely.Geometry) -> float:
    """The share of the borders between cells that lies on some lines."""
    shapes = cells.geometry.to_numpy()
    inner = shapely.difference(
        shapely.union_all(shapely.boundary(shapes)),
        shapely.buffer(shapely.boundary(shapely.union_all(shapes)), 0.01),
    )
    return float(
        shapely.length(shapely.intersection(inner, shapely.buffer(along, 0.01))) / shapely.length(inner)
    )


@pytest.mark.parametrize("spacing", [90, 130, 190])
def test_a_town_is_cut_along_its_streets(spacing: float) -> None:
    units = units_of(*quarters(SIDE, 20, seed=int(spacing)))
    points = households(SIDE, seed=1)
    lines = streets(SIDE, spacing, seed=2)
    split = split_units(units, points, RULE, material=Material(lines=lines))
    quality = measured(split, units, points)
    assert quality.cells > 60
    assert quality.feasible_in_range_share is not None
    assert quality.feasible_in_range_share >= 0.99
    assert quality.compactness_mean is not None
    assert quality.compactness_mean >= 0.54
    assert set(split.cells["method"]) == {"blocks"}
    known = shapely.union_all([*lines, *shapely.boundary(units.geometry.to_numpy())])
    assert share_along(split.cells, known) > (0.95 if spacing < 150 else 0.85)


def test_balance_trades_compact_cells_for_equal_loads() -> None:
    units = units_of(*quarters(SIDE, 20, seed=4))
    points = households(SIDE, seed=5)
    material = Material(lines=streets(SIDE, 110, seed=6))
    compact, even = (
        measured(
            split_units(units, points, SplitRule(method=Method.BLOCKS, balance=balance), material=material),
            units,
            points,
        )
        for balance in (0.0, 1.0)
    )
    assert compact.mean_abs_dev is not None
    assert even.mean_abs_dev is not None
    assert even.mean_abs_dev < compact.mean_abs_dev / 2
    assert compact.compactness_mean is not None
    assert even.compactness_mean is not None
    assert compact.compactness_mean > even.compactness_mean + 0.05


def test_the_order_of_rows_changes_nothing() -> None:
    units = units_of(*quarters(1500, 4, seed=7))
    points, lines = households(1500, seed=8), streets(1500, 110, seed=9)
    blocks = blocks_between(lines, block(0, 0, 1500, 1500), 12)
    for material, mixed in (
        (Material(lines=lines), Material(lines=gpd.GeoSeries(lines.iloc[::-1]))),
        (Material(blocks=blocks), Material(blocks=gpd.GeoSeries(blocks.iloc[::-1]))),
    ):
        one = split_units(units, points, RULE, material=material)
        other = split_units(units, check_points(points.sample(frac=1, random_state=2)), RULE, material=mixed)
        pd.testing.assert_frame_equal(
            one.cells.drop(columns="geometry"), other.cells.drop(columns="geometry")
        )
        assert (one.cells.geometry.to_wkb() == other.cells.geometry.to_wkb()).all()


def test_given_blocks_stay_whole_and_streets_between_them_are_shared_out() -> None:
    land = block(0, 0, 1500, 1500)
    units, points = units_of(land), households(1500, seed=3)
    given_blocks = blocks_between(streets(1500, 110, seed=9), land, 14)
    split = split_units(units, points, RULE, material=Material(blocks=given_blocks))
    quality = measured(split, units, points)
    assert quality.in_range_share == 1.0
    assert quality.compactness_mean is not None
    assert quality.compactness_mean > 0.5
    largest = [
        shapely.area(shapely.intersection(split.cells.geometry.to_numpy(), one)).max() / one.area
        for one in given_blocks
        if one.area > 1
    ]
    assert np.mean(np.array(largest) > 1 - 1e-9) > 0.97


def test_a_park_between_blocks_is_a_block_and_a_street_is_not() -> None:
    land = block(0, 0, 600, 300)
    corners = [(0, 0, 190, 145), (0, 155, 190, 300), (190, 0, 200, 300), (410, 0, 600, 300)]
    houses = np.array([block(*corner) for corner in corners], dtype=object)
    found = blocks_of(land, UnitMaterial(blocks=houses))
    areas = np.sort(shapely.area(found))
    assert areas == pytest.approx([3000, 28_500, 28_500, 57_000, 63_000], abs=60)
    assert areas.sum() == pytest.approx(land.area)


def test_streets_that_run_into_a_field_are_shared_out_all_the_same() -> None:
    land = block(0, 0, 1000, 1000)
    corners = [(0, 0, 145, 145), (155, 0, 300, 145), (0, 155, 145, 300), (155, 155, 300, 300)]
    houses = np.array([block(*corner) for corner in corners], dtype=object)
    found = blocks_of(land, UnitMaterial(blocks=houses))
    areas = np.sort(shapely.area(found))
    assert areas[:4] == pytest.approx([150**2, 150 * 165, 150 * 165, 165**2], rel=0.02)
    assert len(areas) == 5
    assert areas.sum() == pytest.approx(land.area)


def test_of_overlapping_blocks_the_smaller_counts() -> None:
    land = block(0, 0, 200, 100)
    both = np.array([block(0, 0, 200, 100), block(50, 0, 100, 100)], dtype=object)
    areas = sorted(np.round(shapely.area(blocks_of(land, UnitMaterial(blocks=both)))))
    assert areas == [5000, 5000, 10000]


def test_ends_that_dangle_divide_nothing() -> None:
    land = block(0, 0, 200, 100)
    west, south, _, _ = land.bounds
    lines = shapely.linestrings([[(50, -10), (50, 60)], [(100, -10), (100, 110)]])
    lines = shapely.transform(lines, lambda xy: xy + np.array([west, south]))
    assert len(blocks_of(land, UnitMaterial(lines=lines))) == 2
    assert len(blocks_of(land, UnitMaterial(lines=NO_SHAPES))) == 1


@given(lands, st.integers(0, 200), st.integers(0, 2**32 - 1), st.integers(200, 1500))
@settings(max_examples=12)
def test_any_land_with_any_lines_is_cut_exactly(land: Geometries, each: int, seed: int, spacing: int) -> None:
    units = units_of(*land)
    points = buildings(list(land), max(1, each), seed % 1000)
    lines = streets(6000, spacing, seed % 1000).translate(-3000, -3000)
    measured(split_units(units, points, RULE, material=Material(lines=lines)), units, points)


def _lines_beside(offset: float) -> Material:
    """A street beside the western border, one on it, one across that ends in both borders."""
    west, south, east, north = block(0, 0, 1000, 1000).bounds
    return Material(
        lines=gpd.GeoSeries(
            shapely.linestrings(
                [
                    [(west + offset, south), (west + offset, north)],
                    [(west, south), (east, south)],
                    [(west, south + 500), (east, south + 500 + offset)],
                    [(west + 500, south - 9), (west + 500 + offset, north + 9)],
                ]
            ),
            crs=CRS,
        )
    )


@pytest.mark.parametrize("offset", [0.0, 1e-9, 1e-4, 5e-4, 2e-3, 0.02, 0.5])
def test_lines_along_a_border_leave_it_where_it_is(offset: float) -> None:
    units = units_of(block(0, 0, 1000, 1000), block(-700, 0, 0, 1000))
    points = buildings(list(units.geometry), 60, seed=1)
    measured(split_units(units, points, RULE, material=_lines_beside(offset)), units, points)


def test_zero_households_are_one_cell() -> None:
    units = units_of(block(0, 0, 1000, 1000))
    points = points_of(np.array([[500_010.0, 4_200_010.0]]), np.array([0]))
    split = split_units(units, points, RULE, material=Material(lines=streets(1000, 100, seed=1)))
    assert len(split.cells) == 1
    measured(split, units, points)


def test_one_building_of_2000_households_is_not_cut() -> None:
    units = units_of(block(0, 0, 1000, 1000))
    points = points_of(np.array([[500_510.0, 4_200_510.0]]), np.array([2000]))
    for lines in (None, streets(1000, 200, seed=1)):
        split = split_units(units, points, RULE, material=Material(lines=lines))
        assert split.cells["households"].max() == 2000
        measured(split, units, points)


def test_a_block_with_too_many_households_is_divided() -> None:
    land = block(0, 0, 1000, 1000)
    units, points = units_of(land), buildings([land], 66, seed=2)
    split = split_units(units, points, RULE)
    quality = measured(split, units, points)
    assert quality.cells == 5
    assert quality.in_range_share == 1.0


def test_more_cells_than_blocks() -> None:
    land = block(0, 0, 1000, 1000)
    units, points = units_of(land), buildings([land], 200, seed=2)
    west, east = block(0, 0, 400, 1000), block(400, 0, 1000, 1000)
    split = split_units(units, points, RULE, material=Material(blocks=gpd.GeoSeries([west, east], crs=CRS)))
    quality = measured(split, units, points)
    assert quality.cells == 15
    assert quality.in_range_share is not None
    assert quality.in_range_share > 0.9
    in_west = shapely.area(shapely.intersection(split.cells.geometry.to_numpy(), west))
    shares = in_west / shapely.area(split.cells.geometry.to_numpy())
    assert ((shares < 1e-6) | (shares > 1 - 1e-6)).sum() >= 13


def test_load_without_points_lies_evenly() -> None:
    units = units_of(*quarters(2000, 6, seed=3), households=2000)
    split = split_units(units, None, RULE, material=Material(lines=streets(2000, 120, seed=5)))
    quality = measured(split, units)
    assert quality.cells == 30
    assert quality.in_range_share == 1.0


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_shapes_with_arms_holes_and_islands(name: str) -> None:
    units = units_of(SHAPES[name])
    points = buildings([SHAPES[name]], 120, seed=3)
    split = split_units(units, points, RULE, material=Material(lines=streets(2000, 110, seed=4)))
    assert len(split.cells) > 4
    measured(split, units, points)


def test_islands_without_enough_households_join_the_nearest() -> None:
    units = units_of(ISLANDS)
    points = buildings([ISLANDS], 150, seed=3)
    split = split_units(units, points, RULE, material=Material(lines=streets(2000, 110, seed=4)))
    counts = shapely.get_num_geometries(split.cells.geometry.to_numpy())
    assert sorted(counts)[-1] == 2
    assert (counts == 1).sum() == len(counts) - 1


def test_forty_islands() -> None:
    random = np.random.default_rng(3)
    shape = shapely.MultiPolygon(
        [
            block(
                300 * (i % 8), 300 * (i // 8), 300 * (i % 8) + random.uniform(60, 250), 300 * (i // 8) + 200
            )
            for i in range(40)
        ]
    )
    units, points = units_of(shape), buildings([shape], 200, seed=1)
    measured(
        split_units(units, points, RULE, material=Material(lines=streets(2400, 70, seed=4))), units, points
    )


def test_a_unit_thinner_than_a_metre_with_streets() -> None:
    units = units_of(block(0, 0, 5000, 0.7))
    points = buildings(list(units.geometry), 100, seed=1)
    split = split_units(units, points, RULE, material=Material(lines=streets(5000, 90, seed=1)))
    measured(split, units, points)
