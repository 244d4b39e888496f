"""Recursive balanced bisection: one polygon and its load, cut by straight chords into k parts.

Source: design notes, Split. For k cells the load is divided ⌊k/2⌋ : ⌈k/2⌉ by the shortest chord among
evenly spread directions that keeps the balance; then each half likewise. Where lines are given a cut may
follow them instead (`gridmap.split.natural_lines`).
"""

from __future__ import annotations

import numpy as np

from gridmap.split.balance import Division, Search, best_division
from gridmap.split.chords import Line
from gridmap.split.natural_lines import PathDivision, halves_along, natural_division
from gridmap.split.pieces import Piece, halves_of, passages_of
from gridmap.split.tree import Cut, Leaf, Node, PathCut


def bisect(piece: Piece, cells: int, search: Search) -> tuple[Node, list[Piece]]:
    """Cut a piece into `cells` pieces; fewer where its shape allows no further cut.

    Returns the tree of cuts and the pieces in the order of its leaves.
    """
    if cells <= 1:
        return Leaf(), [piece]
    division = best_division(piece, cells, search)
    natural = None
    if search.network is not None:
        score = np.inf if division is None else division.score
        natural = natural_division(piece, cells, search, search.network, score)
    best = natural or division
    if best is None:
        return Leaf(), [piece]
    below, low_pieces = bisect(best.below, best.low_cells, search)
    above, high_pieces = bisect(best.above, cells - best.low_cells, search)
    return _node(best, below, above), low_pieces + high_pieces


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
