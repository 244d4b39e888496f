"""Who may do what, and where: roles, actions, and users whose scope is a part of the county."""

from __future__ import annotations

from collections.abc import Mapping
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


def _stem(code: str) -> str:
    """A division code without the zeros that fill up the levels below: 2 + 2 + 2 + 3 + 3 digits."""
    if len(code) != DIVISION_CODE_WIDTH or not code.isdecimal():
        return code
    for end, width in ((12, 3), (9, 3), (6, 2), (4, 2)):
        if code[end - width : end].strip("0"):
            return code[:end]
    return code[:2]
