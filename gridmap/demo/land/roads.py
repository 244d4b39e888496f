"""Roads: national and county roads that link the towns, then a way to every village, and streets in town.

Roads run from village to village over the net of neighbours, at a price for crossing the river, so that
bridges are few. They are drawn as curves through the villages.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
import shapely
from numpy.random import Generator

from gridmap.demo.land.borders import Borders, midpoint_displacement
from gridmap.demo.land.graph import Reach, Side, shortest_paths, side
from gridmap.demo.land.terrain import FloatArray, Terrain

_BRIDGE = 2.2
"""How many times its length a way across the river costs."""
_BUILT = 0.45
"""The same for a way where a road is already."""
_BEYOND = 3.0
"""The same for a way that leaves the county, so that none leaves to come back."""


class RoadKind(StrEnum):
    """Classes of road; numbers begin with G, X and Y; streets have none."""

    NATIONAL = "national"
    COUNTY = "county"
    TOWN = "town"
    STREET = "street"


@dataclass(frozen=True)
class Road:
    """A road's class, number and course; the course may leave the county."""

    kind: RoadKind
    name: str
    line: shapely.LineString


@dataclass(frozen=True)
class RoadNet:
    """All roads, and the direction (radians) in which a road passes each village."""

    roads: list[Road]
    bearing: dict[int, float]


def build_roads(terrain: Terrain, borders: Borders, rng: Generator) -> RoadNet:
    """Build the road net of a county."""
    builder = _Builder(terrain, borders, rng)
    for turn in (0.15, 1.75):
        for direction in (turn, turn + np.pi):
            builder.extend(RoadKind.NATIONAL, builder.exit_towards(direction + rng.normal(0, 0.15)))
    for town in sorted(terrain.centres.tolist(), key=lambda seed: float(np.hypot(*terrain.seeds[seed]))):
        builder.extend(RoadKind.COUNTY, town)
    for town in terrain.centres.tolist():
        builder.link(RoadKind.COUNTY, town, builder.nearest_town(town))
    for town in builder.border_towns():
        x, y = terrain.seeds[town]
        builder.link(RoadKind.COUNTY, town, builder.exit_towards(float(np.arctan2(y, x))))
    builder.add_streets()
    builder.reach_all(RoadKind.TOWN)
    return RoadNet(builder.roads, builder.bearing)


