"""Recursive balanced bisection: one polygon and its load, cut by straight chords into k parts.

Source: design notes, Split. For k cells the load is divided ⌊k/2⌋ : ⌈k/2⌉ by the shortest chord among
evenly spread directions that keeps the balance; then each half likewise. For few cells several first cuts are
followed to the end, and the one whose cells are most compact is taken. Where lines are given a cut may
follow them instead (`gridmap.split.cut.natural_lines`).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gridmap.geo.coverage.topology import compactness
from gridmap.split.cut.natural_lines import LineBlocks, PathDivision, halves_along, natural_division
from gridmap.split.straight.balance import Division, Search, best_division, best_divisions
from gridmap.split.straight.chords import Line
from gridmap.split.straight.pieces import Piece, halves_of, passages_of
from gridmap.split.straight.tree import Cut, Leaf, Node, PathCut

_FOLLOWED: Final = {2: 4, 3: 4, 4: 3}
"""By the number of cells, how many first cuts are followed to the end; of more cells only the shortest.

Tried on 1,200 Spanish municipalities: compactness .571 without, .603 with; six cells and more gain little for
the time they take."""
_COMPACT: Final = 0.68
"""Mean compactness of balanced pieces from which no other first cut is followed: a sixth of the time."""
_BALANCED: Final = 0.05
"""Deviation, in shares of a cell, up to which pieces count as balanced."""


def bisect(
    piece: Piece, cells: int, search: Search, blocks: LineBlocks | None = None
) -> tuple[Node, list[Piece]]:
    """Cut a piece into `cells` pieces; fewer where its shape allows no further cut.

    `blocks` are those between lines that the piece consists of, where it was cut along lines itself.

    Returns the tree of cuts and the pieces in the order of its leaves.
    """
    if cells <= 1:
        return Leaf(), [piece]
    if search.network is None and cells in _FOLLOWED:
        return _most_compact(piece, cells, search)
    division = best_division(piece, cells, search)
    natural = None
    if search.network is not None:
        score = np.inf if division is None else division.score
        natural = natural_division(
            piece, cells, search=search, network=search.network, chord=score, known=blocks
        )
    best = natural or division
    if best is None:
        return Leaf(), [piece]
    low_blocks, high_blocks = (natural.blocks_below, natural.blocks_above) if natural else (None, None)
    below, low_pieces = bisect(best.below, best.low_cells, search, low_blocks)
    above, high_pieces = bisect(best.above, cells - best.low_cells, search, high_blocks)
    return _node(best, below, above), low_pieces + high_pieces


def _most_compact(piece: Piece, cells: int, search: Search) -> tuple[Node, list[Piece]]:
    """Of several first cuts the one that ends in balance, and of those in the most compact pieces."""
    found: list[tuple[Node, list[Piece]]] = []
    share = piece.total / cells or search.mean
    for division in best_divisions(piece, cells, search, _FOLLOWED[cells]):
        below, low_pieces = bisect(division.below, division.low_cells, search)
        above, high_pieces = bisect(division.above, cells - division.low_cells, search)
        found.append((_node(division, below, above), low_pieces + high_pieces))
        if _worth(found[-1][1], share) >= (0.0, _COMPACT * cells):
            break
    return max(found, key=lambda one: _worth(one[1], share), default=(Leaf(), [piece]))


def _worth(pieces: list[Piece], share: float) -> tuple[float, float]:
    """What is to be large: first how little loads miss their share, small misses aside, then compactness."""
    missed = np.abs([piece.total / share - 1 for piece in pieces])
    shapes = np.array([piece.outline.polygon for piece in pieces], dtype=object)
    return -float(np.maximum(missed - _BALANCED, 0.0).sum()), float(compactness(shapes).sum())


def _node(division: Division | PathDivision, below: Node, above: Node) -> Node:
    if isinstance(division, PathDivision):
        return PathCut(division.paths, division.inside, below, above)
    line = division.line
    return Cut(line.direction, line.offset, division.passage.middle, below, above)


def replay(piece: Piece, node: Node, origin: tuple[float, float]) -> list[Piece]:
    """Repeat stored cuts on a piece; pieces in the order of the leaves.

    A cut that no longer divides the polygon (its border has changed) leaves the whole to one leaf.
    """
    if isinstance(node, Leaf):
        return [piece]
    halves = _halves(piece, node, origin)
    if halves is None:
        return [piece]
    return replay(halves[0], node.below, origin) + replay(halves[1], node.above, origin)


def _halves(piece: Piece, node: Cut | PathCut, origin: tuple[float, float]) -> tuple[Piece, Piece] | None:
    """The halves of a piece by a stored cut; None where it does not divide it."""
    if isinstance(node, PathCut):
        return halves_along(piece, node.paths, node.inside)
    line = Line(origin, node.direction, node.offset)
    found = passages_of(piece.outline, line)
    if not found:
        return None
    passage = min(found, key=lambda one: abs(one.middle - node.middle))
    return halves_of(piece, line, passage)
