"""Correcting cells with a real mouse: drawn, judged, saved, and taken back on the page History."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Frame, Page, expect

from gridmap.store.repository import Workspace
from tests.browser.conftest import PATIENCE, Traffic
from tests.browser.servers import Server
from tests.browser.signed_in_pages import sign_in, wait_for_run
from tests.browser.small_county import serve, small_county

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(small_county(tmp_path).path)


@pytest.fixture
def server(workspace: Workspace) -> Iterator[Server]:
    with serve(workspace.path) as running:
        yield running


class CellsMap:
    """The map of the page Edit cells."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def frame(self, **wanted: object) -> Frame:
        """The frame, once its map says of itself what is wanted."""
        found: dict[str, Any] = {}
        for _ in range(PATIENCE // 250):
            for frame in self.page.frames:
                with suppress(Error):  # a frame may be on its way out
                    found = frame.evaluate("window.gridmapEdit?.debug() ?? null") or found
                    if found.get("settled") and all(
                        found.get(name) == value for name, value in wanted.items()
                    ):
                        return frame
            self.page.wait_for_timeout(250)
        raise AssertionError(f"wanted {wanted}, found {found}")

    def codes(self) -> list[str]:
        """Codes of the cells to edit."""
        codes: list[str] = self.frame().evaluate("[...gridmapEdit._cells.keys()]")
        return codes

    def bounds(self, code: str) -> list[float]:
        """West, south, east, north of a cell."""
        found: list[float] = self.frame().evaluate("code => gridmapEdit.boundsOf(code)", code)
        return found

    def at(self, place: str | tuple[float, float]) -> tuple[float, float]:
        """Where a place is on the page."""
        frame = self.frame()
        spot = frame.evaluate("place => gridmapEdit.pixelOf(place)", place)
        box = frame.frame_element().bounding_box()
        assert box
        return box["x"] + spot["x"], box["y"] + spot["y"]

    def click(self, place: str | tuple[float, float]) -> None:
        """Click there."""
        x, y = self.at(place)
        self.page.mouse.move(x, y, steps=3)
        self.page.mouse.click(x, y)
        self.page.wait_for_timeout(250)

    def draw_line(self, *places: tuple[float, float]) -> None:
        """Click each place, the last one twice."""
        for place in places[:-1]:
            self.click(place)
        x, y = self.at(places[-1])
        self.page.mouse.move(x, y, steps=5)
        self.page.mouse.dblclick(x, y)


@pytest.fixture
def cells(page: Page, server: Server) -> CellsMap:
    sign_in(page, server)
    page.get_by_role("link", name=re.compile("Edit cells|修改网格")).first.click()
    wait_for_run(page)
    shown = CellsMap(page)
    shown.frame(tool="split", drawing=True)
    return shown


def choose_tool(page: Page, place: int) -> None:
    page.locator(".st-key-cells_tool button").nth(place).click()
    page.wait_for_timeout(500)
    wait_for_run(page)


def across(bounds: list[float]) -> list[tuple[float, float]]:
    """From west of a box to east of it."""
    west, south, east, north = bounds
    reach, middle = (east - west) / 12, (south + north) / 2
    return [(west - reach, middle), ((west + east) / 2, middle), (east + reach, middle)]


def save(page: Page, reason: str) -> None:
    page.locator(".st-key-cells_saving input").fill(reason)
    page.locator(".st-key-cells_save button").click()
    expect(page.get_by_test_id("stAlertContentSuccess")).to_be_visible()


def test_a_drawn_line_makes_two_cells_that_are_saved_and_taken_back(
    cells: CellsMap, workspace: Workspace, server: Server, traffic: Traffic
) -> None:
    page, before = cells.page, workspace.load_plan()
    code = cells.codes()[0]
    age = cells.frame().evaluate("performance.timeOrigin")
    cells.draw_line(*across(cells.bounds(code)))
    expect(page.locator(".st-key-cells_back button")).to_be_visible()
    frame = cells.frame(drawing=True)
    assert frame.evaluate("performance.timeOrigin") == age  # the frame was not mounted anew
    assert len(cells.codes()) > len(before.cells[before.cells["parent_code"] == code[:12]])
    assert workspace.revision().revision == before.revision
    save(page, "a wall")
    after = workspace.load_plan()
    assert after.revision == before.revision + 1
    assert len(after.cells) > len(before.cells)
    assert traffic.elsewhere(server.url) == []
    assert traffic.errors == []
    shown = len(cells.codes())
    page.reload()  # Streamlit asks for its own files beside the page's address first, in vain
    wait_for_run(page)
    cells.frame(cells=shown, fresh=0)
    page.get_by_role("link", name="历史").first.click()
    page.get_by_role("button", name=re.compile("撤销")).first.click()
    wait_for_run(page)
    for _ in range(PATIENCE // 250):
        if workspace.revision().revision > after.revision:
            break
        page.wait_for_timeout(250)
    again = workspace.load_plan()
    assert again.cells.drop(columns="version").equals(before.cells.drop(columns="version"))


def test_clicked_cells_are_merged_and_the_step_is_taken_back(cells: CellsMap, workspace: Workspace) -> None:
    page, codes = cells.page, cells.codes()
    choose_tool(page, 1)
    cells.frame(tool="merge", drawing=False)
    for code in codes:
        cells.click(code)
    cells.frame(selected=codes)
    page.locator(".st-key-cells_merge button").click()
    cells.frame(cells=1, selected=[])
    page.locator(".st-key-cells_back button").click()
    cells.frame(cells=len(codes), fresh=0)
    assert workspace.revision().revision == 1


def test_a_dragged_corner_redraws_a_cell(cells: CellsMap) -> None:
    page, code = cells.page, cells.codes()[0]
    choose_tool(page, 2)
    cells.frame(tool="redraw")
    cells.click(code)
    frame = cells.frame(dragging=True, selected=[code])
    middle = frame.locator(".marker-icon-middle").all()
    # The handle in the middle of the side nearest to another cell is drawn into that cell.
    other = cells.at(cells.codes()[1])
    boxes = [box for one in middle if (box := one.bounding_box())]
    box = min(boxes, key=lambda one: (one["x"] - other[0]) ** 2 + (one["y"] - other[1]) ** 2)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + (other[0] - x) / 4, y + (other[1] - y) / 4, steps=8)
    page.mouse.up()
    frame.locator(".gridmap-bar button.gridmap-first").click()
    expect(page.locator(".st-key-cells_back button")).to_be_visible()
    assert cells.frame(dragging=False).evaluate("gridmapEdit.debug().fresh") >= 2


def test_a_drawn_part_goes_to_the_neighbour(cells: CellsMap) -> None:
    page, (giver, taker) = cells.page, cells.codes()[:2]
    choose_tool(page, 3)
    cells.frame(tool="transfer")
    cells.click(giver)
    cells.click(taker)
    cells.frame(selected=[giver, taker], drawing=True)
    (x, y), (tx, ty) = cells.at(giver), cells.at(taker)
    # A band from the middle of the one to the middle of the other.
    corners = [(x, y - 25), (tx, ty - 25), (tx, ty + 25), (x, y + 25)]
    if abs(ty - y) > abs(tx - x):
        corners = [(x - 25, y), (tx - 25, ty), (tx + 25, ty), (x + 25, y)]
    for corner in corners:
        page.mouse.move(*corner, steps=4)
        (page.mouse.dblclick if corner == corners[-1] else page.mouse.click)(*corner)
        page.wait_for_timeout(250)
    expect(page.locator(".st-key-cells_back button")).to_be_visible()
    assert cells.frame(selected=[]).evaluate("gridmapEdit.debug().fresh") == 2


def test_a_line_that_ends_inside_is_refused_in_words(cells: CellsMap) -> None:
    west, south, east, north = cells.bounds(cells.codes()[0])
    x, y = (west + east) / 2, (south + north) / 2
    cells.draw_line((x - (east - west) / 8, y), (x + (east - west) / 8, y))
    expect(cells.page.get_by_test_id("stAlertContentError")).to_be_visible()
    expect(cells.page.locator(".st-key-cells_back")).to_have_count(0)
    cells.frame(drawing=True)
