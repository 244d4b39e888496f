from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from gridmap.errors import AccessError, ConflictError, InputError, NotFoundError
from gridmap.model.access import Role, User
from gridmap.model.people import Function, TargetKind
from gridmap.service.people.commands import AssignPost, Edit, EndPost
from gridmap.service.people.saving import save_edits
from gridmap.store.changes import begin_change
from gridmap.store.contents import Contents, write_plan
from gridmap.store.history import Author, read_events
from gridmap.store.repository import Revision, Workspace
from gridmap.store.tables import people
from tests.store.drawn_workspace import CELLS, EAST, MORNING, PLANNER, WEST, cells, drawn_workspace

NOON = MORNING + timedelta(hours=4)
BOB_TO_CELL = AssignPost(TargetKind.CELL, CELLS[0], "bob", Function.MEMBER)
WANG = User("wang", "Wang", Role.PLANNER)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return drawn_workspace(tmp_path)


def save(workspace: Workspace, *edits: Edit, user: User = PLANNER, at: datetime = NOON) -> Revision:
    return save_edits(workspace, edits, reason="vacant", user=user, at=at)


def posts(workspace: Workspace) -> pd.DataFrame:
    return workspace.load_plan().posts


def test_assigning_opens_a_post_from_now(workspace: Workspace) -> None:
    assert save(workspace, BOB_TO_CELL) == Revision(2, 1)
    post = posts(workspace).loc["post-2-1"]
    said = ["person_id", "function", "target_kind", "target_code", "valid_from"]
    assert list(post[said]) == ["bob", "member", "cell", CELLS[0], NOON]
    assert post[["valid_to", "tier"]].isna().all()
    events = read_events(workspace).iloc[:2]
    assert events["table_name"].tolist() == ["posts", "cells"]
    assert events["group_id"].tolist() == [2, 2]
    assert set(events["user"]) == {"li"}
    assert set(events["reason"]) == {"vacant"}
    assert pd.isna(events["before"].iloc[0])
    assert json.loads(events["after"].iloc[0])["valid_from"] == "2020-02-10T12:00:00"


@pytest.mark.parametrize(
    ("kind", "code"),
    [(TargetKind.UNIT, EAST), (TargetKind.CHECKPOINT, "k1"), (TargetKind.CONTACT_SITE, "c1")],
)
def test_every_kind_of_place_takes_posts(workspace: Workspace, kind: TargetKind, code: str) -> None:
    command = AssignPost(kind, code, "bob", Function.HEAD, tier=2)
    save(workspace, command)
    assert list(posts(workspace).loc["post-2-1", ["target_code", "tier"]]) == [code, 2]


def test_ending_closes_the_post(workspace: Workspace) -> None:
    save(workspace, BOB_TO_CELL, user=PLANNER, at=MORNING)
    assert save(workspace, EndPost("post-2-1", expected_version=1)).revision == 3
    post = posts(workspace).loc["post-2-1"]
    assert (post["valid_to"], post["version"]) == (NOON, 2)
    with pytest.raises(InputError, match=r"ended at 2020-02-10 12:00 already"):
        save(workspace, EndPost("post-2-1"))
    save(workspace, BOB_TO_CELL)
    assert len(posts(workspace)) == 3


def test_a_post_that_was_to_begin_later_never_begins(workspace: Workspace) -> None:
    later = pd.DataFrame(
        {"id": ["s2"], "person_id": ["bob"], "function": ["member"], "target_kind": ["cell"],
         "target_code": [CELLS[0]], "valid_from": [NOON]}
    )  # fmt: skip
    write_plan(workspace, Contents(posts=later), "li", "", MORNING)
    save(workspace, EndPost("s2"), user=PLANNER, at=MORNING)
    assert posts(workspace).loc["s2", "valid_to"] == NOON


def test_nobody_holds_a_function_twice(workspace: Workspace) -> None:
    save(workspace, BOB_TO_CELL)
    with pytest.raises(InputError, match=r"鲍 has this function at 东1 .* already"):
        save(workspace, BOB_TO_CELL)
    assert workspace.revision().revision == 2
    save(workspace, replace(BOB_TO_CELL, function=Function.HEAD))


@pytest.mark.parametrize(
    ("command", "names"),
    [
        (replace(BOB_TO_CELL, person_id="ghost"), "ghost in people"),
        (replace(BOB_TO_CELL, target_code="990101001201999"), "in cells"),
    ],
)
def test_what_is_not_there_is_named(workspace: Workspace, command: AssignPost, names: str) -> None:
    with pytest.raises(NotFoundError, match=names):
        save(workspace, command)
    with pytest.raises(NotFoundError, match="ghost in posts"):
        save(workspace, EndPost("ghost"))


