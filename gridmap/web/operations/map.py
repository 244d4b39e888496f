"""The map in its frame: a constant folium map, a command, and the click that comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import streamlit as st

from gridmap.draw.layers import Layers
from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.draw.screen.webmap import MapCommand, command_group, operations_map
from gridmap.model.access import User
from gridmap.model.people import TargetKind
from gridmap.service.operations.viewing import bounds_of, home
from gridmap.web.i18n import language
from gridmap.web.map_frame import show_framed
from gridmap.web.operations.point_switches import shown_points
from gridmap.web.server.routes import geometry_url, status_url
from gridmap.web.session import services
from gridmap.web.view_state import set_view, view_state

_KEY: Final = "operations_map"
_HEIGHT: Final = 620


def show_operations_map(user: User, layers: Layers, at: datetime) -> None:
    """Draw the map of the session's view; a click on it changes the view before the page runs again."""
    wired = services()
    plan, state = wired.cache.plan(), view_state()
    command = MapCommand(
        status_url=status_url(plan.workspace, wired.cache.plan_key(), at, language()),
        geometry_url=geometry_url(plan.workspace) + "{hash}",
        first_chunks=wired.cache.chunks().first,
        trail=tuple(code for code, _ in layers.trail),
        fit=bounds_of(wired.cache, state.focus or layers.scope),
        fit_sequence=state.focus_count,
        selected_kind=state.selected_kind or "",
        selected_code=state.selected_code,
        show=tuple(layer.kind.value for layer in POINT_LAYERS if layer.name in shown_points()),
        language=language(),
    )
    settings = wired.settings
    show_framed(
        operations_map(
            bounds_of(wired.cache, home(plan, user)),
            tiles_url=settings.basemap_url,
            attribution=settings.basemap_attribution,
        ),
        _KEY,
        height=_HEIGHT,
        group=command_group(command),
        on_change=_clicked,
    )


def _clicked() -> None:
    """A unit is drilled into; any other place is selected."""
    click = st.session_state.get(_KEY) or {}
    if not {"kind", "code"} <= click.keys():
        return
    kind, code = TargetKind(click["kind"]), str(click["code"])
    state = view_state()
    set_view(state.drilled(code) if kind is TargetKind.UNIT else state.selecting(kind, code))
