"""The page of the map's test server: the map, buttons that change the command, and what a click returned."""

from __future__ import annotations

import json

import streamlit as st
from streamlit_folium import st_folium

from gridmap.draw.screen.webmap import MapCommand, command_group, operations_map
from gridmap.web.server.vendored import use_vendored_assets
from tests.browser import map_county as county

st.set_page_config(layout="wide")
use_vendored_assets()
state = st.session_state
state.setdefault("revision", 1)
state.setdefault("trail", ())
state.setdefault("fit_sequence", 1)
state.setdefault("sites", False)


def drill(*trail: str) -> None:
    state.trail = trail
    state.fit_sequence += 1


with st.sidebar:
    st.button("Mend", on_click=lambda: state.update(revision=2))
    st.button("Break", on_click=lambda: state.update(revision=county.BROKEN))
    st.button("Top", on_click=drill)
    st.button("County", on_click=drill, args=("990101000000",))
    st.button("Township", on_click=drill, args=("990101000000", "990101001000"))
    st.button("Village", on_click=drill, args=("990101000000", "990101001000", "990101001001"))
    st.button("Sites", on_click=lambda: state.update(sites=not state.sites))

command = MapCommand(
    status_url=f"/data/drawn/status/{state.revision}",
    geometry_url="/data/drawn/geometry/{hash}",
    trail=state.trail,
    fit=county.CHUNKS.extents[state.trail[-1]] if state.trail else county.CHUNKS.bounds,
    fit_sequence=state.fit_sequence,
    show=("checkpoint", "contact_site") if state.sites else ("checkpoint",),
)
returned = st_folium(
    operations_map(county.CHUNKS.bounds),
    key="map",
    height=640,
    use_container_width=True,
    returned_objects=[],
    feature_group_to_add=command_group(command),
)
st.code(json.dumps(returned), language=None)
