"""The map's layer in a real browser, on a server that has nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import Traffic
from tests.browser.servers import Server
from tests.paths import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COUNTY, TOWNSHIP, VILLAGE, CELL = "990101000000", "990101001000", "990101001001", "990101001001001"
SETTLED = "window.gridmapLayer && gridmapLayer.debug().settled"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    command = [
        sys.executable, "-m", "streamlit", "run", "tests/browser/map_app.py", "--server.port={port}",
    ]  # fmt: skip
    with Server(command, environment={"PYTHONPATH": str(ROOT)}) as running:
        yield running


class DrawnMap:
    """The map's frame on the test page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.wait_for_selector('iframe[title^="streamlit_folium"]')
        self.frame: Frame = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
        self.debug()

    def debug(self) -> dict[str, Any]:
        """What the layer says of itself once everything is drawn."""
        self.frame.wait_for_function(SETTLED)
        state: dict[str, Any] = self.frame.evaluate("gridmapLayer.debug()")
        return state

    def press(self, button: str, until: str) -> dict[str, Any]:
        """Press a button of the page and wait for what it does to the map."""
        self.page.get_by_role("button", name=button).click()
        self.frame.wait_for_function(f"{SETTLED} && ({until})")
        return self.debug()

    def open_cells(self) -> dict[str, Any]:
        """Drill to the township, whose first picture shows its villages, and zoom in until its cells come."""
        shown = self.press("Township", "gridmapLayer.debug().level === 'village'")
        assert shown["drawnCells"] == 0
        self.frame.evaluate("void map.setZoom(map.getZoom() + 0.75, {animate: false})")
        self.frame.wait_for_function(f"{SETTLED} && gridmapLayer.debug().drawnCells === 12")
        return self.debug()

    def spot(self, code: str) -> tuple[float, float]:
        """Where a unit, cell or point is on the page."""
        self.debug()
        inner = self.frame.evaluate("code => gridmapLayer.pixelOf(code)", code)
        box = self.frame.frame_element().bounding_box()
        assert inner
        assert box
        return box["x"] + inner["x"], box["y"] + inner["y"]

    def returned(self) -> dict[str, Any]:
        """What st_folium has returned to the page."""
        value: dict[str, Any] = json.loads(self.page.get_by_test_id("stCode").inner_text())
        return value

    def click(self, code: str) -> dict[str, Any]:
        """Click a place and wait until the page has been told."""
        self.page.mouse.click(*self.spot(code))
        expect(self.page.get_by_test_id("stCode")).to_contain_text(f'"code": "{code}"')
        return self.returned()

    def colour(self, code: str) -> list[int]:
        """The colour a little above the middle of a cell, where no sign stands."""
        script = """code => {
            const layer = gridmapLayer, at = layer.pixelOf(code), box = layer._base.getBoundingClientRect();
            const ratio = devicePixelRatio, x = (at.x - box.left) * ratio, y = (at.y - box.top - 28) * ratio;
            return Array.from(layer._base.getContext("2d").getImageData(x, y, 1, 1).data.slice(0, 3));
        }"""
        rgb: list[int] = self.frame.evaluate(script, code)
        return rgb


@pytest.fixture
def drawn(page: Page, server: Server) -> DrawnMap:
    page.goto(server.url)
    return DrawnMap(page)


def test_the_whole_county_shows_counted_townships_and_no_cell(drawn: DrawnMap, traffic: Traffic) -> None:
    shown = drawn.debug()
    assert (shown["level"], shown["drawnUnits"], shown["drawnCells"]) == ("township", 2, 0)
    assert len(traffic.geometry()) == 2
    assert drawn.returned() == {}


def test_a_county_as_scope_stays_with_counted_townships(drawn: DrawnMap) -> None:
    drawn.open_cells()
    drawn.press("County", "gridmapLayer.debug().drawnCells === 0")
    assert drawn.debug()["drawnUnits"] == 2


def test_zooming_in_opens_cells(drawn: DrawnMap) -> None:
    drawn.frame.evaluate("void map.setZoom(map.getZoom() + 1)")
    drawn.frame.wait_for_function(f"{SETTLED} && gridmapLayer.debug().drawnCells > 0")
    assert drawn.debug()["level"] == "cell"
    assert drawn.frame.evaluate("code => gridmapLayer.stateOf(code)", CELL) == "vacant"


