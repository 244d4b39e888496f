"""What is saved from a card, and what could not be: refusals are said once, conflicts kept until decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from gridmap.errors import ConflictError, GridmapError
from gridmap.messages import Message
from gridmap.model.access import User
from gridmap.service.people.commands import Edit
from gridmap.service.people.saving import save_edits
from gridmap.web.notices import refuse_after, show_once
from gridmap.web.session import services

_PLACE: Final = "card"
_CONFLICT: Final = "card_conflict"


@dataclass(frozen=True)
class Entry:
    """What a planner entered on the card of the cell `code`.

    Attributes:
        wanted: the edits in words.
        seen: posts that were at the cell when the planner began.
    """

    code: str
    edits: tuple[Edit, ...]
    wanted: Message
    reason: str
    seen: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """An entry that somebody else's change came before: `error` says whose and when."""

    entry: Entry
    error: ConflictError


def save(entry: Entry, edits: Sequence[Edit], user: User, at: datetime) -> None:
    """Save `edits`, by which the entry is settled; where that fails nothing of it is lost."""
    try:
        save_edits(services().cache.workspace, edits, reason=entry.reason, user=user, at=at)
    except ConflictError as error:
        st.session_state[_CONFLICT] = Conflict(entry, error)
    except GridmapError as error:
        refuse(error.message)
    else:
        settle(entry.code)


def settle(code: str) -> None:
    """Decided or saved: the conflict goes, and what was entered on the form of the cell with it."""
    st.session_state.pop(_CONFLICT, None)
    for key, empty in ((f"assign-person-{code}", None), (f"assign-reason-{code}", "")):
        if key in st.session_state:
            st.session_state[key] = empty


def conflict_of(code: str) -> Conflict | None:
    """The undecided conflict about a cell."""
    conflict: Conflict | None = st.session_state.get(_CONFLICT)
    return conflict if conflict is not None and conflict.entry.code == code else None


def show_refused() -> None:
    """Why the last change on the card was refused, told once."""
    show_once(_PLACE)


def refuse(message: Message) -> None:
    """Keep the reason of a refusal for the run that follows."""
    refuse_after(_PLACE, message)
