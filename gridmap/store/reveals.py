"""Whole telephone numbers: one at a time, told in the log before it is given out.

Everything else in the store reads phones masked; this is the one way to a number.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Table, select

from gridmap.errors import NotFoundError
from gridmap.messages import msg
from gridmap.store.history import REVEAL, Author, Deed, log, next_group
from gridmap.store.repository import Workspace
from gridmap.store.tables import checkpoints, key_of, people, plan


def reveal_phone(workspace: Workspace, person_id: str, by: Author, *, place: str) -> str:
    """The whole number of a person, called about `place` (its kind and code); an event tells of it first.

    The plan's revision stays as it is, for nothing in it changes.

    Raises:
        NotFoundError: there is no such person, or the roster knows no number.
    """
    with workspace.writing() as connection:
        return _reveal(connection, people.c.phone, person_id, by, place)


def reveal_emergency_phone(workspace: Workspace, code: str, by: Author) -> str:
    """The whole emergency number of a checkpoint; an event tells of it first.

    Raises:
        NotFoundError: there is no such checkpoint, or it has no number.
    """
    with workspace.writing() as connection:
        return _reveal(connection, checkpoints.c.emergency_phone, code, by, f"checkpoint:{code}")


def _reveal(connection: Connection, column: Column[Any], key: str, by: Author, place: str) -> str:
    table = column.table
    assert isinstance(table, Table)
    asked = select(table.c.name, column).where(table.c[key_of(table)] == key)
    row = connection.execute(asked).first()
    if row is None:
        raise NotFoundError(msg("There is no {key} in {table}", key=key, table=table.name))
    called, number = row
    if not number:
        raise NotFoundError(msg("No telephone number of {name} is known", name=called))
    revision = connection.scalar(select(plan.c.revision)) or 0
    deed = Deed(REVEAL, table.name, key, None, {"place": place})
    log(connection, deed, by, next_group(connection), revision)
    return str(number)
