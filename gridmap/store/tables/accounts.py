"""Who may sign in, and who is signed in."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table, Text

from gridmap.store.tables.columns import METADATA, WallClock, filled, text_column

users = Table(
    "users",
    METADATA,
    Column("name", Text, primary_key=True),
    text_column("display_name"),
    text_column("role", None),
    text_column("scope"),
    Column("password_hash", Text),
    filled("disabled", Boolean, False),
    filled("failed_attempts", Integer, 0),
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
