"""The first step of an import: the file, and what it is brought in as."""

from __future__ import annotations

from typing import Final

import streamlit as st

from gridmap.messages import msg
from gridmap.model.access import Action, User
from gridmap.model.files import KINDS_OF_FILE
from gridmap.service.rights import may
from gridmap.web.files.desk import KeptFile
from gridmap.web.files.fields import VECTORS, file_field
from gridmap.web.i18n import say
from gridmap.web.imports.desk import SLOT, import_desk
from gridmap.web.markup import plain
from gridmap.web.page_table import open_page

_TABLES: Final = ("xlsx", "xls", "ods", "csv", "tsv", "txt")
_KIND: Final = "import_kind"


def choose_file(user: User) -> KeptFile | None:
    """The upload field and the kinds; the file once both are chosen."""
    file = file_field(SLOT, say(msg("A table or a vector file, as the office has it")), (*_TABLES, *VECTORS))
    desk = import_desk()
    desk.follow("" if file is None else f"{file.digest} {file.name}")
    _choose_kind()
    if may(user, Action.EDIT_CELLS):
        with st.container(horizontal=True, vertical_alignment="center", key="import_boundaries"):
            st.caption(
                say(msg("Boundaries of units, and cells, are brought in on another page.")), width="content"
            )
            if st.button(say(msg("Boundaries & cells")), icon=":material/grid_on:", type="tertiary"):
                open_page("boundaries")
    return file if desk.kind else None


def _choose_kind() -> None:
    desk = import_desk()
    # Set anew where it was forgotten on the way over another page, or the desk was cleared.
    if st.session_state.get(_KIND) != (desk.kind or None):
        st.session_state[_KIND] = desk.kind or None
    st.segmented_control(
        say(msg("What the file tells of")),
        list(KINDS_OF_FILE),
        format_func=lambda kind: say(KINDS_OF_FILE[kind].label),
        key=_KIND,
        on_change=_chosen,
    )
    if desk.kind:
        st.caption(plain(say(KINDS_OF_FILE[desk.kind].about)))


def _chosen() -> None:
    """A click on the chosen kind again, which would unset it, changes nothing."""
    if chosen := st.session_state[_KIND]:
        import_desk().choose_kind(str(chosen))
