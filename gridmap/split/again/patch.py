"""New cells put in the place of some old ones: they meet all others vertex by vertex, and nothing else moves.

The region of the cells that are replaced keeps its border; where a new cut ends on it, the same vertex is put
into the neighbour on the other side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.errors import TessellationError
from gridmap.geo.coverage.topology import Geometries, clean_coverage, coverage_is_valid, coverage_union
from gridmap.messages import msg
from gridmap.split.tessellation.borders import Chains, border_chains
from gridmap.split.tessellation.joining import MOVED_TOLERANCE
from gridmap.split.tessellation.linework import Vertex, rings_of, vertices

Indices = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
_ROUNDING: Final = 1e-3
"""Metres within which two vertices are one to `clean_coverage`."""
Places = dict[Vertex, dict[int, int]]
"""By vertex, on which edges of borders it lies, and as how many-eth."""


@dataclass(frozen=True)
class Region:
    """Cells to be replaced.

    Attributes:
        old: their positions.
        new: the shapes that take their place; together they cover the same, to a millimetre.
    """

    old: Indices
    new: Geometries


@dataclass(frozen=True)
class Patched:
    """Shapes after cells were replaced.

    Attributes:
        new: by region, in the order given.
        touched: by position, other cells that only got vertices on a shared border.
    """

    new: list[Geometries]
    touched: dict[int, shapely.Geometry]


def patched(shapes: Geometries, regions: Sequence[Region]) -> Patched:
    """Fit new shapes into a tessellation.

    Args:
        shapes: a valid coverage, metres.
        regions: no cell is in two of them.

    Raises:
        TessellationError: no exact coverage was found.
    """
    if not regions:
        return Patched([], {})
    cleaned = [_cleaned(shapes[region.old], region.new) for region in regions]
    edges = _edges_with_vertices(
        border_chains(shapes[region.old], new) for region, new in zip(regions, cleaned, strict=True)
    )
    around = _around(shapes, regions)
    filled = [_filled(new, edges) for new in cleaned]
    beside = _filled(shapes[around], edges)
    _require_exact(shapes, regions, filled, beside)
    touched = {int(at): shape for at, shape in zip(around, beside, strict=True) if shape is not shapes[at]}
    return Patched(filled, touched)


def _cleaned(old: Geometries, new: Geometries) -> Geometries:
    """The new shapes as an exact coverage that has all vertices of the old outer border."""
    corners = shapely.get_coordinates(coverage_union(old))
    border = vertices(corners)
    if len(new) == 1:
        return new

    def keeps_border(shapes: Geometries) -> bool:
        return border <= vertices(shapely.get_coordinates(shapes))

    return clean_coverage(_on_corners(new, corners), accept=keeps_border)


def _on_corners(shapes: Geometries, corners: Floats) -> Geometries:
    """The shapes, their vertices that are beside a corner of the border by a rounding put on it.

    Cleaning makes one vertex of such two, and need not take the one that the neighbours have.
    """
    tree = shapely.STRtree(np.array(shapely.points(corners), dtype=object))

    def moved(xy: Floats) -> Floats:
        vertex, corner = tree.query_nearest(
            np.array(shapely.points(xy), dtype=object), max_distance=_ROUNDING, all_matches=False
        )
        result = xy.copy()
        result[vertex] = corners[corner]
        return result

    placed: Geometries = shapely.transform(shapes, moved)
    return placed


def _around(shapes: Geometries, regions: Sequence[Region]) -> Indices:
    """The cells in no region that meet one, in a corner at least."""
    old = np.concatenate([region.old for region in regions])
    _, near = shapely.STRtree(shapes).query(shapes[old], predicate="intersects")
    return np.setdiff1d(near, old)


def _edges_with_vertices(gained: Iterable[Chains]) -> list[list[Vertex]]:
    """Edges of borders with all the vertices that they gained, from both sides, in order from end to end."""
    collected: dict[tuple[Vertex, Vertex], set[Vertex]] = {}
    for chains in gained:
        for (start, end), between in chains.items():
            if start < end:
                collected.setdefault((start, end), set()).update(between)
    edges = []
    for (start, end), gained_there in sorted(collected.items()):
        along = np.subtract(end, start)
        inner = sorted(gained_there, key=lambda vertex: (float(np.subtract(vertex, start) @ along), vertex))
        edges.append([start, *inner, end])
    return edges


def _filled(shapes: Geometries, edges: list[list[Vertex]]) -> Geometries:
    """The shapes with the vertices that stretches of their borders gained; others are the same objects."""
    places: Places = {}
    for number, edge in enumerate(edges):
        for place, vertex in enumerate(edge):
            places.setdefault(vertex, {})[number] = place
    result = np.array(shapes, dtype=object)
    if not places:
        return result
    for index, shape in enumerate(shapes):
        if _gains(shape, places):
            result[index] = _with_vertices(shape, edges, places)
    return result


def _gains(shape: shapely.Geometry, places: Places) -> bool:
    return any(
        _stretch(start, end, places) is not None
        for ring in rings_of(np.array([shape], dtype=object))
        for start, end in pairwise(_vertices_of(ring))
    )


def _stretch(start: Vertex, end: Vertex, places: Places) -> tuple[int, int, int] | None:
    """The edge that two following vertices lie on, and their places on it, where others lie between."""
    on_start, on_end = places.get(start), places.get(end)
    if not on_start or not on_end:
        return None
    for edge, first in on_start.items():
        if edge in on_end and abs(on_end[edge] - first) > 1:
            return edge, first, on_end[edge]
    return None


def _with_vertices(shape: shapely.Geometry, edges: list[list[Vertex]], places: Places) -> shapely.Geometry:
    polygons = []
    for part in np.atleast_1d(shapely.get_parts(shape)):
        rings = rings_of(np.array([part], dtype=object))
        shell, *holes = (_ring_with(_vertices_of(ring), edges, places) for ring in rings)
        polygons.append(shapely.Polygon(shell, holes))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _ring_with(ring: list[Vertex], edges: list[list[Vertex]], places: Places) -> list[Vertex]:
    result = [ring[0]]
    for start, end in pairwise(ring):
        stretch = _stretch(start, end, places)
        if stretch is not None:
            number, first, last = stretch
            between = edges[number][min(first, last) + 1 : max(first, last)]
            result += between if first < last else between[::-1]
        result.append(end)
    return result


def _vertices_of(ring: shapely.Geometry) -> list[Vertex]:
    return [(x, y) for x, y in shapely.get_coordinates(ring).tolist()]


def _require_exact(
    shapes: Geometries, regions: Sequence[Region], new: list[Geometries], beside: Geometries
) -> None:
    """Prove that each region covers what it covered, and that all meet edge to edge."""
    everything = np.concatenate([*new, beside])
    moved = [
        abs(float(shapely.area(after).sum() - shapely.area(shapes[region.old]).sum()))
        for region, after in zip(regions, new, strict=True)
    ]
    sound = shapely.is_valid(everything).all() and coverage_is_valid(everything)
    if not sound or max(moved) > MOVED_TOLERANCE:
        raise TessellationError(
            msg(
                "The new cells could not be made to meet their neighbours edge to edge. "
                "Repair the boundaries of the units, then split all again."
            )
        )