def test_a_retired_cell_takes_nobody_but_lets_go(workspace: Workspace) -> None:
    save(workspace, BOB_TO_CELL, user=PLANNER, at=MORNING)
    write_plan(workspace, Contents(cells=cells().iloc[[0]].assign(valid_to=MORNING)), "li", "", MORNING)
    with pytest.raises(InputError, match="retired on 2020-02-10"):
        save(workspace, replace(BOB_TO_CELL, person_id="ann"))
    save(workspace, EndPost("post-2-1"))


def test_the_second_planner_at_one_cell_learns_of_the_first(workspace: Workspace) -> None:
    save(workspace, replace(BOB_TO_CELL, expected_version=1), user=WANG, at=MORNING)
    late = AssignPost(TargetKind.CELL, CELLS[0], "ann", Function.HEAD, expected_version=1)
    with pytest.raises(ConflictError, match=r"wang at 2020-02-10 08:00"):
        save(workspace, late)
    with pytest.raises(ConflictError, match=r"version 7, now 1"):
        save(workspace, EndPost("post-2-1", expected_version=7))


def test_planners_at_different_cells_never_conflict(workspace: Workspace) -> None:
    for user, cell in ((WANG, CELLS[0]), (PLANNER, CELLS[1])):
        command = AssignPost(TargetKind.CELL, cell, "bob", Function.MEMBER, expected_version=1)
        save(workspace, command, user=user)
    assert len(posts(workspace)) == 3


@pytest.mark.parametrize(
    ("role", "scope", "kind", "code", "allowed"),
    [
        (Role.PLANNER, "990101001000", TargetKind.CELL, CELLS[0], True),
        (Role.PLANNER, "990101002", TargetKind.CELL, CELLS[0], False),
        (Role.PLANNER, WEST, TargetKind.UNIT, "990101001000", False),
        (Role.PLANNER, EAST, TargetKind.CHECKPOINT, "k1", True),  # a joint post of both villages
        (Role.PLANNER, WEST, TargetKind.CONTACT_SITE, "c1", False),
        (Role.COMMANDER, "", TargetKind.CELL, CELLS[0], False),
        (Role.ADMIN, "9901", TargetKind.CELL, CELLS[0], True),
    ],
)
def test_rights_and_scopes(
    workspace: Workspace, role: Role, scope: str, kind: TargetKind, code: str, allowed: bool
) -> None:
    user = User("wang", "", role, scope)
    command = AssignPost(kind, code, "bob", Function.MEMBER)
    if allowed:
        save(workspace, command, user=user)
        save(workspace, EndPost("post-2-1"), user=user)
        return
    with pytest.raises(AccessError):
        save(workspace, command, user=user)
    save(workspace, command)
    with pytest.raises(AccessError):
        save(workspace, EndPost("post-2-1"), user=user)


@pytest.mark.slow
def test_four_planners_at_once_lose_nothing(workspace: Workspace) -> None:
    write_plan(
        workspace, Contents(people=pd.DataFrame({"id": [f"p{n}" for n in range(100)]})), "li", "", MORNING
    )

    def assign(batch: int) -> None:
        for number in range(25):
            command = AssignPost(TargetKind.CELL, CELLS[batch], f"p{batch * 25 + number}", Function.MEMBER)
            save(workspace, command)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(assign, range(4)))
    plan = workspace.load_plan()
    assert len(plan.posts) == 101
    assert plan.revision == 102
    assert plan.cells["version"].tolist() == [26] * 4
    assert set(plan.posts["person_id"]) >= {f"p{n}" for n in range(100)}


def test_times_are_the_wall_clock(workspace: Workspace) -> None:
    with pytest.raises(Exception, match="no zone"):
        save(workspace, BOB_TO_CELL, user=PLANNER, at=datetime.fromisoformat("2020-02-10T08:00+08:00"))


def test_a_planner_of_one_township_posts_only_their_own_people_and_those_of_no_unit(
    workspace: Workspace,
) -> None:
    with begin_change(workspace, Author("test", MORNING)) as change:
        change.update(people, "bob", {"unit_code": "990101002000"})
    township = replace(WANG, scope="990101001000")
    with pytest.raises(AccessError, match="990101002000 lies outside"):
        save(workspace, BOB_TO_CELL, user=township)
    with begin_change(workspace, Author("test", MORNING)) as change:
        change.update(people, "bob", {"unit_code": ""})
    save(workspace, BOB_TO_CELL, user=township)
