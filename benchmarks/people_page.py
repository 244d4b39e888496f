"""The page People against an empty Streamlit page, both warm; and saving 200 changed rows.

    python benchmarks/people_page.py

On the demonstration county with people entered until there are 3,000. Shown means: the table's grid is drawn
and the page has run to its end. Needs Chromium and the packages of requirements-dev.txt.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright  # noqa: E402

from benchmarks.open_map import empty_page, seconds  # noqa: E402
from gridmap.demo.workspace import write_demo  # noqa: E402
from gridmap.model.access import Role, User  # noqa: E402
from gridmap.model.people import Function, TargetKind  # noqa: E402
from gridmap.service.people.commands import AddPerson, AssignPost, Edit, EndPost  # noqa: E402
from gridmap.service.people.saving import save_edits  # noqa: E402
from gridmap.store.repository import Workspace  # noqa: E402
from tests.browser.conftest import ARGUMENTS  # noqa: E402
from tests.browser.servers import Server  # noqa: E402
from tests.browser.signed_in_pages import sign_in  # noqa: E402

ROUNDS = 9
PEOPLE, CHANGED = 3_000, 200
PLANNER = User("bench", "Bench", Role.PLANNER)


def county(folder: Path) -> Workspace:
    """The demonstration county with 3,000 people."""
    workspace = Workspace.open(write_demo(folder / "demo.gpkg", 7, date(2020, 2, 10)).path)
    plan = workspace.load_plan()
    assert plan.demo_clock
    unit = str(plan.units.index[-1])
    more = [
        AddPerson(f"extra-{number}", f"增{number}", f"1000{number:07d}", unit_code=unit)
        for number in range(PEOPLE - len(plan.people))
    ]
    save_edits(workspace, more, reason="benchmark", user=PLANNER, at=plan.demo_clock)
    return workspace


def replacements(workspace: Workspace, number: int) -> list[Edit]:
    """Other people on that many cells: each ends a post and opens one, with the versions that were seen."""
    plan = workspace.load_plan()
    held = plan.posts[(plan.posts["target_kind"] == "cell") & plan.posts["valid_to"].isna()]
    edits: list[Edit] = []
    for (key, row), person in zip(held.iloc[:number].iterrows(), reversed(plan.people.index), strict=False):
        code = str(row["target_code"])
        edits.append(EndPost(str(key), None, int(row["version"])))
        seen = int(plan.cells["version"][code])
        function = Function(row["function"])
        edits.append(AssignPost(TargetKind.CELL, code, str(person), function, expected_version=seen))
    return edits


def saving(workspace: Workspace) -> float:
    """Seconds to save 200 changed rows."""
    edits = replacements(workspace, CHANGED)
    clock = workspace.load_plan().demo_clock
    assert clock
    start = time.perf_counter()
    save_edits(workspace, edits, reason="benchmark", user=PLANNER, at=clock)
    return time.perf_counter() - start


@contextmanager
def app(workspace: Workspace) -> Iterator[Server]:
    """The app on a workspace."""
    command = [sys.executable, "-m", "gridmap", "serve", str(workspace.path), "--port", "{port}"]
    with Server(command, ready_path="/readyz") as server:
        yield server


def wait_for_table(page: Page) -> None:
    """Wait until the grid is drawn and what stands below it is there."""
    page.get_by_test_id("stDataFrame").locator("canvas").first.wait_for()
    page.locator(".st-key-posts_bulk button").first.wait_for()


def measured(browser: Browser, folder: Path) -> tuple[list[float], list[float], float, float]:
    """Seconds of each opening of both, in turns; bytes of one opening; seconds of saving."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    received = [0]

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: received.append(len(data)))

    page.on("websocket", listen)
    workspace, empty, shown = county(folder), [], []
    with empty_page(folder) as blank, app(workspace) as server:
        sign_in(page, server)
        for _ in range(ROUNDS + 2):
            empty.append(seconds(page, blank.url, lambda page: page.get_by_text("ready").wait_for()))
            received.clear()
            shown.append(seconds(page, server.url + "/people", wait_for_table))
        sent = float(sum(received))
    return empty[2:], shown[2:], sent, saving(workspace)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        empty, shown, sent, saved = measured(browser, Path(scratch))
        browser.close()
    print(f"empty Streamlit page          {statistics.median(empty):6.2f} s")
    print(f"people page, {PEOPLE:,} people     {statistics.median(shown):6.2f} s, {sent / 1e6:.2f} MB")
    print(f"ratio                         {statistics.median(shown) / statistics.median(empty):6.2f}")
    print(f"saving {CHANGED} replaced posts      {saved:6.2f} s")


if __name__ == "__main__":
    main()
