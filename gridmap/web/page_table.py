"""The pages as a table: a new page is its module under `pages/` and one line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from gridmap.messages import Message, msg

_FOLDER: Final = "../../pages"
"""Named from the router: a pages/ folder beside the main script would run without it."""


@dataclass(frozen=True)
class Page:
    """A page. Who may use it, and what of it, the page says by itself: no door is a guard.

    Attributes:
        name: of its module.
        icon: of Streamlit's Material icons.
        door: the group of the navigation that it stands in; None for no group.
    """

    name: str
    title: Message
    icon: str
    door: Message | None = None

    @property
    def file(self) -> str:
        """Where Streamlit finds it."""
        return f"{_FOLDER}/{self.name}.py"


PAGES: Final = (
    Page("operations_map", msg("Operations map"), ":material/map:"),
    Page("boundaries", msg("Boundaries & cells"), ":material/grid_on:"),
    Page("cells", msg("Edit cells"), ":material/edit_square:"),
    Page("people", msg("People"), ":material/groups:"),
    Page("imports", msg("Import"), ":material/upload_file:"),
    Page("returns", msg("Returns"), ":material/assignment_returned:"),
    Page("export", msg("Export"), ":material/print:"),
    Page("history", msg("History"), ":material/history:"),
    Page("account", msg("My account"), ":material/person:"),
)
"""In the order of the navigation; the first is where one begins."""
_BY_NAME: Final = {page.name: page for page in PAGES}


def open_page(name: str) -> None:
    """Leave this page for another.

    Raises:
        KeyError: there is no such page.
    """
    st.switch_page(_BY_NAME[name].file)
