"""Exports, from the map's button and from the page, to the files on the disk."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from gridmap.demo.workspace import DemoSummary
from gridmap.model.access import Role
from gridmap.service.workspaces import open_workspace
from gridmap.store.history import read_events
from tests.browser.conftest import Traffic
from tests.browser.servers import Server
from tests.browser.signed_in_pages import OperationsMap, wait_for_run
from tests.browser.small_county import COUNTY, add_account, serve, sign_in_as, small_county

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EXPORT = "导出本图"
LEDGER = "台账"
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
    with page.expect_download() as waiting:
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
        assert re.fullmatch(rf"gridmap-{COUNTY}-r1-20200210-2200-internal\.(pdf|png)", file.name)
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
    assert with_sites.name == f"gridmap-{TOWNSHIP}-r1-20200211-0300-internal.pdf"
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


def open_page(page: Page, server: Server) -> Locator:
    """The page Export with its proof drawn; the proof."""
    drawn = page.get_by_test_id("stImage").locator("img")
    page.goto(f"{server.url}/export")
    expect(drawn).to_be_visible()
    wait_for_run(page)
    return drawn


def download(page: Page, label: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.locator(".st-key-downloads").get_by_role("button", name=label).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def test_the_page_hands_out_every_file(
    page: Page, server: Server, demo: DemoSummary, tmp_path: Path, traffic: Traffic
) -> None:
    sign_in_as(page, server, "commander")
    open_page(page, server)
    traffic.errors.clear()  # Streamlit asks for its health below the page's own address, once
    labels = ("PDF", "PNG", LEDGER, "GeoPackage", "GeoJSON")
    files = {label: download(page, label, tmp_path) for label in labels}
    for file in files.values():
        assert re.fullmatch(rf"gridmap-{COUNTY}-r1-20200210-2200-internal\.\w+", file.name)
    assert demo.title in words(files["PDF"])
    with Image.open(files["PNG"]) as picture:
        assert picture.size == (4961, 3508)
    book = openpyxl.load_workbook(files[LEDGER])
    codes = [row[0].value for row in book.worksheets[1].iter_rows(min_row=3)]
    cells = demo.counts["cells"]
    assert len(codes) == cells + 1  # and the totals
    assert len(gpd.read_file(files["GeoPackage"], layer="cells")) == cells
    assert len(gpd.read_file(files["GeoJSON"])) == cells
    events = read_events(open_workspace(demo.path))
    assert (events["action"].iloc[:5] == "export").all()
    assert traffic.errors == []
    assert traffic.elsewhere(server.url) == []


def test_the_public_gets_a_sheet_of_a_township_without_names(
    page: Page, server: Server, demo: DemoSummary, tmp_path: Path
) -> None:
    sign_in_as(page, server, "commander")
    before = open_page(page, server).get_attribute("src")
    plan = open_workspace(demo.path).load_plan()
    name = plan.units["name"][TOWNSHIP]
    page.get_by_role("combobox").first.click()
    page.keyboard.type(name)
    page.get_by_role("option").first.click()
    page.get_by_text("公开", exact=True).click()
    page.get_by_text("16:9", exact=True).click()
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    assert page.get_by_test_id("stImage").locator("img").get_attribute("src") != before
    with Image.open(download(page, "PNG", tmp_path)) as picture:
        assert picture.size == (1920, 1080)
    ledger = download(page, LEDGER, tmp_path)
    assert ledger.name == f"gridmap-{TOWNSHIP}-r1-20200210-2200-public.xlsx"
    with zipfile.ZipFile(ledger) as archive:
        text = "".join(archive.read(part).decode() for part in archive.namelist())
    assert name in text
    assert "****" not in text
    assert not [person for person in plan.people["name"] if person in text]


def test_the_popover_leads_to_the_page_with_its_scope(page: Page, server: Server, demo: DemoSummary) -> None:
    sign_in_as(page, server, "commander")
    page.goto(f"{server.url}/?scope={TOWNSHIP}")
    OperationsMap(page).settle()
    wait_for_run(page)
    page.get_by_role("button", name=EXPORT).click()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="更多").click()
    page.wait_for_url(re.compile(r"/export"))
    name = open_workspace(demo.path).load_plan().units["name"][TOWNSHIP]
    expect(page.get_by_role("combobox").first).to_have_value(name)


def test_a_viewer_finds_nothing_to_choose_on_the_page(page: Page, server: Server) -> None:
    sign_in_as(page, server, "viewer")
    page.goto(f"{server.url}/export")
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(page.get_by_test_id("stDownloadButton")).to_have_count(0)
