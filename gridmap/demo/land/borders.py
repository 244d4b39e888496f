"""Borders: a Voronoi diagram whose edges are replaced by wiggly lines that both neighbours share.

Every edge becomes a fractal line inside the two triangles between the edge and its two seeds. Triangles of
different edges never overlap, so lines cannot cross, and both neighbours take the same vertices: the
villages are an exact coverage, and so is every union of them. Before that, the corners along the river are
moved to take out its sharp bends; this bends the rule a little, so the result is checked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator

from gridmap.demo.land.terrain import BoolArray, FloatArray, IntArray, Terrain
from gridmap.errors import TessellationError
from gridmap.geo.coverage.topology import coverage_is_valid
from gridmap.messages import msg

_STEP = 70.0
"""Length of a border's straight pieces, metres."""
_SMOOTHING = (5, 2, 0)
"""Rounds of smoothing that the river gets: the first that leaves an exact coverage; without any, all do."""


@dataclass(frozen=True)
class Borders:
    """Villages and the edges between them.

    Attributes:
        villages: one polygon for each of the terrain's seeds inside the county.
        pairs: (e, 2) the two seeds of an edge; the first is a village of the county.
        lines: the wiggly line of each edge.
    """

    villages: list[shapely.Polygon]
    pairs: IntArray
    lines: list[shapely.LineString]


def draw_borders(terrain: Terrain, rng: Generator) -> Borders:
    """Draw the villages of a terrain.

    Raises:
        TessellationError: the villages are no exact coverage.
    """
    pairs, edges = _voronoi_edges(terrain.seeds, terrain.inside)
    wet = (pairs < terrain.inside).all(axis=1) & (terrain.north[pairs[:, 0]] != terrain.north[pairs[:, 1]])
    for rounds in _SMOOTHING:
        ends = _without_bends(edges, wet, rounds)
        lines = [
            shapely.LineString(_wiggle(edge, terrain.seeds[pair], on_river, rng))
            for edge, pair, on_river in zip(ends, pairs, wet.tolist(), strict=True)
        ]
        villages = _rings(terrain, pairs, lines)
        if coverage_is_valid(np.array(villages)):
            return Borders(villages, pairs, lines)
    raise TessellationError(
        msg("The generated villages overlap or leave gaps; choose another seed than the one given.")
    )


def river_line(terrain: Terrain, borders: Borders) -> shapely.LineString:
    """The river: the longest chain of edges between villages of the two banks."""
    inside = (borders.pairs < terrain.inside).all(axis=1)
    banks = terrain.north[borders.pairs]
    wet = np.flatnonzero(inside & (banks[:, 0] != banks[:, 1]))
    merged = shapely.line_merge(shapely.MultiLineString([borders.lines[edge] for edge in wet]))
    parts = shapely.get_parts(merged)
    return shapely.LineString(parts[int(np.argmax(shapely.length(parts)))].coords)


def _voronoi_edges(seeds: FloatArray, inside: int) -> tuple[IntArray, FloatArray]:
    """Edges that touch a village of the county: their two seeds (e, 2) and two ends (e, 2, 2)."""
    corners = _triangles(seeds)
    centres = _circumcentres(seeds[corners])
    triangles_at: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (a, b, c) in enumerate(np.sort(corners, axis=1).tolist()):
        for side in ((a, b), (a, c), (b, c)):
            triangles_at[side].append(number)
    # The seeds of the county come first, so the smaller seed of a side decides.
    sides = {
        side: found for side, found in sorted(triangles_at.items()) if side[0] < inside and len(found) == 2
    }
    return np.array(list(sides)), centres[np.array(list(sides.values()))]


def _without_bends(edges: FloatArray, wet: BoolArray, rounds: int) -> FloatArray:
    """Move the corners along the river half the way to the middle of their neighbours, some rounds."""
    corners, number = np.unique(edges.reshape(-1, 2), axis=0, return_inverse=True)
    number = number.reshape(-1, 2)
    one, other = number[wet].T
    count = np.bincount(np.concatenate([one, other]), minlength=len(corners))
    inner = count == 2
    for _ in range(rounds):
        total = np.zeros_like(corners)
        np.add.at(total, one, corners[other])
        np.add.at(total, other, corners[one])
        corners[inner] = (corners[inner] + total[inner] / 2) / 2
    return np.asarray(corners[number])


