"""Edit cells: steps on the map become a draft, and the draft one change; refusals lose nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from gridmap.errors import InputError
from gridmap.model.access import Role, User
from gridmap.model.people import TargetKind
from gridmap.service.cells.sketch import merge_of, with_step
from gridmap.service.history.changes import undo_last
from gridmap.service.plan_cache import PlanCache
from gridmap.store import tables
from gridmap.store.changes import begin_change
from gridmap.store.history import Author
from gridmap.web.cells.sketch_desk import CellsDesk
from gridmap.web.view_state import ViewState
from tests.pages.conftest import PLANNER, RunPage

PAGE = "cells.py"
AT = datetime(2020, 2, 10, 22)


def desk_of(app: AppTest) -> CellsDesk:
    desk: CellsDesk = app.session_state["cells_desk"]
    return desk


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.info, app.success, app.warning)
    parts = [element.value for kind in kinds for element in kind]
    return "\n".join([*parts, *(html.proto.body for html in app.get("html"))]).replace("\\", "")


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def neighbours(app: AppTest) -> tuple[str, str]:
    """Two cells of the chosen unit that can be merged."""
    desk = desk_of(app)
    sketch = desk.sketch
    assert sketch is not None
    own = [code for code in sketch.cells["code"] if code.startswith(desk.unit)]
    for one in own:
        for other in own:
            if one < other:
                try:
                    with_step(sketch, merge_of((one, other)))
                except InputError:
                    continue
                return one, other
    raise LookupError(desk.unit)


def merged(app: AppTest) -> tuple[str, str]:
    """Merge two cells by tool, selection and button."""
    app.button_group(key="cells_tool").set_value("merge").run()
    pair = neighbours(app)
    desk_of(app).selected = pair
    app.run()
    press(app, "cells_merge")
    return pair


def save(app: AppTest, reason: str) -> AppTest:
    app.text_input(key="cells_reason").set_value(reason)
    return press(app, "cells_save")


def test_it_opens_on_a_unit_with_its_cells(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE)
    assert not app.exception
    unit = desk_of(app).unit
    for code in cache.plan().cells.index[cache.plan().cells["parent_code"] == unit]:
        assert f'data-code="{code}"' in said(app)
    assert "Not saved yet" not in said(app)


def test_it_opens_on_the_place_last_looked_at(run_page: RunPage, cache: PlanCache) -> None:
    cell = str(cache.plan().cells.index[-1])
    app = run_page(PAGE, view=ViewState(selected_kind=TargetKind.CELL, selected_code=cell))
    assert desk_of(app).unit == cache.plan().cells["parent_code"][cell]


def test_cells_are_merged_judged_saved_and_taken_back(run_page: RunPage, cache: PlanCache) -> None:
    before = cache.plan()
    app = run_page(PAGE)
    pair = merged(app)
    shown = said(app)
    assert "1. Merged" in shown
    assert "New cells: 0; retired: 1" in shown
    assert "Posts that end with their cell" in shown
    assert "exact" in shown
    assert cache.plan().revision == before.revision
    save(app, "too small")
    assert "Saved as revision" in said(app)
    assert len(cache.plan().cells) == len(before.cells) - 1
    assert len(set(pair) & set(cache.plan().cells.index)) == 1
    undo_last(cache.workspace, user=PLANNER, at=AT)
    assert cache.plan().cells.drop(columns="version").equals(before.cells.drop(columns="version"))


def test_a_step_is_taken_back_before_saving(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE)
    merged(app)
    press(app, "cells_back")
    assert "Not saved yet" not in said(app)
    assert cache.plan().revision == 1


def test_a_refused_step_is_told_and_changes_nothing(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE)
    app.button_group(key="cells_tool").set_value("merge").run()
    unit = desk_of(app).unit
    own = cache.plan().cells.index[cache.plan().cells["parent_code"] == unit]
    foreign = cache.plan().cells.index[cache.plan().cells["parent_code"] != unit]
    sketch = desk_of(app).sketch
    assert sketch is not None
    desk_of(app).take(lambda: with_step(sketch, merge_of((own[0], foreign[0]))))
    app.run()
    assert "belong to different villages" in app.error[0].value
    assert desk_of(app).sketch is sketch


def test_without_a_reason_nothing_is_saved_and_the_steps_stay(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE)
    merged(app)
    save(app, " ")
    assert "Write a reason" in said(app)
    assert "1. Merged" in said(app)
    assert cache.plan().revision == 1


def test_steps_outlive_what_others_saved_meanwhile(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE)
    pair = merged(app)
    sketch = desk_of(app).sketch
    assert sketch is not None
    other = next(code for code in cache.plan().cells.index if not code.startswith(desk_of(app).unit))
    with begin_change(cache.workspace, Author("wang", AT, "hurry")) as change:
        change.update(tables.cells, other, {"geom": change.row(tables.cells, other).geom})
    save(app, "too small")
    assert "Nothing was saved: wang" in said(app)
    assert app.button(key="cells_save").disabled
    press(app, "cells_catch_up")
    save(app, "too small")
    assert "Saved as revision 3" in said(app)
    assert len(set(pair) & set(cache.plan().cells.index)) == 1


@pytest.mark.parametrize(
    "user", [User("v", "V", Role.VIEWER), User("p", "P", Role.PLANNER, scope="990101001")]
)
def test_who_may_not_edit_everything_is_told_so(user: User, run_page: RunPage) -> None:
    app = run_page(PAGE, user=user)
    assert "Only planners" in app.info[0].value
    assert not app.button
