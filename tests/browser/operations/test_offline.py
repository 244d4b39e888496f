"""A whole visit without the internet: nothing is asked elsewhere, nothing fails, no shape comes twice."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import shapely
from playwright.sync_api import Page, WebSocket, expect

from gridmap.demo.workspace import DemoSummary
from gridmap.service.plan_cache import PlanCache
from gridmap.service.workspaces import load_shapes, open_workspace
from tests.browser.conftest import Traffic
from tests.browser.servers import Server
from tests.browser.signed_in_pages import OperationsMap, sign_in, wait_for_run
from tests.browser.small_county import COUNTY, serve, small_county

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GUARDED = ("/assets/", "/data/", "/component/", "/_stcore/", "/static/")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return small_county(tmp_path_factory.mktemp("offline"))


@pytest.fixture
def server(demo: DemoSummary) -> Iterator[Server]:
    with serve(demo.path) as running:
        yield running


@pytest.fixture
def frames(page: Page) -> list[bytes]:
    """What the server has sent through the page's websocket."""
    received: list[bytes] = []

    def keep(payload: str | bytes) -> None:
        received.append(payload.encode() if isinstance(payload, str) else payload)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", keep)

    page.on("websocket", listen)
    return received


@pytest.fixture
def visit(page: Page, server: Server, demo: DemoSummary, frames: list[bytes]) -> OperationsMap:
    """Someone who signs in, drills to a cell's card, and tries every control there is."""
    sign_in(page, server)
    shown = OperationsMap(page)
    shown.settle()
    plan = PlanCache(open_workspace(demo.path)).plan()
    cell = str(plan.cells.index[-1])
    village = str(plan.cells["parent_code"][cell])
    shown.click(str(plan.units["parent_code"][village]))
    expect(page.locator(".st-key-breadcrumb")).to_contain_text("›")
    shown.click(village)
    expect(page.locator(".st-key-breadcrumb")).to_contain_text(str(plan.units["name"][village]))
    shown.click(cell)
    expect(page.locator(".st-key-card")).to_contain_text(cell)
    assert shown.settle()["drawnCells"] > 0
    page.get_by_text("联系点", exact=True).click()
    expect(page.locator(".gm-legend")).to_contain_text("已走访")
    for popover, inside in (("截至", "查看此刻"), ("搜索", "名称或编码"), ("导出本图", "PDF(A3)")):
        page.get_by_role("button", name=popover).first.click()
        expect(page.get_by_test_id("stPopoverBody").get_by_text(inside)).to_be_visible()
        page.keyboard.press("Escape")
    page.locator(".st-key-card").get_by_role("button", name="close").first.click()
    expect(page.locator(".st-key-card")).to_have_count(0)
    page.get_by_role("button", name=demo.title).first.click()
    expect(page.locator(".st-key-breadcrumb")).not_to_contain_text("›")
    page.get_by_text("EN", exact=True).first.click()
    expect(page.get_by_text("Contact sites", exact=True)).to_be_visible()
    wait_for_run(page)
    shown.settle()
    return shown


def visit_account(page: Page) -> None:
    page.get_by_role("link", name="My account").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_whole_visit_asks_nothing_elsewhere_and_nothing_fails(
    page: Page, server: Server, visit: OperationsMap, traffic: Traffic
) -> None:
    visit_account(page)
    assert traffic.elsewhere(server.url) == []
    assert traffic.refused() == []
    assert traffic.errors == []
    asked = " ".join(traffic.asked)
    for part in GUARDED[:-1]:
        assert part in asked, f"the visit did not reach {part}"


def test_the_chosen_language_holds_on_other_pages(page: Page, visit: OperationsMap) -> None:
    visit_account(page)
    page.get_by_role("link", name="Operations map").click()
    expect(page.get_by_text("Contact sites", exact=True)).to_be_visible()
    page.get_by_text("EN", exact=True).first.click()  # again: it is not unset
    wait_for_run(page)
    expect(page.get_by_text("Contact sites", exact=True)).to_be_visible()


def test_the_visit_draws_cells(page: Page, visit: OperationsMap) -> None:
    before = visit.settle()
    assert (before["drawnCells"], before["statusRevision"]) == (0, 1)
    visit.frame.evaluate("void map.setZoom(map.getZoom() + 3, {animate: false})")
    visit.frame.wait_for_function("gridmapLayer.debug().settled && gridmapLayer.debug().drawnCells > 5")
    inked = visit.frame.evaluate(
        """() => {
            const { width, height } = gridmapLayer._base;
            const pixels = gridmapLayer._base.getContext("2d").getImageData(0, 0, width, height).data;
            let inked = 0;
            for (let i = 3; i < pixels.length; i += 4) inked += pixels[i] > 0;
            return inked / (width * height);
        }"""
    )
    assert inked > 0.2


def test_the_page_carries_no_shapes(visit: OperationsMap, demo: DemoSummary, frames: list[bytes]) -> None:
    """Shapes have addresses of their own, to be kept; by the page's socket they would come at every run."""
    cache = PlanCache(open_workspace(demo.path))
    received = b"".join(frames)
    assert demo.title.encode() in received, "the frames are not read in the clear"
    assert len(received) < 400_000
    for chunk in cache.chunks().chunks:
        steps = json.dumps(json.loads(chunk.payload)["xy"], separators=(",", ":")).encode()
        assert steps[100:140] not in received
        assert chunk.payload[:80] not in received
    shapes = load_shapes(cache.workspace)
    for shape in [*shapes.cells, shapes.units[COUNTY]]:
        corner_x, corner_y = shapely.get_coordinates(shape)[0]
        assert f"{corner_x:.5f}".encode() not in received or f"{corner_y:.5f}".encode() not in received


def test_a_second_visit_takes_shapes_from_the_browser(
    page: Page, visit: OperationsMap, server: Server, traffic: Traffic
) -> None:
    """Content addresses are kept for good: what is asked again is not sent again."""
    known = set(traffic.geometry())
    page.goto(f"{server.url}/?scope={COUNTY}")
    visit.settle()
    sent: dict[str, int] = visit.frame.evaluate(
        """() => Object.fromEntries(performance.getEntriesByType("resource")
            .filter((entry) => entry.name.includes("/geometry/"))
            .map((entry) => [entry.name, entry.transferSize]))"""
    )
    again = known & sent.keys()
    assert again
    assert {address: sent[address] for address in again} == dict.fromkeys(again, 0)
