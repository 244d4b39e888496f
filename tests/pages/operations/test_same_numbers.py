"""The same numbers on the map's page, in the text, on the sheet and in JSON."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from gridmap.draw.sheet.figure_block import quotient, value_text
from gridmap.measure.evaluate import evaluate
from gridmap.measure.registry import indicators
from gridmap.measure.scope import within
from gridmap.model.audience import Audience
from gridmap.model.products import Product
from gridmap.model.status import Indicator
from gridmap.service.briefings.exports import export
from gridmap.service.briefings.request import ExportRequest
from gridmap.service.operations.report import reading_text, report
from gridmap.service.plan_cache import PlanCache
from gridmap.web.view_state import ViewState
from tests.pages.conftest import PLANNER, RunPage

BOTH_IN_THE_SENTENCE = {
    "cell_coverage", "head_tier1", "head_tier2", "manned_now", "continuity_24h", "arrival", "sites_visited",
}  # fmt: skip


def panel(app: AppTest) -> dict[str, str]:
    """Figures of the page by key."""
    html = "".join(element.proto.body for element in app.get("html"))
    rows = re.findall(r'<tr data-key="(\w+)".*?<td>(.*?)</td></tr>', html)
    return dict(rows)


def sheet(cache: PlanCache, scope: str) -> str:
    """The text of the sheet without white space."""
    request = ExportRequest(
        scope=scope, at=clock(cache), language="en", product=Product.SHEET, audience=Audience.PUBLIC
    )
    data = export(cache, request, user=PLANNER, generated_at=clock(cache)).data
    return squeezed(PdfReader(io.BytesIO(data)).pages[0].extract_text())


def clock(cache: PlanCache) -> datetime:
    moment = cache.plan().demo_clock
    assert moment
    return moment


def squeezed(text: str) -> str:
    return "".join(text.split())


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d,]*", text))


@pytest.mark.parametrize("depth", [0, 1, 2], ids=["county", "township", "village"])
def test_one_number_everywhere(depth: int, run_page: RunPage, cache: PlanCache) -> None:
    plan = cache.plan()
    scope = ("990101000000", "990101100000", str(plan.cells["parent_code"].iloc[-1]))[depth]
    figures = indicators(within(plan, evaluate(plan, clock(cache)), scope))
    found = report(cache, user=PLANNER, scope=scope, at=clock(cache))
    told = json.loads(json.dumps(found.to_json("en")))
    by_key = {one["key"]: one for one in told["indicators"]}
    text, paper = reading_text(found, "en"), sheet(cache, scope)
    screen = panel(run_page("operations_map.py", view=ViewState(scope=scope)))
    assert len(screen) >= 7
    assert set(screen) <= set(by_key) == {figure.key for figure in figures}
    assert f"Revision {told['revision']}" in text
    assert f"Revision{told['revision']}" in paper
    for figure in figures:
        same_in_json(figure, by_key[figure.key])
        if figure.key in screen:
            assert screen[figure.key] == shown(figure)
        assert (str(figure.sentence) in text.splitlines()) is (figure.value is not None)
        line = squeezed(f"{figure.label}{quotient(figure)}({value_text(figure)})")
        assert (line in paper) is (figure.value is not None)
        if figure.key in BOTH_IN_THE_SENTENCE and figure.value not in {None, 1}:
            both = {f"{figure.numerator:,.0f}", f"{figure.denominator:,.0f}"}
            assert both <= numbers(str(figure.sentence))


def same_in_json(figure: Indicator, told: dict[str, object]) -> None:
    assert (told["numerator"], told["denominator"]) == (figure.numerator, figure.denominator)
    assert told["value"] == figure.value


def shown(figure: Indicator) -> str:
    """As the panel writes it: a share as its fraction, anything else as what it comes to."""
    return quotient(figure) if figure.unit == "share" else value_text(figure)
