"""Rounds of collecting: templates go out to the townships, and what has come back from whom.

A file that changes nothing is a zero report (零报告): it was returned, unlike one that never came (未报).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gridmap.errors import InputError, NotFoundError
from gridmap.measure.return_figures import reporting_sentence
from gridmap.measure.returns import return_state
from gridmap.messages import Language, Message, msg
from gridmap.model.access import Action, User, covers
from gridmap.model.collecting import RETURN_STATES, Issue, Returned, ReturnState, Round
from gridmap.names import NAME
from gridmap.service.plan_cache import PlanCache
from gridmap.service.returns.templates import (
    TEMPLATE_KINDS,
    file_name,
    log_templates,
    require_kind,
    townships_of,
    write_template,
)
from gridmap.service.rights import require
from gridmap.store.history import Author
from gridmap.store.returns import begin_round, read_issues, read_returned, read_rounds

__all__ = ["RETURN_STATES", "ReturnState", "Round", "RoundStatus", "TownshipReturn"]


@dataclass(frozen=True)
class TownshipReturn:
    """A township within a round.

    Attributes:
        returned_at, returned_by, file: of the last file that came back; None and empty where none did.
        added, changed, refused: rows of all its files; None where none came.
        late: it came back, though after the deadline.
    """

    code: str
    name: str
    sent_at: datetime
    state: ReturnState
    returned_at: datetime | None = None
    returned_by: str = ""
    file: str = ""
    added: int | None = None
    changed: int | None = None
    refused: int | None = None
    late: bool = False

    @property
    def is_back(self) -> bool:
        """Whether it has returned its file, be it as a zero report."""
        return self.state.is_back


@dataclass(frozen=True)
class RoundStatus:
    """A round, and its townships that the user may see, by code."""

    round: Round
    townships: tuple[TownshipReturn, ...]

    @property
    def counts(self) -> dict[ReturnState, int]:
        """Townships by state."""
        return {state: sum(one.state is state for one in self.townships) for state in ReturnState}

    @property
    def missing(self) -> tuple[TownshipReturn, ...]:
        """Those that have not returned theirs."""
        return tuple(one for one in self.townships if not one.is_back)

    @property
    def sentence(self) -> Message:
        """The round in a sentence."""
        missing = self.missing
        due = len(self.townships)
        names = [one.name for one in missing]
        return reporting_sentence(due, due - len(missing), self.counts[ReturnState.ZERO], names)

    @property
    def reminder(self) -> Message:
        """Whom to remind, as text to send."""
        return msg(
            "{kind}, due {deadline}. Not reported: {names}.",
            kind=TEMPLATE_KINDS[self.round.kind],
            deadline=_due(self.round),
            names=[one.name for one in self.missing] if self.missing else msg("none"),
        )


def begin_collecting(
    cache: PlanCache, kind: str, *, deadline: datetime | None, user: User, at: datetime, scope: str = ""
) -> Round:
    """Begin a round: templates of a kind go out to the townships of a scope, each due until `deadline`.

    Raises:
        AccessError: the user may not edit, or not here.
        InputError: there is no such kind, no township, or the deadline has passed already.
    """
    require_kind(kind)
    # A round is of what the user is answerable for, so that the scope of the user itself is enough.
    require(user, Action.EDIT_POSTS, scope or user.scope)
    plan = cache.plan()
    townships = townships_of(plan, user, scope)
    if not townships:
        raise InputError(msg("There is no township here that a template could go to; import its boundaries."))
    if deadline is not None and deadline <= at:
        raise InputError(
            msg(
                "The deadline {deadline} has passed; choose a later one",
                deadline=f"{deadline:%Y-%m-%d %H:%M}",
            )
        )
    by = Author(user.name, at)
    begun, _ = begin_round(
        cache.workspace, kind, list(townships), deadline=deadline, plan_revision=plan.revision, by=by
    )
    return begun


def collecting_rounds(cache: PlanCache, *, user: User) -> tuple[Round, ...]:
    """All rounds, the newest first.

    Raises:
        AccessError: the user may not look at the plan.
    """
    require(user, Action.VIEW, user.scope)
    return read_rounds(cache.workspace)


def round_label(one: Round) -> Message:
    """A round as it is listed: what, since when, until when."""
    return msg(
        "{kind}: sent {at}, due {deadline}",
        kind=TEMPLATE_KINDS.get(one.kind) or one.kind,
        at=f"{one.at:%Y-%m-%d %H:%M}",
        deadline=_due(one),
    )


def round_templates(
    cache: PlanCache, round_id: str, *, user: User, at: datetime, language: Language
) -> dict[str, bytes]:
    """The templates of a round by file name, one for each of its townships in the user's scope.

    Raises:
        AccessError: the user may not export.
        NotFoundError: there is no such round, or one of its townships is gone.
    """
    one = find_round(cache, round_id)
    plan = cache.plan()
    files = {
        file_name(plan, one.kind, issue.unit_code): write_template(
            cache,
            one.kind,
            user=user,
            scope=issue.unit_code,
            at=at,
            language=language,
            issue=issue.id,
            deadline=one.deadline,
        )
        for issue in _issues(cache, one, user)
    }
    log_templates(cache, one.kind, user.scope, files=len(files), user=user, at=at)
    return files


def zipped(files: Mapping[str, bytes], at: datetime) -> bytes:
    """Files as one ZIP, all of the moment `at`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # XLSX files are compressed already
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), data)
    return out.getvalue()


