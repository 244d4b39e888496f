"""Cells of whole blocks: a unit's street blocks grouped so that none is cut that need not be.

Source: design notes, Split. Blocks with more load than a cell may have are divided by bisection; then the
blocks are grouped (`split.blocks.grouping`). Where no grouping brings a cell into range, it is cut anew
together with neighbours (`gridmap.split.cut.recutting`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.lines.faces import joined
from gridmap.split.blocks.block_graph import BlockGraph
from gridmap.split.blocks.dividing import divided
from gridmap.split.blocks.grouping import grouped
from gridmap.split.blocks.regrouping import Goal
from gridmap.split.blocks.street_blocks import blocks_of
from gridmap.split.cut.parts import PartShare, apportion, part_shares, parts_of, with_parts
from gridmap.split.cut.recutting import Grouping, Recutting
from gridmap.split.cut.unit_task import UnitPieces, UnitTask
from gridmap.split.material import UnitMaterial
from gridmap.split.rule import cell_count
from gridmap.split.straight.balance import Search, unit_search

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_CRUMB: Final = 0.01
"""Share of a cell's area and load below which a block goes with a neighbour."""
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
    blocks = BlockGraph.of(blocks_of(whole.outline.polygon, material), whole.load)
    graph = blocks.without_crumbs(_CRUMB * area, _CRUMB * part.goal.mean)
    return divided(graph, _needed_pieces(graph.loads, part), whole.load, part.search)


def _best_grouping(part: BlockPart, graph: BlockGraph) -> Grouping:
    """The grouping of the blocks; cells that it leaves out of range are cut anew."""
    goal = part.goal
    labels, _ = grouped(graph, part.share.cells, goal, part.seed)
    found = Grouping(graph, labels)
    if not part.feasible:
        return found
    recutting = Recutting(part.share.piece.load, goal, part.search, part.seed)
    return recutting.brought_into_range(found)


def _needed_pieces(loads: Floats, part: BlockPart) -> Indices:
    """Into how many pieces each block must be divided: so that none is overloaded, and there are enough."""
    rule = part.search.rule
    counts = [max(2, cell_count(load, rule)[0]) if load > part.goal.maximum else 1 for load in loads]
    if sum(counts) < part.share.cells:
        counts = [max(pair) for pair in zip(counts, apportion(loads, part.share.cells), strict=True)]
    return np.array(counts, dtype=np.intp)


def _shapes(part: BlockPart, grouping: Grouping, parts: Geometries) -> list[shapely.Geometry]:
    """The cells, each with the parts that join it."""
    shapes = joined(grouping.graph.shapes, grouping.labels)
    cell_of = grouping.labels[grouping.graph.block_of]
    load = part.share.piece.load
    return [with_parts(shape, load.within(cell_of == cell), parts) for cell, shape in enumerate(shapes)]
