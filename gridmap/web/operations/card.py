"""The card of the selected place: what it is, who is there, whom to call, and who could be posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import msg
from gridmap.model.access import Action, User
from gridmap.model.labels import FUNCTIONS, label_of
from gridmap.model.people import TargetKind
from gridmap.service.operations.calls import Contact, whom_to_call
from gridmap.service.operations.place_card import Card, Posted, card
from gridmap.service.rights import may
from gridmap.web.cells.tools import offer_editing
from gridmap.web.i18n import say
from gridmap.web.markup import badge, facts_table, person_line, plain
from gridmap.web.notices import Mood, Notice
from gridmap.web.operations.calls import (
    call_button,
    may_call,
    number_shown,
    role_of,
    show_call_notice,
    show_call_reason,
)
from gridmap.web.operations.card_posting import assign_form, end_button
from gridmap.web.operations.card_saving import show_refused
from gridmap.web.operations.conflict import show_conflict
from gridmap.web.session import now, services
from gridmap.web.view_state import set_view, view_state


def show_card(user: User, at: datetime) -> None:
    """The card of the session's selected place; nothing where none is selected."""
    state = view_state()
    if state.selected_kind is None:
        return
    place = (state.selected_kind, state.selected_code)
    try:
        shown = card(services().cache, user=user, kind=place[0], code=place[1], at=at)
        contacts = whom_to_call(services().cache, user=user, kind=place[0], code=place[1], at=now())
    except GridmapError as error:
        Notice(error.message, Mood.DOUBTED).show()
        return
    with st.container(border=True, key="card"):
        _head(shown)
        st.html(facts_table((say(label), _text(value)) for label, value in shown.facts))
        allowed = shown.kind is TargetKind.CELL and may(user, Action.EDIT_POSTS, shown.code)
        # A change happens now; looking at another moment is for reading only.
        editable = allowed and state.as_of is None
        _people(shown, contacts, user, at, editable=editable)
        show_refused()
        show_conflict(shown, user, at)
        if editable:
            assign_form(shown, user, at)
        elif allowed:
            st.caption(say(msg("Go back to the present moment to assign or end posts.")))
        if shown.kind is TargetKind.CELL and state.as_of is None:
            offer_editing(user, shown.code)


def show_heads(user: User, at: datetime) -> None:
    """Who answers for the drilled unit itself; that somebody should and nobody does is said as well."""
    state = view_state()
    if not state.scope or (state.selected_kind, state.selected_code) == (TargetKind.UNIT, state.scope):
        return  # its card is open
    unit = card(services().cache, user=user, kind=TargetKind.UNIT, code=state.scope, at=at)
    for posted in unit.people:
        with st.container(horizontal=True, vertical_alignment="center", key=f"person-heads-{posted.post_id}"):
            _line(unit, posted)
            if state.as_of is None:
                _call(unit, posted.person.id, posted.person.phone, user, where="heads")
    show_call_notice(unit.kind, unit.code)
    if unit.state_label:
        st.html(badge(say(unit.state_label), unit.state))


def _text(value: object) -> str:
    return value if isinstance(value, str) else say(value)  # type: ignore[arg-type] # Facts hold texts or messages


def _head(shown: Card) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        mark = badge(say(shown.state_label), shown.state) if shown.state_label else ""
        st.markdown(f"#### {plain(shown.name)}", width="content")
        st.html(mark, width="content") if mark else None
        st.button(
            "",
            icon=":material/close:",
            key="close_card",
            type="tertiary",
            help=say(msg("Close")),
            width="content",
            on_click=lambda: set_view(view_state().closed()),
        )
    st.caption(plain(shown.code))


def _people(shown: Card, contacts: Sequence[Contact], user: User, at: datetime, *, editable: bool) -> None:
    """Those at the place, then those who answer from above, each with a way to call."""
    on_call = {contact.person_id for contact in contacts}
    for posted in shown.people:
        with st.container(horizontal=True, vertical_alignment="center", key=f"person-{posted.post_id}"):
            _line(shown, posted)
            if posted.person.id in on_call:  # at another moment others may be there
                _call(shown, posted.person.id, posted.person.phone, user, where="card")
            if editable:
                end_button(shown, posted, user, at)
    posted_here = {posted.person.id for posted in shown.people}
    others = [contact for contact in contacts if contact.person_id not in posted_here]
    if not shown.people:
        st.caption(say(msg("Nobody is posted here.")))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if others:
            st.caption(say(msg("Also to call") if shown.people else msg("Whom to call")), width="content")
        if contacts and may_call(user):
            show_call_reason("card")
    for contact in others:
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"person-other-{contact.person_id}"
        ):
            number = number_shown(shown.kind, shown.code, contact.person_id)
            st.html(person_line(contact.name, role_of(contact), contact.phone, number=number))
            _call(shown, contact.person_id, contact.phone, user, where="card")
    show_call_notice(shown.kind, shown.code)


def _line(place: Card, posted: Posted) -> None:
    role = say(label_of(FUNCTIONS, posted.function))
    if posted.tier is not None:
        role = say(msg("{role}, tier {tier}", role=role, tier=posted.tier))
    about = [part for part in (posted.person.title, posted.person.sending_unit) if part]
    if posted.until:
        about.append(say(msg("until {until}", until=f"{posted.until:%m-%d %H:%M}")))
    if posted.over_limit:
        about.append(say(msg("over the limit")))
    number = number_shown(place.kind, place.code, posted.person.id)
    st.html(person_line(posted.person.name, role, posted.person.phone, " · ".join(about), number=number))


def _call(place: Card, person_id: str | None, phone: str, user: User, *, where: str) -> None:
    """The button, where there is a number to reveal that is not on the screen already."""
    if phone and may_call(user) and not number_shown(place.kind, place.code, person_id):
        call_button(place.kind, place.code, person_id, where=where)
