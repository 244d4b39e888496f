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
from gridmap.web.gate import COOKIE, Gate

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
    return PlainTextResponse(f"in {user.name if user else 'nobody'}")


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
