"""Shapes of the generated county: an exact coverage at every level, and everything where it belongs."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.random import default_rng

from gridmap.demo.county import County
from gridmap.demo.extent import FULL, METRIC_CRS, SMALL
from gridmap.demo.land.borders import draw_borders, midpoint_displacement, river_line
from gridmap.demo.land.terrain import make_terrain
from gridmap.geo.coverage.topology import coverage_is_valid, coverage_union, locate


def level(county: County, name: str) -> gpd.GeoDataFrame:
    return county.units[county.units["level"] == name].set_index("code", drop=False)


def shapes(frame: gpd.GeoDataFrame) -> np.ndarray:
    return np.asarray(frame.geometry.to_numpy())


@pytest.fixture(params=["small", pytest.param("full", marks=pytest.mark.slow)])
def county(request: pytest.FixtureRequest) -> County:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, County)
    return found


def test_villages_townships_and_cells_are_exact_coverages(county: County) -> None:
    for frame in (level(county, "village"), level(county, "township"), county.cells):
        assert coverage_is_valid(shapes(frame))


def test_each_level_adds_up_to_the_level_above(county: County) -> None:
    villages, townships = level(county, "village"), level(county, "township")
    for code in townships.index:
        inside = villages[villages["parent_code"] == code]
        assert shapely.equals(coverage_union(shapes(inside)), townships.geometry[code])
    assert shapely.equals(coverage_union(shapes(townships)), level(county, "county").geometry.iloc[0])


def test_every_unit_and_every_cell_is_one_piece_without_holes(county: County) -> None:
    for frame in (county.units, county.cells):
        assert set(frame.geom_type) == {"Polygon"}
    assert not shapely.get_num_interior_rings(shapes(level(county, "village"))).any()


def test_cells_fill_their_village(county: County) -> None:
    cells, villages = county.cells.to_crs(METRIC_CRS), level(county, "village").to_crs(METRIC_CRS)
    filled = cells.assign(area=cells.area).groupby("parent_code")["area"].sum()
    assert set(filled.index) == set(villages.index)
    assert (filled - villages.area).abs().max() < 1e-3


def test_buildings_lie_in_their_village_and_cell(county: County) -> None:
    spots = shapely.get_coordinates(shapes(county.buildings))
    villages = level(county, "village")
    assert (
        villages["code"].to_numpy()[locate(spots, shapes(villages))] == county.buildings["unit_code"]
    ).all()
    assert (county.buildings["cell_code"].str[:12] == county.buildings["unit_code"]).all()


def test_households_of_buildings_cells_and_units_agree(county: County) -> None:
    buildings, cells, units = county.buildings, county.cells, county.units.set_index("code")
    assert (buildings["households"] >= 1).all()
    by_cell = buildings.groupby("cell_code")["households"].sum()
    assert (by_cell == cells.set_index("code")["households"]).all()
    for code, total in buildings.groupby("unit_code")["households"].sum().items():
        assert units.at[code, "households"] == total
    for name in ("county", "township", "village"):
        assert units.loc[units["level"] == name, "households"].sum() == buildings["households"].sum()


def test_sites_lie_in_their_cell_and_checkpoints_on_a_border_or_in_the_seat(county: County) -> None:
    found = locate(shapely.get_coordinates(shapes(county.contact_sites)), shapes(county.cells))
    assert (county.cells["code"].to_numpy()[found] == county.contact_sites["cell_code"]).all()
    posts = county.checkpoints[county.checkpoints["kind"] != "duty_point"].to_crs(METRIC_CRS)
    borders = shapely.union_all(shapely.boundary(shapes(level(county, "township").to_crs(METRIC_CRS))))
    roads = shapely.union_all(shapes(county.roads.to_crs(METRIC_CRS)))
    assert shapely.distance(shapes(posts), borders).max() < 0.1
    assert shapely.distance(shapes(posts), roads).max() < 0.1


def test_every_major_road_that_leaves_the_county_is_guarded(county: County) -> None:
    border = level(county, "county").to_crs(METRIC_CRS).boundary.iloc[0]
    roads = county.roads[county.roads["kind"].isin({"national", "county"})].to_crs(METRIC_CRS)
    ends = [shapely.Point(part.coords[end]) for part in roads.explode().geometry for end in (0, -1)]
    exits = [end for end in ends if end.distance(border) < 0.1]
    posts = county.checkpoints[county.checkpoints["kind"] == "inspection_station"].to_crs(METRIC_CRS)
    assert len(exits) >= 4
    assert all(posts.distance(end).min() <= 700 for end in exits)


def test_joint_posts_are_between_two_townships(county: County) -> None:
    joint = county.checkpoints[county.checkpoints["second_unit_code"].notna()]
    assert len(joint)
    assert (joint["unit_code"].str[:9] != joint["second_unit_code"].str[:9]).all()


def test_borders_are_wiggly(county: County) -> None:
    villages = level(county, "village").to_crs(METRIC_CRS)
    # Cells of a Voronoi diagram are convex: with straight borders the ratio would be 1.
    assert (villages.length / villages.convex_hull.length).median() > 1.03


def test_the_river_meanders_along_borders_from_end_to_end(county: County) -> None:
    rings = shapely.get_coordinates(shapes(level(county, "village"))).tolist()
    pieces = {frozenset(map(tuple, piece)) for piece in pairwise(rings)}
    assert {frozenset(piece) for piece in pairwise(county.rivers.geometry.iloc[0].coords)} <= pieces
    river = county.rivers.to_crs(METRIC_CRS).geometry.iloc[0]
    first, last = shapely.Point(river.coords[0]), shapely.Point(river.coords[-1])
    county_border = level(county, "county").to_crs(METRIC_CRS).boundary.iloc[0]
    assert max(first.distance(county_border), last.distance(county_border)) < 0.1
    assert river.length / first.distance(last) > 1.1


def test_every_village_lies_on_a_road(county: County) -> None:
    roads = shapely.union_all(shapes(county.roads))
    assert shapely.intersects(shapes(level(county, "village")), roads).all()


@pytest.mark.parametrize("seed", range(6))
def test_borders_of_any_seed_are_an_exact_coverage_in_one_piece(seed: int) -> None:
    rng = default_rng(seed)
    terrain = make_terrain(SMALL, rng)
    borders = draw_borders(terrain, rng)
    assert coverage_is_valid(np.array(borders.villages))
    assert isinstance(coverage_union(np.array(borders.villages)), shapely.Polygon)
    assert river_line(terrain, borders).is_simple


def test_midpoint_displacement_starts_and_ends_at_nothing() -> None:
    noise = midpoint_displacement(16, 1.0, 0.5, default_rng(1))
    assert len(noise) == 17
    assert noise[0] == noise[-1] == 0
    assert (noise[1:-1] != 0).all()


@pytest.mark.slow
def test_the_full_county_lies_in_the_plain_and_has_the_size_it_promises(full: County) -> None:
    west, south, east, north = full.units.geometry.iloc[0].bounds
    assert 116 < west < 116.5 < east < 117
    assert 37.6 < south < 38 < north < 38.4
    assert full.units.to_crs(METRIC_CRS).area.iloc[0] == pytest.approx(FULL.area, rel=0.05)
