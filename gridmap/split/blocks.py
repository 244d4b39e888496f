"""Cells of whole blocks: a unit's street blocks grouped so that none is cut that need not be.

Source: design notes, Split. Blocks with more load than a cell may have are divided by bisection; then the
blocks are grouped (`gridmap.split.grouping`). Where no grouping brings all loads into range, the heavier
blocks of the cells concerned are divided too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.faces import joined
from gridmap.geo.topology import Geometries, clean_coverage
from gridmap.split.balance import Search, unit_search
from gridmap.split.bisect import bisect
from gridmap.split.block_graph import BlockGraph, without_crumbs
from gridmap.split.chords import Outline
from gridmap.split.grouping import grouped
from gridmap.split.joining import moved_units
from gridmap.split.material import UnitMaterial
from gridmap.split.parts import PartShare, apportion, part_shares, parts_of, with_parts
from gridmap.split.pieces import Piece
from gridmap.split.regrouping import Goal
from gridmap.split.rule import cell_count
from gridmap.split.street_blocks import blocks_of
from gridmap.split.unit_task import UnitPieces, UnitTask

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_CRUMB: Final = 0.01
"""Share of a cell's area and load below which a block goes with a neighbour."""
_FINER: Final = (0.5, 0.25, 0.125)
"""Shares of a cell's load above which blocks are divided, one after the other, as long as loads are out."""
_PIECE_TOLERANCE: Final = 0.35
"""Deviation from even pieces of a divided block, in shares of a piece, that a shorter cut may cost."""

_LEAST_MEAN: Final = 1e-6
"""Load of an ideal cell where there is none."""


def by_blocks(task: UnitTask) -> UnitPieces:
    """Cells of whole blocks: `task.material.blocks`, or the faces between `task.material.lines`.

    `task.rule.balance` weighs equal loads against compact shapes. Parts of the unit with enough load get
    cells of their own, the rest join the nearest of those. Where a unit has fewer blocks than cells, the
    heaviest are divided.
    """
    parts = parts_of(task.shape)
    pieces: list[shapely.Geometry] = []
    for part in block_parts(task):
        pieces += _shapes(part, _best_grouping(part, part_graph(part, task.material)), parts)
    return UnitPieces(pieces or [task.shape])


@dataclass(frozen=True)
class BlockPart:
    """A part of a unit that gets cells of its own, the search for cuts through its blocks, a seed."""

    share: PartShare
    search: Search
    seed: list[int]

    @property
    def goal(self) -> Goal:
        """What its cells should be; an ideal load that is out of range widens the range."""
        rule = self.search.rule
        mean = max(self.share.piece.total / self.share.cells, _LEAST_MEAN)
        return Goal(mean, min(rule.minimum, mean), max(rule.maximum, mean), rule.balance)

    @property
    def feasible(self) -> bool:
        """Whether its cells can all be in range."""
        return self.search.rule.holds(self.goal.mean)


def block_parts(task: UnitTask) -> list[BlockPart]:
    """The parts of a unit that get cells of their own; none where the unit is one cell."""
    wanted, feasible = cell_count(task.total, task.rule)
    if wanted == 1:
        return []
    search = unit_search(task.shape, task.rule, task.total / wanted, feasible=feasible)
    shares = part_shares(parts_of(task.shape), task.load, wanted, task.rule)
    return [BlockPart(share, search, [*task.code.encode(), share.index]) for share in shares]


def part_graph(part: BlockPart, material: UnitMaterial) -> BlockGraph:
    """The blocks of a part, crumbs joined to neighbours and overloaded ones divided."""
    whole = part.share.piece
    area = whole.outline.area / part.share.cells
    blocks = blocks_of(whole.outline.polygon, material)
    blocks = without_crumbs(blocks, whole.load, _CRUMB * area, _CRUMB * part.goal.mean)
    graph = BlockGraph.of(blocks, whole.load)
    return _divided(part, graph, _needed_pieces(graph.loads, part))


