"""The levels above cells: zones after a list, and villages, townships, counties after the parents' codes.

Every shape is the union of the lowest places in it, so that no level can differ from the one below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import geopandas as gpd

from gridmap.errors import InputError
from gridmap.geo.codes import division_level
from gridmap.messages import msg
from gridmap.model.places import Level
from gridmap.names import AREA, CODE, DIVISION_CODE_WIDTH, HOUSEHOLDS, LEVEL, NAME, PARENT_CODE
from gridmap.split.levels.levels import is_level_of, upper_level

_UPWARDS: Final = (Level.MICRO, Level.CELL, Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY)
_ABOVE_VILLAGE: Final = {5: slice(0, 9), 4: slice(0, 6)}
"""By level of a division code, the digits that its parent's code begins with."""
_COLUMNS: Final = (CODE, NAME, LEVEL, PARENT_CODE, HOUSEHOLDS, AREA, "members", "parts")


@dataclass(frozen=True)
class Zoning:
    """Which places belong to which zone.

    Attributes:
        zones: the zone of each place listed, which is named by its code or its name.
        level: what the level of zones is called.
        names: of zones; others are called by their code.
    """

    zones: Mapping[str, str]
    level: str = "zone"
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UpperLevel:
    """A level, and how it lies over the one below.

    Attributes:
        level, below: their names.
        places: code, name, level, parent_code, households, area_m2, members (how many of the level below),
            parts, geometry; by code.
        unplaced: codes of the level below that are in none of the places.
        torn: codes of the level below that are in several of them.
        exact: whether each place is precisely the union of those below, and both levels are coverages.
    """

    level: str
    below: str
    places: gpd.GeoDataFrame
    unplaced: tuple[str, ...]
    torn: tuple[str, ...]
    exact: bool


@dataclass(frozen=True)
class Levels:
    """All levels above the lowest, upwards.

    Attributes:
        unknown: what the list names and is nowhere, or several times, in the level that it is about.
        by_digits: whether parents that nobody named were told from the digits of division codes.
    """

    levels: tuple[UpperLevel, ...]
    unknown: tuple[str, ...] = ()
    by_digits: bool = False


def upper_levels(
    lowest: gpd.GeoDataFrame,
    parents: Mapping[str, str],
    names: Mapping[str, str],
    zoning: Zoning | None = None,
) -> Levels:
    """Derive all levels above some cells.

    Villages whose parents nobody names, but whose codes are division codes, get the township and the county
    of their digits. A list is taken to be about the lowest level of which it names most places.

    Args:
        lowest: code, parent_code, optional level, households; an exact coverage in a metric CRS.
        parents: the parent of each place, by code; those of `lowest` need not be in it.
        names: of places, by code.
        zoning: a level more, above the places that it lists.

    Raises:
        InputError: the list names no place at all, or its level is called as another.
    """
    own = dict(zip(lowest[CODE], lowest[PARENT_CODE], strict=True))
    chain, by_digits = _chain(own, {**parents, **own})
    rungs = _rungs(sorted(own), chain, _titles(lowest, len(chain)))
    unknown: tuple[str, ...] = ()
    if zoning is not None:
        rungs, unknown = _with_zones(rungs, zoning, names)
        names = {**names, **zoning.names}
    return Levels(tuple(_built(lowest, rungs, names)), unknown, by_digits)


@dataclass(frozen=True)
class _Rung:
    """A level by codes.

    Attributes:
        of_lowest: its place of each of the lowest.
        of_below: its place of each one of the level below.
        torn: those of the level below that are in several of its places.
    """

    level: str
    of_lowest: Mapping[str, str]
    of_below: Mapping[str, str]
    torn: tuple[str, ...] = ()

    @property
    def codes(self) -> list[str]:
        return sorted(set(self.of_below.values()))


def _rungs(codes: list[str], chain: list[dict[str, str]], titles: list[str]) -> list[_Rung]:
    """The levels from the lowest upwards, after the parents."""
    itself = {code: code for code in codes}
    rungs = [_Rung(titles[0], itself, itself)]
    for title, up in zip(titles[1:], chain, strict=True):
        rungs.append(_Rung(title, _through(rungs[-1].of_lowest, up), up))
    return rungs


