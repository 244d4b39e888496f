"""The page Export: what may be chosen, what it warns of, and which files it offers."""

from __future__ import annotations

from datetime import datetime

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from gridmap.draw.sheet.sheet import Paper
from gridmap.messages import LANGUAGES, Language
from gridmap.model.access import Role, User
from gridmap.model.audience import Audience
from gridmap.service.briefings.exports import Exported, proof
from gridmap.service.briefings.request import ExportRequest
from gridmap.service.plan_cache import PlanCache
from gridmap.store.history import read_events
from gridmap.web import i18n
from gridmap.web.briefings import form as export_form
from gridmap.web.view_state import ViewState
from tests.pages.conftest import PLANNER, RunPage

PAGE = "export.py"
COUNTY, TOWNSHIP = "990101000000", "990101001000"


def offered(app: AppTest) -> list[str]:
    return [str(getattr(button, "label", "")) for button in app.get("download_button")]


def test_it_shows_the_sheet_and_offers_five_files(run_page: RunPage) -> None:
    app = run_page(PAGE)
    assert not app.exception
    assert offered(app) == ["PDF", "PNG", "Ledger (Excel)", "GeoPackage", "GeoJSON"]
    assert len(app.get("image")) == 1
    assert "As of 2020-02-10 22:00, revision 1" in [caption.value for caption in app.caption]
    assert not app.warning


def test_the_scope_on_the_map_is_what_is_offered_first(run_page: RunPage, cache: PlanCache) -> None:
    plan = cache.plan()
    box = run_page(PAGE, view=ViewState(scope=TOWNSHIP)).selectbox[0]
    assert box.value == TOWNSHIP
    assert len(box.options) == len(plan.units)
    assert box.options[:2] == list(plan.units["name"][[COUNTY, TOWNSHIP]])
    assert run_page(PAGE).selectbox[0].value == COUNTY
    assert run_page(PAGE, view=ViewState(scope="123")).selectbox[0].value == COUNTY


def test_a_user_of_one_township_chooses_inside_it(run_page: RunPage, cache: PlanCache) -> None:
    user = User("x", "X", Role.COMMANDER, scope=TOWNSHIP)
    app = run_page(PAGE, user=user, view=ViewState(scope=COUNTY))
    assert not app.error
    box = app.selectbox[0]
    assert box.value == TOWNSHIP
    assert box.options[0] == cache.plan().units["name"][TOWNSHIP]
    assert len(box.options) < len(cache.plan().units)


def test_the_moment_is_that_of_the_session(run_page: RunPage) -> None:
    app = run_page(PAGE, view=ViewState(as_of=datetime(2020, 2, 11, 3)))
    assert "As of 2020-02-11 03:00, revision 1" in [caption.value for caption in app.caption]


def test_a_public_map_asks_for_its_review_number(run_page: RunPage) -> None:
    app = run_page(PAGE)
    label = "Approval number of the map review"
    assert label not in [field.label for field in app.text_input]
    app.radio(key="export_audience").set_value(Audience.PUBLIC).run()
    assert "map review" in app.warning[0].value
    next(field for field in app.text_input if field.label == label).input("GS(2020)1").run()
    assert not app.warning
    assert not app.exception


def test_a_text_that_must_not_go_out_takes_the_files_away(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE)
    prepared = app.text_input(key="export_prepared_by")
    prepared.input("Li 10012345678").run()
    assert "phone number" in app.error[0].value
    assert offered(app) == []
    name = str(cache.plan().people["name"].iloc[0])
    prepared.input(f"Office of {name}").run()
    assert not app.error
    app.radio(key="export_audience").set_value(Audience.PUBLIC).run()
    assert name in app.error[0].value
    assert offered(app) == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_may_not_export_chooses_nothing(role: Role, run_page: RunPage) -> None:
    app = run_page(PAGE, user=User("x", "X", role))
    assert "does not export" in app.info[0].value
    assert not app.selectbox
    assert offered(app) == []


def test_looking_at_the_proof_is_not_logged(run_page: RunPage, cache: PlanCache) -> None:
    run_page(PAGE, user=PLANNER)
    assert "export" not in set(read_events(cache.workspace)["action"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_reaches_the_sheet(
    language: Language, run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[ExportRequest] = []

    def noted(cache: PlanCache, request: ExportRequest, **others: object) -> Exported:
        drawn.append(request)
        return proof(cache, request, **others)  # type: ignore[arg-type] # as it was called

    monkeypatch.setattr(export_form, "proof", noted)
    st.cache_data.clear()  # other tests may have drawn the same county
    app = run_page(PAGE, language=language)
    assert (drawn[-1].paper, drawn[-1].language, drawn[-1].scope) == (Paper.A3, language, COUNTY)
    assert (drawn[-1].points, drawn[-1].audience) == (frozenset({"checkpoints"}), Audience.INTERNAL)
    app.selectbox[0].set_value(TOWNSHIP)
    app.button_group(key="export_paper").set_value(Paper.A0)
    app.button_group(key=f"export_language_{language}").set_value("en" if language == "zh" else "zh")
    app.toggle(key="export_checkpoints").set_value(False)
    app.toggle(key="export_sites").set_value(True)
    # The tester writes options outside the session, whose language it does not know.
    monkeypatch.setattr(i18n, "language", lambda: language)
    app.radio(key="export_audience").set_value(Audience.RESTRICTED)
    app.text_input(key="export_prepared_by").input(" Office ").run()
    assert not app.exception
    assert drawn[-1] == ExportRequest(
        scope=TOWNSHIP,
        at=datetime(2020, 2, 10, 22),
        language="en" if language == "zh" else "zh",
        paper=Paper.A0,
        points=frozenset({"contact_sites"}),
        audience=Audience.RESTRICTED,
        prepared_by="Office",
    )
    app.run()
    assert len(drawn) == 2, "the same proof is drawn again"
