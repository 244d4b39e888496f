"""The tables of a workspace, as SQLAlchemy Core knows them. Columns are named as in the frames of `Plan`.

Layers (with geometry): units, cells, buildings, checkpoints, contact_sites. Attribute tables: people, posts,
teams, visits, cuts. Hidden from map programs: plan, event, users, sessions, what imports remember
(field_mappings, name_aliases), and rounds of collecting (return_rounds, return_issues,
returns). Text is declared TEXT, because a GeoPackage knows no VARCHAR. `fid` is the integer key that a
GeoPackage demands; the program goes by `code` or `id`, named in `Table.info["key"]`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from gridmap.store.geometry import Geom


class WallClock(TypeDecorator[datetime]):
    """A moment of the county's wall clock, kept as text `YYYY-MM-DDTHH:MM:SS`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Writes the moment; refuses one with a time zone, which would shift it silently."""
        if value is None:
            return None
        if value.tzinfo is not None:
            reason = f"a wall-clock time has no zone: {value!r}"
            raise ValueError(reason)
        return value.isoformat(timespec="seconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Reads the moment."""
        return None if value is None else datetime.fromisoformat(value)


METADATA: Final = MetaData()


def _column(name: str, kind: type[TypeEngine[Any]], default: int) -> Column[Any]:
    """A column that is never NULL: where a row gives no value it takes `default`."""
    return Column(name, kind, nullable=False, default=default, server_default=text(str(int(default))))


def _text(name: str, default: str | None = "") -> Column[Any]:
    return Column(name, Text, nullable=False, default=default, server_default=default)


def _table(name: str, key: str, *items: Column[Any] | Index, geometry: str | None = None) -> Table:
    columns: list[Column[Any] | Index | UniqueConstraint] = [
        Column("fid", Integer, primary_key=True),
        Column(key, Text, nullable=False),
        *items,
        UniqueConstraint(key),
    ]
    if geometry:
        columns.append(Column("geom", Geom(geometry)))
    return Table(name, METADATA, *columns, sqlite_autoincrement=True, info={"key": key})


def _version() -> Column[Any]:
    return _column("version", Integer, 1)


plan = Table(
    "plan",
    METADATA,
    Column("id", Integer, primary_key=True),
    _text("title"),
    _column("revision", Integer, 0),
    _column("geometry_revision", Integer, 0),
    _text("scheme", None),
    Column("demo_clock", WallClock),
    _text("metric_crs", None),
    Column("created_at", WallClock),
    Column("purge_after", WallClock),
    # 1 only inside a transaction of this program, so that triggers know edits made by others.
    _column("own_write", Integer, 0),
)

units = _table(
    "units",
    "code",
    _text("name"),
    _text("kind", "unit"),
    _text("level", None),
    Column("parent_code", Text, index=True),
    Column("households", Double),
    Column("population", Double),
    Column("area_m2", Double),
    _version(),
    geometry="MULTIPOLYGON",
)

cells = _table(
    "cells",
    "code",
    _text("name"),
    _text("scheme", "main"),
    _text("level", "cell"),
    Column("parent_code", Text, nullable=False, index=True),
    _column("seq", Integer, 0),
    _text("kind", "base"),
    Column("households", Double),
    Column("area_m2", Double),
    Column("compactness", Double),
    _column("feasible", Boolean, True),
    _text("method"),
    _column("active", Boolean, True),
    _text("bounds_note"),
    Column("valid_from", WallClock),
    Column("valid_to", WallClock),
    _version(),
    geometry="MULTIPOLYGON",
)

buildings = Table(
    "buildings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("code", Text),
    Column("unit_code", Text, index=True),
    Column("cell_code", Text, index=True),
    _column("households", Double, 0),
    _version(),
    Column("geom", Geom("POINT")),
    sqlite_autoincrement=True,
    info={"key": "id"},
)

people = _table(
    "people",
    "id",
    _text("name"),
    _text("phone"),
    _text("title"),
    _text("sending_unit"),
    _text("unit_code"),
    Column("team_id", Text),
    _version(),
)

posts = _table(
    "posts",
    "id",
    Column("person_id", Text, nullable=False, index=True),
    _text("function", None),
    Column("tier", Integer),
    _text("target_kind", None),
    _text("target_code", None),
    Column("valid_from", WallClock, nullable=False),
    Column("valid_to", WallClock),
    Column("arrived_at", WallClock),
    _version(),
    Index("ix_posts_target", "target_kind", "target_code"),
)

teams = _table(
    "teams",
    "id",
    _text("name"),
    _text("kind", "work_team"),
    _text("unit_code"),
    Column("leader_id", Text),
    _version(),
)

checkpoints = _table(
    "checkpoints",
    "code",
    _text("name"),
    _text("kind", "checkpoint"),
    _text("gate_state", "open"),
    Column("unit_code", Text, nullable=False, index=True),
    Column("second_unit_code", Text),
    _column("minimum_staff", Integer, 0),
    Column("team_id", Text),
    _column("temp_party_branch", Boolean, False),
    _text("emergency_phone"),
    _version(),
    geometry="POINT",
)

contact_sites = _table(
    "contact_sites",
    "code",
    _text("name"),
    _text("kind", "enterprise"),
    Column("unit_code", Text, nullable=False, index=True),
    Column("cell_code", Text),
    _column("visit_days", Integer, 7),
    Column("team_id", Text),
    _version(),
    geometry="POINT",
)

visits = _table(
    "visits",
    "id",
    Column("site_code", Text, nullable=False, index=True),
    Column("team_id", Text),
    Column("visited_at", WallClock, nullable=False),
    _version(),
)

cuts = _table("cuts", "unit_code", _text("tree", None), _text("crs", None), _version())

field_mappings = _table(
    "field_mappings",
    "key",
    _text("kind", None),
    _text("signature", None),
    _text("columns", None),
    _text("user"),
    Column("at", WallClock),
    _version(),
)

name_aliases = _table(
    "name_aliases",
    "key",
    _text("kind", None),
    _text("parent_code"),
    _text("name", None),
    _text("code", None),
    _text("user"),
    Column("at", WallClock),
    _version(),
)

return_rounds = _table(
    "return_rounds",
    "id",
    _text("kind", None),
    Column("deadline", WallClock),
    _text("user"),
    Column("at", WallClock, nullable=False),
)

return_issues = _table(
    "return_issues",
    "id",
    Column("round_id", Text, nullable=False, index=True),
    _text("unit_code", None),
    _column("plan_revision", Integer, 0),
    _text("user"),
    Column("at", WallClock, nullable=False),
)

returns = _table(
    "returns",
    "id",
    Column("issue_id", Text, nullable=False, index=True),
    _text("file"),
    *(_column(name, Integer, 0) for name in ("added", "changed", "unchanged", "refused")),
    Column("saved_revision", Integer),
    _text("user"),
    Column("at", WallClock, nullable=False),
)

event = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("group_id", Integer, nullable=False, index=True),
    Column("at", WallClock, nullable=False),
    _text("user", None),
    _text("reason"),
    _text("action", None),
    _text("table_name", None),
    Column("row_key", Text),
    Column("before", Text),
    Column("after", Text),
    Column("revision", Integer, nullable=False),
    Index("ix_event_row", "table_name", "row_key"),
    sqlite_autoincrement=True,
)

users = Table(
    "users",
    METADATA,
    Column("name", Text, primary_key=True),
    _text("display_name"),
    _text("role", None),
    _text("scope"),
    Column("password_hash", Text),
    _column("disabled", Boolean, False),
    _column("failed_attempts", Integer, 0),
    Column("locked_until", WallClock),
    Column("created_at", WallClock, nullable=False),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("id_hash", Text, primary_key=True),
    Column("user_name", Text, nullable=False, index=True),
    Column("created_at", WallClock, nullable=False),
    Column("expires_at", WallClock, nullable=False),
    Column("revoked_at", WallClock),
)

CONTENT: Final = (units, cells, buildings, people, posts, teams, checkpoints, contact_sites, visits, cuts)
"""The tables a plan is made of, in the order they are written."""


def key_of(table: Table) -> str:
    """The column that names a row of a content table."""
    key: str = table.info["key"]
    return key


def geometry_kind(table: Table) -> str | None:
    """The declared type of the table's geometry, None where it has none."""
    column = table.columns.get("geom")
    if column is None:
        return None
    assert isinstance(column.type, Geom)
    return column.type.kind
