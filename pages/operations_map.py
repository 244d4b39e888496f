"""Operations map: who is responsible where, what is uncovered, whom to send."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from gridmap.errors import AccessError, NotFoundError
from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.model.places import Level
from gridmap.names import CELLS
from gridmap.service.operations.viewing import MapView, home, open_map
from gridmap.service.rights import may
from gridmap.web.briefings.panel import show_export
from gridmap.web.i18n import say
from gridmap.web.markup import legend, plain
from gridmap.web.notices import refusals_shown, show_no_boundaries
from gridmap.web.operations.card import show_card, show_heads
from gridmap.web.operations.copy import show_copy
from gridmap.web.operations.figures import show_figures, show_reading, show_worst_first
from gridmap.web.operations.header import show_header
from gridmap.web.operations.map import show_operations_map
from gridmap.web.operations.point_switches import show_point_switches, shown_points
from gridmap.web.page_table import open_page
from gridmap.web.session import now, require_user, services
from gridmap.web.view_state import set_view, view_state

user = require_user()


def show_legend(view: MapView) -> None:
    """The counted legend of what is on the map."""
    st.html(
        legend(
            view.layers.legend,
            [CELLS, *shown_points()],
            vacancies=bool(view.layers.units.keys() - {Level.VILLAGE}),
        )
    )


def scoped_view(at: datetime) -> MapView:
    """The view of the session's scope; where that is not there or not the user's, of their home."""
    cache, state = services().cache, view_state()
    try:
        if state.scope is not None:
            return open_map(cache, user=user, scope=state.scope, at=at)
    except (AccessError, NotFoundError) as error:
        st.warning(plain(say(error.message)))
    scope = home(cache.plan(), user)
    drilled = state.drilled(scope)
    # An address may name a place without the scope it is looked at from.
    if state.scope is None and state.selected_kind is not None:
        drilled = drilled.selecting(state.selected_kind, state.selected_code)
    set_view(drilled)
    return open_map(cache, user=user, scope=scope, at=at)


def show_way_in() -> None:
    """An empty workspace leads to where it is filled."""
    show_no_boundaries()
    if may(user, Action.EDIT_CELLS) and st.button(
        say(msg("Boundaries & cells")), icon=":material/grid_on:", type="primary", key="way_in"
    ):
        open_page("boundaries")


def main() -> None:
    """Draw the page."""
    if services().cache.plan().units.empty:
        show_way_in()
        return
    at = view_state().as_of or now()
    view = scoped_view(at)
    header = st.container()
    with st.container(key="reading_on_phones"):  # where the columns stand one below the other
        show_reading(view, at)
    map_side, reading_side = st.columns([62, 38], gap="medium")
    # The map goes out first: its frame loads while the rest of the page is still being written.
    with map_side:
        switches = st.container()
        show_operations_map(user, view.layers, at)
    with header:
        show_header(user, view.layers, at)
    with switches:
        show_point_switches()
    with map_side:
        show_legend(view)
    with reading_side:
        show_card(user, at)
        with st.container(key="reading_on_desktops"):
            show_reading(view, at)
        show_heads(user, at)
        show_figures(view)
        show_worst_first(view.concerns, user)
        with st.container(horizontal=True, key="take_away"):
            show_copy(view)
            show_export(user, at, view.layers.revision)


with refusals_shown():
    main()
