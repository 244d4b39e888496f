"""Recursive balanced bisection: one polygon and its load, cut by straight chords into k parts.

Source: design notes, Split. For k cells the load is divided ⌊k/2⌋ : ⌈k/2⌉ by the shortest chord among
evenly spread directions that keeps the balance; then each half likewise.
"""

from __future__ import annotations

from gridmap.split.balance import Search, best_division
from gridmap.split.chords import Line
from gridmap.split.pieces import Piece, halves_of, passages_of
from gridmap.split.tree import Cut, Leaf, Node


def bisect(piece: Piece, cells: int, search: Search) -> tuple[Node, list[Piece]]:
    """Cut a piece into `cells` pieces; fewer where its shape allows no further cut.

    Returns the tree of cuts and the pieces in the order of its leaves.
    """
    if cells <= 1:
        return Leaf(), [piece]
    division = best_division(piece, cells, search)
    if division is None:
        return Leaf(), [piece]
    below, low_pieces = bisect(division.below, division.low_cells, search)
    above, high_pieces = bisect(division.above, cells - division.low_cells, search)
    line = division.line
    return Cut(line.direction, line.offset, division.passage.middle, below, above), low_pieces + high_pieces


def replay(piece: Piece, node: Node, origin: tuple[float, float]) -> list[Piece]:
    """Repeat stored cuts on a piece; pieces in the order of the leaves.

    A cut that no longer divides the polygon (its border has changed) leaves the whole to one leaf.
    """
    if isinstance(node, Leaf):
        return [piece]
    line = Line(origin, node.direction, node.offset)
    found = passages_of(piece.outline, line)
    if not found:
        return [piece]
    passage = min(found, key=lambda one: abs(one.middle - node.middle))
    halves = halves_of(piece, line, passage)
    if halves is None:
        return [piece]
    return replay(halves[0], node.below, origin) + replay(halves[1], node.above, origin)
