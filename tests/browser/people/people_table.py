"""Driving the data editor of the page People: a grid on a canvas, whose cells are where its columns say."""

from __future__ import annotations

import re
from contextlib import suppress

from playwright.sync_api import Locator, Page, Position, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.signed_in_pages import wait_for_run

HEADER, ROW = 35, 35
"""Heights in pixels of the grid's header and of a row."""

_EDITOR = '[class*="_editor_"]'
_ANOTHER = """([selector, key]) => {
    const found = document.querySelectorAll(selector);
    return found.length === 1 && !found[0].classList.contains(key);
}"""


def _key(classes: str) -> str:
    return next(name for name in classes.split() if "_editor_" in name)


class PeopleTable:
    """The grid on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, url: str) -> None:
        """Go to the page and wait for the grid."""
        self.page.goto(url + "/people")
        self.wait()

    def wait(self) -> None:
        """Wait until the grid is there and the page has run."""
        expect(self.grid).to_be_visible()
        wait_for_run(self.page)

    @property
    def grid(self) -> Locator:
        """The grid's canvas."""
        return self.page.get_by_test_id("stDataFrame").locator("canvas").first

    def find(self, text: str) -> None:
        """Narrow the table to the one row with a text."""
        field = self.page.locator(".st-key-posts_text input, .st-key-roster_text input")
        before = self.page.locator(_EDITOR).get_attribute("class") or ""
        field.fill(text)
        field.press("Enter")
        # Another table is another widget, whose key the class tells; for a moment both are there.
        self.page.wait_for_function(_ANOTHER, arg=[_EDITOR, _key(before)])
        expect(self.page.get_by_text(re.compile(r"^1 ?(row|行|person|人)"))).to_be_visible()
        self.wait()

    def click(self, row: int, x: float) -> None:
        """Click a row at so many pixels from the grid's left."""
        spot: Position = {"x": x, "y": HEADER + ROW * row + ROW / 2}
        self.page.get_by_test_id("stDataFrame").click(position=spot)

    def choose_in_cell(self, row: int, x: float, text: str) -> None:
        """Open the list in a cell, narrow it by typing, take the first; until the page tells of a change."""
        for _ in range(12):
            self._open_list(row, x)
            self.page.keyboard.type(text, delay=40)
            self.page.wait_for_timeout(300)
            self.page.keyboard.press("Enter")
            with suppress(PlaywrightTimeout):
                self.page.locator('[class*="_pending"]').wait_for(timeout=4_000)
                break
        wait_for_run(self.page)

    def _open_list(self, row: int, x: float) -> None:
        entry = self.page.locator("#portal input")
        for _ in range(30):  # a grid that is only being put up takes no keys
            self.click(row, x)
            self.page.keyboard.press("Enter")
            with suppress(PlaywrightTimeout):
                entry.wait_for(timeout=1_000)
                return
        expect(entry).to_be_visible()

    def choose_in_list(self, key: str, text: str) -> None:
        """Type into one of Streamlit's lists and take the first."""
        field = self.page.locator(f".st-key-{key}").get_by_role("combobox")
        field.click()
        field.fill(text)
        self.page.get_by_role("option").first.click()
        wait_for_run(self.page)

    def save(self, reason: str, *, name: str = "posts") -> None:
        """Write a reason and press save."""
        self.page.locator(f".st-key-{name}_reason input").fill(reason)
        self.page.locator(f".st-key-{name}_save button").click()
        wait_for_run(self.page)