def _through(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """One step after another, for those that both know."""
    return {code: second[over] for code, over in first.items() if over in second}


def _chain(own: Mapping[str, str], parents: Mapping[str, str]) -> tuple[list[dict[str, str]], bool]:
    """By step upwards, the parent of each place that has one."""
    chain: list[dict[str, str]] = []
    seen: set[str] = set()
    by_digits = False
    codes = sorted(own)
    while codes and not seen.intersection(codes):
        seen.update(codes)
        up = {code: parents[code] for code in codes if parents.get(code)}
        if not up:
            up = _by_digits(codes)
            by_digits |= bool(up)
        if up:
            chain.append(up)
        codes = sorted(set(up.values()))
    return chain, by_digits


def _by_digits(codes: Iterable[str]) -> dict[str, str]:
    """The parents that the digits of villages or townships tell; nothing unless all do."""
    up = {}
    for code in codes:
        digits = _ABOVE_VILLAGE.get(division_level(code) or 0)
        if digits is None:
            return {}
        up[code] = code[digits].ljust(DIVISION_CODE_WIDTH, "0")
    return up


def _titles(lowest: gpd.GeoDataFrame, steps: int) -> list[str]:
    """The names of the levels from the lowest upwards."""
    told = set(lowest[LEVEL]) if LEVEL in lowest else set()
    first = _UPWARDS.index(Level.MICRO if told == {Level.MICRO.value} else Level.CELL)
    return [_UPWARDS[min(first + step, len(_UPWARDS) - 1)].value for step in range(steps + 1)]


def _with_zones(
    rungs: list[_Rung], zoning: Zoning, names: Mapping[str, str]
) -> tuple[list[_Rung], tuple[str, ...]]:
    """The levels with the zones among them, and what the list names and is nowhere."""
    taken = [rung.level for rung in rungs]
    if zoning.level in taken:
        raise InputError(
            msg("A level is called {level} already. Call the zones something else.", level=zoning.level)
        )
    keys = [_code_of(rung.codes, names) for rung in rungs]
    at = max(range(len(rungs)), key=lambda level: (len(keys[level].keys() & zoning.zones.keys()), -level))
    zone_of = {keys[at][key]: zone for key, zone in zoning.zones.items() if key in keys[at]}
    if not zone_of:
        raise InputError(
            msg("The list names no place that is here. It must name cells or units by their codes or names.")
        )
    zones = _Rung(zoning.level, _through(rungs[at].of_lowest, zone_of), zone_of)
    above = [_above_zones(zone_of, rungs[at + 1]), *rungs[at + 2 :]] if at + 1 < len(rungs) else []
    unknown = tuple(sorted(zoning.zones.keys() - keys[at].keys()))
    return [*rungs[: at + 1], zones, *above], unknown


def _above_zones(zone_of: Mapping[str, str], above: _Rung) -> _Rung:
    """The level above that of the listed places, as the level above the zones."""
    owners: dict[str, set[str]] = {}
    for member, zone in zone_of.items():
        owners.setdefault(zone, set()).add(above.of_below.get(member, ""))
    whole = {zone: min(several) for zone, several in owners.items() if len(several) == 1}
    return replace(
        above,
        of_below={zone: owner for zone, owner in whole.items() if owner},
        torn=tuple(sorted(owners.keys() - whole.keys())),
    )


def _code_of(codes: list[str], names: Mapping[str, str]) -> dict[str, str]:
    """The code of each place by its code, and by its name where no other of its level has the same."""
    named = Counter(names.get(code, "") for code in codes)
    by_name = {names[code]: code for code in codes if names.get(code) and named[names[code]] == 1}
    return by_name | {code: code for code in codes}


def _built(lowest: gpd.GeoDataFrame, rungs: list[_Rung], names: Mapping[str, str]) -> Iterator[UpperLevel]:
    frames = [lowest, *(_places(lowest, rung, names) for rung in rungs[1:])]
    for at, rung in enumerate(rungs[1:], start=1):
        below, frame = frames[at - 1], frames[at]
        members = Counter(rung.of_below.values())
        parent_of = rungs[at + 1].of_below if at + 1 < len(rungs) else {}
        places = frame.assign(
            members=[members[code] for code in frame[CODE]],
            **{PARENT_CODE: [parent_of.get(code, "") for code in frame[CODE]]},
        )
        unplaced = tuple(sorted(set(below[CODE]) - rung.of_below.keys() - set(rung.torn)))
        whole = not (unplaced or rung.torn)
        yield UpperLevel(
            rung.level,
            rungs[at - 1].level,
            gpd.GeoDataFrame(places[[*_COLUMNS, places.geometry.name]]),
            unplaced,
            rung.torn,
            exact=whole and is_level_of(frame, below, rung.of_below),
        )


def _places(lowest: gpd.GeoDataFrame, rung: _Rung, names: Mapping[str, str]) -> gpd.GeoDataFrame:
    """The shapes of a level."""
    inside = lowest[lowest[CODE].isin(rung.of_lowest.keys())]
    frame = upper_level(gpd.GeoDataFrame(inside), rung.of_lowest)
    titles = [names.get(code) or code for code in frame[CODE]]
    return gpd.GeoDataFrame(frame.assign(**{NAME: titles, LEVEL: rung.level}))
