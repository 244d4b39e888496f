"""Drawn lines laid over the borders of cells: snapped to them, noded, and the faces they divide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries

SNAP: Final = 0.05
"""Metres within which a drawn line is taken to mean an existing corner or border. Coordinates that went
through seven decimals of a degree are off by up to 0.8 cm."""
SMALLEST_PIECE: Final = 1.0
"""m²; a smaller piece is no cell, nor worth a change."""

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Vertex = tuple[float, float]


@dataclass(frozen=True)
class Linework:
    """The faces that borders and drawn lines divide the plane into.

    Attributes:
        faces: meet edge to edge exactly.
        bends: vertices of the drawn lines that lie on no border.
    """

    faces: Geometries
    bends: frozenset[Vertex]


def faces_between(cells: Geometries, drawn: Sequence[Floats]) -> Linework:
    """Node the borders of cells with drawn lines, which are first snapped to them.

    Corners of cells stay exactly where they are. The faces may lie outside of all cells.

    Args:
        cells: a valid coverage, metres.
        drawn: lines of (n, 2) vertices; rings are closed.
    """
    borders = _Borders(edges_of(cells))
    paths = borders.with_passed([borders.snapped(path) for path in drawn])
    corners = vertices(borders.corners)
    on_borders = vertices(borders.inserted.values())
    lines = shapely.linestrings(np.concatenate([borders.divided_edges(), *map(_segments, paths)]))
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines)]))
    return Linework(faces, frozenset(vertices(paths) - corners - on_borders))


def is_sliver(shapes: Geometries) -> npt.NDArray[np.bool_]:
    """Which shapes are too small, or everywhere too thin, for a person to have meant them."""
    small = shapely.area(shapes) < SMALLEST_PIECE
    thin: npt.NDArray[np.bool_] = shapely.is_empty(shapely.buffer(shapes, -SNAP))
    return small | thin


def rings_of(shapes: Geometries) -> Geometries:
    """All rings of polygons and multi-polygons (of which `shapely.get_rings` alone gives none)."""
    rings: Geometries = shapely.get_rings(shapely.get_parts(shapes))
    return rings


def edges_of(shapes: Geometries) -> Floats:
    """The straight edges of polygons, each once: (m, 2, 2), the end with the smaller x (then y) first."""
    coordinates, ring = shapely.get_coordinates(rings_of(shapes), return_index=True)
    inside = ring[1:] == ring[:-1]
    start, end = coordinates[:-1][inside], coordinates[1:][inside]
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    edges = np.hstack([np.where(turned[:, None], end, start), np.where(turned[:, None], start, end)])
    distinct: Floats = np.unique(edges, axis=0).reshape(-1, 2, 2)
    return distinct


def vertices(paths: Iterable[Floats] | Floats) -> set[Vertex]:
    """The distinct vertices of some (n, 2) arrays, or of one."""
    arrays = [paths] if isinstance(paths, np.ndarray) else list(paths)
    return {(x, y) for path in arrays for x, y in path.tolist()}


class _Borders:
    """The edges of cells as something to snap to; it remembers where drawn vertices were put on an edge."""

    def __init__(self, edges: Floats) -> None:
        self.edges = edges
        self.corners: Floats = np.unique(edges.reshape(-1, 2), axis=0)
        self.inserted: dict[int, Floats] = {}
        self._corner_tree = shapely.STRtree(np.array(shapely.points(self.corners), dtype=object))
        self._edge_tree = shapely.STRtree(np.array(shapely.linestrings(edges), dtype=object))

    def snapped(self, path: Floats) -> Floats:
        """A drawn line with those vertices put on corners and edges that are near one."""
        path = np.array(path, dtype=np.float64)
        spots = np.array(shapely.points(path), dtype=object)
        vertex, corner = self._corner_tree.query_nearest(spots, max_distance=SNAP, all_matches=False)
        path[vertex] = self.corners[corner]
        free = np.setdiff1d(np.arange(len(path)), vertex)
        place, edge = self._edge_tree.query_nearest(spots[free], max_distance=SNAP, all_matches=False)
        for one, on in zip(free[place].tolist(), edge.tolist(), strict=True):
            path[one] = self._put_on(on, path[one])
        return path[_steps(path)]

    def with_passed(self, paths: Sequence[Floats]) -> list[Floats]:
        """Snapped lines that also have the corners, and the vertices put on edges, that they pass.

        So a line along a border has the border's vertices, and no sliver opens between them.
        """
        spots = np.unique(np.concatenate([self.corners, *self.inserted.values()]), axis=0)
        tree = shapely.STRtree(np.array(shapely.points(spots), dtype=object))
        return [_through(path, spots, tree) for path in paths if len(path) > 1]

    def divided_edges(self) -> Floats:
        """All edges, those with inserted vertices as chains."""
        whole = np.ones(len(self.edges), dtype=bool)
        whole[list(self.inserted)] = False
        chains = [
            _segments(_along(self.edges[on], spots, with_ends=True)) for on, spots in self.inserted.items()
        ]
        return np.concatenate([self.edges[whole], *chains])

    def _put_on(self, edge: int, spot: Floats) -> Floats:
        foot = _foot(self.edges[edge], spot)
        others = self.inserted.get(edge, np.empty((0, 2)))
        near = others[np.hypot(*(others - foot).T) <= SNAP]
        if len(near):  # two feet apart by a rounding would leave an edge without length
            first: Floats = near[0]
            return first
        self.inserted[edge] = np.vstack([others, foot])
        return foot


def _through(path: Floats, spots: Floats, tree: shapely.STRtree) -> Floats:
    """A line with the spots that it passes as vertices."""
    segments = _segments(path)
    lines = np.array(shapely.linestrings(segments), dtype=object)
    step, spot = tree.query(lines, predicate="dwithin", distance=SNAP)
    pieces = [path[:1]]
    for place, segment in enumerate(segments):
        passed = spots[spot[step == place]]
        if len(passed):
            pieces.append(_along(segment, passed, with_ends=False))
        pieces.append(segment[1:])
    through = np.concatenate(pieces)
    return through[_steps(through)]


def _foot(edge: Floats, spot: Floats) -> Floats:
    """The point of an edge that is nearest to a spot."""
    start, end = edge
    direction = end - start
    share = float(np.clip((spot - start) @ direction / (direction @ direction), 0, 1))
    foot: Floats = start + share * direction
    return foot


def _along(edge: Floats, spots: Floats, *, with_ends: bool) -> Floats:
    """Spots near an edge in their order along it, each once, between its ends."""
    start, end = edge
    distinct = np.unique(spots, axis=0)
    distinct = distinct[(distinct != start).any(axis=1) & (distinct != end).any(axis=1)]
    between = distinct[np.argsort((distinct - start) @ (end - start), kind="stable")]
    return np.concatenate([edge[:1], between, edge[1:]]) if with_ends else between


def _steps(path: Floats) -> npt.NDArray[np.bool_]:
    """Which vertices differ from the one before."""
    return np.concatenate([[True], (np.diff(path, axis=0) != 0).any(axis=1)])


def _segments(path: Floats) -> Floats:
    segments: Floats = np.stack([path[:-1], path[1:]], axis=1)
    return segments
