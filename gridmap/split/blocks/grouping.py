"""Blocks grouped into connected cells of balanced load: spanning trees cut in two, then borders shifted.

Source: cutting random spanning trees, DeFord, Duchin, Solomon, "Recombination: a family of Markov chains
for redistricting", 2021; here recursively, the best of several trees, followed by a descent over moves of
single blocks that keep every cell connected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gridmap.split.blocks.block_graph import BlockGraph
from gridmap.split.blocks.regrouping import Goal, Regrouping

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_TREES: Final = 8
"""Random spanning trees tried for each cut in two."""
_STARTS: Final = 3
"""Groupings begun anew, of which the best is taken."""
_MOST_STARTS: Final = 8
"""Of these, as long as loads are out of range and no single block is to blame."""
_TOLERANCE: Final = 0.5
"""A cut in two may use this share of what lies between the mean load of a cell and the nearer bound."""
_LEAST_TOLERANCE: Final = 0.02
_BALANCED_EDGES: Final = 30
"""Edges of a tree, the best balanced ones, for which the length of the cut is measured."""


@dataclass(frozen=True)
class Half:
    """A way to divide: which blocks are below, how many cells go there, and what is to be small."""

    below: Mask
    cells: int
    score: float


def grouped(graph: BlockGraph, cells: int, goal: Goal, seed: list[int]) -> tuple[Indices, float]:
    """Connected groups of blocks, numbered from 0, and the cost of the grouping by the goal.

    There are `cells` groups where there are as many blocks, else one for each block. The blocks must hang
    together. The same seed gives the same groups.
    """
    cells = min(cells, len(graph.shapes))
    random = np.random.default_rng(seed)
    best = _started(graph, cells, goal, random)
    if not 1 < cells < len(graph.shapes):
        return np.array(best.labels, dtype=np.intp), best.cost
    hopeful = goal.holds(goal.mean) and graph.loads.max() <= goal.maximum
    for start in range(1, _MOST_STARTS):
        if start >= _STARTS and not (hopeful and best.out_of_range):
            break
        best = min(best, _started(graph, cells, goal, random), key=lambda one: one.cost)
    return np.array(best.labels, dtype=np.intp), best.cost


def _started(graph: BlockGraph, cells: int, goal: Goal, random: np.random.Generator) -> Regrouping:
    """One grouping, improved until no move helps."""
    regrouping = Regrouping(graph, _divided(graph, cells, goal, random), goal)
    regrouping.improve()
    return regrouping


def _divided(graph: BlockGraph, cells: int, goal: Goal, random: np.random.Generator) -> Indices:
    """Labels by recursive cuts in two."""
    labels = np.zeros(len(graph.shapes), dtype=np.intp)
    pending = [(np.arange(len(graph.shapes)), cells, 0)]
    while pending:
        blocks, count, first = pending.pop()
        labels[blocks] = first
        if count > 1:
            half = best_half(graph, blocks, count, goal, random)
            pending.append((blocks[half.below], half.cells, first))
            pending.append((blocks[~half.below], count - half.cells, first + half.cells))
    return labels


def best_half(
    graph: BlockGraph,
    blocks: Indices,
    cells: int,
    goal: Goal,
    random: np.random.Generator,
    trees: int = _TREES,
) -> Half:
    """The best cut in two of some random spanning trees of connected blocks, at least as many as cells.

    The best edge leaves a short border, and loads that the cells on both sides can share.
    """
    one, other, borders = graph.between(blocks)
    loads = graph.loads[blocks]
    orders = np.argsort(random.random((trees, len(one))) / borders, axis=1, kind="stable")
    below = _subtrees(len(blocks), one[orders].tolist(), other[orders].tolist())
    weights, sizes = below @ loads, below.sum(axis=1)
    mean = max(float(loads.sum()) / cells, goal.least)
    fewest, most = np.maximum(1, cells - (len(loads) - sizes)), np.minimum(cells - 1, sizes)
    counts = np.minimum(np.maximum(np.rint(weights / mean), fewest), most)
    missed = np.abs(weights - counts * mean) / np.minimum(counts, cells - counts) / mean
    rows = np.argsort(missed, kind="stable")[: _BALANCED_EDGES * trees]
    lengths = (below[rows][:, one] ^ below[rows][:, other]) @ borders
    tolerance = max(goal.slack * _TOLERANCE, _LEAST_TOLERANCE)
    scores = strained(lengths, missed[rows] / tolerance, borders.sum() / (2 * np.sqrt(len(loads))))
    best = int(scores.argmin())
    return Half(below[rows[best]], int(counts[rows[best]]), float(scores[best]))


def strained(length: Floats, strain: Floats, scale: float) -> Floats:
    """What cuts cost: their length, more so by the square of how far the deviation exceeds the tolerated one.

    Args:
        length: metres.
        strain: the deviation in shares of the tolerated one.
        scale: metres that a cut across is long; without it to cut off a corner would be cheap however bad.
    """
    beyond = np.maximum(0.0, strain - 1.0)
    cost: Floats = length * np.maximum(1.0, strain) ** 2 + scale * beyond**2
    return cost


def _subtrees(size: int, ones: list[list[int]], others: list[list[int]]) -> Mask:
    """The blocks below each edge of some spanning trees of `size` blocks: (trees * (size - 1), size).

    `ones` and `others` are for each tree the ends of edges in the order in which it takes them (Kruskal).
    """
    walks = [_walk(_spanning_tree(size, one, other)) for one, other in zip(ones, others, strict=True)]
    order = np.array([walk[0] for walk in walks], dtype=np.intp)
    when = np.empty_like(order)
    np.put_along_axis(when, order, np.broadcast_to(np.arange(size), order.shape), axis=1)
    first = np.arange(1, size)
    ends = first + np.array([walk[1] for walk in walks], dtype=np.intp)[:, 1:]
    at = when[:, None, :]
    below: Mask = (at >= first[:, None]) & (at < ends[:, :, None])
    return below.reshape(-1, size)


def _walk(tree: list[list[int]]) -> tuple[list[int], list[int]]:
    """The blocks of a tree from the first on, each before those below it, and how many hang from each."""
    order: list[int] = []
    above = [-1] * len(tree)
    pending = [0]
    while pending:
        block = pending.pop()
        order.append(block)
        for neighbour in tree[block]:
            if neighbour != above[block]:
                above[neighbour] = block
                pending.append(neighbour)
    sizes = [1] * len(tree)
    for block in reversed(order[1:]):
        sizes[above[block]] += sizes[block]
    return order, [sizes[block] for block in order]


def _spanning_tree(size: int, one: list[int], other: list[int]) -> list[list[int]]:
    """For each block its neighbours in the tree made of the first edges that close no ring."""
    leader = list(range(size))
    tree: list[list[int]] = [[] for _ in range(size)]
    missing = size - 1
    for a, b in zip(one, other, strict=True):
        first, second = a, b
        while leader[first] != first:
            leader[first] = first = leader[leader[first]]
        while leader[second] != second:
            leader[second] = second = leader[leader[second]]
        if first != second:
            leader[second] = first
            tree[a].append(b)
            tree[b].append(a)
            missing -= 1
            if not missing:
                break
    return tree
