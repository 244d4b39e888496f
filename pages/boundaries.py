"""Boundaries & cells: bring in boundaries, see what is in them, cut them, compare, save as one change."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.service.boundaries.preview import Preview
from gridmap.service.rights import may
from gridmap.web.boundaries.compare import show_comparison
from gridmap.web.boundaries.found import show_found, show_points_map, show_supposed_map, show_units_map
from gridmap.web.boundaries.source import (
    FILE,
    boundaries_file,
    choose_origin,
    match_columns,
    read_as_likeliest,
    read_file,
)
from gridmap.web.cells.draft_desk import draft_desk
from gridmap.web.cells.draft_result import offer_saving_draft, show_draft, show_draft_told
from gridmap.web.cells.draft_start import (
    SplitChoice,
    offer_boundaries_only,
    offer_split,
    stored_buildings,
    stored_loads,
)
from gridmap.web.cells.extent import ChosenExtent, choose_extent
from gridmap.web.cells.load_and_size import choose_load, choose_size
from gridmap.web.cells.method import ChosenMethod, choose_method
from gridmap.web.cells.samples import show_samples
from gridmap.web.files.asking import ask_open
from gridmap.web.files.look import AskedFile, FileLook, is_placed_by_hand, look_into
from gridmap.web.i18n import say
from gridmap.web.markup import show_step
from gridmap.web.notices import refusals_shown, show_refusal
from gridmap.web.session import require_user, services

user = require_user()


def choose_boundaries(steps: Iterator[int]) -> tuple[bool, Preview | None]:
    """Whether boundaries are chosen, and the file they come from; None where they are here already."""
    plan = services().cache.plan()
    show_step(next(steps), msg("Boundaries"))
    if choose_origin(len(plan.units)) != FILE:
        return True, None
    asked = boundaries_file()
    if plan.units.empty and asked is None:
        show_samples(user)
    if asked is None:
        return False, None
    try:
        look = look_into(asked, "polygon")
    except GridmapError as error:
        show_refusal(error.message)
        return False, None
    show_step(next(steps), msg("What was found"))
    found = show_and_ask(asked, look)
    if found is None:
        return False, None
    possible = show_comparison(found)
    offer_boundaries_only(user, found, possible=possible)
    return True, found


def show_and_ask(asked: AskedFile, look: FileLook) -> Preview | None:
    """What is in the file, the questions it leaves open, and a map; None until it can be read."""
    units = services().cache.plan().units
    reading = read_file(asked, look)
    facts, picture = st.columns([45, 55], gap="medium")
    with facts:
        show_found(look, asked.answers, reading.found, set(units.index))
        ask_open(asked, look)
        if reading.trouble is not None:
            show_refusal(reading.trouble)
    with picture:
        if reading.found is not None:
            show_units_map(reading.found, beside=is_placed_by_hand(asked, look) and not units.empty)
        elif supposed := read_as_likeliest(asked, look):
            show_supposed_map(*supposed, beside=not units.empty)
        match_columns(asked.file, *reading.matching)
    return reading.found


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
    offer_split(user, SplitChoice(found, chosen, size, extent, method))


def main() -> None:
    """Draw the page."""
    st.subheader(say(msg("Boundaries & cells")), anchor=False)
    if not may(user, Action.EDIT_CELLS):
        st.info(say(msg("Only planners and administrators of the whole workspace bring in boundaries.")))
        return
    desk = draft_desk()
    desk.collect()
    show_draft_told()
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
        offer_saving_draft(user, desk.draft)


with st.container(width=1180), refusals_shown():
    main()
