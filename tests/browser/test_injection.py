"""Names that attack: in every place a name reaches, they are text and nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader
from sqlalchemy import Table

from gridmap.draw.sheet.sheet import Paper
from gridmap.measure.evaluate import evaluate
from gridmap.model.access import Role, User
from gridmap.model.plan import Plan
from gridmap.service.briefings.exports import export
from gridmap.service.briefings.request import ExportRequest
from gridmap.service.plan_cache import PlanCache
from gridmap.store import tables
from gridmap.store.changes import begin_change
from gridmap.store.history import Author
from gridmap.store.repository import Workspace
from tests.browser.conftest import Traffic
from tests.browser.servers import Server
from tests.browser.signed_in_pages import OperationsMap, wait_for_run
from tests.browser.small_county import COUNTY, NOW, add_account, serve, sign_in_as, small_county

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ATTACKS = (
    '<img src=x onerror="window.__pwned=1">',
    '"><script>window.__pwned=1</script>',
    "</script><script>window.__pwned=1</script>",
    "' onmouseover='window.__pwned=1",
    "${window.__pwned=1}",
    "`+(window.__pwned=1)+`",
    "{{7*7}}{% x %}",
    "[a](javascript:alert(1))",
    "![a](http://evil.example/a.png)",
    "**b** _i_ ~~s~~ # h :red[r]",
    ":material/home: :smile: x",
    "$x^2$ \\alpha \\",
    "1. <b>&amp;lt;</b>",
    "a -> b <- c -- d",
)
"""Markup, attributes, script, template strings, Jinja, Markdown with Streamlit's own marks, TeX."""


def rename(workspace: Path) -> None:
    """Give every place and person of the workspace one of the attacks as a name, code or title."""
    plan = Workspace.open(workspace).load_plan()
    named: tuple[tuple[Table, list[str]], ...] = (
        (tables.units, list(plan.units.index)),
        (tables.cells, list(plan.cells.index)),
        (tables.people, list(plan.people.index)),
        (tables.checkpoints, list(plan.checkpoints.index)),
        (tables.contact_sites, list(plan.contact_sites.index)),
    )
    with begin_change(Workspace.open(workspace), Author("li", NOW, ATTACKS[0])) as change:
        for table, keys in named:
            for number, key in enumerate(keys):
                attack = ATTACKS[number % len(ATTACKS)]
                more = {"title": attack, "sending_unit": attack} if table is tables.people else {}
                change.update(table, key, {"name": attack, **more})


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = small_county(tmp_path_factory.mktemp("attacked")).path
    rename(path)
    add_account(path, Role.PLANNER)
    return path


@pytest.fixture(scope="module")
def plan(attacked: Path) -> Plan:
    return Workspace.open(attacked).load_plan()


@pytest.fixture(scope="module")
def server(attacked: Path) -> Iterator[Server]:
    with serve(attacked) as running:
        yield running


@pytest.fixture
def shown(page: Page, server: Server, traffic: Traffic) -> Iterator[OperationsMap]:
    """The map of the attacked county; at the end nothing may have run, opened or left the machine."""
    sign_in_as(page, server, "planner")
    shown = OperationsMap(page)
    shown.settle()
    wait_for_run(page)
    yield shown
    assert page.evaluate("window.__pwned") is None
    assert shown.frame.evaluate("window.__pwned") is None
    assert traffic.elsewhere(server.url) == []
    assert traffic.errors == []
    assert page.locator("a[href^='javascript:'], img[src*='evil'], img[src='x']").count() == 0


def text_of(element: Locator) -> str:
    """What a reader sees."""
    return element.inner_text().replace("\u200b", "").strip()


def test_the_attacks_are_in_the_workspace(plan: Plan) -> None:
    for frame in (plan.units, plan.cells, plan.people, plan.contact_sites):
        assert set(ATTACKS) <= set(frame["name"])


def test_tooltips_show_names_as_they_are_written(page: Page, shown: OperationsMap, plan: Plan) -> None:
    page.get_by_text("联系点", exact=True).click()
    shown.frame.wait_for_function("gridmapLayer._shown.some(mark => mark.kind === 'contact_site')")
    shown.settle()
    box = shown.frame.frame_element().bounding_box()
    assert box
    seen = set()
    for number in range(0, 360, 5):
        page.mouse.move(box["x"] + 180 + number, box["y"] + 80 + (number * 7) % 460)
        tooltip = shown.frame.locator(".gridmap-tooltip")
        if tooltip.is_visible():
            seen.add(tooltip.locator("strong").inner_text())
            assert tooltip.locator("strong *, img, script").count() == 0
    names = {name for frame in (plan.units, plan.checkpoints, plan.contact_sites) for name in frame["name"]}
    assert len(seen) > 3
    assert seen <= {" ".join(name.split()) for name in names}


