"""Calls and conflicts on the cards of the operations map."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from gridmap.measure.evaluate import evaluate
from gridmap.model.access import Role, User
from gridmap.model.people import Function, TargetKind
from gridmap.service.people.commands import AssignPost, EndPost
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from gridmap.store.history import read_events
from gridmap.web import session
from gridmap.web.view_state import ViewState
from tests.pages.conftest import RunPage
from tests.pages.operations.test_page import PAGE, fill_in, on_card, texts, vacant_cell

COUNTY = "990101000000"
NOW = datetime(2020, 2, 10, 22)
COMMANDER = User("zhao", "Zhao", Role.COMMANDER)
WANG = User("wang", "Wang", Role.PLANNER)
WHOLE = re.compile(r"\b100\d{8}\b")


def buttons(app: AppTest, start: str) -> list[str]:
    return [key for button in app.button if (key := button.key or "").startswith(start)]


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def numbers(app: AppTest) -> set[str]:
    """The whole numbers on the page."""
    return set(WHOLE.findall(texts(app)))


def reveals(cache: PlanCache) -> list[tuple[str, str]]:
    events = read_events(cache.workspace)
    told = events[events["action"] == "reveal"]
    return list(zip(told["user"], told["reason"], strict=True))


def at_place(kind: TargetKind, code: str, as_of: datetime | None = None) -> dict[str, object]:
    return {"view": ViewState(scope=COUNTY, selected_kind=kind, selected_code=code, as_of=as_of)}


def test_a_vacant_cell_shows_whom_to_call_and_one_tap_the_number(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE, user=COMMANDER, **on_card(cache, vacant_cell(cache)))
    assert "Whom to call" in texts(app)
    assert not numbers(app)
    first, second, *_ = buttons(app, "call-card")
    app = press(app, first)
    assert not app.exception
    (number,) = numbers(app)
    assert f'href="tel:{number}"' in texts(app)
    assert first not in buttons(app, "call-card")
    assert reveals(cache) == [("zhao", "dispatch")]
    app = press(app, second)
    assert numbers(app) != {number}
    assert len(numbers(app)) == 1, "only the last one stays on the screen"


def test_the_number_goes_when_another_place_is_chosen(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE, user=COMMANDER, **on_card(cache, vacant_cell(cache)))
    app = press(app, buttons(app, "call-card")[0])
    assert numbers(app)
    app = press(app, "close_card")
    assert not numbers(app)
    assert "revealed" not in app.session_state


def test_a_line_of_the_list_reveals_who_answers_first(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE, user=COMMANDER)
    assert len(buttons(app, "call-first")) == 5
    app = press(app, buttons(app, "call-first")[1])
    assert len(numbers(app)) == 1
    assert len(reveals(cache)) == 1


def test_calls_are_logged_with_the_chosen_reason(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE, user=COMMANDER, **on_card(cache, vacant_cell(cache)))
    assert "Calls are logged as: Dispatching" in str([popover.proto for popover in app.get("popover")])
    app = next(radio for radio in app.radio if radio.key == "call_reason-card").set_value("meeting").run()
    press(app, buttons(app, "call-card")[0])
    assert reveals(cache) == [("zhao", "meeting")]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_others_see_masked_phones_and_no_button(role: Role, run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE, user=User("x", "X", role), **on_card(cache, vacant_cell(cache)))
    assert "100****" in texts(app)
    assert not buttons(app, "call")
    assert not numbers(app)


def test_a_role_taken_away_meanwhile_reveals_nothing(
    run_page: RunPage, cache: PlanCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run_page(PAGE, user=COMMANDER, **on_card(cache, vacant_cell(cache)))
    key = buttons(app, "call-card")[0]
    monkeypatch.setattr(session, "current_user", lambda: User("zhao", "Zhao", Role.VIEWER))
    app = press(app, key)
    assert "has no right to reveal phone numbers" in texts(app)
    assert not numbers(app)
    assert reveals(cache) == []


def test_about_an_empty_checkpoint_its_own_phone_is_offered(run_page: RunPage, cache: PlanCache) -> None:
    plan = cache.plan()
    assert plan.demo_clock
    states = evaluate(plan, plan.demo_clock).checkpoints["state"]
    code = str(states.index[states == "empty"][0])
    app = run_page(PAGE, user=COMMANDER, **at_place(TargetKind.CHECKPOINT, code))
    assert "Emergency phone" in texts(app)
    app = press(app, f"call-card-{code}-None")
    assert len(numbers(app)) == 1


def test_at_another_moment_those_who_answer_now_are_called(run_page: RunPage, cache: PlanCache) -> None:
    posts, tonight = cache.plan().posts, datetime(2020, 2, 11, 3)
    shifts = posts[posts["target_kind"] == "checkpoint"]
    now = shifts[(shifts["valid_from"] <= NOW) & (shifts["valid_to"] > NOW)]
    later = shifts[(shifts["valid_from"] <= tonight) & (shifts["valid_to"] > tonight)]
    relief = later[~later["person_id"].isin(now["person_id"])].iloc[0]
    code, person = str(relief["target_code"]), str(relief["person_id"])
    app = run_page(PAGE, user=COMMANDER, **at_place(TargetKind.CHECKPOINT, code, as_of=tonight))
    assert str(cache.plan().people["name"][person]) in texts(app)
    assert f"call-card-{code}-{person}" not in buttons(app, "call-card")
    assert f"call-card-{code}-None" in buttons(app, "call-card")


def test_the_heads_of_a_drilled_unit_can_be_called(run_page: RunPage, cache: PlanCache) -> None:
    plan = cache.plan()
    township = str(plan.units.index[plan.units["level"] == "township"][0])
    app = run_page(PAGE, user=COMMANDER, view=ViewState(scope=township))
    app = press(app, buttons(app, "call-heads")[0])
    assert len(numbers(app)) == 1


def in_conflict(run_page: RunPage, cache: PlanCache) -> tuple[AppTest, str]:
    """A planner assigns somebody to a cell that wang was faster at; the page then, and the cell's code."""
    code, plan = vacant_cell(cache), cache.plan()
    assert plan.demo_clock
    app = run_page(PAGE, **on_card(cache, code))
    theirs = AssignPost(TargetKind.CELL, code, str(plan.people.index[5]), Function.HEAD)
    save_edits(cache.workspace, [theirs], reason="wang's reason", user=WANG, at=plan.demo_clock)
    return fill_in(app, "my reason"), code


