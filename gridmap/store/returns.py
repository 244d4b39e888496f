"""Rounds of collecting in the workspace: which templates went out to which units, and what came back.

As what imports remember, these rows are no part of the plan: they have no events, and undoing an import
leaves them, for the file did come back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, func, insert, select

from gridmap.model.collecting import Collecting, Due, Issue, Returned, Round
from gridmap.store.history import Author
from gridmap.store.repository import Workspace
from gridmap.store.tables import return_issues, return_rounds, returns


def begin_round(
    workspace: Workspace,
    kind: str,
    units: Sequence[str],
    *,
    deadline: datetime | None,
    plan_revision: int,
    by: Author,
) -> tuple[Round, tuple[Issue, ...]]:
    """Note that templates of a kind go out to `units`; a round is named by its kind and day.

    Raises:
        StoreError: the file cannot be written.
    """
    with workspace.writing() as connection:
        key = _free_key(connection, f"{kind}-{by.at:%Y%m%d}")
        begun = Round(key, kind, deadline, by.user, by.at)
        issues = tuple(
            Issue(
                id=f"{key}-{unit}",
                round_id=key,
                unit_code=unit,
                plan_revision=plan_revision,
                user=by.user,
                at=by.at,
            )
            for unit in dict.fromkeys(units)
        )
        connection.execute(insert(return_rounds).values(**vars(begun)))
        if issues:
            connection.execute(insert(return_issues), [vars(issue) for issue in issues])
    return begun, issues


def read_rounds(workspace: Workspace) -> tuple[Round, ...]:
    """All rounds, the newest first."""
    query = select(return_rounds).order_by(return_rounds.c.fid.desc())
    with workspace.reading() as connection:
        rows = connection.execute(query).all()
    return tuple(_round(row) for row in rows)


def read_issues(workspace: Workspace, round_id: str) -> tuple[Issue, ...]:
    """What went out within a round, by the codes of the units."""
    query = select(return_issues).where(return_issues.c.round_id == round_id)
    with workspace.reading() as connection:
        rows = connection.execute(query.order_by(return_issues.c.unit_code)).all()
    return tuple(_issue(row) for row in rows)


def read_issue(workspace: Workspace, issue_id: str) -> Issue | None:
    """The template of an id; None where this workspace never sent it."""
    with workspace.reading() as connection:
        row = connection.execute(select(return_issues).where(return_issues.c.id == issue_id)).first()
    return None if row is None else _issue(row)


def read_returned(workspace: Workspace, round_id: str) -> Mapping[str, tuple[Returned, ...]]:
    """The files that came back within a round, in the order they came, by the code of the unit."""
    query = (
        select(return_issues.c.unit_code, returns)
        .join(return_issues, return_issues.c.id == returns.c.issue_id)
        .where(return_issues.c.round_id == round_id)
        .order_by(returns.c.fid)
    )
    found: dict[str, list[Returned]] = defaultdict(list)
    with workspace.reading() as connection:
        for row in connection.execute(query):
            found[row.unit_code].append(_returned(row))
    return {unit: tuple(came) for unit, came in found.items()}


def read_latest_issues(workspace: Workspace, kind: str) -> dict[str, Issue]:
    """The last template of a kind that went out to each unit within a round, by the code of the unit."""
    query = (
        select(return_issues)
        .join(return_rounds, return_rounds.c.id == return_issues.c.round_id)
        .where(return_rounds.c.kind == kind)
        .order_by(return_rounds.c.fid)
    )
    with workspace.reading() as connection:
        rows = connection.execute(query).all()
    return {row.unit_code: _issue(row) for row in rows}


def read_collecting(workspace: Workspace) -> Collecting:
    """All that was ever sent out and came back, the oldest round first."""
    with workspace.reading() as connection:
        rounds = {row.id: _round(row) for row in connection.execute(select(return_rounds)).all()}
        issues = connection.execute(select(return_issues).order_by(return_issues.c.fid)).all()
        came = connection.execute(select(returns).order_by(returns.c.fid)).all()
    files: dict[str, list[Returned]] = defaultdict(list)
    for row in came:
        files[row.issue_id].append(_returned(row))
    dues = tuple(
        Due(rounds[issue.round_id], issue.unit_code, tuple(files.get(issue.id, ()))) for issue in issues
    )
    return Collecting(dues, (len(issues), len(came)))


def note_returned(workspace: Workspace, returned: Mapping[str, Returned]) -> None:
    """Add files that came back, by the id of the issue that each answers.

    Raises:
        StoreError: the file cannot be written.
    """
    rows = [{"id": uuid4().hex, "issue_id": issue, **vars(one)} for issue, one in returned.items()]
    if rows:
        with workspace.writing() as connection:
            connection.execute(insert(returns), rows)


def _free_key(connection: Connection, key: str) -> str:
    """The key itself on its day's first round, else with a number."""
    taken = connection.scalar(
        select(func.count())
        .select_from(return_rounds)
        .where((return_rounds.c.id == key) | return_rounds.c.id.startswith(f"{key}-", autoescape=True))
    )
    return f"{key}-{taken + 1}" if taken else key


def _issue(row: Row[Any]) -> Issue:
    return Issue(
        id=row.id,
        round_id=row.round_id,
        unit_code=row.unit_code,
        plan_revision=row.plan_revision,
        user=row.user,
        at=row.at,
    )


def _round(row: Row[Any]) -> Round:
    return Round(row.id, row.kind, row.deadline, row.user, row.at)


def _returned(row: Row[Any]) -> Returned:
    return Returned(**{name: getattr(row, name) for name in Returned.__dataclass_fields__})