def test_the_way_above_the_map_and_the_worst_places(page: Page, shown: OperationsMap, plan: Plan) -> None:
    expect(page.locator(".st-key-breadcrumb")).to_have_text(plan.units["name"][COUNTY])
    names = set(plan.units["name"]) | set(plan.cells["name"]) | set(plan.checkpoints["name"])
    lines = page.locator(".st-key-worst [class*='st-key-locate-']")
    assert lines.count() == 5
    for line in lines.all():
        name, dash, what = text_of(line.get_by_test_id("stMarkdownContainer").first).rpartition(" — ")
        assert dash
        assert what
        assert name in names


def test_search_and_card_show_names_as_they_are_written(page: Page, shown: OperationsMap, plan: Plan) -> None:
    for attack in ATTACKS:
        cell = str(plan.cells.index[plan.cells["name"] == attack][0])
        place = str(plan.units["name"][plan.cells["parent_code"][cell]])
        page.get_by_role("button", name="搜索").click()
        field = page.get_by_label("名称或编码")
        field.fill(cell)
        field.press("Enter")
        hit = page.locator(f".st-key-hit-cell-{cell} button").first
        expect(hit).to_have_text(f"{attack} · {place}")
        hit.click()
        card = page.locator(".st-key-card")
        expect(card.locator("h4")).to_have_text(attack)
        assert text_of(card.locator("h4")) == attack
        expect(card.locator(".gm-facts")).to_contain_text(place)
        assert card.locator("img:not([role=img]), script, .katex").count() == 0
        page.keyboard.press("Escape")


def test_what_is_not_found_is_told_as_it_was_typed(page: Page, shown: OperationsMap) -> None:
    typed = "zz ![a](http://evil.example/a.png) **b** $x^2$"
    page.get_by_role("button", name="搜索").click()
    field = page.get_by_label("名称或编码")
    field.fill(typed)
    field.press("Enter")
    expect(page.get_by_text("没有找到")).to_contain_text(typed)


def test_an_address_made_by_somebody_else_shows_no_picture_of_theirs(
    page: Page, shown: OperationsMap, server: Server
) -> None:
    code = "![a](http://evil.example/a.png)"
    page.goto(f"{server.url}/?scope={code}&place=cell:{code}")
    shown.settle()
    wait_for_run(page)
    expect(page.get_by_test_id("stAlert").first).to_contain_text(code)


def test_people_are_offered_and_posted_under_their_names(
    page: Page, shown: OperationsMap, plan: Plan, server: Server
) -> None:
    states = evaluate(plan, NOW).cells
    cell = str(states.index[states == "vacant"][0])
    page.goto(f"{server.url}/?place=cell:{cell}")
    card = page.locator(".st-key-card")
    expect(card).to_contain_text(cell)
    shown.settle()
    wait_for_run(page)
    card.get_by_role("combobox").click()
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    names = set(plan.people["name"])
    texts = [text_of(option) for option in options.all()]
    assert len(texts) > 5
    for text in texts:
        assert text.split(" · ")[0] in names
    first = options.first
    chosen = text_of(first).split(" · ")[0]
    first.click()
    card.get_by_label("原因").fill(ATTACKS[0])
    card.get_by_role("button", name="派人", exact=True).click()
    expect(card.locator(".gm-person b").first).to_have_text(chosen)
    assert card.locator(".gm-person img, .gm-person script").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_paper_shows_them_too(attacked: Path, plan: Plan, language: str) -> None:
    cache = PlanCache(Workspace.open(attacked))
    user = User("x", "", Role.COMMANDER)
    village = str(plan.cells["parent_code"].iloc[0])
    for scope in (COUNTY, village):
        for kind, start in (("pdf", b"%PDF"), ("png", b"\x89PNG")):
            request = ExportRequest(
                scope=scope, at=NOW, language="zh" if language == "zh" else "en", paper=Paper.A4,
                ending=kind, points=frozenset({"checkpoints", "contact_sites"}), prepared_by=ATTACKS[0],
            )  # fmt: skip
            data = export(cache, request, user=user, generated_at=NOW).data
            assert data.startswith(start)
            if kind == "pdf":
                words = "".join(PdfReader(io.BytesIO(data)).pages[0].extract_text().split())
                assert "".join(str(plan.units["name"][scope]).split()) in words
