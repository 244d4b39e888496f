"""Every page refuses to say anything to nobody."""

from dataclasses import replace

import pytest

from gridmap.model.access import Role
from gridmap.web.page_table import PAGES as ROUTED
from tests.pages.conftest import PAGES, PLANNER, RunPage
from tests.paths import ROOT


@pytest.mark.parametrize("page", PAGES)
def test_without_a_session_a_page_only_offers_to_sign_in(page: str, run_page: RunPage) -> None:
    app = run_page(page, user=None)
    assert not app.exception
    assert [error.value for error in app.error] == ["Your session has ended."]
    assert not app.button
    assert len(app.main) == 2


@pytest.mark.parametrize("page", PAGES)
def test_with_a_session_every_page_runs_for_every_role(page: str, run_page: RunPage) -> None:
    for role in Role:
        app = run_page(page, user=replace(PLANNER, role=role))
        assert not app.exception
        assert not app.error


def test_every_page_is_routed_and_every_route_is_a_page() -> None:
    assert sorted(f"{page.name}.py" for page in ROUTED) == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_the_user_before_anything_else(page: str) -> None:
    lines = (ROOT / "pages" / page).read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line and not line.startswith(("import", "from", '"""', " ", ")"))]
    assert code[0] == "user = require_user()"
