"""Export this map, from the button to the file on the disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from gridmap.demo.workspace import DemoSummary
from gridmap.model.access import Role
from gridmap.service.workspaces import open_workspace
from tests.browser.conftest import Traffic
from tests.browser.operations import OperationsMap, wait_for_run
from tests.browser.servers import Server
from tests.browser.small_county import COUNTY, add_account, serve, sign_in_as, small_county

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EXPORT = "导出本图"
TOWNSHIP = "990101100000"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    made = small_county(tmp_path_factory.mktemp("export"))
    for role in (Role.COMMANDER, Role.VIEWER):
        add_account(made.path, role)
    return made


@pytest.fixture(scope="module")
def server(demo: DemoSummary) -> Iterator[Server]:
    with serve(demo.path) as running:
        yield running


def export(page: Page, product: str, folder: Path) -> Path:
    """Press the button of a product and keep the file under the name it comes with."""
    body = page.get_by_test_id("stPopoverBody")
    if not body.is_visible():
        page.get_by_role("button", name=EXPORT).click()
    with page.expect_download(timeout=30_000) as waiting:
        body.get_by_role("button", name=product, exact=True).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def words(file: Path) -> str:
    pages = PdfReader(file).pages
    assert len(pages) == 1
    return "".join(pages[0].extract_text().split())


def test_the_three_products_come_down(
    page: Page, server: Server, demo: DemoSummary, tmp_path: Path, traffic: Traffic
) -> None:
    sign_in_as(page, server, "commander")
    OperationsMap(page).settle()
    wait_for_run(page)
    pdf = export(page, "PDF(A3)", tmp_path)
    large = export(page, "PNG(A3,300 dpi)", tmp_path)
    small = export(page, "PNG(1920 × 1080)", tmp_path)
    for file in (pdf, large, small):
        assert re.fullmatch(rf"gridmap-{COUNTY}-r1-20200210-2200\.(pdf|png)", file.name)
    text = words(pdf)
    for part in (demo.title, "版本1", "截至2020-02-1022:00", f"{demo.faults.vacant_cells}无人负责"):
        assert part in text
    assert traffic.errors == []


@pytest.mark.parametrize(
    ("product", "size"), [("PNG(A3,300 dpi)", (4961, 3508)), ("PNG(1920 × 1080)", (1920, 1080))]
)
def test_pictures_have_their_exact_size(
    page: Page, server: Server, tmp_path: Path, product: str, size: tuple[int, int]
) -> None:
    sign_in_as(page, server, "commander")
    OperationsMap(page).settle()
    with Image.open(export(page, product, tmp_path)) as picture:
        assert picture.size == size
        colours = picture.convert("RGB").resize((200, 150)).getcolors(30_000)
        assert colours
        assert len(colours) > 20, "the sheet is empty"


def test_what_is_exported_is_what_is_looked_at(
    page: Page, server: Server, demo: DemoSummary, tmp_path: Path
) -> None:
    """The drilled scope, the moment, and the point layers that are switched on."""
    sign_in_as(page, server, "commander")
    page.goto(f"{server.url}/?scope={TOWNSHIP}&at=2020-02-11T03:00")
    OperationsMap(page).settle()
    name = open_workspace(demo.path).load_plan().units["name"][TOWNSHIP]
    page.get_by_text("联系点", exact=True).click()
    expect(page.locator(".gm-legend")).to_contain_text("已走访")
    wait_for_run(page)
    with_sites = export(page, "PDF(A3)", tmp_path)
    assert with_sites.name == f"gridmap-{TOWNSHIP}-r1-20200211-0300.pdf"
    text = words(with_sites)
    assert f"{demo.title}›{name}" in text
    assert "截至2020-02-1103:00" in text
    assert "已走访" in text


def test_a_viewer_is_offered_no_export(page: Page, server: Server) -> None:
    sign_in_as(page, server, "viewer")
    OperationsMap(page).settle()
    wait_for_run(page)
    expect(page.get_by_text("最急")).to_be_visible()
    expect(page.get_by_role("button", name=EXPORT)).to_have_count(0)
