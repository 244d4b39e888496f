"""What imports remember: which columns meant what, and which names meant which places."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    create("field_mappings", "kind", "signature", "columns")
    create("name_aliases", "kind", "name", "code", text("parent_code", ""))


def text(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def create(name: str, *columns: str | sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("fid", sa.Integer, primary_key=True),
        text("key"),
        *(text(column) if isinstance(column, str) else column for column in columns),
        text("user", ""),
        sa.Column("at", sa.Text),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
