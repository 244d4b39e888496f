"""Ways to begin without a file of one's own: boundaries of Boston, or the whole demonstration county."""

from __future__ import annotations

from datetime import date
from typing import Final

import streamlit as st

from gridmap.demo.workspace import fill_demo
from gridmap.errors import GridmapError
from gridmap.messages import msg
from gridmap.model.access import User
from gridmap.service.boundaries.samples import has_boston, start_from_boston
from gridmap.web.cells.draft_desk import draft_desk
from gridmap.web.i18n import say
from gridmap.web.notices import Mood, Notice
from gridmap.web.session import now, services

_DEMO_SEED: Final = 7
_DEMO_DAY: Final = date(2020, 2, 10)


def show_samples(user: User) -> None:
    """Two ways to begin without a file of one's own."""
    with st.container(horizontal=True, vertical_alignment="center", key="samples"):
        st.caption(say(msg("No file at hand?")), width="content")
        if has_boston():
            st.button(say(msg("Start from Boston")), on_click=_start_boston, args=(user,))
        st.button(say(msg("Start from the demonstration county")), on_click=_start_demo, args=(user,))


def _start_boston(user: User) -> None:
    desk = draft_desk()
    try:
        start_from_boston(services().cache.workspace, user=user, at=now())
    except GridmapError as error:
        desk.trouble = error.message
        return
    told = msg("506 tracts and 92 towns of Boston are in. Cut them by their population below.")
    desk.clear(Notice(told, Mood.NOTED))


def _start_demo(user: User) -> None:
    desk = draft_desk()
    try:
        with st.spinner(say(msg("Drawing the demonstration county, a few seconds …"))):
            fill_demo(services().cache.workspace, _DEMO_SEED, _DEMO_DAY, user=user, at=now())
    except GridmapError as error:
        desk.trouble = error.message
        return
    desk.clear(Notice(msg("The demonstration county is in, with cells, people and checkpoints.")))
