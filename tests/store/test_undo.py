"""Taking back changes: what the rows said comes back, or the refusal says who stands in the way."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gridmap.errors import ConflictError, InputError, NotFoundError
from gridmap.store.changes import Change, begin_change
from gridmap.store.contents import Contents, write_contents, write_plan
from gridmap.store.history import Author, Deed, read_changes, read_events
from gridmap.store.repository import Revision, Workspace
from gridmap.store.tables import CONTENT, buildings, cells, people, plan, posts, units
from gridmap.store.undo import last_change_of, plan_takeback, undo
from tests.store.drawn_workspace import CELLS, EAST, MORNING, PHONE, WEST, drawn_workspace, square
from tests.store.drawn_workspace import cells as drawn_cells

LI = Author("li", MORNING, "swap")
WANG = Author("wang", datetime(2020, 2, 10, 9, 30), "mend")
UNDER = {"id": "new", "person_id": "bob", "function": "head", "target_kind": "cell", "valid_from": MORNING}
Step = Callable[[Change], None]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return drawn_workspace(tmp_path)


def do(workspace: Workspace, *steps: Step, by: Author = LI) -> int:
    """Make a change of the steps; its group."""
    with begin_change(workspace, by) as change:
        for step in steps:
            step(change)
        return change.group


def take_back(workspace: Workspace, group: int, by: Author = LI) -> Revision:
    with begin_change(workspace, by) as change:
        undo(change, group)
        return change.revision


def said(workspace: Workspace) -> dict[str, object]:
    """Everything that the tables say, row order, numbers of rows and versions aside."""
    told: dict[str, object] = {}
    with workspace.reading() as connection:
        for table in CONTENT:
            columns = [column for column in table.c if column.key not in {"fid", "version"}]
            told[table.name] = sorted(map(str, connection.execute(select(*columns)).all()))
        row = connection.execute(select(plan.c.title, plan.c.scheme, plan.c.metric_crs, plan.c.demo_clock))
        told["plan"] = str(row.one())
    return told


def assign(key: str, code: str, person: str = "bob") -> Step:
    """As the service does: a post, and its place counts up."""

    def step(change: Change) -> None:
        change.insert(posts, {**UNDER, "id": key, "person_id": person, "target_code": code})
        change.update(cells, code, {})

    return step


def rename(code: str, name: str) -> Step:
    return lambda change: change.update(cells, code, {"name": name})


def new_cells(*codes: str) -> Contents:
    row = drawn_cells().iloc[[0]]
    frames = [row.assign(code=code, seq=number + 3) for number, code in enumerate(codes)]
    return Contents(cells=pd.concat(frames))


def test_an_update_says_again_what_it_said_and_counts_on(workspace: Workspace) -> None:
    before = said(workspace)
    group = do(workspace, rename(CELLS[0], "new"), lambda change: change.update(cells, CELLS[0], {"seq": 9}))
    assert take_back(workspace, group) == Revision(3, 1)
    assert said(workspace) == before
    assert workspace.load_plan().cells.loc[CELLS[0], "version"] == 4


def test_new_rows_go_and_taken_rows_come_back(workspace: Workspace) -> None:
    before = said(workspace)
    group = do(
        workspace,
        lambda change: change.delete(buildings, "1"),
        lambda change: change.insert(people, {"id": "dai", "phone": PHONE}),
        lambda change: change.delete(cells, CELLS[3]),
    )
    take_back(workspace, group)
    assert said(workspace) == before
    assert workspace.revision() == Revision(3, 3)


def test_a_shape_comes_back_exactly(workspace: Workspace) -> None:
    before = workspace.load_shapes().cells
    group = do(
        workspace,
        rename(CELLS[0], "x"),
        lambda change: change.update(cells, CELLS[0], {"geom": square(8)}),
        lambda change: change.update(cells, CELLS[0], {"geom": square(9)}),
    )
    assert take_back(workspace, group) == Revision(3, 3)
    assert workspace.load_shapes().cells.geom_equals_exact(before, 0).all()


def test_what_the_workspace_says_of_itself_comes_back(workspace: Workspace) -> None:
    before = said(workspace)
    group = do(workspace, lambda change: change.describe(title="Another", demo_clock=None))
    other = do(workspace, lambda change: change.describe(title="Third"), by=WANG)
    with pytest.raises(ConflictError, match="wang"):
        take_back(workspace, group)
    take_back(workspace, other)
    take_back(workspace, group)
    assert said(workspace) == before
    assert workspace.load_plan().demo_clock == MORNING


def test_who_stands_in_the_way_is_named_and_nothing_is_written(workspace: Workspace) -> None:
    group = do(workspace, rename(CELLS[0], "li's"), rename(CELLS[1], "li's"))
    do(workspace, rename(CELLS[1], "wang's"), by=WANG)
    before = said(workspace)
    with pytest.raises(ConflictError, match=r"wang at 2020-02-10 09:30") as caught:
        take_back(workspace, group)
    error = caught.value
    assert (error.table, error.key, error.user, error.at) == ("cells", CELLS[1], "wang", WANG.at)
    assert said(workspace) == before
    assert workspace.revision() == Revision(3, 1)


def test_a_place_that_others_posted_to_is_touched_again(workspace: Workspace) -> None:
    before = said(workspace)
    group = do(workspace, assign("mine", CELLS[0]))
    theirs = do(workspace, assign("theirs", CELLS[0], "ann"), by=WANG)
    take_back(workspace, group)
    assert list(workspace.load_plan().posts.index) == ["s1", "theirs"]
    assert workspace.load_plan().cells.loc[CELLS[0], "version"] == 4
    take_back(workspace, theirs)
    assert said(workspace) == before


def test_a_renamed_place_that_others_posted_to_may_be_named_as_before(workspace: Workspace) -> None:
    group = do(workspace, rename(CELLS[0], "new"))
    do(workspace, assign("theirs", CELLS[0]), by=WANG)
    take_back(workspace, group)
    assert workspace.load_plan().cells.loc[CELLS[0], "name"] == "东1"


def test_a_post_that_was_ended_since_is_not_taken_away(workspace: Workspace) -> None:
    group = do(workspace, assign("mine", CELLS[0]))
    do(workspace, lambda change: change.update(posts, "mine", {"valid_to": WANG.at}), by=WANG)
    with pytest.raises(ConflictError, match="mine was changed by wang"):
        take_back(workspace, group)


def test_a_row_that_is_gone_or_there_again_stands_in_the_way(workspace: Workspace) -> None:
    renamed = do(workspace, rename(CELLS[3], "new"))
    deleted = do(workspace, lambda change: change.delete(cells, CELLS[3]), by=WANG)
    with pytest.raises(ConflictError, match="wang"):
        take_back(workspace, renamed)
    write_plan(workspace, Contents(cells=drawn_cells().iloc[[3]]), "zhao", "", MORNING)
    with pytest.raises(ConflictError, match="zhao"):
        take_back(workspace, deleted)


def test_cells_written_at_once_go_at_once_and_can_come_back(workspace: Workspace) -> None:
    before, codes = said(workspace), [f"{WEST}00{number}" for number in (3, 4)]
    write_plan(workspace, new_cells(*codes), "li", "split", MORNING)
    after = said(workspace)
    assert take_back(workspace, 2) == Revision(3, 3)
    assert said(workspace) == before
    take_back(workspace, 3)
    assert said(workspace) == after
    assert set(workspace.load_plan().cells.loc[codes, "version"]) == {2}
    take_back(workspace, 4)
    assert said(workspace) == before


def test_a_change_of_many_kinds_is_taken_back_whole(workspace: Workspace) -> None:
    before = said(workspace)
    code = f"{WEST}003"
    group = do(
        workspace,
        lambda change: write_contents(change, new_cells(code)),
        lambda change: change.update(cells, CELLS[0], {"valid_to": MORNING}),
        assign("moved", code),
        rename(code, "third"),
        lambda change: change.update(posts, "s1", {"valid_to": MORNING}),
    )
    take_back(workspace, group)
    assert said(workspace) == before


def test_tables_written_over_at_once_are_taken_back(workspace: Workspace) -> None:
    before = said(workspace)
    new = pd.DataFrame({"id": ["ann", "dai"], "title": ["x", "y"]})
    moved = drawn_cells().iloc[:3]
    moved = moved.set_geometry(moved.geometry.translate(0.25)).assign(name=["a", "b", "c"])
    write_plan(workspace, Contents(people=new, cells=moved), "li", "", MORNING, remove_missing=True)
    assert workspace.load_plan().cells["name"].tolist() == ["a", "b", "c"]
    take_back(workspace, 2)
    assert said(workspace) == before


def test_what_older_versions_wrote_over_is_not_kept(workspace: Workspace) -> None:
    lost = Deed(
        "write", "people", None, {"rows": 2, "removed": ["bo"]}, {"rows": 1, "changed": 1, "added": []}
    )
    do(workspace, lambda change: change.log(lost))
    with pytest.raises(InputError, match="wrote over 1 and removed 1 of the people at once"):
        take_back(workspace, 2)


def test_cells_that_people_are_posted_to_stay(workspace: Workspace) -> None:
    code = f"{WEST}003"
    write_plan(workspace, new_cells(code), "li", "split", MORNING)
    posted = do(workspace, assign("theirs", code), by=WANG)
    with pytest.raises(ConflictError, match=rf"Among the posts 1 refer .*\({code}\).* by wang at 2020-02-10"):
        take_back(workspace, 2)
    take_back(workspace, posted, by=WANG)
    take_back(workspace, 2)
    assert workspace.load_plan().cells.index.tolist() == CELLS


def test_people_who_hold_posts_and_units_that_hold_cells_stay(workspace: Workspace) -> None:
    added = do(
        workspace,
        lambda change: change.insert(people, {"id": "dai"}),
        lambda change: change.insert(units, {"code": "990101003000", "level": "township", "geom": square(9)}),
    )
    posted = do(workspace, assign("dai's", CELLS[0], "dai"))
    with pytest.raises(ConflictError, match="posts"):
        take_back(workspace, added)
    take_back(workspace, posted)
    moved = do(workspace, lambda change: change.update(units, EAST, {"parent_code": "990101003000"}))
    with pytest.raises(ConflictError, match="units"):
        take_back(workspace, added)
    take_back(workspace, moved)
    take_back(workspace, added)


def test_the_first_writing_of_all_tables_can_be_taken_back(workspace: Workspace) -> None:
    take_back(workspace, 1)
    assert not any(rows for name, rows in said(workspace).items() if name != "plan")


def test_a_row_another_program_removed_has_no_shape_to_come_back_with(workspace: Workspace) -> None:
    from sqlalchemy import text  # noqa: PLC0415

    with workspace.writing() as connection:
        connection.execute(text("DELETE FROM cells WHERE code = :code"), {"code": CELLS[3]})
    with pytest.raises(InputError, match="kept no shape"):
        take_back(workspace, 2)


def test_ones_own_last_change_is_found(workspace: Workspace) -> None:
    first = do(workspace, rename(CELLS[0], "a"))
    do(workspace, rename(CELLS[1], "b"), by=WANG)
    with workspace.reading() as connection:
        assert last_change_of(connection, "li") == first
        assert last_change_of(connection, "nobody") is None
    take_back(workspace, first)
    with workspace.reading() as connection:
        again = last_change_of(connection, "li")
    assert again == first + 2
    take_back(workspace, again)
    assert workspace.load_plan().cells.loc[CELLS[0], "name"] == "a"


def test_a_change_that_is_none_is_not_found(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="99"):
        take_back(workspace, 99)


def test_looking_writes_nothing(workspace: Workspace) -> None:
    group = do(workspace, assign("mine", CELLS[0]))
    with workspace.reading() as connection:
        back = plan_takeback(connection, group)
    assert (back.removed[posts], [key for _, key in back.touched]) == (["mine"], [CELLS[0]])
    assert workspace.revision() == Revision(2, 1)


def test_the_log_tells_what_was_taken_back(workspace: Workspace) -> None:
    group = do(workspace, assign("mine", CELLS[0]))
    take_back(workspace, group)
    newest, first, _ = read_changes(workspace)
    assert (newest.undoes, first.undoes) == (group, None)
    assert [(deed.action, deed.table, deed.key) for deed in newest.deeds] == [
        ("update", "cells", CELLS[0]),
        ("delete", "posts", "mine"),
    ]
    assert (newest.count, newest.user, newest.reason, newest.revision) == (2, "li", "swap", 3)


def test_a_phone_comes_back_whole_and_is_logged_masked(workspace: Workspace) -> None:
    before = said(workspace)
    group = do(workspace, lambda change: change.update(people, "ann", {"phone": "10099990000"}))
    take_back(workspace, group)
    assert said(workspace) == before
    assert PHONE not in read_events(workspace).to_csv()
    newest = read_changes(workspace)[0].deeds[0]
    assert newest.after is not None
    assert newest.after["phone"] == "100****5678"


_CODES = st.sampled_from(CELLS)
_STEPS = st.one_of(
    st.tuples(st.just("rename"), _CODES, st.text(max_size=3)),
    st.tuples(st.just("assign"), _CODES, st.sampled_from(["ann", "bob"])),
    st.tuples(st.just("end"), st.integers(0, 5), st.none()),
    st.tuples(st.just("move"), _CODES, st.integers(4, 9)),
    st.tuples(st.just("person"), st.sampled_from(["ann", "bob"]), st.sampled_from(["10000000001", ""])),
    st.tuples(st.just("leave"), st.integers(0, 5), st.none()),
    st.tuples(st.just("title"), st.text(max_size=3), st.none()),
    st.tuples(st.just("cells"), st.none(), st.none()),
    st.tuples(st.just("enter"), st.none(), st.none()),
)


def perform(change: Change, number: int, name: str, what: object, value: object) -> None:
    """One step of a random series; one that finds nothing to do does nothing."""
    key = str(what)
    held = list(change.connection.scalars(select(posts.c.id).order_by(posts.c.id)))
    if name in {"end", "leave"}:
        if held and name == "end":
            change.update(posts, held[int(key) % len(held)], {"valid_to": MORNING})
        elif held:
            change.delete(posts, held[int(key) % len(held)])
        return
    steps: dict[str, Step] = {
        "rename": lambda change: change.update(cells, key, {"name": value}),
        "assign": assign(f"p{number}", key, str(value)),
        "move": lambda change: change.update(cells, key, {"geom": square(int(str(value)))}),
        "person": lambda change: change.update(people, key, {"phone": value}),
        "title": lambda change: change.describe(title=what),
        "cells": lambda change: write_contents(change, new_cells(f"{EAST}{number:03d}")),
        "enter": lambda change: change.insert(people, {"id": f"x{number}", "phone": PHONE}),
    }
    steps[name](change)


@settings(max_examples=40)
@given(st.lists(st.lists(_STEPS, min_size=1, max_size=4), min_size=1, max_size=6))
def test_any_series_taken_back_in_reverse_leaves_all_as_it_was(
    series: list[list[tuple[str, object, object]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = drawn_workspace(Path(folder))
        states, groups = [said(workspace)], []
        number = 10
        for steps in series:
            with begin_change(workspace, LI) as change:
                for name, what, value in steps:
                    number += 1
                    perform(change, number, name, what, value)
                change.describe(title=str(number))  # a change of nothing has no events
                groups.append(change.group)
            states.append(said(workspace))
        for group in reversed(groups):
            assert said(workspace) == states.pop()
            take_back(workspace, group)
        assert said(workspace) == states.pop()


def test_what_each_group_did_is_read_in_portions(workspace: Workspace) -> None:
    groups = [do(workspace, rename(CELLS[0], name)) for name in "abc"]
    assert [one.group for one in read_changes(workspace, limit=2)] == [groups[2], groups[1]]
    assert [one.group for one in read_changes(workspace, limit=2, before=groups[1])] == [groups[0], 1]
    assert [one.group for one in read_changes(workspace, group=groups[1])] == [groups[1]]
    first = read_changes(workspace, group=1)[0]
    assert {deed.table for deed in first.deeds} == {table.name for table in CONTENT}
    assert "geom" not in json.dumps([[deed.before, deed.after] for deed in first.deeds])