class _Builder:
    """Holds the net while it grows: what is built gets cheap, so that later roads share it."""

    def __init__(self, terrain: Terrain, borders: Borders, rng: Generator) -> None:
        self.roads: list[Road] = []
        self.bearing: dict[int, float] = {}
        self._terrain, self._rng = terrain, rng
        self._built: set[int] = {int(terrain.centres[0])}
        self._taken: set[Side] = set()
        self._numbers = dict.fromkeys(RoadKind, 0)
        self._costs: dict[Side, float] = {}
        self._exits = sorted({int(b) for _, b in borders.pairs.tolist() if b >= terrain.inside})
        for first, second in borders.pairs.tolist():
            length = float(np.hypot(*(terrain.seeds[first] - terrain.seeds[second])))
            wet = terrain.north[first] != terrain.north[second]
            beyond = second >= terrain.inside
            # Costs that grow faster than length make roads call at villages instead of passing between them.
            self._costs[side(first, second)] = (
                length**1.15 * (_BRIDGE if wet else 1.0) * (_BEYOND if beyond else 1.0)
            )

    def exit_towards(self, direction: float) -> int:
        """The village beyond the county's border that lies most nearly in a direction from the seat."""
        seeds = self._terrain.seeds[self._exits]
        angle = np.arctan2(seeds[:, 1], seeds[:, 0]) - direction
        return self._exits[int(np.argmax(np.cos(angle)))]

    def nearest_town(self, town: int) -> int:
        """The nearest other town as the crow flies."""
        others = [int(other) for other in self._terrain.centres if other != town]
        gaps = np.hypot(*(self._terrain.seeds[others] - self._terrain.seeds[town]).T)
        return others[int(np.argmin(gaps))]

    def border_towns(self) -> list[int]:
        """Towns in the outer part of the county."""
        reach = np.hypot(*self._terrain.seeds[self._exits].T).mean()
        return [
            int(town) for town in self._terrain.centres if np.hypot(*self._terrain.seeds[town]) > 0.6 * reach
        ]

    def extend(self, kind: RoadKind, node: int) -> None:
        """Join a node to the net by the cheapest way."""
        self.build(kind, self._paths(self._built).path(node))

    def link(self, kind: RoadKind, first: int, second: int) -> None:
        """Lead a way between two nodes."""
        self.build(kind, self._paths({first}).path(second))

    def add_streets(self) -> None:
        """In the built-up area every pair of neighbours on one bank is joined."""
        urban = self._terrain.urban
        for first, second in list(self._costs):
            same_bank = self._terrain.north[first] == self._terrain.north[second]
            if urban[first] and urban[second] and same_bank:
                self.build(RoadKind.STREET, [first, second])

    def reach_all(self, kind: RoadKind) -> None:
        """Join every village to the net, the remotest first, so that near ones lie on the way."""
        reach = self._paths(self._built)
        villages = [node for node in range(self._terrain.inside) if node not in self._built]
        for node in sorted(villages, key=lambda node: -reach.distance[node]):
            if node not in self._built:
                self.build(kind, reach.path(node))

    def build(self, kind: RoadKind, nodes: list[int]) -> None:
        """Draw a way, leaving out the stretches that are roads already."""
        stretch = nodes[:1]
        for first, second in pairwise(nodes):
            if side(first, second) in self._taken:
                self._draw(kind, stretch)
                stretch = [second]
            else:
                stretch.append(second)
        self._draw(kind, stretch)
        self._built.update(nodes)

    def _paths(self, sources: set[int]) -> Reach:
        return shortest_paths(self._costs, sorted(sources))

    def _draw(self, kind: RoadKind, nodes: list[int]) -> None:
        if len(nodes) < 2:
            return
        for first, second in pairwise(nodes):
            self._taken.add(side(first, second))
            self._costs[side(first, second)] *= _BUILT
        straightness = 0.25 if kind is RoadKind.STREET else 1.0
        curve, knots = _curve(self._terrain.seeds[nodes], straightness, self._rng)
        for node, knot in zip(nodes, knots, strict=True):
            ahead = curve[min(knot + 1, len(curve) - 1)] - curve[max(knot - 1, 0)]
            self.bearing.setdefault(node, float(np.arctan2(ahead[1], ahead[0])))
        self.roads.append(Road(kind, self._number(kind), shapely.LineString(curve)))

    def _number(self, kind: RoadKind) -> str:
        self._numbers[kind] += 1
        number = self._numbers[kind]
        first = {RoadKind.NATIONAL: "G990", RoadKind.COUNTY: "X900", RoadKind.TOWN: "Y000"}.get(kind)
        return "" if first is None else f"{first[0]}{int(first[1:]) + number:03d}"


def _curve(nodes: FloatArray, roughness: float, rng: Generator) -> tuple[FloatArray, list[int]]:
    """A Catmull-Rom curve through the nodes, slightly uneven; and where in it the nodes are."""
    ends = np.concatenate([2 * nodes[:1] - nodes[1:2], nodes, 2 * nodes[-1:] - nodes[-2:-1]])
    pieces: list[FloatArray] = []
    knots = [0]
    for p0, p1, p2, p3 in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        length = float(np.hypot(*(p2 - p1)))
        count = int(2 ** np.clip(np.round(np.log2(length / 80)), 1, 6))
        t = np.linspace(0, 1, count + 1)[:, None]
        curve = 0.5 * (
            2 * p1
            + (p2 - p0) * t
            + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
            + (3 * p1 - p0 - 3 * p2 + p3) * t**3
        )
        across = np.array([p1[1] - p2[1], p2[0] - p1[0]])
        curve += midpoint_displacement(count, 0.035 * roughness, 0.45, rng)[:, None] * across
        pieces.append(curve[:-1])
        knots.append(knots[-1] + count)
    return np.concatenate([*pieces, nodes[-1:]]), knots
