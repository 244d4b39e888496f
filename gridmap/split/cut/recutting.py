"""Cells that no grouping of whole blocks brings into range, cut anew together with neighbours.

Of the sets of some neighbouring cells that bear the right load between them the smallest is taken, and cut
along the borders of blocks as far as these lead, straight through blocks where they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries, coverage_union
from gridmap.geo.lines.faces import joined, shared_stretches
from gridmap.geo.lines.network import LineNetwork
from gridmap.split.blocks.block_graph import BlockGraph
from gridmap.split.blocks.dividing import divided
from gridmap.split.blocks.grouping import grouped
from gridmap.split.blocks.regrouping import Goal
from gridmap.split.cut.bisect import bisect
from gridmap.split.straight.balance import Search
from gridmap.split.straight.chords import Outline
from gridmap.split.straight.pieces import Load, Piece

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_MOST_CELLS: Final = 4
"""Cells cut anew at once."""
_ATTEMPTS: Final = 4
"""Sets of cells tried for one that is out of range."""
_AMPLE: Final = 0.05
"""Share of the load between the mean of some cells and the nearer bound that makes cutting them easy."""
_FINER: Final = ((0.125, 0.5), (0.03, 1.0))
"""Load of a block, in shares of a cell, above which it is divided, and what equal loads weigh at least
against compact shapes; the second where the first does not do."""
_ROUNDS: Final = 4
"""Times that pieces of blocks are divided again, where heavy places made them uneven."""
_SHARE_OF_SLACK: Final = 0.5
"""A cut may use this share of what lies between the mean load and the nearer bound."""
_LEAST_TOLERANCE: Final = 1e-3


@dataclass(frozen=True)
class Grouping:
    """Blocks and the cell that each is part of; cells are numbered from 0."""

    graph: BlockGraph
    labels: Indices

    @property
    def loads(self) -> Floats:
        """Of each cell."""
        return np.bincount(self.labels, weights=self.graph.loads).astype(np.float64)

    def out_of_range(self, goal: Goal) -> Indices:
        """The cells with too much load or too little."""
        return np.flatnonzero([not goal.holds(load) for load in self.loads])

    def neighbours(self) -> list[set[int]]:
        """For each cell those that share a border with it."""
        found: list[set[int]] = [set() for _ in range(int(self.labels.max()) + 1)]
        pairs = np.column_stack([self.labels[self.graph.one], self.labels[self.graph.other]])
        for one, other in np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0).tolist():
            found[one].add(other)
            found[other].add(one)
        return found


@dataclass(frozen=True)
class Recutting:
    """How the cells of a part are cut anew.

    Attributes:
        load: of the part's blocks.
        goal: what cells should be.
        search: for straight cuts.
        seed: the same gives the same cells.
    """

    load: Load
    goal: Goal
    search: Search
    seed: list[int]

    def brought_into_range(self, grouping: Grouping) -> Grouping:
        """The grouping with as many cells in range as cuts through blocks can bring there.

        A place that alone is too heavy for a cell stays as it is, and so does the cell that holds it.
        """
        hopeless: set[int] = set()
        while True:
            waiting = [cell for cell in grouping.out_of_range(self.goal).tolist() if cell not in hopeless]
            if not waiting:
                return grouping
            found = self._with_cell_in_range(grouping, waiting[0])
            if found is None:
                hopeless.add(waiting[0])
            else:
                grouping = found

    def _with_cell_in_range(self, grouping: Grouping, cell: int) -> Grouping | None:
        """The grouping with a cell and some neighbours cut anew, all in range; None where that cannot be."""
        for cells in self._likely_sets(grouping, cell):
            gone = np.isin(grouping.labels, cells)
            own = self.load.within(gone[grouping.graph.block_of])
            pieces = self._cut_anew(BlockGraph.of(grouping.graph.shapes[gone], own), own, len(cells))
            if pieces is not None:
                graph = grouping.graph.replaced(gone, pieces, self.load)
                return Grouping(graph, np.concatenate([grouping.labels[~gone], cells]))
        return None

    def _likely_sets(self, grouping: Grouping, cell: int) -> list[Indices]:
        """Sets of cells, this one and neighbours, that can all be in range; the best to cut first."""
        load, goal, loads = self.load, self.goal, grouping.loads
        cell_of_place = grouping.labels[grouping.graph.block_of]
        lumps = set() if load.spread else set(cell_of_place[load.weights > goal.maximum].tolist())
        if cell in lumps:
            return []
        ranked: list[tuple[bool, int, float, list[int]]] = []
        for cells in _connected_sets(cell, grouping.neighbours(), lumps):
            mean = float(loads[cells].mean())
            slack = replace(goal, mean=max(mean, goal.least)).slack
            if goal.holds(mean):
                ranked.append((slack < _AMPLE, len(cells), -slack, cells))
        return [np.array(cells, dtype=np.intp) for *_, cells in sorted(ranked)[:_ATTEMPTS]]

    def _cut_anew(self, blocks: BlockGraph, load: Load, cells: int) -> Geometries | None:
        """The land of some blocks in cells in range, or None."""
        mean = float(blocks.loads.sum()) / cells
        goal = replace(self.goal, mean=mean)
        tolerance = max(goal.slack * _SHARE_OF_SLACK, _LEAST_TOLERANCE)
        own = Recutting(load, goal, replace(self.search, mean=mean, tolerance=tolerance), self.seed)
        for share, balance in _FINER:
            pieces = own._grouped_anew(blocks, cells, share, balance)
            if pieces is not None:
                return pieces
        return own._bisected(blocks, cells)

    def _grouped_anew(
        self, blocks: BlockGraph, cells: int, share: float, balance: float
    ) -> Geometries | None:
        """The same with blocks divided that bear more than a share of a cell."""
        finer = blocks
        for _ in range(_ROUNDS):
            counts = np.ceil(finer.loads / (share * self.goal.mean)).astype(np.intp)
            coarse, finer = finer, divided(finer, counts, self.load, self.search)
            if finer is coarse:
                break
        goal = replace(self.goal, balance=max(self.goal.balance, balance))
        labels, _ = grouped(finer, cells, goal, self.seed)
        if len(Grouping(finer, labels).out_of_range(self.goal)):
            return None
        return np.array(joined(finer.shapes, labels), dtype=object)

    def _bisected(self, blocks: BlockGraph, cells: int) -> Geometries | None:
        """The same by cuts in two, along the borders of blocks where that suits."""
        land = coverage_union(blocks.shapes)
        assert isinstance(land, shapely.Polygon)
        borders = np.array(shapely.linestrings(shared_stretches(blocks.shapes)[2]), dtype=object)
        search = replace(self.search, network=LineNetwork(borders))
        _, pieces = bisect(Piece(Outline.of(land), self.load), cells, search)
        if len(pieces) < cells or not all(self.goal.holds(one.total) for one in pieces):
            return None
        return np.array([one.outline.polygon for one in pieces], dtype=object)


def _connected_sets(cell: int, neighbours: list[set[int]], without: set[int]) -> Iterator[list[int]]:
    """Sets of up to `_MOST_CELLS` cells that hang together and hold `cell`, beside it alone."""
    sets: Iterable[frozenset[int]] = [frozenset([cell])]
    for _ in range(_MOST_CELLS - 1):
        sets = {
            old | {other}
            for old in sets
            for member in old
            for other in neighbours[member]
            if other not in old and other not in without
        }
        yield from (sorted(one) for one in sets)
