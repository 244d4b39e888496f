"""The report as JSON, Markdown, workbook and text for a chat."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from gridmap.errors import AccessError, NotFoundError
from gridmap.measure.registry import REGISTRY
from gridmap.messages import Language, msg
from gridmap.model.access import Role, User
from gridmap.service.operations.report import Report, reading_text, report, to_markdown, to_workbook
from gridmap.service.operations.viewing import open_map
from gridmap.service.plan_cache import PlanCache
from tests.store.drawn_workspace import drawn_workspace

NOON = datetime(2020, 2, 10, 12)
COUNTY, FIRST, SECOND = "990101000000", "990101001000", "990101002000"
VIEWER = User("wu", "Wu", Role.VIEWER)


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


@pytest.fixture
def county(cache: PlanCache) -> Report:
    return report(cache, user=VIEWER, scope=COUNTY, at=NOON)


def test_json_has_the_keys_of_the_documents(county: Report) -> None:
    found = json.loads(json.dumps(county.to_json("en")))
    assert {"revision", "as_of", "scope", "indicators"} <= set(found)
    assert (found["revision"], found["as_of"], found["scope"]) == (1, "2020-02-10T12:00:00", COUNTY)
    assert [one["key"] for one in found["indicators"]] == [measure.key for measure in REGISTRY]
    for one in found["indicators"]:
        assert {"key", "label", "numerator", "denominator", "value", "unit", "notes"} <= set(one)
        if one["denominator"] == 0:
            assert one["value"] is None
            assert one["sentence"] is None
        else:
            assert one["value"] == pytest.approx(one["numerator"] / one["denominator"])


def test_the_report_is_what_the_map_shows(cache: PlanCache, county: Report) -> None:
    view = open_map(cache, user=VIEWER, scope=COUNTY, at=NOON)
    assert county.indicators == tuple(view.indicators.values()) == view.layers.indicators
    assert county.concerns == view.concerns


def test_labels_are_in_the_language_asked_for(county: Report) -> None:
    labels = {
        language: {one["key"]: one["label"] for one in county.to_json(language)["indicators"]}
        for language in ("zh", "en")
    }
    assert labels["en"]["manned_now"] == "Posts manned now"
    assert labels["zh"]["manned_now"] == "卡口在岗"


def test_the_text_leads_with_its_moment_and_ends_with_its_revision(county: Report) -> None:
    lines = reading_text(county, "en").splitlines()
    assert lines[:2] == ["As of 2020-02-10 12:00", "云泽县"]
    assert "4 of 4 cells have nobody responsible, most of them in 河东镇; " in lines[2]
    worst = lines.index("Worst first:")
    assert [line[:2] for line in lines[worst + 1 : worst + 4]] == ["1.", "2.", "3."]
    assert lines[worst + 4 :] == ["Demonstration data, fictional", "Revision 1"]
    for one in county.indicators:
        assert (str(one.sentence) in lines) is (one.value is not None)
    assert {one.key for one in county.indicators if one.value is None} >= {"arrival"}


def test_chinese_text_leads_with_its_moment(county: Report) -> None:
    lines = reading_text(county, "zh").splitlines()
    assert lines[0] == "截至 2020-02-10 12:00"
    assert lines[-1] == "版本 1"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_demonstration_says_so(county: Report, language: Language) -> None:
    mark = {"zh": "演示数据", "en": "Demonstration data"}[language]
    assert mark in reading_text(county, language).splitlines()[-2]
    assert mark not in reading_text(replace(county, demo=False), language)


def test_the_text_has_no_markdown_and_keeps_a_sentence_on_its_line(county: Report) -> None:
    text = reading_text(replace(county, name="东\n村 <b>*x*</b>"), "en")
    assert text.splitlines()[1] == "东 村 <b>*x*</b>"
    assert not [line for line in text.splitlines() if line.startswith(("#", "-", "|", "* "))]


def test_markdown_holds_every_figure_and_no_markup_of_a_name(county: Report) -> None:
    named = replace(county, name="[a](b)|<img>")
    text = to_markdown(named, "en")
    assert text.startswith("# \\[a\\](b)\\|\\<img\\>\n")
    table = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(table) == 1 + len(REGISTRY)
    assert "| Cells covered | 0 / 4 | 0.0% |" in table
    assert "| Arrival rate | – | – |" in table


def test_the_workbook_holds_figures_as_numbers_and_names_as_text(county: Report) -> None:
    payload = replace(county.indicators[0], sentence=msg("=1+1"), notes=(msg("@SUM(A1)"),))
    found = replace(county, name="=cmd|' /C calc'!A0", indicators=(payload, *county.indicators[1:]))
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(found, "en", made_at=NOON)))
    figures, details = book.worksheets
    rows = {row[0]: row for row in figures.iter_rows(values_only=True)}
    for one in county.indicators:
        assert rows[one.key][2:4] == (one.numerator, one.denominator)
    assert rows["cell_coverage"][5] == "=1+1"
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    notes = [row[2] for row in details.iter_rows(values_only=True)]
    assert "@SUM(A1)" in notes
    assert len(notes) >= sum(len(one.notes) for one in found.indicators)


def test_a_township_reports_itself_alone(cache: PlanCache) -> None:
    user = User("li", "", Role.VIEWER, FIRST)
    found = report(cache, user=user, scope=FIRST, at=NOON)
    assert "河西" not in reading_text(found, "zh")
    for scope in (COUNTY, SECOND, ""):
        with pytest.raises(AccessError):
            report(cache, user=user, scope=scope, at=NOON)
    with pytest.raises(NotFoundError):
        report(cache, user=VIEWER, scope="990101003000", at=NOON)
