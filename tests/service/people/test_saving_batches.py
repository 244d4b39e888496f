"""Several edits as one change: all or nothing, and the same rules when they are only tried."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.errors import AccessError, ConflictError, GridmapError, InputError, NotFoundError
from gridmap.messages import Message
from gridmap.model.access import Role, User
from gridmap.model.people import Function, TargetKind
from gridmap.model.plan import Plan
from gridmap.service.people.commands import AddPerson, AssignPost, ChangePerson, Edit, EndPost, NoteArrival
from gridmap.service.people.conflicts import moved_on
from gridmap.service.people.saving import refusals, save_edits, sort_out
from gridmap.store.contents import Contents, write_plan
from gridmap.store.history import read_events
from gridmap.store.repository import Workspace
from tests.store.drawn_workspace import CELLS, EAST, MORNING, PLANNER, WEST, drawn_workspace

NOON = MORNING + timedelta(hours=4)
TOWNSHIP = User("wang", "Wang", Role.PLANNER, scope="990101001000")
BOB = AssignPost(TargetKind.CELL, CELLS[0], "bob", Function.MEMBER)
ANN = replace(BOB, person_id="ann")
CAI = AddPerson("cai", "蔡", "10000000009", "主任", "县局", WEST)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return drawn_workspace(tmp_path)


def save(workspace: Workspace, *edits: Edit, user: User = PLANNER, at: datetime = NOON) -> Plan:
    save_edits(workspace, edits, reason="batch", user=user, at=at)
    return workspace.load_plan()


def refused(workspace: Workspace, *edits: Edit, user: User = PLANNER) -> dict[int, Message]:
    return refusals(workspace.load_plan(), edits, user=user, at=NOON)


def hours(number: int) -> datetime:
    return NOON + timedelta(hours=number)


def test_several_edits_at_one_place_are_one_change_and_touch_it_once(workspace: Workspace) -> None:
    seen = replace(BOB, expected_version=1)
    plan = save(workspace, seen, replace(ANN, expected_version=1), replace(seen, function=Function.HEAD))
    assert plan.revision == 2
    assert plan.cells["version"][CELLS[0]] == 2
    assert set(plan.posts.index) == {"s1", "post-2-1", "post-2-2", "post-2-3"}
    events = read_events(workspace)
    assert set(events["group_id"][events["revision"] == 2]) == {2}
    assert (events["revision"] == 2).sum() == 4


def test_one_bad_edit_saves_none(workspace: Workspace) -> None:
    before = workspace.path.read_bytes()
    with pytest.raises(NotFoundError, match="ghost in people"):
        save(workspace, BOB, CAI, replace(BOB, person_id="ghost"))
    assert workspace.load_plan().revision == 1
    assert len(workspace.load_plan().people) == 2
    assert workspace.path.read_bytes() == before


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_is_asked_for(workspace: Workspace, reason: str) -> None:
    with pytest.raises(InputError, match="Write a reason"):
        save_edits(workspace, [BOB], reason=reason, user=PLANNER, at=NOON)
    with pytest.raises(InputError, match="nothing to save"):
        save(workspace)


def test_replacing_a_person_from_now(workspace: Workspace) -> None:
    unit = AssignPost(TargetKind.UNIT, WEST, "ann", Function.HEAD, tier=2)
    plan = save(workspace, EndPost("s1"), unit)
    assert plan.posts.loc["s1", "valid_to"] == NOON
    assert plan.posts.loc["post-2-1", "valid_from"] == NOON
    assert plan.posts.loc["post-2-1", "tier"] == 2


def test_a_post_lasts_as_long_as_asked(workspace: Workspace) -> None:
    plan = save(workspace, replace(BOB, valid_from=hours(2), valid_to=hours(9)))
    assert list(plan.posts.loc["post-2-1", ["valid_from", "valid_to"]]) == [hours(2), hours(9)]
    plan = save(workspace, replace(BOB, valid_from=hours(9), valid_to=hours(12)))
    assert len(plan.posts) == 3
    with pytest.raises(InputError, match="already; end that post first"):
        save(workspace, replace(BOB, valid_from=hours(8), valid_to=hours(9)))
    plan = save(workspace, EndPost("post-2-1", hours(8)))
    assert plan.posts.loc["post-2-1", "valid_to"] == hours(8)
    with pytest.raises(InputError, match="already; end that post first"):
        save(workspace, EndPost("post-2-1", hours(10)))


def test_one_of_two_equal_posts_can_be_ended(workspace: Workspace) -> None:
    twice = pd.DataFrame(
        {
            "id": ["a", "b"],
            "person_id": "bob",
            "function": "member",
            "target_kind": "cell",
            "target_code": CELLS[0],
            "valid_from": MORNING,
        }
    )
    write_plan(workspace, Contents(posts=twice), "li", "", MORNING)
    assert save(workspace, EndPost("b")).posts["valid_to"]["b"] == NOON


def test_an_arrival_is_noted_and_taken_back_without_touching_the_place(workspace: Workspace) -> None:
    plan = save(workspace, NoteArrival("s1", MORNING, 1))
    assert plan.posts.loc["s1", "arrived_at"] == MORNING
    assert plan.units["version"][WEST] == 1
    assert save(workspace, NoteArrival("s1", None, 2)).posts["arrived_at"].isna().all()
    with pytest.raises(InputError, match="lies in the future"):
        save(workspace, NoteArrival("s1", hours(1)))
    with pytest.raises(ConflictError):
        save(workspace, NoteArrival("s1", MORNING, 1))


def test_a_person_is_entered_and_posted_in_one_change(workspace: Workspace) -> None:
    plan = save(workspace, CAI, replace(BOB, person_id="cai"))
    told = ["name", "phone", "title", "sending_unit", "unit_code"]
    assert list(plan.people.loc["cai", told]) == ["蔡", "100****0009", "主任", "县局", WEST]
    assert plan.posts.loc["post-2-1", "person_id"] == "cai"
    entered = json.loads(read_events(workspace, table="people").iloc[0]["after"])
    assert entered["phone"] == "100****0009"


def test_a_person_is_changed_once_by_several_edits(workspace: Workspace) -> None:
    title = ChangePerson("bob", {"title": " 主任 "}, 1)
    plan = save(workspace, title, ChangePerson("bob", {"name": "鲍二", "title": "主任"}, 1))
    assert list(plan.people.loc["bob", ["name", "title", "version"]]) == ["鲍二", "主任", 2]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (replace(CAI, name=" "), "needs a name"),
        (replace(CAI, person_id=""), "needs an id"),
        (replace(CAI, person_id="bob"), "has a person bob already"),
        (replace(CAI, unit_code="990101009"), "no unit with the code 990101009"),
        (replace(CAI, phone="100****0009"), "masked"),
        (replace(CAI, phone="call me"), "digits"),
        (ChangePerson("bob", {"name": ""}), "needs a name"),
        (ChangePerson("bob", {"salary": "1"}), "salary"),
        (ChangePerson("bob", {}), "Nothing of bob"),
        (ChangePerson("ghost", {"name": "x"}), "ghost in people"),
        (replace(BOB, function="boss"), "no function boss"),  # type: ignore[arg-type] # what a file may say
        (replace(BOB, valid_to=NOON), "before it starts"),
        (replace(BOB, valid_from=hours(3), valid_to=hours(2)), "before it starts"),
        (EndPost("s1", datetime(2019, 1, 1)), "before it starts"),
        (EndPost("ghost"), "ghost in posts"),
        (replace(BOB, expected_version=9), "version 9, now 1"),
        (EndPost("s1", None, 9), "version 9, now 1"),
        (ChangePerson("bob", {"name": "x"}, 9), "version 9, now 1"),
    ],
)
def test_refused_alike_when_tried_and_when_saved(workspace: Workspace, edit: Edit, reason: str) -> None:
    with pytest.raises(GridmapError, match=reason):
        save(workspace, edit)
    assert reason in str(refused(workspace, edit)[0])
    assert workspace.load_plan().revision == 1


@pytest.mark.parametrize(
    ("edits", "position", "reason"),
    [
        ((BOB, BOB), 1, "has this function at 东1"),
        ((EndPost("s1"), EndPost("s1")), 1, "Another edit ends post s1"),
        ((EndPost("s1", hours(5)), EndPost("s1", hours(6))), 1, "Another edit ends post s1"),
        (
            (ChangePerson("bob", {"title": "a"}), ChangePerson("bob", {"title": "b"})),
            1,
            "gives 鲍 another Title",
        ),
        ((NoteArrival("s1", MORNING), NoteArrival("s1", None)), 1, "another arrival at post s1"),
        ((CAI, replace(CAI, name="other")), 1, "has a person cai already"),
        ((replace(BOB, person_id="cai"), CAI), 0, "cai in people"),
    ],
)
def test_contradictions_in_one_batch(
    workspace: Workspace, edits: tuple[Edit, ...], position: int, reason: str
) -> None:
    found = refused(workspace, *edits)
    assert list(found) == [position]
    assert reason in str(found[position])
    with pytest.raises(GridmapError, match=reason):
        save(workspace, *edits)


@pytest.mark.parametrize(
    "edit",
    [
        replace(BOB, target_code=CELLS[2]),
        AssignPost(TargetKind.CONTACT_SITE, "c1", "bob", Function.OFFICER),
        replace(CAI, unit_code=EAST),
        replace(CAI, unit_code=""),  # who belongs to no unit belongs to the whole plan
        ChangePerson("bob", {"title": "x"}),
    ],
)
def test_a_township_planner_is_kept_to_the_township(workspace: Workspace, edit: Edit) -> None:
    with pytest.raises(AccessError):
        save(workspace, edit, user=TOWNSHIP)
    assert list(refused(workspace, edit, user=TOWNSHIP)) == [0]
    assert not refused(workspace, edit)
    assert not refused(workspace, CAI, BOB, ChangePerson("cai", {"title": "x"}), user=TOWNSHIP)
    assert refused(workspace, CAI, ChangePerson("cai", {"unit_code": EAST}), user=TOWNSHIP)


def test_a_group_is_left_out_whole(workspace: Workspace) -> None:
    unit = AssignPost(TargetKind.UNIT, WEST, "ghost", Function.HEAD)
    again = AssignPost(TargetKind.UNIT, WEST, "ann", Function.HEAD)
    groups: dict[str, list[Edit]] = {"replace": [EndPost("s1"), unit], "same": [again], "good": [BOB]}
    found = sort_out(workspace.load_plan(), groups, user=PLANNER, at=NOON)
    assert set(found) == {"replace", "same"}, "ann keeps the post that the refused group would have ended"
    groups["replace"] = [EndPost("s1")]
    assert not sort_out(workspace.load_plan(), groups, user=PLANNER, at=NOON)


def test_who_changed_it_is_found_before_saving(workspace: Workspace) -> None:
    edits: list[Edit] = [NoteArrival("s1", MORNING), replace(BOB, expected_version=1)]
    assert moved_on(workspace, workspace.load_plan(), edits) is None
    save(workspace, replace(ANN, expected_version=1))
    moved = moved_on(workspace, workspace.load_plan(), edits)
    assert moved is not None
    assert (moved.table, moved.key) == ("cells", CELLS[0])
    assert moved.by is not None
    assert (moved.by.user, moved.by.at, moved.by.reason) == ("li", NOON, "batch")


MOMENTS = st.sampled_from([None, MORNING, NOON, hours(3), hours(6)])
PERSONS = st.sampled_from(["ann", "bob", "cai", "ghost"])
EDITS = st.one_of(
    st.builds(
        AssignPost,
        st.just(TargetKind.CELL),
        st.sampled_from([*CELLS[:2], "nowhere"]),
        PERSONS,
        st.sampled_from([Function.HEAD, Function.MEMBER]),
        valid_from=MOMENTS,
        valid_to=MOMENTS,
        expected_version=st.sampled_from([None, 1, 2]),
    ),
    st.builds(EndPost, st.sampled_from(["s1", "ghost"]), MOMENTS, st.sampled_from([None, 1])),
    st.builds(NoteArrival, st.just("s1"), MOMENTS),
    st.builds(AddPerson, PERSONS, st.sampled_from(["", "X"]), unit_code=st.sampled_from(["", WEST, "?"])),
    st.builds(
        ChangePerson, PERSONS, st.dictionaries(st.sampled_from(["name", "title"]), st.sampled_from("ab"))
    ),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(EDITS, min_size=1, max_size=6))
def test_what_is_refused_when_tried_is_refused_when_saved_and_the_rest_can_be_saved(
    tmp_path: Path, edits: list[Edit]
) -> None:
    workspace = drawn_workspace(tmp_path)
    plan = workspace.load_plan()
    found = refusals(plan, edits, user=PLANNER, at=NOON)
    if found:
        with pytest.raises(GridmapError) as raised:
            save(workspace, *edits)
        if not isinstance(raised.value, ConflictError):  # of which the store knows more: who changed it
            assert raised.value.message == found[min(found)]
        assert workspace.load_plan().revision == plan.revision
    good = [edit for position, edit in enumerate(edits) if position not in found]
    if good:
        assert save(workspace, *good).revision == plan.revision + 1


def test_two_hundred_edits_are_one_change(workspace: Workspace) -> None:
    people = pd.DataFrame({"id": [f"p{number}" for number in range(200)], "name": "x"})
    write_plan(workspace, Contents(people=people), "li", "", MORNING)
    seen = replace(BOB, expected_version=1)
    edits = [replace(seen, person_id=f"p{n}", target_code=CELLS[n % 4]) for n in range(200)]
    plan = save(workspace, *edits)
    assert len(plan.posts) == 201
