"""The gate refuses strangers everywhere but at the open paths."""

from datetime import datetime

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from gridmap.model.access import Role, User
from gridmap.web.server.gate import COOKIE, Gate

NOW = datetime(2020, 2, 10, 22)
ANN = User(name="ann", display_name="Ann", role=Role.VIEWER, scope="")
PATHS = [
    "/assets/x.js",
    "/data/w/geometry/abc",
    "/media/x.png",
    "/_stcore/host-config",
    "/component/x/index.html",
]


async def answer(request: Request) -> PlainTextResponse:
    user = request.scope.get("state", {}).get("user")
    status = 404 if "/gone/" in request.url.path else 200
    said = f"in {user.name if user else 'nobody'}"
    return PlainTextResponse(said, status_code=status, headers={"cache-control": "no-cache"})


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("in")
    await websocket.close()


@pytest.fixture
def client() -> TestClient:
    app = Starlette(
        routes=[
            WebSocketRoute("/_stcore/stream", socket),
            Route("/{path:path}", answer, methods=["GET", "PUT", "POST", "DELETE"]),
        ],
        middleware=[
            Middleware(
                Gate,
                user_of=lambda token, at: ANN if (token, at) == ("good", NOW) else None,
                clock=lambda: NOW,
            )
        ],
    )
    return TestClient(app)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["", "bad"])
def test_a_stranger_gets_nothing(client: TestClient, path: str, token: str) -> None:
    client.cookies.set(COOKIE, token)
    assert client.get(path).status_code == 401
    assert client.put("/_stcore/upload_file/s/f", content=b"x").status_code == 401


def test_a_stranger_at_the_door_sees_the_form_in_their_language(client: TestClient) -> None:
    page = client.get("/", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert page.status_code == 401
    assert 'name="password"' in page.text
    assert 'lang="zh-CN"' in page.text


def test_a_strangers_socket_is_closed_before_it_opens(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass


@pytest.mark.parametrize("path", ["/login", "/readyz", "/_stcore/health"])
def test_open_paths_are_open(client: TestClient, path: str) -> None:
    assert client.get(path).text == "in nobody"


@pytest.mark.parametrize(
    "path", ["/login/../data", "//login", "/Login", "/readyz/x", "/_stcore/health/../upload_file"]
)
def test_nothing_near_an_open_path_is_open(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_a_session_opens_everything_and_names_its_user(client: TestClient) -> None:
    client.cookies.set(COOKIE, "good")
    assert client.get("/assets/x.js").text == "in ann"
    with client.websocket_connect("/_stcore/stream") as connection:
        assert connection.receive_text() == "in"


def test_every_answer_tells_the_browser_not_to_guess(client: TestClient) -> None:
    headers = client.get("/login").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/component/streamlit_folium.st_folium/static/js/main.0123abcd.js", "max-age=31536000, immutable"),
        ("/component/streamlit_folium.st_folium/static/css/main.0123abcd.css", "max-age=31536000, immutable"),
        ("/component/streamlit_folium.st_folium/index.html", "max-age=600"),
        ("/component/streamlit_folium.st_folium/bootstrap.min.css", "max-age=600"),
    ],
)
def test_files_of_a_component_are_kept_by_the_browser(client: TestClient, path: str, kept: str) -> None:
    client.cookies.set(COOKIE, "good")
    answer = client.get(path)
    assert answer.headers.get_list("cache-control") == [f"private, {kept}"]


@pytest.mark.parametrize(
    "path",
    [
        "/component/x/static/js/main.js",  # no hash: another version would have the same address
        "/component/x/static/js/main.0123abcd.js.map",
        "/component/x/other.html",
        "/component/index.html",
        "/component/x/y/index.html",
        "/data/w/status/1/20200210T2200-zh",
        "/media/index.html",
        "/",
    ],
)
def test_what_others_say_of_keeping_is_left_as_it_is(client: TestClient, path: str) -> None:
    client.cookies.set(COOKIE, "good")
    assert client.get(path).headers.get_list("cache-control") == ["no-cache"]


def test_a_component_file_that_is_not_there_is_not_kept(client: TestClient) -> None:
    client.cookies.set(COOKIE, "good")
    answer = client.get("/component/gone/index.html")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-cache")


def test_a_strangers_refusal_is_not_kept(client: TestClient) -> None:
    assert "cache-control" not in client.get("/component/x/index.html").headers
