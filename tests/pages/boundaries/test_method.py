"""Boundaries & cells: methods with their options and files, and what of a workspace is cut."""

from __future__ import annotations

import time
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, box
from streamlit.testing.v1 import AppTest

from gridmap.model.plan import Plan
from gridmap.service.cells.draft import Draft
from gridmap.service.plan_cache import PlanCache
from gridmap.split.rule import Method
from gridmap.web.cells.draft_desk import DraftDesk
from tests.pages.conftest import RunPage

PAGE = "boundaries.py"
METHODS = list(Method)


def press_split(app: AppTest) -> AppTest:
    next(button for button in app.button if button.label == "Split").click().run()
    deadline = time.monotonic() + 180
    while app.session_state["draft_desk"].job is not None and time.monotonic() < deadline:
        time.sleep(0.1)
        app.run()
    assert not app.exception
    return app


def draft_of(app: AppTest) -> Draft:
    desk: DraftDesk = app.session_state["draft_desk"]
    assert desk.draft is not None, desk.trouble
    return desk.draft


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.info, app.success)
    parts = [element.value for kind in kinds for element in kind]
    return "\n".join([*parts, *(html.proto.body for html in app.get("html"))]).replace("\\", "")


def by_method(app: AppTest, method: Method) -> AppTest:
    return app.selectbox(key="split_method").set_value(method.value).run()


def only(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.radio if one.label == "What to cut").set_value(label).run()


def can_split(app: AppTest) -> bool:
    return not next(button for button in app.button if button.label == "Split").disabled


def lowest(plan: Plan) -> list[str]:
    return [str(code) for code in plan.units.index[~plan.units.index.isin(plan.units["parent_code"])]]


def as_file(path: Path, frame: gpd.GeoDataFrame) -> tuple[str, bytes, str]:
    frame.to_file(path)
    return path.name, path.read_bytes(), "application/octet-stream"


def test_a_county_opens_with_straight_cuts_of_all_units(run_page: RunPage) -> None:
    app = run_page(PAGE)
    assert app.selectbox(key="split_method").value == "bisect"
    assert next(one for one in app.radio if one.label == "What to cut").value == "all"
    assert "Halves a unit again and again" in said(app)
    assert can_split(app)


@pytest.mark.parametrize("method", METHODS)
def test_each_method_explains_itself_and_asks_for_its_own_files(run_page: RunPage, method: Method) -> None:
    app = by_method(run_page(PAGE), method)
    assert not app.exception
    files = {Method.BLOCKS: 2, Method.ADOPT: 1}
    assert len(app.file_uploader) == files.get(method, 0)
    needs = {Method.BLOCKS, Method.ADOPT, Method.TABLE}
    assert can_split(app) is (method not in needs)


def test_squares_of_a_named_side(run_page: RunPage, cache: PlanCache) -> None:
    app = by_method(run_page(PAGE), Method.SQUARE)
    app.number_input(key="method_edge_square").set_value(700.0).run()
    draft = draft_of(press_split(app))
    assert set(draft.cells["method"]) == {"square"}
    assert draft.quality.passed
    assert draft.cells["area_m2"].max() < 700**2 * 1.5
    assert "cut afresh" in said(app)


def test_one_chosen_village_is_cut_and_told_in_a_table(run_page: RunPage, cache: PlanCache) -> None:
    plan = cache.plan()
    app = only(run_page(PAGE), "chosen")
    assert not can_split(app)
    village = lowest(plan)[3]
    app.multiselect(key="extent_units").set_value([village]).run()
    for field, value in zip(app.number_input, (150.0, 110.0, 190.0), strict=False):
        field.set_value(value)
    press_split(app)
    draft = draft_of(app)
    assert set(draft.cells["parent_code"]) == {village}
    assert "Units whose cells change: 1 of 1" in said(app)
    assert plan.units["name"][village] in said(app)
    next(field for field in app.text_input if field.label.startswith("Reason")).set_value("one village")
    next(button for button in app.button if button.label == "Save as one change").click().run()
    after = cache.plan()
    others = plan.cells.index[plan.cells["parent_code"] != village]
    assert after.cells.loc[others, "households"].equals(plan.cells.loc[others, "households"])


def test_relief_asks_for_no_method(run_page: RunPage) -> None:
    app = only(run_page(PAGE), "relief")
    assert not [one for one in app.selectbox if one.key == "split_method"]
    app.number_input[0].set_value(380.0)
    app.number_input[2].set_value(420.0)
    press_split(app)
    draft = draft_of(app)
    assert draft.comparison.kept
    assert len(draft.comparison.new) < len(draft.cells) / 2


def test_roads_are_followed_and_their_share_is_told(
    run_page: RunPage, cache: PlanCache, tmp_path: Path
) -> None:
    west, south, east, north = cache.workspace.load_shapes().units.total_bounds
    rows = [LineString([(west, y), (east, y)]) for y in (south + (north - south) * i / 60 for i in range(60))]
    app = run_page(PAGE)
    app.checkbox(key="natural_lines").check().run()
    app.file_uploader[0].set_value(
        as_file(tmp_path / "roads.gpkg", gpd.GeoDataFrame(geometry=rows, crs=4326))
    )
    app.run()
    app.checkbox(key="extent_keep").uncheck().run()
    press_split(app)
    assert "% of the borders inside units lie on lines" in said(app)


def test_a_file_that_holds_no_lines_is_told_beside_its_field(run_page: RunPage) -> None:
    app = run_page(PAGE)
    app.checkbox(key="natural_lines").check().run()
    app.file_uploader[0].set_value(
        ("roads.geojson", b'{"type": "FeatureCollection", "features": []}', "x")
    ).run()
    assert "roads.geojson" in app.error[0].value.replace("\\", "")
    assert not can_split(app)


def test_cells_drawn_elsewhere_are_taken_over(run_page: RunPage, cache: PlanCache, tmp_path: Path) -> None:
    west, south, east, north = cache.workspace.load_shapes().units.total_bounds
    middle = (west + east) / 2
    halves = [
        box(west - 0.1, south - 0.1, middle, north + 0.1),
        box(middle, south - 0.1, east + 0.1, north + 0.1),
    ]
    frame = gpd.GeoDataFrame({"name": ["Westgrid", "Eastgrid"]}, geometry=halves, crs=4326)
    app = by_method(run_page(PAGE), Method.ADOPT)
    app.file_uploader[0].set_value(as_file(tmp_path / "cad.gpkg", frame)).run()
    draft = draft_of(press_split(app))
    assert draft.quality.passed
    assert set(draft.cells["method"]) == {"adopt"}


def test_other_choices_drop_the_draft(run_page: RunPage) -> None:
    app = press_split(only(run_page(PAGE), "underloaded"))
    draft_of(app)
    only(app, "overloaded")
    assert app.session_state["draft_desk"].draft is None
