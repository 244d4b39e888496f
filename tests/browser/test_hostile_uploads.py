"""Hostile files through the upload field of a running server: a plain line for each, and the server lives on.

The same files, and many more, meet the readers themselves in `tests/attacks/test_hostile_files.py`.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from gridmap.service.boundaries.new_workspace import new_workspace
from gridmap.store.repository import Workspace
from tests.attacks.hostile_files import CANARY, Outside
from tests.attacks.hostile_list import HOSTILE
from tests.browser.servers import Server
from tests.browser.signed_in_pages import sign_in, wait_for_preview, wait_for_run
from tests.browser.small_county import serve
from tests.read.drawn_files import squares, write_gpkg

pytestmark = [pytest.mark.browser, pytest.mark.slow]
UPLOADED = [
    "a virtual data set named .geojson",
    "a pipeline named .json",
    "a virtual data set named .gpkg",
    "a system at an address",
    "a system behind a link",
    "a view that loads code",
    "a virtual table of files",
    "an archive of zeros",
    "an archive of many",
    "an archive of false sizes",
    "a link in an archive",
    "JSON nested without end",
    "a MapInfo view of a file",
    "a php named .geojson",
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "new.gpkg", title="New", at=datetime(2020, 2, 10))


@pytest.fixture
def server(workspace: Workspace) -> Iterator[Server]:
    with serve(workspace.path) as running:
        yield running


def test_hostile_uploads_leave_the_server_alive(
    page: Page, server: Server, workspace: Workspace, tmp_path: Path
) -> None:
    sign_in(page, server)
    page.get_by_role("link", name="边界与网格").first.click()
    expect(page.locator("input[type=file]")).to_be_attached()
    secret = tmp_path / "secret.csv"
    secret.write_text(f"code,name\n{CANARY},{CANARY}\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outside = Outside(secret, f"http://127.0.0.1:{listener.getsockname()[1]}")
        for number, name in enumerate(UPLOADED):
            folder = tmp_path / f"f{number}"
            folder.mkdir()
            built = HOSTILE[name](folder, outside)
            told = uploaded(page, built.rename(folder / f"f{number}{built.suffix}"))
            assert f"f{number}." in told, (name, told)
            assert CANARY not in page.content()
            assert not any(words in told for words in ("Traceback", "/tmp", "gridmap-", ".py", "\n")), told
            assert httpx2.get(server.url + "/readyz").status_code == 200
        listener.settimeout(0.5)
        with pytest.raises(TimeoutError):
            listener.accept()
    page.reload()
    page.locator("input[type=file]").set_input_files(
        write_gpkg(tmp_path / "good.gpkg", squares(code=["A", "B"], households=[400, 800]))
    )
    assert wait_for_preview(page, 2)["infeasible"] == 0
    assert workspace.revision().revision == 0
    assert "Traceback" not in server.log


def uploaded(page: Page, file: Path) -> str:
    """What the page says of a file."""
    page.reload()  # a session of its own, with an empty field
    page.locator("input[type=file]").set_input_files(file)
    alert = page.get_by_test_id("stAlert").filter(has_text=file.name)
    expect(alert).to_be_visible()
    wait_for_run(page)
    assert page.get_by_test_id("stException").count() == 0
    return str(alert.inner_text()).strip()
