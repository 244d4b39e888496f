"""Previews: only who may edit cells gets them, and only for a while."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from gridmap.errors import NotFoundError
from gridmap.model.access import Role, User
from gridmap.service.plan_cache import PlanCache
from gridmap.web import previews
from gridmap.web.routes import DataRoutes, preview_url
from tests.store.drawn_workspace import drawn_workspace


class SignedIn:
    """Puts a user where the gate puts the one it has let in."""

    def __init__(self, app: ASGIApp, user: User) -> None:
        self.app, self.user = app, user

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["user"] = self.user
        await self.app(scope, receive, send)


def client(folder: Path, user: User) -> TestClient:
    """The data routes as `user` reaches them behind the gate."""
    routes = DataRoutes(PlanCache(drawn_workspace(folder))).routes()
    return TestClient(Starlette(routes=routes, middleware=[Middleware(SignedIn, user=user)]))


def test_a_planner_finds_the_document_at_its_address(tmp_path: Path) -> None:
    address = preview_url("drawn", b'{"codes": []}')
    answer = client(tmp_path, User("p", "P", Role.PLANNER)).get(address)
    assert (answer.status_code, answer.json()) == (200, {"codes": []})
    assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "user",
    [User("v", "V", Role.VIEWER), User("c", "C", Role.COMMANDER), User("p", "P", Role.PLANNER, "9901")],
)
def test_who_may_not_edit_all_cells_is_refused(tmp_path: Path, user: User) -> None:
    assert client(tmp_path, user).get(preview_url("drawn", b"{}")).status_code == 403


def test_an_unknown_address_is_not_found(tmp_path: Path) -> None:
    assert client(tmp_path, User("p", "P", Role.PLANNER)).get("/data/drawn/preview/00").status_code == 404


def test_only_the_latest_documents_are_kept() -> None:
    first = previews.keep(b"first")
    for number in range(60):
        previews.keep(str(number).encode())
    with pytest.raises(NotFoundError):
        previews.find(first)
    assert previews.find(previews.keep(b"last")) == b"last"
