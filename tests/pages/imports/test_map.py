"""The small map of an import: a planner of one township sees it with the units of that township."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from gridmap.model.access import Role, User, covers
from gridmap.service.plan_cache import PlanCache
from gridmap.web import preview_map
from gridmap.web.server.routes import DataRoutes, preview_url
from tests.pages.conftest import PLANNER, RunPage
from tests.pages.imports.test_page import PAGE, brought, said, table
from tests.web.server.test_previews import SignedIn

TOWNSHIP = "990101100000"
SCOPED = User("wu", "Wu", Role.PLANNER, TOWNSHIP)


@pytest.mark.parametrize("user", [SCOPED, PLANNER], ids=["township", "county"])
def test_the_map_is_of_the_scope(
    user: User, run_page: RunPage, cache: PlanCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses: list[str] = []

    def noted(workspace: str, payload: bytes, reader: User) -> str:
        addresses.append(preview_url(workspace, payload, reader))
        return addresses[-1]

    monkeypatch.setattr(preview_map, "preview_url", noted)
    sites = cache.plan().contact_sites
    units = cache.plan().units["name"]
    rows = [(site["name"], units[site.unit_code], site.lon, site.lat) for _, site in sites.iterrows()]
    app = brought(
        run_page(PAGE, user=user), "联系点.csv", table(("联系点名称", "社区", "经度", "纬度"), *rows), "sites"
    )
    assert "Places of 联系点.csv on the units" in said(app)
    answer = client(cache, user).get(addresses[-1])
    assert answer.status_code == 200
    codes = answer.json()["codes"]
    assert codes
    assert all(covers(user.scope, code) for code in codes)
    assert any(not covers(TOWNSHIP, code) for code in codes) is not bool(user.scope)
    assert answer.json()["dots"]
    assert client(cache, User("other", "O", Role.PLANNER)).get(addresses[-1]).status_code == 404


def client(cache: PlanCache, user: User) -> TestClient:
    return TestClient(
        Starlette(routes=DataRoutes(cache).routes(), middleware=[Middleware(SignedIn, user=user)])
    )
