"""Copy as text: what lands on the clipboard, on this machine and over plain http."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from gridmap.demo.workspace import DemoSummary
from gridmap.messages import Language
from gridmap.model.access import Role
from gridmap.service.accounts import OPERATOR
from gridmap.service.operations.report import reading_text, report
from gridmap.service.plan_cache import PlanCache
from gridmap.service.workspaces import open_workspace
from tests.browser.conftest import ARGUMENTS, Traffic
from tests.browser.servers import Server
from tests.browser.signed_in_pages import OperationsMap, wait_for_run
from tests.browser.small_county import COUNTY, NOW, add_account, serve, sign_in_as, small_county

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOWNSHIP = "990101100000"
ELSEWHERE = "county.test"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    made = small_county(tmp_path_factory.mktemp("copy"))
    add_account(made.path, Role.VIEWER)
    return made


@pytest.fixture(scope="module")
def server(demo: DemoSummary) -> Iterator[Server]:
    with serve(demo.path) as running:
        yield running


def told(demo: DemoSummary, language: Language, scope: str = COUNTY) -> str:
    cache = PlanCache(open_workspace(demo.path))
    return reading_text(report(cache, user=OPERATOR, scope=scope, at=NOW), language)


def open_panel(page: Page) -> None:
    OperationsMap(page).settle()
    wait_for_run(page)
    page.get_by_role("button", name="复制文字").click()


def copy(page: Page, language: str) -> None:
    body = page.get_by_test_id("stPopoverBody")
    body.get_by_role("radio", name=language).check()
    body.get_by_role("button", name="复制", exact=True).click()
    expect(body.get_by_text("已复制")).to_be_visible()


def pasted(page: Page) -> str:
    """What a paste puts into a field of another page."""
    other = page.context.new_page()
    other.set_content("<textarea></textarea>")
    field = other.locator("textarea")
    field.press("Control+v")
    value = field.input_value()
    other.close()
    return value


def test_what_is_copied_is_what_is_shown_in_each_language(
    page: Page, server: Server, demo: DemoSummary, traffic: Traffic
) -> None:
    sign_in_as(page, server, "viewer")
    open_panel(page)
    chinese, english = told(demo, "zh"), told(demo, "en")
    for name, text in (("English", english), ("双语", f"{chinese}\n\n{english}"), ("中文", chinese)):
        copy(page, name)
        expect(page.get_by_test_id("stPopoverBody").locator("textarea")).to_have_value(text)
        assert pasted(page) == text
    assert traffic.elsewhere(server.url) == []
    assert traffic.refused() == []
    assert traffic.errors == []


def test_the_text_follows_the_scope(page: Page, server: Server, demo: DemoSummary) -> None:
    sign_in_as(page, server, "viewer")
    page.goto(f"{server.url}/?scope={TOWNSHIP}")
    open_panel(page)
    copy(page, "中文")
    assert pasted(page) == told(demo, "zh", TOWNSHIP) != told(demo, "zh")


@contextmanager
def page_elsewhere(chromium: Browser) -> Iterator[Page]:
    """A page of a browser that finds the server under another host's name: no secure context."""
    rules = f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    browser = chromium.browser_type.launch(executable_path=path, args=[*ARGUMENTS, rules])
    yield browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
    browser.close()


def test_it_copies_over_plain_http_where_browsers_have_no_clipboard(
    chromium: Browser, server: Server, demo: DemoSummary
) -> None:
    with page_elsewhere(chromium) as page:
        address = f"http://{ELSEWHERE}:{server.port}"
        page.goto(address + "/login")
        page.locator("#name").fill("viewer")
        page.locator("#password").fill("correct horse")
        page.get_by_role("button").click()
        page.wait_for_url(address + "/")
        assert page.evaluate("[isSecureContext, typeof navigator.clipboard]") == [False, "undefined"]
        open_panel(page)
        copy(page, "中文")
        assert pasted(page) == told(demo, "zh")
        copy(page, "English")
        assert pasted(page) == told(demo, "en")
