"""The operations map page without its map: figures, card, posting, search, rights."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from gridmap.measure.evaluate import evaluate
from gridmap.model.access import Role, User
from gridmap.model.people import Function, TargetKind
from gridmap.service.people.commands import AssignPost
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from gridmap.web.view_state import ViewState
from tests.pages.conftest import RunPage

PAGE = "operations_map.py"


def texts(app: AppTest) -> str:
    """Everything the page says, without the strokes that keep Markdown from reading it."""
    parts = [
        element.value
        for kind in (app.markdown, app.subheader, app.caption, app.error, app.warning)
        for element in kind
    ]
    parts += [html.proto.body for html in app.get("html")]
    parts += [button.label for button in app.button]
    return re.sub(r"\\(\W)", r"\1", "\n".join(parts))


def vacant_cell(cache: PlanCache) -> str:
    plan = cache.plan()
    assert plan.demo_clock
    states = evaluate(plan, plan.demo_clock).cells
    return str(states.index[states == "vacant"][0])


def on_card(cache: PlanCache, code: str) -> dict[str, object]:
    return {"view": ViewState(scope="990101000000", selected_kind=TargetKind.CELL, selected_code=code)}


def test_it_reads_the_plan_aloud(run_page: RunPage, cache: PlanCache) -> None:
    plan = cache.plan()
    assert plan.demo_clock
    vacant = int((evaluate(plan, plan.demo_clock).cells == "vacant").sum())
    said = texts(run_page(PAGE))
    assert f"{vacant} of {int(plan.cells['active'].sum())} cells have nobody responsible" in said
    assert "As of 2020-02-10 22:00" in said
    assert "Worst first" in said


def test_it_speaks_chinese(run_page: RunPage) -> None:
    said = texts(run_page(PAGE, language="zh"))
    assert "个无人负责" in said
    assert "一级网格长" in said
    assert "Worst first" not in said


def fill_in(app: AppTest, reason: str) -> AppTest:
    person = next(box for box in app.selectbox if box.label == "Person")
    person.select_index(0)
    next(field for field in app.text_input if (field.key or "").startswith("assign-reason")).input(reason)
    return next(button for button in app.button if button.label == "Assign").click().run()


def test_a_planner_assigns_and_ends_a_member(run_page: RunPage, cache: PlanCache) -> None:
    code = vacant_cell(cache)
    app = fill_in(run_page(PAGE, **on_card(cache, code)), "fill the gap")
    assert not app.exception
    assert cache.plan().revision == 2
    assert evaluate(cache.plan(), cache.plan().demo_clock).cells[code] == "covered"  # type: ignore[arg-type] # a demo
    next(field for field in app.text_input if (field.key or "").startswith("end-reason")).input("moved")
    next(button for button in app.button if (button.key or "").startswith("end-p")).click().run()
    assert cache.plan().revision == 3
    assert evaluate(cache.plan(), cache.plan().demo_clock).cells[code] == "vacant"  # type: ignore[arg-type] # a demo


def test_without_a_reason_nothing_is_assigned(run_page: RunPage, cache: PlanCache) -> None:
    app = fill_in(run_page(PAGE, **on_card(cache, vacant_cell(cache))), "  ")
    assert "Choose a person and write a reason." in texts(app)
    assert cache.plan().revision == 1


def test_who_fills_in_an_old_card_is_told_who_was_faster(run_page: RunPage, cache: PlanCache) -> None:
    code = vacant_cell(cache)
    app = run_page(PAGE, **on_card(cache, code))
    plan = cache.plan()
    other = User("wang", "Wang", Role.PLANNER)
    command = AssignPost(TargetKind.CELL, code, str(plan.people.index[5]), Function.HEAD)
    assert plan.demo_clock
    save_edits(cache.workspace, [command], reason="first", user=other, at=plan.demo_clock)
    app = fill_in(app, "second")
    assert "wang" in texts(app)
    assert cache.plan().revision == 2


@pytest.mark.parametrize("role", [Role.VIEWER, Role.COMMANDER, Role.AUDITOR])
def test_who_may_not_edit_sees_the_card_without_a_form(
    role: Role, run_page: RunPage, cache: PlanCache
) -> None:
    code = vacant_cell(cache)
    app = run_page(PAGE, user=User("x", "X", role), **on_card(cache, code))
    assert code in texts(app)
    assert "Assign" not in [button.label for button in app.button]


def test_a_user_of_one_township_sees_that_township_only(run_page: RunPage, cache: PlanCache) -> None:
    township = "990101001000"
    app = run_page(PAGE, user=User("x", "X", Role.COMMANDER, scope=township))
    plan = cache.plan()
    said = texts(app)
    assert plan.units["name"][township] in said
    assert not [
        code
        for code in plan.units.index[plan.units["level"] == "township"]
        if code != township and plan.units["name"][code] in said
    ]
    foreign = run_page(
        PAGE, user=User("x", "X", Role.COMMANDER, scope=township), view=ViewState(scope="990101000000")
    )
    assert "outside" in texts(foreign)


def test_search_finds_by_name_and_by_code(run_page: RunPage, cache: PlanCache) -> None:
    plan = cache.plan()
    village = plan.units.index[plan.units["level"] == "village"][0]
    for text in (plan.units["name"][village], village):
        app = run_page(PAGE, search_text=text)
        assert any(
            plan.units["name"][village] in button.label
            for button in app.button
            if (button.key or "").startswith("hit-")
        )
    assert "Nothing found" in texts(run_page(PAGE, search_text="zzz"))


def test_no_unmasked_phone_is_on_the_page(run_page: RunPage, cache: PlanCache) -> None:
    with cache.workspace.path.open("rb") as file:
        assert b"100" in file.read()
    people = cache.plan().people
    assert people["phone"].str.fullmatch(r"100\*{4}\d{4}").all()
    app = run_page(PAGE, **on_card(cache, str(cache.plan().cells.index[0])))
    assert "****" in texts(app)


def test_another_moment_is_for_reading_only(run_page: RunPage, cache: PlanCache) -> None:
    code = vacant_cell(cache)
    state = ViewState(
        scope="990101000000",
        selected_kind=TargetKind.CELL,
        selected_code=code,
        as_of=datetime(2020, 2, 11, 3),
    )
    app = run_page(PAGE, view=state)
    said = texts(app)
    assert "As of 2020-02-11 03:00" in said
    assert "Go back to the present moment" in said
    assert "Assign" not in [button.label for button in app.button]
