"""The best cut of one piece: short, and with the load divided as wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.lines.network import LineNetwork
from gridmap.split.rule import SplitRule
from gridmap.split.straight.chords import Floats, Line, Passage, axes, cross, passages
from gridmap.split.straight.pieces import Load, Piece, halves_of, lattice, passages_of

_TRIALS: Final = 10
"""Candidate lines realised in one stage before the best so far is taken."""
_PASSES: Final = 4
"""Times a line is moved so that the halves balance, where one look does not tell the place."""
_SEVERAL_PASSAGES: Final = 1.15
"""Handicap of a line with several passages: what it will weigh is an estimate."""
_FINER: Final = 4
"""Factor of more directions where the first ones give no balance."""
_SWEPT_DIRECTIONS: Final = 12
_SWEPT_OFFSETS: Final = 24
_UNBALANCED: Final = 0.05
"""Deviation, in shares of a cell, from which the shape is to blame rather than the size of single weights."""
_UNDIVIDED: Final = 0.9
"""Deviation from which a cut has divided nothing: all the load is in one place."""
_SHARE_OF_SLACK: Final = 0.5
"""A cut may use this share of what lies between the mean load of a unit's cells and the nearer bound."""
_ALIKE: Final = 12.0
"""Degrees between cuts that are worth following both."""
_LONGER: Final = 1.6
"""Factor of a cut's score above the best up to which it is worth following."""
_FOLLOWED: Final = 3
"""Lines realised for each division wanted beside the best."""
_LEAST_TOLERANCE: Final = 1e-6
_POINT_GAP: Final = 1e-6
"""Metres; a line must pass between points at least this far apart, else their sides are chance."""


@dataclass(frozen=True)
class Search:
    """How good a cut must be: `mean` is the load of an ideal cell, `tolerance` the share it may miss.

    Cuts prefer to go along the `network`, where there is one.
    """

    rule: SplitRule
    origin: tuple[float, float]
    mean: float
    tolerance: float
    network: LineNetwork | None = None

    def penalty(self, deviation: Floats) -> Floats:
        """Factor on a chord's length by the deviation it leaves: 1 within the tolerance, then its square."""
        return np.maximum(1.0, deviation / self.tolerance) ** 2


def unit_search(shape: shapely.Geometry, rule: SplitRule, mean: float, *, feasible: bool) -> Search:
    """A tolerance that keeps cells in range, measured from the unit's south-west corner in whole metres."""
    tolerance = rule.tolerance
    if feasible and mean > 0:
        slack = min(mean - rule.minimum, rule.maximum - mean) / mean
        tolerance = max(_LEAST_TOLERANCE, min(tolerance, slack * _SHARE_OF_SLACK))
    west, south, _, _ = shapely.bounds(shape)
    origin = (float(np.floor(west)), float(np.floor(south)))
    return Search(rule, origin, max(mean, _LEAST_TOLERANCE), tolerance)


@dataclass(frozen=True)
class Division:
    """A piece in two halves along one passage of a line, with `low_cells` of the cells below it.

    `deviation` is in shares of a cell; `score` is what is to be small.
    """

    line: Line
    passage: Passage
    below: Piece
    above: Piece
    low_cells: int
    deviation: float
    score: float


@dataclass(frozen=True)
class Candidate:
    """A line worth trying; `middle` names one of its passages where not all are meant."""

    line: Line
    low_cells: int
    score: float
    middle: float | None = None


def best_division(piece: Piece, cells: int, search: Search) -> Division | None:
    """The shortest cut that divides a piece for `cells` cells in balance; None where none divides it at all.

    Ever wider nets are cast, each only where the ones before gave nothing good enough: balanced lines in
    the rule's directions; in more directions; passages all over the piece, for any number of cells below
    (shapes with arms and spits); lines that halve the area, where no line divides the load.
    """
    return _best_of_all(piece, cells, search, _first_lines(piece, cells, search))


def best_divisions(piece: Piece, cells: int, search: Search, most: int) -> Iterator[Division]:
    """The best cut and up to `most` - 1 others that go another way, balance and are not much longer."""
    lines = _first_lines(piece, cells, search)
    best = _best_of_all(piece, cells, search, lines)
    if best is None:
        return
    yield best
    found, tried = [best], 0
    for candidate in lines:
        if len(found) >= most or tried >= most * _FOLLOWED or candidate.score > _LONGER * best.score:
            return
        if any(_alike(candidate, other) for other in found):
            continue
        tried += 1
        division = _realise(piece, candidate, cells, search)
        if division is not None and division.deviation <= search.tolerance:
            found.append(division)
            yield division


