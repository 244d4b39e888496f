"""A small demonstration county wired to the pages, and a page runner with a user and a language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
import streamlit
from streamlit.components.v2 import manifest_scanner
from streamlit.components.v2.manifest_scanner import scan_component_manifests
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.util import patch_config_options

from gridmap.messages import Language
from gridmap.model.access import Role, User
from gridmap.service.plan_cache import PlanCache
from gridmap.service.workspaces import open_workspace
from gridmap.settings import Settings
from gridmap.web import session
from tests.paths import ROOT
from tests.prepared import demo_in

PAGES = sorted(path.name for path in (ROOT / "pages").glob("*.py"))
PLANNER = User("li", "Li", Role.PLANNER)
RunPage = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def installed_once() -> Iterator[None]:
    """What a server does once, or when it has time, a test need not do for each page.

    Each AppTest looks through all installed packages for components (nothing is installed meanwhile), and
    after each run all that is in memory is searched for what nobody holds.
    """
    with pytest.MonkeyPatch.context() as patch, patch_config_options({"runner.postScriptGC": False}):
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(scan_component_manifests))
        yield


@pytest.fixture(name="cache")
def _cache(tmp_path: Path) -> PlanCache:
    summary = demo_in(tmp_path)
    return PlanCache(open_workspace(summary.path))


@pytest.fixture
def run_page(cache: PlanCache, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunPage]:
    session.wire(session.Services(cache=cache, settings=Settings(), clock=lambda: datetime(2020, 2, 10, 22)))

    def run(page: str, *, user: User | None = PLANNER, language: Language = "en", **state: object) -> AppTest:
        monkeypatch.setattr(session, "current_user", lambda: user)
        app = AppTest.from_file(ROOT / "pages" / page, default_timeout=180)  # a busy machine is slow
        app.session_state["language"] = language
        for key, value in state.items():
            app.session_state[key] = value
        return app.run()

    yield run
    session.unwire()
    streamlit.cache_data.clear()  # what was drawn of one county is not drawn of the next, its equal
    streamlit.cache_resource.clear()
