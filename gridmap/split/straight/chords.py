"""Straight cuts through a polygon: where lines cross it, and dividing it in two along one of the passages.

A line is given by the direction of its normal and its offset along it, measured from an origin near the
polygon. Where a line crosses a polygon it may pass through it several times; one *passage* runs from the
outer ring to the outer ring and, over holes on its way, divides the polygon in exactly two. Vertices where
a cut ends are computed once and put into both halves, and the line is never clipped to the polygon, so
that the halves meet exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

END_SNAP: Final = 0.01
"""Metres; a cut that would end this near a vertex ends in it. Ten times the snapping distance of the
cleaning that follows, so that cleaning never moves a vertex of a border."""
_SMALLEST_AREA: Final = 1.0
"""m²; a smaller piece is no place."""


@dataclass(frozen=True)
class Line:
    """A straight line: all points with `x cos + y sin = offset`, in metres from `origin`.

    Attributes:
        direction: of the normal, degrees anticlockwise from east, 0 to below 180.
    """

    origin: tuple[float, float]
    direction: float
    offset: float

    def heights(self, xy: Floats) -> Floats:
        """Signed distances in metres of (n, 2) points from the line, positive along the normal."""
        across, _ = axes(np.array([self.direction]))
        heights: Floats = (xy - self.origin) @ across[0] - self.offset
        return heights


@dataclass(frozen=True)
class Outline:
    """The rings of a polygon as flat arrays: outer ring anticlockwise first, holes clockwise.

    Attributes:
        xy: (m, 2) vertices, rings not closed.
        following: (m,) index of the vertex after each on its ring.
        ring: (m,) number of the ring of each vertex, 0 the outer.
        first: (rings + 1,) index of the first vertex of each ring.
    """

    polygon: shapely.Polygon
    xy: Floats
    following: Indices
    ring: Indices
    first: Indices

    @classmethod
    def of(cls, polygon: shapely.Polygon) -> Outline:
        """The outline of a polygon in any orientation."""
        oriented = shapely.orient_polygons(polygon)
        rings = [shapely.get_coordinates(ring)[:-1] for ring in (oriented.exterior, *oriented.interiors)]
        sizes = np.array([len(ring) for ring in rings], dtype=np.intp)
        first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
        following = np.arange(1, first[-1] + 1, dtype=np.intp)
        following[first[1:] - 1] = first[:-1]
        return cls(oriented, np.concatenate(rings), following, np.repeat(np.arange(len(rings)), sizes), first)

    @cached_property
    def area(self) -> float:
        """m²."""
        return float(shapely.area(self.polygon))


@dataclass(frozen=True)
class Crossings:
    """Where lines cross an outline, sorted by line and along the line; passages begin at even places.

    Attributes:
        line: (c,) which line; each has an even number of crossings.
        edge: (c,) index of the vertex that the crossed edge begins at.
        along: (c,) metres along the line (its normal turned left), from the foot of the origin.
    """

    line: Indices
    edge: Indices
    along: Floats

    def between(self, start: int, stop: int) -> Crossings:
        """Those at some places."""
        return Crossings(self.line[start:stop], self.edge[start:stop], self.along[start:stop])


@dataclass(frozen=True)
class Passage:
    """One way of a line through a polygon, from outer ring to outer ring.

    Attributes:
        edges: the crossed edges in order: outer, then in and out of each hole on the way, outer.
        along: metres along the line at each of them.
        whole: whether it takes every crossing of the line, so that the sides of the line are its halves.
    """

    edges: tuple[int, ...]
    along: tuple[float, ...]
    whole: bool

    @property
    def middle(self) -> float:
        """Metres along the line to the passage's middle: tells it from the line's other passages."""
        return (self.along[0] + self.along[-1]) / 2

    @property
    def length(self) -> float:
        """Metres of the passage inside the polygon."""
        return float(sum(self.along[1::2]) - sum(self.along[0::2]))


def axes(directions: Floats) -> tuple[Floats, Floats]:
    """Unit normals and the tangents to their left, (n, 2) each, of directions in degrees."""
    angle = np.radians(directions)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.column_stack([cos, sin]), np.column_stack([-sin, cos])


def cross(outline: Outline, origin: tuple[float, float], directions: Floats, offsets: Floats) -> Crossings:
    """All crossings of many lines with an outline at once.

    A vertex on a line counts as below it, so that each line crosses each ring an even number of times.
    """
    normals, tangents = axes(directions)
    local = outline.xy - origin
    heights = local @ normals.T - offsets
    above = heights > 0
    line, edge = np.nonzero((above != above[outline.following]).T)
    end = outline.following[edge]
    share = heights[edge, line] / (heights[edge, line] - heights[end, line])
    start_along = np.einsum("ij,ij->i", local[edge], tangents[line])
    end_along = np.einsum("ij,ij->i", local[end], tangents[line])
    along = start_along + share * (end_along - start_along)
    order = np.lexsort((along, line))
    return Crossings(line[order], edge[order], along[order])


def passages(outline: Outline, crossings: Crossings) -> list[Passage]:
    """The passages of one line (all `crossings` must be of that line)."""
    found: list[Passage] = []
    edges, along = crossings.edge.tolist(), crossings.along.tolist()
    rings = outline.ring[crossings.edge].tolist()
    start = 0
    for place in range(1, len(edges), 2):
        if rings[start] != 0:
            start = place + 1  # an odd run, possible only by rounding: no passage begins inside a hole
        elif rings[place] == 0:
            kept = _without_pockets(rings, start, place)
            if kept is not None:
                whole = len(kept) == len(edges)
                found.append(Passage(tuple(edges[i] for i in kept), tuple(along[i] for i in kept), whole))
            start = place + 1
    return found


def divide(outline: Outline, line: Line, passage: Passage) -> tuple[shapely.Polygon, shapely.Polygon] | None:
    """The two parts of a polygon below and above `line` along one passage.

    None where a part would be invalid or no larger than a table: the line then touches rather than cuts.
    """
    ends = [_end(outline, line, edge) for edge in passage.edges]
    if any(np.array_equal(a[0], b[0]) for a, b in zip(ends[::2], ends[1::2], strict=True)):
        return None
    below = _path(outline, ends, forward=True)
    above = _path(outline, ends, forward=False)
    crossed = {int(outline.ring[edge]) for edge in passage.edges}
    holes = [number for number in range(1, len(outline.first) - 1) if number not in crossed]
    parts = _with_holes(outline, below, above, holes)
    if any(part is None for part in parts):
        return None
    first, second = parts
    assert first is not None
    assert second is not None
    sound = shapely.is_valid([first, second]).all() and min(first.area, second.area) >= _SMALLEST_AREA
    return (first, second) if sound else None


_End = tuple[Floats, int, int]
"""A point where a cut ends, the index of the vertex before it on its ring, and of the one after."""


def _without_pockets(rings: list[int], start: int, stop: int) -> list[int] | None:
    """Places of a passage's crossings, without stretches from a hole to itself; None if it returns to one."""
    kept = [start]
    for place in range(start + 1, stop, 2):
        out_of, into = place, place + 1
        if len(kept) >= 3 and rings[kept[-1]] == rings[out_of]:
            kept[-1] = into  # a pocket of the hole: stay on its ring
            continue
        kept += [out_of, into]
    kept.append(stop)
    entered = [rings[place] for place in kept[1:-1:2]]
    left = [rings[place] for place in kept[2:-1:2]]
    return kept if entered == left and len(set(entered)) == len(entered) and 0 not in entered else None


