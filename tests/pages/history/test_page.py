"""The page History: what is told, undo and redo, and what auditors see."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from gridmap.model.access import Role, User
from gridmap.model.people import Function, TargetKind
from gridmap.service.operations.calls import CallReason, reveal, whom_to_call
from gridmap.service.people.commands import AssignPost, EndPost
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from gridmap.store.changes import begin_change
from gridmap.store.history import Author
from gridmap.store.tables import people
from tests.pages.conftest import PLANNER, RunPage
from tests.pages.operations.test_page import texts, vacant_cell

PAGE = "history.py"
WANG = User("wang", "Wang", Role.PLANNER)
COMMANDER = User("zhao", "Zhao", Role.COMMANDER)


def assign(cache: PlanCache, user: User, reason: str) -> str:
    """Put the first person to a vacant cell; its code."""
    code, plan = vacant_cell(cache), cache.plan()
    assert plan.demo_clock
    edit = AssignPost(TargetKind.CELL, code, str(plan.people.index[0]), Function.HEAD)
    save_edits(cache.workspace, [edit], reason=reason, user=user, at=plan.demo_clock)
    return code


def posted_now(cache: PlanCache) -> set[str]:
    """Places where a post began at the demo's clock."""
    posts = cache.plan().posts
    return set(posts["target_code"][posts["valid_from"] == cache.plan().demo_clock])


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def test_it_tells_who_did_what_when_and_why(run_page: RunPage, cache: PlanCache) -> None:
    code = assign(cache, WANG, "<b>fill</b> the gap")
    said = texts(run_page(PAGE))
    for part in ("wang", "1 post assigned", "2020-02-10 22:00", str(cache.plan().cells["name"][code])):
        assert part in said
    assert "&lt;b&gt;fill&lt;/b&gt; the gap" in said
    assert "units added" in said


def test_reasons_are_told_as_they_were_written(run_page: RunPage, cache: PlanCache) -> None:
    assign(cache, WANG, "补派")
    assert "补派" in texts(run_page(PAGE, language="zh"))


def test_ones_own_last_change_is_undone_and_redone(run_page: RunPage, cache: PlanCache) -> None:
    code = assign(cache, PLANNER, "try")
    app = run_page(PAGE)
    assert "Undo my last change" in texts(app)
    app = press(app, "undo_button")
    assert not app.exception
    assert [success.value for success in app.success] == ["Taken back\\. The plan is at revision 3 now\\."]
    assert code not in posted_now(cache)
    said = texts(app)
    assert "Redo what was undone" in said
    assert "Undone: 1 post taken back" in said
    press(app, "undo_button")
    assert cache.plan().revision == 4
    assert code in posted_now(cache)


def test_why_not_is_said_on_the_page(run_page: RunPage, cache: PlanCache) -> None:
    assign(cache, PLANNER, "mine")
    post = str(cache.plan().posts.index[cache.plan().posts["valid_from"] == cache.plan().demo_clock][-1])
    app = run_page(PAGE)
    plan = cache.plan()
    assert plan.demo_clock
    save_edits(cache.workspace, [EndPost(post)], reason="no", user=WANG, at=plan.demo_clock)
    app = press(app, "undo_button")  # the page did not know yet
    assert "changed by wang" in texts(app)
    assert "It cannot be taken back" in texts(app)
    assert next(button for button in app.button if button.key == "undo_button").disabled


@pytest.mark.parametrize("role", [Role.VIEWER, Role.COMMANDER, Role.AUDITOR])
def test_who_may_not_edit_reads_only(role: Role, run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE, user=User("li", "Li", role))
    assert "units added" in texts(app)
    assert not app.button


def test_auditors_see_calls_as_well(run_page: RunPage, cache: PlanCache) -> None:
    code, at = vacant_cell(cache), cache.plan().demo_clock
    assert at
    kind = TargetKind.CELL
    contact = whom_to_call(cache, user=COMMANDER, kind=kind, code=code, at=at)[0]
    revealed = reveal(
        cache,
        kind=kind,
        code=code,
        person_id=contact.person_id,
        reason=CallReason.DISPATCH,
        user=COMMANDER,
        at=at,
    )
    said = texts(run_page(PAGE, user=User("q", "Q", Role.AUDITOR)))
    assert f"Number shown: {contact.name}" in said
    assert "Dispatching" in said
    assert revealed.number not in said
    assert "Number shown" not in texts(run_page(PAGE))


def test_older_changes_come_on_demand(run_page: RunPage, cache: PlanCache) -> None:
    at = cache.plan().demo_clock
    assert at
    for number in range(55):
        with begin_change(cache.workspace, Author("wang", at, f"change no {number}")) as change:
            change.update(people, str(cache.plan().people.index[0]), {"title": str(number)})
    app = run_page(PAGE)
    assert "change no 54" in texts(app)
    assert "units added" not in texts(app)
    app = press(app, "more_history")
    assert "units added" in texts(app)
    assert "more_history" not in [button.key for button in app.button]
