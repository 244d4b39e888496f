"""Calling from a card or the list: a tap shows one number in place, and the log tells of it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import msg
from gridmap.model.access import Action, User
from gridmap.model.people import TargetKind
from gridmap.service.operations.calls import CALL_REASONS, CallReason, Contact, Revealed, reveal, whom_to_call
from gridmap.service.rights import may
from gridmap.web import session
from gridmap.web.i18n import say
from gridmap.web.markup import person_line
from gridmap.web.notices import Mood, show_once, tell_after
from gridmap.web.view_state import view_state

_SHOWN: Final = "revealed"
"""The last number, with the selection it was asked for beside; it goes when another place is chosen."""
_REASON: Final = "call_reason"


def may_call(user: User) -> bool:
    """Whether the user's role reveals numbers; which ones is checked at each call."""
    return may(user, Action.REVEAL_PHONE, user.scope)


def show_call_reason(where: str) -> None:
    """The reason that the next calls are logged with, and a way to choose another one."""
    key, chosen = f"{_REASON}-{where}", _reason()
    st.session_state[key] = chosen
    label = say(msg("Calls are logged as: {reason}", reason=CALL_REASONS[chosen]))
    with st.popover(label, type="tertiary", width="content"):
        st.radio(
            say(msg("Reason of calls")),
            list(CallReason),
            key=key,
            format_func=lambda reason: say(CALL_REASONS[reason]),
            on_change=_choose_reason,
            args=(key,),
        )


def number_shown(kind: TargetKind, code: str, person_id: str | None) -> str:
    """The whole number where it is the one revealed last, else nothing."""
    shown = _shown()
    if shown is None or (shown.kind, shown.code, shown.contact.person_id) != (kind, code, person_id):
        return ""
    return shown.number


def call_button(kind: TargetKind, code: str, person_id: str | None, *, where: str) -> None:
    """A button that reveals one person's number."""
    _button(f"call-{where}-{code}-{person_id}", (kind, code, person_id))


def call_first_button(kind: TargetKind, code: str) -> None:
    """A button that reveals the number of whoever answers for a place, the nearest first."""
    _button(f"call-first-{kind}-{code}", (kind, code))


def show_first_called(kind: TargetKind, code: str) -> None:
    """Who was called about a place of the list, with the number; or why nobody could be."""
    shown = _shown()
    if shown is not None and (shown.kind, shown.code) == (kind, code):
        contact = shown.contact
        st.html(person_line(contact.name, role_of(contact), contact.phone, number=shown.number))
    show_call_notice(kind, code)


def show_call_notice(kind: TargetKind, code: str) -> None:
    """Why the last call about a place was refused, once."""
    show_once(_place(kind, code))


def role_of(contact: Contact) -> str:
    """The role of one who answers from above, with the unit they head."""
    role = say(contact.role)
    return f"{contact.place} {role}" if contact.place else role


def _button(key: str, args: tuple[TargetKind, str] | tuple[TargetKind, str, str | None]) -> None:
    st.button(
        say(msg("Call")),
        icon=":material/call:",
        key=key,
        type="tertiary",
        width="content",
        on_click=_call if len(args) == 3 else _call_first,
        args=args,
    )


def _call_first(kind: TargetKind, code: str) -> None:
    user = session.current_user()
    if user is None:
        return
    try:
        contacts = whom_to_call(session.services().cache, user=user, kind=kind, code=code, at=session.now())
    except GridmapError as error:
        tell_after(_place(kind, code), error.message, Mood.DOUBTED)
        return
    known = [contact for contact in contacts if contact.phone]
    if known:
        _call(kind, code, known[0].person_id)
    else:
        told = msg("Nobody who answers for this place has a number.")
        tell_after(_place(kind, code), told, Mood.DOUBTED)


def _call(kind: TargetKind, code: str, person_id: str | None) -> None:
    user = session.current_user()  # asked anew, for the role may have been taken since the button was drawn
    if user is None:
        return
    try:
        revealed = reveal(
            session.services().cache,
            kind=kind,
            code=code,
            person_id=person_id,
            reason=_reason(),
            user=user,
            at=session.now(),
        )
    except GridmapError as error:
        tell_after(_place(kind, code), error.message, Mood.DOUBTED)
    else:
        st.session_state[_SHOWN] = (_selection(), revealed)


def _place(kind: TargetKind, code: str) -> str:
    return f"call {kind} {code}"


def _shown() -> Revealed | None:
    kept: tuple[tuple[object, ...], Revealed] | None = st.session_state.get(_SHOWN)
    if kept is None:
        return None
    selection, revealed = kept
    if selection != _selection():
        del st.session_state[_SHOWN]
        return None
    return revealed


def _selection() -> tuple[object, ...]:
    state = view_state()
    return state.scope, state.selected_kind, state.selected_code


def _reason() -> CallReason:
    return CallReason(st.session_state.get(_REASON, CallReason.DISPATCH))


def _choose_reason(key: str) -> None:
    st.session_state[_REASON] = st.session_state[key]
