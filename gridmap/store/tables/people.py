"""People, the posts that put them to places, and teams."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Text

from gridmap.store.tables.columns import WallClock, keyed_table, text_column, version_column

people = keyed_table(
    "people",
    "id",
    text_column("name"),
    text_column("phone"),
    text_column("title"),
    text_column("sending_unit"),
    text_column("unit_code"),
    Column("team_id", Text),
    version_column(),
)

posts = keyed_table(
    "posts",
    "id",
    Column("person_id", Text, nullable=False, index=True),
    text_column("function", None),
    Column("tier", Integer),
    text_column("target_kind", None),
    text_column("target_code", None),
    Column("valid_from", WallClock, nullable=False),
    Column("valid_to", WallClock),
    Column("arrived_at", WallClock),
    version_column(),
    Index("ix_posts_target", "target_kind", "target_code"),
)

teams = keyed_table(
    "teams",
    "id",
    text_column("name"),
    text_column("kind", "work_team"),
    text_column("unit_code"),
    Column("leader_id", Text),
    version_column(),
)
