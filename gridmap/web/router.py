"""The script Streamlit runs: the pages in their doors. The gate stands before it; each page guards itself."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from gridmap.web.i18n import say
from gridmap.web.page_table import PAGES
from gridmap.web.style import apply_style

_ICON = Path(__file__).parent / "static" / "icon.png"


def main() -> None:
    """Run the chosen page."""
    # A page's own icon would become the tab's, and Streamlit fetches that one from a foreign host.
    st.set_page_config(page_title="gridmap", page_icon=str(_ICON), layout="wide")
    apply_style()
    doors: dict[str, list[st.Page]] = {}
    for page in PAGES:
        door = "" if page.door is None else say(page.door)
        doors.setdefault(door, []).append(st.Page(page.file, title=say(page.title), icon=page.icon))
    st.navigation(doors, position="top").run()


if __name__ == "__main__":
    main()
