"""The faults that are planted on purpose: where they are, and how many of each kind there are.

A demonstration is worth looking at because something is wrong in it, and can be trusted because it says
exactly what. Vacancies gather in a few townships, so that the map tells where to look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator

from gridmap.demo.extent import Faults
from gridmap.names import PARENT_CODE

_UPPER_WIDTH = 9
"""Digits of a code that name the township-level unit."""
_HEAVY = (0.34, 0.2, 0.12)
"""Shares of the vacant cells in the townships that have most; the others of the affected share the rest."""


@dataclass(frozen=True)
class KnownFaults:
    """What is wrong in the demonstration county at its clock, counted as it was planted.

    Attributes:
        vacant_cells: active cells where no head and no member holds a post.
        overloaded_cells: active cells where everyone who does holds more cells than the scheme allows.
        overloaded_people: people who hold more cells in a function than the scheme allows.
        villages_without_head: villages and communities without a tier-2 head.
        empty_checkpoints: counted checkpoints with nobody on duty.
        short_checkpoints: counted checkpoints with fewer people on duty than the minimum, but not empty.
        unvisited_sites: contact sites never visited.
        overdue_sites: contact sites visited, but not within their period.
        empty_tonight: counted checkpoints with nobody on duty for some of the night, from 18:00 to 08:00.
        people_without_rest: people on duty at checkpoints for seven days in a row or more.
        people_not_arrived: people sent by the county whose post has begun and who have not come.
    """

    vacant_cells: int
    overloaded_cells: int
    overloaded_people: int
    villages_without_head: int
    empty_checkpoints: int
    short_checkpoints: int
    unvisited_sites: int
    overdue_sites: int
    empty_tonight: int
    people_without_rest: int
    people_not_arrived: int


@dataclass(frozen=True)
class Planting:
    """The codes of what is to be at fault.

    Attributes:
        overloaded: the cells of each overloaded person.
        empty_later: checkpoints that are manned now and empty after midnight.
        restless: checkpoints with somebody who has been on duty for so many days in a row.
        not_arrived: how many of those who were sent last are not there.
    """

    inactive: tuple[str, ...]
    vacant: tuple[str, ...]
    overloaded: tuple[tuple[str, ...], ...]
    headless: tuple[str, ...]
    empty: tuple[str, ...]
    short: tuple[str, ...]
    unvisited: tuple[str, ...]
    overdue: tuple[str, ...]
    empty_later: tuple[str, ...]
    restless: Mapping[str, int]
    not_arrived: int

    def known(self) -> KnownFaults:
        """The counts."""
        return KnownFaults(
            vacant_cells=len(self.vacant),
            overloaded_cells=sum(map(len, self.overloaded)),
            overloaded_people=len(self.overloaded),
            villages_without_head=len(self.headless),
            empty_checkpoints=len(self.empty),
            short_checkpoints=len(self.short),
            unvisited_sites=len(self.unvisited),
            overdue_sites=len(self.overdue),
            empty_tonight=len(self.empty) + len(self.empty_later),
            people_without_rest=len(self.restless),
            people_not_arrived=self.not_arrived,
        )


def choose_faults(
    wanted: Faults,
    inactive: int,
    cells: pd.DataFrame,
    counted_checkpoints: Sequence[str],
    sites: Sequence[str],
    rng: Generator,
) -> Planting:
    """Choose where the faults are to be.

    Args:
        wanted: how many of each kind.
        inactive: number of cells that are to be out of use.
        cells: by code, with `parent_code`.
        counted_checkpoints: codes of those that are not sealed.
        sites: codes of contact sites.
        rng: where the choices are drawn from.
    """
    codes = sorted(cells.index)
    idle = [str(code) for code in rng.choice(codes, inactive, replace=False)]
    in_use = [code for code in codes if code not in idle]
    overloaded = _runs(in_use, wanted.overloaded, rng)
    taken = {code for run in overloaded for code in run}
    gates = [str(code) for code in rng.permutation(sorted(counted_checkpoints))]
    order = [str(code) for code in rng.permutation(sorted(sites))]
    empty, unvisited = wanted.empty_checkpoints, wanted.unvisited_sites
    manned = gates[empty + wanted.short_checkpoints :]
    villages = sorted(set(cells[PARENT_CODE]))
    return Planting(
        inactive=tuple(sorted(idle)),
        vacant=_gathered([code for code in in_use if code not in taken], wanted.vacant_cells, rng),
        overloaded=tuple(overloaded),
        headless=tuple(
            sorted(str(code) for code in rng.choice(villages, wanted.villages_without_head, replace=False))
        ),
        empty=tuple(sorted(gates[:empty])),
        short=tuple(sorted(gates[empty : empty + wanted.short_checkpoints])),
        unvisited=tuple(sorted(order[:unvisited])),
        overdue=tuple(sorted(order[unvisited : unvisited + wanted.overdue_sites])),
        empty_later=tuple(sorted(manned[: wanted.empty_later])),
        restless=dict(zip(manned[wanted.empty_later :], wanted.days_without_rest, strict=False)),
        not_arrived=wanted.not_arrived,
    )


def _runs(codes: list[str], lengths: tuple[int, ...], rng: Generator) -> list[tuple[str, ...]]:
    """For each length a run of cells in the order of codes, inside one township, no cell twice."""
    runs: list[tuple[str, ...]] = []
    taken: set[str] = set()
    for length in lengths:
        for start in rng.permutation(len(codes) - length + 1).tolist():
            run = tuple(codes[start : start + length])
            if len({code[:_UPPER_WIDTH] for code in run}) == 1 and taken.isdisjoint(run):
                runs.append(run)
                taken.update(run)
                break
    return runs


def _gathered(codes: list[str], count: int, rng: Generator) -> tuple[str, ...]:
    """`count` codes: many in a few townships, some in others, none in about half."""
    inside: dict[str, list[str]] = {}
    for code in codes:
        inside.setdefault(code[:_UPPER_WIDTH], []).append(code)
    affected = [str(upper) for upper in rng.permutation(sorted(inside))][: max(1, (len(inside) + 1) // 2)]
    heavy = _HEAVY[: max(1, len(affected) - 1)] if len(affected) > 1 else (1.0,)
    light = len(affected) - len(heavy)
    shares = np.array([*heavy, *([(1 - sum(heavy)) / light] * light if light else [])])
    quotas = np.floor(shares / shares.sum() * count).astype(int)
    quotas[: count - quotas.sum()] += 1
    chosen: list[str] = []
    for upper, quota in zip(affected, quotas.tolist(), strict=True):
        chosen += [str(code) for code in rng.choice(inside[upper], quota, replace=False)]
    return tuple(sorted(chosen))
