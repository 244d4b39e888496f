"""The log of every change."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from gridmap.store.tables.columns import METADATA, WallClock, text_column

event = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("group_id", Integer, nullable=False, index=True),
    Column("at", WallClock, nullable=False),
    text_column("user", None),
    text_column("reason"),
    text_column("action", None),
    text_column("table_name", None),
    Column("row_key", Text),
    Column("before", Text),
    Column("after", Text),
    Column("revision", Integer, nullable=False),
    Index("ix_event_row", "table_name", "row_key"),
    sqlite_autoincrement=True,
)
