"""Two browsers edit the same cell: the second is shown both values and decides; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from gridmap.demo.workspace import DemoSummary
from gridmap.measure.evaluate import evaluate
from gridmap.model.access import Role
from gridmap.service.workspaces import open_workspace
from tests.browser.servers import Server
from tests.browser.signed_in_pages import wait_for_run
from tests.browser.small_county import COUNTY, NOW, add_account, serve, sign_in_as, small_county

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    made = small_county(tmp_path_factory.mktemp("conflict"))
    for role in (Role.PLANNER, Role.ADMIN):
        add_account(made.path, role)
    return made


@pytest.fixture(scope="module")
def server(demo: DemoSummary) -> Iterator[Server]:
    with serve(demo.path) as running:
        yield running


@pytest.fixture
def other(chromium: Browser) -> Iterator[Page]:
    """The page of a second browser."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


def vacant_cell(demo: DemoSummary) -> str:
    states = evaluate(open_workspace(demo.path).load_plan(), NOW).cells
    return str(states.index[states == "vacant"][0])


def posted(demo: DemoSummary, cell: str) -> list[str]:
    """Names of who holds an open post at the cell."""
    plan = open_workspace(demo.path).load_plan()
    open_posts = plan.posts[(plan.posts["target_code"] == cell) & plan.posts["valid_to"].isna()]
    return sorted(plan.people["name"][person] for person in open_posts["person_id"])


def open_card(page: Page, server: Server, name: str, cell: str) -> Locator:
    """Sign in and look at the cell's card."""
    sign_in_as(page, server, name)
    page.goto(f"{server.url}/?scope={COUNTY}&place=cell:{cell}")
    card = page.locator(".st-key-card")
    expect(card).to_contain_text(cell)
    wait_for_run(page)
    return card


def fill_in(card: Locator, option: int, reason: str) -> str:
    """Fill in the form; the name of the chosen person."""
    card.get_by_role("combobox").click()
    chosen = card.page.get_by_role("option").nth(option)
    name = (chosen.text_content() or "").split(" · ")[0]
    chosen.click()
    card.get_by_label("原因").fill(reason)
    return name


def assign(card: Locator) -> None:
    """Press the form's button."""
    card.locator('[data-testid="stFormSubmitButton"] button').click()


def test_the_second_sees_both_values_and_does_theirs_as_well(
    page: Page, other: Page, server: Server, demo: DemoSummary
) -> None:
    cell = vacant_cell(demo)
    mine, theirs = open_card(page, server, "planner", cell), open_card(other, server, "admin", cell)
    my_person = fill_in(mine, 0, "我的理由")
    their_person = fill_in(theirs, 1, "对方理由")
    assign(theirs)
    expect(theirs).to_contain_text("有人负责")

    assign(mine)
    conflict = mine.locator(".st-key-conflict")
    for text in ("admin", f"{NOW:%Y-%m-%d %H:%M}", their_person, "对方理由", my_person, "我的理由"):
        expect(conflict).to_contain_text(text)
    assert posted(demo, cell) == [their_person], "nothing was saved over theirs"

    conflict.locator("button").first.click()
    expect(conflict).to_have_count(0)
    expect(mine.locator(".gm-person").filter(has_text=my_person).first).to_be_visible()
    assert posted(demo, cell) == sorted([my_person, their_person])
    assert page.get_by_test_id("stException").count() == 0


def test_the_second_replaces_theirs(page: Page, other: Page, server: Server, demo: DemoSummary) -> None:
    cell = vacant_cell(demo)
    mine, theirs = open_card(page, server, "planner", cell), open_card(other, server, "admin", cell)
    my_person = fill_in(mine, 2, "换人")
    fill_in(theirs, 3, "先派")
    assign(theirs)
    expect(theirs).to_contain_text("有人负责")
    assign(mine)
    conflict = mine.locator(".st-key-conflict")
    conflict.locator("button").nth(1).click()
    expect(conflict).to_have_count(0)
    assert posted(demo, cell) == [my_person]
