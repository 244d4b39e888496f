"""The first tables: a plan with its places, people and log, and the accounts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from gridmap.store.migrations.outside import log_outside_edits
from gridmap.store.sqlite import geopackage
from gridmap.store.sqlite.geometry import Geom

revision: str = "0001"
down_revision: str | None = None
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    connection = op.get_bind()
    geopackage.create_metadata(connection)
    _create_plan()
    _create_places()
    _create_people()
    _create_event()
    _create_accounts()
    for table, kind, key in (
        ("units", "MULTIPOLYGON", "fid"),
        ("cells", "MULTIPOLYGON", "fid"),
        ("buildings", "POINT", "id"),
        ("checkpoints", "POINT", "fid"),
        ("contact_sites", "POINT", "fid"),
    ):
        geopackage.register_features(connection, table, kind, key)
    for table in ("people", "posts", "teams", "visits", "cuts"):
        geopackage.register_attributes(connection, table)
    for table, key in (
        ("units", "code"),
        ("cells", "code"),
        ("checkpoints", "code"),
        ("contact_sites", "code"),
        ("people", "id"),
        ("posts", "id"),
        ("teams", "id"),
    ):
        log_outside_edits(connection, table, key)


def text(name: str, default: str | None = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def number(name: str, kind: type[sa.Integer | sa.Double[Any] | sa.Boolean], default: int) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, server_default=sa.text(str(default)))


def optional(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text) for name in names]


def required(*names: str) -> list[sa.Column[Any]]:
    return [text(name, None) for name in names]


def create(name: str, key: str, *columns: sa.Column[Any], geometry: str | None = None) -> None:
    shape = [sa.Column("geom", Geom(geometry))] if geometry else []
    op.create_table(
        name,
        sa.Column("fid", sa.Integer, primary_key=True),
        text(key, None),
        *columns,
        number("version", sa.Integer, 1),
        *shape,
        sa.UniqueConstraint(key),
        sqlite_autoincrement=True,
    )


def index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_plan() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer, primary_key=True),
        text("title"),
        number("revision", sa.Integer, 0),
        number("geometry_revision", sa.Integer, 0),
        *required("scheme"),
        *optional("demo_clock"),
        *required("metric_crs"),
        *optional("created_at", "purge_after"),
        number("own_write", sa.Integer, 0),
    )


def _create_places() -> None:
    measured = [sa.Column(name, sa.Double) for name in ("households", "population", "area_m2")]
    create(
        "units",
        "code",
        text("name"),
        text("kind", "unit"),
        *required("level"),
        *optional("parent_code"),
        *measured,
        geometry="MULTIPOLYGON",
    )
    create(
        "cells",
        "code",
        text("name"),
        text("scheme", "main"),
        text("level", "cell"),
        *required("parent_code"),
        number("seq", sa.Integer, 0),
        text("kind", "base"),
        *[sa.Column(name, sa.Double) for name in ("households", "area_m2", "compactness")],
        number("feasible", sa.Boolean, 1),
        text("method"),
        number("active", sa.Boolean, 1),
        text("bounds_note"),
        *optional("valid_from", "valid_to"),
        geometry="MULTIPOLYGON",
    )
    op.create_table(
        "buildings",
        sa.Column("id", sa.Integer, primary_key=True),
        *optional("code", "unit_code", "cell_code"),
        number("households", sa.Double, 0),
        number("version", sa.Integer, 1),
        sa.Column("geom", Geom("POINT")),
        sqlite_autoincrement=True,
    )
    create(
        "checkpoints",
        "code",
        text("name"),
        text("kind", "checkpoint"),
        text("gate_state", "open"),
        *required("unit_code"),
        *optional("second_unit_code"),
        number("minimum_staff", sa.Integer, 0),
        *optional("team_id"),
        number("temp_party_branch", sa.Boolean, 0),
        text("emergency_phone"),
        geometry="POINT",
    )
    create(
        "contact_sites",
        "code",
        text("name"),
        text("kind", "enterprise"),
        *required("unit_code"),
        *optional("cell_code"),
        number("visit_days", sa.Integer, 7),
        *optional("team_id"),
        geometry="POINT",
    )
    create("cuts", "unit_code", *required("tree", "crs"))
    index("units", "parent_code")
    index("cells", "parent_code")
    index("buildings", "unit_code", "cell_code")
    index("checkpoints", "unit_code")
    index("contact_sites", "unit_code")


def _create_people() -> None:
    create(
        "people",
        "id",
        *[text(name) for name in ("name", "phone", "title", "sending_unit", "unit_code")],
        *optional("team_id"),
    )
    create(
        "posts",
        "id",
        *required("person_id", "function"),
        sa.Column("tier", sa.Integer),
        *required("target_kind", "target_code", "valid_from"),
        *optional("valid_to", "arrived_at"),
    )
    create("teams", "id", text("name"), text("kind", "work_team"), text("unit_code"), *optional("leader_id"))
    create("visits", "id", *required("site_code"), *optional("team_id"), *required("visited_at"))
    index("posts", "person_id")
    op.create_index("ix_posts_target", "posts", ["target_kind", "target_code"])
    index("visits", "site_code")


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("group_id", sa.Integer, nullable=False),
        *required("at", "user"),
        text("reason"),
        *required("action", "table_name"),
        *optional("row_key", "before", "after"),
        sa.Column("revision", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    index("event", "group_id")
    op.create_index("ix_event_row", "event", ["table_name", "row_key"])
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER event_refuses_{verb.lower()} BEFORE {verb} ON event "
            "BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
        )


def _create_accounts() -> None:
    op.create_table(
        "users",
        sa.Column("name", sa.Text, primary_key=True, nullable=False),
        text("display_name"),
        *required("role"),
        text("scope"),
        *optional("password_hash"),
        number("disabled", sa.Boolean, 0),
        number("failed_attempts", sa.Integer, 0),
        *optional("locked_until"),
        *required("created_at"),
    )
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.Text, primary_key=True, nullable=False),
        *required("user_name", "created_at", "expires_at"),
        *optional("revoked_at"),
    )
    index("sessions", "user_name")
