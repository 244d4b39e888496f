"""The faces into which lines divide a unit, and joining faces that are too small to stand alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries, coverage_union, locate

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
_CORNER: Final = 1e-6
"""Metres of common border below which two faces meet in a corner only."""

_DOUBTFUL: Final = 1e-3
"""Metres from a border within which a place does not tell on which side its face is."""


def faces_of(shape: shapely.Geometry, lines: Geometries) -> Geometries:
    """The faces that lines cut a polygon or multi-polygon into; together they are the shape.

    Dangling ends are left out: they divide nothing.
    """
    border = shapely.boundary(shape)
    noded = shapely.union_all([border, *lines])
    found: Geometries = shapely.get_parts(shapely.polygonize([noded]))
    places = shapely.point_on_surface(found)
    inside = shapely.intersects(shape, places)
    shapely.prepare(border)
    doubtful = np.flatnonzero(shapely.dwithin(border, places, _DOUBTFUL))  # in a spike along the border
    within = shapely.area(shapely.intersection(found[doubtful], shape))
    inside[doubtful] = within > shapely.area(found[doubtful]) / 2
    return found[inside]


def owners_of(faces: Geometries, polygons: Geometries) -> Indices:
    """For each face the first polygon that holds it; -1 where none does."""
    if not len(polygons):
        return np.full(len(faces), -1, dtype=np.intp)
    return locate(shapely.get_coordinates(shapely.point_on_surface(faces)), polygons)


def shared_borders(faces: Geometries) -> tuple[Indices, Indices, Floats]:
    """Pairs of faces that have a border in common, the smaller position first, and its length in metres.

    The faces are a coverage: every stretch of a common border has the same two vertices in both.
    """
    one, other, ends = shared_stretches(faces)
    lengths = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    pairs, place = np.unique(one * len(faces) + other, return_inverse=True)
    sums = np.bincount(place, weights=lengths, minlength=len(pairs))
    pairs, sums = pairs[sums > _CORNER], sums[sums > _CORNER]
    one, other = (np.asarray(side, dtype=np.intp) for side in np.divmod(pairs, len(faces)))
    return one, other, np.asarray(sums, dtype=np.float64)


def shared_stretches(faces: Geometries) -> tuple[Indices, Indices, Floats]:
    """The straight stretches that two faces of a coverage have in common.

    Returns the two faces of each, the smaller position first, and its ends (n, 2, 2).
    """
    parts, face_of_part = shapely.get_parts(faces, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inner = ring[1:] == ring[:-1]
    start, stop = xy[:-1][inner], xy[1:][inner]
    owner = face_of_part[part_of_ring[ring[:-1][inner]]]
    turned = (start[:, 0] > stop[:, 0]) | ((start[:, 0] == stop[:, 0]) & (start[:, 1] > stop[:, 1]))
    ends = np.where(turned[:, None], np.hstack([stop, start]), np.hstack([start, stop]))
    order = np.lexsort((owner, *ends.T))
    ends, owner = ends[order], owner[order]
    twice = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1) & (owner[1:] != owner[:-1]))
    return owner[twice], owner[twice + 1], ends[twice].reshape(-1, 2, 2)


def connected(faces: Geometries, labels: Indices) -> Indices:
    """Groups of faces of one label that hang together by borders; numbered from 0 without a gap."""
    one, other, _ = shared_borders(faces)
    same = labels[one] == labels[other]
    groups = np.arange(len(faces))
    for a, b in zip(one[same], other[same], strict=True):
        if groups[a] != groups[b]:
            groups[groups == groups[b]] = groups[a]
    _, numbered = np.unique(groups, return_inverse=True)
    return np.asarray(numbered, dtype=np.intp)


def joined(faces: Geometries, groups: Indices) -> list[shapely.Geometry]:
    """The union of each group's faces, groups numbered from 0 without a gap."""
    order = np.argsort(groups, kind="stable")
    bounds = np.flatnonzero(np.diff(groups[order])) + 1
    return [coverage_union(part) if len(part) > 1 else part[0] for part in np.split(faces[order], bounds)]


def groups_without_slivers(faces: Geometries, least: Sequence[float] | Floats) -> Indices:
    """Groups of faces such that each has at least the area it needs, as far as neighbours allow.

    A face smaller than its `least` (m²) joins the neighbour with the longest common border, the smallest
    first; one without neighbours, as an island, joins the nearest.

    Returns the number of each face's group; the groups are numbered in the order of their largest faces.
    """
    areas = shapely.area(faces)
    groups = np.arange(len(faces))
    one, other, lengths = shared_borders(faces)
    borders: list[dict[int, float]] = [{} for _ in range(len(faces))]
    for a, b, length in zip(one, other, lengths, strict=True):
        borders[a][int(b)] = borders[b][int(a)] = float(length)
    size = areas.copy()
    for face in np.argsort(areas, kind="stable"):
        if size[groups[face]] >= least[face] or groups[face] != face:
            continue
        into = _host(int(face), borders, groups, faces)
        if into is not None:
            _move(int(face), into, borders, groups, size)
    _, numbered = np.unique(groups, return_inverse=True)
    return np.asarray(numbered, dtype=np.intp)


def _host(face: int, borders: list[dict[int, float]], groups: Indices, faces: Geometries) -> int | None:
    """The group with the longest common border; without one the nearest of the others."""
    if borders[face]:
        return max(borders[face], key=lambda group: (borders[face][group], -group))
    others = np.flatnonzero(groups != face)
    if not len(others):
        return None
    distances = shapely.distance(faces[others], faces[face])
    return int(groups[others[int(distances.argmin())]])


def _move(gone: int, into: int, borders: list[dict[int, float]], groups: Indices, size: Floats) -> None:
    """Group `gone` becomes part of group `into`, its borders those of the whole."""
    groups[groups == gone] = into
    size[into] += size[gone]
    for neighbour, length in borders[gone].items():
        borders[neighbour].pop(gone, None)
        if neighbour != into:
            borders[into][neighbour] = borders[into].get(neighbour, 0.0) + length
            borders[neighbour][into] = borders[into][neighbour]
    borders[gone] = {}
