"""Opening the operations map against an empty Streamlit page: both warm, on this machine, in one run.

    python benchmarks/open_map.py

Prints the medians of several openings and their ratio. Drawn means: every visible cell is on the canvas.
Needs Chromium and the packages of requirements-dev.txt.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from gridmap.demo.workspace import write_demo  # noqa: E402
from tests.browser.conftest import ARGUMENTS  # noqa: E402
from tests.browser.servers import Server  # noqa: E402
from tests.browser.signed_in_pages import sign_in  # noqa: E402

ROUNDS = 15
EMPTY = "import streamlit as st\nst.set_page_config(layout='wide')\nst.write('ready')\n"


def seconds(page: Page, url: str, wait: Callable[[Page], object]) -> float:
    """Wall clock from asking for the page to `wait` returning."""
    start = time.perf_counter()
    page.goto(url)
    wait(page)
    return time.perf_counter() - start


def wait_for_map(page: Page) -> None:
    """Wait until everything in view is drawn."""
    frame = page.wait_for_selector('iframe[title^="streamlit_folium"]', state="attached").content_frame()  # type: ignore[union-attr] # it raises where there is none
    assert frame
    frame.wait_for_function("window.gridmapLayer && gridmapLayer.debug().settled")


@contextmanager
def empty_page(folder: Path) -> Iterator[Server]:
    """A server of an empty Streamlit page."""
    script = folder / "empty.py"
    script.write_text(EMPTY, encoding="utf-8")
    with Server([sys.executable, "-m", "streamlit", "run", str(script), "--server.port", "{port}"]) as server:
        yield server


@contextmanager
def operations_map(folder: Path) -> Iterator[Server]:
    """The app on the demonstration county."""
    demo = write_demo(folder / "demo.gpkg", 7, date(2020, 2, 10))
    command = [sys.executable, "-m", "gridmap", "serve", str(demo.path), "--port", "{port}"]
    with Server(command, ready_path="/readyz") as server:
        yield server


def measured(browser: Browser, folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of each opening of both, in turns, by one browser that has been there before."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    empty, drawn = [], []
    with empty_page(folder) as blank, operations_map(folder) as app:
        sign_in(page, app)
        for _ in range(ROUNDS + 2):
            empty.append(seconds(page, blank.url, lambda page: page.get_by_text("ready").wait_for()))
            drawn.append(seconds(page, app.url, wait_for_map))
    return empty[2:], drawn[2:]


def main() -> None:
    """Measure both and print the ratio."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        empty, drawn = map(statistics.median, measured(browser, Path(scratch)))
        browser.close()
    print(f"empty Streamlit page      {empty:6.2f} s")
    print(f"operations map, drawn     {drawn:6.2f} s")
    print(f"ratio                     {drawn / empty:6.2f}")


if __name__ == "__main__":
    main()
