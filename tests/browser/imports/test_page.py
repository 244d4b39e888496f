"""A dirty roster through the real app: from the upload over the questions to one change, and its undoing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from gridmap.demo.workspace import DemoSummary
from gridmap.model.access import Role
from gridmap.store.repository import Workspace
from tests.browser.conftest import Traffic
from tests.browser.servers import Server
from tests.browser.signed_in_pages import wait_for_preview, wait_for_run
from tests.browser.small_county import add_account, serve, sign_in_as, small_county

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROWS: list[list[object]] = [
    ["网格员花名册(2月10日)"],
    ["乡镇", "村(社区)", "姓名", "手机号码", "网格编码", "职责"],
    ["泽阳街道", "南关社区", "张测试", 10012341111, "990101001001001", "网格员"],
    ["", "南官社区", "李测试", "100 1234 2222", "", "网格员"],
    ["云东镇", "柳林村", "周测试", "1001234333", "", "网格员"],
    ["合计", "", "3人"],
]


@pytest.fixture
def demo(tmp_path: Path) -> DemoSummary:
    return small_county(tmp_path)


@pytest.fixture
def server(demo: DemoSummary) -> Iterator[Server]:
    with serve(demo.path) as running:
        yield running


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.worksheets[0].merge_cells("A1:F1")
    book.worksheets[0].merge_cells("A3:A4")
    path = tmp_path / "花名册.xlsx"
    book.save(path)
    return path


def signed_in(page: Page, server: Server, demo: DemoSummary) -> None:
    sign_in_as(page, server, add_account(demo.path, Role.PLANNER))
    open_page(page, "imports")
    expect(page.locator("input[type=file]").first).to_be_attached()
    wait_for_run(page)


def open_page(page: Page, name: str) -> None:
    """Follow the navigation, in whatever language it is."""
    page.locator(f'a[href$="/{name}"]').first.click()
    page.wait_for_url(f"**/{name}")
    wait_for_run(page)


def say_kind(page: Page, position: int) -> None:
    """What the file tells of; a click while the page is drawn anew may miss."""
    kind = page.locator(".st-key-import_kind").get_by_role("radio").nth(position)
    for _ in range(12):
        wait_for_run(page)
        kind.click()
        with suppress(AssertionError):
            expect(kind).to_be_checked(timeout=4_000)
            return
    expect(kind).to_be_checked()


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").click()
    wait_for_run(page)


def expect_counts(page: Page, added: int, changed: int, unchanged: int, refused: int) -> None:
    shown = page.locator(".st-key-import_counts [data-testid=stMetricValue]")
    expect(shown).to_have_text([str(n) for n in (added, changed, unchanged, refused)])


def test_a_dirty_roster_is_brought_in_and_undone(
    page: Page, server: Server, demo: DemoSummary, roster: Path, traffic: Traffic
) -> None:
    before = Workspace.open(demo.path).load_plan()
    signed_in(page, server, demo)
    page.locator("input[type=file]").first.set_input_files(roster)
    expect(page.get_by_text("花名册.xlsx").first).to_be_visible()
    wait_for_run(page)
    say_kind(page, 0)
    expect(page.locator(".st-key-import_accept_clear")).to_be_visible()
    wait_for_run(page)
    expect_counts(page, 0, 0, 0, 3)
    assert "10012341111" not in page.content()
    press(page, "import_accept_clear")
    press(page, "import_add_people")
    reason = page.locator(".st-key-import_saving input")
    expect(reason).to_be_visible()
    wait_for_run(page)
    expect_counts(page, 2, 0, 0, 1)
    with page.expect_download() as waiting:
        page.locator(".st-key-import_report_xlsx button").click()
    marked = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    assert any(cell.comment for sheet in marked for row in sheet.iter_rows() for cell in row)
    reason.fill("二月花名册")
    reason.press("Enter")
    wait_for_run(page)
    press(page, "import_save")
    expect(page.locator(".st-key-import_told")).to_be_visible()
    after = Workspace.open(demo.path).load_plan()
    assert (after.revision, len(after.people)) == (before.revision + 1, len(before.people) + 2)
    press(page, "to_history")
    expect(page.get_by_text("二月花名册").first).to_be_visible()
    page.locator(".st-key-undo_button button").first.click()
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    wait_for_run(page)
    assert len(Workspace.open(demo.path).load_plan().people) == len(before.people)
    assert not traffic.elsewhere(server.url)
    assert not traffic.errors


def test_points_of_a_file_are_shown_and_stay_over_another_page(
    page: Page, server: Server, demo: DemoSummary, tmp_path: Path
) -> None:
    plan = Workspace.open(demo.path).load_plan()
    lines = ["联系点名称,经度,纬度"]
    lines += [f"{site['name']},{site.lon},{site.lat}" for _, site in plan.contact_sites.head(9).iterrows()]
    path = tmp_path / "联系点.csv"
    path.write_text("\n".join(lines), encoding="gb18030")
    signed_in(page, server, demo)
    page.locator("input[type=file]").first.set_input_files(path)
    wait_for_run(page)
    say_kind(page, 3)
    villages = int((plan.units["level"] == "village").sum())
    wait_for_preview(page, villages)
    expect_counts(page, 0, 0, 9, 0)
    open_page(page, "export")
    open_page(page, "imports")
    expect_counts(page, 0, 0, 9, 0)
