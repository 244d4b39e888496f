"""The page Returns: beginning a round, who is missing, files brought back several at once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import openpyxl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from gridmap.messages import LANGUAGES, Language
from gridmap.model.access import Role, User
from gridmap.service.plan_cache import PlanCache
from gridmap.service.returns.rounds import Round, begin_collecting, round_status, round_templates, zipped
from gridmap.web import i18n
from tests.pages.conftest import PLANNER, RunPage
from tests.pages.imports.test_page import KNOWN, brought, press, roster, save

PAGE = "returns.py"
AT = datetime(2020, 2, 10, 22)
DEADLINE = datetime(2020, 2, 11, 18)
COMMANDER = User("co", "Co", Role.COMMANDER)


def begun(cache: PlanCache, kind: str = "households") -> Round:
    return begin_collecting(cache, kind, deadline=DEADLINE, user=PLANNER, at=AT)


def templates(cache: PlanCache, one: Round) -> dict[str, bytes]:
    return round_templates(cache, one.id, user=PLANNER, at=AT, language="en")


def typed(data: bytes, sheet: str, **cells: str | int | datetime) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for place, value in cells.items():
        book[sheet][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def labels(app: AppTest, kind: str) -> list[str]:
    return [str(getattr(one, "label", "")) for one in app.get(kind)]


def told(app: AppTest) -> str:
    return app.markdown[0].value.replace("\\", "").strip("*")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_round_is_begun_and_its_townships_are_missing(
    run_page: RunPage, cache: PlanCache, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tester writes options outside the session, whose language it does not know.
    monkeypatch.setattr(i18n, "language", lambda: language)
    app = run_page(PAGE, language=language)
    assert not app.exception
    assert len(app.info) == 1
    app.selectbox(key="returns_kind").set_value("sites")
    app.button(key="returns_begin").click().run()
    assert not app.error
    assert len(app.success) == 1
    table = app.dataframe[0].value
    townships = cache.plan().units.query("level == 'township'")
    assert list(table.iloc[:, 0]) == sorted(townships.index)
    assert all(name in told(app) for name in townships["name"])
    assert app.selectbox(key="returns_round").value == "sites-20200210"
    app.run()
    assert not app.success


def test_a_deadline_that_has_passed_is_refused(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE)
    app.date_input(key="returns_day").set_value(AT.date())
    app.button(key="returns_begin").click().run()
    assert "has passed" in app.error[0].value
    assert app.info


def test_all_templates_are_one_zip(run_page: RunPage, cache: PlanCache) -> None:
    one = begun(cache, "people")
    app = run_page(PAGE)
    assert labels(app, "download_button") == ["All templates (ZIP)"]
    # What the button calls; the tester does not download.
    with zipfile.ZipFile(io.BytesIO(zipped(templates(cache, one), AT))) as archive:
        assert len(archive.namelist()) == len(app.dataframe[0].value)


def test_templates_are_written_in_the_language_of_the_session(
    run_page: RunPage, cache: PlanCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server calls what writes them outside the session, where nobody's language is known."""
    begun(cache, "people")
    writers: list[Callable[[], bytes]] = []
    monkeypatch.setattr(st, "download_button", lambda *given, **_: writers.append(given[1]))
    run_page(PAGE, language="zh")
    with ThreadPoolExecutor(1) as outside:
        data = outside.submit(writers[0]).result()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = openpyxl.load_workbook(archive.open(archive.namelist()[0]))
    assert "人员" in book.sheetnames


def forms(app: AppTest) -> list[str]:
    """The ids of the page's popovers."""
    return [block.proto.popover.id for block in app.main if block.type == "popover"]


def test_the_form_is_shut_once_a_round_has_begun(run_page: RunPage, cache: PlanCache) -> None:
    app = run_page(PAGE)
    before = forms(app)
    app.run()
    assert forms(app) == before
    app.button(key="returns_begin").click().run()
    assert app.success
    assert forms(app) != before  # another form, and a form comes shut


def uploaded(app: AppTest, files: Mapping[str, bytes]) -> AppTest:
    for name, data in files.items():
        app.file_uploader[0].upload(name, data)
    return app.run()


def test_files_are_brought_back_each_as_a_change_of_its_own(run_page: RunPage, cache: PlanCache) -> None:
    one = begun(cache)
    sent = templates(cache, one)
    first, second, third = list(sent)[:3]
    changed = {name: typed(sent[name], "Households", E2=411) for name in (first, second)}
    before = cache.revision().revision
    app = uploaded(run_page(PAGE), changed | {third: sent[third], "plain.xlsx": b"no workbook"})
    assert not app.exception
    assert len(app.expander) == 3
    assert len(app.error) == 1
    assert "zero report" in app.expander[2].label
    assert cache.revision().revision == before
    app.button(key="returns_save").click().run()
    assert not app.exception
    assert not app.error
    assert len(app.success) == 3
    assert not app.expander
    assert cache.revision().revision == before + 2
    found = round_status(cache, one.id, user=PLANNER, at=AT)
    assert [township.state.value for township in found.townships[:3]] == [
        "returned",
        "returned",
        "zero_report",
    ]
    assert "3 have reported (1 zero reports)" in told(app)


def test_a_file_with_refused_rows_is_not_saved_unless_asked(run_page: RunPage, cache: PlanCache) -> None:
    one = begun(cache)
    (name, data), (other, zero) = list(templates(cache, one).items())[:2]
    app = uploaded(run_page(PAGE), {name: typed(data, "Households", E2=411, E3="many"), other: zero})
    assert app.expander[0].proto.expanded
    app.button(key="returns_save").click().run()
    assert "1 row is refused" in app.error[0].value
    assert "1 have reported (1 zero reports)" in told(app)
    assert len(app.expander) == 1, "what is saved is not offered again"
    app.toggle(key="returns_good_rows").set_value(True)
    app.button(key="returns_save").click().run()
    assert not app.error
    assert "2 have reported (1 zero reports)" in told(app)


def test_a_plain_file_of_the_page_import_is_in_the_same_list(run_page: RunPage, cache: PlanCache) -> None:
    one = begun(cache, "people")
    app = brought(run_page("imports.py"), "名册.xlsx", roster(KNOWN), "people")
    press(app, "import_add_people")
    save(app, "roster of February")
    assert not app.exception
    status = round_status(cache, one.id, user=PLANNER, at=AT)
    found = {township.name: township for township in status.townships}
    came = found.pop("泽阳街道")
    assert (came.state.value, came.added, came.file) == ("returned", 1, "名册.xlsx")
    assert not any(other.is_back for other in found.values())
    shown = run_page(PAGE)
    assert "1 have reported (0 zero reports)" in told(shown)
    figures = run_page("operations_map.py")
    panel = "".join(element.proto.body for element in figures.get("html"))
    assert f"1 / {len(found) + 1}" in panel.split('data-key="reporting"')[1]


def test_a_commander_looks_and_brings_nothing_back(run_page: RunPage, cache: PlanCache) -> None:
    begun(cache)
    app = run_page(PAGE, user=COMMANDER)
    assert len(app.dataframe) == 1
    assert not app.button
    assert not app.get("file_uploader")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_may_not_export_sees_no_round(role: Role, run_page: RunPage, cache: PlanCache) -> None:
    begun(cache)
    app = run_page(PAGE, user=User("x", "X", role))
    assert "collects nothing" in app.info[0].value
    assert not app.dataframe
    assert not app.button
