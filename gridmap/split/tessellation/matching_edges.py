"""Vertices for polygons cut one by one: where a cut meets the edge of a neighbour, that gets a vertex too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries, clean_coverage, coverage_is_valid

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
_ON_EDGE: Final = 1e-6
"""Metres from an edge within which a vertex lies on it; rounding moves the end of a cut by far less."""


def with_matching_edges(shapes: Geometries) -> Geometries:
    """Polygons as an exact coverage; only vertices are added, as long as that is enough.

    Args:
        shapes: polygons, metres, that fit together but may lack each other's vertices on common edges.

    Raises:
        TessellationError: they overlap or leave gaps that cleaning does not mend.
    """
    found = _with_vertices(shapes)
    return found if coverage_is_valid(found) else clean_coverage(found)


@dataclass(frozen=True)
class _Rings:
    """The vertices of all rings of some polygons, closed, and which ring of which polygon they are of."""

    xy: Floats
    ring: Indices
    polygon_of_ring: Indices

    @classmethod
    def of(cls, shapes: Geometries) -> _Rings:
        rings, polygon = shapely.get_rings(shapes, return_index=True)
        return cls(*shapely.get_coordinates(rings, return_index=True), polygon)

    def lonely_edges(self) -> Indices:
        """The first vertex of every edge that no other ring has."""
        start = np.flatnonzero(self.ring[1:] == self.ring[:-1])
        ends = np.hstack([self.xy[start], self.xy[start + 1]])
        turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
        ends[turned] = ends[turned][:, [2, 3, 0, 1]]
        order = np.lexsort(ends.T)
        same = (ends[order[1:]] == ends[order[:-1]]).all(axis=1)
        twin = np.zeros(len(start), dtype=bool)
        twin[order[1:]] |= same
        twin[order[:-1]] |= same
        return start[~twin]

    def polygons(self) -> Geometries:
        """The polygons of these rings."""
        rings: Geometries = np.array(shapely.linearrings(self.xy, indices=self.ring), dtype=object)
        return np.array(shapely.polygons(rings, indices=self.polygon_of_ring), dtype=object)


def _with_vertices(shapes: Geometries) -> Geometries:
    """Polygons with each other's vertices on edges that no two of them share."""
    rings = _Rings.of(shapes)
    start = rings.lonely_edges()
    edges = np.stack([rings.xy[start], rings.xy[start + 1]], axis=1)
    corners = np.unique(edges.reshape(-1, 2), axis=0)
    tree = shapely.STRtree(np.array(shapely.linestrings(edges), dtype=object))
    corner, edge = tree.query(shapely.points(corners), predicate="dwithin", distance=_ON_EDGE)
    away = np.abs(corners[corner][:, None] - edges[edge]).max(axis=2).min(axis=1) > _ON_EDGE
    corner, edge = corner[away], edge[away]
    if not len(edge):
        return shapes
    beyond = np.hypot(*(corners[corner] - edges[edge, 0]).T)
    order = np.lexsort((beyond, start[edge]))
    where, what = start[edge][order] + 1, corners[corner][order]
    filled = _Rings(
        np.insert(rings.xy, where, what, axis=0),
        np.insert(rings.ring, where, rings.ring[where - 1]),
        rings.polygon_of_ring,
    )
    return filled.polygons()
