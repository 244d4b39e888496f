"""History: who changed what, when and why; taking back one's own last change."""

from __future__ import annotations

import streamlit as st

from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.service.rights import may
from gridmap.web.history.panel import show_history, show_undo
from gridmap.web.i18n import say
from gridmap.web.notices import refusals_shown
from gridmap.web.session import now, require_user

user = require_user()


def main() -> None:
    """Draw the page."""
    st.subheader(say(msg("History")), anchor=False)
    if may(user, Action.EDIT_POSTS, user.scope):
        show_undo(user, now())
    show_history(user)


with st.container(width=1080), refusals_shown():
    main()
