"""The commander's column: the sentence, the figures, and what is worst."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.messages import msg
from gridmap.model.access import User
from gridmap.model.people import TargetKind
from gridmap.model.status import Concern
from gridmap.service.operations.viewing import MapView
from gridmap.web.i18n import say
from gridmap.web.markup import figure_table, plain, reading
from gridmap.web.operations.calls import call_first_button, may_call, show_call_reason, show_first_called
from gridmap.web.view_state import set_view, view_state

_SHOWN: Final = 5
_FIGURES: Final = (
    "head_tier1",
    "head_tier2",
    "cell_coverage",
    "households_per_member",
    "people_over_limit",
    "manned_now",
    "gaps_tonight",
    "continuity_24h",
    "without_rest",
    "arrival",
    "sites_visited",
    "reporting",
)
"""Shown in this order, as far as the plan's tables allow them."""


def show_reading(view: MapView, at: datetime) -> None:
    """The one sentence, led by its moment."""
    as_of = say(msg("As of {at}", at=f"{at:%Y-%m-%d %H:%M}"))
    st.html(reading(say(view.layers.reading), as_of))


def show_figures(view: MapView) -> None:
    """The indicators of the scope."""
    st.html(figure_table(view.indicators[key] for key in _FIGURES if key in view.indicators))


def show_worst_first(concerns: tuple[Concern, ...], user: User) -> None:
    """The first few concerns, each to be located and called about, and all of them behind one line."""
    title, calls = say(msg("Worst first")), may_call(user)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{title}**", width="content")
        if calls and concerns:
            show_call_reason("list")
    if not concerns:
        st.caption(say(msg("Nothing wants attention here.")))
        return
    with st.container(key="worst", gap=None):
        for concern in concerns[:_SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center", gap=None):
                _line(concern)
                if calls:
                    call_first_button(TargetKind(concern.kind), concern.code)
            if calls:
                show_first_called(TargetKind(concern.kind), concern.code)
    # The table comes on demand: its script is the heaviest of the page.
    if len(concerns) > _SHOWN and st.toggle(say(msg("All {n}", n=len(concerns))), key="show_all_concerns"):
        _all(concerns)


def _line(concern: Concern) -> None:
    st.button(
        f"{plain(concern.name)} — **{plain(say(concern.what))}**",
        key=f"locate-{concern.kind}-{concern.code}",
        icon=":material/my_location:",
        help=say(msg("Locate")),
        on_click=_locate,
        args=(concern,),
        type="tertiary",
        width="stretch",
    )


def _all(concerns: tuple[Concern, ...]) -> None:
    place, what = say(msg("Place")), say(msg("What is wrong"))
    table = pd.DataFrame({place: [c.name for c in concerns], what: [say(c.what) for c in concerns]})
    st.caption(say(msg("Choose a line to see it on the map.")))
    st.dataframe(
        table,
        hide_index=True,
        on_select=lambda: _chosen(concerns),
        selection_mode="single-row",
        key="all_concerns",
    )


def _chosen(concerns: tuple[Concern, ...]) -> None:
    rows = st.session_state["all_concerns"]["selection"]["rows"]
    if rows:
        _locate(concerns[rows[0]])


def _locate(concern: Concern) -> None:
    kind, state = TargetKind(concern.kind), view_state()
    if kind is TargetKind.UNIT:
        set_view(state.drilled(concern.code).selecting(kind, concern.code))
    else:
        set_view(state.locating(kind, concern.code))
