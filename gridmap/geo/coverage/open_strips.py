"""Strips between units that are open to the outside: no hole of the whole, so that cleaning leaves them."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from gridmap.geo.coverage.topology import Geometries

WIDEST: Final = 30.0
"""Metres; wider slivers are a matter for people."""
_LONG: Final = 8.0
"""How often a strip's width must fit along either side; a notch where two units meet is shorter."""
_WIDENS: Final = 1.5
"""How often its width a strip's only mouth may measure; that of a triangle measures twice its mean width."""
_ARITHMETIC: Final = 1e-3
"""Metres below which a width is arithmetic."""
_NEAR: Final = 1e-2
"""Metres within which a border runs along a strip."""


def open_strips(shapes: Geometries, width: float) -> list[tuple[shapely.Geometry, tuple[int, ...]]]:
    """Strips no wider than `width` metres between two units or more, and the positions of those units.

    Args:
        shapes: (multi)polygons of a coverage, a metric system; empty ones pay no part.
        width: metres; 0 finds nothing.

    Source: morphological closing of the outline, that is widened by half the width and drawn in again.
    """
    if width <= 0:
        return []
    whole = shapely.get_parts(shapely.union_all(shapes))
    outline = shapely.union_all([shapely.Polygon(part.exterior) for part in whole if not part.is_empty])
    widened = shapely.buffer(outline, width / 2, join_style="mitre")
    closed = shapely.buffer(widened, -width / 2, join_style="mitre")
    parts = shapely.get_parts(shapely.difference(closed, outline))
    tree = shapely.STRtree(shapes)
    found = []
    for strip in parts:
        across = _width(strip)
        if across < _ARITHMETIC:
            continue
        beside = _units_along(strip, shapes, tree, _LONG * across)
        if len(beside) > 1 and not _is_notch(strip, shapes[list(beside)], across):
            found.append((strip, beside))
    return found


def _is_notch(strip: shapely.Geometry, units: Geometries, across: float) -> bool:
    """Whether it widens to one mouth, as between two units that meet at an angle."""
    sides = shapely.buffer(shapely.union_all(units), _NEAR)
    mouths = shapely.get_parts(shapely.line_merge(shapely.difference(shapely.boundary(strip), sides)))
    return len(mouths) == 1 and float(shapely.length(mouths[0])) > _WIDENS * across


def _width(strip: shapely.Geometry) -> float:
    """The mean width of something long: 2 × area ÷ perimeter."""
    return 2 * float(shapely.area(strip)) / max(float(shapely.length(strip)), _ARITHMETIC)


def _units_along(
    strip: shapely.Geometry, shapes: Geometries, tree: shapely.STRtree, length: float
) -> tuple[int, ...]:
    """Units whose border runs along a strip for so many metres."""
    around = shapely.buffer(strip, _NEAR)
    near = np.sort(tree.query(around, predicate="intersects"))
    along = shapely.length(shapely.intersection(shapely.boundary(shapes[near]), around))
    return tuple(int(unit) for unit in near[along >= length])
