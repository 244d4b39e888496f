"""What a post is at, and whether somebody holds it already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Table, or_, select

from gridmap.model.people import Function, TargetKind
from gridmap.store import tables
from gridmap.store.changes import Change
from gridmap.store.tables import posts

TARGET_TABLES: Final[Mapping[TargetKind, Table]] = {
    TargetKind.UNIT: tables.units,
    TargetKind.CELL: tables.cells,
    TargetKind.CHECKPOINT: tables.checkpoints,
    TargetKind.CONTACT_SITE: tables.contact_sites,
}


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
    retired_at: datetime | None = None


def find_target(change: Change, kind: TargetKind, code: str) -> Target:
    """The place of a post.

    Raises:
        NotFoundError: there is none by that code.
    """
    row = change.row(TARGET_TABLES[kind], code)
    if kind is TargetKind.CELL:
        return Target(kind, code, row.name, (code,), row.valid_to)
    if kind is TargetKind.UNIT:
        return Target(kind, code, row.name, (code,))
    second = row.second_unit_code if kind is TargetKind.CHECKPOINT else None
    return Target(kind, code, row.name, (row.unit_code, second) if second else (row.unit_code,))


def is_held(connection: Connection, target: Target, person_id: str, function: Function, at: datetime) -> bool:
    """Whether the person has that function at that place at `at` or later."""
    held = select(posts.c.id).where(
        posts.c.target_kind == target.kind.value,
        posts.c.target_code == target.code,
        posts.c.person_id == person_id,
        posts.c.function == function.value,
        or_(posts.c.valid_to.is_(None), posts.c.valid_to > at),
    )
    return connection.execute(held.limit(1)).first() is not None
