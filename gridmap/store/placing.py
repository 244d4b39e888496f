"""Many rows of one table written as part of a change: new ones together, changed ones by their versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Table, insert, select

from gridmap.errors import ConflictError
from gridmap.messages import msg
from gridmap.store.binding import GEOM
from gridmap.store.changes import Change, facts_of
from gridmap.store.history import Deed, log_all
from gridmap.store.repository import Workspace
from gridmap.store.sqlite.dialect import last_given_id, listed
from gridmap.store.sqlite.geopackage import set_extent
from gridmap.store.tables import METADATA, geometry_kind, key_of

Values = Mapping[str, object]


@dataclass(frozen=True)
class ChangedRow:
    """A row to be changed, and its version as it was read."""

    key: str
    values: Values
    version: int


@dataclass(frozen=True)
class TableRows:
    """What is to be written to a table; new rows of one that counts its keys itself come without."""

    table: str
    added: tuple[Values, ...] = ()
    changed: tuple[ChangedRow, ...] = ()
    refers_to: Mapping[str, str] | None = None
    """Tables that values of a column name rows of."""


def write_rows(change: Change, rows: TableRows) -> None:
    """Write rows as part of a change, with an event for each, so that all of it can be taken back.

    Raises:
        ConflictError: a changed row moved on since it was read, a new one is there by now, or what a row
            speaks of is gone.
    """
    table = METADATA.tables[rows.table]
    for column, other in (rows.refers_to or {}).items():
        wanted = {values.get(column) for values in [*rows.added, *(one.values for one in rows.changed)]}
        _require_there(change, METADATA.tables[other], {str(key) for key in wanted if key})
    for one in rows.changed:
        change.update(table, one.key, one.values, expected_version=one.version)
    _insert(change, table, rows.added)
    if geometry_kind(table) is not None and any(
        GEOM in values for values in (*rows.added, *(one.values for one in rows.changed))
    ):
        set_extent(change.connection, table.name)


def stored_rows(workspace: Workspace, table_name: str) -> list[dict[str, Any]]:
    """All rows of a table, phones unmasked and geometry as shapes: to be compared, never shown."""
    with workspace.reading() as connection:
        rows = connection.execute(select(METADATA.tables[table_name]))
        return [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public way to a row as a mapping


def _insert(change: Change, table: Table, added: Sequence[Values]) -> None:
    if not added:
        return
    name = key_of(table)
    keyed = list(_with_keys(change, table, added))
    keys = [values[name] for values in keyed]
    _require_absent(change, table, keys)
    # Rows of one statement must name the same columns.
    columns = dict.fromkeys(column for values in keyed for column in values)
    for group in _by_columns(keyed, columns):
        change.connection.execute(insert(table), group)
    written = change.connection.execute(select(table).where(table.c[name].in_(listed(keys)))).all()
    shaped = GEOM in columns
    if shaped:
        change.touch_geometry(table)
    deeds = [
        Deed("insert", table.name, str(getattr(row, name)), None, facts_of(row, with_shape=shaped))
        for row in written
    ]
    log_all(change.connection, deeds, change.by, change.group, change.revision.revision)


def _by_columns(rows: Sequence[Values], columns: Iterable[str]) -> list[list[dict[str, object]]]:
    groups: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for values in rows:
        named = tuple(column for column in columns if column in values)
        groups.setdefault(named, []).append({column: values[column] for column in named})
    return list(groups.values())


def _with_keys(change: Change, table: Table, added: Sequence[Values]) -> Iterable[Values]:
    """The rows with keys; a table that counts them goes on from the highest that it ever gave."""
    name = key_of(table)
    if not isinstance(table.c[name].type, Integer):
        return added
    last = last_given_id(change.connection, table)
    return [{name: last + number, **values} for number, values in enumerate(added, start=1)]


def _require_absent(change: Change, table: Table, keys: Sequence[object]) -> None:
    column = table.c[key_of(table)]
    there = change.connection.scalar(select(column).where(column.in_(listed(keys))).limit(1))
    if there is not None:
        raise ConflictError(
            msg("{key} was added by somebody since the file was read; read it again", key=str(there)),
            table=table.name,
            key=str(there),
        )


def _require_there(change: Change, table: Table, keys: set[str]) -> None:
    column = table.c[key_of(table)]
    found = set(change.connection.scalars(select(column).where(column.in_(listed(sorted(keys))))))
    gone = sorted(keys - {str(key) for key in found})
    if gone:
        raise ConflictError(
            msg("{key} was removed since the file was read; read it again", key=gone[0]),
            table=table.name,
            key=gone[0],
        )
