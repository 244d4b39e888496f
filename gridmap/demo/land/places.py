"""Units of the county: which township-level unit a village belongs to, its kind, code and name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from gridmap.demo.extent import COUNTY_CODE, Extent
from gridmap.demo.land.borders import Borders
from gridmap.demo.land.graph import Side, shortest_paths, side
from gridmap.demo.land.terrain import Terrain
from gridmap.demo.land.toponyms import name_communities, name_townships, name_villages
from gridmap.model.places import UnitKind

_RIVER = 2.5
"""How much farther a village on the other bank seems, when it chooses its township."""


@dataclass(frozen=True)
class Village:
    """A leaf unit: village or community; `seed` is its number in the terrain."""

    seed: int
    code: str
    name: str
    kind: UnitKind
    township: int
    urban: bool


@dataclass(frozen=True)
class Township:
    """A township-level unit; `centre` is the seed of its town."""

    code: str
    name: str
    kind: UnitKind
    centre: int


@dataclass(frozen=True)
class Places:
    """All units below the county. `villages` are in the order of the terrain's seeds."""

    townships: list[Township]
    villages: list[Village]


def name_places(extent: Extent, terrain: Terrain, borders: Borders, rng: Generator) -> Places:
    """Divide the county into townships and give every unit its kind, code and name."""
    kinds = (
        [UnitKind.SUBDISTRICT] * extent.subdistricts
        + [UnitKind.TOWN] * extent.towns
        + [UnitKind.TOWNSHIP] * extent.townships
    )
    numbers = [
        *range(1, 1 + extent.subdistricts),
        *range(100, 100 + extent.towns),
        *range(200, 200 + extent.townships),
    ]
    townships = [
        Township(f"{COUNTY_CODE}{number:03d}000", name, kind, int(centre))
        for number, name, kind, centre in zip(
            numbers, name_townships(kinds), kinds, terrain.centres, strict=True
        )
    ]
    return Places(townships, _villages(townships, terrain, borders, rng))


def _villages(townships: list[Township], terrain: Terrain, borders: Borders, rng: Generator) -> list[Village]:
    member = _divide(terrain, borders)
    community = _communities(townships, terrain, borders, member)
    names = np.empty(terrain.inside, dtype=object)
    names[community] = name_communities(int(community.sum()), rng)
    names[~community] = name_villages(member[~community].tolist(), rng)
    codes: dict[int, str] = {}
    for number, township in enumerate(townships):
        for first, chosen in ((1, community), (200, ~community)):
            seeds = np.flatnonzero((member == number) & chosen)
            # Numbered from north to south, as lists of villages often are.
            for place, seed in enumerate(seeds[np.argsort(-terrain.seeds[seeds, 1], kind="stable")]):
                codes[int(seed)] = f"{township.code[:9]}{first + place:03d}"
    return [
        Village(
            seed=seed,
            code=codes[seed],
            name=str(names[seed]),
            kind=UnitKind.COMMUNITY if community[seed] else UnitKind.VILLAGE,
            township=int(member[seed]),
            urban=bool(terrain.urban[seed]),
        )
        for seed in range(terrain.inside)
    ]


def _divide(terrain: Terrain, borders: Borders) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Number of the township of each village: the nearest town by way of neighbours, in one piece."""
    costs: dict[Side, float] = {}
    for first, second in borders.pairs.tolist():
        if second < terrain.inside:
            length = float(np.hypot(*(terrain.seeds[first] - terrain.seeds[second])))
            wet = terrain.north[first] != terrain.north[second]
            costs[side(first, second)] = length * (_RIVER if wet else 1.0)
    reach = shortest_paths(costs, terrain.centres.tolist())
    number = {int(centre): place for place, centre in enumerate(terrain.centres)}
    return np.array([number[reach.source[seed]] for seed in range(terrain.inside)])


def _communities(
    townships: list[Township],
    terrain: Terrain,
    borders: Borders,
    member: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Communities: all of the built-up area, the middle of every town, and one neighbour of each 镇."""
    chosen = terrain.urban[: terrain.inside].copy()
    for number, township in enumerate(townships):
        chosen[township.centre] = True
        beside = [
            other
            for pair in borders.pairs.tolist()
            for one, other in (pair, pair[::-1])
            if one == township.centre and other < terrain.inside and member[other] == number
        ]
        if township.kind is UnitKind.TOWN and beside:
            gaps = np.hypot(*(terrain.seeds[beside] - terrain.seeds[township.centre]).T)
            chosen[beside[int(np.argmin(gaps))]] = True
    return chosen
