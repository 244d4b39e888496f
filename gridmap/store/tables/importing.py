"""What imports remember: columns by source, and names of places."""

from __future__ import annotations

from sqlalchemy import Column

from gridmap.store.tables.columns import WallClock, keyed_table, text_column, version_column

field_mappings = keyed_table(
    "field_mappings",
    "key",
    text_column("kind", None),
    text_column("signature", None),
    text_column("columns", None),
    text_column("user"),
    Column("at", WallClock),
    version_column(),
)

name_aliases = keyed_table(
    "name_aliases",
    "key",
    text_column("kind", None),
    text_column("parent_code"),
    text_column("name", None),
    text_column("code", None),
    text_column("user"),
    Column("at", WallClock),
    version_column(),
)
