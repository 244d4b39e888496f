"""Previews: only who had one made gets it, inside their scope, and only for a while."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from gridmap.errors import NotFoundError
from gridmap.model.access import Role, User
from gridmap.service.imports.row_places import places_document
from gridmap.service.plan_cache import PlanCache
from gridmap.web.server import previews
from gridmap.web.server.routes import DataRoutes, preview_url
from tests.store.drawn_workspace import EAST, WEST, drawn_workspace


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


TOWNSHIP = "990101002000"
COUNTY = User("p", "P", Role.PLANNER)
SCOPED = User("q", "Q", Role.PLANNER, TOWNSHIP)


@pytest.mark.parametrize("user", [COUNTY, SCOPED])
def test_a_planner_finds_the_document_at_its_address(tmp_path: Path, user: User) -> None:
    answer = client(tmp_path, user).get(preview_url("drawn", b'{"codes": []}', user))
    assert (answer.status_code, answer.json()) == (200, {"codes": []})
    assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "other", [COUNTY, User("r", "R", Role.PLANNER, TOWNSHIP), User("a", "A", Role.ADMIN)]
)
def test_nobody_else_finds_it(tmp_path: Path, other: User) -> None:
    address = preview_url("drawn", b"{}", SCOPED)
    assert client(tmp_path, other).get(address).status_code == 404


@pytest.mark.parametrize(
    ("role", "scope"), [(Role.VIEWER, ""), (Role.COMMANDER, ""), (Role.PLANNER, TOWNSHIP)]
)
def test_who_lost_the_right_or_the_scope_since_is_refused(tmp_path: Path, role: Role, scope: str) -> None:
    address = preview_url("drawn", b"{}", COUNTY)
    now = User(COUNTY.name, "P", role, scope)
    assert client(tmp_path, now).get(address).status_code == 403


def test_the_same_shapes_of_two_people_are_two_documents() -> None:
    assert previews.keep(b"same", COUNTY) != previews.keep(b"same", SCOPED)
    wider = User(SCOPED.name, "Q", Role.PLANNER)
    assert previews.keep(b"same", wider) != previews.keep(b"same", SCOPED)


def test_an_unknown_address_is_not_found(tmp_path: Path) -> None:
    assert client(tmp_path, COUNTY).get("/data/drawn/preview/00").status_code == 404


def test_only_the_latest_documents_are_kept() -> None:
    first = previews.keep(b"first", COUNTY)
    for number in range(60):
        previews.keep(str(number).encode(), COUNTY)
    with pytest.raises(NotFoundError):
        previews.find(first, COUNTY)
    assert previews.find(previews.keep(b"last", COUNTY), COUNTY) == b"last"


def test_the_map_of_places_holds_the_units_of_the_scope_alone(tmp_path: Path) -> None:
    cache = PlanCache(drawn_workspace(tmp_path))
    places = np.array([[116.0, 38.0]])
    everything, own = (json.loads(places_document(cache, places, scope)) for scope in ("", TOWNSHIP))
    assert everything["codes"] == [WEST, EAST]
    assert own["codes"] == [EAST]
    assert own["dots"]
