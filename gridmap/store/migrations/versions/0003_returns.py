"""Rounds of collecting: the templates sent out to units, and the files that came back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    create("return_rounds", text("kind"), sa.Column("deadline", sa.Text))
    create("return_issues", text("round_id"), text("unit_code"), number("plan_revision"))
    counts = [number(name) for name in ("added", "changed", "unchanged", "refused")]
    create("returns", text("issue_id"), text("file", ""), *counts, sa.Column("saved_revision", sa.Integer))
    op.create_index("ix_return_issues_round_id", "return_issues", ["round_id"])
    op.create_index("ix_returns_issue_id", "returns", ["issue_id"])


def text(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def create(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("fid", sa.Integer, primary_key=True),
        text("id"),
        *columns,
        text("user", ""),
        sa.Column("at", sa.Text, nullable=False),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
