"""Boundaries & cells: a file in, its faults or its figures told, cut and saved as one change."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gridmap.model.access import Role, User
from gridmap.service.importing import Boundaries, make_workspace
from gridmap.service.plan_cache import PlanCache
from gridmap.web import session
from gridmap.web.uploads import plain_name
from tests.pages.conftest import ROOT, RunPage

PAGE = "boundaries.py"
TRACTS = ROOT / "data" / "boston" / "tracts.gpkg"


@pytest.fixture
def empty(tmp_path: Path, run_page: RunPage) -> PlanCache:
    """An empty workspace in the place of the demonstration county."""
    made = make_workspace(
        tmp_path / "boston.gpkg", Boundaries(TRACTS), title="Boston", at=datetime(2020, 2, 10)
    )
    wired = session.services()
    session.wire(session.Services(PlanCache(made), wired.settings, wired.clock))
    return session.services().cache


def uploaded(app: AppTest, name: str, content: bytes) -> AppTest:
    return app.file_uploader[0].set_value((name, content, "application/octet-stream")).run()


def test_boston_is_cut_and_saved(run_page: RunPage, empty: PlanCache) -> None:
    app = uploaded(run_page(PAGE), "tracts.gpkg", TRACTS.read_bytes())
    assert not app.exception
    assert "506" in app.get("html")[0].proto.body
    app.selectbox[0].set_value("POP")
    for field, value in zip(app.number_input, (1200.0, 900.0, 1500.0), strict=True):
        field.set_value(value)
    next(button for button in app.button if button.label == "Cut and save").click().run(timeout=60)
    assert "506 units are cut into 2,255 cells." in app.success[0].value
    plan = empty.plan()
    assert (plan.revision, len(plan.units), len(plan.cells)) == (1, 506, 2255)


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
    assert empty.plan().revision == 0


def test_a_workspace_with_cells_shows_the_way_to_another(run_page: RunPage, cache: PlanCache) -> None:
    app = uploaded(run_page(PAGE), "tracts.gpkg", TRACTS.read_bytes())
    assert "gridmap import" in app.code[0].value
    assert not [button for button in app.button if button.label == "Cut and save"]


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
    assert empty.plan().units.empty
