"""Cutting a piece in two along given lines: roads, rivers, rail.

The lines and some straight cuts divide a piece into blocks; of all ways to part the blocks in two connected
halves of the wanted loads one with a short border is sought, where a metre on a line counts less than a
metre beside it. So a cut may follow a line for a part of its way and take the rest straight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.lines.faces import faces_of, groups_without_slivers, joined, shared_stretches
from gridmap.geo.lines.network import LineNetwork
from gridmap.split.blocks.block_graph import BlockGraph
from gridmap.split.blocks.dividing import divided
from gridmap.split.blocks.grouping import best_half, strained
from gridmap.split.blocks.regrouping import Goal, may_leave
from gridmap.split.straight.balance import Search
from gridmap.split.straight.chords import END_SNAP, Floats, Outline
from gridmap.split.straight.pieces import Piece
from gridmap.split.straight.tree import Point

Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_WORTH: Final = 0.45
"""What a metre of cut on a line counts against one beside it: a detour of twice the length is taken."""
_LARGEST_BLOCK: Final = 0.3
"""Load of a block, in shares of a cell, above which straight cuts divide it."""
_LEAST_LOAD: Final = 1e-6
"""Load that is worth dividing at all."""
_TREES: Final = 12
_SHARE_OF_SLACK: Final = 0.5
"""A cut along lines may use this share of what lies between the mean load and the nearer bound."""
_LEAST_TOLERANCE: Final = 1e-3
_FREE_TOLERANCE: Final = 0.05
"""Deviation that a cut along lines may leave where no cut brings loads into range, in shares of a cell."""
_MOST_STRAIN: Final = 1.5
"""Times the tolerated deviation that a cut along lines may leave."""
_SMALLEST_AREA: Final = 1.0
"""m²; a smaller piece is no place."""
_OVERSHOOT: Final = 0.02
"""Metres that a cut reaches past the border, so that rounding does not make it end before."""
_PASSES: Final = 10


@dataclass(frozen=True)
class PathDivision:
    """A piece in two halves along lines, with `low_cells` of the cells below; `score` is to be small.

    Attributes:
        paths: the lines cut along, see `gridmap.split.straight.tree.PathCut`.
        inside: a place in the half below.
        blocks_below, blocks_above: the blocks of the halves.
    """

    paths: tuple[tuple[Point, ...], ...]
    inside: Point
    below: Piece
    above: Piece
    low_cells: int
    score: float
    blocks_below: LineBlocks
    blocks_above: LineBlocks


@dataclass(frozen=True)
class LineBlocks:
    """The blocks between lines, and straight cuts through heavy ones, in a piece.

    Attributes:
        graph: of the blocks; its borders count less where they lie on lines.
        one, other, ends: the straight stretches (n, 2, 2) that two blocks have in common.
    """

    graph: BlockGraph
    one: Indices
    other: Indices
    ends: Floats

    def within(self, chosen: Mask) -> LineBlocks:
        """Some of the blocks, in their order."""
        numbers = np.cumsum(chosen) - 1
        inner = chosen[self.one] & chosen[self.other]
        return LineBlocks(
            self.graph.within(chosen),
            numbers[self.one[inner]],
            numbers[self.other[inner]],
            self.ends[inner],
        )


def natural_division(
    piece: Piece,
    cells: int,
    search: Search,
    network: LineNetwork,
    chord: float,
    known: LineBlocks | None = None,
) -> PathDivision | None:
    """The best cut along lines; None where no line helps to score below that of the best straight cut.

    Args:
        piece: what to cut.
        cells: at least 2.
        search: for straight cuts.
        network: the lines.
        chord: score of the straight cut.
        known: the blocks of the piece where it was cut along lines itself; where they do not do, new ones.
    """
    if known is not None:
        found = _division(piece, cells, search, known, chord)
        if found is not None:
            return found
    lines = network.within(piece.outline.polygon)
    return (
        _division(piece, cells, search, _blocks(piece, cells, search, lines), chord) if len(lines) else None
    )


def _division(
    piece: Piece, cells: int, search: Search, blocks: LineBlocks, chord: float
) -> PathDivision | None:
    """The best cut between some blocks of a piece, if it scores below a straight cut."""
    graph = blocks.graph
    if len(graph.shapes) < 2:
        return None
    goal = _goal(piece, cells, search)
    random = np.random.default_rng([cells, len(graph.shapes)])
    half = best_half(
        graph,
        np.arange(len(graph.shapes)),
        cells=min(cells, len(graph.shapes)),
        goal=goal,
        random=random,
        trees=_TREES,
    )
    parting = _Parting(graph, half.below, cells, goal)
    score = parting.improved()
    if not (score < chord and parting.strain <= _MOST_STRAIN):
        return None
    below = parting.below
    paths = _paths(piece.outline, blocks.ends[below[blocks.one] != below[blocks.other]])
    middle = shapely.point_on_surface(graph.shapes[below][np.argmax(graph.areas[below])])
    inside = (float(shapely.get_x(middle)), float(shapely.get_y(middle)))
    halves = halves_along(piece, paths, inside)
    if halves is None:
        return None
    half_below, half_above = halves
    return PathDivision(
        paths,
        inside,
        below=half_below,
        above=half_above,
        low_cells=parting.low_cells,
        score=score,
        blocks_below=blocks.within(below),
        blocks_above=blocks.within(~below),
    )


def halves_along(
    piece: Piece, paths: tuple[tuple[Point, ...], ...], inside: Point
) -> tuple[Piece, Piece] | None:
    """The part of a piece that holds a place, and the rest; None where the paths do not make two of it."""
    faces = _whole(
        faces_of(piece.outline.polygon, np.array([shapely.LineString(path) for path in paths], dtype=object))
    )
    holds = shapely.intersects_xy(faces, *inside)
    if len(faces) != 2 or holds.sum() != 1:
        return None
    below, above = faces[holds][0], faces[~holds][0]
    in_below = shapely.intersects_xy(below, *piece.load.xy.T)
    return (
        Piece(Outline.of(below), piece.load.within(in_below)),
        Piece(Outline.of(above), piece.load.within(~in_below)),
    )


class _Parting:
    """Blocks in two connected halves, and one block after the other moved as long as that lowers the score.

    Attributes:
        sides: 1 for blocks below, 0 for those above.
        low_cells: cells below.
    """

    def __init__(self, graph: BlockGraph, below: Mask, cells: int, goal: Goal) -> None:
        """Begin with the blocks `below`; borders of the graph are weighed lengths."""
        self.sides: list[int] = below.astype(int).tolist()
        self._graph, self._cells, self._goal = graph, cells, goal
        self._loads: list[float] = graph.loads.tolist()
        self._total = float(graph.loads.sum())
        self._low = float(graph.loads[below].sum())
        self._length = float(graph.borders[below[graph.one] != below[graph.other]].sum())
        self._scale = float(graph.borders.sum()) / (2 * np.sqrt(len(graph.shapes)))
        slack = goal.slack
        self._tolerance = max(slack * _SHARE_OF_SLACK, _LEAST_TOLERANCE) if slack else _FREE_TOLERANCE
        share = self._low / max(self._total, goal.least)
        self.low_cells = int(np.clip(round(share * cells), 1, cells - 1))

    @property
    def below(self) -> Mask:
        """Which blocks are below."""
        return np.array(self.sides, dtype=bool)

    def improved(self) -> float:
        """The score when no move lowers it any more."""
        score = self._score(self._low, self._length)
        for _ in range(_PASSES):
            before = score
            for block in range(len(self.sides)):
                score = self._moved(block, score)
            if not score < before:
                break
        return score

    def _moved(self, block: int, score: float) -> float:
        """The score after moving a block to the other side, where that lowers it."""
        side = self.sides[block]
        turn = 0.0
        for neighbour, border in self._graph.neighbours[block].items():
            turn += border if self.sides[neighbour] == side else -border
        low = self._low + (self._loads[block] if side == 0 else -self._loads[block])
        new = self._score(low, self._length + turn)
        touches = any(self.sides[neighbour] != side for neighbour in self._graph.neighbours[block])
        if not (touches and new < score * (1 - 1e-9) and self._may_leave(block)):
            return score
        self.sides[block], self._low, self._length = 1 - side, low, self._length + turn
        return new

    def _may_leave(self, block: int) -> bool:
        return may_leave(block, self.sides, self._graph.neighbours)

    @property
    def strain(self) -> float:
        """The deviation against what is tolerated."""
        return self._strain(self._low)

    def _strain(self, low: float) -> float:
        wanted = self._total * self.low_cells / self._cells
        fewest = min(self.low_cells, self._cells - self.low_cells)
        deviation = abs(low - wanted) / fewest / self._goal.mean
        return deviation / self._tolerance

    def _score(self, low: float, length: float) -> float:
        return float(strained(np.array(length), np.array(self._strain(low)), self._scale))


def _goal(piece: Piece, cells: int, search: Search) -> Goal:
    """The loads of the cells that the piece becomes."""
    mean = max(piece.total / cells, search.mean * 1e-6)
    return Goal(mean, search.rule.minimum, search.rule.maximum, search.rule.balance)


def _blocks(piece: Piece, cells: int, search: Search, lines: Geometries) -> LineBlocks:
    """The blocks between lines, the heavier ones divided."""
    coarse = BlockGraph.of(_whole(faces_of(piece.outline.polygon, lines)), piece.load)
    counts = np.ceil(coarse.loads / max(_LARGEST_BLOCK * piece.total / cells, _LEAST_LOAD))
    graph = divided(coarse, counts.astype(np.intp), piece.load, search)
    one, other, ends = shared_stretches(graph.shapes)
    lengths = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    weighed = lengths * np.where(LineNetwork(lines).carries(ends), _WORTH, 1.0)
    return LineBlocks(graph.with_borders(one, other, weighed), one, other, ends)


def _whole(faces: Geometries) -> Geometries:
    """Faces, those too small to be places joined to others."""
    if (shapely.area(faces) >= _SMALLEST_AREA).all():
        return faces
    groups = groups_without_slivers(faces, np.full(len(faces), _SMALLEST_AREA))
    return np.array(joined(faces, groups), dtype=object)


def _paths(outline: Outline, ends: Floats) -> tuple[tuple[Point, ...], ...]:
    """The border that some stretches make, its ends in corners of the outline or past it."""
    stretches: Geometries = np.array(shapely.linestrings(ends), dtype=object)
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(stretches)))
    paths = [_reaching(outline, shapely.get_coordinates(path)) for path in merged]
    return tuple(
        tuple((float(x), float(y)) for x, y in path) for path in sorted(paths, key=lambda xy: xy.tolist())
    )


def _reaching(outline: Outline, path: Floats) -> Floats:
    """A path whose ends are corners of the outline where these are near, else reach past its border."""
    path = path.copy()
    if np.array_equal(path[0], path[-1]):
        return path
    for end, before in ((0, 1), (-1, -2)):
        gaps = np.hypot(*(outline.xy - path[end]).T)
        if gaps.min() <= END_SNAP:
            path[end] = outline.xy[gaps.argmin()]
        else:
            step = path[end] - path[before]
            path[end] += step * (_OVERSHOOT / max(float(np.hypot(*step)), _OVERSHOOT))
    return path
