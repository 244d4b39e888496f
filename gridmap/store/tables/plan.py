"""The plan itself: one row of what holds for the whole workspace."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from gridmap.store.tables.columns import METADATA, WallClock, filled, text_column

plan = Table(
    "plan",
    METADATA,
    Column("id", Integer, primary_key=True),
    text_column("title"),
    filled("revision", Integer, 0),
    filled("geometry_revision", Integer, 0),
    text_column("scheme", None),
    Column("demo_clock", WallClock),
    text_column("metric_crs", None),
    Column("created_at", WallClock),
    Column("purge_after", WallClock),
    # 1 only inside a transaction of this program, so that triggers know edits made by others.
    filled("own_write", Integer, 0),
)
