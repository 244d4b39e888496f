"""People through the real app: fill vacant cells in the table, save once, see it on the map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gridmap.demo.workspace import DemoSummary
from gridmap.measure.evaluate import evaluate
from gridmap.model.access import Role
from gridmap.model.people import Function, TargetKind
from gridmap.service.people.commands import AssignPost
from gridmap.service.people.saving import save_edits
from gridmap.service.people.tables import person_labels
from gridmap.store.repository import Workspace
from tests.browser.conftest import Traffic
from tests.browser.people.people_table import PeopleTable
from tests.browser.servers import Server
from tests.browser.signed_in_pages import OperationsMap, sign_in, wait_for_run
from tests.browser.small_county import NOW, add_account, serve, sign_in_as, small_county
from tests.store.drawn_workspace import PLANNER

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHOOSE, PERSON = 192, 430
"""Pixels from the grid's left: inside the columns of ticks and of people."""


@pytest.fixture
def demo(tmp_path: Path) -> DemoSummary:
    return small_county(tmp_path)


@pytest.fixture
def server(demo: DemoSummary) -> Iterator[Server]:
    with serve(demo.path) as running:
        yield running


def vacant_cells(demo: DemoSummary) -> list[str]:
    """Cells that nobody holds or held: one row of the table each."""
    plan = Workspace.open(demo.path).load_plan()
    states = evaluate(plan, NOW).cells
    held = set(plan.posts["target_code"])
    return [str(code) for code in states.index[states == "vacant"] if code not in held]


def last_label(demo: DemoSummary) -> str:
    return str(person_labels(Workspace.open(demo.path).load_plan()).iloc[-1])


def test_vacant_cells_are_filled_in_the_table_and_the_map_follows(
    page: Page, server: Server, demo: DemoSummary, traffic: Traffic
) -> None:
    first, second = vacant_cells(demo)[:2]
    label = last_label(demo)
    sign_in(page, server)
    table = PeopleTable(page)
    table.open(server.url)
    table.find(first)
    table.choose_in_cell(0, PERSON, label[-4:])
    pending = page.locator(".st-key-posts_pending")
    expect(pending).to_contain_text("1")
    table.find(second)
    table.click(0, CHOOSE)
    table.choose_in_list("posts_bulk_person", label[-4:])
    page.locator(".st-key-posts_bulk_assign button").click()
    expect(pending).to_contain_text("2")
    table.save("补派网格员")
    expect(page.get_by_test_id("stAlert")).to_contain_text("2")

    plan = Workspace.open(demo.path).load_plan()
    assert plan.revision == 2
    assert set(plan.posts["person_id"][plan.posts["target_code"].isin([first, second])]) >= {
        str(plan.people.index[-1])
    }
    page.get_by_role("link", name="作战图").click()
    shown = OperationsMap(page)
    shown.settle()
    left = page.locator(".gm-legend li", has_text="无人负责").locator("b")
    expect(left).to_have_text(str(demo.faults.vacant_cells - 2))
    assert not traffic.elsewhere(server.url)


def test_two_browsers_edit_one_cell_and_nothing_is_lost(
    page: Page, server: Server, demo: DemoSummary
) -> None:
    cell = vacant_cells(demo)[0]
    workspace = Workspace.open(demo.path)
    sign_in(page, server)
    table = PeopleTable(page)
    table.open(server.url)
    table.find(cell)
    table.choose_in_cell(0, PERSON, last_label(demo)[-4:])
    other = str(workspace.load_plan().people.index[3])
    edit = AssignPost(TargetKind.CELL, cell, other, Function.MEMBER)
    save_edits(workspace, [edit], reason="first", user=PLANNER, at=NOW)
    page.locator(".st-key-posts_reason input").fill("second")
    page.keyboard.press("Tab")
    pending = page.locator(".st-key-posts_pending")
    labels = person_labels(workspace.load_plan())
    expect(pending).to_contain_text("li")
    expect(pending).to_contain_text(labels[other])
    expect(pending).to_contain_text(last_label(demo))
    expect(page.locator(".st-key-posts_save button")).to_be_disabled()
    pending.locator('[class*="st-key-posts_mine_"] button').first.click()
    wait_for_run(page)
    table.save("both")
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    posts = workspace.load_plan().posts
    assert len(posts[posts["target_code"] == cell]) >= 2


def test_a_viewer_receives_no_whole_phone_and_no_form(page: Page, server: Server, demo: DemoSummary) -> None:
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    sign_in_as(page, server, add_account(demo.path, Role.VIEWER))
    table = PeopleTable(page)
    table.open(server.url)
    expect(page.locator(".st-key-posts_save")).to_have_count(0)
    page.locator(".st-key-people_part button").nth(1).click()
    expect(page.get_by_text(re.compile(r"^\d+ ?(people|人)"))).to_be_visible()
    told = "".join(frames)
    assert "****" in told
    with Workspace.open(demo.path).path.open("rb") as file:
        stored = file.read()
    plan = Workspace.open(demo.path).load_plan()
    for masked in plan.people["phone"].iloc[:200]:
        start, end = masked.split("****")
        assert start.encode() in stored
        assert not re.search(rf"{start}\d{{4}}{end}", told)