def _alike(candidate: Candidate, division: Division) -> bool:
    turn = abs(candidate.line.direction - division.line.direction) % 180
    return candidate.low_cells == division.low_cells and min(turn, 180 - turn) < _ALIKE


def _first_lines(piece: Piece, cells: int, search: Search) -> list[Candidate]:
    return _candidates(piece, piece.load, cells, search.rule.directions, search)


def _best_of_all(piece: Piece, cells: int, search: Search, lines: list[Candidate]) -> Division | None:
    count = search.rule.directions
    best = _best(piece, cells, search, lines, None)
    if best is None or best.deviation > search.tolerance:
        finer = _candidates(piece, piece.load, cells, count * _FINER, search)
        best = _best(piece, cells, search, finer, best)
    if best is None or best.deviation > max(_UNBALANCED, search.tolerance):
        swept = sorted(_swept(piece, cells, search), key=lambda candidate: candidate.score)
        best = _best(piece, cells, search, swept, best)
    if best is None or best.deviation > _UNDIVIDED:
        area = piece.outline.area
        even = lattice(piece.outline.polygon, area / search.rule.lattice, max(piece.total, 1.0) / area)
        best = _best(piece, cells, search, _candidates(piece, even, cells, count, search), None) or best
    return best


def _best(
    piece: Piece, cells: int, search: Search, candidates: list[Candidate], best: Division | None
) -> Division | None:
    """The best of some candidates and of the best so far; candidates come best first."""
    for trial, candidate in enumerate(candidates):
        if best is not None and (candidate.score >= best.score or trial >= _TRIALS):
            break
        division = _realise(piece, candidate, cells, search)
        if division is not None and (best is None or division.score < best.score):
            best = division
    return best


def _candidates(piece: Piece, load: Load, cells: int, count: int, search: Search) -> list[Candidate]:
    """Lines in `count` directions that divide `load` best, each with its score, best first."""
    if len(load.weights) < 2:
        return []
    lines, deviations, low_cells = _balanced_lines(load, cells, count, search)
    directions, offsets = lines
    if load.spread:
        deviations = np.zeros_like(deviations)  # a line through an even load can be moved until it balances
    crossings = cross(piece.outline, search.origin, directions, offsets)
    lengths = crossings.along[1::2] - crossings.along[0::2]
    longest = np.zeros(len(offsets))
    np.maximum.at(longest, crossings.line[0::2], lengths)
    longest[longest == 0] = np.inf  # a line that passes the piece by
    several = np.bincount(crossings.line, minlength=len(offsets)) > 2
    scores = longest * np.where(several, _SEVERAL_PASSAGES, 1.0) * search.penalty(deviations)
    usable = np.isfinite(scores)
    return [
        Candidate(
            Line(search.origin, float(directions[i]), float(offsets[i])), int(low_cells[i]), float(scores[i])
        )
        for i in np.argsort(scores, kind="stable")
        if usable[i]
    ]


