"""Vertices where cuts meet edges: an exact coverage of polygons that were cut one by one, nothing moved."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.geo.coverage.topology import Geometries, coverage_is_valid
from gridmap.split.tessellation.matching_edges import with_matching_edges


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(west, south, east, north)


def polygons(*shapes: shapely.Geometry) -> Geometries:
    return np.array(shapes, dtype=object)


def test_a_neighbour_gets_the_vertex_where_a_cut_ends() -> None:
    given_shapes = polygons(box(0, 0, 10, 10), box(10, 0, 20, 4), box(10, 4, 20, 10))
    assert not coverage_is_valid(given_shapes)
    found = with_matching_edges(given_shapes)
    assert coverage_is_valid(found)
    assert shapely.equals(found, given_shapes).all()
    assert [10.0, 4.0] in shapely.get_coordinates(found[0]).tolist()


def test_a_hole_gets_the_vertices_of_the_pieces_in_it() -> None:
    around = shapely.difference(box(0, 0, 20, 20), box(5, 5, 8, 8))
    found = with_matching_edges(polygons(around, box(5, 5, 8, 6.5), box(5, 6.5, 8, 8)))
    assert coverage_is_valid(found)
    assert shapely.get_num_interior_rings(found).tolist() == [1, 0, 0]
    assert len(shapely.get_coordinates(found[0].interiors[0])) == 7


def test_what_meets_already_stays_as_it_is() -> None:
    given_shapes = polygons(box(0, 0, 10, 10), box(10, 0, 20, 10))
    assert shapely.equals_identical(with_matching_edges(given_shapes), given_shapes).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
@settings(max_examples=30)
def test_any_cuts_through_any_pieces(seed: int, cuts: int) -> None:
    random = np.random.default_rng(seed)
    pieces: list[shapely.Geometry] = [box(0, 0, 100, 100), box(100, 0, 200, 100)]
    for _ in range(cuts):
        number = int(random.integers(len(pieces)))
        west, south, east, north = shapely.bounds(pieces[number])
        angle = random.uniform(0, np.pi)
        middle = np.array([random.uniform(west, east), random.uniform(south, north)])
        reach = 400 * np.array([np.cos(angle), np.sin(angle)])
        line = shapely.LineString([middle - reach, middle + reach])
        parts = shapely.get_parts(
            shapely.polygonize([shapely.union_all([shapely.boundary(pieces[number]), line])])
        )
        pieces[number : number + 1] = list(parts) if (shapely.area(parts) > 1).all() else [pieces[number]]
    shapes = polygons(*pieces)
    found = with_matching_edges(shapes)
    assert coverage_is_valid(found)
    assert shapely.area(found) == pytest.approx(shapely.area(shapes), abs=1e-6)
