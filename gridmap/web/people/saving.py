"""Below a table of people or posts: what would be changed, what is refused and why, and saving it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import Message, msg, msg_n
from gridmap.model.access import User
from gridmap.service.people.commands import Edit
from gridmap.service.people.conflicts import Moved, moved_on
from gridmap.service.people.saving import save_edits, sort_out
from gridmap.web.i18n import say
from gridmap.web.markup import plain
from gridmap.web.notices import refuse_after, show_once, tell_after
from gridmap.web.session import services

_PLACE: Final = "people"
_LINES: Final = 40
"""Lines of changes and refusals told one by one."""


@dataclass(frozen=True)
class Group:
    """What is wished of one row: its edits, saved together or not at all, and how they read.

    Attributes:
        kind: assigned, ended, replaced, changed or added.
        told: the changed columns behind them.
        refused: why it cannot even be told as edits.
    """

    edits: tuple[Edit, ...]
    kind: str
    line: Message
    told: Mapping[str, Any]
    refused: Message | None = None


@dataclass(frozen=True)
class Hands:
    """What the table does for the panel: told by a row's key.

    Attributes:
        there_now: what a row, or its place, says now.
        see_anew: take the row as it is now for what the planner has seen.
        drop: forget what is wished of some rows.
        saved: forget what was saved, unless it was changed again since it was told.
        discard: forget all that is wished.
    """

    there_now: Callable[[str], Message]
    see_anew: Callable[[str], None]
    drop: Callable[[list[str]], None]
    saved: Callable[[Mapping[str, Group]], None]
    discard: Callable[[], None]


@dataclass(frozen=True)
class Sorted:
    """The groups by what can be done with them."""

    good: dict[str, Group]
    refused: dict[str, Message]
    moved: dict[str, Moved]


def show_saved() -> None:
    """What came of the last saving."""
    show_once(_PLACE)


def show_pending(name: str, groups: Mapping[str, Group], hands: Hands, *, user: User, at: datetime) -> None:
    """The panel of a table's unsaved changes; nothing where there are none."""
    if not groups:
        st.caption(say(msg("Nothing is changed yet.")))
        return
    found = _sort(groups, user, at)
    with st.container(border=True, key=f"{name}_pending"):
        st.markdown(f"**{plain(say(_summary(groups)))}**")
        if found.good:
            with st.expander(say(msg("What would be changed"))):
                _lines([group.line for group in found.good.values()])
        for key, moved in list(found.moved.items())[:_LINES]:
            _show_moved(name, key, groups[key], moved, hands)
        _show_refused(groups, found.refused)
        _show_saving(name, found, hands, user, at)


def _sort(groups: Mapping[str, Group], user: User, at: datetime) -> Sorted:
    cache = services().cache
    plan = cache.plan()
    refused = {key: group.refused for key, group in groups.items() if group.refused is not None}
    moved = {
        key: found
        for key, group in groups.items()
        if key not in refused and (found := moved_on(cache.workspace, plan, group.edits)) is not None
    }
    rest = {key: group.edits for key, group in groups.items() if key not in refused and key not in moved}
    refused |= sort_out(plan, rest, user=user, at=at)
    return Sorted({key: groups[key] for key in rest if key not in refused}, refused, moved)


def _summary(groups: Mapping[str, Group]) -> Message:
    counts = Counter(group.kind for group in groups.values())
    told = (
        ("added", msg_n("{n} added", "{n} added", n=counts["added"])),
        ("assigned", msg_n("{n} assigned", "{n} assigned", n=counts["assigned"])),
        ("replaced", msg_n("{n} replaced", "{n} replaced", n=counts["replaced"])),
        ("ended", msg_n("{n} ended", "{n} ended", n=counts["ended"])),
        ("changed", msg_n("{n} changed", "{n} changed", n=counts["changed"])),
    )
    return msg("{parts}", parts=[message for kind, message in told if counts[kind]])


def _lines(lines: list[Message]) -> None:
    st.markdown("\n".join(f"- {plain(say(line))}" for line in lines[:_LINES]))
    if len(lines) > _LINES:
        st.caption(say(msg("and {n} more", n=len(lines) - _LINES)))


def _show_refused(groups: Mapping[str, Group], refused: Mapping[str, Message]) -> None:
    if not refused:
        return
    st.warning(say(msg_n("{n} row cannot be saved:", "{n} rows cannot be saved:", n=len(refused))))
    _lines([msg("{line}: {reason}", line=groups[key].line, reason=reason) for key, reason in refused.items()])


def _show_moved(name: str, key: str, group: Group, moved: Moved, hands: Hands) -> None:
    by = moved.by
    told = (
        msg("Changed by {user} at {at} since you saw it.", user=by.user, at=f"{by.at:%Y-%m-%d %H:%M}")
        if by
        else msg("Changed since you saw it.")
    )
    with st.container(border=True, key=f"{name}_moved_{key}"):
        st.markdown(f":orange-background[{plain(say(told))}]")
        st.markdown(plain(say(msg("There now: {now}", now=hands.there_now(key)))))
        st.markdown(plain(say(msg("You want: {wish}", wish=group.line))))
        with st.container(horizontal=True):
            st.button(
                say(msg("Keep mine")),
                key=f"{name}_mine_{key}",
                on_click=hands.see_anew,
                args=(key,),
                help=say(msg("It is saved with the others, on top of what is there now.")),
            )
            st.button(say(msg("Drop mine")), key=f"{name}_drop_{key}", on_click=hands.drop, args=([key],))
            st.caption(say(msg("Until you decide, it stays here and is not saved.")), width="content")


def _show_saving(name: str, found: Sorted, hands: Hands, user: User, at: datetime) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(say(msg("Reason")), key=f"{name}_reason", width=360)
        left_out = len(found.refused) + len(found.moved)
        label = (
            msg_n("Save the {n} good one", "Save the {n} good ones", n=len(found.good))
            if left_out
            else msg("Save as one change")
        )
        # The edits go with the button, with the versions the planner saw, not those the next run will read.
        st.button(
            say(label),
            key=f"{name}_save",
            type="primary",
            disabled=not found.good,
            on_click=_save,
            args=(name, found.good, hands, user, at),
        )
        st.button(say(msg("Discard all")), key=f"{name}_discard", type="tertiary", on_click=hands.discard)


def _save(name: str, good: Mapping[str, Group], hands: Hands, user: User, at: datetime) -> None:
    reason = st.session_state[f"{name}_reason"]
    edits = [edit for group in good.values() for edit in group.edits]
    try:
        revision = save_edits(services().cache.workspace, edits, reason=reason, user=user, at=at)
    except GridmapError as error:
        refuse_after(_PLACE, error.message)
        return
    hands.saved(good)
    st.session_state[f"{name}_reason"] = ""
    tell_after(
        _PLACE, msg("Saved as revision {revision}: {what}.", revision=revision.revision, what=_summary(good))
    )
