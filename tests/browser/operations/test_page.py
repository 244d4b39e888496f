"""The main job through the real app: sign in, look, drill, select, assign, come back."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from gridmap.demo.extent import FULL
from gridmap.demo.workspace import DemoSummary
from gridmap.measure.evaluate import evaluate
from gridmap.model.plan import Plan
from gridmap.store.repository import Workspace
from tests.browser.conftest import Traffic
from tests.browser.servers import Server
from tests.browser.signed_in_pages import OperationsMap, sign_in, wait_for_run
from tests.prepared import demo_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return demo_in(tmp_path_factory.mktemp("demo"), FULL)


@pytest.fixture
def server(demo: DemoSummary) -> Iterator[Server]:
    """A server of its own for each test: a sign-in link works once."""
    command = [sys.executable, "-m", "gridmap", "serve", str(demo.path), "--port", "{port}"]
    with Server(command, ready_path="/readyz") as running:
        yield running


@pytest.fixture
def map_of(page: Page, server: Server) -> OperationsMap:
    sign_in(page, server)
    shown = OperationsMap(page)
    shown.settle()
    return shown


def plan_of(demo: DemoSummary) -> Plan:
    return Workspace.open(demo.path).load_plan()


def vacant_cell(demo: DemoSummary) -> tuple[str, str, str]:
    """A vacant cell with its village and township."""
    plan = plan_of(demo)
    assert plan.demo_clock
    states = evaluate(plan, plan.demo_clock).cells
    cell = str(states.index[states == "vacant"][0])
    village = str(plan.cells["parent_code"][cell])
    return cell, village, str(plan.units["parent_code"][village])


def test_the_known_faults_are_found_again(page: Page, map_of: OperationsMap, demo: DemoSummary) -> None:
    faults = demo.faults
    wait_for_run(page)
    expect(page.locator(".st-key-reading_on_desktops")).to_contain_text(f"{faults.vacant_cells}个无人负责")
    legend = page.locator(".gm-legend")
    for label, count in {
        "无人负责": faults.vacant_cells,
        "超负荷": faults.overloaded_cells,
        "空岗": faults.empty_checkpoints,
        "不足": faults.short_checkpoints,
    }.items():
        expect(legend.locator("li", has_text=label).locator("b")).to_have_text(str(count))
    page.get_by_text("联系点", exact=True).click()
    expect(legend.locator("li", has_text="未走访").locator("b")).to_have_text(str(faults.unvisited_sites))
    expect(legend.locator("li", has_text="走访超期").locator("b")).to_have_text(str(faults.overdue_sites))
    expect(page.locator('[data-key="people_over_limit"] td')).to_contain_text(f"{faults.overloaded_people} /")


def test_from_the_map_to_a_head_on_a_cell_and_back(
    page: Page, map_of: OperationsMap, demo: DemoSummary, traffic: Traffic
) -> None:
    cell, village, township = vacant_cell(demo)
    map_of.click(township)
    expect(
        page.get_by_test_id("stMarkdownContainer").get_by_text(plan_of(demo).units["name"][township])
    ).to_be_visible()
    map_of.click(village)
    expect(page.get_by_text(plan_of(demo).units["name"][village], exact=True).first).to_be_visible()
    before = map_of.settle()
    assert map_of.state_of(cell) == "vacant"
    mounted, fetched = map_of.frame_age(), len(traffic.geometry())

    map_of.click(cell)
    card = page.locator(".st-key-card")
    expect(card).to_contain_text(cell)
    expect(card).to_contain_text("无人负责")
    card.get_by_role("combobox").click()
    page.get_by_role("option").first.click()
    card.get_by_text("网格长", exact=True).click()
    card.get_by_label("原因").fill("补派网格长")
    card.get_by_role("button", name="派人", exact=True).click()
    expect(card).to_contain_text("有人负责")
    expect(card).to_contain_text("100****")

    map_of.frame.wait_for_function("code => gridmapLayer.stateOf(code) === 'covered'", arg=cell)
    after = map_of.settle()
    assert after["zoom"] == before["zoom"]
    assert map_of.frame_age() == mounted, "the map was mounted anew"
    assert len(traffic.geometry()) == fetched, "a new head sent geometry again"

    page.reload()
    map_of.settle()
    assert map_of.state_of(cell) == "covered"
    page.get_by_role("button", name=plan_of(demo).title).click()
    left = demo.faults.vacant_cells - 1
    expect(page.locator(".st-key-reading_on_desktops")).to_contain_text(f"{left}个无人负责")
