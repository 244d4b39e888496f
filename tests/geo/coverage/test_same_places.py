"""Places that are the same but for a rounding: nothing that stays moves by a single bit."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.geo.coverage.same_places import in_stored_degrees, with_stored_vertices
from gridmap.geo.coverage.topology import Geometries, coverage_is_valid
from gridmap.geo.frames import Cells, check_cells, check_units
from gridmap.names import WGS84
from tests.split.drawn_land import CRS, X, Y, lands


def cells_of(shapes: Geometries) -> Cells:
    codes = [f"U-{number:03d}" for number in range(len(shapes))]
    return check_cells(gpd.GeoDataFrame({"code": codes, "parent_code": "U"}, geometry=shapes, crs=CRS))


def read_again(cells: Cells) -> tuple[Cells, Cells]:
    """The cells as a file in degrees has them, and as they come back from it."""
    stored = Cells(cells.to_crs(WGS84))
    return stored, Cells(stored.to_crs(CRS))


@given(lands)
@settings(max_examples=25)
def test_units_meet_their_cells_again_to_the_last_bit(land: Geometries) -> None:
    _, back = read_again(cells_of(land))
    codes = [f"V{number}" for number in range(len(land))]
    units = check_units(gpd.GeoDataFrame({"code": codes}, geometry=land, crs=CRS))
    snapped = with_stored_vertices(units, back)
    assert shapely.equals_exact(snapped.geometry.to_numpy(), back.geometry.to_numpy(), tolerance=0).all()
    assert snapped["code"].tolist() == codes


def test_other_vertices_stay() -> None:
    _, back = read_again(cells_of(np.array([shapely.box(X, Y, X + 100, Y + 100)], dtype=object)))
    near = check_units(
        gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.box(X + 1e-5, Y, X + 90, Y + 100)], crs=CRS)
    )
    snapped = with_stored_vertices(near, back)
    west, south, east, north = snapped.total_bounds
    assert (west, east) == (X + 1e-5, X + 90)
    assert {south, north} <= {Y, Y + 100}


@given(lands, st.integers(0, 10_000))
@settings(max_examples=25)
def test_what_stays_keeps_its_degrees_and_what_changes_still_meets_it(land: Geometries, seed: int) -> None:
    stored, back = read_again(cells_of(land))
    chosen = int(np.random.default_rng(seed).integers(len(land)))
    halves = _halves(back.geometry.iloc[chosen])
    shapes = [*np.delete(back.geometry.to_numpy(), chosen), *halves]
    codes = [*np.delete(back["code"].to_numpy(), chosen), "U-998", "U-999"]
    changed = check_cells(gpd.GeoDataFrame({"code": codes, "parent_code": "U"}, geometry=shapes, crs=CRS))
    written = in_stored_degrees(changed, back, stored)
    assert written.crs == WGS84
    before, after = (dict(zip(one["code"], one.geometry, strict=True)) for one in (stored, written))
    unmoved = [[shapely.to_wkb(shapes[code]) for code in codes[:-2]] for shapes in (before, after)]
    assert unmoved[0] == unmoved[1]
    old = {tuple(xy) for xy in shapely.get_coordinates(stored.geometry.iloc[chosen])}
    new = {tuple(xy) for xy in shapely.get_coordinates([after["U-998"], after["U-999"]])}
    assert old <= new, "a vertex that was there has the degrees it had"
    moved = shapely.area(written.to_crs(CRS).geometry.to_numpy()) - shapely.area(changed.geometry.to_numpy())
    assert np.abs(moved).max() <= 1e-3


def _halves(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """The parts of a shape west and east of its middle, with all of its vertices."""
    west, south, east, north = shapely.bounds(shape)
    middle = (west + east) / 2
    left, right = (west - 1, south - 1, middle, north + 1), (middle, south - 1, east + 1, north + 1)
    sides = shapely.box(*left), shapely.box(*right)
    return [shapely.intersection(shape, side) for side in sides]


def test_a_new_vertex_on_a_border_is_the_same_on_both_sides() -> None:
    left, right = shapely.box(X, Y, X + 100, Y + 100), shapely.box(X + 100, Y, X + 200, Y + 100)
    stored, back = read_again(cells_of(np.array([left, right], dtype=object)))
    both = [shapely.segmentize(shape, 50) for shape in back.geometry]
    again = in_stored_degrees(Cells(back.assign(geometry=gpd.GeoSeries(both, crs=CRS))), back, stored)
    assert coverage_is_valid(again.geometry.to_numpy())
    old, new = (
        {tuple(xy) for xy in shapely.get_coordinates(frame.geometry.to_numpy())} for frame in (stored, again)
    )
    assert old < new


@pytest.mark.parametrize("rows", [0, 1])
def test_none_and_one(rows: int) -> None:
    stored, back = read_again(cells_of(np.array([shapely.box(X, Y, X + 100, Y + 100)], dtype=object)))
    assert len(in_stored_degrees(Cells(back.iloc[:rows]), back, stored)) == rows
