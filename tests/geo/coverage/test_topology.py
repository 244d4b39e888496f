"""Coverages: exactness is more than areas that add up."""

import numpy as np
import pytest
import shapely
from shapely import box

from gridmap.errors import TessellationError
from gridmap.geo.coverage.topology import (
    Geometries,
    clean_coverage,
    coverage_is_valid,
    coverage_union,
    locate,
    part_counts,
    rebuild_from_linework,
)


def shapes(*items: shapely.Geometry | None) -> Geometries:
    return np.array(items, dtype=object)


T_JUNCTION = shapes(box(0, 0, 10, 20), box(10, 0, 20, 7), box(10, 7, 20, 20))
"""The left one lacks the vertex (10, 7) of its neighbours: areas agree, edges do not."""


def test_a_t_junction_is_no_valid_coverage_until_cleaned() -> None:
    assert not coverage_is_valid(T_JUNCTION)
    cleaned = clean_coverage(T_JUNCTION)
    assert coverage_is_valid(cleaned)
    assert [10.0, 7.0] in shapely.get_coordinates(cleaned[0]).tolist()
    assert shapely.area(cleaned).tolist() == shapely.area(T_JUNCTION).tolist()


def test_linework_mends_what_snapping_does_not() -> None:
    rebuilt = rebuild_from_linework(T_JUNCTION)
    assert coverage_is_valid(rebuilt)
    assert shapely.area(rebuilt) == pytest.approx(shapely.area(T_JUNCTION))


def test_a_result_that_is_not_accepted_is_not_returned() -> None:
    with pytest.raises(TessellationError):
        clean_coverage(T_JUNCTION, accept=lambda _: False)


def test_a_union_keeps_the_outer_vertices() -> None:
    union = coverage_union(clean_coverage(T_JUNCTION))
    assert shapely.equals(union, box(0, 0, 20, 20))
    assert [20.0, 7.0] in shapely.get_coordinates(union).tolist()


def test_a_point_on_a_border_belongs_to_the_first_polygon() -> None:
    xy = np.array([[10.0, 3.0], [15.0, 7.0], [15.0, 8.0], [99.0, 99.0]])
    assert locate(xy, T_JUNCTION).tolist() == [0, 1, 2, -1]


def test_nothing_is_located_nowhere() -> None:
    assert locate(np.empty((0, 2)), T_JUNCTION).tolist() == []


def test_part_counts() -> None:
    several = shapely.MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)])
    assert part_counts(shapes(box(0, 0, 1, 1), several, shapely.Polygon(), None)).tolist() == [1, 2, 0, 0]
