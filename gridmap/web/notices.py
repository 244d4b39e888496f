"""What a page tells of a deed, at once or in the run after a click; and why something was refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import Message, msg
from gridmap.web.i18n import say
from gridmap.web.kept import of_session
from gridmap.web.markup import plain

_KEY: Final = "notices"


class Mood(StrEnum):
    """How a deed ended."""

    DONE = "done"
    NOTED = "noted"
    DOUBTED = "doubted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Notice:
    """What a deed came to."""

    told: Message
    mood: Mood = Mood.DONE

    def show(self) -> None:
        """Tell it now."""
        boxes = {
            Mood.DONE: st.success,
            Mood.NOTED: st.info,
            Mood.DOUBTED: st.warning,
            Mood.REFUSED: st.error,
        }
        boxes[self.mood](plain(say(self.told)))


def show_refusal(told: Message | None) -> None:
    """Why something was refused; nothing without a reason."""
    if told is not None:
        Notice(told, Mood.REFUSED).show()


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Show a refusal in place of what could not be drawn."""
    try:
        yield
    except GridmapError as error:
        show_refusal(error.message)


def tell_after(place: str, told: Message, mood: Mood = Mood.DONE) -> None:
    """Have the run after this callback tell something at `place`, after what it is to tell there already."""
    of_session(_KEY, dict[str, list[Notice]]).setdefault(place, []).append(Notice(told, mood))


def refuse_after(place: str, told: Message) -> None:
    """Have the run after this callback tell at `place` why something was refused."""
    tell_after(place, told, Mood.REFUSED)


def show_once(place: str) -> None:
    """Tell what callbacks left for `place`."""
    for notice in of_session(_KEY, dict[str, list[Notice]]).pop(place, []):
        notice.show()


def show_no_boundaries() -> None:
    """Where to begin in an empty workspace."""
    st.info(say(msg("This workspace has no boundaries yet. Bring them in on the page Boundaries & cells.")))
