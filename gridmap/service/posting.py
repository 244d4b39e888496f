"""Posting people: put one to a place, or end a post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.model.access import Action, User, covers
from gridmap.model.people import Function, TargetKind
from gridmap.service.rights import require
from gridmap.store.changes import Change, begin_change
from gridmap.store.history import Author
from gridmap.store.posts import TARGET_TABLES, Target, find_target, is_held
from gridmap.store.repository import Revision, Workspace
from gridmap.store.tables import people, posts


@dataclass(frozen=True)
class AssignPost:
    """Put a person to a place. `expected_version` is the place's version as the planner saw it."""

    target_kind: TargetKind
    target_code: str
    person_id: str
    function: Function
    tier: int | None = None
    reason: str = ""
    expected_version: int | None = None


@dataclass(frozen=True)
class EndPost:
    """End a post now. `expected_version` is the post's version as the planner saw it."""

    post_id: str
    reason: str = ""
    expected_version: int | None = None


def assign_post(workspace: Workspace, command: AssignPost, *, user: User, at: datetime) -> Revision:
    """Open a post from `at` on; it and its place count up, so that who saw the place before must look again.

    Raises:
        AccessError: the right or the scope does not reach the place, or not the person's unit.
        NotFoundError: there is no such place or person.
        InputError: the person has that function there already, or the cell was retired.
        ConflictError: the place was changed since the planner saw it.
    """
    with begin_change(workspace, Author(user.name, at, command.reason)) as change:
        target = find_target(change, command.target_kind, command.target_code)
        _require_reach(user, target)
        _require_standing(target)
        person = change.row(people, command.person_id)
        if person.unit_code:  # who belongs to no unit, as those a county sends out, is everybody's to post
            require(user, Action.EDIT_POSTS, person.unit_code)
        _count_up(change, target, command.expected_version)
        if is_held(change.connection, target, command.person_id, command.function, at):
            raise InputError(
                msg(
                    "{person} has this function at {place} ({code}) already; end that post first",
                    person=person.name,
                    place=target.name,
                    code=target.code,
                )
            )
        change.insert(posts, _new_post(change, command, at))
        return change.revision


def end_post(workspace: Workspace, command: EndPost, *, user: User, at: datetime) -> Revision:
    """Close a post at `at`; one that was to begin later never begins.

    Raises:
        AccessError: the right or the scope does not reach the place.
        NotFoundError: there is no such post.
        InputError: it has ended already.
        ConflictError: it was changed since the planner saw it.
    """
    with begin_change(workspace, Author(user.name, at, command.reason)) as change:
        post = change.row(posts, command.post_id)
        target = find_target(change, TargetKind(post.target_kind), post.target_code)
        _require_reach(user, target)
        end = max(at, post.valid_from)
        if (
            post.valid_to is not None
            and post.valid_to <= end
            and command.expected_version in {None, post.version}
        ):
            raise InputError(
                msg("Post {post} ended at {at} already", post=post.id, at=f"{post.valid_to:%Y-%m-%d %H:%M}")
            )
        change.update(posts, post.id, {"valid_to": end}, expected_version=command.expected_version)
        _count_up(change, target, None)
        return change.revision


def _new_post(change: Change, command: AssignPost, at: datetime) -> dict[str, object]:
    return {
        "id": f"post-{change.group}",  # groups are counted and never reused
        "person_id": command.person_id,
        "function": command.function.value,
        "tier": command.tier,
        "target_kind": command.target_kind.value,
        "target_code": command.target_code,
        "valid_from": at,
    }


def _count_up(change: Change, target: Target, expected_version: int | None) -> None:
    change.update(TARGET_TABLES[target.kind], target.code, {}, expected_version=expected_version)


def _require_standing(target: Target) -> None:
    if target.retired_at is not None:
        raise InputError(
            msg(
                "Cell {code} was retired on {at}; choose its successor",
                code=target.code,
                at=f"{target.retired_at:%Y-%m-%d}",
            )
        )


def _require_reach(user: User, target: Target) -> None:
    """A joint checkpoint belongs to two units: a scope that covers either one reaches it."""
    reached = [place for place in target.places if covers(user.scope, place)]
    require(user, Action.EDIT_POSTS, reached[0] if reached else target.places[0])
