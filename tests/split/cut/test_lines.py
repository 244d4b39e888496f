"""Cuts along given lines: taken where balance allows, stored and repeated, exact, and counted."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.geo.coverage.quality import check
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import check_points
from gridmap.geo.lines.network import share_on_lines
from gridmap.split.cut.units import Split, split_units
from gridmap.split.material import Material
from gridmap.split.rule import SplitRule
from gridmap.split.straight.tree import Leaf, Node, PathCut, from_json, to_json
from tests.split.drawn_land import CRS, SHAPES, block, buildings, lands, points_of, units_of
from tests.split.drawn_streets import households, quarters, streets
from tests.split.repeated_cuts import replay_unit

RULE = SplitRule()


def line(*xy: tuple[float, float]) -> shapely.LineString:
    """A line with its origin in the corner of reference."""
    west, south, _, _ = block(0, 0, 1, 1).bounds
    return shapely.LineString([(west + x, south + y) for x, y in xy])


def lines_of(*lines: shapely.Geometry) -> Material:
    return Material(lines=gpd.GeoSeries(list(lines), crs=CRS))


def share(split: Split, material: Material) -> float:
    assert material.lines is not None
    cells = split.cells
    found = share_on_lines(
        cells.geometry.to_numpy(), cells["parent_code"].tolist(), material.lines.to_numpy()
    )
    assert found is not None
    return found


def path_cuts(node: Node) -> int:
    if isinstance(node, Leaf):
        return 0
    return isinstance(node, PathCut) + path_cuts(node.below) + path_cuts(node.above)


def test_a_town_is_cut_mostly_along_its_streets_and_stays_in_range() -> None:
    units = units_of(*quarters(3000, 20, seed=2))
    points, material = households(3000, seed=1), Material(lines=streets(3000, 130, seed=2))
    plain = split_units(units, points, RULE)
    along = split_units(units, points, RULE, material=material)
    quality = check(along.cells, units, points)
    assert quality.passed
    assert quality.feasible_in_range_share == 1.0
    assert quality.compactness_mean is not None
    assert quality.compactness_mean > 0.54
    assert share(plain, material) < 0.05
    assert share(along, material) > 0.85
    assert material.lines is not None
    measured = check(along.cells, units, points, lines=material.lines.to_numpy())
    assert measured.share_on_lines == share(along, material)
    assert quality.share_on_lines is None
    assert set(along.cells["method"]) == {"bisect"}


def test_without_lines_and_with_lines_far_away_nothing_changes() -> None:
    land = block(0, 0, 1000, 1000)
    units, points = units_of(land), buildings([land], 200, seed=1)
    plain = split_units(units, points, RULE)
    far = split_units(units, points, RULE, material=lines_of(line((5000, 0), (5000, 900))))
    pd.testing.assert_frame_equal(plain.cells, far.cells)
    assert "paths" not in plain.cuts["tree"].item()


def test_a_bent_road_through_the_middle_is_taken() -> None:
    land = block(0, 0, 1000, 600)
    units, points = units_of(land), buildings([land], 27, seed=1)
    road = lines_of(line((480, -50), (520, 200), (490, 400), (500, 650)))
    split = split_units(units, points, RULE, material=road)
    assert len(split.cells) == 2
    assert share(split, road) == 1.0
    assert check(split.cells, units, points).passed


def test_a_road_where_balance_forbids_it_is_not_taken() -> None:
    land = block(0, 0, 1000, 600)
    units, points = units_of(land), buildings([land], 27, seed=1)
    road = lines_of(line((150, -50), (150, 650)))
    split = split_units(units, points, RULE, material=road)
    assert share(split, road) == 0.0
    assert split.cells["households"].between(300, 500).all()


def test_a_road_that_ends_in_the_middle_is_followed_as_far_as_it_goes() -> None:
    land = block(0, 0, 1000, 1600)
    units = units_of(land)
    random = np.random.default_rng(3)
    west, south, _, _ = land.bounds
    xy = np.array([west, south]) + random.uniform(0, 1, (800, 2)) * [1000, 1600]
    points = points_of(xy, np.ones(len(xy), dtype=int))
    across = line((-10, 800), (700, 800), (700, 2000))
    split = split_units(units, points, RULE, material=lines_of(across))
    assert len(split.cells) == 2
    assert share(split, lines_of(across)) > 0.6
    assert split.cells["households"].between(300, 500).all()
    assert check(split.cells, units, points).passed


def test_a_stored_tree_repeats_cuts_along_lines() -> None:
    units = units_of(*quarters(2000, 4, seed=5))
    material = Material(lines=streets(2000, 130, seed=3))
    split = split_units(units, households(2000, seed=2), RULE, material=material)
    paths = 0
    for row, shape in zip(split.cuts.itertuples(), units.geometry, strict=True):
        tree = from_json(str(row.tree))
        assert to_json(tree) == row.tree
        paths += sum(path_cuts(part.node) for part in tree.parts)
        cells = split.cells[split.cells["parent_code"] == row.code].geometry.to_numpy()
        repeated = np.array(replay_unit(shape, tree), dtype=object)
        assert np.sort(shapely.area(repeated)) == pytest.approx(np.sort(shapely.area(cells)), abs=1e-3)
    assert paths > 10


def test_cuts_that_divide_no_longer_leave_the_piece_whole() -> None:
    land = block(0, 0, 1000, 600)
    units, points = units_of(land), buildings([land], 27, seed=1)
    road = lines_of(line((480, -50), (520, 200), (490, 400), (500, 650)))
    tree = from_json(split_units(units, points, RULE, material=road).cuts["tree"].item())
    assert len(replay_unit(land, tree)) == 2
    assert len(replay_unit(block(0, 0, 1000, 700), tree)) == 1
    assert len(replay_unit(block(0, 0, 1000, 500), tree)) == 2


def test_trees_without_paths_read_as_before() -> None:
    plain = {"direction": 90.0, "offset": 5.0, "middle": 3.0, "below": {"code": "a"}, "above": {"code": "b"}}
    text = json.dumps(
        {"origin": [1.0, 2.0], "parts": [{"part": 0, "joined": [], "cuts": plain}]}, separators=(",", ":")
    )
    assert to_json(from_json(text)) == text


def test_the_order_of_lines_and_points_changes_nothing() -> None:
    units = units_of(*quarters(1500, 4, seed=7))
    points, lines = households(1500, seed=8), streets(1500, 110, seed=9)
    one = split_units(units, points, RULE, material=Material(lines=lines))
    other = split_units(
        units,
        check_points(points.sample(frac=1, random_state=2)),
        RULE,
        material=Material(lines=gpd.GeoSeries(lines.iloc[::-1])),
    )
    pd.testing.assert_frame_equal(one.cells.drop(columns="geometry"), other.cells.drop(columns="geometry"))
    assert (one.cells.geometry.to_wkb() == other.cells.geometry.to_wkb()).all()


@given(lands, st.integers(0, 200), st.integers(0, 2**32 - 1), st.integers(200, 1500))
@settings(max_examples=12)
def test_any_land_with_any_lines_is_cut_exactly(land: Geometries, each: int, seed: int, spacing: int) -> None:
    units = units_of(*land)
    points = buildings(list(land), max(1, each), seed % 1000)
    lines = gpd.GeoSeries(streets(6000, spacing, seed % 1000).translate(-3000, -3000))
    split = split_units(units, points, RULE, material=Material(lines=lines))
    quality = check(split.cells, units, points)
    assert quality.passed, quality


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_shapes_with_arms_holes_and_islands_by_area(name: str) -> None:
    units = units_of(SHAPES[name], households=4000)
    split = split_units(units, None, RULE, material=Material(lines=streets(2000, 110, seed=4)))
    quality = check(split.cells, units, weight="households")
    assert quality.passed, quality
    assert quality.cells == 10


def test_the_share_on_lines_counts_borders_inside_units_only() -> None:
    cells = np.array(
        [block(0, 0, 100, 50), block(0, 50, 100, 100), block(100, 0, 200, 50), block(100, 50, 200, 100)],
        dtype=object,
    )
    parents = ["A", "A", "B", "B"]
    assert share_on_lines(cells, parents, np.array([line((0, 50), (100, 50))], dtype=object)) == 0.5
    assert share_on_lines(cells, parents, np.array([line((100, 0), (100, 100))], dtype=object)) == 0.0
    assert share_on_lines(cells, list("ABCD"), np.array([line((0, 50), (9, 50))], dtype=object)) is None
    assert share_on_lines(cells, parents, np.array([], dtype=object)) == 0.0
