"""Export: a scope as a sheet, a ledger or geodata, for an audience."""

from __future__ import annotations

import streamlit as st

from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.service.rights import may
from gridmap.web.briefings.form import choose_export, show_downloads, show_proof
from gridmap.web.i18n import say
from gridmap.web.notices import refusals_shown, show_no_boundaries
from gridmap.web.session import now, require_user, services
from gridmap.web.view_state import view_state

user = require_user()


def main() -> None:
    """Draw the page."""
    st.subheader(say(msg("Export")), anchor=False)
    if not may(user, Action.EXPORT, user.scope):
        st.info(say(msg("Your role looks at plans and does not export; ask a commander or planner.")))
        return
    plan = services().cache.plan()
    if plan.units.empty:
        show_no_boundaries()
        return
    at = view_state().as_of or now()
    choices, result = st.columns([36, 64], gap="medium")
    with choices:
        request = choose_export(user, at)
    with result:
        st.caption(
            say(
                msg(
                    "As of {time}, revision {revision}",
                    time=f"{at:%Y-%m-%d %H:%M}",
                    revision=plan.revision,
                )
            )
        )
        downloads = st.container()
        show_proof(user, request)
        with downloads:  # only once the proof has shown that the files can be made
            show_downloads(user, request, plan.revision)


with refusals_shown():
    main()
