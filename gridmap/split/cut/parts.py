"""Units of several parts: which parts get cells of their own, and which go with a neighbour's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import locate
from gridmap.split.cut.bisect import bisect
from gridmap.split.rule import SplitRule
from gridmap.split.straight.balance import Search
from gridmap.split.straight.chords import Floats, Outline
from gridmap.split.straight.pieces import Load, Piece, lattice
from gridmap.split.straight.tree import Joined, PartTree, UnitTree, leaf_count

Geometries = npt.NDArray[np.object_]
_MOST_COMPARED: Final = 300
"""Parts of a unit that are compared each with each."""


@dataclass(frozen=True)
class UnitLoad:
    """The load of a unit: weights at places (n, 2), or `spread` per m² where it lies evenly."""

    xy: Floats
    weights: Floats
    spread: float = 0.0


@dataclass(frozen=True)
class PartShare:
    """A part of a unit that gets cells of its own.

    Attributes:
        index: of the part.
        piece: its polygon and load; the parts that join it are places of its load, with them as owners.
        joined: those parts.
        cells: how many it gets.
    """

    index: int
    piece: Piece
    joined: tuple[Joined, ...]
    cells: int


def cut_unit(
    shape: shapely.Geometry, load: UnitLoad, cells: int, search: Search
) -> tuple[UnitTree, list[shapely.Geometry]]:
    """Cut a unit into `cells`, fewer where its shape allows no more, in the order of the tree's leaves.

    Parts with enough load get cells of their own, the rest join the nearest of those.
    """
    if cells == 1:
        return UnitTree(search.origin, ()), [shape]
    parts = parts_of(shape)
    trees: list[PartTree] = []
    shapes: list[shapely.Geometry] = []
    for share in part_shares(parts, load, cells, search.rule):
        node, pieces = bisect(share.piece, share.cells, search)
        trees.append(PartTree(share.index, share.joined, node))
        shapes += [with_parts(piece.outline.polygon, piece.load, parts) for piece in pieces]
    return UnitTree(search.origin, tuple(trees)), shapes


def part_shares(parts: Geometries, load: UnitLoad, cells: int, rule: SplitRule) -> list[PartShare]:
    """How the cells of a unit are shared out among its parts, in the order of the parts that get any."""
    loads, weights = _part_loads(parts, load, cells, rule)
    groups = _groups(weights, parts, cells, rule)
    own = sorted(groups)
    joined = _joined_parts(parts, groups)
    group_weights = [weights[index] + sum(weights[item.part] for item in joined[index]) for index in own]
    return [
        PartShare(
            index,
            Piece(Outline.of(parts[index]), _with_joined(loads[index], joined[index], weights)),
            tuple(joined[index]),
            count,
        )
        for index, count in zip(own, apportion(np.array(group_weights), cells), strict=True)
    ]


def shares_of_tree(
    parts: Geometries, load: UnitLoad, tree: UnitTree, cells: int, rule: SplitRule
) -> list[PartShare] | None:
    """How a stored tree shares out the parts of a unit; None where it is not a tree of these parts.

    Each gets as many cells as its cuts have leaves.
    """
    named = [part.part for part in tree.parts] + [item.part for part in tree.parts for item in part.joined]
    if sorted(named) != list(range(len(parts))):
        return None
    loads, weights = _part_loads(parts, load, cells, rule)
    return [
        PartShare(
            part.part,
            Piece(Outline.of(parts[part.part]), _with_joined(loads[part.part], list(part.joined), weights)),
            part.joined,
            leaf_count(part.node),
        )
        for part in tree.parts
    ]


def apportion(weights: Floats, seats: int) -> list[int]:
    """Whole numbers proportional to `weights`, each at least 1, that add up to `seats`.

    Source: Sainte-Laguë (Webster) rounding; ties go to the first.
    """
    counts = np.ones(len(weights), dtype=np.intp)
    for _ in range(seats - len(weights)):
        counts[np.argmax(weights / (counts + 0.5))] += 1
    return [int(count) for count in counts]


def _part_loads(parts: Geometries, load: UnitLoad, cells: int, rule: SplitRule) -> tuple[list[Load], Floats]:
    """The load of each part, and how much that is."""
    loads = _loads_of_parts(parts, load, cells, rule)
    areas = shapely.area(parts)
    return loads, np.array([part_load.total(area) for area, part_load in zip(areas, loads, strict=True)])


def _loads_of_parts(parts: Geometries, load: UnitLoad, cells: int, rule: SplitRule) -> list[Load]:
    if load.spread:
        place_area = float(shapely.area(parts).sum()) / (rule.lattice * cells)
        return [lattice(part, place_area, load.spread) for part in parts]
    part_of = locate(load.xy, parts) if len(parts) > 1 else np.zeros(len(load.xy), dtype=np.intp)
    everything = Load(load.xy, load.weights, np.full(len(load.xy), -1, dtype=np.intp))
    return [everything.within(part_of == index) for index in range(len(parts))]


def _groups(weights: Floats, parts: Geometries, cells: int, rule: SplitRule) -> dict[int, list[int]]:
    """Groups of parts that get cells together: the heaviest (then largest) part of each, and the others.

    The lightest group joins the nearest one, as long as it has too little load for a cell or there are more
    groups than cells. Where parts are very many, all that are too light join the nearest of the others.
    """
    areas = shapely.area(parts)
    ranked = sorted(range(len(parts)), key=lambda index: (-weights[index], -areas[index], index))
    enough = [index for index in ranked if weights[index] >= rule.minimum][:cells] or ranked[:1]
    if len(parts) == 1:
        return {0: []}
    if len(parts) > _MOST_COMPARED:
        nearest = [_nearest(parts, enough, index) for index in range(len(parts))]
        return {head: [i for i, to in enumerate(nearest) if to == head and i != head] for head in enough}
    loads, apart = weights.copy(), _distances(parts)
    members = {index: [index] for index in range(len(parts))}
    while len(members) > 1:
        light = min(members, key=lambda index: (loads[index], areas[index], index))
        if loads[light] >= rule.minimum and len(members) <= cells:
            break
        into = min(
            (index for index in members if index != light), key=lambda index: (apart[light, index], index)
        )
        members[into] += members.pop(light)
        loads[into] += loads[light]
        apart[into] = apart[:, into] = np.minimum(apart[into], apart[light])
    place = {index: rank for rank, index in enumerate(ranked)}
    heads = [sorted(group, key=lambda index: place[index]) for group in members.values()]
    return {head: sorted(others) for head, *others in heads}


def _distances(parts: Geometries) -> Floats:
    distances: Floats = shapely.distance(parts[:, None], parts[None, :])
    return distances


def _nearest(parts: Geometries, candidates: list[int], index: int) -> int:
    """The nearest of some parts; a candidate is its own."""
    return min(
        candidates, key=lambda other: (other != index, shapely.distance(parts[other], parts[index]), other)
    )


def _joined_parts(parts: Geometries, groups: dict[int, list[int]]) -> dict[int, list[Joined]]:
    """For each part with cells of its own the parts that join it, each with the nearest point as anchor."""
    joined: dict[int, list[Joined]] = {}
    for head, others in groups.items():
        joined[head] = []
        for index in others:
            anchor = shapely.get_coordinates(shapely.shortest_line(parts[head], parts[index]))[0]
            joined[head].append(Joined(index, (float(anchor[0]), float(anchor[1]))))
    return joined


def _with_joined(load: Load, joined: list[Joined], weights: Floats) -> Load:
    if not joined:
        return load
    return Load(
        np.concatenate([load.xy, [item.anchor for item in joined]]),
        np.concatenate([load.weights, [weights[item.part] for item in joined]]),
        np.concatenate([load.owner, np.array([item.part for item in joined], dtype=np.intp)]),
        load.spread,
    )


def with_parts(polygon: shapely.Geometry, load: Load, parts: Geometries) -> shapely.Geometry:
    """A polygon of a unit, together with the parts that join it: the owners of places in its load."""
    joined = load.owner[load.owner >= 0]
    if not len(joined):
        return polygon
    return shapely.MultiPolygon(np.concatenate([parts_of(polygon), parts[joined]]).tolist())


def parts_of(shape: shapely.Geometry) -> Geometries:
    """The polygons of a unit."""
    return np.atleast_1d(shapely.get_parts(shape))
