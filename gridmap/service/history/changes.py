"""Looking back: the last changes of a scope in words, and taking back one's own last change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gridmap.errors import ConflictError, GridmapError, NotFoundError
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User, nearest
from gridmap.model.plan import Plan
from gridmap.names import CELLS, CUTS, PEOPLE, UNITS
from gridmap.service.history.words import WHOLE, details, is_touch, places, touches, words
from gridmap.service.operations.calls import CALL_REASONS
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import may, require
from gridmap.store.changes import begin_change
from gridmap.store.export_log import EXPORTED
from gridmap.store.history import (
    CHANGES,
    REVEAL,
    UNDO,
    Author,
    Deed,
    LoggedChange,
    deeds_of,
    read_changes,
    read_events,
)
from gridmap.store.repository import Revision, Workspace
from gridmap.store.undo import last_change_of, plan_takeback, undo

_PORTION: Final = 60
"""Groups read at once while looking for those of a scope."""
_PORTIONS: Final = 10
"""How far back one look goes."""
_OF_GROUND: Final = {UNITS, CELLS, CUTS, "buildings", "plan"}
"""Tables of cells and what they are cut from; the others are of people and posts."""

_IMPORT: Final = "import: "
_DEMO: Final = "demo: fictional county"
"""Reasons that the program itself has written: of a file brought in without one, of the demonstration."""


@dataclass(frozen=True)
class PastChange:
    """One change, or another deed of the log, as told to one user.

    Attributes:
        what: what it did in the user's scope, counted.
        details: who and where, where that is little.
        kind: "change", "call", "export" or "account".
        undoes: whether it takes back an earlier one.
    """

    group: int
    at: datetime
    user: str
    reason: str | Message
    revision: int
    what: tuple[Message, ...]
    details: tuple[Message | str, ...]
    kind: str
    undoes: bool


@dataclass(frozen=True)
class LastChange:
    """One's own last change, and why it cannot be taken back; `refusal` is None where it can."""

    change: PastChange
    refusal: Message | None


def recent_changes(cache: PlanCache, *, user: User, scope: str, limit: int = 50) -> tuple[PastChange, ...]:
    """The newest changes that touched a scope, newest first; auditors see calls, exports, accounts as well.

    A table written whole concerns everything and is told to users of the whole workspace only; one's own
    changes are always told to oneself.

    Raises:
        AccessError: the scope is not the user's.
    """
    require(user, Action.VIEW, scope)
    plan, looker = cache.plan(), User(user.name, user.display_name, user.role, scope)
    actions = None if may(user, Action.READ_EVENTS, scope) else (*CHANGES, UNDO)
    told: list[PastChange] = []
    before: int | None = None
    for _ in range(_PORTIONS):
        portion = read_changes(cache.workspace, limit=_PORTION, before=before, actions=actions)
        told += [past for one in portion if (past := _told(plan, looker, one)) is not None]
        if len(portion) < _PORTION or len(told) >= limit:
            break
        before = portion[-1].group
    return tuple(told[:limit])


def last_change(cache: PlanCache, *, user: User) -> LastChange | None:
    """What "undo my last change" would take back, and why it would be refused."""
    with cache.workspace.reading() as connection:
        group = last_change_of(connection, user.name)
        if group is None:
            return None
        try:
            _require_rights(cache.plan(), user, deeds_of(connection, group))
            plan_takeback(connection, group)
            refusal = None
        except GridmapError as error:
            refusal = error.message
    logged = read_changes(cache.workspace, group=group)[0]
    return LastChange(_past(cache.plan(), logged, logged.deeds), refusal)


def undo_last(workspace: Workspace, *, user: User, at: datetime, group: int | None = None) -> Revision:
    """Take back the user's own last change; where that was an undo, what it took back comes again.

    `group` is the change the user saw: another one made meanwhile is not taken back in its stead.

    Raises:
        NotFoundError: the user has changed nothing.
        AccessError: the user may no longer change what it touched.
        ConflictError: its rows moved on, or others refer to them.
        InputError: the log does not keep what the rows said.
    """
    plan = workspace.load_plan()
    with workspace.reading() as connection:
        last = last_change_of(connection, user.name)
        reason = "" if last is None else read_changes(workspace, group=last)[0].reason
    with begin_change(workspace, Author(user.name, at, reason)) as change:
        newest = last_change_of(change.connection, user.name)
        if newest is None:
            raise NotFoundError(msg("You have changed nothing yet."))
        if newest != last or group not in {None, newest}:
            raise ConflictError(msg("You have made another change since; look again and decide anew."))
        _require_rights(plan, user, deeds_of(change.connection, newest))
        undo(change, newest)
        return change.revision


def change_of_row(cache: PlanCache, *, table: str, key: str) -> PastChange | None:
    """The newest change of one row, in words; None where the log knows none."""
    events = read_events(cache.workspace, table=table, key=key, limit=1)
    if events.empty:
        return None
    logged = read_changes(cache.workspace, group=int(events["group_id"].iloc[0]))
    return _past(cache.plan(), logged[0], logged[0].deeds) if logged else None


def _told(plan: Plan, user: User, logged: LoggedChange) -> PastChange | None:
    own = [deed for deed in logged.deeds if logged.user == user.name or touches(plan, user, deed)]
    return _past(plan, logged, own) if any(not is_touch(deed) for deed in own) else None


def _past(plan: Plan, logged: LoggedChange, deeds: Iterable[Deed]) -> PastChange:
    shown = list(deeds)
    said = words(plan, shown)
    if len(shown) == len(logged.deeds) < logged.count:
        said += (msg("and {n} rows more", n=logged.count - len(shown)),)
    action = shown[0].action if shown else ""
    return PastChange(
        group=logged.group,
        at=logged.at,
        user=logged.user,
        reason=_reason(logged.reason, action),
        revision=logged.revision,
        what=said,
        details=details(plan, shown),
        kind={REVEAL: "call", EXPORTED: "export"}.get(action, "change" if action in CHANGES else "account"),
        undoes=logged.undoes is not None,
    )


def _reason(text: str, action: str) -> str | Message:
    """Why, in words: what people wrote stands as they wrote it, what the program wrote is a message."""
    if action == REVEAL:
        return CALL_REASONS.get(text, text)
    if text.startswith(_IMPORT):
        return msg("Imported from {file}", file=text.removeprefix(_IMPORT))
    return msg("Demonstration: fictional county") if text == _DEMO else text


def _require_rights(plan: Plan, user: User, deeds: Iterable[Deed]) -> None:
    """What may be changed may be taken back: the rights are those of the change itself.

    Raises:
        AccessError: the role or the scope does not reach one of the rows.
    """
    for deed in deeds:
        if deed.action == UNDO or is_touch(deed):
            continue
        action = Action.EDIT_CELLS if deed.table in _OF_GROUND else Action.EDIT_POSTS
        reached = places(plan, deed) if deed.action != "write" else (WHOLE,)
        if deed.table == PEOPLE:  # a person moved from one unit to another: both are asked for
            for place in reached:
                require(user, action, place)
        else:
            require(user, action, nearest(user.scope, reached))
