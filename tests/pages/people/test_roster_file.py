"""The roster as a file on a page: previewed row by row, saved with a reason, and never by halves."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from gridmap.messages import Language
from gridmap.model.access import Role, User
from gridmap.service.plan_cache import PlanCache
from gridmap.settings import Settings
from gridmap.web import session

PLANNER = User("li", "Li", Role.PLANNER)
HEADINGS = ("姓名", "电话", "单位", "网格编码", "职责")
SCRIPT = """
from gridmap.web.people.roster_file import show_roster_file
from gridmap.web.session import now, require_user
user = require_user()
show_roster_file(user, "", now())
"""


@pytest.fixture
def app(cache: PlanCache, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    session.wire(session.Services(cache=cache, settings=Settings(), clock=lambda: datetime(2020, 2, 10, 22)))
    monkeypatch.setattr(session, "current_user", lambda: PLANNER)
    made = AppTest.from_string(SCRIPT, default_timeout=180)
    made.session_state["language"] = "en"
    yield made
    session.unwire()


def roster(*rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> bytes:
    book = openpyxl.Workbook()
    for row in (headings, *rows):
        book.worksheets[0].append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def uploaded(app: AppTest, data: bytes, name: str = "office.xlsx") -> AppTest:
    app.run()
    app.file_uploader[0].upload(name, data)
    app.run()
    assert not app.exception
    return app


def counts(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_good_and_bad_rows_are_told_apart(app: AppTest, cache: PlanCache) -> None:
    cell = cache.plan().cells.index[0]
    good, bad = (
        ("测试", "10012121212", "县财政局", cell, "网格员"),
        ("无名", "10013131313", "", "1", "网格员"),
    )
    uploaded(app, roster(good, bad))
    assert counts(app) == {"Added": "1", "Changed": "0", "Unchanged": "0", "Refused": "1"}
    table = app.dataframe[0].value
    assert table["Row"].tolist() == ["3", "2"]
    assert "There is no place with the code 1" in str(table.iloc[0, 3])
    assert app.button(key="roster_file_save").label == "Save the 1 good row"


def test_faults_are_told_by_their_cells(app: AppTest, cache: PlanCache) -> None:
    cell = cache.plan().cells.index[0]
    uploaded(app, roster(("测试", "10012121212", "县财政局", cell, "网格官")))
    (told,) = [one for one in app.expander if "fault" in one.label]
    assert told.label == "1 fault in the file"
    (faults,) = [table.value for table in told.dataframe]
    assert faults["Place"].tolist() == ["Sheet E2"]
    assert "no such function" in faults["What is wrong"].iloc[0]


def test_saving_wants_a_reason_and_is_one_change(app: AppTest, cache: PlanCache) -> None:
    before, cell = cache.revision().revision, cache.plan().cells.index[0]
    uploaded(app, roster(("测试", "10012121212", "县财政局", cell, "网格员")))
    app.button(key="roster_file_save").click().run()
    assert [error.value for error in app.error] == ["Write a reason\\."]
    assert cache.revision().revision == before
    app.text_input(key="roster_file_reason").input("first roster")
    app.button(key="roster_file_save").click().run()
    assert not app.exception
    assert "1 rows of office" in app.success[0].value
    assert cache.revision().revision == before + 1
    assert "测试" in set(cache.plan().people["name"])
    assert not app.metric
    app.run()
    assert not app.success


def test_a_file_without_a_column_is_refused_whole(app: AppTest) -> None:
    uploaded(app, roster(("10012121212", "1"), headings=("电话", "网格编码")))
    assert "no column is taken for" in app.error[0].value
    assert not app.button


def test_harm_is_told_in_a_line(app: AppTest) -> None:
    uploaded(app, b"\xff\xd8\xff\xe0\x00 no workbook")
    assert "its content is not a workbook" in app.error[0].value


def test_a_file_that_says_nothing_new(app: AppTest, cache: PlanCache) -> None:
    person = cache.plan().people.iloc[0]
    uploaded(app, roster((cache.plan().people.index[0], person["name"]), headings=("id", "name")))
    assert counts(app)["Unchanged"] == "1"
    assert len(app.info) == 1
    assert not app.button


@pytest.mark.parametrize(
    ("role", "download", "upload"), [(Role.PLANNER, 1, 1), (Role.COMMANDER, 1, 0), (Role.VIEWER, 0, 0)]
)
def test_who_may_what(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, role: Role, download: int, upload: int
) -> None:
    monkeypatch.setattr(session, "current_user", lambda: User("x", "X", role))
    app.run()
    assert not app.exception
    assert (len(app.download_button), len(app.file_uploader)) == (download, upload)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_languages(app: AppTest, language: Language) -> None:
    app.session_state["language"] = language
    uploaded(app, roster(("无名", "10013131313", "", "1", "网格员")))
    assert len(app.metric) == 4