@dataclass(frozen=True)
class _Grouping:
    graph: BlockGraph
    labels: Indices
    cost: float

    @property
    def loads(self) -> Floats:
        """Of each cell."""
        return np.bincount(self.labels, weights=self.graph.loads).astype(np.float64)


def _best_grouping(part: BlockPart, graph: BlockGraph) -> _Grouping:
    """The grouping of the blocks; where its loads are out of range, of blocks divided ever finer."""
    goal = part.goal
    best = _Grouping(graph, *grouped(graph, part.share.cells, goal, part.seed))
    for share in _FINER:
        out = np.flatnonzero([not goal.minimum <= load <= goal.maximum for load in best.loads])
        if not len(out) or not part.feasible:
            break
        counts = np.ceil(best.graph.loads / (share * goal.mean))
        finer = _divided(part, best.graph, np.where(_near(best, out), counts, 1).astype(np.intp))
        found = _Grouping(finer, *grouped(finer, part.share.cells, goal, part.seed))
        best = min(best, found, key=lambda one: one.cost)
    return best


def _near(grouping: _Grouping, cells: Indices) -> npt.NDArray[np.bool_]:
    """Which blocks are in some cells or in a neighbour of theirs."""
    graph, labels = grouping.graph, grouping.labels
    inside = np.isin(labels, cells)
    near = np.concatenate([labels[graph.other[inside[graph.one]]], labels[graph.one[inside[graph.other]]]])
    return inside | np.isin(labels, near)


def _needed_pieces(loads: Floats, part: BlockPart) -> Indices:
    """Into how many pieces each block must be divided: so that none is overloaded, and there are enough."""
    rule = part.search.rule
    counts = [cell_count(load, rule)[0] if load > part.goal.maximum else 1 for load in loads]
    if sum(counts) < part.share.cells:
        counts = [max(pair) for pair in zip(counts, apportion(loads, part.share.cells), strict=True)]
    return np.array(counts, dtype=np.intp)


def _divided(part: BlockPart, graph: BlockGraph, counts: Indices) -> BlockGraph:
    """The blocks, each in as many pieces as wanted and as the places of its load allow."""
    load = part.share.piece.load
    if not load.spread:
        loaded = np.unique(np.column_stack([graph.block_of, load.xy])[load.weights > 0], axis=0)[:, 0]
        places = np.bincount(loaded.astype(np.intp), minlength=len(counts))
        counts = np.minimum(counts, places)
    if (counts <= 1).all():
        return graph
    pieces: list[shapely.Geometry] = []
    for number, (block, count) in enumerate(zip(graph.shapes, counts.tolist(), strict=True)):
        piece = Piece(Outline.of(block), load.within(graph.block_of == number))
        pieces += [
            half.outline.polygon for half in bisect(piece, count, _piece_search(part, piece, count))[1]
        ]
    return BlockGraph.of(_met(part, pieces), load)


def _piece_search(part: BlockPart, piece: Piece, count: int) -> Search:
    even = max(piece.total / max(count, 1), _LEAST_MEAN)
    return replace(part.search, mean=even, tolerance=max(part.search.tolerance, _PIECE_TOLERANCE))


def _met(part: BlockPart, pieces: list[shapely.Geometry]) -> Geometries:
    """Pieces of blocks so that they meet edge to edge, and the part's border stays where it is."""
    shape = np.array([part.share.piece.outline.polygon], dtype=object)
    return clean_coverage(
        np.array(pieces, dtype=object),
        accept=lambda found: not moved_units(shape, found, np.zeros(len(found), dtype=np.intp)).any(),
    )


def _shapes(part: BlockPart, grouping: _Grouping, parts: Geometries) -> list[shapely.Geometry]:
    """The cells, each with the parts that join it."""
    shapes = joined(grouping.graph.shapes, grouping.labels)
    cell_of = grouping.labels[grouping.graph.block_of]
    load = part.share.piece.load
    return [with_parts(shape, load.within(cell_of == cell), parts) for cell, shape in enumerate(shapes)]
