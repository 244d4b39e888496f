"""Cells that whole blocks cannot bring into range: cut anew with neighbours, and left where nothing helps."""

import geopandas as gpd
import numpy as np
import shapely

from gridmap.geo.coverage.quality import check
from gridmap.split.cut.units import Split, split_units
from gridmap.split.material import Material
from gridmap.split.rule import Method, SplitRule
from tests.split.drawn_land import CRS, X, Y, block, points_of, units_of
from tests.split.drawn_streets import streets

RULE = SplitRule(method=Method.BLOCKS)


def of_blocks(
    land: shapely.Polygon, xy: list[tuple[float, float]], loads: list[int], *blocks: shapely.Polygon
) -> Split:
    points = points_of(np.array([[X, Y]]) + np.array(xy, dtype=float), np.array(loads))
    units = units_of(land)
    material = Material(blocks=gpd.GeoSeries(list(blocks), crs=CRS))
    split = split_units(units, points, RULE, material=material)
    quality = check(split.cells, units, points)
    assert quality.passed, quality
    return split


def rows(count: int, south: float) -> list[tuple[float, float]]:
    return [(10 + 980 * place / count, south + 7 * (place % 5)) for place in range(count)]


def test_a_block_is_cut_where_whole_blocks_are_out_of_range() -> None:
    land = block(0, 0, 1000, 400)
    blocks = [block(0, 0, 1000, 100), block(0, 100, 1000, 200), block(0, 200, 1000, 400)]
    xy = rows(60, 20) + rows(60, 120) + rows(60, 250)
    loads = [4] * 60 + [4] * 60 + [3] * 60  # 240, 240, 180: whole blocks leave one cell with too few
    split = of_blocks(land, xy, loads, *blocks)
    assert split.cells["households"].between(300, 500).all()
    assert len(split.cells) == 2


def test_exactly_the_minimum_each() -> None:
    land = block(0, 0, 1000, 400)
    xy = rows(150, 20) + rows(150, 220)
    split = of_blocks(land, xy, [2] * 300, block(0, 0, 1000, 170), block(0, 170, 1000, 400))
    assert split.cells["households"].tolist() == [300, 300]


def test_a_building_too_heavy_for_a_cell_spoils_only_its_own() -> None:
    land = block(0, 0, 1000, 1000)
    blocks = [block(0, 200 * row, 1000, 200 * row + 200) for row in range(5)]
    xy = [place for row in range(5) for place in rows(100, 200 * row + 50)] + [(500, 500)]
    split = of_blocks(land, xy, [3] * 500 + [640], *blocks)
    households = np.sort(split.cells["households"].to_numpy())
    assert len(households) == 5
    assert households[-1] >= 640
    assert ((households[:-1] >= 300) & (households[:-1] <= 500)).all()


def test_lines_through_land_with_all_its_people_in_a_corner() -> None:
    land = block(0, 0, 2000, 2000)
    units = units_of(land)
    random = np.random.default_rng(1)
    points = points_of(np.array([[X, Y]]) + random.uniform(0, 150, (300, 2)), np.full(300, 5))
    lines = Material(lines=streets(2000, 400, seed=1))
    for method in (Method.BLOCKS, Method.BISECT):
        split = split_units(units, points, SplitRule(method=method), material=lines)
        quality = check(split.cells, units, points)
        assert quality.passed, quality
        assert quality.in_range_share == 1.0
        assert quality.cells == 4


def test_few_heavy_buildings_find_their_only_division() -> None:
    land = block(0, 0, 1000, 1000)
    loads = [120, 120, 120, 82, 71, 68, 55, 8]
    xy = [(125.0 * place + 60, 500 + 200 * (-1) ** place) for place in range(len(loads))]
    split = of_blocks(land, xy, loads, land)
    assert split.cells["households"].between(300, 500).all()
    assert len(split.cells) == 2
