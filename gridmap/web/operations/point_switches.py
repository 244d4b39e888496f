"""Which layers of points the map, its legend and the export of it carry: a switch for each."""

from __future__ import annotations

import streamlit as st

from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.web.i18n import say


def show_point_switches() -> None:
    """The switches, in the order of the layers."""
    for layer in POINT_LAYERS:
        # Set anew at each run, or the choice is forgotten on the way over another page.
        st.session_state[layer.option] = st.session_state.get(layer.option, layer.shown)
    with st.container(horizontal=True, vertical_alignment="center", key="switches"):
        for layer in POINT_LAYERS:
            st.toggle(say(layer.label), key=layer.option)


def shown_points() -> frozenset[str]:
    """Names of the layers that are switched on."""
    return frozenset(layer.name for layer in POINT_LAYERS if st.session_state.get(layer.option, layer.shown))
