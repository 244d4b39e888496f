"""A CAD drawing through the real page: layers and system chosen, areas on the map, cells of them saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from gridmap.service.boundaries.new_workspace import new_workspace
from gridmap.store.repository import Workspace
from tests.attacks.hostile_files import Outside
from tests.attacks.hostile_list import HOSTILE
from tests.browser.conftest import Traffic
from tests.browser.servers import Server
from tests.browser.signed_in_pages import choose, sign_in, wait_for_preview, wait_for_run
from tests.browser.small_county import serve
from tests.service.drawn_plans import NAMES, OUTLINES, PHONE, draw_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "new.gpkg", title="New", at=datetime(2020, 2, 10))


@pytest.fixture
def server(workspace: Workspace) -> Iterator[Server]:
    with serve(workspace.path) as running:
        yield running


@pytest.fixture
def boundaries(page: Page, server: Server) -> Page:
    """The page of an empty workspace."""
    sign_in(page, server)
    page.get_by_role("link", name="边界与网格").first.click()
    expect(page.locator("input[type=file]")).to_be_attached()
    return page


def choose_layer(page: Page, position: int, name: str) -> None:
    """One layer in the list at `position`: outlines first, labels after."""
    wait_for_run(page)
    box = page.get_by_test_id("stMultiSelect").nth(position)
    box.locator("input").click()
    page.get_by_role("option").filter(has_text=name).click()
    expect(box).to_contain_text(name)
    page.keyboard.press("Escape")
    wait_for_run(page)


def choose_named(page: Page, text: str) -> None:
    """The choice of that name among round buttons."""
    wait_for_run(page)
    page.get_by_test_id("stRadio").locator("label").filter(has_text=text).first.click()
    wait_for_run(page)


def test_a_drawing_of_gbk_becomes_cells(
    boundaries: Page, workspace: Workspace, server: Server, traffic: Traffic, tmp_path: Path
) -> None:
    page = boundaries
    page.locator("input[type=file]").set_input_files(draw_plan(tmp_path / "town.dxf"))
    expect(page.get_by_text("GB18030").first).to_be_visible()
    choose_layer(page, 0, OUTLINES)
    choose_layer(page, 1, NAMES)
    expect(page.get_by_text("EPSG:4547", exact=True)).to_be_visible()
    choose_named(page, "EPSG:4548")
    wait_for_preview(page, 6)
    choose_named(page, "D1")
    choose(page.get_by_test_id("stSelectbox").filter(has_text="户数所在列"), "area_m2")
    for number, size in enumerate((125_000, 100_000, 150_000)):
        page.wait_for_timeout(500)  # a run that is still under way would put other fields in their place
        wait_for_run(page)
        field = page.get_by_test_id("stNumberInputField").nth(1 + number)
        field.fill(str(size))
        field.press("Enter")
    wait_for_run(page)
    page.locator(".st-key-split button").click()
    page.locator(".st-key-draft_saving input").fill("drawn in CAD")
    page.locator(".st-key-draft_saving button").click()
    expect(page.locator(".st-key-told")).to_be_visible()
    plan = workspace.load_plan()
    assert len(plan.cells) == 12
    assert "东关第1网格" in set(plan.units["name"])
    assert "D4" in plan.units.index
    assert PHONE not in page.content()
    assert traffic.elsewhere(server.url) == []
    assert traffic.refused() == []
    assert traffic.errors == []


def test_a_hostile_drawing_leaves_the_server_alive(boundaries: Page, server: Server, tmp_path: Path) -> None:
    page = boundaries
    outside = Outside(tmp_path / "secret.csv", "http://127.0.0.1:9")
    page.locator("input[type=file]").set_input_files(HOSTILE["nested blocks"](tmp_path, outside))
    told = page.get_by_test_id("stAlert").first
    expect(told).to_contain_text("a.dxf")
    assert "\n" not in told.inner_text().strip()
    assert httpx2.get(server.url + "/readyz").status_code == 200
