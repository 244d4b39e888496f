"""The small demonstration county behind the real server, and a way in by name and password."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

from playwright.sync_api import Page

from gridmap.demo.workspace import DemoSummary
from gridmap.model.access import Role
from gridmap.service.accounts import add_user
from gridmap.service.workspaces import Workspace, open_workspace
from tests.browser.servers import Server
from tests.paths import ROOT
from tests.prepared import demo_in

DAY = date(2020, 2, 10)
NOW = datetime(2020, 2, 10, 22)
COUNTY = "990101000000"
PASSWORD = "correct horse"


def small_county(folder: Path) -> DemoSummary:
    """The small demonstration county, written to `folder`."""
    return demo_in(folder)


def serve(workspace: Path) -> Server:
    """The app on a workspace, as `make run` starts it."""
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", "{port}"]
    return Server(command, ready_path="/readyz", environment={"GRIDMAP_WORKSPACE": str(workspace)})


def add_account(path: Path, role: Role, scope: str = "") -> str:
    """An account named after its role, with `PASSWORD`; its name."""
    workspace: Workspace = open_workspace(path)
    return add_user(workspace, role.value, PASSWORD, role, scope, role.value, NOW).name


def sign_in_as(page: Page, server: Server, name: str) -> None:
    """Fill in the form at the door."""
    page.goto(server.url + "/login")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button").click()
    page.wait_for_url(server.url + "/")
