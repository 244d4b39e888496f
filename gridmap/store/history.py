"""The log of changes: events are added in the transaction of the change, and never altered."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, Label, Row, Select, func, insert, or_, select

from gridmap.store.frames import typed_frame
from gridmap.store.masking import masked_json
from gridmap.store.repository import Workspace
from gridmap.store.sqlite.dialect import without_fact
from gridmap.store.tables import event

Facts = Mapping[str, object]
"""What a row says, ready for JSON."""

CHANGES: Final = ("insert", "update", "delete", "write")
"""The actions that change the plan; others (accounts, numbers revealed, exports) are only told."""
UNDO: Final = "undo"
"""Says of its group that it takes back another, whose number is the key."""
REVEAL: Final = "reveal"
"""A telephone number was read whole; the number itself is not in the log."""
_SHOWN: Final = 1_000
"""Deeds of one group that are read; beyond them its rows are only counted."""


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


@dataclass(frozen=True)
class LoggedChange:
    """The events of one group.

    Attributes:
        undoes: the group that this one takes back, None where it is an ordinary one.
        deeds: what was done, phones masked and shapes left out; at most the first thousand.
        count: how many there are in all.
    """

    group: int
    at: datetime
    user: str
    reason: str
    revision: int
    undoes: int | None
    deeds: tuple[Deed, ...]
    count: int


def next_group(connection: Connection) -> int:
    """The number that holds together the events of one change."""
    return (connection.scalar(select(func.max(event.c.group_id))) or 0) + 1


def log(connection: Connection, deed: Deed, by: Author, group: int, revision: int) -> None:
    """Add one event."""
    log_all(connection, [deed], by, group, revision)


def log_all(connection: Connection, deeds: Sequence[Deed], by: Author, group: int, revision: int) -> None:
    """Add an event for each deed."""
    rows = [
        {
            "group_id": group,
            "at": by.at,
            "user": by.user,
            "reason": by.reason,
            "action": deed.action,
            "table_name": deed.table,
            "row_key": deed.key,
            "before": _json(deed.before),
            "after": _json(deed.after),
            "revision": revision,
        }
        for deed in deeds
    ]
    if rows:
        connection.execute(insert(event), rows)


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
    workspace: Workspace, *, table: str | None = None, key: str | None = None, limit: int = 500
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
    with workspace.reading() as connection:
        return typed_frame(connection, chosen)


def read_changes(
    workspace: Workspace,
    *,
    limit: int = 50,
    before: int | None = None,
    group: int | None = None,
    actions: Collection[str] | None = (*CHANGES, UNDO),
) -> tuple[LoggedChange, ...]:
    """The newest groups first, each with what it did; `before` goes on where an earlier call ended.

    `group` asks for that one alone; `actions` narrows the events, None means all.
    """
    groups = select(event.c.group_id).distinct().order_by(event.c.group_id.desc()).limit(limit)
    if actions is not None:
        groups = groups.where(event.c.action.in_(actions))
    if before is not None:
        groups = groups.where(event.c.group_id < before)
    if group is not None:
        groups = groups.where(event.c.group_id == group)
    with workspace.reading() as connection:
        rows = connection.execute(_deeds_of(list(connection.scalars(groups)))).all()
    return tuple(_logged(list(events)) for _, events in groupby(rows, key=lambda row: row.group_id))


def deeds_of(connection: Connection, group: int) -> tuple[Deed, ...]:
    """All deeds of a group, phones masked and shapes left out."""
    query = select(event.c.action, event.c.table_name, event.c.row_key, *_shown_facts())
    rows = connection.execute(query.where(event.c.group_id == group).order_by(event.c.id))
    return tuple(_deed(row) for row in rows)


def _deeds_of(groups: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """The first thousand events of each group, and how many there are."""
    number = func.row_number().over(partition_by=event.c.group_id, order_by=event.c.id)
    count = func.count().over(partition_by=event.c.group_id)
    numbered = (
        select(event.c.id, number.label("number"), count.label("count"))
        .where(event.c.group_id.in_(groups))
        .subquery()
    )
    others = [column for column in event.c if column.key not in {"before", "after"}]
    return (
        select(*others, *_shown_facts(), numbered.c.count)
        .join(numbered, numbered.c.id == event.c.id)
        .where(numbered.c.number <= _SHOWN)
        .order_by(event.c.group_id.desc(), event.c.id)
    )


def _shown_facts() -> list[Label[str]]:
    return [
        without_fact(masked_json(column), "geom").label(str(column.key))
        for column in (event.c.before, event.c.after)
    ]


def _deed(row: Row[*tuple[Any, ...]]) -> Deed:
    return Deed(row.action, row.table_name, row.row_key, _facts(row.before), _facts(row.after))


def _logged(events: Sequence[Row[*tuple[Any, ...]]]) -> LoggedChange:
    first = events[0]
    deeds = [_deed(one) for one in events]
    undoes = next((int(deed.key) for deed in deeds if deed.action == UNDO and deed.key), None)
    return LoggedChange(
        group=first.group_id,
        at=first.at,
        user=first.user,
        reason=first.reason,
        revision=first.revision,
        undoes=undoes,
        deeds=tuple(deed for deed in deeds if deed.action != UNDO),
        count=first._mapping["count"] - (undoes is not None),  # noqa: SLF001 - a row has a method of that name
    )


def _facts(text: str | None) -> Facts | None:
    return None if text is None else dict(json.loads(text))


def _json(facts: Facts | None) -> str | None:
    return None if facts is None else json.dumps(dict(facts), ensure_ascii=False)