def _end(outline: Outline, line: Line, edge: int) -> _End:
    """The point where the line crosses an edge, in the edge's nearest vertex where that is close enough."""
    after = int(outline.following[edge])
    a, b = outline.xy[edge], outline.xy[after]
    low, high = (
        (a, b) if tuple(a) <= tuple(b) else (b, a)
    )  # one order, so that neighbours compute the same point
    height_low, height_high = line.heights(np.array([low, high]))
    point = low + (high - low) * np.clip(height_low / (height_low - height_high), 0, 1)
    if np.hypot(*(point - a)) <= END_SNAP:
        return a, _before(outline, edge), after
    if np.hypot(*(point - b)) <= END_SNAP:
        return b, edge, int(outline.following[after])
    return point, edge, after


def _before(outline: Outline, vertex: int) -> int:
    ring = outline.ring[vertex]
    return int(vertex - 1 if vertex > outline.first[ring] else outline.first[ring + 1] - 1)


def _path(outline: Outline, ends: list[_End], *, forward: bool) -> Floats:
    """The closed ring of the part left of the cut (forward) or right of it (backward)."""
    sequence = ends if forward else ends[::-1]
    pieces: list[Floats] = [sequence[0][0][None]]
    for entry, leave in zip(sequence[1:-1:2], sequence[2:-1:2], strict=True):
        pieces += [entry[0][None], _arc(outline, entry, leave), leave[0][None]]
    pieces += [sequence[-1][0][None], _arc(outline, sequence[-1], sequence[0]), sequence[0][0][None]]
    return np.concatenate(pieces)


def _arc(outline: Outline, start: _End, stop: _End) -> Floats:
    """Vertices strictly between two points of one ring, in the ring's direction."""
    first_vertex, last_vertex = start[2], stop[1]
    on_one_edge = start[1:] == stop[1:]
    adjacent = outline.following[last_vertex] == first_vertex
    if adjacent and not (on_one_edge and not _comes_before(outline, start, stop)):
        return np.empty((0, 2))
    ring = outline.ring[first_vertex]
    begin, end = outline.first[ring], outline.first[ring + 1]
    if first_vertex <= last_vertex:
        return outline.xy[first_vertex : last_vertex + 1]
    return np.concatenate([outline.xy[first_vertex:end], outline.xy[begin : last_vertex + 1]])


def _comes_before(outline: Outline, start: _End, stop: _End) -> bool:
    """Whether of two points on one edge the first is nearer to the edge's beginning."""
    corner = outline.xy[start[1]]
    return bool(np.hypot(*(start[0] - corner)) < np.hypot(*(stop[0] - corner)))


def _with_holes(
    outline: Outline, below: Floats, above: Floats, holes: list[int]
) -> tuple[shapely.Polygon | None, shapely.Polygon | None]:
    """Polygons of the two rings, each with the holes that lie in it; None for a ring without area."""
    if len(below) < 4 or len(above) < 4:
        return None, None
    rings = {number: outline.xy[outline.first[number] : outline.first[number + 1]] for number in holes}
    if not rings:
        return shapely.Polygon(below), shapely.Polygon(above)
    hull = shapely.Polygon(below)
    if not hull.is_valid:
        return None, None
    inside = [
        number for number, ring in rings.items() if hull.contains(shapely.Polygon(ring).point_on_surface())
    ]
    return (
        shapely.Polygon(below, [rings[number] for number in inside]),
        shapely.Polygon(above, [ring for number, ring in rings.items() if number not in inside]),
    )
