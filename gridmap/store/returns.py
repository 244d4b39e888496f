"""Rounds of collecting in the workspace: which templates went out to which units, and what came back.

As what imports remember, these rows are no part of the plan: they have no events, and undoing an import
leaves them, for the file did come back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, func, insert, select

from gridmap.store.engine import begin_read, begin_write
from gridmap.store.history import Author
from gridmap.store.tables import return_issues, return_rounds, returns


@dataclass(frozen=True)
class Round:
    """One collecting of a kind: begun by whom and when, due until `deadline` (None: open)."""

    id: str
    kind: str
    deadline: datetime | None
    user: str
    at: datetime


@dataclass(frozen=True)
class Issue:
    """A template sent out to a unit within a round; `plan_revision` is that of the data filled in."""

    id: str
    round_id: str
    unit_code: str
    plan_revision: int
    user: str
    at: datetime


@dataclass(frozen=True)
class Returned:
    """A file that came back: its rows by what became of them, who brought it in and when.

    `saved_revision` is None where it changed nothing.
    """

    file: str
    added: int
    changed: int
    unchanged: int
    refused: int
    saved_revision: int | None
    user: str
    at: datetime


def begin_round(
    path: Path, kind: str, units: Sequence[str], *, deadline: datetime | None, plan_revision: int, by: Author
) -> tuple[Round, tuple[Issue, ...]]:
    """Note that templates of a kind go out to `units`; a round is named by its kind and day.

    Raises:
        StoreError: the file cannot be written.
    """
    with begin_write(path) as connection:
        key = _free_key(connection, f"{kind}-{by.at:%Y%m%d}")
        begun = Round(key, kind, deadline, by.user, by.at)
        issues = tuple(
            Issue(f"{key}-{unit}", key, unit, plan_revision, by.user, by.at) for unit in dict.fromkeys(units)
        )
        connection.execute(insert(return_rounds).values(**vars(begun)))
        if issues:
            connection.execute(insert(return_issues), [vars(issue) for issue in issues])
    return begun, issues


def read_rounds(path: Path) -> tuple[Round, ...]:
    """All rounds, the newest first."""
    query = select(return_rounds).order_by(return_rounds.c.fid.desc())
    with begin_read(path) as connection:
        rows = connection.execute(query).all()
    return tuple(Round(row.id, row.kind, row.deadline, row.user, row.at) for row in rows)


def read_issues(path: Path, round_id: str) -> tuple[Issue, ...]:
    """What went out within a round, by the codes of the units."""
    query = select(return_issues).where(return_issues.c.round_id == round_id)
    with begin_read(path) as connection:
        rows = connection.execute(query.order_by(return_issues.c.unit_code)).all()
    return tuple(_issue(row) for row in rows)


def read_issue(path: Path, issue_id: str) -> Issue | None:
    """The template of an id; None where this workspace never sent it."""
    with begin_read(path) as connection:
        row = connection.execute(select(return_issues).where(return_issues.c.id == issue_id)).first()
    return None if row is None else _issue(row)


def read_returned(path: Path, round_id: str) -> Mapping[str, tuple[Returned, ...]]:
    """The files that came back within a round, in the order they came, by the code of the unit."""
    query = (
        select(return_issues.c.unit_code, returns)
        .join(return_issues, return_issues.c.id == returns.c.issue_id)
        .where(return_issues.c.round_id == round_id)
        .order_by(returns.c.fid)
    )
    found: dict[str, list[Returned]] = defaultdict(list)
    with begin_read(path) as connection:
        for row in connection.execute(query):
            facts = {name: row._mapping[name] for name in Returned.__dataclass_fields__}  # noqa: SLF001 - SQLAlchemy's public way to a row as a mapping
            found[row.unit_code].append(Returned(**facts))
    return {unit: tuple(came) for unit, came in found.items()}


def note_returned(path: Path, issue_id: str, returned: Returned) -> None:
    """Add a file that came back.

    Raises:
        StoreError: the file cannot be written.
    """
    with begin_write(path) as connection:
        connection.execute(insert(returns).values(id=uuid4().hex, issue_id=issue_id, **vars(returned)))


def _free_key(connection: Connection, key: str) -> str:
    """The key itself on its day's first round, else with a number."""
    taken = connection.scalar(
        select(func.count())
        .select_from(return_rounds)
        .where((return_rounds.c.id == key) | return_rounds.c.id.startswith(f"{key}-", autoescape=True))
    )
    return f"{key}-{taken + 1}" if taken else key


def _issue(row: Row[Any]) -> Issue:
    return Issue(row.id, row.round_id, row.unit_code, row.plan_revision, row.user, row.at)
