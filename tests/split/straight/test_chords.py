"""Cutting polygons along one passage of a line: the halves are exact, whatever the shape."""

import numpy as np
import pytest
import shapely

from gridmap.split.straight.chords import Line, Outline, divide
from gridmap.split.straight.pieces import passages_of
from tests.split.drawn_land import CLAW, HORSESHOE, RING, SHAPES, X, Y, at, block

ORIGIN = (X, Y)
SQUARE = block(0, 0, 1000, 1000)


def halves(
    polygon: shapely.Polygon, direction: float, offset: float, number: int = 0
) -> list[shapely.Polygon]:
    outline = Outline.of(polygon)
    line = Line(ORIGIN, direction, offset)
    parts = divide(outline, line, passages_of(outline, line)[number])
    assert parts is not None
    return list(parts)


def test_below_comes_first() -> None:
    below, above = halves(SQUARE, 0, 300)
    assert [below.area, above.area] == pytest.approx([300_000, 700_000])
    assert below.centroid.x < above.centroid.x


@pytest.mark.parametrize("name", ["horseshoe", "comb", "ring", "claw"])
@pytest.mark.parametrize("direction", [0, 17.5, 45, 90, 120, 171])
def test_halves_make_the_whole_and_share_their_vertices(name: str, direction: float) -> None:
    polygon = SHAPES[name]
    assert isinstance(polygon, shapely.Polygon)
    outline = Outline.of(polygon)
    corners = set(map(tuple, shapely.get_coordinates(polygon)))
    cuts = 0
    for offset in np.linspace(-1500, 1500, 61):
        line = Line(ORIGIN, direction, float(offset))
        for passage in passages_of(outline, line):
            parts = divide(outline, line, passage)
            if parts is None:
                continue
            cuts += 1
            assert shapely.coverage_is_valid(np.array(parts))
            assert sum(part.area for part in parts) == pytest.approx(polygon.area, abs=1e-6)
            assert shapely.area(shapely.symmetric_difference(shapely.union_all(parts), polygon)) < 1e-3
            kept = set(map(tuple, shapely.get_coordinates(list(parts))))
            assert corners <= kept
            assert len(kept - corners) <= len(passage.edges)
    assert cuts > 5


def test_each_arm_of_a_horseshoe_is_a_passage_of_its_own() -> None:
    left = halves(HORSESHOE, 90, 600, number=1)
    right = halves(HORSESHOE, 90, 600, number=0)
    arms = sorted([left[1].centroid.x, right[1].centroid.x])
    assert arms == pytest.approx([X + 150, X + 750])
    assert left[1].area == pytest.approx(300 * 300)


def test_a_passage_goes_around_a_hole_on_its_way() -> None:
    below, above = halves(RING, 0, 500)
    assert below.area == pytest.approx(above.area)
    assert len(below.interiors) == len(above.interiors) == 0


def test_a_pocket_of_a_hole_stays_whole() -> None:
    outline = Outline.of(CLAW)
    line = Line(ORIGIN, 0, 600)
    (passage,) = passages_of(outline, line)
    assert not passage.whole
    below, above = halves(CLAW, 0, 600)
    assert below.area + above.area == pytest.approx(CLAW.area)


def test_a_hole_beside_the_cut_stays_with_its_side() -> None:
    below, above = halves(RING, 0, 200)
    assert (len(below.interiors), len(above.interiors)) == (0, 1)


def test_a_cut_that_would_end_beside_a_vertex_ends_in_it() -> None:
    kite = at((0, 0), (500.004, -100), (1000, 0), (1000, 1000), (0, 1000))
    for part in halves(kite, 0, 500):
        corners = shapely.get_coordinates(part)
        south_end = corners[corners[:, 1].argmin()]
        assert south_end.tolist() in shapely.get_coordinates(kite).tolist()
        assert len(np.unique(corners[corners[:, 1] < Y - 99], axis=0)) == 1, "one vertex, not two 4 mm apart"


def test_a_line_along_an_edge_does_not_divide() -> None:
    outline = Outline.of(SQUARE)
    for offset in (0.0, 1e-9, 1000.0):
        line = Line(ORIGIN, 0, offset)
        assert all(divide(outline, line, passage) is None for passage in passages_of(outline, line))
