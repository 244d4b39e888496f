"""Edits whose rows moved on since a planner saw them: which, who changed them, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gridmap.model.plan import Plan
from gridmap.names import PEOPLE, POSTS
from gridmap.service.people.commands import AddPerson, AssignPost, ChangePerson, Edit, EndPost, NoteArrival
from gridmap.store.history import Author, last_author
from gridmap.store.posts import TARGET_TABLES
from gridmap.store.repository import Workspace


@dataclass(frozen=True)
class Moved:
    """A row that moved on, and who did it last; None where the log knows nothing of it."""

    table: str
    key: str
    by: Author | None


def moved_on(workspace: Workspace, plan: Plan, edits: Iterable[Edit]) -> Moved | None:
    """The first row that changed since the edits were thought of; None where all stand still."""
    for edit in edits:
        table, key, expected = _seen(edit)
        versions = getattr(plan, table)["version"] if table else {}
        if expected is not None and key in versions and versions[key] != expected:
            with workspace.reading() as connection:
                return Moved(table, key, last_author(connection, table, key))
    return None


def _seen(edit: Edit) -> tuple[str, str, int | None]:
    match edit:
        case AssignPost():
            return TARGET_TABLES[edit.target_kind].name, edit.target_code, edit.expected_version
        case EndPost() | NoteArrival():
            return POSTS, edit.post_id, edit.expected_version
        case ChangePerson():
            return PEOPLE, edit.person_id, edit.expected_version
        case AddPerson():
            return "", edit.person_id, None
