"""A stranger at the real server: nothing is served, nothing is taken, no socket opens."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from gridmap.service.plan_cache import PlanCache
from gridmap.service.workspaces import open_workspace
from gridmap.web.server.gate import COOKIE
from tests.browser.servers import Server
from tests.prepared import demo_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_in(tmp_path_factory.mktemp("demo")).path


@pytest.fixture(scope="module")
def server(workspace: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "gridmap", "serve", str(workspace), "--port", "{port}"]
    with Server(command, ready_path="/readyz") as running:
        yield running


@pytest.fixture
def stranger(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url) as client:
        yield client


@pytest.fixture(scope="module")
def insider(server: Server) -> Iterator[httpx2.Client]:
    """Someone who came through the printed link."""
    found = re.search(r"token=(\S+)", server.log)
    assert found
    with httpx2.Client(base_url=server.url) as client:
        assert client.post("/login", data={"token": found.group(1)}).status_code == 303
        assert client.get("/").status_code == 200
        yield client


def data_paths(workspace: Path) -> list[str]:
    chunk = PlanCache(open_workspace(workspace)).chunks().chunks[0]
    return [f"/data/small/geometry/{chunk.hash}", "/data/small/status/1/20200210T2200-zh"]


def test_every_way_in_is_shut(stranger: httpx2.Client, workspace: Path) -> None:
    paths = [
        "/assets/gridmap-map.js", "/assets/vendor/leaflet/leaflet.js", "/media/x.png", "/static/js/index.js",
        "/component/streamlit_folium.st_folium/index.html", "/_stcore/host-config",
        "/_stcore/script-health-check", "/_stcore/metrics", "/app/static/x", "/nowhere",
        *data_paths(workspace),
    ]  # fmt: skip
    assert {path: stranger.get(path).status_code for path in paths} == dict.fromkeys(paths, 401)
    door = stranger.get("/")
    assert (door.status_code, "password" in door.text) == (401, True)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_stranger_cannot_upload(stranger: httpx2.Client, method: str) -> None:
    answer = stranger.request(method, "/_stcore/upload_file/session/file", content=b"x" * 1000)
    assert answer.status_code == 401


def test_a_strangers_socket_is_refused(server: Server) -> None:
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused:
        connect(address, subprotocols=["streamlit"]).close()  # type: ignore[list-item] # Subprotocol is a str
    assert refused.value.response.status_code == 403


def test_a_guessed_or_revoked_cookie_opens_nothing(stranger: httpx2.Client) -> None:
    stranger.cookies.set(COOKIE, "A" * 43)
    assert stranger.get("/assets/gridmap-map.js").status_code == 401


def test_the_link_shows_a_button_first_and_works_once(server: Server, insider: httpx2.Client) -> None:
    found = re.search(r"/login\?token=\S+", server.log)
    assert found
    with httpx2.Client(base_url=server.url) as second:
        assert second.get(found.group()).status_code == 401
        assert second.post("/login", data={"token": found.group().split("=")[1]}).status_code == 401
        assert COOKIE not in second.cookies
    assert insider.get("/assets/gridmap-map.js").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Server, workspace: Path) -> None:
    answer = httpx2.post(
        server.url + "/login", data={"name": "x", "password": "y"}, headers={"origin": "http://evil.example"}
    )
    assert answer.status_code == 403


def test_the_insider_is_served_and_geometry_is_immutable(insider: httpx2.Client, workspace: Path) -> None:
    geometry, status = (insider.get(path) for path in data_paths(workspace))
    assert geometry.status_code == status.status_code == 200
    assert "immutable" in geometry.headers["cache-control"]
    assert status.headers["cache-control"] == "no-store"
    assert status.json()["revision"] == 1


@pytest.mark.parametrize(
    "path",
    [
        "/data/other/status/1/20200210T2200-zh",
        "/data/small/status/1/yesterday-zh",
        "/data/small/geometry/0000",
    ],
)
def test_what_does_not_exist_is_not_found(insider: httpx2.Client, path: str) -> None:
    assert insider.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/assets/../app.py", "/assets/%2e%2e/session.py", "/assets/..%2f..%2fcli.py"]
)
def test_assets_hold_assets_only(insider: httpx2.Client, path: str) -> None:
    answer = insider.get(path)
    assert "import" not in answer.text or answer.status_code >= 400


def test_open_paths_say_little(stranger: httpx2.Client) -> None:
    assert stranger.get("/readyz").text == "ready"
    assert stranger.get("/_stcore/health").status_code == 200
    assert stranger.get("/login").status_code == 200
