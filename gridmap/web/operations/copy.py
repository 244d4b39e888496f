"""Copy as text: the present reading in sentences, to be pasted into a chat.

The button works on an intranet too: over plain http browsers have no `navigator.clipboard`, so that the shown
text is selected and copied as by hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from gridmap.messages import msg
from gridmap.service.operations.report import reading_text, report_of
from gridmap.service.operations.viewing import MapView
from gridmap.web.i18n import language, say

_STATIC: Final = Path(__file__).parents[1] / "static"
_copy_text = st.components.v2.component(
    "gridmap.copy_text",
    html='<div class="choice" role="radiogroup"></div><textarea readonly rows="12"></textarea>'
    '<div class="deed"><button type="button"></button><output></output></div>',
    css=(_STATIC / "gridmap-copy.css").read_text(encoding="utf-8"),
    js=(_STATIC / "gridmap-copy.js").read_text(encoding="utf-8"),
)


@st.fragment
def show_copy(view: MapView) -> None:
    """The popover with the present view in sentences, Chinese, English or both, and a button to copy them."""
    panel = st.popover(
        say(msg("Copy as text")), icon=":material/content_copy:", key="copy_panel", on_change="rerun"
    )
    # The component's script is fetched once somebody wants it: the map comes first.
    if panel.open:
        with panel:
            _show_text(view)


def _show_text(view: MapView) -> None:
    found = report_of(view)
    chinese, english = reading_text(found, "zh"), reading_text(found, "en")
    # Texts go in as data and are shown as a field's value: nothing in a name becomes markup.
    _copy_text(
        key="copy_text",
        data={
            "texts": {"zh": chinese, "en": english, "both": f"{chinese}\n\n{english}"},
            "names": {"zh": "中文", "en": "English", "both": say(msg("Both"))},
            "chosen": language(),
            "language": say(msg("Language of the text")),
            "copy": say(msg("Copy")),
            "copied": say(msg("Copied")),
            "failed": say(msg("The browser did not copy it; the text is selected, copy it by the keyboard")),
        },
    )
