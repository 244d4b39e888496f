"""Whom to call about a place, and whose number is given to whom."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

import pandas as pd
import pytest

from gridmap.errors import AccessError, NotFoundError
from gridmap.messages import render
from gridmap.model.access import Role, User
from gridmap.model.people import Function, TargetKind
from gridmap.service.operations.calls import CallReason, Contact, Revealed, reveal, whom_to_call
from gridmap.service.people.commands import AssignPost, EndPost
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from gridmap.store.contents import Contents, write_plan
from gridmap.store.history import read_events
from tests.store.drawn_workspace import CELLS, EAST, PHONE, PLANNER, WEST, drawn_workspace

NOON = datetime(2020, 2, 10, 12)
FIRST, SECOND = "990101001000", "990101002000"
COMMANDER = User("zhao", "", Role.COMMANDER)


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def called(
    cache: PlanCache, kind: TargetKind, code: str, *, user: User = COMMANDER
) -> list[tuple[str, str, str, bool]]:
    contacts = whom_to_call(cache, user=user, kind=kind, code=code, at=NOON)
    return [(one.name, render(one.role, "en"), one.place, one.here) for one in contacts]


def ask(
    cache: PlanCache,
    person_id: str | None,
    *,
    user: User = COMMANDER,
    kind: TargetKind = TargetKind.CELL,
    code: str = CELLS[0],
    at: datetime = NOON,
) -> Revealed:
    return reveal(
        cache, kind=kind, code=code, person_id=person_id, reason=CallReason.VERIFY, user=user, at=at
    )


def assign(cache: PlanCache, person: str, kind: TargetKind, code: str, function: Function) -> None:
    save_edits(cache.workspace, [AssignPost(kind, code, person, function)], reason="x", user=PLANNER, at=NOON)


def add_people(cache: PlanCache, **phones: str) -> None:
    rows = [{"id": key, "name": key.title(), "phone": phone} for key, phone in phones.items()]
    write_plan(cache.workspace, Contents(people=pd.DataFrame(rows)), "li", "", NOON)


def reveals(cache: PlanCache) -> int:
    return int((read_events(cache.workspace)["action"] == "reveal").sum())


def test_about_a_vacant_cell_the_head_of_its_village_is_called(cache: PlanCache) -> None:
    assert called(cache, TargetKind.CELL, CELLS[0]) == [("安", "Grid head", "东村", False)]


def test_who_is_there_comes_first_then_those_above_from_below(cache: PlanCache) -> None:
    add_people(cache, dai="1001", eva="1002")
    assign(cache, "eva", TargetKind.UNIT, FIRST, Function.HEAD)
    assign(cache, "dai", TargetKind.CELL, CELLS[0], Function.MEMBER)
    assert called(cache, TargetKind.CELL, CELLS[0]) == [
        ("Dai", "Grid member", "", True),
        ("安", "Grid head", "东村", False),
        ("Eva", "Grid head", "河东镇", False),
    ]


def test_where_a_unit_has_no_head_its_deputy_answers(cache: PlanCache) -> None:
    assign(cache, "bob", TargetKind.UNIT, EAST, Function.DEPUTY)
    assert called(cache, TargetKind.CELL, CELLS[2]) == [("鲍", "Deputy head", "西村", False)]


def test_somebody_with_two_posts_is_named_once(cache: PlanCache) -> None:
    assign(cache, "ann", TargetKind.CELL, CELLS[0], Function.MEMBER)
    assert called(cache, TargetKind.CELL, CELLS[0]) == [("安", "Grid member", "", True)]


def test_about_an_empty_checkpoint_team_leader_and_its_own_phone_come_first(cache: PlanCache) -> None:
    teams = pd.DataFrame({"id": ["t1"], "leader_id": ["bob"]})
    gate = pd.DataFrame({"code": ["k1"], "unit_code": [WEST], "team_id": ["t1"]})
    write_plan(cache.workspace, Contents(teams=teams, checkpoints=gate), "li", "", NOON)
    assert called(cache, TargetKind.CHECKPOINT, "k1") == [
        ("鲍", "Team leader", "", False),
        ("南关", "Emergency phone", "", False),
        ("安", "Grid head", "东村", False),
    ]


def test_about_a_joint_checkpoint_heads_of_both_villages_answer(cache: PlanCache) -> None:
    add_people(cache, dai="1001", eva="1002")
    assign(cache, "dai", TargetKind.UNIT, EAST, Function.HEAD)
    assign(cache, "eva", TargetKind.UNIT, FIRST, Function.HEAD)
    places = [place for _, _, place, _ in called(cache, TargetKind.CHECKPOINT, "k1")]
    assert places == ["", "东村", "西村", "河东镇"]


def test_phones_are_masked_where_people_are_only_named(cache: PlanCache) -> None:
    contacts = whom_to_call(cache, user=COMMANDER, kind=TargetKind.CHECKPOINT, code="k1", at=NOON)
    assert {one.phone for one in contacts} == {"100****5678"}


def test_a_viewer_learns_whom_to_call_but_no_number(cache: PlanCache) -> None:
    viewer = User("v", "", Role.VIEWER)
    assert called(cache, TargetKind.CELL, CELLS[0], user=viewer)
    for role in (Role.VIEWER, Role.AUDITOR):
        with pytest.raises(AccessError, match="has no right to reveal phone numbers"):
            ask(cache, "ann", user=User("v", "", role))
    assert reveals(cache) == 0


def test_a_commander_gets_one_number_and_the_log_tells(cache: PlanCache) -> None:
    revision = cache.revision()
    revealed = ask(cache, "ann")
    assert (revealed.number, revealed.contact.name, revealed.code) == (PHONE, "安", CELLS[0])
    event = read_events(cache.workspace).iloc[0]
    assert list(event[["user", "action", "row_key", "reason"]]) == ["zhao", "reveal", "ann", "verify"]
    assert PHONE not in str(event.to_dict())
    assert cache.revision() == revision


def test_the_emergency_phone_of_a_checkpoint_is_given_out(cache: PlanCache) -> None:
    assert ask(cache, None, kind=TargetKind.CHECKPOINT, code="k1").number == PHONE


@pytest.mark.parametrize("person", ["bob", "ghost", None])
def test_who_does_not_answer_for_the_place_is_not_given_out(cache: PlanCache, person: str | None) -> None:
    with pytest.raises(AccessError, match="does not answer"):
        ask(cache, person)
    assert reveals(cache) == 0


def test_whose_post_has_ended_is_not_given_out(cache: PlanCache) -> None:
    save_edits(cache.workspace, [EndPost("s1")], reason="x", user=PLANNER, at=NOON)
    with pytest.raises(AccessError, match="does not answer"):
        ask(cache, "ann", at=NOON)


def test_a_place_outside_the_scope_gives_nobody(cache: PlanCache) -> None:
    stranger = User("x", "", Role.COMMANDER, SECOND)
    with pytest.raises(AccessError, match="lies outside"):
        ask(cache, "ann", user=stranger)
    with pytest.raises(AccessError):
        whom_to_call(cache, user=stranger, kind=TargetKind.CELL, code=CELLS[0], at=NOON)
    # The joint checkpoint is in it: its other side's head answers for it as well.
    assert ask(cache, "ann", user=stranger, kind=TargetKind.CHECKPOINT, code="k1").number == PHONE


def test_a_reason_of_ones_own_is_no_preset(cache: PlanCache) -> None:
    with pytest.raises(ValueError, match="curious"):
        reveal(
            cache,
            kind=TargetKind.CELL,
            code=CELLS[0],
            person_id="ann",
            reason=cast("CallReason", "curious"),
            user=COMMANDER,
            at=NOON,
        )
    assert reveals(cache) == 0


def test_a_place_or_number_that_is_not_there_is_said(cache: PlanCache) -> None:
    with pytest.raises(NotFoundError, match="ghost"):
        ask(cache, "ann", code="ghost")
    add_people(cache, dai="")
    assign(cache, "dai", TargetKind.CELL, CELLS[0], Function.HEAD)
    with pytest.raises(NotFoundError, match="No telephone number of Dai is known"):
        ask(cache, "dai")


def test_a_person_the_roster_lost_is_named_by_id(cache: PlanCache) -> None:
    post = {"id": "s9", "person_id": "gone", "function": "head", "target_kind": "cell"}
    row = pd.DataFrame([{**post, "target_code": CELLS[1], "valid_from": NOON}])
    write_plan(cache.workspace, Contents(posts=row), "li", "", NOON)
    first, *_ = whom_to_call(cache, user=COMMANDER, kind=TargetKind.CELL, code=CELLS[1], at=NOON)
    assert first == Contact("gone", "gone", first.role, "", "", here=True)
