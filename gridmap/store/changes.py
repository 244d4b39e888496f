"""Changes to a workspace: each is one transaction that writes rows and the events that tell of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, select, update

from gridmap.errors import ConflictError, NotFoundError
from gridmap.messages import msg
from gridmap.store.binding import GEOM
from gridmap.store.history import Author, Deed, Facts, last_author, log, log_all, next_group
from gridmap.store.repository import Revision, Workspace
from gridmap.store.sqlite.dialect import listed
from gridmap.store.tables import METADATA, key_of, plan

_SHAPES = frozenset({"units", "cells"})
_AT_ONCE: Final = 500
"""Rows that are written and read again at a time: those with shapes are large."""


@dataclass
class Change:
    """A change in progress: rows are written through it, and it writes their events beside them.

    Attributes:
        revision: where the workspace will stand once the change is committed.
        group: the number that its events share.
    """

    connection: Connection
    by: Author
    group: int
    revision: Revision
    _geometry_touched: bool = False

    def row(self, table: Table, key: str) -> Row[Any]:
        """The row as it is now.

        Raises:
            NotFoundError: there is none.
        """
        found = self.connection.execute(select(table).where(table.c[key_of(table)] == key)).first()
        if found is None:
            raise NotFoundError(msg("There is no {key} in {table}", key=key, table=table.name))
        return found

    def versions(self, table: Table, keys: Iterable[str]) -> dict[str, int]:
        """The versions of rows as they are now, by key.

        Raises:
            NotFoundError: one of them is not there.
        """
        return {key: row.version for key, row in self._rows(table, list(keys)).items()}

    def insert(self, table: Table, values: Mapping[str, object]) -> None:
        """Add a row."""
        self.connection.execute(insert(table).values(**values))
        key = str(values[key_of(table)])
        if GEOM in values:
            self.touch_geometry(table)
        self.log(
            Deed("insert", table.name, key, None, facts_of(self.row(table, key), with_shape=GEOM in values))
        )

    def insert_all(self, table: Table | str, rows: Sequence[Mapping[str, object]]) -> None:
        """Add rows that name the same columns, as `insert` does one by one and much slower."""
        table = table_of(table)
        for start in range(0, len(rows), _AT_ONCE):
            part = [dict(row) for row in rows[start : start + _AT_ONCE]]
            self.connection.execute(insert(table), part)
            shape = GEOM in part[0]
            if shape:
                self.touch_geometry(table)
            keys = [str(row[key_of(table)]) for row in part]
            there = self._rows(table, keys)
            self._log_all(
                [
                    Deed("insert", table.name, key, None, facts_of(there[key], with_shape=shape))
                    for key in keys
                ]
            )

    def update_all(self, table: Table | str, changes: Mapping[str, Mapping[str, object]]) -> None:
        """Change rows by their keys and count their versions up; without values only that.

        Raises:
            NotFoundError: there is no such row.
        """
        table = table_of(table)
        alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for key, values in changes.items():
            alike[tuple(sorted(values))].append(key)
        for names, keys in alike.items():
            for start in range(0, len(keys), _AT_ONCE):
                part = keys[start : start + _AT_ONCE]
                self._update_alike(table, names, {key: changes[key] for key in part})

    def _update_alike(
        self, table: Table, names: Sequence[str], changes: Mapping[str, Mapping[str, object]]
    ) -> None:
        """Change rows in the same columns."""
        before = self._rows(table, list(changes))
        bound: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*names, "version")}
        statement = update(table).where(table.c[key_of(table)] == bindparam("of_key")).values(bound)
        written = [
            {"of_key": key, "new_version": before[key].version + 1}
            | {f"new_{name}": values[name] for name in names}
            for key, values in changes.items()
        ]
        self.connection.execute(statement, written)
        shape = GEOM in names
        if shape:
            self.touch_geometry(table)
        after = self._rows(table, list(changes))
        self._log_all(
            [
                Deed(
                    "update",
                    table.name,
                    key,
                    facts_of(before[key], with_shape=shape),
                    facts_of(after[key], with_shape=shape),
                )
                for key in changes
            ]
        )

    def _rows(self, table: Table, keys: Sequence[str]) -> dict[str, Row[Any]]:
        """Rows as they are now, by key.

        Raises:
            NotFoundError: one of them is not there.
        """
        column = table.c[key_of(table)]
        found = self.connection.execute(select(table).where(column.in_(listed(keys))))
        rows = {str(row._mapping[column]): row for row in found}  # noqa: SLF001 - see facts_of
        for key in keys:
            if key not in rows:
                raise NotFoundError(msg("There is no {key} in {table}", key=key, table=table.name))
        return rows

    def update(
        self, table: Table, key: str, values: Mapping[str, object], *, expected_version: int | None = None
    ) -> None:
        """Change a row and count its version up; without `values` only that.

        Raises:
            NotFoundError: there is no such row.
            ConflictError: its version is not `expected_version`: it moved on since it was read.
        """
        before = self.row(table, key)
        if expected_version is not None and before.version != expected_version:
            raise self.conflict(table, key, expected_version, before.version)
        changed = {**values, "version": before.version + 1}
        self.connection.execute(update(table).where(table.c[key_of(table)] == key).values(**changed))
        shape = GEOM in values
        if shape:
            self.touch_geometry(table)
        after = facts_of(self.row(table, key), with_shape=shape)
        self.log(Deed("update", table.name, key, facts_of(before, with_shape=shape), after))

    def delete(self, table: Table, key: str, *, expected_version: int | None = None) -> None:
        """Take a row away; its event keeps what it said, its shape too.

        Raises:
            NotFoundError: there is no such row.
            ConflictError: its version is not `expected_version`: it moved on since it was read.
        """
        before = self.row(table, key)
        if expected_version is not None and before.version != expected_version:
            raise self.conflict(table, key, expected_version, before.version)
        self.connection.execute(delete(table).where(table.c[key_of(table)] == key))
        self.touch_geometry(table)
        self.log(Deed("delete", table.name, key, facts_of(before, with_shape=GEOM in table.c), None))

    def metric_crs(self) -> str:
        """The system the plan's figures are measured in; '' while there are no boundaries."""
        return str(self.connection.execute(select(plan.c.metric_crs)).scalar_one())

    def describe(self, **values: object) -> None:
        """Change what the workspace says of itself: title, metric_crs, demo_clock, scheme (JSON text)."""
        before = self.connection.execute(select(plan)).one()
        self.connection.execute(update(plan).values(**values))
        after = self.connection.execute(select(plan)).one()
        facts = [{name: facts_of(row, with_shape=False)[name] for name in values} for row in (before, after)]
        self.log(Deed("update", plan.name, None, *facts))

    def touch_geometry(self, table: Table) -> None:
        """Note that shapes of `table` change, so that what is cached of units and cells is fetched again."""
        if table.name not in _SHAPES or self._geometry_touched:
            return
        self._geometry_touched = True
        self.revision = Revision(self.revision.revision, self.revision.geometry_revision + 1)

    def log(self, deed: Deed) -> None:
        """Add an event of this change."""
        log(self.connection, deed, self.by, self.group, self.revision.revision)

    def _log_all(self, deeds: Sequence[Deed]) -> None:
        log_all(self.connection, deeds, self.by, self.group, self.revision.revision)

    def conflict(self, table: Table | str, key: str, expected: int, found: int) -> ConflictError:
        """The error that says who changed a row since it was read at version `expected`."""
        table = table_of(table)
        other = last_author(self.connection, table.name, key)
        return ConflictError(
            msg(
                "{key} was changed by {user} at {at} since it was read (version {expected}, now {found}); "
                "load it again and decide anew",
                key=key,
                user=msg("an unknown user") if other is None else other.user,
                at=msg("an unknown time") if other is None else f"{other.at:%Y-%m-%d %H:%M}",
                expected=expected,
                found=found,
            ),
            table=table.name,
            key=key,
            user="" if other is None else other.user,
            at=None if other is None else other.at,
        )


