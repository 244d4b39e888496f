"""The card of the selected place; on a cell's card a planner assigns and ends heads and members."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import msg
from gridmap.model.access import Action, User
from gridmap.model.labels import FUNCTIONS, label_of
from gridmap.model.people import Function, Person, TargetKind
from gridmap.service.cards import Card, Posted, candidates, card
from gridmap.service.posting import AssignPost, EndPost, assign_post, end_post
from gridmap.service.rights import may
from gridmap.web.i18n import say
from gridmap.web.markup import badge, facts_table, person_line, plain
from gridmap.web.session import services
from gridmap.web.view_state import set_view, view_state

_NOTICE: Final = "card_notice"
"""Why the last change on the card was refused: set by a callback, shown once by the run after it."""
_ON_CARD: Final = (Function.HEAD, Function.MEMBER)


def show_card(user: User, at: datetime) -> None:
    """The card of the session's selected place; nothing where none is selected."""
    state = view_state()
    if state.selected_kind is None:
        return
    try:
        shown = card(services().cache, user=user, kind=state.selected_kind, code=state.selected_code, at=at)
    except GridmapError as error:
        st.warning(plain(say(error.message)))
        return
    with st.container(border=True, key="card"):
        _head(shown)
        if notice := st.session_state.pop(_NOTICE, None):
            st.error(plain(say(notice)))
        st.html(facts_table((say(label), _text(value)) for label, value in shown.facts))
        allowed = shown.kind is TargetKind.CELL and may(user, Action.EDIT_POSTS, shown.code)
        # A change happens now; looking at another moment is for reading only.
        editable = allowed and state.as_of is None
        for posted in shown.people:
            _person(posted, user, at, editable=editable)
        if not shown.people:
            st.caption(say(msg("Nobody is posted here.")))
        if editable:
            _assign_form(shown, user, at)
        elif allowed:
            st.caption(say(msg("Go back to the present moment to assign or end posts.")))


def show_heads(user: User, at: datetime) -> None:
    """Who answers for the drilled unit itself; that somebody should and nobody does is said as well."""
    scope = view_state().scope
    if not scope:
        return
    unit = card(services().cache, user=user, kind=TargetKind.UNIT, code=scope, at=at)
    for posted in unit.people:
        _person(posted, user, at, editable=False)
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


def _person(posted: Posted, user: User, at: datetime, *, editable: bool) -> None:
    role = say(label_of(FUNCTIONS, posted.function))
    if posted.tier is not None:
        role = say(msg("{role}, tier {tier}", role=role, tier=posted.tier))
    about = [part for part in (posted.person.title, posted.person.sending_unit) if part]
    if posted.until:
        about.append(say(msg("until {until}", until=f"{posted.until:%m-%d %H:%M}")))
    if posted.over_limit:
        about.append(say(msg("over the limit")))
    st.html(person_line(posted.person.name, role, posted.person.phone, " · ".join(about)))
    if editable and posted.function in _ON_CARD:
        with st.popover(say(msg("End this post")), type="tertiary", width="content"):
            st.text_input(say(msg("Reason")), key=f"end-reason-{posted.post_id}")
            st.button(
                say(msg("End {name}'s post", name=plain(posted.person.name))),
                key=f"end-{posted.post_id}",
                on_click=_end,
                args=(posted, user, at),
            )


def _assign_form(shown: Card, user: User, at: datetime) -> None:
    people = {person.id: _candidate(person, held) for person, held in _candidates(shown, user, at)}
    title = say(msg("Assign a head or member"))
    with (
        st.expander(title, expanded=not shown.people, icon=":material/person_add:"),
        st.form("assign", border=False),
    ):
        st.selectbox(
            say(msg("Person")),
            list(people),
            index=None,
            format_func=people.__getitem__,
            placeholder=say(msg("Name, unit or last four digits")),
            key=f"assign-person-{shown.code}",
        )
        st.radio(
            say(msg("Function")),
            _ON_CARD,
            index=1,
            horizontal=True,
            format_func=lambda function: say(FUNCTIONS[function]),
            key="assign-function",
        )
        st.text_input(say(msg("Reason")), key=f"assign-reason-{shown.code}")
        # The card's version goes with the button: what the planner saw, not what the next run will read.
        st.form_submit_button(say(msg("Assign")), type="primary", on_click=_assign, args=(shown, user, at))


def _candidates(shown: Card, user: User, at: datetime) -> tuple[tuple[Person, int], ...]:
    return candidates(services().cache, user=user, code=shown.code, at=at)


def _candidate(person: Person, held: int) -> str:
    where = person.sending_unit or person.title
    load = say(msg("holds {n} cells", n=held))
    return f"{person.name} · {where} · {person.phone[-4:]} · {load}"


def _assign(shown: Card, user: User, at: datetime) -> None:
    person, reason = f"assign-person-{shown.code}", f"assign-reason-{shown.code}"
    command = AssignPost(
        target_kind=TargetKind.CELL,
        target_code=shown.code,
        person_id=st.session_state[person] or "",
        function=st.session_state["assign-function"],
        reason=st.session_state[reason].strip(),
        expected_version=shown.version,
    )
    if not command.person_id or not command.reason:
        st.session_state[_NOTICE] = msg("Choose a person and write a reason.")
        return
    try:
        assign_post(services().cache.workspace, command, user=user, at=at)
    except GridmapError as error:
        st.session_state[_NOTICE] = error.message
    else:
        st.session_state[person], st.session_state[reason] = None, ""


def _end(posted: Posted, user: User, at: datetime) -> None:
    reason = st.session_state[f"end-reason-{posted.post_id}"].strip()
    command = EndPost(post_id=posted.post_id, reason=reason, expected_version=posted.version)
    if not reason:
        st.session_state[_NOTICE] = msg("Write a reason.")
        return
    try:
        end_post(services().cache.workspace, command, user=user, at=at)
    except GridmapError as error:
        st.session_state[_NOTICE] = error.message
