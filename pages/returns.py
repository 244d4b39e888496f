"""Returns: templates out to the townships, returned files in, and who has not returned theirs."""

from __future__ import annotations

import streamlit as st

from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.service.rights import may
from gridmap.web.i18n import say
from gridmap.web.notices import refusals_shown, show_no_boundaries
from gridmap.web.returns.rounds import choose_round, offer_beginning, show_begun
from gridmap.web.returns.table import show_round
from gridmap.web.returns.upload import show_returned_files
from gridmap.web.session import require_user, services

user = require_user()


def main() -> None:
    """Draw the page."""
    editable = may(user, Action.EDIT_POSTS, user.scope)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(say(msg("Returns")), anchor=False, width="content")
        if editable and not services().cache.plan().units.empty:
            offer_beginning(user)
    if not may(user, Action.EXPORT, user.scope):
        st.info(say(msg("Your role looks at plans and collects nothing; ask a commander or planner.")))
        return
    if services().cache.plan().units.empty:
        show_no_boundaries()
        return
    show_begun()
    chosen = choose_round(user)
    if chosen is not None:
        show_round(user, chosen.id)
    if editable:
        st.divider()
        show_returned_files(user)


with refusals_shown():
    main()
