"""From an empty workspace to cells on the operations map, through the real app."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Page, expect

from gridmap.service.boundaries.new_workspace import new_workspace
from gridmap.store.repository import Workspace
from tests.browser.conftest import Traffic
from tests.browser.servers import Server
from tests.browser.signed_in_pages import OperationsMap, choose, sign_in, wait_for_preview, wait_for_run
from tests.browser.small_county import serve
from tests.paths import ROOT
from tests.read.drawn_files import LEFT, RIGHT, squares, write_shapefile, zipped
from tests.read.vectors.drawn_formats import NAMES

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TRACTS = ROOT / "data" / "boston" / "tracts.gpkg"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "boston.gpkg", title="Boston", at=datetime(2020, 2, 10))


@pytest.fixture
def server(workspace: Workspace) -> Iterator[Server]:
    with serve(workspace.path) as running:
        yield running


@pytest.fixture
def boundaries(page: Page, server: Server) -> Page:
    """The page of an empty workspace, with Boston's tracts uploaded."""
    sign_in(page, server)
    page.get_by_role("link", name="边界与网格").first.click()
    page.locator("input[type=file]").set_input_files(TRACTS)
    assert wait_for_preview(page, 506)["infeasible"] == 0
    return page


@pytest.fixture
def gbk(tmp_path: Path) -> Path:
    """Two villages in a Gauss-Krüger zone as an office packs them: GBK, without .cpg and .prj."""
    villages = squares(区划代码=["990101201001", "990101201002"], 名称=NAMES).to_crs("EPSG:4548")
    shapefile = write_shapefile(tmp_path / "村界.shp", villages, encoding="GBK")
    shapefile.with_suffix(".prj").unlink()
    return zipped(shapefile, tmp_path / "村界.zip")


def test_a_gbk_shapefile_without_a_system_is_asked_for_it_seen_and_saved(
    page: Page, server: Server, workspace: Workspace, gbk: Path, traffic: Traffic
) -> None:
    sign_in(page, server)
    page.get_by_role("link", name="边界与网格").first.click()
    page.locator("input[type=file]").set_input_files(gbk)
    assert wait_for_preview(page, 2)["infeasible"] == 0  # as the first suggestion would put it
    only = page.get_by_role("button", name="只保存边界")
    expect(only).to_have_count(0)
    assert workspace.revision().revision == 0
    page.get_by_test_id("stRadio").locator("label", has_text="EPSG:4548").first.click()
    expect(page.locator(".gm-facts").first).to_contain_text("EPSG:4548")
    expect(page.locator(".gm-facts").first).to_contain_text(NAMES[0])
    wait_for_preview(page, 2)
    wait_for_run(page)
    only.click()
    expect(page.locator(".st-key-told")).to_be_visible()
    units = workspace.load_plan().units
    assert list(units["name"]) == NAMES
    lying = workspace.load_shapes().units.to_numpy()
    assert shapely.hausdorff_distance(lying, [LEFT, RIGHT]).max() < 1e-7
    assert traffic.elsewhere(server.url) == []
    assert traffic.errors == []


def set_sizes(page: Page, *sizes: int) -> None:
    for number, size in enumerate(sizes):
        # A run that is still under way would put other fields in their place.
        page.wait_for_timeout(500)
        wait_for_run(page)
        field = page.get_by_test_id("stNumberInputField").nth(number)
        field.fill(str(size))
        field.press("Enter")
    page.wait_for_timeout(500)
    wait_for_run(page)


def choose_population(page: Page) -> None:
    choose(page.get_by_test_id("stSelectbox").filter(has_text="户数所在列"), "POP")


def split(page: Page) -> None:
    page.locator(".st-key-split button").click()


def save(page: Page, reason: str) -> None:
    page.locator(".st-key-draft_saving input").fill(reason)
    page.locator(".st-key-draft_saving button").click()
    expect(page.locator(".st-key-told")).to_be_visible()


def test_boston_becomes_cells_on_the_map(
    boundaries: Page, workspace: Workspace, server: Server, traffic: Traffic
) -> None:
    page = boundaries
    choose_population(page)
    set_sizes(page, 1200, 900, 1500)
    split(page)
    expect(page.get_by_test_id("stProgress")).to_be_visible()
    expect(page.locator(".st-key-draft_saving")).to_be_visible()
    assert wait_for_preview(page, 2255)["infeasible"] == 17
    assert workspace.revision().revision == 0
    save(page, "first cells")
    plan = workspace.load_plan()
    assert (plan.revision, len(plan.cells), plan.scheme.target) == (1, 2255, 1200)

    page.locator(".st-key-to_map button").click()
    shown = OperationsMap(page)
    shown.settle()
    shown.frame.evaluate("void map.setZoom(map.getZoom() + 4, {animate: false})")
    shown.frame.wait_for_function("gridmapLayer.debug().settled && gridmapLayer.debug().drawnCells > 5")
    expect(page.locator(".st-key-reading_on_desktops")).to_contain_text("2255")
    assert traffic.elsewhere(server.url) == []
    assert traffic.refused() == []
    assert traffic.errors == []


def test_a_second_split_shows_old_and_new_side_by_side_and_keeps_codes(
    boundaries: Page, workspace: Workspace
) -> None:
    page = boundaries
    choose_population(page)
    set_sizes(page, 1200, 900, 1500)
    split(page)
    expect(page.locator(".st-key-draft_saving")).to_be_visible()
    save(page, "first cells")
    before = set(workspace.load_plan().cells.index)
    set_sizes(page, 1000, 800, 1300)
    split(page)
    expect(page.locator(".st-key-draft_saving")).to_be_visible()
    wait_for_preview(page, 2255)
    wait_for_preview(page, 2719)
    save(page, "smaller cells")
    plan = workspace.load_plan()
    assert (plan.revision, len(plan.cells)) == (2, 2719)
    assert len(before & set(plan.cells.index)) == 2251


def test_cancel_stops_the_split_and_the_upload_stays_over_another_page(
    boundaries: Page, workspace: Workspace
) -> None:
    page = boundaries
    choose_population(page)
    split(page)
    page.locator(".st-key-cancel_split button").click()
    expect(page.locator(".st-key-told")).to_be_visible()
    expect(page.locator(".st-key-split button")).to_be_enabled()
    expect(page.locator(".st-key-draft_saving")).to_have_count(0)
    page.get_by_role("link", name="作战图").first.click()
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    page.get_by_role("link", name="边界与网格").first.click()
    wait_for_preview(page, 506)
    expect(page.get_by_text("tracts.gpkg").first).to_be_visible()
    assert workspace.revision().revision == 0