def round_status(cache: PlanCache, round_id: str, *, user: User, at: datetime) -> RoundStatus:
    """Which townships of a round have returned their file at `at`.

    Raises:
        AccessError: the user may not look at the plan.
        NotFoundError: there is no such round.
    """
    require(user, Action.VIEW, user.scope)
    one = find_round(cache, round_id)
    came, names = read_returned(cache.workspace, one.id), cache.plan().units[NAME]
    return RoundStatus(
        one,
        tuple(
            _township(
                one,
                issue,
                str(names.get(issue.unit_code, issue.unit_code)),
                came.get(issue.unit_code, ()),
                at,
            )
            for issue in _issues(cache, one, user)
        ),
    )


def find_round(cache: PlanCache, round_id: str) -> Round:
    """The round of an id.

    Raises:
        NotFoundError: there is none; those there are are named.
    """
    rounds = {one.id: one for one in read_rounds(cache.workspace)}
    if round_id not in rounds:
        raise NotFoundError(
            msg(
                "There is no round {id}; there are: {rounds}.",
                id=round_id,
                rounds=list(rounds) or msg("none"),
            )
        )
    return rounds[round_id]


def _issues(cache: PlanCache, one: Round, user: User) -> list[Issue]:
    issues = read_issues(cache.workspace, one.id)
    return [issue for issue in issues if covers(user.scope, issue.unit_code)]


def _township(one: Round, issue: Issue, name: str, came: Sequence[Returned], at: datetime) -> TownshipReturn:
    state = return_state(one, came, at)
    if not came:
        return TownshipReturn(issue.unit_code, name, issue.at, state)
    added, changed, refused = (
        sum(getattr(file, count) for file in came) for count in ("added", "changed", "refused")
    )
    last = came[-1]
    return TownshipReturn(
        code=issue.unit_code,
        name=name,
        sent_at=issue.at,
        state=state,
        returned_at=last.at,
        returned_by=last.user,
        file=last.file,
        added=added,
        changed=changed,
        refused=refused,
        # What counts is when its first file came: a correction afterwards does not make it late.
        late=one.has_passed(came[0].at),
    )


def _due(one: Round) -> Message | str:
    return f"{one.deadline:%Y-%m-%d %H:%M}" if one.deadline else msg("without a deadline")
