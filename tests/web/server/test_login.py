"""The printed link, name and password, the cookie, and leaving again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx2
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from gridmap.model.access import Role
from gridmap.service import accounts
from gridmap.service.workspaces import Workspace
from gridmap.web.server.gate import COOKIE, Gate
from gridmap.web.server.login import SignIn, SignInLink, is_loopback

NOW = datetime(2020, 2, 10, 22)
SECRET = "correct horse"
USED = "This link has been used or is out of date"
WRONG = "Name or password is wrong, or the account is locked"
Door = Callable[..., TestClient]


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default cost is 50 ms a hash; what is tested here does not depend on it."""
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    accounts._nobodys_hash.cache_clear()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "w.gpkg", title="", metric_crs="EPSG:4548")
    accounts.add_user(made, "li", SECRET, Role.PLANNER, "", "Li", NOW)
    return made


class Clock:
    """A wall clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def link() -> SignInLink:
    return SignInLink(host="127.0.0.1")


@pytest.fixture
def door(workspace: Workspace, link: SignInLink, clock: Clock) -> Door:
    """A browser at the gate of a server that has nothing but the sign-in routes; call it for another one."""
    sign_in = SignIn(workspace=workspace, link=link, session_hours=12, clock=clock)
    gate = Middleware(Gate, user_of=partial(accounts.user_of_session, workspace), clock=clock)
    app = Starlette(routes=list(sign_in.routes()), middleware=[gate])
    return partial(TestClient, app, follow_redirects=False)


def is_inside(client: TestClient) -> bool:
    """Whether the gate lets the browser through: nothing is there, but nobody says 401."""
    return client.get("/anything").status_code == 404


def cookie_of(answer: httpx2.Response) -> Morsel[str]:
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE]


# --- the link


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("localhost", True), ("::1", True),
        ("0.0.0.0", False), ("::", False), ("10.0.0.5", False), ("localhost.example", False), ("", False),
    ],
)  # fmt: skip
def test_a_link_is_offered_on_loopback_only(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
    link = SignInLink(host=host)
    assert link.offered is expected
    assert link.matches(link.token) is expected
    assert link.consume(link.token) is expected


def test_every_start_has_a_link_of_its_own() -> None:
    tokens = {SignInLink(host="127.0.0.1").token for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 43


def test_looking_at_the_link_does_not_use_it_up(door: Door, link: SignInLink) -> None:
    client, token = door(), link.token
    for _ in range(3):
        page = client.get("/login", params={"token": token})
        assert page.status_code == 200
        assert f'name="token" value="{token}"' in page.text
        assert "password" not in page.text
    assert link.offered
    assert not is_inside(client)


def test_the_link_signs_its_bearer_in_as_owner_once(
    door: Door, link: SignInLink, workspace: Workspace
) -> None:
    client, token = door(), link.token
    answer = client.post("/login", data={"token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert is_inside(client)
    user = accounts.user_of_session(workspace, client.cookies[COOKIE], NOW)
    assert user
    assert (user.name, user.role) == ("owner", Role.ADMIN)
    second = door()
    for refused in (
        second.get("/login", params={"token": token}),
        second.post("/login", data={"token": token}),
    ):
        assert refused.status_code == 401
        assert USED in refused.text
        assert "set-cookie" not in refused.headers
    assert not is_inside(second)


def test_of_many_at_once_one_gets_in(link: SignInLink) -> None:
    token = link.token
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(link.consume, [token] * 64)) == 1


@pytest.mark.parametrize("token", ["x", "é" * 43, "A" * 43, " "])
def test_a_guessed_link_opens_nothing(door: Door, link: SignInLink, token: str) -> None:
    client = door()
    assert client.get("/login", params={"token": token}).status_code == 401
    assert client.post("/login", data={"token": token}).status_code == 401
    assert not is_inside(client)
    assert link.offered


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host"])
def test_the_link_is_refused_through_a_proxy(door: Door, link: SignInLink, header: str) -> None:
    """Behind a proxy every caller comes from loopback, so the link would prove nothing."""
    client, token = door(), link.token
    shown = client.get("/login", params={"token": token}, headers={header: "10.0.0.5"})
    assert (shown.status_code, token in shown.text) == (401, False)
    entered = client.post("/login", data={"token": token}, headers={header: "10.0.0.5"})
    assert (entered.status_code, "set-cookie" in entered.headers) == (401, False)
    assert link.offered, "a stranger must not be able to use it up"


def test_a_used_link_is_not_printed_as_offered(link: SignInLink) -> None:
    assert link.consume(link.token)
    assert not link.offered
    assert not link.consume("")
    assert not link.matches("")


# --- name and password


def test_name_and_password_open(door: Door) -> None:
    client = door()
    form = client.get("/login")
    assert (form.status_code, 'type="password"' in form.text) == (200, True)
    answer = client.post("/login", data={"name": "li", "password": SECRET})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert is_inside(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(door: Door) -> None:
    cookie = cookie_of(door().post("/login", data={"name": "li", "password": SECRET}))
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "lax"
    assert cookie["path"] == "/"
    assert int(cookie["max-age"]) == 12 * 3600
    assert not cookie["domain"]
    assert not cookie["secure"], "over plain HTTP a browser would drop it"
    secured = door(base_url="https://testserver").post("/login", data={"name": "li", "password": SECRET})
    assert cookie_of(secured)["secure"]


@pytest.mark.parametrize(
    "form", [{"name": "li", "password": "wrong"}, {"name": "nobody", "password": SECRET}, {"name": "li"}, {}]
)
def test_a_wrong_form_comes_again_with_one_sentence(door: Door, form: dict[str, str]) -> None:
    client = door()
    answer = client.post("/login", data=form)
    assert answer.status_code == 401
    assert WRONG in answer.text
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers
    assert not is_inside(client)


def test_the_sentence_is_in_the_browsers_language(door: Door) -> None:
    answer = door().post("/login", data={"name": "li"}, headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert "用户名或密码错误" in answer.text
    assert WRONG not in answer.text


def test_what_was_typed_is_never_written_back(door: Door) -> None:
    attack = '"><script>alert(1)</script>'
    for answer in (
        door().post("/login", data={"name": attack, "password": attack}),
        door().get("/login", params={"token": attack}),
        door().post("/login", data={"token": attack}),
    ):
        assert answer.status_code == 401
        assert "alert(1)" not in answer.text


def test_five_failures_lock_the_account_for_fifteen_minutes(door: Door, clock: Clock) -> None:
    client = door()
    for _ in range(5):
        client.post("/login", data={"name": "li", "password": "wrong"})
    right = {"name": "li", "password": SECRET}
    clock.now = NOW + timedelta(minutes=14)
    locked = client.post("/login", data=right)
    assert locked.status_code == 401
    assert "locked; try again later" in locked.text
    clock.now = NOW + timedelta(minutes=15)
    assert client.post("/login", data=right).status_code == 303


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize("origin", ["http://evil.example", "http://testserver.evil.example", "null"])
def test_a_form_from_another_site_is_refused(door: Door, path: str, origin: str) -> None:
    client = door()
    client.post("/login", data={"name": "li", "password": SECRET})
    answer = client.post(path, data={"name": "li", "password": SECRET}, headers={"origin": origin})
    assert answer.status_code == 403
    assert is_inside(client)


def test_a_form_of_our_own_page_is_taken(door: Door) -> None:
    right = {"name": "li", "password": SECRET}
    assert door().post("/login", data=right, headers={"origin": "http://testserver"}).status_code == 303


# --- leaving


def test_signing_out_revokes_the_session_itself(door: Door) -> None:
    client = door()
    client.post("/login", data={"name": "li", "password": SECRET})
    copied = client.cookies[COOKIE]
    answer = client.post("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert cookie_of(answer).value == ""
    assert not is_inside(client)
    thief = door(cookies={COOKIE: copied})
    assert not is_inside(thief), "a copy of the cookie still opens"


def test_signing_out_here_leaves_the_other_browser_alone(door: Door) -> None:
    first, second = door(), door()
    for client in (first, second):
        client.post("/login", data={"name": "li", "password": SECRET})
    first.post("/logout")
    assert (is_inside(first), is_inside(second)) == (False, True)


def test_a_link_on_a_page_cannot_sign_anybody_out(door: Door) -> None:
    client = door()
    client.post("/login", data={"name": "li", "password": SECRET})
    assert client.get("/logout").status_code == 405
    assert is_inside(client)


def test_a_session_ends_after_its_hours(door: Door, clock: Clock) -> None:
    client = door()
    client.post("/login", data={"name": "li", "password": SECRET})
    token = client.cookies[COOKIE]
    clock.now = NOW + timedelta(hours=11, minutes=59)
    assert is_inside(client)
    clock.now = NOW + timedelta(hours=12)
    assert not is_inside(door(cookies={COOKIE: token}))
