"""The last changes as a table, and the way to take back one's own last one."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import Message, msg
from gridmap.model.access import User
from gridmap.service.history.changes import LastChange, PastChange, last_change, recent_changes, undo_last
from gridmap.web.i18n import say
from gridmap.web.markup import history_table, plain
from gridmap.web.notices import refuse_after, show_once, tell_after
from gridmap.web.session import services

_LIMIT: Final = "history_limit"
_STEP: Final = 50
_PLACE: Final = "undo"


def show_undo(user: User, at: datetime) -> None:
    """One's own last change, what taking it back would do, and the button; why not, where it cannot."""
    show_once(_PLACE)
    last = last_change(services().cache, user=user)
    if last is None:
        return
    with st.container(border=True, key="undo"):
        _describe(last)
        st.button(
            say(msg("Redo what was undone") if last.change.undoes else msg("Undo my last change")),
            icon=":material/redo:" if last.change.undoes else ":material/undo:",
            key="undo_button",
            disabled=last.refusal is not None,
            on_click=_undo,
            args=(last.change.group, user, at),
        )
        if last.refusal is not None:
            st.caption(plain(say(msg("It cannot be taken back: {reason}", reason=last.refusal))))


def show_history(user: User) -> None:
    """The newest changes of the user's scope; more of them on demand."""
    limit = st.session_state.setdefault(_LIMIT, _STEP)
    # One more than shown tells whether there are more.
    found = recent_changes(services().cache, user=user, scope=user.scope, limit=limit + 1)
    if not found:
        st.info(say(msg("Nothing has been changed here yet.")))
        return
    headings = [msg("When"), msg("Who"), msg("What"), msg("Why"), msg("Revision")]
    st.html(history_table([say(heading) for heading in headings], map(_row, found[:limit])))
    if len(found) > limit:
        st.button(say(msg("Show more")), key="more_history", on_click=_more)


def _describe(last: LastChange) -> None:
    change = last.change
    title = msg("Your last change, {at}", at=f"{change.at:%Y-%m-%d %H:%M}")
    st.markdown(f"**{plain(say(title))}**")
    told = " · ".join(part for part in (_what(change), _text(change.reason)) if part)
    st.markdown(plain(told))
    for detail in change.details:
        st.caption(plain(_text(detail)))


def _row(change: PastChange) -> tuple[str, ...]:
    what = "\n".join([_what(change), *map(_text, change.details)])
    return (
        f"{change.at:%Y-%m-%d %H:%M}",
        change.user,
        what,
        _text(change.reason),
        f"{change.revision:,}" if change.kind == "change" else "",
    )


def _what(change: PastChange) -> str:
    said = say(msg("{things}", things=change.what))
    return say(msg("Undone: {what}", what=said)) if change.undoes else said


def _text(text: Message | str) -> str:
    return say(text) if isinstance(text, Message) else text


def _more() -> None:
    st.session_state[_LIMIT] += _STEP


def _undo(group: int, user: User, at: datetime) -> None:
    try:
        revision = undo_last(services().cache.workspace, user=user, at=at, group=group)
    except GridmapError as error:
        refuse_after(_PLACE, error.message)
    else:
        done = msg("Taken back. The plan is at revision {revision} now.", revision=revision.revision)
        tell_after(_PLACE, done)