def held(cache: PlanCache, code: str) -> list[str]:
    """Who holds an open post at the cell."""
    posts = cache.plan().posts
    now = posts[(posts["target_code"] == code) & posts["valid_to"].isna()]
    return sorted(now["function"])


def choice(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_conflict_shows_both_and_keeps_the_entry(run_page: RunPage, cache: PlanCache) -> None:
    app, code = in_conflict(run_page, cache)
    said = texts(app)
    assert "wang changed this at 2020-02-10 22:00" in said
    assert str(cache.plan().people["name"].iloc[5]) in said
    assert "wang&#39;s reason" in said
    assert "as Grid member · my reason" in said
    assert (
        next(field for field in app.text_input if field.key == f"assign-reason-{code}").value == "my reason"
    )
    assert held(cache, code) == ["head"]


@pytest.mark.parametrize(
    ("label", "then"),
    [
        ("Do mine as well", ["head", "member"]),
        ("Replace theirs with mine", ["member"]),
        ("Keep theirs", ["head"]),
    ],
)
def test_a_conflict_is_decided(label: str, then: list[str], run_page: RunPage, cache: PlanCache) -> None:
    app, code = in_conflict(run_page, cache)
    app = choice(app, label)
    assert not app.exception
    assert not app.error
    assert "while you were writing" not in texts(app)
    assert held(cache, code) == then
    assert next(field for field in app.text_input if field.key == f"assign-reason-{code}").value == ""


def test_a_third_who_comes_between_is_a_conflict_again(run_page: RunPage, cache: PlanCache) -> None:
    app, code = in_conflict(run_page, cache)
    plan = cache.plan()
    assert plan.demo_clock
    third = AssignPost(TargetKind.CELL, code, str(plan.people.index[9]), Function.HEAD)
    save_edits(
        cache.workspace, [third], reason="sun's", user=User("sun", "", Role.PLANNER), at=plan.demo_clock
    )
    app = choice(app, "Replace theirs with mine")
    assert "sun changed this" in texts(app)
    app = choice(app, "Replace theirs with mine")
    assert held(cache, code) == ["member"]


def test_a_post_that_another_has_ended_already_needs_no_second_end(
    run_page: RunPage, cache: PlanCache
) -> None:
    code, plan = vacant_cell(cache), cache.plan()
    assert plan.demo_clock
    edit = AssignPost(TargetKind.CELL, code, str(plan.people.index[5]), Function.MEMBER)
    save_edits(cache.workspace, [edit], reason="x", user=WANG, at=plan.demo_clock)
    app = run_page(PAGE, **on_card(cache, code))
    post = str(cache.plan().posts.index[cache.plan().posts["target_code"] == code][-1])
    save_edits(cache.workspace, [EndPost(post)], reason="gone", user=WANG, at=plan.demo_clock)
    app.text_input(key=f"end-reason-{post}").input("mine")
    app = press(app, f"end-{post}")
    said = texts(app)
    assert "wang changed this" in said
    assert "end the post of" in said
    assert "End it all the same" not in said
    assert "while you were writing" not in texts(choice(app, "Keep theirs"))
