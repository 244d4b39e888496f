"""The last step of an import: one change that can be taken back, and what the workspace remembers of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gridmap.errors import InputError
from gridmap.messages import msg, msg_n
from gridmap.model.access import Action, User, covers
from gridmap.model.places import Level
from gridmap.names import LEVEL, NAME
from gridmap.service.import_preview import ImportPreview
from gridmap.service.plan_cache import PlanCache
from gridmap.service.posting import save_edits
from gridmap.service.rights import require
from gridmap.store.changes import begin_change
from gridmap.store.history import Author
from gridmap.store.import_memory import read_returns, remember
from gridmap.store.placing import write_rows
from gridmap.store.repository import Revision, Workspace

_NAMED = 3
"""Refused rows told in the line of an error; the others are counted."""


@dataclass(frozen=True)
class TownshipReturn:
    """What a township sent of a kind last; `at` is None where nothing has come."""

    code: str
    name: str
    file: str
    user: str
    at: datetime | None
    rows: int


def save_import(
    workspace: Workspace,
    preview: ImportPreview,
    *,
    reason: str,
    user: User,
    at: datetime,
    only_good: bool = False,
) -> Revision:
    """Save what a preview shows, as one change.

    The mapping of the columns and the names that were decided are remembered, and whose file it was; taking
    back the change leaves that.

    Raises:
        AccessError: the right or the scope does not reach a place.
        InputError: rows are refused and not `only_good`, or there is nothing to save, or no reason.
        ConflictError: what the file changes moved on since the preview.
    """
    _require_good(preview, only_good=only_good)
    if preview.kind == "people":
        revision = save_edits(workspace, preview.edits, reason=reason, user=user, at=at)
    else:
        revision = _save_rows(workspace, preview, reason.strip(), user, at)
    note_returns(workspace, preview, user=user, at=at)
    return revision


def note_returns(workspace: Workspace, preview: ImportPreview, *, user: User, at: datetime) -> None:
    """Remember the file of a preview: how its columns are read, and which townships it came from.

    For a file that changes nothing this is all that is saved of it.

    Raises:
        AccessError: the user may not edit what files of this kind change.
    """
    require(user, preview.action, user.scope)
    own = {unit: rows for unit, rows in preview.memory.returned.items() if covers(user.scope, unit)}
    remember(workspace.path, replace(preview.memory, returned=own), Author(user.name, at))


def township_returns(
    cache: PlanCache, kind: str, *, user: User, since: datetime | None = None
) -> tuple[TownshipReturn, ...]:
    """The townships of the user's scope, each with the last file that came from it, those without one first.

    Args:
        cache: the plan.
        kind: of the files.
        user: whose scope it is.
        since: a file that came earlier is taken for none.

    Raises:
        AccessError: the user may see nothing.
    """
    require(user, Action.VIEW, user.scope)
    units, came = cache.plan().units, read_returns(cache.workspace.path, kind)
    found = []
    for code, name in units.loc[units[LEVEL] == Level.TOWNSHIP, NAME].items():
        if not covers(user.scope, str(code)):
            continue
        last = came.get(str(code))
        if last is None or (since is not None and last.at < since):
            found.append(TownshipReturn(str(code), str(name), "", "", None, 0))
        else:
            found.append(TownshipReturn(str(code), str(name), last.file, last.user, last.at, last.rows))
    return tuple(sorted(found, key=lambda one: (one.at is not None, one.code)))


def _require_good(preview: ImportPreview, *, only_good: bool) -> None:
    if preview.refused and not only_good:
        told = [row.told for row in preview.refused[:_NAMED]]
        raise InputError(
            msg_n(
                "{file}: {n} row is refused, so nothing is saved: {rows}",
                "{file}: {n} rows are refused, so nothing is saved: {rows}",
                n=len(preview.refused),
                file=preview.file,
                rows=[*told, "…"] if len(preview.refused) > _NAMED else told,
            )
        )


def _save_rows(
    workspace: Workspace, preview: ImportPreview, reason: str, user: User, at: datetime
) -> Revision:
    if not reason:
        raise InputError(msg("Write a reason."))
    if not preview.tables:
        raise InputError(msg("There is nothing to save."))
    for place in preview.places:
        require(user, preview.action, place)
    with begin_change(workspace, Author(user.name, at, reason)) as change:
        for rows in preview.tables:
            write_rows(change, rows)
        return change.revision
