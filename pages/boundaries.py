"""Boundaries & cells: bring in boundaries, see what is in them, cut them, compare, save as one change."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.service.boundaries import Preview
from gridmap.service.rights import may
from gridmap.web.boundaries_found import show_found, show_points_map, show_step, show_units_map
from gridmap.web.boundaries_source import (
    FILE,
    boundaries_file,
    choose_origin,
    match_columns,
    read_file,
    show_samples,
)
from gridmap.web.draft_desk import draft_desk
from gridmap.web.draft_extent import ChosenExtent, choose_extent
from gridmap.web.draft_form import choose_load, choose_size
from gridmap.web.draft_method import ChosenMethod, choose_method
from gridmap.web.draft_result import show_draft, show_saving, show_told
from gridmap.web.draft_start import Wish, offer_boundaries_only, offer_split, stored_buildings, stored_loads
from gridmap.web.i18n import say
from gridmap.web.markup import plain
from gridmap.web.session import require_user, services

user = require_user()


def choose_boundaries(steps: Iterator[int]) -> tuple[bool, Preview | None]:
    """Whether boundaries are chosen, and the file they come from; None where they are here already."""
    plan = services().cache.plan()
    show_step(next(steps), msg("Boundaries"))
    if choose_origin(len(plan.units)) != FILE:
        return True, None
    file = boundaries_file()
    if plan.units.empty and file is None:
        show_samples(user)
    if file is None:
        return False, None
    found = read_file(file)
    if found is None:
        return False, None
    show_step(next(steps), msg("What was found"))
    facts, picture = st.columns([45, 55], gap="medium")
    with facts:
        show_found(found, set(plan.units.index))
        match_columns(file, list(found.columns), dict(found.matched))
    with picture:
        show_units_map(found)
    offer_boundaries_only(user, found)
    return True, found


def choose_cells(found: Preview | None, steps: Iterator[int]) -> None:
    """Load and size of the cells, what is cut and how, and the button that splits."""
    show_step(next(steps), msg("Load and size of a cell"))
    loads = stored_loads() if found is None else found.loads
    chosen = choose_load(loads, stored_buildings())
    if chosen is not None and chosen.points is not None:
        show_points_map(found, chosen.points)
    size = choose_size(services().cache.plan().scheme)
    show_step(next(steps), msg("Method"))
    extent = choose_extent() if found is None else ChosenExtent()
    relief = extent is not None and extent.is_relief
    method = ChosenMethod() if relief else choose_method(None if chosen is None else chosen.points)
    offer_split(user, Wish(found, chosen, size, extent, method))


def main() -> None:
    """Draw the page."""
    st.subheader(say(msg("Boundaries & cells")), anchor=False)
    if not may(user, Action.EDIT_CELLS):
        st.info(say(msg("Only planners and administrators of the whole workspace bring in boundaries.")))
        return
    desk = draft_desk()
    desk.collect()
    show_told()
    steps = count(1)
    chosen, found = choose_boundaries(steps)
    if not chosen:
        desk.drop()
        return
    choose_cells(found, steps)
    if desk.draft is not None:
        show_step(next(steps), msg("Draft, not saved yet"))
        show_draft(desk.draft)
        show_step(next(steps), msg("Save"))
        show_saving(user, desk.draft)


try:
    with st.container(width=1180):
        main()
except GridmapError as error:
    st.error(plain(say(error.message)))
