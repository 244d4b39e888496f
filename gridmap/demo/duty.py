"""Duty rosters of checkpoints over three days: shifts, crews, and the planted gaps and days without rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import geopandas as gpd
from numpy.random import Generator

from gridmap.demo.faults import Planting
from gridmap.demo.people.register import Register
from gridmap.model.people import Function, TargetKind
from gridmap.model.sites import CheckpointKind, GateState
from gridmap.names import CODE, KIND

DAYS = (-1, 0, 1)
"""The roster covers yesterday, today and tomorrow."""
_THREE_SHIFTS = ((0, 8), (8, 16), (16, 24))
_TWO_SHIFTS = ((0, 12), (12, 24))


@dataclass(frozen=True)
class _Shift:
    day: int
    number: int
    start: datetime
    end: datetime


def post_duty(
    checkpoints: gpd.GeoDataFrame,
    planting: Planting,
    register: Register,
    clock: datetime,
    rng: Generator,
) -> None:
    """Write the roster of every counted checkpoint; the planted ones lack people at the clock.

    Every checkpoint that is not planted has its minimum on duty at the clock. At a few of them the first
    shift after midnight is not filled: a gap to come. At others the leader of a crew has not rested since
    long before the roster began.
    """
    counted = checkpoints[checkpoints["gate_state"] != GateState.SEALED.value]
    bare = planting.empty[0] if planting.empty else None
    columns = (CODE, KIND, "minimum_staff", "unit_code", "team_id")
    for code, kind, minimum, unit_code, team_id in zip(*(counted[name] for name in columns), strict=True):
        if code == bare:
            continue  # newly set up: nobody has been posted yet
        patterns = _shifts(kind, minimum, rng)
        crews = _crews(
            len(patterns), minimum, unit_code=unit_code, team_id=team_id, register=register, rng=rng
        )
        for shift in _calendar(patterns, clock, DAYS):
            crew = crews[(shift.number + shift.day) % len(crews)]
            for place, person in enumerate(_present(code, crew, shift, planting, clock)):
                function = _function(place, minimum)
                register.post(
                    person,
                    function,
                    kind=TargetKind.CHECKPOINT,
                    target=code,
                    valid_from=shift.start,
                    valid_to=shift.end,
                )
        leader = crews[0][0]
        for shift in _calendar(patterns, clock, range(1 - planting.restless.get(code, 0), DAYS[0])):
            if crews[(shift.number + shift.day) % len(crews)][0] == leader:
                register.post(
                    leader,
                    _function(0, minimum),
                    kind=TargetKind.CHECKPOINT,
                    target=code,
                    valid_from=shift.start,
                    valid_to=shift.end,
                )


def _shifts(kind: str, minimum: int, rng: Generator) -> tuple[tuple[int, int], ...]:
    if kind == CheckpointKind.INSPECTION_STATION.value or minimum > 2:
        return _TWO_SHIFTS if rng.random() < 0.15 else _THREE_SHIFTS
    return _TWO_SHIFTS if rng.random() < 0.3 else _THREE_SHIFTS


def _crews(
    shifts: int, minimum: int, unit_code: str, team_id: str, register: Register, rng: Generator
) -> list[list[str]]:
    """A crew a shift: its first is sent by the county, the rest is local; some have one to spare."""
    crews: list[list[str]] = []
    for _ in range(shifts):
        leader = register.enter_from_bureau(unit_code=unit_code, team_id=team_id)
        rest = minimum - 1 + int(rng.random() < 0.2)
        titles = [("民警", "卫生院医生", "村干部", "志愿者")[int(rng.integers(4))] for _ in range(rest)]
        crews.append(
            [leader, *(register.enter(title=t, sending_unit="", unit_code=unit_code) for t in titles)]
        )
    return crews


def _calendar(patterns: tuple[tuple[int, int], ...], clock: datetime, days: Iterable[int]) -> list[_Shift]:
    midnight = clock.replace(hour=0, minute=0)
    return [
        _Shift(
            day,
            number,
            midnight + timedelta(days=day, hours=start),
            midnight + timedelta(days=day, hours=end),
        )
        for day in days
        for number, (start, end) in enumerate(patterns)
    ]


def _present(code: str, crew: list[str], shift: _Shift, planting: Planting, clock: datetime) -> list[str]:
    """The part of a crew that turns up: all, except in the planted shifts."""
    if code in planting.empty_later and shift.day == 1 and shift.start.hour == 0:
        return []
    if not shift.start <= clock < shift.end:
        return crew
    if code in planting.empty:
        return []
    return crew[:1] if code in planting.short else crew


def _function(place: int, minimum: int) -> Function:
    if place == 0:
        return Function.DUTY_LEADER
    return Function.MEMBER if place < minimum else Function.VOLUNTEER
