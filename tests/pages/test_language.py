"""In Chinese nothing on a page is left in English, and in English nothing of ours is left in Chinese."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from gridmap.model.people import TargetKind
from gridmap.service.plan_cache import PlanCache
from gridmap.web.view_state import ViewState
from tests.pages.conftest import PAGES, RunPage

WORD = re.compile(r"[A-Za-z]{3,}")
# Formats, and who wrote the drawn county; Streamlit's own widget texts are not ours.
ALLOWED = {"PDF", "PNG", "dpi", "Esc", "GeoPackage", "GeoJSON", "shapefile", "EPSG", "Language", "demo"}
LABELLED = (
    "button toggle selectbox text_input radio date_input time_input button_group download_button popover"
)


def said(app: AppTest) -> list[str]:
    """Texts and labels of a page, without markup."""
    texts = [
        str(getattr(element, "value", ""))
        for kind in ("markdown", "caption", "subheader", "info", "error")
        for element in app.get(kind)
    ]
    texts += [re.sub(r"<[^>]+>", " ", html.proto.body) for html in app.get("html")]
    texts += [str(getattr(widget, "label", "")) for kind in LABELLED.split() for widget in app.get(kind)]
    return texts


def on_a_card(cache: PlanCache) -> dict[str, object]:
    code = str(cache.plan().cells.index[0])
    return {
        "view": ViewState(scope="990101000000", selected_kind=TargetKind.CELL, selected_code=code),
        "sites": True,
    }


@pytest.mark.parametrize("page", PAGES)
def test_no_english_strays_into_chinese(page: str, run_page: RunPage, cache: PlanCache) -> None:
    texts = said(run_page(page, language="zh", **on_a_card(cache)))
    assert len(texts) > 1
    assert not {word for text in texts for word in WORD.findall(text)} - ALLOWED


@pytest.mark.parametrize("page", PAGES)
def test_chinese_in_english_is_only_names(page: str, run_page: RunPage, cache: PlanCache) -> None:
    texts = said(run_page(page, language="en", **on_a_card(cache)))
    plan = cache.plan()
    tables = (plan.units, plan.cells, plan.people, plan.checkpoints, plan.contact_sites, plan.teams)
    names = "".join(name for table in tables for name in table["name"])
    names += (
        "".join(plan.people["title"])
        + "".join(plan.people["sending_unit"])
        + "".join(plan.cells["bounds_note"])
    )
    strays = {letter for text in texts for letter in re.findall(r"[\u4e00-\u9fff]", text)} - set(names)
    assert strays <= set("语言中文缺")
