"""Gaps that are open to the outside: listed by `repair` as not filled, and only where two units face."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from shapely import Polygon, box

from gridmap.geo.coverage.open_strips import open_strips
from gridmap.geo.coverage.repair import DefectKind, repair

X, Y = 500_000, 4_000_000


def square(west: float, south: float, east: float, north: float) -> Polygon:
    return box(X + west, Y + south, X + east, Y + north)


def units(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    codes = list("ABCDEF")[: len(shapes)]
    return gpd.GeoDataFrame(
        {"code": codes, "parent_code": [""] * len(codes)}, geometry=list(shapes), crs="EPSG:4547"
    )


LEFT = square(0, 0, 1000, 1000)
SLANTED = (
    Polygon([(X, Y), (X + 1000, Y), (X + 900, Y + 1000), (X, Y + 1000)]),
    Polygon([(X + 1000, Y), (X + 2000, Y), (X + 2000, Y + 1000), (X + 1100, Y + 1000)]),
)


@pytest.mark.parametrize("gap_width", [None, 5.0])
def test_a_strip_open_at_both_ends_is_listed(gap_width: float | None) -> None:
    repaired = repair(units(LEFT, square(1003, 0, 2000, 1000)), gap_width=gap_width)
    defects = repaired.defects
    assert defects[["kind", "codes", "mended"]].to_numpy().tolist() == [[DefectKind.UNFILLED, "A B", False]]
    off = shapely.symmetric_difference(defects.geometry.to_numpy(), square(1000, 0, 1003, 1000))
    assert shapely.area(off).tolist() == pytest.approx([0], abs=1e-3)


def test_one_that_a_third_unit_closes_is_listed_too() -> None:
    repaired = repair(units(LEFT, square(1003, 0, 2000, 1000), square(0, 1000, 2000, 2000)))
    assert repaired.defects["codes"].tolist() == ["A B"]


@pytest.mark.parametrize(
    ("shapes", "gap_width"),
    [
        ((LEFT, square(1000, 0, 2000, 1000)), None),
        ((LEFT, square(1003, 0, 2000, 1000)), 2.0),
        ((LEFT, square(1050, 0, 2000, 1000)), None),
        (SLANTED, None),
        ((shapely.difference(LEFT, square(500, 500, 503, 1000)), square(1000, 0, 2000, 1000)), None),
    ],
    ids=[
        "they meet",
        "wider than gaps are",
        "wider than slivers are",
        "they part at an angle",
        "one's own bay",
    ],
)
def test_what_is_no_strip(shapes: tuple[Polygon, ...], gap_width: float | None) -> None:
    assert repair(units(*shapes), gap_width=gap_width).defects.empty


def test_a_width_of_nothing_finds_nothing() -> None:
    shapes = units(LEFT, square(1003, 0, 2000, 1000)).geometry.to_numpy()
    assert open_strips(shapes, 0) == []
    ((strip, beside),) = open_strips(shapes, 3.5)
    assert beside == (0, 1)
    assert shapely.area(strip) == pytest.approx(3000, rel=1e-6)
