"""Edit cells: correct the cells of a village or community on the map, and save the steps as one change."""

from __future__ import annotations

import streamlit as st

from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.service.cells.sketch import load_edit_ground
from gridmap.service.cells.sketch_view import cell_rows, units_with_cells
from gridmap.service.rights import may
from gridmap.web.cells.sketch_desk import cells_desk
from gridmap.web.cells.sketch_draft import (
    draft_of,
    offer_saving_sketch,
    show_cells,
    show_sketch,
    show_sketch_told,
)
from gridmap.web.cells.sketch_map import show_edit_legend, show_edit_map
from gridmap.web.cells.tools import choose_tool, choose_unit, show_selection, show_sketch_trouble, show_steps
from gridmap.web.i18n import say
from gridmap.web.notices import refusals_shown
from gridmap.web.session import require_user, services

user = require_user()


def work(unit: str) -> None:
    """The map, and beside it tools, cells, steps and saving."""
    desk, ground = cells_desk(), load_edit_ground(services().cache, user=user)
    sketch = desk.lay(ground)
    rows = cell_rows(sketch, unit)
    map_side, tool_side = st.columns([62, 38], gap="medium")
    with map_side:
        show_edit_map(sketch, unit, rows)
        show_edit_legend(rows)
    with tool_side:
        choose_tool()
        show_sketch_trouble(ground)
        show_sketch_told()
        show_selection(sketch, rows)
        show_cells(rows)
        if sketch.steps:
            st.markdown("#### " + say(msg("Not saved yet")))
            show_steps(sketch)
            draft = draft_of(sketch)
            show_sketch(draft)
            offer_saving_sketch(user, draft, behind=desk.is_behind(ground))


def main() -> None:
    """Draw the page."""
    plan = services().cache.plan()
    if not may(user, Action.EDIT_CELLS):
        st.subheader(say(msg("Edit cells")), anchor=False)
        st.info(say(msg("Only planners and administrators of the whole workspace edit cells.")))
        return
    if plan.cells.empty:
        st.subheader(say(msg("Edit cells")), anchor=False)
        st.info(say(msg("There are no cells yet. Cut them on the page Boundaries & cells.")))
        return
    units = units_with_cells(load_edit_ground(services().cache, user=user))
    with st.container(horizontal=True, vertical_alignment="center", key="cells_head"):
        st.subheader(say(msg("Edit cells")), anchor=False, width="content")
        unit = choose_unit(units, plan.cells["parent_code"])
    work(unit)


with refusals_shown():
    main()