def test_a_click_comes_back_to_python(drawn: DrawnMap) -> None:
    unit = drawn.click(TOWNSHIP)
    assert (unit["kind"], unit["code"]) == ("unit", TOWNSHIP)
    drawn.open_cells()
    cell = drawn.click(CELL)
    assert (cell["kind"], cell["code"]) == ("cell", CELL)
    assert cell["sequence"] > unit["sequence"]
    assert drawn.debug()["selected"] == {"kind": "cell", "code": CELL}
    point = drawn.click("K0")
    assert (point["kind"], point["code"]) == ("checkpoint", "K0")
    drawn.press("Sites", "gridmapLayer._shown.some(mark => mark.kind === 'contact_site')")
    site = drawn.click("S1")
    assert (site["kind"], site["code"]) == ("contact_site", "S1")


def test_a_drilled_scope_shows_its_cells_and_dims_the_rest(drawn: DrawnMap) -> None:
    whole = drawn.frame.evaluate("map.getCenter().lng")
    shown = drawn.press("Village", "gridmapLayer.debug().drawnCells === 4")
    assert shown["drawnUnits"] > 0
    assert drawn.frame.evaluate("map.getCenter().lng") < whole - 0.1
    assert drawn.colour("990101001003") == [0xFA, 0xFB, 0xFB]
    drawn.press("Top", "gridmapLayer.debug().drawnCells === 0")
    assert drawn.frame.evaluate("map.getCenter().lng") == pytest.approx(whole, abs=0.01)


def test_new_states_recolour_without_remount_and_without_geometry(drawn: DrawnMap, traffic: Traffic) -> None:
    drawn.open_cells()
    before, fetched = drawn.debug(), traffic.geometry()
    mounted = drawn.frame.evaluate("performance.timeOrigin")
    drawn.frame.evaluate("document.body.dataset.mark = 'same'")
    assert drawn.colour(CELL) == [0xD5, 0x5E, 0x00]

    after = drawn.press("Mend", "gridmapLayer.debug().statusRevision === 2")

    assert drawn.frame.evaluate("code => gridmapLayer.stateOf(code)", CELL) == "covered"
    assert drawn.colour(CELL) == [0xDC, 0xE6, 0xEC]
    assert after["zoom"] == before["zoom"]
    assert drawn.frame.evaluate("performance.timeOrigin") == mounted
    assert drawn.frame.evaluate("document.body.dataset.mark") == "same"
    assert traffic.geometry() == fetched
    assert len(fetched) == len(set(fetched))


def test_an_equal_command_does_nothing(drawn: DrawnMap, traffic: Traffic) -> None:
    asked = len(traffic.asked)
    drawn.frame.evaluate("void gridmapLayer.apply(JSON.parse(gridmapLayer._commandText))")
    assert drawn.debug()["settled"]
    assert len(traffic.asked) == asked


def test_a_status_that_does_not_come_is_told_and_the_old_one_stays(drawn: DrawnMap) -> None:
    drawn.page.get_by_role("button", name="Break").click()
    notice = drawn.frame.locator(".gridmap-notice")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("503")
    assert drawn.frame.evaluate("gridmapLayer.debug().statusRevision") == 1
    drawn.press("Mend", "gridmapLayer.debug().statusRevision === 2")
    expect(notice).to_be_hidden()


def test_names_that_attack_are_only_text(drawn: DrawnMap, traffic: Traffic) -> None:
    drawn.open_cells()
    tooltip = drawn.frame.locator(".gridmap-tooltip")
    texts = []
    for code in (CELL, "990101001002002", "990101001003003", "K0"):
        drawn.page.mouse.move(*drawn.spot(code))
        expect(tooltip).to_be_visible()
        texts.append(tooltip.locator("strong").inner_text())
    assert texts[0] == "<img src=x onerror=alert(1)>"
    assert tooltip.locator("img, script").count() == 0
    assert traffic.errors == []


def test_nothing_is_asked_elsewhere_or_refused(drawn: DrawnMap, traffic: Traffic, server: Server) -> None:
    drawn.open_cells()
    drawn.press("Sites", "true")
    assert traffic.elsewhere(server.url) == []
    assert traffic.refused() == []
    assert traffic.errors == []
    asked = " ".join(traffic.asked)
    for part in ("/assets/vendor/leaflet/leaflet.js?v=", "/assets/gridmap-map.js?v=", "/data/drawn/status/1"):
        assert part in asked


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_canvas_is_as_fine_as_the_screen(page: Page, server: Server, ratio: int) -> None:
    context = page.context.browser.new_context(device_scale_factor=ratio) if page.context.browser else None
    assert context
    other = context.new_page()
    other.goto(server.url)
    drawn = DrawnMap(other)
    width, css = drawn.frame.evaluate(
        "[gridmapLayer._base.width, parseFloat(gridmapLayer._base.style.width)]"
    )
    assert width == pytest.approx(css * ratio, abs=1)
    context.close()
