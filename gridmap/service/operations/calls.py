"""Calling: who answers for a place, and one whole number at a time, told in the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain, zip_longest
from typing import Final

import pandas as pd

from gridmap.errors import AccessError
from gridmap.measure.coverage import active_posts
from gridmap.measure.tree import trail
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User, nearest
from gridmap.model.labels import FUNCTIONS, label_of
from gridmap.model.people import Function, TargetKind
from gridmap.model.place_kinds import PLACE_KINDS
from gridmap.model.plan import Plan, Row
from gridmap.names import NAME
from gridmap.service.operations.place_card import person_of
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.store.history import Author
from gridmap.store.reveals import reveal_emergency_phone, reveal_phone


class CallReason(StrEnum):
    """Why somebody is called: what the log keeps."""

    DISPATCH = "dispatch"
    VERIFY = "verify"
    EMERGENCY = "emergency"
    MEETING = "meeting"


CALL_REASONS: Final[Mapping[str, Message]] = {
    CallReason.DISPATCH: msg("Dispatching"),
    CallReason.VERIFY: msg("Verifying"),
    CallReason.EMERGENCY: msg("Emergency"),
    CallReason.MEETING: msg("Meeting notice"),
}


@dataclass(frozen=True)
class Contact:
    """Somebody to call about a place.

    Attributes:
        person_id: None stands for the checkpoint's own emergency phone.
        phone: masked; empty where none is known.
        place: the unit above that they head, '' for who is at the place itself.
        here: whether they are posted at the place.
    """

    person_id: str | None
    name: str
    role: Message
    phone: str
    place: str = ""
    here: bool = False


@dataclass(frozen=True)
class Revealed:
    """One whole number: whose it is, and about which place it was asked for."""

    kind: TargetKind
    code: str
    contact: Contact
    number: str


def whom_to_call(
    cache: PlanCache, *, user: User, kind: TargetKind, code: str, at: datetime
) -> tuple[Contact, ...]:
    """Who answers for a place at `at`, the nearest first.

    Those posted there, a team's leader and a checkpoint's emergency phone, then the heads of the units above.

    Raises:
        AccessError: the place lies outside the user's scope.
        NotFoundError: there is no such place.
    """
    plan = cache.plan()
    row = plan.place(kind, code)
    require(user, Action.VIEW, nearest(user.scope, plan.reached_by(kind, code)))
    found = chain(_posted(plan, kind, code, at), _of_team(plan, row), _above(plan, kind, row, at))
    once: dict[str | None, Contact] = {}
    for contact in found:
        once.setdefault(contact.person_id, contact)
    return tuple(once.values())


def reveal(
    cache: PlanCache,
    *,
    kind: TargetKind,
    code: str,
    person_id: str | None,
    reason: CallReason,
    user: User,
    at: datetime,
) -> Revealed:
    """The whole number of one who answers for a place; the log tells who asked for it, when and why.

    Raises:
        AccessError: the role may not, the place lies outside the scope, or the person does not answer for it.
        NotFoundError: there is no such place, or no number is known.
    """
    require(user, Action.REVEAL_PHONE, nearest(user.scope, cache.plan().reached_by(kind, code)))
    contacts = whom_to_call(cache, user=user, kind=kind, code=code, at=at)
    contact = next((one for one in contacts if one.person_id == person_id), None)
    if contact is None:
        raise AccessError(
            msg(
                "{person} does not answer for {code}; nobody else's number is given out",
                person=person_id,
                code=code,
            )
        )
    by = Author(user.name, at, CallReason(reason).value)
    if person_id is None:
        number = reveal_emergency_phone(cache.workspace, code, by)
    else:
        number = reveal_phone(cache.workspace, person_id, by, place=f"{kind.value}:{code}")
    return Revealed(kind, code, contact, number)


def _posted(plan: Plan, kind: TargetKind, code: str, at: datetime) -> Iterator[Contact]:
    posts = active_posts(plan, at, kind)
    here = posts[posts["target_code"] == code].sort_values(["function", "valid_from"])
    for person_id, function in zip(here["person_id"], here["function"], strict=True):
        yield _contact(plan, str(person_id), label_of(FUNCTIONS, function), here=True)


def _of_team(plan: Plan, row: Row) -> Iterator[Contact]:
    """Where a place has a team it is asked of by its leader; a gate itself may have a phone."""
    leader = plan.teams["leader_id"].get(row.get("team_id"))
    if not pd.isna(leader) and leader in plan.people.index:
        yield _contact(plan, str(leader), msg("Team leader"))
    if row.get("emergency_phone"):
        yield Contact(None, str(row[NAME]), msg("Emergency phone"), str(row["emergency_phone"]))


def _above(plan: Plan, kind: TargetKind, row: Row, at: datetime) -> Iterator[Contact]:
    posts = active_posts(plan, at, TargetKind.UNIT)
    for unit in _units_above(plan, PLACE_KINDS[kind].units_of(row)):
        there = posts[posts["target_code"] == unit]
        heads = there[there["function"] == Function.HEAD.value]
        if heads.empty:
            heads = there[there["function"] == Function.DEPUTY.value]
        for person_id, function in zip(heads["person_id"], heads["function"], strict=True):
            yield _contact(
                plan, str(person_id), label_of(FUNCTIONS, function), place=str(plan.units[NAME][unit])
            )


def _units_above(plan: Plan, units: Iterable[str]) -> list[str]:
    """Villages first, then townships and so on; a joint checkpoint has two of each."""
    ways = [trail(plan, unit)[::-1] for unit in units if unit in plan.units.index]
    return list(dict.fromkeys(unit for level in zip_longest(*ways) for unit in level if unit is not None))


def _contact(plan: Plan, person_id: str, role: Message, *, place: str = "", here: bool = False) -> Contact:
    if person_id not in plan.people.index:
        return Contact(person_id=person_id, name=person_id, role=role, phone="", place=place, here=here)
    person = person_of(plan, person_id)
    return Contact(
        person_id=person_id, name=person.name, role=role, phone=person.phone, place=place, here=here
    )
