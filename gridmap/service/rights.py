"""The one gate that every use case passes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridmap.errors import AccessError
from gridmap.messages import Message, msg
from gridmap.model.access import ROLE_ACTIONS, Action, User, covers

__all__ = ["ACTION_LABELS", "covers", "may", "require"]

ACTION_LABELS: Final[Mapping[Action, Message]] = {
    Action.VIEW: msg("view"),
    Action.EDIT_POSTS: msg("edit posts"),
    Action.EDIT_CELLS: msg("edit cells"),
    Action.EXPORT: msg("export"),
    Action.REVEAL_PHONE: msg("reveal phone numbers"),
    Action.MANAGE_USERS: msg("manage users"),
    Action.READ_EVENTS: msg("read the log of changes"),
}


def may(user: User, action: Action, code: str = "") -> bool:
    """Whether `require` would let the user pass."""
    return action in ROLE_ACTIONS[user.role] and covers(user.scope, code)


def require(user: User, action: Action, code: str = "") -> None:
    """Let `user` pass who may do `action` at `code`, a unit or cell; the empty code is the whole plan.

    Raises:
        AccessError: the role has no such right, or the place is outside the user's scope.
    """
    label = ACTION_LABELS[action]
    if action not in ROLE_ACTIONS[user.role]:
        raise AccessError(
            msg(
                "{user} has no right to {action} (role: {role}); ask an administrator",
                user=user.name,
                action=label,
                role=user.role.value,
            )
        )
    if not covers(user.scope, code):
        raise AccessError(
            msg(
                "{user} may {action} in {scope} only, and {code} lies outside; ask an administrator",
                user=user.name,
                action=label,
                scope=user.scope,
                code=code or msg("the whole plan"),
            )
        )
