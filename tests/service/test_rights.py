from __future__ import annotations

import pytest

from gridmap.errors import AccessError
from gridmap.model.access import ROLE_ACTIONS, Action, Role, User, covers
from gridmap.service.rights import ACTION_LABELS, may, require


@pytest.mark.parametrize(
    ("scope", "code", "inside"),
    [
        ("", "990101001201", True),
        ("", "", True),
        ("990101001000", "990101001201", True),  # a township covers its villages
        ("990101001000", "990101001201003", True),  # and their cells
        ("990101001000", "990101001000", True),
        ("990101001000", "990101002201", False),
        ("990101001000", "990101000000", False),  # not the county above it
        ("990101000000", "990101016000", True),
        ("990100000000", "990101016000", True),
        ("990000000000", "990101016000", True),
        ("990000000000", "980101016000", False),
        ("9901", "990101001201", True),
        ("9901", "990201001201", False),
        ("9901", "199010100120", False),  # the beginning counts, not what is inside
        ("990110001000", "990110001201", True),  # zeros that are digits of a level stay
        ("990110000000", "990110001000", True),
        ("990110000000", "990111001000", False),
        ("25017", "25017-001", True),
        ("000000000000", "990101001201", False),
        ("990101001", "", False),  # the whole plan is more than any part
    ],
)
def test_scopes_are_beginnings_of_codes(scope: str, code: str, inside: bool) -> None:
    assert covers(scope, code) is inside


def test_a_refusal_names_right_role_and_scope() -> None:
    with pytest.raises(AccessError, match=r"li has no right to edit posts \(role: viewer\)"):
        require(User("li", "", Role.VIEWER), Action.EDIT_POSTS, "990101")
    with pytest.raises(AccessError, match="may export in 9902 only, and 990101 lies outside"):
        require(User("li", "", Role.PLANNER, "9902"), Action.EXPORT, "990101")
    with pytest.raises(AccessError, match="the whole plan lies outside"):
        require(User("li", "", Role.PLANNER, "9902"), Action.VIEW)


def test_may_agrees_with_require() -> None:
    assert may(User("li", "", Role.PLANNER, "9901"), Action.EDIT_POSTS, "990101")
    assert not may(User("li", "", Role.PLANNER, "9901"), Action.EDIT_POSTS, "9902")
    assert not may(User("li", "", Role.VIEWER), Action.EDIT_POSTS, "9902")


def test_every_role_and_action_is_spelled_out() -> None:
    assert set(ROLE_ACTIONS) == set(Role)
    assert set(ACTION_LABELS) == set(Action)
    assert {role for role in Role if Action.MANAGE_USERS in ROLE_ACTIONS[role]} == {Role.ADMIN}
    assert ROLE_ACTIONS[Role.AUDITOR] == {Action.VIEW, Action.READ_EVENTS}