def table_of(table: Table | str) -> Table:
    """A table, which those who know no tables give by its name."""
    return METADATA.tables[table] if isinstance(table, str) else table


@contextmanager
def begin_change(workspace: Workspace, by: Author) -> Iterator[Change]:
    """One change of the plan: its revision counts up by one; an exception undoes all of it.

    Raises:
        StoreError: the file cannot be written.
    """
    with workspace.writing() as connection:
        opened = (
            update(plan)
            .values(own_write=1, revision=plan.c.revision + 1)
            .returning(plan.c.revision, plan.c.geometry_revision)
        )
        row = connection.execute(opened).one()
        revision = Revision(row.revision, row.geometry_revision)
        change = Change(connection, by, next_group(connection), revision)
        yield change
        closed = update(plan).values(own_write=0, geometry_revision=change.revision.geometry_revision)
        connection.execute(closed)


def facts_of(row: Row[Any], *, with_shape: bool) -> Facts:
    """What a row says, ready for JSON; its shape, as hexadecimal WKB, only where that is what changes."""
    facts: dict[str, object] = {}
    for name, value in row._mapping.items():  # noqa: SLF001 - SQLAlchemy's public way to a row as a mapping
        if name == "fid" or (name == GEOM and not with_shape):
            continue
        if isinstance(value, datetime):
            facts[name] = value.isoformat(timespec="seconds")
        elif isinstance(value, BaseGeometry):
            facts[name] = value.wkb_hex
        else:
            facts[name] = value
    return facts
