"""The tutorial, step by step in a browser: docs/tutorial.md says the same in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

from tests.browser.signed_in_pages import OperationsMap, choose, wait_for_preview, wait_for_run
from tests.paths import ROOT

BOSTON = ROOT / "data" / "boston"
Picture = Callable[[str], None]


def no_picture(_name: str) -> None:
    """Where nobody looks."""


def follow(page: Page, folder: Path, picture: Picture) -> dict[str, Path]:
    """From an empty workspace to a posted plan and its files, which are put into `folder`.

    The page is in English and signed in. `picture` is called with a name after each step.
    """
    _begin(page, picture)
    _towns(page)
    _tracts(page, picture)
    _cells(page, picture)
    _people(page, picture)
    _vacant_cell(page, picture)
    files = _export(page, folder, picture)
    _history(page, picture)
    return files


def _begin(page: Page, picture: Picture) -> None:
    expect(page.get_by_test_id("stAlert")).to_contain_text("no boundaries yet")
    picture("1-empty")
    page.locator(".st-key-way_in button").click()
    expect(page.get_by_role("button", name="Start from Boston")).to_be_visible()


def _boundaries_field(page: Page) -> Locator:
    """The field for boundaries; before the page has run again there may only be that for points."""
    field = page.get_by_test_id("stFileUploader").filter(has_text="Boundaries of townships")
    expect(field).to_be_visible()
    wait_for_run(page)  # a file given while the page is still being written is lost with its field
    return field.locator("input[type=file]")


def _towns(page: Page) -> None:
    _boundaries_field(page).set_input_files(BOSTON / "towns.gpkg")
    page.get_by_role("button", name="Save the boundaries only").click()
    expect(page.locator(".st-key-told")).to_contain_text("92 units")
    wait_for_run(page)


def _tracts(page: Page, picture: Picture) -> None:
    page.locator("label", has_text="A file of boundaries").first.click()
    _boundaries_field(page).set_input_files(BOSTON / "tracts.gpkg")
    expect(page.get_by_text("What was found")).to_be_visible()
    wait_for_preview(page, 506)
    picture("2-found")


def _cells(page: Page, picture: Picture) -> None:
    choose(page.get_by_test_id("stSelectbox").filter(has_text="Column of the load"), "POP")
    for label, size in (("Target", 1200), ("Least", 900), ("Most", 1500)):
        field = page.get_by_label(label, exact=True)
        field.fill(str(size))
        field.press("Enter")
        wait_for_run(page)
    page.get_by_role("button", name="Split").click()
    reason = page.locator(".st-key-draft_saving input")
    expect(reason).to_be_visible()
    wait_for_preview(page, 2255)
    reason.scroll_into_view_if_needed()
    picture("3-draft")
    reason.fill("First cells, residents of 1970")
    page.get_by_role("button", name="Save as one change").click()
    expect(page.locator(".st-key-told")).to_contain_text("2,255 cells")
    wait_for_run(page)


def _people(page: Page, picture: Picture) -> None:
    open_page(page, "People")
    page.locator(".st-key-people_part button", has_text="Excel file").click()
    page.locator("input[type=file]").set_input_files(BOSTON / "roster.xlsx")
    save = page.locator(".st-key-roster_file_save button")
    expect(save).to_be_visible()
    wait_for_run(page)
    picture("4-roster")
    page.get_by_label("Reason").fill("Roster of 1 February")
    page.get_by_label("Reason").press("Enter")
    wait_for_run(page)
    save.click()
    expect(page.get_by_test_id("stAlert").first).to_contain_text("are saved")
    wait_for_run(page)


def _vacant_cell(page: Page, picture: Picture) -> None:
    open_page(page, "Operations map")
    OperationsMap(page).settle()
    wait_for_run(page)
    picture("5-map")
    page.locator(".st-key-worst button").first.click()
    card = page.locator(".st-key-card")
    expect(card).to_contain_text("Vacant")
    _wait_until_idle(page)
    picture("6-vacant")
    person = card.get_by_role("combobox").first
    person.click()
    person.fill("Ada")
    page.get_by_role("option").first.click()
    reason = card.get_by_label("Reason", exact=True).last
    reason.fill("Was vacant")
    card.get_by_role("button", name="Assign", exact=True).click()
    expect(card).to_contain_text("Covered")
    _wait_until_idle(page)


def _export(page: Page, folder: Path, picture: Picture) -> dict[str, Path]:
    open_page(page, "Export")
    expect(page.get_by_test_id("stImage")).to_be_visible()
    wait_for_run(page)
    picture("7-export")
    files = {}
    for label, ending in (("PDF", "pdf"), ("Ledger (Excel)", "xlsx"), ("GeoPackage", "gpkg")):
        with page.expect_download() as waiting:
            page.locator(".st-key-downloads").get_by_role("button", name=label, exact=True).click()
        files[ending] = _kept(waiting.value, folder)
    return files


def _history(page: Page, picture: Picture) -> None:
    open_page(page, "History")
    expect(page.get_by_role("cell", name="Was vacant")).to_be_visible()
    wait_for_run(page)
    picture("8-history")


def open_page(page: Page, name: str) -> None:
    """Follow the navigation to a page."""
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("link", name=name).first).to_be_visible()
    wait_for_run(page)


def _wait_until_idle(page: Page) -> None:
    page.wait_for_timeout(400)
    wait_for_run(page)
    OperationsMap(page).settle()


def _kept(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path
