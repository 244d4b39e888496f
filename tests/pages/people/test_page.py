"""The page People: editing the table of posts and the roster, bulk changes, refusals, conflicts, rights."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from gridmap.measure.evaluate import evaluate
from gridmap.model.access import Role, User
from gridmap.model.people import Function, TargetKind
from gridmap.service.people.commands import AssignPost, ChangePerson, EndPost
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import PlanCache
from gridmap.store.history import read_events
from gridmap.web.view_state import ViewState
from tests.pages.conftest import PLANNER, RunPage

PAGE = "people.py"
TOWNSHIP = "990101001000"
WANG = User("wang", "Wang", Role.PLANNER)


class Table:
    """The data editor of a running page, driven as the browser does: by all edits since it is there."""

    def __init__(self, app: AppTest) -> None:
        self.app = app
        self.edited: dict[str, dict[str, Any]] = {}
        self.added: list[dict[str, Any]] = []
        self.widget = ""

    @property
    def node(self) -> Any:
        (node,) = self.app.get("dataframe") or self.app.get("arrow_data_frame")
        return node

    @property
    def frame(self) -> pd.DataFrame:
        frame: pd.DataFrame = self.node.value
        return frame

    def position(self, **wanted: object) -> int:
        rows = self.frame
        for column, value in wanted.items():
            rows = rows[rows[column] == value]
        return int(rows.index[0])

    def edit(self, position: int, **changes: object) -> AppTest:
        self._renewed()
        self.edited.setdefault(str(position), {}).update(changes)
        return self._send()

    def add(self, **row: object) -> AppTest:
        self._renewed()
        self.added.append(row)
        return self._send()

    def click(self, key: str) -> AppTest:
        return next(button for button in self.app.button if button.key == key).click().run()

    def save(self, reason: str, name: str = "posts") -> AppTest:
        self.app.text_input(key=f"{name}_reason").input(reason)
        return self.click(f"{name}_save")

    def _renewed(self) -> None:
        """A table under another key has no edits yet."""
        if self.widget != self.node.proto.id:
            self.widget, self.edited, self.added = self.node.proto.id, {}, []

    def _send(self) -> AppTest:
        states = self.app._tree.get_widget_states()
        told = {"edited_rows": self.edited, "added_rows": self.added, "deleted_rows": []}
        states.widgets.append(WidgetState(id=self.widget, string_value=json.dumps(told)))
        return self.app._run(states)


def texts(app: AppTest) -> str:
    parts = [
        element.value
        for kind in (app.markdown, app.caption, app.error, app.warning, app.success, app.info)
        for element in kind
    ]
    return re.sub(r"\\(\W)", r"\1", "\n".join([*parts, *(button.label for button in app.button)]))


def clock(cache: PlanCache) -> datetime:
    found = cache.plan().demo_clock
    assert found
    return found


def state_of(cache: PlanCache, code: str) -> str:
    return str(evaluate(cache.plan(), clock(cache)).cells[code])


@pytest.fixture
def vacant(cache: PlanCache) -> str:
    states = evaluate(cache.plan(), clock(cache)).cells
    return str(states.index[states == "vacant"][0])


@pytest.fixture
def someone(cache: PlanCache) -> str:
    """Who holds nothing over the limit: the last of the roster."""
    return str(cache.plan().people.index[-1])


def test_a_vacant_cell_is_filled_and_the_map_follows(
    run_page: RunPage, cache: PlanCache, vacant: str, someone: str
) -> None:
    table = Table(run_page(PAGE))
    row = table.position(code=vacant)
    assert "vacant" in table.frame["remark"][row]
    app = table.edit(row, person_id=someone)
    name = cache.plan().people["name"][someone]
    assert "1 assigned" in texts(app)
    assert f"{name} · " in texts(app)
    app = table.save("fill the gap")
    assert not app.exception
    assert "Saved as revision 2: 1 assigned." in texts(app)
    assert state_of(cache, vacant) == "covered"
    assert "Nothing is changed yet." in texts(app)
    assert table.frame["remark"][table.position(code=vacant)] != "vacant"


def test_end_replace_until_and_arrival_are_one_change(
    run_page: RunPage, cache: PlanCache, someone: str
) -> None:
    table = Table(run_page(PAGE))
    frame = table.frame
    plain = (frame["remark"] == "") & (frame["function"] == "member") & ~frame["arrived"]
    open_rows = frame.index[plain & frame["until"].isna()][:4]
    ended, replaced, until, arrived = (int(row) for row in open_rows)
    table.edit(ended, end=True)
    table.edit(replaced, person_id=someone)
    table.edit(until, until="2020-02-20T08:00:00.000")
    app = table.edit(arrived, arrived=True)
    assert "1 replaced; 1 ended; 2 changed" in texts(app)
    before = cache.plan().posts
    app = table.save("rotation")
    assert "Saved as revision 2" in texts(app)
    after, at = cache.plan().posts, clock(cache)
    assert len(after) == len(before) + 1
    assert (after["valid_to"] == at).sum() == (before["valid_to"] == at).sum() + 2
    assert (after["valid_to"] == datetime(2020, 2, 20, 8)).sum() == 1
    assert (after["arrived_at"] == at).sum() == (before["arrived_at"] == at).sum() + 1
    events = read_events(cache.workspace)
    assert set(events["reason"][events["revision"] == 2]) == {"rotation"}


def test_many_chosen_places_get_one_person(run_page: RunPage, cache: PlanCache, someone: str) -> None:
    table = Table(run_page(PAGE))
    codes = table.frame["code"][table.frame["remark"] == "vacant"]
    cells = [(table.position(code=code), code) for code in codes if len(code) == 15][:3]
    for row, _ in cells:
        table.edit(row, choose=True)
    table.app.selectbox(key="posts_bulk_person").set_value(someone).run()
    app = table.click("posts_bulk_assign")
    assert "3 assigned" in texts(app)
    app = table.save("all to one")
    assert "Saved as revision 2: 3 assigned." in texts(app)
    posts = cache.plan().posts
    assert set(posts["target_code"][posts["person_id"] == someone]) >= {code for _, code in cells}


def test_all_shown_are_chosen_and_ended_at_once(run_page: RunPage, cache: PlanCache) -> None:
    table = Table(run_page(PAGE, posts_text=cache.plan().units["name"]["990101001001"]))
    shown = len(table.frame)
    table.click("posts_choose_all")
    app = table.click("posts_bulk_end")
    assert f"{shown} ended" in texts(app)
    assert table.frame["end"].all()
    assert not table.frame["choose"].any()


def test_the_good_rows_are_offered_apart(
    run_page: RunPage, cache: PlanCache, vacant: str, someone: str
) -> None:
    table = Table(run_page(PAGE))
    posted = table.frame[(table.frame["remark"] == "") & (table.frame["function"] == "member")]
    table.edit(table.position(code=vacant), person_id=someone)
    app = table.edit(int(posted.index[0]), until="2001-01-01T00:00:00.000")
    assert "1 row cannot be saved" in texts(app)
    assert "before it starts" in texts(app)
    assert "Save the 1 good one" in texts(app)
    app = table.save("what can be")
    assert state_of(cache, vacant) == "covered"
    assert cache.plan().revision == 2
    assert "1 row cannot be saved" in texts(app)
    assert "Nothing is changed yet." in texts(table.click("posts_discard"))


def test_without_a_reason_nothing_is_saved_and_nothing_lost(
    run_page: RunPage, cache: PlanCache, vacant: str, someone: str
) -> None:
    table = Table(run_page(PAGE))
    table.edit(table.position(code=vacant), person_id=someone)
    app = table.save("  ")
    assert "Write a reason." in texts(app)
    assert cache.plan().revision == 1
    assert "1 assigned" in texts(app)


@pytest.mark.parametrize("choice", ["mine", "drop"])
def test_the_second_planner_sees_both_values_and_decides(
    run_page: RunPage, cache: PlanCache, vacant: str, someone: str, choice: str
) -> None:
    table = Table(run_page(PAGE))
    table.edit(table.position(code=vacant), person_id=someone)
    other = str(cache.plan().people.index[5])
    first = AssignPost(TargetKind.CELL, vacant, other, Function.MEMBER)
    save_edits(cache.workspace, [first], reason="first", user=WANG, at=clock(cache))
    app = table.save("second")  # the button still carries what was seen before
    said, people = texts(app), cache.plan().people["name"]
    assert cache.plan().revision == 2
    assert "Changed by wang at 2020-02-10 22:00" in said
    assert f"There now: {cache.plan().cells['name'][vacant]}: {people[other]}" in said
    assert f"You want: {cache.plan().cells['name'][vacant]}: {people[someone]}" in said
    assert next(button for button in app.button if button.key == "posts_save").disabled
    app = table.click(f"posts_{choice}_vacant:cell:{vacant}")
    if choice == "drop":
        assert "Nothing is changed yet." in texts(app)
        return
    table.save("both stay")
    posts = cache.plan().posts
    assert {other, someone} <= set(posts["person_id"][posts["target_code"] == vacant])


def test_edits_live_over_filters_and_other_pages(
    run_page: RunPage, cache: PlanCache, vacant: str, someone: str
) -> None:
    table = Table(run_page(PAGE))
    table.edit(table.position(code=vacant), person_id=someone)
    app = table.app.text_input(key="posts_text").input("zzz").run()
    assert table.frame.empty
    assert "1 assigned" in texts(app)
    app = app.text_input(key="posts_text").input("").run()
    assert table.frame["person_id"][table.position(code=vacant)] == someone
    draft = app.session_state["edits_posts"]
    assert "1 assigned" in texts(run_page(PAGE, edits_posts=draft))


def test_the_roster_takes_new_people_and_changes(run_page: RunPage, cache: PlanCache) -> None:
    table = Table(run_page(PAGE, people_part="roster"))
    before = cache.plan().people
    app = table.edit(0, title="站长", new_phone="100 1234 9999")
    assert "1 changed" in texts(app)
    assert "100 1234 9999" not in texts(app)
    app = table.add(name="新人", unit_code=TOWNSHIP, new_phone="10000000001")
    assert "1 added; 1 changed" in texts(app)
    app = table.save("roster", "roster")
    assert "Saved as revision 2: 1 added; 1 changed." in texts(app)
    people = cache.plan().people
    changed = people.loc[before.index[0]]
    assert (changed["title"], changed["phone"]) == ("站长", "100****9999")
    (entered,) = set(people.index) - set(before.index)
    assert list(people.loc[entered, ["name", "phone", "unit_code"]]) == ["新人", "100****0001", TOWNSHIP]
    assert "Nothing is changed yet." in texts(app)


def test_a_person_without_a_name_or_with_a_masked_phone_is_refused(run_page: RunPage) -> None:
    table = Table(run_page(PAGE, people_part="roster"))
    app = table.add(title="nameless", unit_code=TOWNSHIP)
    assert "A person needs a name" in texts(app)
    app = table.edit(0, new_phone="100****1234")
    assert "masked" in texts(app)
    assert next(button for button in app.button if button.key == "roster_save").disabled


def test_the_roster_tells_of_a_conflict_too(run_page: RunPage, cache: PlanCache) -> None:
    table = Table(run_page(PAGE, people_part="roster"))
    person = str(cache.plan().people.index[0])
    table.edit(0, title="mine")
    save_edits(
        cache.workspace, [ChangePerson(person, {"title": "theirs"})], reason="x", user=WANG, at=clock(cache)
    )
    said = texts(table.save("late", "roster"))
    assert "Changed by wang" in said
    assert "Title “theirs”" in said
    assert "Title “mine”" in said
    table.click(f"roster_mine_{person}")
    table.save("mine", "roster")
    assert cache.plan().people["title"][person] == "mine"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.COMMANDER, Role.AUDITOR])
@pytest.mark.parametrize("part", ["posts", "roster"])
def test_who_may_not_edit_reads_only(role: Role, part: str, run_page: RunPage) -> None:
    app = run_page(PAGE, user=replace(PLANNER, role=role), people_part=part)
    table = Table(app)
    assert len(table.frame) > 20
    assert table.node.proto.disabled
    assert not [button for button in app.button if button.key and button.key.endswith("_save")]
    if part == "roster":
        assert table.frame["phone"].str.fullmatch(r"100\*{4}\d{4}").all()


def test_another_moment_is_for_reading_only(run_page: RunPage) -> None:
    app = run_page(PAGE, view=ViewState(as_of=datetime(2020, 2, 9, 3)))
    assert "As of 2020-02-09 03:00: for reading only." in texts(app)
    assert not [button for button in app.button if button.key == "posts_choose_all"]
    app = next(button for button in app.button if button.label == "Back to now").click().run()
    assert [button for button in app.button if button.key == "posts_choose_all"]


def test_a_planner_of_one_township_sees_and_edits_that_township_only(
    run_page: RunPage, cache: PlanCache
) -> None:
    planner = User("zhao", "Zhao", Role.PLANNER, scope=TOWNSHIP)
    table = Table(run_page(PAGE, user=planner))
    assert table.frame["code"].str.startswith("990101001").all()
    assert len(table.app.selectbox(key="people_scope").options) == 1
    foreign = str(cache.plan().people.index[cache.plan().people["unit_code"].str.startswith("9901012")][0])
    row = int(table.frame.index[table.frame["function"] == "member"][0])
    assert "lies outside" in texts(table.edit(row, person_id=foreign))
    roster = Table(run_page(PAGE, user=planner, people_part="roster"))
    assert roster.frame["unit_code"].str.startswith("990101001").all()


def test_the_scope_of_the_map_is_where_it_begins(run_page: RunPage) -> None:
    app = run_page(PAGE, view=ViewState(scope=TOWNSHIP))
    assert Table(app).frame["code"].str.startswith("990101001").all()


def test_a_post_ended_by_another_is_told_when_mine_is_kept(
    run_page: RunPage, cache: PlanCache, someone: str
) -> None:
    table = Table(run_page(PAGE))
    posts = cache.plan().posts
    at = clock(cache)
    held = posts[(posts["target_kind"] == "cell") & posts["valid_to"].isna() & (posts["valid_from"] < at)]
    post = str(held.index[0])
    row = next(i for i, key in enumerate(table.app.session_state["edits_posts"].shown) if key == post)
    table.edit(row, end=True)
    save_edits(cache.workspace, [EndPost(post)], reason="x", user=WANG, at=at)
    assert "Changed by wang" in texts(table.save("late"))
    assert "ended at 2020-02-10 22:00 already" in texts(table.click(f"posts_mine_{post}"))
