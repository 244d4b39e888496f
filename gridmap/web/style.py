"""The page's style sheet: our few rules over Streamlit's theme."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import streamlit as st

from gridmap.messages import msg
from gridmap.web.i18n import say


def apply_style() -> None:
    """Put the style sheet on the page."""
    words = say(msg("Choose files"))
    st.html(f"<style>{_css()}{_upload_button(words)}</style>")


def _upload_button(words: str) -> str:
    """Streamlit's upload button knows English alone: our words are put in the place of its own."""
    button = '[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"] p'
    quoted = json.dumps(words, ensure_ascii=False)
    return f"{button}{{font-size:0}}{button}::after{{content:{quoted};font-size:.875rem}}"


@cache
def _css() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
