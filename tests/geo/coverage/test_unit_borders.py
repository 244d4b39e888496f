"""Slivers between the borders of units and of their cells, told without an overlay as by one."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.geo.coverage.exactness import gaps_and_outsides
from gridmap.geo.coverage.topology import Geometries, coverage_is_valid
from gridmap.geo.coverage.unit_borders import slivers_between
from gridmap.geo.frames import check_units
from gridmap.geo.systems.crs import metric_crs
from gridmap.split.cut.units import split_units
from gridmap.split.rule import SplitRule
from tests.paths import BOSTON

TRACTS = BOSTON


def shapes(*rings: list[tuple[float, float]]) -> Geometries:
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)


def both(
    cells: Geometries, parents: list[str], units: dict[str, shapely.Geometry]
) -> tuple[tuple[dict[str, float], dict[str, float]], tuple[dict[str, float], dict[str, float]]]:
    """Gaps and outsides by borders, and by overlay."""
    codes = np.array(parents, dtype=object)
    assert coverage_is_valid(cells)
    return gaps_and_outsides(cells, codes, units, valid=True), gaps_and_outsides(cells, codes, units)


WEST, EAST = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)


def divided(bend: float) -> Geometries:
    """West in two cells whose common border ends beside the border to East; East's only cell follows."""
    corner = (100 + bend, 40)
    return shapes(
        [(0, 0), (100, 0), corner, (0, 40)],
        [(0, 40), corner, (100, 100), (0, 100)],
        [(100, 0), (200, 0), (200, 100), (100, 100), corner],
    )


@pytest.mark.parametrize("bend", [0.0, 0.5, -0.5])
def test_a_bend_between_two_units_is_outside_one_and_a_gap_in_none(bend: float) -> None:
    quick, slow = both(divided(bend), ["W", "W", "E"], {"E": EAST, "W": WEST})
    area = 0.5 * abs(bend) * 100
    assert quick[0] == slow[0] == {"E": 0, "W": 0}
    expected = {"W": area if bend > 0 else 0, "E": area if bend < 0 else 0}
    assert quick[1] == pytest.approx(expected)
    assert slow[1] == pytest.approx(expected)


def test_a_bend_at_the_outer_border_is_a_gap() -> None:
    cells = shapes([(0, 0), (100, 0), (100, 100), (50, 99), (0, 100)])
    quick, slow = both(cells, ["W"], {"W": WEST})
    for gap, outside in (quick, slow):
        assert (gap["W"], outside["W"]) == pytest.approx((50, 0))


def test_a_border_that_crosses_the_units_leaves_out_and_reaches_over() -> None:
    cells = shapes([(0, 0), (100, 0), (100, 100), (75, 101), (25, 99), (0, 100)])
    (gap, outside), slow = both(cells, ["W"], {"W": WEST})
    assert (gap["W"], outside["W"]) == pytest.approx((slow[0]["W"], slow[1]["W"]))
    assert gap["W"] == outside["W"] == pytest.approx(25)


def test_a_vertex_of_the_unit_that_no_cell_has() -> None:
    unit = shapely.Polygon([(0, 0), (100, 0), (100, 100), (60, 103), (0, 100)])
    cells = shapes([(0, 0), (100, 0), (100, 100), (0, 100)])
    quick, slow = both(cells, ["W"], {"W": unit})
    for gap, outside in (quick, slow):
        assert (gap["W"], outside["W"]) == pytest.approx((150, 0))


def test_a_hole_that_no_cell_leaves_is_told_by_overlay() -> None:
    unit = shapely.difference(WEST, shapely.box(40, 40, 60, 60))
    cells = np.array([WEST], dtype=object)
    assert slivers_between(cells, np.zeros(1, dtype=np.intp), np.array([unit])).undecided == {0}
    quick, slow = both(cells, ["W"], {"W": unit})
    for gap, outside in (quick, slow):
        assert (gap["W"], outside["W"]) == pytest.approx((0, 400))


def test_a_unit_without_cells_is_a_gap() -> None:
    quick, slow = both(np.array([WEST], dtype=object), ["W"], {"E": EAST, "W": WEST})
    for gap, outside in (quick, slow):
        assert gap == pytest.approx({"E": 10_000, "W": 0})
        assert outside == {"E": 0, "W": 0}


def test_cells_of_no_unit_lie_outside() -> None:
    quick, slow = both(np.array([WEST, EAST], dtype=object), ["W", "X"], {"W": WEST})
    assert quick == slow
    assert quick[1] == pytest.approx({"W": 0, "X": 10_000})


@given(
    heights=st.lists(st.integers(-3, 3), min_size=1, max_size=6),
    bottom=st.lists(st.integers(-2, 2), min_size=0, max_size=3),
)
def test_any_ragged_border_as_an_overlay_tells_it(heights: list[int], bottom: list[int]) -> None:
    top = [(100 - 100 * (n + 1) / (len(heights) + 1), 100.0 + y) for n, y in enumerate(heights)]
    low = [(100 * (n + 1) / (len(bottom) + 1), float(y)) for n, y in enumerate(bottom)]
    cells = shapes([(0, 0), *low, (100, 0), (100, 100), *top, (0, 100)])
    (gap, outside), slow = both(cells, ["W"], {"W": WEST})
    assert (gap["W"], outside["W"]) == pytest.approx((slow[0]["W"], slow[1]["W"]), abs=1e-9)


def test_real_tracts_as_an_overlay_tells_them() -> None:
    tracts = gpd.read_file(TRACTS).iloc[:60]
    units = check_units(tracts.to_crs(metric_crs(tracts)))
    split = split_units(units, None, SplitRule(1200, 900, 1500), weight="POP")
    quick, slow = both(
        split.cells.geometry.to_numpy(),
        split.cells["parent_code"].tolist(),
        dict(zip(units["code"], units.geometry, strict=True)),
    )
    for one, other in zip(quick, slow, strict=True):
        assert one.keys() == other.keys()
        # An overlay loses slivers that are thinner than its rounding.
        assert list(one.values()) == pytest.approx([other[code] for code in one], abs=2e-5)
    assert max(quick[0].values()) < 1e-3
