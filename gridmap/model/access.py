"""Who may do what, and where: roles, actions, and users whose scope is a part of the county."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gridmap.names import DIVISION_CODE_WIDTH


class Role(StrEnum):
    """What a user is here for."""

    VIEWER = "viewer"
    COMMANDER = "commander"
    PLANNER = "planner"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Action(StrEnum):
    """What a right allows."""

    VIEW = "view"
    EDIT_POSTS = "edit_posts"
    EDIT_CELLS = "edit_cells"
    EXPORT = "export"
    REVEAL_PHONE = "reveal_phone"
    MANAGE_USERS = "manage_users"
    READ_EVENTS = "read_events"


ROLE_ACTIONS: Final[Mapping[Role, frozenset[Action]]] = {
    Role.VIEWER: frozenset({Action.VIEW}),
    Role.COMMANDER: frozenset({Action.VIEW, Action.EXPORT, Action.REVEAL_PHONE}),
    Role.PLANNER: frozenset(
        {Action.VIEW, Action.EXPORT, Action.EDIT_POSTS, Action.EDIT_CELLS, Action.REVEAL_PHONE}
    ),
    Role.ADMIN: frozenset(Action),
    Role.AUDITOR: frozenset({Action.VIEW, Action.READ_EVENTS}),
}


@dataclass(frozen=True)
class User:
    """Someone signed in. `scope` is a division code or the beginning of one; empty means everywhere."""

    name: str
    display_name: str
    role: Role
    scope: str = ""


def covers(scope: str, code: str) -> bool:
    """Whether the place `code` (a unit or a cell) lies in `scope`.

    A 12-digit division code stands for all below it: 990101001000, a township, covers the village
    990101001201 and its cells. The empty scope covers everything; nothing else covers the empty code, which
    stands for the whole plan.
    """
    return code.startswith(_stem(scope))


def nearest(scope: str, places: Sequence[str]) -> str:
    """The one of several codes of a place that decides what a user of `scope` may do there.

    A joint checkpoint is reached through either of its units. Where the scope covers none it is the first;
    a place that names no unit is the whole plan's.
    """
    return next((place for place in places if covers(scope, place)), places[0] if places else "")


def may_post(user: User, unit_code: str) -> bool:
    """Whether a person of a unit is the user's to post: who belongs to no unit ('') is everybody's."""
    return not unit_code or covers(user.scope, unit_code)


def _stem(code: str) -> str:
    """A division code without the zeros that fill up the levels below: 2 + 2 + 2 + 3 + 3 digits."""
    if len(code) != DIVISION_CODE_WIDTH or not code.isdecimal():
        return code
    for end, width in ((12, 3), (9, 3), (6, 2), (4, 2)):
        if code[end - width : end].strip("0"):
            return code[:end]
    return code[:2]
