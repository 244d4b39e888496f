"""Splitting a unit again so that little changes: the stored cuts as they are, or moved, or afresh.

Source: design notes, Stability. Stored cuts repeated on changed loads move far fewer households to another
cell than a fresh split does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely

from gridmap.split.cut.bisect import bisect, replay
from gridmap.split.cut.natural_lines import halves_along
from gridmap.split.cut.parts import apportion, cut_unit, parts_of, shares_of_tree, with_parts
from gridmap.split.cut.unit_task import UnitPieces, UnitTask, Way
from gridmap.split.straight.balance import Candidate, Search, balance_along
from gridmap.split.straight.chords import Floats, Line
from gridmap.split.straight.pieces import Piece, halves_of, passages_of
from gridmap.split.straight.tree import Cut, Leaf, Node, PartTree, PathCut, UnitTree, leaf_count

_NOTICEABLE: Final = 0.005
"""Mean deviation, in shares of a cell, by which other cuts must be better to be worth the change."""
_PATH_KEEP: Final = 0.12
"""Mean deviation, in shares of a cell, up to which cells cut along lines stay: they may leave as much."""
_PATH_TOLERANCE: Final = 0.05
"""Deviation, in shares of a cell, up to which a cut along lines is kept; it cannot be moved a little."""


def replayed(
    task: UnitTask, previous: UnitTree, wanted: int, search: Search, *, feasible: bool
) -> UnitPieces:
    """Cut a unit that was cut before, changing as little as its load allows.

    First the stored cuts as they are, taken where all cells are in range (or the unit can have none in
    range) and their mean deviation is at most `rule.keep`; then with each line moved along its normal until
    the halves balance, for more or fewer cells where the load asks for that, taken where all are in range;
    then a fresh split. Where none is good enough the best is taken, of nearly equal ones the first.
    """
    best: _Trial | None = None
    for trial in _trials(task, previous, wanted, search):
        if best is None or trial.beats(best):
            best = trial
        if trial.is_good(feasible=feasible):
            break
    assert best is not None, "a fresh split is always tried"
    return best.made


@dataclass(frozen=True)
class _Trial:
    """Cells that might do, how many of them are out of range, and their mean deviation."""

    made: UnitPieces
    keep: float
    out_of_range: int
    deviation: float

    def is_good(self, *, feasible: bool) -> bool:
        """Whether no other need be looked for."""
        balanced = self.deviation <= self.keep
        if self.made.way is Way.KEPT:
            return balanced and not (feasible and self.out_of_range)
        return not self.out_of_range if feasible else balanced

    def beats(self, other: _Trial) -> bool:
        """Whether this is so much better that it is worth changing cells."""
        if self.out_of_range != other.out_of_range:
            return self.out_of_range < other.out_of_range
        return self.deviation < other.deviation - _NOTICEABLE


def _trials(task: UnitTask, previous: UnitTree, wanted: int, search: Search) -> Iterator[_Trial]:
    count = _count(previous)
    if not previous.parts:
        if wanted == 1:
            yield _trial(
                task, wanted, UnitPieces([task.shape], previous, way=Way.KEPT), np.array([task.total])
            )
            return
    elif wanted > 1:
        if count == wanted:
            yield from _followed(task, previous, wanted, search, Way.KEPT)
        yield from _followed(task, previous, wanted, search, Way.MOVED)
    tree, pieces = cut_unit(task.shape, task.load, wanted, search)
    yield _trial(task, wanted, UnitPieces(pieces, tree), _loads(task, pieces))


def _count(tree: UnitTree) -> int:
    return sum(leaf_count(part.node) for part in tree.parts) or 1


def _trial(task: UnitTask, wanted: int, made: UnitPieces, loads: Floats) -> _Trial:
    mean = task.total / wanted
    deviation = float(np.abs(loads - mean).mean() / mean) if mean > 0 else 0.0
    out = sum(not task.rule.holds(float(load)) for load in loads) + abs(len(loads) - wanted)
    keep = max(task.rule.keep, _PATH_KEEP) if len(task.material.lines) else task.rule.keep
    return _Trial(made, keep, out, deviation)


def _loads(task: UnitTask, pieces: list[shapely.Geometry]) -> Floats:
    if task.load.spread:
        return task.load.spread * shapely.area(pieces)
    inside = [shapely.intersects_xy(piece, *task.load.xy.T) for piece in pieces]
    return np.array([task.load.weights[mask].sum() for mask in inside])


def _followed(task: UnitTask, previous: UnitTree, wanted: int, search: Search, way: Way) -> Iterator[_Trial]:
    """The cells that the stored cuts make; none where they are not cuts of this shape."""
    parts = parts_of(task.shape)
    shares = shares_of_tree(parts, task.load, previous, wanted, task.rule)
    if shares is None or len(shares) > wanted:
        return
    counts = [share.cells for share in shares]
    if sum(counts) != wanted:
        counts = apportion(np.array([share.piece.total for share in shares]), wanted)
    trees: list[PartTree] = []
    shapes: list[shapely.Geometry] = []
    loads: list[float] = []
    for share, stored, cells in zip(shares, previous.parts, counts, strict=True):
        if way is Way.KEPT:
            node, pieces = stored.node, replay(share.piece, stored.node, previous.origin)
        else:
            node, pieces = _rebalanced(share.piece, stored.node, cells, _search_from(search, previous))
        if len(pieces) != cells:
            return
        trees.append(PartTree(share.index, share.joined, node))
        shapes += [with_parts(piece.outline.polygon, piece.load, parts) for piece in pieces]
        loads += [piece.total for piece in pieces]
    made = UnitPieces(shapes, UnitTree(previous.origin, tuple(trees)), way=way)
    yield _trial(task, wanted, made, np.array(loads))


def _search_from(search: Search, previous: UnitTree) -> Search:
    """The search, measured from the origin of the stored cuts."""
    return replace(search, origin=previous.origin)


def _rebalanced(piece: Piece, node: Node, cells: int, search: Search) -> tuple[Node, list[Piece]]:
    """Cut a piece by stored cuts for `cells` cells; what they can no longer balance is cut afresh."""
    if cells <= 1:
        return Leaf(), [piece]
    if isinstance(node, Leaf):
        return bisect(piece, cells, search)
    halved = _along_path(piece, node, cells, search) if isinstance(node, PathCut) else None
    if isinstance(node, Cut):
        halved = _along_line(piece, node, cells, search)
    if halved is None:
        return bisect(piece, cells, search)
    cut, halves, low = halved
    below, low_pieces = _rebalanced(halves[0], node.below, low, search)
    above, high_pieces = _rebalanced(halves[1], node.above, cells - low, search)
    return replace(cut, below=below, above=above), low_pieces + high_pieces


_Halved = tuple[Cut | PathCut, tuple[Piece, Piece], int]


def _along_path(piece: Piece, node: PathCut, cells: int, search: Search) -> _Halved | None:
    halves = halves_along(piece, node.paths, node.inside)
    if halves is None:
        return None
    low = _low_cells(node, piece, halves, cells)
    missed = abs(halves[0].total - piece.total * low / cells) / min(low, cells - low) / search.mean
    return (node, halves, low) if missed <= max(_PATH_TOLERANCE, search.tolerance) else None


def _along_line(piece: Piece, node: Cut, cells: int, search: Search) -> _Halved | None:
    """The halves by a stored line as it is where they balance well enough, else with the line moved."""
    line = Line(search.origin, node.direction, node.offset)
    found = passages_of(piece.outline, line)
    if not found:
        return None
    passage = min(found, key=lambda one: abs(one.middle - node.middle))
    halves = halves_of(piece, line, passage)
    if halves is None:
        return None
    low = _low_cells(node, piece, halves, cells)
    missed = abs(halves[0].total - piece.total * low / cells) / min(low, cells - low) / search.mean
    if missed <= search.tolerance:
        return node, halves, low
    candidate = Candidate(line, low, 0.0, passage.middle)
    moved = balance_along(piece, candidate, passage, cells, search, balanced=False)
    if moved is None or moved.deviation > max(_PATH_TOLERANCE, search.tolerance):
        return None
    cut = replace(node, offset=moved.line.offset, middle=moved.passage.middle)
    return cut, (moved.below, moved.above), low


def _low_cells(node: Cut | PathCut, piece: Piece, halves: tuple[Piece, Piece], cells: int) -> int:
    """The cells below a stored cut: as many as before, or, for another number in all, as the load makes."""
    below = leaf_count(node.below)
    if below + leaf_count(node.above) == cells:
        return below
    share = piece.total / cells
    return min(max(round(halves[0].total / share), 1), cells - 1) if share > 0 else cells // 2
