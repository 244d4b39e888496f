"""Saving what planners change of people and posts: several edits as one change, all or nothing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import TypeVar

import pandas as pd

from gridmap.errors import ConflictError, GridmapError, InputError
from gridmap.messages import Message, msg
from gridmap.model.access import User
from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan
from gridmap.names import NAME, PEOPLE, POSTS
from gridmap.service.people.commands import Edit
from gridmap.service.people.rules import Batch, wanted_by
from gridmap.store.changes import Change, begin_change
from gridmap.store.history import Author
from gridmap.store.posts import (
    TARGET_TABLES,
    Held,
    Member,
    Standing,
    Target,
    TargetKey,
    Wanted,
    read_standing,
)
from gridmap.store.repository import Revision, Workspace

Key = TypeVar("Key", bound=Hashable)


def save_edits(
    workspace: Workspace, edits: Sequence[Edit], *, reason: str, user: User, at: datetime
) -> Revision:
    """Save edits as one change; where one of them is refused, none is saved.

    A place where posts open or end counts up once, so that who saw it before must look again. An expected
    version is held against the row as it is before all edits of the batch.

    Raises:
        InputError: there is no reason, no edit, or an edit makes no sense as things stand.
        AccessError: the right or the scope does not reach a place, or not a person's unit.
        NotFoundError: an edit names a person, post or place that is not there.
        ConflictError: a row was changed since the planner saw it.
    """
    if not reason.strip():
        raise InputError(msg("Write a reason."))
    if not edits:
        raise InputError(msg("There is nothing to save."))
    with begin_change(workspace, Author(user.name, at, reason.strip())) as change:

        def conflict(table: str, key: str, expected: int, found: int) -> ConflictError:
            return change.conflict(table, key, expected, found)

        batch = Batch(read_standing(change.connection, wanted_by(edits)), user, at, conflict)
        for edit in edits:
            batch.admit(edit)
        _write(change, batch)
        return change.revision


def refusals(plan: Plan, edits: Sequence[Edit], *, user: User, at: datetime) -> dict[int, Message]:
    """Why edits would be refused, by position; the others can be saved together. Nothing is written.

    The rules are those of `save_edits`; a refused edit is taken as not made by those after it.
    """
    return _refused(plan, [[edit] for edit in edits], user=user, at=at)


def sort_out(
    plan: Plan, groups: Mapping[Key, Sequence[Edit]], *, user: User, at: datetime
) -> dict[Key, Message]:
    """Why groups of edits would be refused, by key; all the others can be saved together.

    A group, such as ending one post and opening another in its place, is taken whole or not at all.
    """
    keys = list(groups)
    found = _refused(plan, [groups[key] for key in keys], user=user, at=at)
    return {keys[position]: message for position, message in found.items()}


def _refused(plan: Plan, groups: Sequence[Sequence[Edit]], *, user: User, at: datetime) -> dict[int, Message]:
    refused: dict[int, Message] = {}
    wanted = wanted_by(edit for group in groups for edit in group)
    while True:
        batch = Batch(_standing(plan, wanted), user, at, _moved_on)
        for position, group in enumerate(groups):
            if position in refused:
                continue
            try:
                for edit in group:
                    batch.admit(edit)
            except GridmapError as error:
                refused[position] = error.message
                if len(group) > 1:  # its first edits are in the batch already: begin anew without them
                    break
        else:
            return refused


def _write(change: Change, batch: Batch) -> None:
    change.insert_all(PEOPLE, batch.new_people)
    change.update_all(PEOPLE, batch.people)
    for kind in TargetKind:
        codes = [code for touched, code in batch.touched if touched is kind]
        change.update_all(TARGET_TABLES[kind], {code: {} for code in codes})
    change.update_all(POSTS, batch.posts)
    # Groups are counted and never reused.
    ids = (f"post-{change.group}-{number}" for number in count(1))
    change.insert_all(POSTS, [{"id": key, **row} for key, row in zip(ids, batch.new_posts, strict=False)])


def _standing(plan: Plan, wanted: Wanted) -> Standing:
    """What the plan holds of the wanted; a retired cell is not in a plan."""
    named = plan.posts[plan.posts.index.isin(list(wanted.posts))]
    keys = {*wanted.targets, *_targets_of(named)}
    near = plan.posts["target_code"].isin({code for _, code in keys})
    held = plan.posts[near | plan.posts.index.isin(named.index)]
    staff = plan.people[plan.people.index.isin(list(wanted.people))]
    return Standing(
        people={
            key: Member(key, name, unit or "", int(version))
            for key, name, unit, version in zip(
                staff.index, staff[NAME], staff["unit_code"], staff["version"], strict=True
            )
        },
        posts={post.id: post for post in _held(held)},
        targets={key: target for key in keys if (target := _target(plan, key)) is not None},
        units=frozenset(plan.units.index.intersection(list(wanted.units))),
    )


def _held(rows: pd.DataFrame) -> Iterable[Held]:
    ends = rows["valid_to"].astype(object).where(rows["valid_to"].notna(), None)
    for key, person, function, target, start, end, version in zip(
        rows.index,
        rows["person_id"],
        rows["function"],
        _targets_of(rows),
        rows["valid_from"].dt.to_pydatetime(),
        ends,
        rows["version"],
        strict=True,
    ):
        yield Held(
            id=key,
            person_id=person,
            function=function,
            target=target,
            valid_from=start,
            valid_to=end and end.to_pydatetime(),
            version=int(version),
        )


def _targets_of(rows: pd.DataFrame) -> list[TargetKey]:
    return [
        (TargetKind(kind), code) for kind, code in zip(rows["target_kind"], rows["target_code"], strict=True)
    ]


def _target(plan: Plan, key: TargetKey) -> Target | None:
    kind, code = key
    frame = plan.table(kind)
    if code not in frame.index:
        return None
    return Target(
        kind, code, str(frame[NAME][code]), plan.reached_by(kind, code), int(frame["version"][code])
    )


def _moved_on(table: str, key: str, expected: int, found: int) -> ConflictError:
    return ConflictError(
        msg(
            "{key} was changed since it was read (version {expected}, now {found}); "
            "load it again and decide anew",
            key=key,
            expected=expected,
            found=found,
        ),
        table=table,
        key=key,
    )
