"""The log of changes: events are added in the transaction of the change, and never altered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, func, insert, or_, select

from gridmap.store.engine import begin_read
from gridmap.store.frames import typed_frame
from gridmap.store.masking import masked_json
from gridmap.store.tables import event

Facts = Mapping[str, object]
"""What a row says, ready for JSON."""


@dataclass(frozen=True)
class Author:
    """Who makes a change, when (the county's wall clock), and why."""

    user: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Deed:
    """What was done to a row: `before` is None where it is new, `after` None where it is gone.

    `key` is None where a whole table was written at once.
    """

    action: str
    table: str
    key: str | None
    before: Facts | None
    after: Facts | None


def next_group(connection: Connection) -> int:
    """The number that holds together the events of one change."""
    return (connection.scalar(select(func.max(event.c.group_id))) or 0) + 1


def log(connection: Connection, deed: Deed, by: Author, group: int, revision: int) -> None:
    """Add one event."""
    connection.execute(
        insert(event).values(
            group_id=group,
            at=by.at,
            user=by.user,
            reason=by.reason,
            action=deed.action,
            table_name=deed.table,
            row_key=deed.key,
            before=_json(deed.before),
            after=_json(deed.after),
            revision=revision,
        )
    )


def last_author(connection: Connection, table: str, key: str) -> Author | None:
    """Who last changed a row, or wrote its whole table; None where the log knows nothing of it."""
    newest = (
        select(event.c.user, event.c.at, event.c.reason)
        .where(event.c.table_name == table, or_(event.c.row_key == key, event.c.row_key.is_(None)))
        .order_by(event.c.id.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    return None if row is None else Author(row.user, row.at, row.reason)


def read_events(
    path: Path, *, table: str | None = None, key: str | None = None, limit: int = 500
) -> pd.DataFrame:
    """The newest events first, indexed by id; of one table, or one row of it, where named.

    Columns as in the table `event`; `before` and `after` are JSON texts or missing, phones in them masked.
    """
    columns = [masked_json(column) if column.key in {"before", "after"} else column for column in event.c]
    chosen = select(*columns).order_by(event.c.id.desc()).limit(limit)
    if table is not None:
        chosen = chosen.where(event.c.table_name == table)
    if key is not None:
        chosen = chosen.where(event.c.row_key == key)
    with begin_read(path) as connection:
        return typed_frame(connection, chosen)


def _json(facts: Facts | None) -> str | None:
    return None if facts is None else json.dumps(dict(facts), ensure_ascii=False)
