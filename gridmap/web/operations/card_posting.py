"""On a cell's card a planner assigns and ends heads and members, each with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import streamlit as st

from gridmap.messages import Message, msg
from gridmap.model.access import User
from gridmap.model.labels import FUNCTIONS, label_of
from gridmap.model.people import Function, Person, TargetKind
from gridmap.service.operations.place_card import Card, Posted, candidates
from gridmap.service.people.commands import AssignPost, Edit, EndPost
from gridmap.web.i18n import say
from gridmap.web.markup import plain
from gridmap.web.operations.card_saving import Entry, refuse, save
from gridmap.web.session import services

_ON_CARD: Final = (Function.HEAD, Function.MEMBER)


def end_button(shown: Card, posted: Posted, user: User, at: datetime) -> None:
    """A way to end a head's or member's post, with a reason."""
    if posted.function not in _ON_CARD:
        return
    with st.popover(say(msg("End this post")), type="tertiary", width="content"):
        st.text_input(say(msg("Reason")), key=f"end-reason-{posted.post_id}")
        st.button(
            say(msg("End {name}'s post", name=plain(posted.person.name))),
            key=f"end-{posted.post_id}",
            on_click=_end,
            args=(shown, posted, user, at),
        )


def assign_form(shown: Card, user: User, at: datetime) -> None:
    """Choose a person and a function, and say why."""
    people = {person.id: (person, held) for person, held in _candidates(shown, user, at)}
    title = say(msg("Assign a head or member"))
    with (
        st.expander(title, expanded=not shown.people, icon=":material/person_add:"),
        st.form("assign", border=False),
    ):
        st.selectbox(
            say(msg("Person")),
            list(people),
            index=None,
            format_func=lambda key: _candidate(*people[key]),
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
        names = {key: person.name for key, (person, _) in people.items()}
        st.form_submit_button(
            say(msg("Assign")), type="primary", on_click=_assign, args=(shown, names, user, at)
        )


def _candidates(shown: Card, user: User, at: datetime) -> tuple[tuple[Person, int], ...]:
    return candidates(services().cache, user=user, code=shown.code, at=at)


def _candidate(person: Person, held: int) -> str:
    where = person.sending_unit or person.title
    load = say(msg("holds {n} cells", n=held))
    return f"{person.name} · {where} · {person.phone[-4:]} · {load}"


def _assign(shown: Card, names: dict[str, str], user: User, at: datetime) -> None:
    person, reason = f"assign-person-{shown.code}", f"assign-reason-{shown.code}"
    command = AssignPost(
        target_kind=TargetKind.CELL,
        target_code=shown.code,
        person_id=st.session_state[person] or "",
        function=st.session_state["assign-function"],
        expected_version=shown.version,
    )
    why = st.session_state[reason].strip()
    if not command.person_id or not why:
        refuse(msg("Choose a person and write a reason."))
        return
    wanted = msg(
        "{person} as {function}",
        person=names.get(command.person_id, command.person_id),
        function=FUNCTIONS[command.function],
    )
    save(_entry(shown, command, wanted, why), [command], user, at)


def _end(shown: Card, posted: Posted, user: User, at: datetime) -> None:
    why = st.session_state[f"end-reason-{posted.post_id}"].strip()
    if not why:
        refuse(msg("Write a reason."))
        return
    wanted = msg(
        "end the post of {person} as {function}",
        person=posted.person.name,
        function=label_of(FUNCTIONS, posted.function),
    )
    command = EndPost(post_id=posted.post_id, expected_version=posted.version)
    save(_entry(shown, command, wanted, why), [command], user, at)


def _entry(shown: Card, command: Edit, wanted: Message, reason: str) -> Entry:
    seen = tuple(posted.post_id for posted in shown.people)
    return Entry(shown.code, (command,), wanted, reason, seen)
