"""The last step of an import: one change that can be taken back, and what the workspace remembers of it."""

from __future__ import annotations

from datetime import datetime

from gridmap.errors import InputError
from gridmap.messages import msg, msg_n, shortened
from gridmap.model.access import User
from gridmap.model.files import KINDS_OF_FILE
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.people.saving import save_edits
from gridmap.service.rights import require
from gridmap.store.changes import begin_change
from gridmap.store.history import Author
from gridmap.store.import_memory import remember
from gridmap.store.placing import write_rows
from gridmap.store.repository import Revision, Workspace

_NAMED = 3
"""Refused rows told in the line of an error; the others are counted."""


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

    The mapping of the columns and the names that were decided are remembered; taking back the change leaves
    that.

    Raises:
        AccessError: the right or the scope does not reach a place.
        InputError: rows are refused and not `only_good`, or there is nothing to save, or no reason.
        ConflictError: what the file changes moved on since the preview.
    """
    _require_good(preview, only_good=only_good)
    if KINDS_OF_FILE[preview.kind].tells_people:
        revision = save_edits(workspace, preview.edits, reason=reason, user=user, at=at)
    else:
        revision = _save_rows(workspace, preview, reason.strip(), user, at)
    remember_import(workspace, preview, user=user, at=at)
    return revision


def remember_import(workspace: Workspace, preview: ImportPreview, *, user: User, at: datetime) -> None:
    """Remember how the columns of a file are read, and what names in it mean.

    For a file that changes nothing this is all that is saved of it.

    Raises:
        AccessError: the user may not edit what files of this kind change.
    """
    require(user, preview.action, user.scope)
    remember(workspace, preview.memory, Author(user.name, at))


def _require_good(preview: ImportPreview, *, only_good: bool) -> None:
    if preview.refused and not only_good:
        raise InputError(
            msg_n(
                "{file}: {n} row is refused, so nothing is saved: {rows}",
                "{file}: {n} rows are refused, so nothing is saved: {rows}",
                n=len(preview.refused),
                file=preview.file,
                rows=shortened((row.told for row in preview.refused), _NAMED),
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
