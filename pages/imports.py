"""Import: a file as an office has it, what is in it, what it means, what it would change; then save."""

from __future__ import annotations

import streamlit as st

from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.service.rights import may
from gridmap.web.i18n import say
from gridmap.web.imports.asking import ask_open_questions, ask_year
from gridmap.web.imports.changes import offer_saving_import, show_import_rows, show_import_told
from gridmap.web.imports.columns import present_mapping, show_mapping
from gridmap.web.imports.compare import looked_into, previewed
from gridmap.web.imports.desk import show_import_trouble
from gridmap.web.imports.faults import show_faults
from gridmap.web.imports.file import choose_file
from gridmap.web.imports.found import (
    show_first_rows,
    show_places,
    show_what_is_in_it,
)
from gridmap.web.imports.look import Look
from gridmap.web.imports.matching import show_questions
from gridmap.web.markup import show_step
from gridmap.web.notices import refusals_shown, show_no_boundaries, show_refusal
from gridmap.web.session import require_user, services

user = require_user()


def show_look(look: Look) -> bool:
    """What is in the file; whether it can be brought in as it is read now."""
    show_step(2, msg("What is in it"))
    show_what_is_in_it(look)
    ask_open_questions(look)
    if look.trouble is not None and not look.must_choose:
        show_refusal(look.trouble)
    if look.source is None:
        return False
    mapping = present_mapping(look.source)
    show_first_rows(look.source, mapping)
    show_places(user, look.source, mapping)
    return True


def bring_in(look: Look) -> None:
    """Mapping, matching, faults, changes."""
    if look.source is None:
        return
    mapping = present_mapping(look.source)
    show_step(3, msg("What the columns mean"))
    show_mapping(look.source, mapping)
    show_import_trouble("mapping")
    show_step(4, msg("Matching and faults"))
    preview = previewed(user, look.source, mapping)
    if preview is None:
        return
    show_questions(user, preview)
    show_import_trouble("matching")
    ask_year(preview)
    show_faults([look.source.table], preview)
    show_step(5, msg("What would change"))
    show_import_rows(preview)
    show_import_trouble("saving")
    offer_saving_import(user, preview, look.stamp)


def main() -> None:
    """Draw the page."""
    st.subheader(say(msg("Import")), anchor=False)
    if not may(user, Action.EDIT_POSTS, user.scope):
        st.info(say(msg("Only planners and administrators bring in files.")))
        return
    if services().cache.plan().units.empty:
        show_no_boundaries()
        return
    show_import_told()
    show_step(1, msg("File, and what it tells of"))
    file = choose_file(user)
    if file is None:
        return
    look = looked_into(user, file)
    if look is None:
        return
    if look.roster is not None:
        st.info(say(msg("This is a roster as it was written to be filled in: its columns need no mapping.")))
        show_faults(look.roster.given, look.roster)
        show_step(2, msg("What would change"))
        show_import_rows(look.roster)
        show_import_trouble("saving")
        offer_saving_import(user, look.roster, look.stamp)
    elif show_look(look):
        bring_in(look)


with st.container(width=1180), refusals_shown():
    main()
