"""Take the pictures of README and docs: every page, both languages, desktop and phone; the tutorial's steps.

    .venv/bin/python scripts/take_pictures.py [FOLDER]

Needs Debian's Chromium. Without FOLDER the pictures of README and tutorial in docs/pictures are made anew;
with one, every page is taken there, in both languages, at the size of a desktop and of a phone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from gridmap.demo.workspace import DemoSummary, write_demo  # noqa: E402
from gridmap.measure.evaluate import evaluate  # noqa: E402
from gridmap.service.boundaries.new_workspace import new_workspace  # noqa: E402
from gridmap.store.repository import Workspace  # noqa: E402
from tests.browser.conftest import ARGUMENTS  # noqa: E402
from tests.browser.servers import Server  # noqa: E402
from tests.browser.signed_in_pages import OperationsMap, sign_in, wait_for_run  # noqa: E402
from tests.browser.tutorial import follow  # noqa: E402

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
OTHERS = ("boundaries", "cells", "people", "imports", "returns", "export", "history", "account")
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@contextmanager
def served(demo: DemoSummary) -> Iterator[Server]:
    """The app on the demonstration county."""
    command = [sys.executable, "-m", "gridmap", "serve", str(demo.path), "--port", "{port}"]
    with Server(command, ready_path="/readyz") as server:
        yield server


def opened(browser: Browser, server: Server, state: Path, locale: str, size: dict[str, int]) -> Page:
    """A signed-in page in a language and a size."""
    signed_in = state if state.exists() else None
    context = browser.new_context(viewport=size, locale=locale, storage_state=signed_in)  # type: ignore[arg-type]
    page = context.new_page()
    if signed_in is None:
        sign_in(page, server)
        context.storage_state(path=state)
    page.goto(server.url)
    OperationsMap(page).settle()
    wait_for_run(page)
    return page


def vacant_place(demo: DemoSummary) -> tuple[str, str, str]:
    """Township, village and code of the first vacant cell in the township that has most of them."""
    plan = Workspace.open(demo.path).load_plan()
    states = evaluate(plan, demo.clock)
    townships = states.units[plan.units["level"] == "township"]["vacant"]
    township = str(townships.idxmax())
    vacant = states.cells.index[states.cells == "vacant"]
    for cell in vacant:
        village = str(plan.cells["parent_code"][cell])
        if plan.units["parent_code"][village] == township:
            return township, village, str(cell)
    raise LookupError(township)


def tour(page: Page, demo: DemoSummary, folder: Path, name: str) -> None:
    """County, township, village with a card, account."""
    township, village, cell = vacant_place(demo)
    shown = OperationsMap(page)
    page.screenshot(path=folder / f"operations-map{name}.png")
    for step, code in (("township", township), ("village", village), ("cell", cell)):
        shown.click(code)
        page.wait_for_timeout(600)
        wait_for_run(page)
        shown.settle()
        page.wait_for_timeout(400)
        page.screenshot(path=folder / f"{step}{name}.png")
    for title in OTHERS:
        page.goto(page.url.split("?")[0].rsplit("/", 1)[0] + "/" + title)
        page.wait_for_timeout(2500)
        wait_for_run(page)
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"{title}{name}.png")


def walk(browser: Browser, scratch: Path, folder: Path) -> None:
    """The steps of the tutorial."""
    folder.mkdir(parents=True, exist_ok=True)
    workspace = new_workspace(scratch / "boston.gpkg", title="Boston", at=datetime(2020, 2, 10))
    command = [sys.executable, "-m", "gridmap", "serve", str(workspace.path), "--port", "{port}"]
    with Server(command, ready_path="/readyz") as server:
        page = browser.new_context(locale=LOCALES["en"], viewport=DESKTOP).new_page()  # type: ignore[arg-type]
        sign_in(page, server)

        def picture(name: str) -> None:
            page.wait_for_timeout(600)
            page.screenshot(path=folder / f"{name}.png")

        follow(page, scratch, picture)


def main() -> None:
    """Take them all, or the README's."""
    everything = len(sys.argv) > 1
    folder = Path(sys.argv[1]) if everything else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        demo = write_demo(Path(scratch) / "demo.gpkg", 7, date(2020, 2, 10))
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        state = Path(scratch) / "state.json"
        with served(demo) as server:
            if not everything:
                page = opened(browser, server, state, LOCALES["zh"], DESKTOP)
                tour(page, demo, folder, "")
                for title in OTHERS:  # the tutorial shows them
                    (folder / f"{title}.png").unlink()
                walk(browser, Path(scratch), folder / "tutorial")
            else:
                for language, locale in LOCALES.items():
                    for shape, size in (("desktop", DESKTOP), ("phone", PHONE)):
                        page = opened(browser, server, state, locale, size)
                        tour(page, demo, folder, f"-{language}-{shape}")
        browser.close()


if __name__ == "__main__":
    main()
