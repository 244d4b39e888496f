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
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402

from gridmap.demo.workspace import write_demo  # noqa: E402
from tests.browser.conftest import ARGUMENTS  # noqa: E402
from tests.browser.operations import OperationsMap, sign_in  # noqa: E402
from tests.browser.servers import Server  # noqa: E402

ROUNDS = 9
EMPTY = "import streamlit as st\nst.set_page_config(layout='wide')\nst.write('ready')\n"


def seconds(page: Page, url: str, wait: Callable[[Page], object]) -> float:
    """Wall clock from asking for the page to `wait` returning."""
    start = time.perf_counter()
    page.goto(url)
    wait(page)
    return time.perf_counter() - start


def median(context: BrowserContext, url: str, wait: Callable[[Page], object]) -> float:
    """The median of several openings by a browser that has been there before."""
    page = context.new_page()
    seconds(page, url, wait)
    return statistics.median(seconds(page, url, wait) for _ in range(ROUNDS))


def empty_page(browser: Browser, folder: Path) -> float:
    """An empty Streamlit page."""
    script = folder / "empty.py"
    script.write_text(EMPTY, encoding="utf-8")
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", "{port}"]
    with Server(command) as server:
        return median(browser.new_context(), server.url, lambda page: page.get_by_text("ready").wait_for())


def operations_map(browser: Browser, folder: Path) -> float:
    """The operations map of the demonstration county, until its cells are drawn."""
    demo = write_demo(folder / "demo.gpkg", 7, date(2020, 2, 10))
    command = [sys.executable, "-m", "gridmap", "serve", str(demo.path), "--port", "{port}"]
    with Server(command, ready_path="/readyz") as server:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        sign_in(page, server)
        page.close()
        return median(context, server.url, lambda page: OperationsMap(page).settle())


def main() -> None:
    """Measure both and print the ratio."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        empty = empty_page(browser, Path(scratch))
        drawn = operations_map(browser, Path(scratch))
        browser.close()
    print(f"empty Streamlit page      {empty:6.2f} s")
    print(f"operations map, drawn     {drawn:6.2f} s")
    print(f"ratio                     {drawn / empty:6.2f}")


if __name__ == "__main__":
    main()
