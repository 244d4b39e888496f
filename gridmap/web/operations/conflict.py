"""Two changed one cell: what the other made of it, what one wanted oneself, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import streamlit as st

from gridmap.errors import ConflictError
from gridmap.messages import Message, msg
from gridmap.model.access import User
from gridmap.service.history.changes import change_of_row
from gridmap.service.operations.place_card import Card
from gridmap.service.people.commands import AssignPost, Edit, EndPost
from gridmap.web.i18n import say
from gridmap.web.markup import facts_table, plain
from gridmap.web.operations.card_saving import Entry, conflict_of, save, settle
from gridmap.web.session import services


def show_conflict(shown: Card, user: User, at: datetime) -> None:
    """The undecided conflict of this cell, where there is one, with its choices."""
    conflict = conflict_of(shown.code)
    if conflict is None:
        return
    entry, error = conflict.entry, conflict.error
    mine = f"{say(entry.wanted)} · {entry.reason}"
    with st.container(border=True, key="conflict"):
        st.markdown(f"**{plain(say(_who(error)))}**")
        st.html(facts_table([(say(msg("Theirs")), _theirs(error)), (say(msg("Mine")), mine)]))
        with st.container(horizontal=True):
            for label, edits in _choices(entry, shown):
                _choice(say(label), save, (entry, edits, user, at))
            _choice(say(msg("Keep theirs")), settle, (entry.code,))


def _choice(label: str, decide: Callable[..., None], args: tuple[object, ...]) -> None:
    st.button(label, key=f"conflict-{decide.__name__}-{label}", on_click=decide, args=args, width="content")


def _who(error: ConflictError) -> Message:
    return msg(
        "{user} changed this at {at}, while you were writing. Nothing of yours is lost.",
        user=error.user or msg("an unknown user"),
        at=msg("an unknown time") if error.at is None else f"{error.at:%Y-%m-%d %H:%M}",
    )


def _theirs(error: ConflictError) -> str:
    """What the other did, in the words of the history."""
    change = change_of_row(services().cache, table=error.table, key=error.key)
    if change is None:
        return say(error.message)
    said = [say(part) if isinstance(part, Message) else part for part in (*change.what, *change.details)]
    reason = say(change.reason) if isinstance(change.reason, Message) else change.reason
    return " · ".join([*said, reason] if reason else said)


def _choices(entry: Entry, shown: Card) -> list[tuple[Message, tuple[Edit, ...]]]:
    """What can be done still, against the cell as it stands on this card."""
    present = {posted.post_id: posted for posted in shown.people}
    mine = tuple(
        replace(edit, expected_version=shown.version)
        if isinstance(edit, AssignPost)
        else replace(edit, expected_version=present[edit.post_id].version)
        for edit in entry.edits
        if isinstance(edit, AssignPost) or (isinstance(edit, EndPost) and edit.post_id in present)
    )
    if not mine:
        return []
    if not isinstance(mine[0], AssignPost):
        return [(msg("End it all the same"), mine)]
    theirs = tuple(
        EndPost(posted.post_id, expected_version=posted.version)
        for posted in shown.people
        if posted.post_id not in entry.seen
    )
    choices: list[tuple[Message, tuple[Edit, ...]]] = [(msg("Do mine as well"), mine)]
    return [*choices, (msg("Replace theirs with mine"), (*theirs, *mine))] if theirs else choices
