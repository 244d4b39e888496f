"""What stands of people, posts and the places they are at, read for the edits of one change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, Table, select

from gridmap.model.people import Function, TargetKind
from gridmap.model.place_kinds import PLACE_KINDS
from gridmap.store import tables
from gridmap.store.sqlite.dialect import listed
from gridmap.store.tables import people, posts, units

TARGET_TABLES: Final[Mapping[TargetKind, Table]] = {
    kind: tables.METADATA.tables[entry.table] for kind, entry in PLACE_KINDS.items()
}
TargetKey = tuple[TargetKind, str]


@dataclass(frozen=True)
class Target:
    """A place that takes posts. `places` are the codes a scope is held against: any one of them suffices.

    A unit and a cell stand for themselves; a checkpoint for its units (two where it is a joint one), a site
    for its unit. `retired_at` is when a cell was retired, else None.
    """

    kind: TargetKind
    code: str
    name: str
    places: tuple[str, ...]
    version: int
    retired_at: datetime | None = None


@dataclass(frozen=True)
class Held:
    """A post as it stands: who holds which function where, from when until when (None: open)."""

    id: str
    person_id: str
    function: Function | str
    target: TargetKey
    valid_from: datetime
    valid_to: datetime | None
    version: int


@dataclass(frozen=True)
class Member:
    """A person of the roster, as far as edits ask."""

    id: str
    name: str
    unit_code: str
    version: int


@dataclass(frozen=True)
class Wanted:
    """The keys that edits name."""

    people: set[str]
    posts: set[str]
    targets: set[TargetKey]
    units: set[str]


@dataclass(frozen=True)
class Standing:
    """What there is of the wanted, by key; `posts` also holds every post at the wanted places."""

    people: dict[str, Member]
    posts: dict[str, Held]
    targets: dict[TargetKey, Target]
    units: frozenset[str]


def read_standing(connection: Connection, wanted: Wanted) -> Standing:
    """What stands now of the wanted, in a handful of queries."""
    asked = connection.execute(select(posts).where(posts.c.id.in_(listed(wanted.posts))))
    named = {row.id: row for row in asked}
    keys = {*wanted.targets, *(_target_of(row) for row in named.values())}
    codes = {code for _, code in keys}
    at_places = connection.execute(select(posts).where(posts.c.target_code.in_(listed(codes))))
    held = {row.id: _held(row) for row in [*named.values(), *at_places]}
    found = connection.execute(select(people).where(people.c.id.in_(listed(wanted.people))))
    known = connection.scalars(select(units.c.code).where(units.c.code.in_(listed(wanted.units))))
    return Standing(
        people={row.id: Member(row.id, row.name, row.unit_code, row.version) for row in found},
        posts=held,
        targets=_targets(connection, keys),
        units=frozenset(known),
    )


def _targets(connection: Connection, keys: Collection[TargetKey]) -> dict[TargetKey, Target]:
    found: dict[TargetKey, Target] = {}
    for kind, table in TARGET_TABLES.items():
        codes = [code for wanted, code in keys if wanted is kind]
        if codes:
            for row in connection.execute(_without_shape(table).where(table.c.code.in_(listed(codes)))):
                found[kind, row.code] = _target(kind, row)
    return found


def _without_shape(table: Table) -> Select[Any]:
    return select(*(column for column in table.c if column.name not in {"fid", "geom"}))


def _target(kind: TargetKind, row: Row[Any]) -> Target:
    facts = row._asdict()
    places = PLACE_KINDS[kind].reached_by(row.code, facts)
    return Target(
        kind=kind,
        code=row.code,
        name=row.name,
        places=places,
        version=row.version,
        retired_at=facts.get("valid_to"),
    )


def _held(row: Row[Any]) -> Held:
    return Held(
        id=row.id,
        person_id=row.person_id,
        function=row.function,
        target=_target_of(row),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        version=row.version,
    )


def _target_of(row: Row[Any]) -> TargetKey:
    return TargetKind(row.target_kind), row.target_code
