"""A plan: everything known of a workspace at one revision, without geometry.

All times are the county's wall clock, as naive datetimes; the caller passes the clock in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from gridmap.errors import NotFoundError
from gridmap.messages import msg
from gridmap.model.people import Function, TargetKind
from gridmap.model.place_kinds import PLACE_KINDS
from gridmap.model.places import Level
from gridmap.names import DEFAULT_SCHEME

Row = dict[str, Any]
"""One row of a frame of a plan or of its evaluation, by column."""


@dataclass(frozen=True)
class Need:
    """A post that satisfies a level: a function, and its tier where the level asks for one."""

    function: Function
    tier: int | None = None


@dataclass(frozen=True)
class LevelRule:
    """A step of the hierarchy, and the posts of which any one suffices."""

    level: Level
    needs: tuple[Need, ...] = ()


DEFAULT_LEVELS: tuple[LevelRule, ...] = (
    LevelRule(Level.COUNTY),
    LevelRule(Level.TOWNSHIP, (Need(Function.HEAD, tier=1),)),
    LevelRule(Level.VILLAGE, (Need(Function.HEAD, tier=2),)),
    LevelRule(Level.CELL, (Need(Function.HEAD), Need(Function.MEMBER))),
)
DEFAULT_LIMITS: Mapping[Function, int] = {Function.HEAD: 7, Function.DEPUTY: 7, Function.MEMBER: 3}
"""Cells one person may hold in a function; domain notes: span of control 3-7, editable."""


@dataclass(frozen=True)
class Scheme:
    """A grid scheme's configuration: its levels and what each needs, spans of control, size of a cell."""

    code: str = DEFAULT_SCHEME
    levels: tuple[LevelRule, ...] = DEFAULT_LEVELS
    limits: Mapping[Function, int] = field(default_factory=lambda: dict(DEFAULT_LIMITS))
    target: float = 400
    minimum: float = 300
    maximum: float = 500

    def rule(self, level: Level) -> LevelRule:
        """The configuration of one level.

        Raises:
            KeyError: the scheme has no such level.
        """
        for rule in self.levels:
            if rule.level is level:
                return rule
        raise KeyError(level)


@dataclass(frozen=True)
class Plan:
    """One revision of a workspace. Frames are read-only and indexed by code (people, posts, visits: id).

    Attributes:
        units: name, kind, level (`Level`), parent_code (or None), households, population, area_m2, version.
        cells: name, parent_code, kind, seq, households, area_m2, compactness, feasible, active (bool),
            bounds_note, version.
        people: name, phone (masked), title, sending_unit, unit_code, team_id, version.
        posts: person_id, function, tier, target_kind, target_code, valid_from, valid_to (NaT while open),
            arrived_at (NaT until the person has reported for duty), version.
        teams: name, kind, unit_code, leader_id (or None).
        checkpoints: name, kind, gate_state, unit_code, second_unit_code (joint posts, or None),
            minimum_staff, team_id, temp_party_branch (bool), emergency_phone, lon, lat (EPSG:4326), version.
        contact_sites: name, kind, unit_code, cell_code, visit_days (a visit is due every so many days),
            team_id, lon, lat (EPSG:4326), version.
        visits: site_code, team_id, visited_at.
        revision: counts saved changes; stamped on every export.
        geometry_revision: counts changes of geometry; keys the geometry caches.
        demo_clock: the moment a demonstration workspace is opened at, else None.
    """

    workspace: str
    title: str
    revision: int
    geometry_revision: int
    scheme: Scheme
    demo_clock: datetime | None
    units: pd.DataFrame
    cells: pd.DataFrame
    people: pd.DataFrame
    posts: pd.DataFrame
    teams: pd.DataFrame
    checkpoints: pd.DataFrame
    contact_sites: pd.DataFrame
    visits: pd.DataFrame

    def table(self, kind: TargetKind) -> pd.DataFrame:
        """The frame of a kind of place."""
        frame: pd.DataFrame = getattr(self, PLACE_KINDS[kind].table)
        return frame

    def place(self, kind: TargetKind, code: str) -> Row:
        """The row of a place.

        Raises:
            NotFoundError: there is no such place.
        """
        return {str(column): value for column, value in self._rows(kind, code).iloc[0].items()}

    def reached_by(self, kind: TargetKind, code: str) -> tuple[str, ...]:
        """The codes of which a scope has to cover one to reach a place: a joint checkpoint has two.

        Raises:
            NotFoundError: there is no such place; of a unit or cell the code says enough.
        """
        entry = PLACE_KINDS[kind]
        if entry.is_coded:
            return (code,)
        row = self._rows(kind, code)
        return entry.reached_by(code, {name: row[name].iat[0] for name in entry.units if name in row})

    def _rows(self, kind: TargetKind, code: str) -> pd.DataFrame:
        frame = self.table(kind)
        if code not in frame.index:
            raise NotFoundError(
                msg("There is no place with the code {code}; it may have been removed.", code=code)
            )
        return frame.loc[[code]]
