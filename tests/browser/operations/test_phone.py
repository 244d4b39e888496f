"""On a phone of 390 × 844: nothing is cut off, a tap drills, the card rises from below."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect

from gridmap.demo.workspace import DemoSummary
from gridmap.model.access import Role
from gridmap.service.workspaces import open_workspace
from tests.browser.conftest import Traffic
from tests.browser.servers import Server
from tests.browser.signed_in_pages import OperationsMap, wait_for_run
from tests.browser.small_county import COUNTY, add_account, serve, sign_in_as, small_county

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTH, HEIGHT = 390, 844
TOWNSHIP = "990101100000"
PARTS = "button, input, iframe, table, p, h3, h4, label, .gm-legend li"
BEYOND = f"""() => [...document.querySelectorAll("{PARTS}")]
    .filter((element) => element.checkVisibility({{ visibilityProperty: true }}))
    .filter((element) => !element.closest("[data-testid=stSidebar]")) // it waits outside until it is called
    .map((element) => [element.tagName + " " + element.textContent, element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 2 && (box.left < -1 || box.right > {WIDTH} + 1))
    .map(([name]) => name)"""
"""What sticks out of the screen on the left or on the right."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    made = small_county(tmp_path_factory.mktemp("phone"))
    add_account(made.path, Role.PLANNER)
    return made


@pytest.fixture(scope="module")
def server(demo: DemoSummary) -> Iterator[Server]:
    with serve(demo.path) as running:
        yield running


@pytest.fixture(params=["zh-CN", "en-GB"])
def page(chromium: Browser, traffic: Traffic, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone's page, in both languages."""
    context = chromium.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        locale=request.param,
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
    )
    page = context.new_page()
    page.on("pageerror", lambda error: traffic.errors.append(str(error)))
    yield page
    context.close()
    assert traffic.errors == []


@pytest.fixture
def shown(page: Page, server: Server) -> OperationsMap:
    sign_in_as(page, server, "planner")
    shown = OperationsMap(page)
    shown.settle()
    wait_for_run(page)
    return shown


def assert_it_fits(page: Page) -> None:
    assert page.evaluate("document.scrollingElement.scrollWidth") <= WIDTH
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= WIDTH
    with suppress(AssertionError):  # a page that is still being laid out is given a moment
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        if page.evaluate(BEYOND):
            page.wait_for_timeout(2_000)
    assert page.evaluate(BEYOND) == []


def tap(shown: OperationsMap, code: str) -> None:
    """Touch a place on the map."""
    shown.settle()
    spot = shown.frame.evaluate("code => gridmapLayer.pixelOf(code)", code)
    box = shown.frame.frame_element().bounding_box()
    assert spot
    assert box
    shown.page.touchscreen.tap(box["x"] + spot["x"], box["y"] + spot["y"])


def test_the_form_at_the_door_fits(page: Page, server: Server) -> None:
    page.goto(server.url)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= WIDTH
    box = page.locator("main").bounding_box()
    assert box
    assert box["x"] >= 8
    assert box["x"] + box["width"] <= WIDTH - 8


def test_the_map_is_half_as_high_as_the_screen_and_fills_its_frame(page: Page, shown: OperationsMap) -> None:
    assert_it_fits(page)
    box = shown.frame.frame_element().bounding_box()
    assert box
    assert box["height"] == pytest.approx(HEIGHT / 2, abs=20)
    assert box["width"] > 0.9 * WIDTH
    assert box["y"] + box["height"] <= HEIGHT, "the whole map is on the first screen"
    map_box = shown.frame.evaluate(
        "(({ width, height }) => [width, height])(map.getContainer().getBoundingClientRect())"
    )
    assert map_box == pytest.approx([box["width"], box["height"]], abs=2)
    assert shown.frame.evaluate("[map.getSize().x, map.getSize().y]") == pytest.approx(map_box, abs=2)
    for township in ("990101001000", TOWNSHIP, "990101200000"):
        spot = shown.frame.evaluate("code => gridmapLayer.pixelOf(code)", township)
        assert 0 < spot["x"] < box["width"]
        assert 0 < spot["y"] < box["height"]
    west, south, east, north = shown.frame.evaluate(
        """() => {
            const [[south, west], [north, east]] = gridmapLayer._fitted;
            const low = map.latLngToContainerPoint([south, west]);
            const high = map.latLngToContainerPoint([north, east]);
            return [low.x, low.y, high.x, high.y];
        }"""
    )
    assert 0 <= west < east <= box["width"]
    assert 0 <= north < south <= box["height"], "the county is cut off"


def test_the_sentence_is_said_once(page: Page, shown: OperationsMap, demo: DemoSummary) -> None:
    said = page.locator(".gm-reading:visible")
    expect(said).to_have_count(1)
    expect(said).to_contain_text(str(demo.faults.vacant_cells))
    frame = shown.frame.frame_element().bounding_box()
    box = said.bounding_box()
    assert frame
    assert box
    assert box["y"] < frame["y"], "the sentence comes before the map"


def test_taps_drill_to_a_card_that_rises_from_below(
    page: Page, shown: OperationsMap, demo: DemoSummary
) -> None:
    plan = open_workspace(demo.path).load_plan()
    cell = next(str(code) for code in plan.cells.index if str(code).startswith("990101100"))
    village = str(plan.cells["parent_code"][cell])
    for unit in (TOWNSHIP, village):
        tap(shown, unit)
        expect(page.locator(".st-key-breadcrumb")).to_contain_text(str(plan.units["name"][unit]))
        assert_it_fits(page)
    tap(shown, cell)
    card = page.locator(".st-key-card")
    expect(card).to_contain_text(cell)
    wait_for_run(page)
    assert_it_fits(page)
    box = card.bounding_box()
    frame = shown.frame.frame_element().bounding_box()
    assert box
    assert frame
    assert box["y"] + box["height"] == pytest.approx(HEIGHT, abs=2)
    assert box["y"] > frame["y"] + frame["height"] / 3, "the card hides the map"
    heading = card.locator("h4").bounding_box()
    assert heading
    assert heading["y"] < HEIGHT - 100, "the card's name is on the screen without scrolling"
    card.get_by_role("button", name="close").first.tap()
    expect(card).to_have_count(0)


def test_every_control_can_be_reached(page: Page, shown: OperationsMap) -> None:
    is_chinese = page.evaluate("navigator.language").startswith("zh")
    for name in ("截至", "搜索", "导出本图") if is_chinese else ("As of", "Search", "Export this map"):
        page.get_by_role("button", name=name).first.tap()
        body = page.get_by_test_id("stPopoverBody")
        expect(body).to_be_visible()
        page.wait_for_timeout(300)  # it slides to its place
        box = body.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= WIDTH
        page.keyboard.press("Escape")
    wait_for_run(page)
    assert_it_fits(page)


def test_the_card_of_every_kind_of_place_fits(page: Page, shown: OperationsMap, server: Server) -> None:
    for place in (
        f"unit:{TOWNSHIP}",
        "cell:990101001001001",
        "checkpoint:K001",
        "contact_site:S0001",
    ):
        page.goto(f"{server.url}/?scope={COUNTY}&place={place}")
        expect(page.locator(".st-key-card")).to_be_visible()
        wait_for_run(page)
        assert_it_fits(page)


def test_a_turned_phone_shows_the_whole_county_again(page: Page, shown: OperationsMap) -> None:
    page.set_viewport_size({"width": HEIGHT, "height": WIDTH})
    fills = f"innerHeight < {WIDTH} && map.getSize().x === innerWidth && map.getSize().y === innerHeight"
    shown.frame.wait_for_function(fills)
    shown.settle()
    inside = "gridmapLayer._fitted.every((corner) => map.getBounds().contains(corner))"
    assert shown.frame.evaluate(inside), "the county is cut off"
    assert page.evaluate("document.scrollingElement.scrollWidth") <= HEIGHT
