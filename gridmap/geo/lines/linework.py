"""From the lines of a drawing to areas: ends that nearly meet are joined; areas are what lines enclose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries, locate

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Enclosed:
    """What lines enclose.

    Attributes:
        areas: valid polygons without overlaps, in no order that means anything.
        loose: lines, or ends of lines, that enclose nothing, as line strings.
        joined: number of ends that were brought together.
    """

    areas: Geometries
    loose: Geometries
    joined: int


@dataclass(frozen=True)
class Labelled:
    """Which texts stand in which area.

    Attributes:
        texts: of each area, from top to bottom and left to right.
        outside: positions of labels that stand in no area.
    """

    texts: tuple[tuple[str, ...], ...]
    outside: tuple[int, ...]


def enclosed_by(lines: Geometries, tolerance: float) -> Enclosed:
    """The areas that lines enclose.

    Ends within `tolerance` of another end become one point; an end that stops short of a line by no more is
    drawn onto it. Lines are then cut where they meet or cross, and polygonised; what sticks out by no more
    than `tolerance` is left away.

    Args:
        lines: line strings.
        tolerance: in the lines' units; 0 joins only what meets exactly.
    """
    closed, joined = _ends_joined(lines, tolerance) if tolerance > 0 else (lines, 0)
    noded = shapely.union_all(closed)
    pieces = shapely.get_parts(noded)
    areas, cuts, dangles, _ = (shapely.get_parts(part) for part in shapely.polygonize_full(pieces))
    loose = np.concatenate([cuts, dangles[shapely.length(dangles) > tolerance]])
    whole = (
        np.atleast_1d(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(loose))))
        if len(loose)
        else loose
    )
    return Enclosed(areas, whole, joined)


def _ends_joined(lines: Geometries, tolerance: float) -> tuple[Geometries, int]:
    """Lines whose ends near each other are one, and ends near a line are on it; how many ends moved."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(np.r_[True, line[1:] != line[:-1]])
    last = np.r_[first[1:], len(xy)] - 1
    at = np.r_[first, last]
    ends = _gathered(xy[at], tolerance)
    ends = _drawn_onto_lines(ends, at, xy=xy, line=line, lines=lines, tolerance=tolerance)
    moved = (ends != xy[at]).any(axis=1)
    xy = xy.copy()
    xy[at] = ends
    keep = np.ones(len(xy), dtype=bool)
    keep[1:] = (xy[1:] != xy[:-1]).any(axis=1) | (line[1:] != line[:-1])
    counts = np.bincount(line[keep], minlength=len(lines))
    lasting = counts > 1  # a line shorter than the tolerance has become a point
    keep &= lasting[line]
    _, numbers = np.unique(line[keep], return_inverse=True)
    joined = np.array(shapely.linestrings(xy[keep], indices=numbers), dtype=object, ndmin=1)
    return joined, int(moved.sum())


def _gathered(ends: Floats, tolerance: float) -> Floats:
    """Ends within the tolerance of each other at one place: that of the first of them."""
    places = np.array(shapely.points(ends), dtype=object, ndmin=1)
    one, other = shapely.STRtree(places).query(places, predicate="dwithin", distance=tolerance)
    leader = np.arange(len(ends))
    while True:  # the first end of each chain is handed on along it
        before = leader.copy()
        np.minimum.at(leader, other, leader[one])
        leader = leader[leader]
        if (leader == before).all():
            gathered: Floats = ends[leader]
            return gathered


def _drawn_onto_lines(
    ends: Floats, at: Indices, xy: Floats, line: Indices, lines: Geometries, tolerance: float
) -> Floats:
    """Ends that meet no other end but stop short of another line, put where that line is nearest."""
    _, group, count = np.unique(ends, axis=0, return_inverse=True, return_counts=True)
    alone = np.flatnonzero(count[group.ravel()] == 1)
    points = np.array(shapely.points(ends[alone]), dtype=object, ndmin=1)
    tree = shapely.STRtree(lines)
    who, near = tree.query(points, predicate="dwithin", distance=tolerance)
    own = line[at[alone]]
    inner = np.where(alone < len(lines), at[alone] + 1, at[alone] - 1)
    short = ~_crossing(ends[alone[who]], xy[inner[who]], lines[near], tolerance) & (own[who] != near)
    who, near = who[short], near[short]
    if not len(who):
        return ends
    order = np.lexsort((shapely.distance(points[who], lines[near]), who))
    who, near = who[order], near[order]
    nearest = np.r_[True, who[1:] != who[:-1]]
    who, near = who[nearest], near[nearest]
    feet = shapely.line_interpolate_point(lines[near], shapely.line_locate_point(lines[near], points[who]))
    # A little past the line, so that rounding cannot leave the end short of it.
    foot = shapely.get_coordinates(feet)
    beyond = foot - ends[alone[who]]
    length = np.hypot(*beyond.T)[:, None]
    step = np.divide(beyond, length, out=np.zeros_like(beyond), where=length > 0)
    drawn = ends.copy()
    drawn[alone[who]] = foot + step * 1e-6 * tolerance
    return drawn


def _crossing(ends: Floats, before: Floats, lines: Geometries, tolerance: float) -> npt.NDArray[np.bool_]:
    """Whether the last bit to each end crosses the line beside it: then the end is past it already."""
    way = before - ends
    share = np.minimum(0.5, 2 * tolerance / np.hypot(*way.T))
    stretches = shapely.linestrings(np.stack([ends + way * share[:, None], ends], axis=1))
    return np.asarray(shapely.intersects(stretches, lines), dtype=bool)


def labels_in(areas: Geometries, places: Floats, texts: Sequence[str]) -> Labelled:
    """The texts that stand in each area; one on a border counts for the first of the areas.

    Args:
        areas: polygons without overlaps.
        places: (n, 2) where each text stands.
        texts: one a place.
    """
    owner = locate(places, areas) if len(places) else np.zeros(0, dtype=np.intp)
    inside: list[list[str]] = [[] for _ in areas]
    for label in np.lexsort((places[:, 0], -places[:, 1])) if len(places) else ():
        if owner[label] >= 0:
            inside[owner[label]].append(texts[label])
    outside = tuple(int(label) for label in np.flatnonzero(owner < 0))
    return Labelled(tuple(tuple(one) for one in inside), outside)