def _balanced_lines(
    load: Load, cells: int, count: int, search: Search
) -> tuple[tuple[Floats, Floats], Floats, npt.NDArray[np.intp]]:
    """For each direction and each way to halve `cells`: the line between two places that balances best.

    Returns directions and offsets, the deviations in shares of a cell, and the cells below each line.
    """
    angles = np.arange(count, dtype=np.float64) * (180.0 / count)
    normals, _ = axes(angles)
    heights = (load.xy - search.origin) @ normals.T
    order = np.argsort(heights, axis=0, kind="stable")
    heights = np.take_along_axis(heights, order, axis=0)
    sums = np.cumsum(load.weights[order], axis=0)
    gaps = np.diff(heights, axis=0)
    middles = heights[:-1] + gaps / 2
    directions, offsets, deviations, low_cells = [], [], [], []
    for low in sorted({cells // 2, cells - cells // 2}):
        wanted = sums[-1] * (low / cells)
        missed = np.where(gaps > _POINT_GAP, np.abs(sums[:-1] - wanted), np.inf)
        row = missed.argmin(axis=0)
        columns = np.arange(count)
        directions.append(angles)
        offsets.append(middles[row, columns])
        deviations.append(missed[row, columns] / min(low, cells - low) / search.mean)
        low_cells.append(np.full(count, low, dtype=np.intp))
    return (
        (np.concatenate(directions), np.concatenate(offsets)),
        np.concatenate(deviations),
        np.concatenate(low_cells),
    )


def _swept(piece: Piece, cells: int, search: Search) -> Iterator[Candidate]:
    """Passages of lines all over a piece, each for the number of cells that the load below it makes."""
    share = piece.total / cells
    if share <= 0:
        return
    directions = np.arange(_SWEPT_DIRECTIONS, dtype=np.float64) * (180.0 / _SWEPT_DIRECTIONS)
    normals, _ = axes(directions)
    heights = (piece.outline.xy - search.origin) @ normals.T
    for direction, low, high in zip(directions, heights.min(axis=0), heights.max(axis=0), strict=True):
        offsets = np.linspace(low, high, _SWEPT_OFFSETS + 2)[1:-1]
        for line, passage, below in _passages_across(piece, search.origin, float(direction), offsets):
            low_cells = min(max(round(below / share), 1), cells - 1)
            missed = abs(below - low_cells * share)
            deviation = missed / min(low_cells, cells - low_cells) / search.mean
            score = passage.length * float(search.penalty(np.array(deviation)))
            yield Candidate(line, low_cells, score, passage.middle)


def _passages_across(
    piece: Piece, origin: tuple[float, float], direction: float, offsets: Floats
) -> Iterator[tuple[Line, Passage, float]]:
    """The passages of parallel lines that divide a piece, and the load below each.

    Where a passage is all that a line has, its places tell the load, and nothing need be cut.
    """
    crossings = cross(piece.outline, origin, np.full(len(offsets), direction), offsets)
    bounds = np.searchsorted(crossings.line, np.arange(len(offsets) + 1))
    heights = Line(origin, direction, 0.0).heights(piece.load.xy)
    order = np.argsort(heights, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(piece.load.weights[order])])
    below = sums[np.searchsorted(heights[order], offsets, side="right")]
    for place, offset in enumerate(offsets):
        line = Line(origin, direction, float(offset))
        for passage in passages(piece.outline, crossings.between(bounds[place], bounds[place + 1])):
            if passage.whole and not piece.load.spread:
                yield line, passage, float(below[place])
                continue
            halves = halves_of(piece, line, passage)
            if halves is not None:
                yield line, passage, halves[0].total


def _realise(piece: Piece, candidate: Candidate, cells: int, search: Search) -> Division | None:
    """The best division by the candidate's passages, the line moved until the halves balance."""
    found = passages_of(piece.outline, candidate.line)
    if candidate.middle is not None:
        found = [_nearest(found, candidate.middle)]
    divisions = [balance_along(piece, candidate, passage, cells, search) for passage in found]
    return min((one for one in divisions if one is not None), key=lambda one: one.score, default=None)


def _nearest(found: list[Passage], middle: float) -> Passage:
    return min(found, key=lambda passage: abs(passage.middle - middle))


def balance_along(
    piece: Piece,
    candidate: Candidate,
    passage: Passage,
    cells: int,
    search: Search,
    *,
    balanced: bool = True,
) -> Division | None:
    """Divide along a passage and move the line until the halves balance or no move is left.

    A line that is told to be `balanced` already, all its places taken, is only moved where it passes through
    the piece several times.
    """
    best: Division | None = None
    line = candidate.line
    wanted = piece.total * candidate.low_cells / cells
    fewest = min(candidate.low_cells, cells - candidate.low_cells)
    for _ in range(_PASSES):
        halves = halves_of(piece, line, passage)
        if halves is None:
            break
        excess = halves[0].total - wanted
        deviation = abs(excess) / fewest / search.mean
        score = passage.length * float(search.penalty(np.array(deviation)))
        if best is None or deviation < best.deviation:
            below, above = halves
            best = Division(
                line,
                passage,
                below=below,
                above=above,
                low_cells=candidate.low_cells,
                deviation=deviation,
                score=score,
            )
        if deviation <= search.tolerance / 2 or (balanced and passage.whole and not piece.load.spread):
            break
        moved = _moved(piece, halves, line=line, passage=passage, excess=excess, wanted=wanted)
        found = passages_of(piece.outline, moved)
        if moved == line or not found:
            break
        line, passage = moved, _nearest(found, passage.middle)
    return best


def _moved(
    piece: Piece, halves: tuple[Piece, Piece], line: Line, passage: Passage, excess: float, wanted: float
) -> Line:
    """The line shifted along its normal so that the lower half has `wanted` load, as one step tells."""
    if piece.load.spread:
        return replace(line, offset=line.offset - excess / (piece.load.spread * passage.length))
    below, above = (line.heights(half.load.xy) for half in halves)
    beyond = float(halves[0].load.weights[below > 0].sum())
    movable = np.concatenate([below[below <= 0], above[above > 0]])
    weights = np.concatenate([halves[0].load.weights[below <= 0], halves[1].load.weights[above > 0]])
    if len(movable) < 2:
        return line
    order = np.argsort(movable, kind="stable")
    movable, sums = movable[order], np.cumsum(weights[order]) + beyond
    row = int(np.abs(sums[:-1] - wanted).argmin())
    return replace(line, offset=line.offset + float(movable[row] + movable[row + 1]) / 2)
