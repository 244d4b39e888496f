"""People: who is posted where, the roster; assigning, ending and entering many at once, as one change."""

from __future__ import annotations

import streamlit as st

from gridmap.messages import Message, msg
from gridmap.model.access import Action
from gridmap.service.rights import may
from gridmap.web.i18n import say
from gridmap.web.notices import refusals_shown, show_no_boundaries
from gridmap.web.people.filters import choose_scope
from gridmap.web.people.posts import show_posts
from gridmap.web.people.roster import show_roster
from gridmap.web.people.roster_file import show_roster_file
from gridmap.web.people.saving import show_saved
from gridmap.web.session import now, require_user, services
from gridmap.web.view_state import set_view, view_state

user = require_user()

PARTS: dict[str, Message] = {
    "posts": msg("Posts by place"),
    "roster": msg("Roster"),
    "file": msg("Excel file"),
}


def choose_part() -> str:
    """Which table to show."""
    # Set anew at each run, or the choice is forgotten on the way over another page.
    st.session_state["people_part"] = st.session_state.get("people_part") or "posts"
    chosen = st.segmented_control(
        say(msg("Table")),
        list(PARTS),
        format_func=lambda key: say(PARTS[key]),
        key="people_part",
        label_visibility="collapsed",
    )
    return chosen or "posts"


def main() -> None:
    """Draw the page."""
    if services().cache.plan().units.empty:
        show_no_boundaries()
        return
    as_of = view_state().as_of
    at = as_of or now()
    with st.container(horizontal=True, vertical_alignment="center", key="people_head"):
        st.subheader(say(msg("People")), anchor=False, width="content")
        part = choose_part()
        scope = choose_scope(user, at)
    # A change happens now; looking at another moment is for reading only.
    editable = may(user, Action.EDIT_POSTS, scope) and as_of is None
    if as_of is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(say(msg("As of {at}: for reading only.", at=f"{at:%Y-%m-%d %H:%M}")))
            st.button(say(msg("Back to now")), on_click=lambda: set_view(view_state().at(None)))
    show_saved()
    if part == "file":
        show_roster_file(user, scope, at)
    elif part == "roster":
        show_roster(user, scope, at, editable=editable)
    else:
        show_posts(user, scope, at, editable=editable)


with refusals_shown():
    main()