def _triangles(seeds: FloatArray) -> IntArray:
    """The Delaunay triangulation as indices of seeds, (t, 3), in an order that only the seeds decide."""
    number = {(x, y): index for index, (x, y) in enumerate(seeds.tolist())}
    mesh = shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(seeds)))
    rings = shapely.get_coordinates(mesh).reshape(-1, 4, 2)[:, :3]
    corners = np.array([[number[x, y] for x, y in ring] for ring in rings.tolist()])
    return corners[np.lexsort(np.sort(corners, axis=1).T)]


def _circumcentres(corners: FloatArray) -> FloatArray:
    """Centres of the circles through three points each, (t, 3, 2) to (t, 2)."""
    origin = corners[:, 0]
    (bx, by), (cx, cy) = (corners[:, 1] - origin).T, (corners[:, 2] - origin).T
    double_area = 2 * (bx * cy - by * cx)
    b_square, c_square = bx**2 + by**2, cx**2 + cy**2
    x = (cy * b_square - by * c_square) / double_area
    y = (bx * c_square - cx * b_square) / double_area
    return np.asarray(origin + np.column_stack([x, y]))


def _wiggle(edge: FloatArray, seeds: FloatArray, smooth: bool, rng: Generator) -> FloatArray:
    """A fractal line between the ends of `edge`, inside the triangles to its two seeds.

    A pull u > 0 moves a point of the edge by that share of the way to the first seed, u < 0 to the second:
    points on distinct rays to a seed never meet, so the line cannot cross itself either.
    """
    length = float(np.hypot(*(edge[1] - edge[0])))
    pieces = int(2 ** np.clip(np.round(np.log2(max(length, 1.0) / _STEP)), 0, 6))
    if pieces < 2:
        return edge
    share = np.linspace(0, 1, pieces + 1)
    pull = midpoint_displacement(pieces, 0.2 if smooth else 0.13, 0.4 if smooth else 0.62, rng)
    # Towards the ends the triangles grow thin: let the line come back to the edge there.
    pull = np.clip(pull, -0.3, 0.3) * np.minimum(1, 2.5 * np.minimum(share, 1 - share))
    share, pull = _with_crossings(share, pull)
    straight = edge[0] + share[:, None] * (edge[1] - edge[0])
    towards = np.where(pull[:, None] > 0, seeds[0], seeds[1])
    line = np.asarray(straight + np.abs(pull)[:, None] * (towards - straight))
    line[[0, -1]] = edge  # to the last bit: other lines end here too
    return line


def _with_crossings(share: FloatArray, pull: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Put a vertex where the line changes sides, so that each of its pieces stays in one triangle."""
    before = np.flatnonzero(pull[:-1] * pull[1:] < 0)
    part = pull[before] / (pull[before] - pull[before + 1])
    crossing = share[before] + part * (share[before + 1] - share[before])
    return np.insert(share, before + 1, crossing), np.insert(pull, before + 1, 0.0)


def midpoint_displacement(pieces: int, first: float, ratio: float, rng: Generator) -> FloatArray:
    """Fractal noise that is 0 at both ends: midpoints are moved by less and less (Fournier et al. 1982).

    Args:
        pieces: a power of two; `pieces` + 1 values are returned.
        first: standard deviation of the first midpoint's move.
        ratio: of the moves of one step to those of the step before; smaller is smoother.
        rng: where the moves are drawn from.
    """
    noise = np.zeros(pieces + 1)
    stride, size = pieces, first
    while stride > 1:
        middle = np.arange(stride // 2, pieces, stride)
        noise[middle] = (noise[middle - stride // 2] + noise[middle + stride // 2]) / 2
        noise[middle] += rng.normal(0, size, len(middle))
        stride, size = stride // 2, size * ratio
    return noise


def _rings(terrain: Terrain, pairs: IntArray, lines: list[shapely.LineString]) -> list[shapely.Polygon]:
    """Chain the lines around each seed of the county, counter-clockwise."""
    around: dict[int, list[tuple[float, FloatArray]]] = defaultdict(list)
    for (first, second), line in zip(pairs.tolist(), lines, strict=True):
        path = shapely.get_coordinates(line)
        for seed in (first, second):
            if seed < terrain.inside:
                from_seed = path[[0, -1]] - terrain.seeds[seed]
                turn = from_seed[0, 0] * from_seed[1, 1] - from_seed[0, 1] * from_seed[1, 0]
                forward = path if turn > 0 else path[::-1]
                middle = from_seed.mean(axis=0)
                around[seed].append((float(np.arctan2(middle[1], middle[0])), forward))
    return [
        shapely.Polygon(
            np.concatenate([path[:-1] for _, path in sorted(around[seed], key=lambda item: item[0])])
        )
        for seed in range(terrain.inside)
    ]
