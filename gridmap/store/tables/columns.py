"""How tables are declared: the one metadata, and columns that read alike in every table.

Text is declared TEXT, because a GeoPackage knows no VARCHAR. `fid` is the integer key that a GeoPackage
demands; the program goes by `code` or `id`, named in `Table.info["key"]`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, TypeDecorator, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from gridmap.store.sqlite.geometry import Geom


class WallClock(TypeDecorator[datetime]):
    """A moment of the county's wall clock, kept as text `YYYY-MM-DDTHH:MM:SS`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Writes the moment; refuses one with a time zone, which would shift it silently."""
        if value is None:
            return None
        if value.tzinfo is not None:
            reason = f"a wall-clock time has no zone: {value!r}"
            raise ValueError(reason)
        return value.isoformat(timespec="seconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Reads the moment."""
        return None if value is None else datetime.fromisoformat(value)


METADATA: Final = MetaData()


def filled(name: str, kind: type[TypeEngine[Any]], default: int) -> Column[Any]:
    """A column that is never NULL: where a row gives no value it takes `default`."""
    return Column(name, kind, nullable=False, default=default, server_default=text(str(int(default))))


def text_column(name: str, default: str | None = "") -> Column[Any]:
    """A text that is never NULL; with `default` None every row must give one."""
    return Column(name, Text, nullable=False, default=default, server_default=default)


def keyed_table(name: str, key: str, *items: Column[Any] | Index, geometry: str | None = None) -> Table:
    """A table whose rows go by the text `key`, with a geometry of that kind where one is named."""
    columns: list[Column[Any] | Index | UniqueConstraint] = [
        Column("fid", Integer, primary_key=True),
        Column(key, Text, nullable=False),
        *items,
        UniqueConstraint(key),
    ]
    if geometry:
        columns.append(Column("geom", Geom(geometry)))
    return Table(name, METADATA, *columns, sqlite_autoincrement=True, info={"key": key})


def version_column() -> Column[Any]:
    """How often a row was changed: what a change is held against, so that nobody overwrites another's."""
    return filled("version", Integer, 1)


def key_of(table: Table) -> str:
    """The column that names a row of a content table."""
    key: str = table.info["key"]
    return key


def geometry_kind(table: Table) -> str | None:
    """The declared type of the table's geometry, None where it has none."""
    column = table.columns.get("geom")
    if column is None:
        return None
    assert isinstance(column.type, Geom)
    return column.type.kind
