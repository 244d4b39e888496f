"""Boundaries & cells: from an empty workspace over a draft to a saved plan; refusals stay on screen."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box
from streamlit.testing.v1 import AppTest

from gridmap.demo.extent import SMALL
from gridmap.demo.workspace import fill_demo
from gridmap.model.access import Role, User
from gridmap.service.boundaries.new_workspace import new_workspace
from gridmap.service.plan_cache import PlanCache
from gridmap.store import tables
from gridmap.store.changes import begin_change
from gridmap.store.history import Author
from gridmap.web import session
from gridmap.web.cells import samples
from gridmap.web.cells.draft_desk import DraftDesk
from gridmap.web.files.uploads import plain_name
from tests.pages.conftest import PAGES, RunPage
from tests.paths import ROOT

PAGE = "boundaries.py"
TRACTS = ROOT / "data" / "boston" / "tracts.gpkg"
AT = datetime(2020, 2, 10)


@pytest.fixture
def empty(tmp_path: Path, run_page: RunPage) -> PlanCache:
    """An empty workspace in the place of the demonstration county."""
    made = new_workspace(tmp_path / "boston.gpkg", title="Boston", at=AT)
    wired = session.services()
    session.wire(session.Services(PlanCache(made), wired.settings, wired.clock))
    return session.services().cache


def drawn(path: Path, **columns: list[object]) -> bytes:
    """Two squares of 800 households with these columns beside."""
    facts = {"households": [800, 800], **columns}
    shapes = [box(116.5 + i / 100, 38, 116.51 + i / 100, 38.01) for i in range(2)]
    gpd.GeoDataFrame(facts, geometry=shapes, crs="EPSG:4326").to_file(path, layer="units")
    return path.read_bytes()


def uploaded(app: AppTest, name: str, content: bytes) -> AppTest:
    return app.file_uploader[0].set_value((name, content, "application/octet-stream")).run()


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def choose(app: AppTest, label: str, value: str) -> AppTest:
    return next(box for box in app.selectbox if box.label == label).set_value(value).run()


def desk_of(app: AppTest) -> DraftDesk:
    desk: DraftDesk = app.session_state["draft_desk"]
    return desk


def split(app: AppTest, *size: float) -> AppTest:
    """Press Split and wait for the draft."""
    for field, value in zip(app.number_input, size, strict=False):
        field.set_value(value)
    press(app, "Split")
    deadline = time.monotonic() + 60
    while desk_of(app).job is not None and time.monotonic() < deadline:
        time.sleep(0.1)
        app.run()
    assert not app.exception
    return app


def save(app: AppTest, reason: str) -> AppTest:
    next(field for field in app.text_input if field.label.startswith("Reason")).set_value(reason)
    return press(app, "Save as one change")


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.info, app.success)
    parts = [element.value for kind in kinds for element in kind]
    return "\n".join([*parts, *(html.proto.body for html in app.get("html"))]).replace("\\", "")


def test_boston_is_split_judged_and_saved(run_page: RunPage, empty: PlanCache) -> None:
    app = uploaded(run_page(PAGE), "tracts.gpkg", TRACTS.read_bytes())
    assert not app.exception
    assert "506" in said(app)
    assert "EPSG:4326 (named in the file)" in said(app)
    split(choose(app, "Column of the load", "POP"), 1200.0, 900.0, 1500.0)
    assert "2,238 / 2,255" in said(app)
    assert "brings into range: 17" in said(app)
    assert "load 1,792: 1 × 1,792 or 2 × 896" in said(app)
    assert empty.plan().revision == 0
    save(app, "first cells")
    assert "506 units are cut into 2,255 cells, revision 1." in said(app)
    plan = empty.plan()
    assert (plan.revision, len(plan.units), len(plan.cells)) == (1, 506, 2255)
    assert [field.value for field in app.number_input] == [1200, 900, 1500]


def test_columns_of_other_names_are_matched_by_hand(
    run_page: RunPage, empty: PlanCache, tmp_path: Path
) -> None:
    content = drawn(tmp_path / "v.gpkg", kennung=["A", "B"], bezeichnung=["Ahof", "Bdorf"])
    app = uploaded(run_page(PAGE), "v.gpkg", content)
    assert "no column looks like a code" in said(app)
    choose(app, "Code of the unit", "kennung")
    choose(app, "Name of the unit", "bezeichnung")
    assert not app.error
    assert "A Ahof" in said(app)
    save(split(app), "two villages")
    assert list(empty.plan().cells["name"])[:2] == ["Ahof 01", "Ahof 02"]


def test_of_several_layers_one_is_chosen(run_page: RunPage, empty: PlanCache, tmp_path: Path) -> None:
    path = tmp_path / "layers.gpkg"
    drawn(path, code=["A", "B"])
    frame = gpd.read_file(path)
    path.unlink()
    for layer in ("north", "south"):
        frame.to_file(path, layer=layer)
    app = uploaded(run_page(PAGE), "layers.gpkg", path.read_bytes())
    layers = next(one for one in app.radio if one.label == "Sheet or layer to bring in")
    assert layers.value is None
    assert [one.replace("\\", "") for one in layers.options] == ["north: 2 rows", "south: 2 rows"]
    app = layers.set_value("south").run()
    assert not app.error
    assert "<td>south</td>" in said(app)


def test_households_come_as_points_of_a_file(run_page: RunPage, empty: PlanCache, tmp_path: Path) -> None:
    app = uploaded(run_page(PAGE), "v.gpkg", drawn(tmp_path / "v.gpkg", code=["A", "B"]))
    radio = next(one for one in app.radio if one.label == "Load of a cell")
    radio.set_value("points").run()
    rows = [f"{116.5 + x / 1000 + 0.0005},{38 + y / 1000 + 0.0005},7" for x in range(20) for y in range(10)]
    table = "\n".join(["lon,lat,families", *rows, "0,0,7"])
    app.file_uploader[1].set_value(("houses.csv", table.encode(), "text/csv")).run()
    choose(app, "Column of the load, of 201 points", "families")
    split(app, 350.0, 300.0, 400.0)
    assert "Points in no unit, left out: 1" in said(app)
    save(app, "by families")
    assert not app.error
    assert empty.plan().cells["households"].tolist() == [350.0] * 4
    assert empty.workspace.count_buildings() == 200


def test_points_that_cannot_be_read_are_told_beside_their_field(
    run_page: RunPage, empty: PlanCache, tmp_path: Path
) -> None:
    app = uploaded(run_page(PAGE), "v.gpkg", drawn(tmp_path / "v.gpkg", code=["A", "B"]))
    next(one for one in app.radio if one.label == "Load of a cell").set_value("points").run()
    app.file_uploader[1].set_value(("houses.csv", b"name\nx\n", "text/csv")).run()
    assert "houses.csv: there is neither" in said(app)
    assert next(button for button in app.button if button.label == "Split").disabled


def test_towns_first_then_their_tracts(run_page: RunPage, empty: PlanCache) -> None:
    app = uploaded(run_page(PAGE), "towns.gpkg", TRACTS.with_name("towns.gpkg").read_bytes())
    press(app, "Save the boundaries only")
    assert "92 units of towns.gpkg are saved, revision 1." in said(app)
    app.radio(key="boundaries_origin").set_value("file").run()
    uploaded(app, "tracts.gpkg", TRACTS.read_bytes())
    press(app, "Save the boundaries only")
    assert not app.error
    assert empty.plan().units["level"].value_counts().to_dict() == {"village": 506, "township": 92}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("lie.gpkg", b'{"type": "FeatureCollection", "features": []}', "content"),
        ("none.geojson", b'{"type": "FeatureCollection", "features": []}', "none"),
    ],
)
def test_a_bad_file_is_told_in_the_words_of_the_command_line(
    name: str, content: bytes, words: str, run_page: RunPage, empty: PlanCache
) -> None:
    app = uploaded(run_page(PAGE), name, content)
    assert not app.exception
    assert words in app.error[0].value
    assert app.session_state["files_desk"].files["boundaries"].name == name
    assert not [button for button in app.button if button.label == "Split"]
    assert empty.plan().revision == 0


def test_a_size_that_cannot_be_is_told_and_mended(
    run_page: RunPage, empty: PlanCache, tmp_path: Path
) -> None:
    app = uploaded(run_page(PAGE), "v.gpkg", drawn(tmp_path / "v.gpkg", code=["A", "B"]))
    split(app, 400.0, 500.0, 300.0)
    assert "sizes must rise" in said(app)
    split(app, 400.0, 300.0, 500.0)
    assert "sizes must rise" not in said(app)
    assert desk_of(app).draft is not None


def test_other_inputs_drop_the_draft(run_page: RunPage, empty: PlanCache, tmp_path: Path) -> None:
    app = uploaded(run_page(PAGE), "v.gpkg", drawn(tmp_path / "v.gpkg", code=["A", "B"]))
    split(app, 400.0, 300.0, 500.0)
    app.number_input[0].set_value(350.0).run()
    assert desk_of(app).draft is None
    assert "Save as one change" not in [button.label for button in app.button]


def test_cancel_stops_the_split(run_page: RunPage, empty: PlanCache) -> None:
    app = press(uploaded(run_page(PAGE), "tracts.gpkg", TRACTS.read_bytes()), "Split")
    job = desk_of(app).job
    assert job is not None
    press(app, "Cancel")
    assert job.wait(120)
    assert job.stopped
    assert "nothing was saved" in said(app)
    assert desk_of(app).draft is None


def test_a_county_is_cut_again_beside_its_present_cells(run_page: RunPage, cache: PlanCache) -> None:
    before = cache.plan()
    app = split(run_page(PAGE), 330.0, 250.0, 420.0)
    shown = said(app)
    assert f"Cells now: {len(before.cells)}" in shown
    assert "Cells that keep their code" in shown
    assert "Posts that end with their cell" in shown
    save(app, "smaller")
    after = cache.plan()
    assert after.revision == before.revision + 1
    assert (after.scheme.target, after.scheme.minimum) == (330, 250)
    assert set(before.cells.index) & set(after.cells.index)


def test_a_draft_that_came_too_late_stays_on_screen_with_the_reason(
    run_page: RunPage, cache: PlanCache
) -> None:
    app = split(run_page(PAGE), 250.0, 180.0, 320.0)
    draft = desk_of(app).draft
    assert draft is not None
    with begin_change(cache.workspace, Author("wang", AT, "hurry")) as change:
        change.update(tables.cells, draft.comparison.retired[0], {})
    save(app, "smaller")
    assert "wang" in said(app)
    assert desk_of(app).draft is draft
    assert cache.plan().revision == 2


def test_without_a_reason_nothing_is_saved(run_page: RunPage, empty: PlanCache, tmp_path: Path) -> None:
    app = uploaded(run_page(PAGE), "v.gpkg", drawn(tmp_path / "v.gpkg", code=["A", "B"]))
    save(split(app, 400.0, 300.0, 500.0), " ")
    assert "Write a reason" in said(app)
    assert empty.plan().revision == 0


def test_an_empty_workspace_starts_from_boston(run_page: RunPage, empty: PlanCache) -> None:
    app = press(run_page(PAGE), "Start from Boston")
    assert not app.exception
    assert "506 tracts and 92 towns" in said(app)
    assert [field.value for field in app.number_input] == [1200, 900, 1500]
    assert "population" in [box.value for box in app.selectbox]
    assert "Start from Boston" not in [button.label for button in app.button]


def test_an_empty_workspace_starts_from_the_demonstration(
    run_page: RunPage, empty: PlanCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "fill_demo", partial(fill_demo, extent=SMALL))
    app = press(run_page(PAGE), "Start from the demonstration county")
    assert not app.exception
    assert "demonstration county is in" in said(app)
    plan = empty.plan()
    assert plan.title == "云泽县"
    assert plan.demo_clock is not None
    assert len(plan.cells)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_an_empty_workspace(page: str, run_page: RunPage, empty: PlanCache) -> None:
    app = run_page(page)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(
    "user", [User("v", "V", Role.VIEWER), User("p", "P", Role.PLANNER, scope="990101001")]
)
def test_who_may_not_edit_everything_gets_no_uploader(user: User, run_page: RunPage) -> None:
    app = run_page(PAGE, user=user)
    assert not app.file_uploader
    assert "Only planners" in app.info[0].value


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\a.gpkg", "a.gpkg"),
        (".hidden", "hidden"),
        ("边界.gpkg", "边界.gpkg"),
        ("a\0b;c.zip", "a_b_c.zip"),
        ("", "upload"),
    ],
)
def test_an_uploads_name_becomes_a_plain_file_name(name: str, safe: str) -> None:
    assert plain_name(name) == safe


def test_the_map_of_an_empty_workspace_leads_to_the_boundaries(run_page: RunPage, empty: PlanCache) -> None:
    app = run_page("operations_map.py")
    assert not app.exception
    assert "no boundaries yet" in app.info[0].value
