"""The last changes in words, told to whom they concern, and taking back one's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from gridmap.errors import AccessError, ConflictError, NotFoundError
from gridmap.messages import Message, render
from gridmap.model.access import Role, User
from gridmap.model.people import Function, TargetKind
from gridmap.service.history.changes import (
    PastChange,
    change_of_row,
    last_change,
    recent_changes,
    undo_last,
)
from gridmap.service.operations.calls import CallReason, reveal
from gridmap.service.people.commands import AddPerson, AssignPost, ChangePerson, Edit, EndPost, NoteArrival
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from gridmap.store.changes import begin_change
from gridmap.store.contents import Contents, write_plan
from gridmap.store.export_log import log_export
from gridmap.store.history import Author
from gridmap.store.tables import cells
from tests.store.drawn_workspace import CELLS, EAST, PHONE, WEST, drawn_workspace
from tests.store.drawn_workspace import cells as drawn_cells

NOON = datetime(2020, 2, 10, 12)
FIRST, SECOND = "990101001000", "990101002000"
LI = User("li", "", Role.PLANNER)
WANG = User("wang", "", Role.PLANNER)
AUDITOR = User("qian", "", Role.AUDITOR)
COMMANDER = User("zhao", "", Role.COMMANDER)


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def save(cache: PlanCache, *edits: Edit, user: User = LI, reason: str = "fill") -> None:
    save_edits(cache.workspace, edits, reason=reason, user=user, at=NOON)


def head(code: str, person: str = "ann") -> AssignPost:
    return AssignPost(TargetKind.CELL, code, person, Function.HEAD)


def told(cache: PlanCache, user: User, scope: str | None = None) -> list[PastChange]:
    return list(recent_changes(cache, user=user, scope=user.scope if scope is None else scope))


def english(*texts: Message | str) -> list[str]:
    return [render(text, "en") if isinstance(text, Message) else text for text in texts]


def what(cache: PlanCache, user: User = LI) -> list[list[str]]:
    return [english(*past.what) for past in told(cache, user)]


def test_changes_are_told_newest_first_with_who_when_why(cache: PlanCache) -> None:
    save(cache, head(CELLS[0]), head(CELLS[1], "bob"))
    newest, first = told(cache, LI)
    assert (newest.user, newest.at, newest.reason, newest.revision) == ("li", NOON, "fill", 2)
    assert english(*newest.what) == ["2 posts assigned"]
    assert english(*newest.details) == ["安, Grid head, 东1", "鲍, Grid head, 东2"]
    assert (newest.kind, newest.undoes) == ("change", False)
    assert "4 cells added" in english(*first.what)
    assert "2 people added" in english(*first.what)


def test_every_kind_of_edit_has_its_words(cache: PlanCache) -> None:
    save(cache, head(CELLS[0]))
    save(cache, NoteArrival("post-2-1", NOON))
    save(cache, EndPost("post-2-1"))
    save(cache, AddPerson("dai", "Dai", PHONE, unit_code=WEST), ChangePerson("ann", {"title": "x"}))
    with begin_change(cache.workspace, Author("li", NOON, "")) as change:
        change.update(cells, CELLS[0], {"name": "new"})
        change.describe(title="Another")
        change.delete(cells, CELLS[3])
    found = what(cache)
    assert found[1:4] == [["1 person added", "1 person changed"], ["1 post ended"], ["1 arrival noted"]]
    assert sorted(found[0]) == [
        "1 cell changed",
        "1 cell taken away",
        "What the workspace says of itself changed",
    ]


def test_a_phone_is_in_no_words(cache: PlanCache) -> None:
    save(cache, AddPerson("dai", "Dai", PHONE), ChangePerson("ann", {"phone": "10099990000"}))
    text = str(told(cache, LI))
    assert PHONE not in text
    assert "10099990000" not in text


def test_of_a_large_change_only_the_counts_are_told(cache: PlanCache) -> None:
    save(cache, *[head(code, person) for code in CELLS for person in ("ann", "bob")])
    assert (what(cache)[0], told(cache, LI)[0].details) == (["8 posts assigned"], ())


def test_a_scope_hears_of_its_own_places_only(cache: PlanCache) -> None:
    east = User("sun", "", Role.VIEWER, SECOND)
    save(cache, head(CELLS[0]), head(CELLS[2], "bob"))
    save(cache, head(CELLS[1]))
    (change,) = told(cache, east)  # neither the west's own change nor the first writing of everything
    assert english(*change.what) == ["1 post assigned"]
    assert english(*change.details) == ["鲍, Grid head, 西1"]
    assert len(told(cache, LI, SECOND)) == 2, "one's own are told to oneself"
    with pytest.raises(AccessError):
        recent_changes(cache, user=east, scope=FIRST)


def test_a_joint_checkpoint_concerns_both_its_units(cache: PlanCache) -> None:
    save(cache, AssignPost(TargetKind.CHECKPOINT, "k1", "bob", Function.OFFICER))
    save(cache, AssignPost(TargetKind.CONTACT_SITE, "c1", "bob", Function.OFFICER))
    for scope, count in ((FIRST, 1), (SECOND, 2), ("990101003000", 0)):
        assert len(told(cache, User("x", "", Role.VIEWER, scope))) == count


def test_people_concern_their_unit_before_and_after(cache: PlanCache) -> None:
    save(cache, AddPerson("dai", "Dai", unit_code=WEST))
    save(cache, ChangePerson("dai", {"unit_code": EAST}))
    assert [len(told(cache, User("x", "", Role.VIEWER, scope))) for scope in (FIRST, SECOND)] == [2, 1]


def test_calls_and_exports_are_told_to_auditors(cache: PlanCache) -> None:
    reveal(
        cache,
        kind=TargetKind.CELL,
        code=CELLS[0],
        person_id="ann",
        reason=CallReason.DISPATCH,
        user=COMMANDER,
        at=NOON,
    )
    reveal(
        cache,
        kind=TargetKind.CHECKPOINT,
        code="k1",
        person_id=None,
        reason=CallReason.EMERGENCY,
        user=COMMANDER,
        at=NOON,
    )
    facts = {"product": "sheet", "ending": "pdf", "audience": "internal"}
    log_export(cache.workspace, FIRST, facts, Author("zhao", NOON))
    export, gate, call, _ = told(cache, AUDITOR)
    assert english(*export.what) == ["Exported 河东镇 as PDF, audience: Internal"]
    assert english(*call.what, call.reason) == ["Number shown: 安, about 东1", "Dispatching"]
    assert english(*gate.what) == ["Number shown: emergency phone of 南关"]
    assert (call.kind, call.user) == ("call", "zhao")
    assert [past.kind for past in told(cache, LI)] == ["change"]
    assert [past.kind for past in told(cache, COMMANDER)] == ["change"]
    local = User("x", "", Role.AUDITOR, SECOND)
    assert [past.kind for past in told(cache, local)] == ["call"], "of the joint checkpoint"


def test_only_so_many_are_told_however_far_back(cache: PlanCache) -> None:
    save(cache, head(CELLS[3], "bob"), user=WANG, reason="long ago")
    for number in range(70):
        save(cache, ChangePerson("ann", {"title": str(number)}))
    assert len(recent_changes(cache, user=WANG, scope="", limit=5)) == 5
    (old,) = told(cache, User("x", "", Role.VIEWER, SECOND))
    assert old.reason == "long ago"


def test_ones_own_last_change_is_taken_back_and_done_again(cache: PlanCache) -> None:
    save(cache, head(CELLS[0]))
    save(cache, head(CELLS[1]), user=WANG)
    last = last_change(cache, user=LI)
    assert last is not None
    assert (last.refusal, last.change.undoes, english(*last.change.what)) == (
        None,
        False,
        ["1 post assigned"],
    )
    assert undo_last(cache.workspace, user=LI, at=NOON, group=last.change.group).revision == 4
    assert list(cache.plan().posts["target_code"]) == [CELLS[1], WEST]
    again = last_change(cache, user=LI)
    assert again is not None
    assert (again.change.undoes, again.change.reason, again.refusal) == (True, "fill", None)
    assert english(*again.change.what) == ["1 post taken back"]
    undo_last(cache.workspace, user=LI, at=NOON)
    assert sorted(cache.plan().posts["target_code"]) == [WEST, CELLS[0], CELLS[1]]


def test_why_it_cannot_be_taken_back_is_said_before(cache: PlanCache) -> None:
    save(cache, head(CELLS[0]))
    save(cache, EndPost("post-2-1"), user=WANG)
    last = last_change(cache, user=LI)
    assert last is not None
    assert last.refusal is not None
    assert "wang at 2020-02-10 12:00" in render(last.refusal, "en")
    with pytest.raises(ConflictError, match="wang"):
        undo_last(cache.workspace, user=LI, at=NOON)
    assert cache.plan().revision == 3


def test_another_change_of_ones_own_is_not_taken_in_its_stead(cache: PlanCache) -> None:
    save(cache, head(CELLS[0]))
    seen = last_change(cache, user=LI)
    assert seen is not None
    save(cache, head(CELLS[1]))
    with pytest.raises(ConflictError, match="another change since"):
        undo_last(cache.workspace, user=LI, at=NOON, group=seen.change.group)
    assert len(cache.plan().posts) == 3


def test_who_changed_nothing_has_nothing_to_take_back(cache: PlanCache) -> None:
    assert last_change(cache, user=COMMANDER) is None
    with pytest.raises(NotFoundError, match="changed nothing yet"):
        undo_last(cache.workspace, user=COMMANDER, at=NOON)


@pytest.mark.parametrize(
    ("role", "scope", "allowed"),
    [
        (Role.PLANNER, "", True),
        (Role.PLANNER, FIRST, True),
        (Role.PLANNER, SECOND, False),
        (Role.VIEWER, "", False),
        (Role.COMMANDER, "", False),
    ],
)
def test_who_may_no_longer_change_a_place_may_not_take_back_either(
    cache: PlanCache, role: Role, scope: str, allowed: bool
) -> None:
    save(cache, head(CELLS[0]))
    now = User("li", "", role, scope)
    last = last_change(cache, user=now)
    assert last is not None
    assert (last.refusal is None) == allowed
    if not allowed:
        with pytest.raises(AccessError):
            undo_last(cache.workspace, user=now, at=NOON)


def test_cells_written_at_once_are_taken_back_by_planners_of_everything(cache: PlanCache) -> None:
    new = drawn_cells().iloc[[0]].assign(code=f"{WEST}003", seq=3)
    write_plan(cache.workspace, Contents(cells=new), "li", "split", NOON)
    local = User("li", "", Role.PLANNER, FIRST)
    with pytest.raises(AccessError, match="may edit cells in 990101001000 only"):
        undo_last(cache.workspace, user=local, at=NOON)
    undo_last(cache.workspace, user=LI, at=NOON)
    assert list(cache.plan().cells.index) == CELLS


def test_a_person_moved_between_units_is_moved_back_by_who_may_in_both(cache: PlanCache) -> None:
    save(cache, AddPerson("dai", "Dai", unit_code=WEST))
    save(cache, ChangePerson("dai", {"unit_code": EAST}))
    with pytest.raises(AccessError):
        undo_last(cache.workspace, user=User("li", "", Role.PLANNER, SECOND), at=NOON)
    undo_last(cache.workspace, user=LI, at=NOON)
    assert cache.plan().people.loc["dai", "unit_code"] == WEST


def test_the_newest_change_of_one_row_is_told(cache: PlanCache) -> None:
    save(cache, head(CELLS[0]), user=WANG, reason="first")
    save_edits(cache.workspace, [head(CELLS[1])], reason="other", user=LI, at=NOON + timedelta(minutes=5))
    change = change_of_row(cache, table="cells", key=CELLS[0])
    assert change is not None
    assert (change.user, english(*change.details)) == ("wang", ["安, Grid head, 东1"])
    assert change_of_row(cache, table="cells", key="ghost") is None


def test_a_write_that_finds_all_as_it_was_says_so(cache: PlanCache) -> None:
    write_plan(
        cache.workspace, Contents(people=pd.DataFrame({"id": ["ann"], "name": ["安"]})), "li", "", NOON
    )
    assert what(cache)[0] == ["2 people written anew, none different"]


def test_reasons_of_the_program_are_messages_those_of_people_their_words(cache: PlanCache) -> None:
    for reason in ("import: towns.gpkg", "demo: fictional county", "imported by hand"):
        save(cache, ChangePerson("ann", {"title": reason}), reason=reason)
    by_hand, demo, imported = [past.reason for past in told(cache, LI)][:3]
    assert by_hand == "imported by hand"
    assert isinstance(demo, Message)
    assert isinstance(imported, Message)
    assert english(demo, imported) == ["Demonstration: fictional county", "Imported from towns.gpkg"]
