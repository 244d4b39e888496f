"""A template that came back: known by its stamp, held against the plan, saved as one change, and noted.

Whoever filled it in answers for one unit: what its rows say of other units is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from gridmap.errors import InputError
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User, covers
from gridmap.model.changes import RowState
from gridmap.model.collecting import Issue, Returned
from gridmap.read.tables.office_tables import OfficeTable, read_office_tables
from gridmap.service.history.words import WHOLE, places
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.imports.saving import remember_import, save_import
from gridmap.service.imports.source import Reading
from gridmap.service.imports.whole_file import preview_file
from gridmap.service.plan_cache import PlanCache
from gridmap.service.returns.stamp import (
    NOTES_TITLE,
    TemplateStamp,
    stamp_in,
    workspace_mark,
)
from gridmap.service.returns.templates import PEOPLE, require_kind, scope_name
from gridmap.service.rights import may, require
from gridmap.store.history import read_changes
from gridmap.store.repository import Revision
from gridmap.store.returns import note_returned, read_issue, read_latest_issues

"""What a template may have been saved as by the office."""
_LOOKED_AT: Final = 200
"""Changes since a template was written that are looked through."""


@dataclass(frozen=True, eq=False)
class ReturnPreview:
    """What a returned file would do; nothing is saved.

    Attributes:
        unit: what the unit is called that it comes from.
        issue: of the round that it answers; None where it belongs to none.
        moved_on: the unit was changed since the file was written, so that a row may set back what others
            changed meanwhile.
    """

    file: str
    stamp: TemplateStamp
    unit: str
    issue: Issue | None
    rows: ImportPreview
    moved_on: bool

    @property
    def is_zero(self) -> bool:
        """Whether it changes nothing and nothing of it is refused: a zero report."""
        counts = self.rows.counts
        return not (counts[RowState.ADDED] or counts[RowState.CHANGED] or counts[RowState.REFUSED])

    @property
    def summary(self) -> Message:
        """What it is and what it would do, in a line."""
        if self.is_zero:
            return msg("{unit}, {file}: nothing to be changed, a zero report", unit=self.unit, file=self.file)
        return msg("{unit}, {counts}", unit=self.unit, counts=self.rows.summary)


@dataclass(frozen=True)
class BroughtBack:
    """What became of a returned file; `revision` is None where nothing had to be saved."""

    preview: ReturnPreview
    revision: Revision | None

    @property
    def told(self) -> Message:
        """The outcome in a line."""
        preview = self.preview
        if self.revision is None:
            return preview.summary
        return msg(
            "{summary}; saved, revision {revision}", summary=preview.summary, revision=self.revision.revision
        )


def preview_return(cache: PlanCache, path: Path, *, user: User, at: datetime) -> ReturnPreview:
    """Read a returned template and hold it against the plan.

    Raises:
        AccessError: the user may not edit the unit that it comes from.
        InputError: it has no stamp, comes from another workspace, or cannot be read.
    """
    plan = cache.plan()
    tables = read_office_tables(path)
    stamp = stamp_in(tables)
    if stamp is None:
        raise InputError(
            msg(
                "{file}: no template of ours, or its sheet of notes is gone. Bring it in on the page Import.",
                file=path.name,
            )
        )
    if stamp.workspace != workspace_mark(plan):
        raise InputError(msg("{file}: the template was made from another workspace.", file=path.name))
    require_kind(stamp.kind)
    require(user, Action.EDIT_POSTS, stamp.scope)
    # The unit is who speaks in the file: it reaches no further than itself, whoever brings the file in.
    unit = scope_name(plan, stamp.scope)
    inside = replace(user, name=unit, scope=stamp.scope) if stamp.scope else user
    rows = _held(cache, path, tables=tables, stamp=stamp, user=inside, at=at)
    return ReturnPreview(
        file=path.name,
        stamp=stamp,
        unit=unit,
        issue=find_issue(cache, stamp),
        rows=rows,
        moved_on=bool(rows.counts[RowState.CHANGED]) and _moved_on(cache, stamp),
    )


def save_return(
    cache: PlanCache,
    preview: ReturnPreview,
    *,
    reason: str,
    user: User,
    at: datetime,
    only_good: bool = False,
) -> BroughtBack:
    """Save what a returned file changes as one change, and note that it was returned.

    Raises:
        AccessError: the user may not edit the unit that it comes from.
        InputError: rows are refused and not `only_good`, or nothing but refused rows; it counts as not
            returned then.
        ConflictError: what the file changes moved on since the preview.
    """
    require(user, Action.EDIT_POSTS, preview.stamp.scope)
    workspace, rows = cache.workspace, preview.rows
    revision: Revision | None = None
    if not preview.is_zero:
        if not rows.good and only_good:
            raise InputError(
                msg("{file}: nothing but refused rows; correct them and return it again.", file=preview.file)
            )
        revision = save_import(workspace, rows, reason=reason, user=user, at=at, only_good=only_good)
    else:
        remember_import(workspace, rows, user=user, at=at)
    if preview.issue is not None:
        saved = None if revision is None else revision.revision
        answered = {preview.issue.id: _returned(preview.file, rows.counts, saved, user, at)}
        note_returned(workspace, answered)
    return BroughtBack(preview, revision)


def note_import(
    cache: PlanCache,
    preview: ImportPreview,
    saved: int | None,
    stamp: TemplateStamp | None,
    *,
    user: User,
    at: datetime,
) -> tuple[str, ...]:
    """Note a file that was brought in as an import as returned; the units that it is noted for.

    A template of a round answers that round. Any other file answers for the townships that rows of it come
    from, each in the last round of that kind that it was sent. Where every change is refused nothing has been
    returned. `saved` is the revision it was saved as, None where it changes nothing; then the way its columns
    are read is remembered here too. `stamp` is the file's, None where it has none.

    Raises:
        AccessError: the user may not edit what files of this kind change.
    """
    if saved is None:
        remember_import(cache.workspace, preview, user=user, at=at)
    issue = None
    if stamp is not None and stamp.workspace == workspace_mark(cache.plan()):
        issue = find_issue(cache, stamp)
    answered: dict[Issue, Mapping[RowState, int]]
    if issue is not None and may(user, Action.EDIT_POSTS, issue.unit_code):
        answered = {issue: preview.counts} if _is_return(preview.counts) else {}
    else:  # a template of another township counts for nothing but the rows of one's own
        answered = _answered(cache, preview, user)
    noted = {one.id: _returned(preview.file, counts, saved, user, at) for one, counts in answered.items()}
    note_returned(cache.workspace, noted)
    return tuple(one.unit_code for one in answered)


def find_issue(cache: PlanCache, stamp: TemplateStamp) -> Issue | None:
    """The issue that a file answers: that of its stamp, else the last one of its kind that the unit was sent.

    The stamp is a text that anybody can write: an id counts only for the unit that it went to.
    """
    workspace = cache.workspace
    if stamp.issue:
        issue = read_issue(workspace, stamp.issue)
        return issue if issue is not None and issue.unit_code == stamp.scope else None
    return read_latest_issues(workspace, stamp.kind).get(stamp.scope)


def _moved_on(cache: PlanCache, stamp: TemplateStamp) -> bool:
    """Whether something in the unit of a stamp was changed since; beyond what is looked through it may be."""
    plan = cache.plan()
    if plan.revision == stamp.revision:
        return False
    changes = read_changes(cache.workspace, limit=_LOOKED_AT)
    later = [change for change in changes if change.revision > stamp.revision]
    if len(later) == _LOOKED_AT:
        return True
    codes = {code for change in later for deed in change.deeds for code in places(plan, deed)}
    return any(code == WHOLE or covers(stamp.scope, code) for code in codes)


def _answered(cache: PlanCache, preview: ImportPreview, user: User) -> dict[Issue, Mapping[RowState, int]]:
    """The issues that a file without a stamp answers: those of the townships whose rows it has."""
    issues = read_latest_issues(cache.workspace, preview.kind)
    return {
        issues[unit]: counts
        for unit, counts in preview.townships.items()
        if unit in issues and covers(user.scope, unit) and _is_return(counts)
    }


def _is_return(counts: Mapping[RowState, int]) -> bool:
    """Whether rows say something, be it that nothing has changed: not where every change is refused."""
    changes = counts.get(RowState.ADDED, 0) + counts.get(RowState.CHANGED, 0)
    return bool(changes) or not counts.get(RowState.REFUSED, 0)


def _returned(
    file: str, counts: Mapping[RowState, int], saved: int | None, user: User, at: datetime
) -> Returned:
    numbers = {state.value: counts.get(state, 0) for state in RowState}
    return Returned(file, **numbers, saved_revision=saved, user=user.name, at=at)


def _held(
    cache: PlanCache,
    path: Path,
    tables: Sequence[OfficeTable],
    stamp: TemplateStamp,
    user: User,
    at: datetime,
) -> ImportPreview:
    # A unit that has nothing of the kind yet sends a sheet without rows, which one would not choose else.
    sheets = [table.sheet for table in tables if table.sheet != NOTES_TITLE]
    alone = len(sheets) == 1 and stamp.kind != PEOPLE
    reading = Reading(sheet=sheets[0] if alone else None)
    return preview_file(path, stamp.kind, cache=cache, user=user, at=at, reading=reading, tables=tables)
