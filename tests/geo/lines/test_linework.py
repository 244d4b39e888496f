"""From lines that nearly meet to areas, and from labels to the areas they stand in."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.lines.linework import enclosed_by, labels_in

GAP = 0.3


def lines(*coordinates: list[tuple[float, float]]) -> Geometries:
    return np.array([shapely.LineString(xy) for xy in coordinates], dtype=object)


def test_lines_that_meet_enclose_areas() -> None:
    found = enclosed_by(lines([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], [(5, 0), (5, 10)]), 0)
    assert sorted(shapely.area(found.areas)) == [50, 50]
    assert found.joined == len(found.loose) == 0


def test_ends_that_nearly_meet_are_joined() -> None:
    gaping = lines([(0, 0), (10, 0), (10, 10)], [(10, 10 + GAP), (0, 10), (GAP, GAP)])
    assert not len(enclosed_by(gaping, 0).areas)
    found = enclosed_by(gaping, 0.5)
    assert shapely.area(found.areas).tolist() == pytest.approx([100], rel=0.03)
    assert found.joined == 2


@pytest.mark.parametrize("short", [GAP, -GAP])
def test_an_end_short_of_a_line_or_past_it_is_drawn_onto_it(short: float) -> None:
    found = enclosed_by(
        lines([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], [(5, short), (5, 10 - short)]), 0.5
    )
    assert sorted(shapely.area(found.areas)) == pytest.approx([50, 50], abs=1e-3)
    assert found.joined == (2 if short > 0 else 0)
    assert not len(found.loose)


def test_lines_that_enclose_nothing_are_told() -> None:
    found = enclosed_by(lines([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], [(10, 5), (20, 5), (30, 5)]), 0.5)
    assert shapely.area(found.areas).tolist() == pytest.approx([100])
    assert [line.length for line in found.loose] == pytest.approx([20])


def test_a_line_shorter_than_the_tolerance_goes() -> None:
    found = enclosed_by(lines([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], [(3, 3), (3.1, 3)]), 0.5)
    assert len(found.areas) == 1


def test_nothing_encloses_nothing() -> None:
    assert not len(enclosed_by(lines([(0, 0), (1, 0)]), 0.1).areas)


@given(
    columns=st.integers(1, 5),
    rows=st.integers(1, 5),
    noise=st.lists(st.floats(-0.09, 0.09), min_size=12, max_size=12),
)
def test_a_drawn_grid_becomes_its_squares(columns: int, rows: int, noise: list[float]) -> None:
    """Each street is drawn once, its ends a little off the border."""
    ring = [(0, 0), (10 * columns, 0), (10 * columns, 10 * rows), (0, 10 * rows), (0, 0)]
    drawn = [[(float(x), float(y)) for x, y in ring]]
    drawn += [[(10.0 * x, noise[x]), (10.0 * x, 10 * rows + noise[-x])] for x in range(1, columns)]
    drawn += [[(noise[y], 10.0 * y), (10 * columns + noise[-y], 10.0 * y)] for y in range(1, rows)]
    found = enclosed_by(lines(*drawn), 0.2)
    assert len(found.areas) == columns * rows
    assert shapely.area(found.areas).sum() == pytest.approx(100 * columns * rows, rel=1e-6)
    assert shapely.coverage_is_valid(found.areas)


def test_labels_find_their_areas_from_top_to_bottom() -> None:
    areas = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], dtype=object)
    places = np.array([[2.0, 2], [2, 8], [15, 5], [30, 5]])
    found = labels_in(areas, places, ["low", "high", "east", "lost"])
    assert found.texts == (("high", "low"), ("east",))
    assert found.outside == (3,)
    assert labels_in(areas, np.zeros((0, 2)), []).texts == ((), ())
