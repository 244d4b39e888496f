"""Choosing a round of collecting, and beginning one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import msg
from gridmap.model.access import User
from gridmap.service.returns.rounds import Round, begin_collecting, collecting_rounds, round_label
from gridmap.service.returns.templates import TEMPLATE_KINDS
from gridmap.web.i18n import say
from gridmap.web.notices import refuse_after, show_once, tell_after
from gridmap.web.session import now, services

_CHOSEN: Final = "returns_round"
_KIND: Final = "returns_kind"
_DAY: Final = "returns_day"
_TIME: Final = "returns_time"
_PLACE: Final = "returns_begun"
_TURN: Final = "returns_begun_count"
"""Counts rounds begun: the form takes a new key, so that it is shut and what was begun is seen."""
_USUAL_TIME: Final = time(18)


def choose_round(user: User) -> Round | None:
    """The round to look at, the newest first; None where there is none yet."""
    rounds = {one.id: one for one in collecting_rounds(services().cache, user=user)}
    if not rounds:
        st.info(say(msg("No templates have gone out yet: begin a round.")))
        return None
    # Set anew at each run, or the choice is forgotten on the way over another page.
    kept = st.session_state.get(_CHOSEN)
    st.session_state[_CHOSEN] = kept if kept in rounds else next(iter(rounds))
    chosen = st.selectbox(
        say(msg("Round")), list(rounds), format_func=lambda key: say(round_label(rounds[key])), key=_CHOSEN
    )
    return rounds[chosen]


def offer_beginning(user: User) -> None:
    """A small form: what is collected, and until when."""
    key = f"returns_form_{st.session_state.get(_TURN, 0)}"
    with st.popover(say(msg("Begin a round")), icon=":material/outgoing_mail:", key=key):
        st.caption(
            say(msg("Each township gets a workbook with its present data, to be corrected and returned."))
        )
        st.selectbox(
            say(msg("What is collected")),
            list(TEMPLATE_KINDS),
            format_func=lambda kind: say(TEMPLATE_KINDS[kind]),
            key=_KIND,
        )
        today = now().date()
        st.date_input(say(msg("Due on")), today + timedelta(days=1), min_value=today, key=_DAY)
        st.time_input(say(msg("At")), _USUAL_TIME, key=_TIME)
        st.button(
            say(msg("Begin")),
            type="primary",
            on_click=_begin,
            args=(user,),
            key="returns_begin",
            width="stretch",
        )


def show_begun() -> None:
    """What became of the last click on Begin, once."""
    show_once(_PLACE)


def _begin(user: User) -> None:
    state = st.session_state
    deadline = datetime.combine(state[_DAY], state[_TIME])
    try:
        begun = begin_collecting(services().cache, state[_KIND], deadline=deadline, user=user, at=now())
    except GridmapError as error:
        refuse_after(_PLACE, error.message)
        return
    state[_CHOSEN] = begun.id
    state[_TURN] = state.get(_TURN, 0) + 1
    tell_after(_PLACE, msg("The round has begun: download the templates and send them out."))
