"""The page's style sheet: our few rules over Streamlit's theme."""

from __future__ import annotations

from pathlib import Path

import streamlit as st


def apply_style() -> None:
    """Put the style sheet on the page."""
    css = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    st.html(f"<style>{css}</style>")
