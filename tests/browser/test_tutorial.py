"""The tutorial as a new user walks it: Boston's files, a roster of 600 people, a posted and exported plan."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser

from gridmap.service.boundaries.new_workspace import new_workspace
from gridmap.service.cell_files.splitting import CheckRequest, check_file
from gridmap.store.repository import Workspace
from scripts.make_boston_roster import ROSTER, write
from tests.browser.servers import Server
from tests.browser.signed_in_pages import sign_in
from tests.browser.small_county import serve
from tests.browser.tutorial import follow, no_picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MINUTES = 15


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "boston.gpkg", title="Boston", at=datetime(2020, 2, 10))


@pytest.fixture
def server(workspace: Workspace) -> Iterator[Server]:
    with serve(workspace.path) as running:
        yield running


def test_from_an_empty_workspace_to_an_exported_plan(
    chromium: Browser, server: Server, workspace: Workspace, tmp_path: Path
) -> None:
    page = chromium.new_context(locale="en-GB", viewport={"width": 1440, "height": 900}).new_page()
    sign_in(page, server)
    started = time.monotonic()
    files = follow(page, tmp_path, no_picture)
    assert time.monotonic() - started < MINUTES * 60

    plan = workspace.load_plan()
    assert (len(plan.units), len(plan.cells), len(plan.people)) == (598, 2255, 600)
    held = plan.posts[(plan.posts["target_kind"] == "cell") & (plan.posts["function"] == "head")]
    assert held["target_code"].nunique() >= 2198
    quality = check_file(CheckRequest(cells=workspace.path))
    assert quality.passed
    assert files["pdf"].read_bytes().startswith(b"%PDF")
    ledger = openpyxl.load_workbook(files["xlsx"])
    assert max(sheet.max_row for sheet in ledger.worksheets) > 2255


def test_the_roster_in_the_data_folder_is_what_its_script_writes(tmp_path: Path) -> None:
    write(tmp_path / "roster.xlsx")
    assert (tmp_path / "roster.xlsx").read_bytes() == ROSTER.read_bytes()
