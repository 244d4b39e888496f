"""The page's style sheet: our few rules over Streamlit's theme."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st


def apply_style() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_css()}</style>")


@cache
def _css() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
