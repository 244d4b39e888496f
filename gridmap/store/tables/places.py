"""Places: units, cells with their cuts and buildings, checkpoints, contact sites."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Integer, Table, Text

from gridmap.store.sqlite.geometry import Geom
from gridmap.store.tables.columns import METADATA, WallClock, filled, keyed_table, text_column, version_column

units = keyed_table(
    "units",
    "code",
    text_column("name"),
    text_column("kind", "unit"),
    text_column("level", None),
    Column("parent_code", Text, index=True),
    Column("households", Double),
    Column("population", Double),
    Column("area_m2", Double),
    version_column(),
    geometry="MULTIPOLYGON",
)

cells = keyed_table(
    "cells",
    "code",
    text_column("name"),
    text_column("scheme", "main"),
    text_column("level", "cell"),
    Column("parent_code", Text, nullable=False, index=True),
    filled("seq", Integer, 0),
    text_column("kind", "base"),
    Column("households", Double),
    Column("area_m2", Double),
    Column("compactness", Double),
    filled("feasible", Boolean, True),
    text_column("method"),
    filled("active", Boolean, True),
    text_column("bounds_note"),
    Column("valid_from", WallClock),
    Column("valid_to", WallClock),
    version_column(),
    geometry="MULTIPOLYGON",
)

cuts = keyed_table("cuts", "unit_code", text_column("tree", None), text_column("crs", None), version_column())

buildings = Table(
    "buildings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("code", Text),
    Column("unit_code", Text, index=True),
    Column("cell_code", Text, index=True),
    filled("households", Double, 0),
    version_column(),
    Column("geom", Geom("POINT")),
    sqlite_autoincrement=True,
    info={"key": "id"},
)

checkpoints = keyed_table(
    "checkpoints",
    "code",
    text_column("name"),
    text_column("kind", "checkpoint"),
    text_column("gate_state", "open"),
    Column("unit_code", Text, nullable=False, index=True),
    Column("second_unit_code", Text),
    filled("minimum_staff", Integer, 0),
    Column("team_id", Text),
    filled("temp_party_branch", Boolean, False),
    text_column("emergency_phone"),
    version_column(),
    geometry="POINT",
)

contact_sites = keyed_table(
    "contact_sites",
    "code",
    text_column("name"),
    text_column("kind", "enterprise"),
    Column("unit_code", Text, nullable=False, index=True),
    Column("cell_code", Text),
    filled("visit_days", Integer, 7),
    Column("team_id", Text),
    version_column(),
    geometry="POINT",
)
