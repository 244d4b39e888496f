"""Calling: a tap shows one number and the log tells of it; nobody else is ever sent a whole number."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocket, expect

from gridmap.demo.workspace import DemoSummary
from gridmap.errors import AccessError
from gridmap.measure.evaluate import evaluate
from gridmap.model.access import Role, User
from gridmap.model.people import TargetKind
from gridmap.service.operations.calls import CallReason, reveal
from gridmap.service.plan_cache import PlanCache
from gridmap.service.workspaces import open_workspace
from gridmap.store.history import read_events
from gridmap.web.page_table import PAGES
from tests.browser.servers import Server
from tests.browser.signed_in_pages import OperationsMap, wait_for_run
from tests.browser.small_county import COUNTY, NOW, add_account, serve, sign_in_as, small_county

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NUMBER = re.compile(rb"(?<!\d)100\d{8}(?!\d)")


@dataclass
class Received:
    """What the server sent to a page: bodies of answers and frames of websockets.

    Scripts, styles and fonts are left out: they are files of the program, the same for everybody.
    """

    bodies: dict[str, bytes] = field(default_factory=dict)
    frames: list[bytes] = field(default_factory=list)

    @contextmanager
    def listening(self, page: Page) -> Iterator[None]:
        """Keep all that comes meanwhile."""
        page.on("websocket", self._follow)
        page.route("**/*", self._pass_on)
        yield
        page.unroute_all(behavior="ignoreErrors")

    def _pass_on(self, route: Route) -> None:
        request = route.request
        if request.resource_type in {"script", "stylesheet", "font"} or request.method != "GET":
            route.continue_()
            return
        # Read on the way: a page that was left takes the bodies of its answers with it.
        answer = route.fetch(max_redirects=0)
        self.bodies[request.url] = self.bodies.get(request.url, b"") + answer.body()
        if request.resource_type == "document":
            route.continue_()  # one handed in would be of no network, and could open no websocket to ours
        else:
            route.fulfill(response=answer)

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._keep)

    def _keep(self, frame: bytes | str) -> None:
        self.frames.append(frame.encode() if isinstance(frame, str) else frame)

    def phones(self, known: set[bytes]) -> set[bytes]:
        """Whole numbers of the workspace in what was received; other numbers may be as long."""
        received = [*self.bodies.values(), *self.frames]
        return {number for body in received for number in NUMBER.findall(body)} & known


def phones_of(path: Path) -> set[bytes]:
    """All whole numbers of a workspace."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT phone FROM people UNION SELECT emergency_phone FROM checkpoints")
    found = {str(phone).encode() for (phone,) in rows if phone}
    connection.close()
    return found


def reveals(path: Path) -> list[str]:
    """Who had numbers shown, the newest first."""
    events = read_events(open_workspace(path))
    return list(events["user"][events["action"] == "reveal"])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    made = small_county(tmp_path_factory.mktemp("call"))
    for role in (Role.VIEWER, Role.COMMANDER):
        add_account(made.path, role)
    return made


@pytest.fixture(scope="module")
def server(demo: DemoSummary) -> Iterator[Server]:
    with serve(demo.path) as running:
        yield running


def vacant_cell(demo: DemoSummary) -> str:
    states = evaluate(open_workspace(demo.path).load_plan(), NOW).cells
    return str(states.index[states == "vacant"][0])


def tour(page: Page, server: Server, demo: DemoSummary) -> None:
    """Look at everything there is to look at."""
    OperationsMap(page).settle()
    page.get_by_text("联系点", exact=True).click()
    page.get_by_text("全部", exact=False).last.click()
    wait_for_run(page)
    for place in ("unit:990101100000", f"cell:{vacant_cell(demo)}", "checkpoint:K001", "contact_site:S0001"):
        page.goto(f"{server.url}/?scope={COUNTY}&place={place}")
        expect(page.locator(".st-key-card")).to_be_visible()
        wait_for_run(page)
    for entry in PAGES[1:]:
        page.goto(f"{server.url}/{entry.name}")
        page.get_by_test_id("stAppViewContainer").wait_for()
        expect(page.get_by_test_id("stHeading").first).to_be_visible()
        wait_for_run(page)


def test_a_viewer_receives_masked_phones_only(page: Page, server: Server, demo: DemoSummary) -> None:
    received, known = Received(), phones_of(demo.path)
    with received.listening(page):
        sign_in_as(page, server, "viewer")
        tour(page, server, demo)
    assert sum(b"100****" in frame for frame in received.frames) > 3, "cards were received"
    assert any("/status/" in url for url in received.bodies), "the map's data was received"
    assert received.phones(known) == set()
    assert page.get_by_role("button", name="拨打").count() == 0
    assert reveals(demo.path) == []


def test_a_viewer_who_asks_all_the_same_is_refused(demo: DemoSummary) -> None:
    cache, viewer = PlanCache(open_workspace(demo.path)), User("viewer", "", Role.VIEWER)
    with pytest.raises(AccessError):
        reveal(
            cache,
            kind=TargetKind.CHECKPOINT,
            code="K001",
            person_id=None,
            reason=CallReason.DISPATCH,
            user=viewer,
            at=NOW,
        )
    assert reveals(demo.path) == []


def test_a_commander_taps_red_then_call_and_gets_one_number(
    page: Page, server: Server, demo: DemoSummary
) -> None:
    received, known, cell = Received(), phones_of(demo.path), vacant_cell(demo)
    before = len(reveals(demo.path))
    with received.listening(page):
        sign_in_as(page, server, "commander")
        page.goto(f"{server.url}/?scope={cell[:12]}")
        OperationsMap(page).click(cell)
        card = page.locator(".st-key-card")
        expect(card).to_contain_text(cell)
        card.locator('[class*="st-key-call-card"] button').first.click()
        link = card.locator("a.gm-number")
        expect(link).to_be_visible()
        number = link.text_content() or ""
        assert link.get_attribute("href") == f"tel:{number}"
        wait_for_run(page)
        assert received.phones(known) == {number.encode()}
        assert reveals(demo.path)[: len(reveals(demo.path)) - before] == ["commander"]

        card.get_by_role("button", name="close").first.click()
        expect(page.locator("a.gm-number")).to_have_count(0)
        page.locator('[class*="st-key-call-first"] button').first.click()
        expect(page.locator(".st-key-worst a.gm-number")).to_be_visible()
        expect(page.locator("a.gm-number")).to_have_count(1)
        assert len(reveals(demo.path)) == before + 2
        assert len(received.phones(known)) <= 2


def test_on_a_phone_the_link_is_wide_enough_to_tap(
    chromium: Browser, server: Server, demo: DemoSummary
) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True, is_mobile=True
    )
    page = context.new_page()
    sign_in_as(page, server, "commander")
    page.goto(f"{server.url}/?scope={COUNTY}&place=cell:{vacant_cell(demo)}")
    call = page.locator('.st-key-card [class*="st-key-call-card"] button').first
    expect(call).to_be_visible()
    box = call.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 844, "whom to call is on the screen without scrolling"
    call.tap()
    link = page.locator(".st-key-card a.gm-number")
    expect(link).to_be_visible()
    wait_for_run(page)
    box = link.bounding_box()
    assert box
    assert box["height"] >= 24
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    context.close()
