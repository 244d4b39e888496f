"""New shapes of edited cells that meet their neighbours vertex by vertex, and the proof that they do.

An edit redistributes faces. The region of the cells it changes keeps its outer border; where a new border
ends on it, the same vertex is put into the neighbour on the other side, so that nothing else has to move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely

from gridmap.errors import InputError, TessellationError
from gridmap.geo.coverage.topology import Geometries, coverage_is_valid, coverage_union
from gridmap.messages import msg
from gridmap.split.tessellation.joining import MOVED_TOLERANCE
from gridmap.split.tessellation.linework import Vertex, rings_of, vertices
from gridmap.split.tessellation.scene import Division, Indices, Scene

_STRAIGHT: Final = 1e-6
"""Metres off the straight line between its neighbours at which a computed vertex marks no bend: it is where
lines crossed, off by rounding."""

Ring = list[Vertex]
Chains = dict[tuple[Vertex, Vertex], Ring]
"""By edge, in both directions, the vertices that now lie on it."""


@dataclass(frozen=True)
class Redrawn:
    """Shapes after an edit.

    Attributes:
        shapes: by label of the division, those of all cells that give or get ground.
        touched: by position, neighbours that only got vertices on a shared border.
        around: positions of all other cells that the changed ones meet, the touched included.
    """

    shapes: dict[int, shapely.Geometry]
    touched: dict[int, shapely.Geometry]
    around: Indices

    @property
    def labels(self) -> list[int]:
        """The labels of all shapes, those around included."""
        return [*self.shapes, *self.around.tolist()]


def redrawn(scene: Scene, division: Division) -> Redrawn:
    """The shapes that a division gives; they are a valid coverage with all cells around.

    Raises:
        InputError: a cell would be in two parts, or the cells did not meet edge to edge before.
        TessellationError: no exact coverage was found; none of the given cells is changed.
    """
    changed = division.changed
    old = scene.shapes[changed]
    around = _around(scene, changed)
    _require_sound(scene, changed, around)
    united = _united(division, changed)
    _require_whole(scene, division, united)
    shapes = _straightened(united, old, division.bends)
    chains = border_chains(old, np.array(list(shapes.values()), dtype=object))
    touched = {
        int(position): _with_chains(scene.shapes[position], chains)
        for position in around
        if chains and _has_chain(scene.shapes[position], chains)
    }
    _require_exact(scene, old, shapes, touched, around)
    return Redrawn(shapes, touched, around)


def _around(scene: Scene, changed: Indices) -> Indices:
    """The cells that meet the changed ones, in a corner at least."""
    shapes = scene.shapes[changed]
    near = scene.meeting(shapely.box(*shapely.total_bounds(shapes)))
    meets, _ = shapely.STRtree(shapes).query(scene.shapes[near], predicate="intersects")
    return np.setdiff1d(near[meets], changed)


def _united(division: Division, changed: Indices) -> dict[int, shapely.Geometry]:
    labels = np.union1d(changed, list(division.pieces))
    present = [int(label) for label in labels if (division.labels == label).any()]
    return {label: coverage_union(division.faces[division.labels == label]) for label in present}


def _straightened(
    shapes: dict[int, shapely.Geometry], old: Geometries, bends: frozenset[Vertex]
) -> dict[int, shapely.Geometry]:
    """The shapes without vertices that lie on one straight border of two cells and mean nothing.

    Such a vertex is left where a drawn line touched a border, or crossed one that is gone.
    """
    given = vertices(shapely.get_coordinates(old)) | bends
    beside: dict[Vertex, set[Vertex]] = {}
    for ring in _rings(shapes.values()):
        for before, vertex, after in zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True):
            if vertex not in given:
                beside.setdefault(vertex, set()).update((before, after))
    needless = {
        vertex for vertex, ends in beside.items() if len(ends) == 2 and _is_straight(vertex, *sorted(ends))
    }
    if not needless:
        return shapes
    return {
        label: _with_rings(shape, lambda ring: [vertex for vertex in ring if vertex not in needless])
        for label, shape in shapes.items()
    }


def _is_straight(vertex: Vertex, start: Vertex, end: Vertex) -> bool:
    return bool(shapely.distance(shapely.LineString([start, end]), shapely.Point(vertex)) <= _STRAIGHT)


def border_chains(old: Geometries, new: Geometries) -> Chains:
    """The vertices that the outer border of a region gained, by the edge they lie on."""
    corners = vertices(shapely.get_coordinates(old))
    chains: Chains = {}
    for ring in _rings([coverage_union(new)]):
        stays = [place for place, vertex in enumerate(ring) if vertex in corners]
        if len(stays) in (0, len(ring)):
            continue
        turned = ring[stays[0] :] + ring[: stays[0] + 1]
        stays = [place - stays[0] for place in stays] + [len(ring)]
        for start, stop in pairwise(stays):
            if stop - start > 1:
                between = turned[start + 1 : stop]
                chains[turned[start], turned[stop]] = between
                chains[turned[stop], turned[start]] = between[::-1]
    return chains


def _has_chain(shape: shapely.Geometry, chains: Chains) -> bool:
    return any(edge in chains for ring in _rings([shape]) for edge in pairwise([*ring, ring[0]]))


def _with_chains(shape: shapely.Geometry, chains: Chains) -> shapely.Geometry:
    def filled(ring: Ring) -> Ring:
        return [
            vertex
            for start, end in pairwise([*ring, ring[0]])
            for vertex in (start, *chains.get((start, end), ()))
        ]

    return _with_rings(shape, filled)


def _rings(shapes: Iterable[shapely.Geometry]) -> list[Ring]:
    """All rings, not closed."""
    rings = rings_of(np.array(list(shapes), dtype=object))
    return [[(x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist()] for ring in rings]


def _with_rings(shape: shapely.Geometry, change: Callable[[Ring], Ring]) -> shapely.Geometry:
    """A polygon, or several, with each ring changed, but for those of which no ring would be left."""
    polygons = []
    for part in np.atleast_1d(shapely.get_parts(shape)):
        changed = [(ring, change(ring)) for ring in _rings([part])]
        shell, *holes = (new if len(new) > 2 else ring for ring, new in changed)
        polygons.append(shapely.Polygon(shell, holes))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _require_sound(scene: Scene, changed: Indices, around: Indices) -> None:
    """Refuse to edit cells that do not meet edge to edge as they are."""
    shapes = scene.shapes[np.concatenate([changed, around])]
    if not (shapely.is_valid(shapes).all() and coverage_is_valid(shapes)):
        raise InputError(
            msg(
                "The cells around {codes} do not meet edge to edge as they are. "
                "Repair the boundaries first, then edit.",
                codes=sorted(scene.codes[changed]),
            )
        )


def _require_whole(scene: Scene, division: Division, shapes: Mapping[int, shapely.Geometry]) -> None:
    """Refuse to leave a cell in several parts where its unit is in one."""
    for label, shape in shapes.items():
        position = division.pieces.get(label, label)
        if shapely.get_num_geometries(shape) < 2:
            continue
        unit = scene.unit_parts(position)
        if _needless_parts(shape, unit) > _needless_parts(scene.shapes[position], unit):
            raise InputError(
                division.torn.get(label)
                or msg(
                    "Cell {code} would be left in two parts that do not meet along a border. "
                    "Change the area, or split that cell first.",
                    code=scene.codes[position],
                )
            )


def _needless_parts(shape: shapely.Geometry, unit: Geometries) -> int:
    """Parts of a cell beyond one on each part of its unit."""
    parts = np.atleast_1d(shapely.get_parts(shape))
    on = [np.flatnonzero(shapely.intersects(unit, spot)) for spot in shapely.point_on_surface(parts)]
    return len(parts) - len({int(found[0]) if len(found) else -1 for found in on})


def _require_exact(
    scene: Scene,
    old: Geometries,
    shapes: Mapping[int, shapely.Geometry],
    touched: Mapping[int, shapely.Geometry],
    around: Indices,
) -> None:
    """Prove that the changed cells cover what they covered, and meet all others edge to edge."""
    new = np.array(list(shapes.values()), dtype=object)
    beside = np.array([touched.get(int(at), scene.shapes[at]) for at in around], dtype=object)
    everything = np.concatenate([new, beside])
    exact = (
        shapely.is_valid(everything).all()
        and coverage_is_valid(everything)
        and abs(shapely.area(new).sum() - shapely.area(old).sum()) <= MOVED_TOLERANCE
        and _border(old) <= _border(new)
    )
    if not exact:
        raise TessellationError(
            msg(
                "The edited cells could not be made to meet edge to edge. "
                "Draw the line or area a little differently."
            )
        )


def _border(shapes: Geometries) -> set[Vertex]:
    return vertices(shapely.get_coordinates(coverage_union(shapes)))
