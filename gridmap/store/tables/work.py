"""What was done at places: visits."""

from __future__ import annotations

from sqlalchemy import Column, Text

from gridmap.store.tables.columns import WallClock, keyed_table, version_column

visits = keyed_table(
    "visits",
    "id",
    Column("site_code", Text, nullable=False, index=True),
    Column("team_id", Text),
    Column("visited_at", WallClock, nullable=False),
    version_column(),
)
