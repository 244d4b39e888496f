"""What becomes of the rows of a file that is brought in, whatever it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from gridmap.messages import Message, msg


class RowState(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


ROW_STATES: Final[Mapping[RowState, Message]] = {
    RowState.ADDED: msg("Added"),
    RowState.CHANGED: msg("Changed"),
    RowState.UNCHANGED: msg("Unchanged"),
    RowState.REFUSED: msg("Refused"),
}


def told_counts(file: str, counts: Mapping[RowState, int]) -> Message:
    """Counts of rows in a line."""
    return msg(
        "{file}: {added} added, {changed} changed, {unchanged} unchanged, {refused} refused",
        file=file,
        **{state.value: count for state, count in counts.items()},
    )
