"""Rounds of collecting: what went out, and what came back."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Text

from gridmap.store.tables.columns import WallClock, filled, keyed_table, text_column

return_rounds = keyed_table(
    "return_rounds",
    "id",
    text_column("kind", None),
    Column("deadline", WallClock),
    text_column("user"),
    Column("at", WallClock, nullable=False),
)

return_issues = keyed_table(
    "return_issues",
    "id",
    Column("round_id", Text, nullable=False, index=True),
    text_column("unit_code", None),
    filled("plan_revision", Integer, 0),
    text_column("user"),
    Column("at", WallClock, nullable=False),
)

returns = keyed_table(
    "returns",
    "id",
    Column("issue_id", Text, nullable=False, index=True),
    text_column("file"),
    *(filled(name, Integer, 0) for name in ("added", "changed", "unchanged", "refused")),
    Column("saved_revision", Integer),
    text_column("user"),
    Column("at", WallClock, nullable=False),
)
