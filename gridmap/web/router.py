"""The script Streamlit runs: the list of pages. The gate stands before it, and each page guards itself."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from gridmap.messages import msg
from gridmap.web.i18n import say
from gridmap.web.style import apply_style

# Pages are named relative to this file: a pages/ folder beside the main script would run without this router.
PAGES = (
    ("../../pages/operations_map.py", msg("Operations map"), ":material/map:"),
    ("../../pages/boundaries.py", msg("Boundaries & cells"), ":material/grid_on:"),
    ("../../pages/cells.py", msg("Edit cells"), ":material/edit_square:"),
    ("../../pages/people.py", msg("People"), ":material/groups:"),
    ("../../pages/imports.py", msg("Import"), ":material/upload_file:"),
    ("../../pages/returns.py", msg("Returns"), ":material/assignment_returned:"),
    ("../../pages/export.py", msg("Export"), ":material/print:"),
    ("../../pages/history.py", msg("History"), ":material/history:"),
    ("../../pages/account.py", msg("My account"), ":material/person:"),
)
_ICON = Path(__file__).parent / "static" / "icon.png"


def main() -> None:
    """Run the chosen page."""
    # A page's own icon would become the tab's, and Streamlit fetches that one from a foreign host.
    st.set_page_config(page_title="gridmap", page_icon=str(_ICON), layout="wide")
    apply_style()
    pages = [st.Page(path, title=say(title), icon=icon) for path, title, icon in PAGES]
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
