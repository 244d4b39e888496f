"""Where the border that a unit's cells make together parts from the unit's own, and what lies between them.

In a valid coverage both borders consist of the same stretches but for a few: where a cut ends on the border
the cells have a vertex that the unit has not, a rounding beside it. Shared stretches are told by their
vertices; between the others lie slivers, whose area needs no overlay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.geo.coverage.topology import Geometries

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
_ENDS: Final = 2
"""Places of a straight stretch."""


@dataclass(frozen=True)
class Slivers:
    """What lies between the borders of units and of their cells, from where they part to where they meet.

    Attributes:
        unit: of each sliver.
        gap, outside: the area of the unit that its cells leave out there, and that of cells beyond the unit.
        shapes: rings around both as polygons, which may cross themselves.
        around: numbers of the vertices of each, the same for the same place in another unit.
        undecided: units whose borders part in a way that only an overlay can tell; no sliver is theirs.
    """

    unit: Indices
    gap: Floats
    outside: Floats
    shapes: Geometries
    around: list[frozenset[int]]
    undecided: frozenset[int]


@dataclass(frozen=True)
class _Ring:
    """Places along the cells' border and along the unit's, both from where they part to where they meet."""

    own: list[int]
    whole: list[int]

    @property
    def places(self) -> list[int]:
        """All around: along the cells, back along the unit."""
        return self.own + self.whole[-2:0:-1]


@dataclass(frozen=True)
class _Stretches:
    """Straight stretches from one vertex to another, what they surround on their left, and whose they are."""

    xy: Floats
    owner: Indices


def slivers_between(cells: Geometries, owner: Indices, units: Geometries) -> Slivers:
    """The slivers between units and their cells.

    Args:
        cells: a valid coverage of valid polygons.
        owner: the unit of each cell.
        units: valid polygons or multi-polygons.
    """
    inner, outer = _stretches(cells), _stretches(units)
    xy = np.concatenate([inner.xy.reshape(-1, 2), outer.xy.reshape(-1, 2)])
    vertex, _ = pd.factorize(np.ascontiguousarray(xy).view(np.complex128).ravel())
    unit = np.repeat(np.concatenate([owner[inner.owner], outer.owner]), 2)
    # A place is a vertex of one unit, so that no way leads from unit to unit.
    place, _ = pd.factorize(unit * (int(vertex.max()) + 1) + vertex)
    ends = place.reshape(-1, 2)
    border = _without_inner(ends[: len(inner.xy)])
    own, whole = _apart(border, ends[len(inner.xy) :])
    first = np.zeros(int(place.max()) + 1, dtype=np.intp)
    first[place[::-1]] = np.arange(len(place))[::-1]
    rings, undecided = _rings(own, whole, unit[first])
    return _slivers(rings, undecided, xy[first], vertex[first], unit[first])


def _stretches(shapes: Geometries) -> _Stretches:
    polygons, owner = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return _Stretches(np.stack([xy[:-1][same], xy[1:][same]], axis=1), owner[polygon[ring[:-1][same]]])


def _numbered(ends: Indices) -> npt.NDArray[np.int64]:
    """One number for each stretch; places are fewer than 2³¹."""
    return ends[:, 0].astype(np.int64) << 31 | ends[:, 1]


def _without_inner(ends: Indices) -> Indices:
    """The stretches that no neighbour in the unit has the other way round."""
    return ends[~np.isin(_numbered(ends), _numbered(ends[:, ::-1]))]


def _apart(own: Indices, whole: Indices) -> tuple[Indices, Indices]:
    """Those of either border that the other has not."""
    one, other = _numbered(own), _numbered(whole)
    return own[~np.isin(one, other)], whole[~np.isin(other, one)]


def _rings(own: Indices, whole: Indices, unit: Indices) -> tuple[list[_Ring], frozenset[int]]:
    """The rings between stretches that only the cells or only the unit have, each given by its two places.

    `unit` is that of each place. Also told: units with stretches in no ring.
    """
    steps = dict(own.tolist()), dict(whole.tolist())
    meeting = set(own.ravel().tolist()) & set(whole.ravel().tolist())
    left = np.bincount(unit[np.concatenate([own, whole])[:, 0]], minlength=int(unit.max(initial=0)) + 1)
    rings = []
    for start in sorted(steps[0].keys() & steps[1].keys()):
        there, back = (_way(one, start, meeting) for one in steps)
        if there[-1] == back[-1]:
            rings.append(_Ring(there, back))
            left[unit[start]] -= len(there) + len(back) - 2
    return rings, frozenset(np.flatnonzero(left).tolist())


def _way(steps: dict[int, int], start: int, meeting: set[int]) -> list[int]:
    """The places from where borders part to where they meet again."""
    way = [start, steps[start]]
    while way[-1] not in meeting and way[-1] in steps and len(way) <= len(steps) + 1:
        way.append(steps[way[-1]])
    return way


def _slivers(
    rings: list[_Ring], undecided: frozenset[int], xy: Floats, vertex: Indices, unit: Indices
) -> Slivers:
    """The slivers of rings; `xy`, `vertex` and `unit` are those of each place."""
    straight = [ring for ring in rings if len(ring.whole) == _ENDS]
    bent = [ring for ring in rings if len(ring.whole) != _ENDS]
    beside, sound = _beside_straight(straight, xy)
    between, valid = _between(bent, xy)
    rings, sound = straight + bent, np.concatenate([sound, valid])
    areas = np.concatenate([beside, between])
    whose = unit[np.array([ring.own[0] for ring in rings], dtype=np.intp)]
    undecided |= frozenset(whose[~sound].tolist())
    kept = np.flatnonzero(~np.isin(whose, list(undecided)))
    return Slivers(
        unit=whose[kept],
        gap=areas[kept, 0],
        outside=areas[kept, 1],
        shapes=_polygons([rings[at] for at in kept], xy),
        around=[frozenset(vertex[rings[at].places].tolist()) for at in kept],
        undecided=undecided,
    )


def _beside_straight(rings: list[_Ring], xy: Floats) -> tuple[Floats, Flags]:
    """Areas (gap, outside) between the cells' border and a straight stretch of the unit's.

    The unit lies to the left of its stretch: cells that stay to the left leave a gap. Where the cells' border
    runs back and forth the area is not told.
    """
    if not rings:
        return np.zeros((0, 2)), np.zeros(0, dtype=bool)
    ring = np.repeat(np.arange(len(rings)), [len(one.own) for one in rings])
    start, end = xy[[one.whole[0] for one in rings]], xy[[one.whole[1] for one in rings]]
    way = (end - start) / np.hypot(*(end - start).T)[:, None]
    off = xy[[place for one in rings for place in one.own]] - start[ring]
    along = (off * way[ring]).sum(axis=1)
    left = way[ring, 0] * off[:, 1] - way[ring, 1] * off[:, 0]
    same = ring[1:] == ring[:-1]
    step, one, other = np.diff(along)[same], left[:-1][same], left[1:][same]
    apart = np.abs(one) + np.abs(other)
    part = np.divide(np.abs(one), apart, out=np.full_like(one, 0.5), where=apart > 0)
    crosses = one * other < 0
    gap = step * np.where(
        crosses, np.where(one > 0, one * part, other * (1 - part)), np.maximum(one + other, 0)
    )
    over = step * np.where(
        crosses, np.where(one < 0, -one * part, -other * (1 - part)), np.maximum(-one - other, 0)
    )
    areas = np.stack(
        [np.bincount(ring[:-1][same], weights=area, minlength=len(rings)) / 2 for area in (gap, over)], axis=1
    )
    forward = np.bincount(ring[:-1][same], weights=step < 0, minlength=len(rings)) == 0
    return areas, forward


def _between(rings: list[_Ring], xy: Floats) -> tuple[Floats, Flags]:
    """Areas (gap, outside) between two bent ways, as far as these do not cross."""
    shapes = _polygons(rings, xy)
    outwards = np.asarray(shapely.is_ccw(shapely.get_exterior_ring(shapes)), dtype=bool)
    areas = shapely.area(shapes)
    return (
        np.stack([np.where(outwards, 0, areas), np.where(outwards, areas, 0)], axis=1),
        np.asarray(shapely.is_valid(shapes), dtype=bool),
    )


def _polygons(rings: list[_Ring], xy: Floats) -> Geometries:
    if not rings:
        return np.empty(0, dtype=object)
    around = [one.places for one in rings]
    lines = shapely.linearrings(
        xy[[place for one in around for place in (*one, one[0])]],
        indices=np.repeat(np.arange(len(rings)), [len(one) + 1 for one in around]),
    )
    return np.array(shapely.polygons(lines), dtype=object, ndmin=1)
