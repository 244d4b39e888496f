"""Driving the real app in a browser: signing in, waiting for the map, clicking places on it."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from playwright.sync_api import Error, Frame, Locator, Page, expect

from tests.browser.servers import Server


def sign_in_link(server: Server) -> str:
    """The link the server has printed."""
    found = re.search(r"http://\S+/login\?token=\S+", server.log)
    assert found, server.log
    return found.group()


def sign_in(page: Page, server: Server) -> None:
    """Go through the printed link."""
    page.goto(sign_in_link(server))
    page.get_by_role("button").click()
    page.wait_for_url(server.url + "/")


_FRAMES = 3


class OperationsMap:
    """The map's frame on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def frame(self) -> Frame:
        """The frame of st_folium, once it is there."""
        self.page.wait_for_selector('iframe[title^="streamlit_folium"]')
        return next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)

    def settle(self) -> dict[str, Any]:
        """Wait until everything is drawn; what the layer says of itself."""
        for _ in range(_FRAMES):
            # The frames of another page's maps go only a moment after this page has come.
            with suppress(Error):
                frame = self.frame
                frame.wait_for_function("window.gridmapLayer && gridmapLayer.debug().settled", timeout=30_000)
                state: dict[str, Any] = frame.evaluate("gridmapLayer.debug()")
                return state
        raise AssertionError("the map is not drawn")

    def state_of(self, code: str) -> str:
        """The state the map shows of a cell."""
        state: str = self.frame.evaluate("code => gridmapLayer.stateOf(code)", code)
        return state

    def click(self, code: str) -> None:
        """Click inside a unit or cell."""
        self.settle()
        spot = self.frame.evaluate("code => gridmapLayer.pixelOf(code)", code)
        assert spot, f"{code} is not drawn"
        box = self.frame.frame_element().bounding_box()
        assert box
        self.page.mouse.click(box["x"] + spot["x"], box["y"] + spot["y"])

    def frame_age(self) -> float:
        """When the frame was mounted: another number means another frame."""
        age: float = self.frame.evaluate("performance.timeOrigin")
        return age


def wait_for_run(page: Page) -> None:
    """Wait until Streamlit has finished running the page."""
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def choose(box: Locator, text: str) -> None:
    """Choose the option of that name in one of Streamlit's lists; a run that ends closes the list."""
    field = box.locator("input")
    for _ in range(12):
        wait_for_run(box.page)
        field.click()
        field.fill(text)
        with suppress(Error, AssertionError):
            box.page.get_by_role("option", name=text, exact=True).click(timeout=3_000)
            expect(field).to_have_value(text, timeout=3_000)
            return
    expect(field).to_have_value(text)


def wait_for_preview(page: Page, shapes: int, seconds: int = 90) -> dict[str, int]:
    """Wait until one of the page's preview maps shows so many shapes; what it says of itself."""
    for _ in range(seconds * 4):
        for frame in page.frames:
            with suppress(Error):  # a frame may be on its way out
                found: dict[str, int] | None = frame.evaluate("window.gridmapPreview?.debug() ?? null")
                if found and found["settled"] and found["shapes"] == shapes:
                    return found
        page.wait_for_timeout(250)
    raise AssertionError(f"no preview shows {shapes} shapes")
