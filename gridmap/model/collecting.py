"""Collecting: rounds in which templates go out to units, and the files that come back.

A file that changes nothing is a zero report (零报告): it was returned, unlike one that never came (未报).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from gridmap.messages import Message, msg
from gridmap.model.files import KINDS_OF_FILE

COLLECTED_KINDS: Final[Mapping[str, Message]] = {name: kind.label for name, kind in KINDS_OF_FILE.items()}
"""What can be collected, and what it is called."""


class ReturnState(StrEnum):
    """Where a township stands in a round."""

    RETURNED = "returned"
    ZERO = "zero_report"
    WAITING = "not_returned"
    OVERDUE = "overdue"

    @property
    def is_back(self) -> bool:
        """Whether it has returned its file, be it as a zero report."""
        return self in {ReturnState.RETURNED, ReturnState.ZERO}


RETURN_STATES: Final[Mapping[ReturnState, Message]] = {
    ReturnState.RETURNED: msg("Returned"),
    ReturnState.ZERO: msg("Zero report"),
    ReturnState.WAITING: msg("Not returned"),
    ReturnState.OVERDUE: msg("Overdue"),
}


@dataclass(frozen=True)
class Round:
    """One collecting of a kind: begun by whom and when, due until `deadline` (None: open)."""

    id: str
    kind: str
    deadline: datetime | None
    user: str
    at: datetime

    def has_passed(self, at: datetime) -> bool:
        """Whether its deadline lies before `at`."""
        return self.deadline is not None and at > self.deadline


@dataclass(frozen=True)
class Issue:
    """A template sent out to a unit within a round; `plan_revision` is that of the data filled in."""

    id: str
    round_id: str
    unit_code: str
    plan_revision: int
    user: str
    at: datetime


@dataclass(frozen=True)
class Returned:
    """A file that came back: its rows by what became of them, who brought it in and when.

    `saved_revision` is None where it changed nothing.
    """

    file: str
    added: int
    changed: int
    unchanged: int
    refused: int
    saved_revision: int | None
    user: str
    at: datetime

    @property
    def says_nothing_new(self) -> bool:
        """Whether it changes nothing and nothing of it is refused."""
        return not (self.added or self.changed or self.refused)


@dataclass(frozen=True)
class Due:
    """What a unit owes within a round, and the files that came of it, in the order they came."""

    round: Round
    unit_code: str
    returned: tuple[Returned, ...] = ()


@dataclass(frozen=True)
class Collecting:
    """Everything that was ever sent out, the oldest round first.

    Rows are only ever added, so that `mark`, how many there are, tells two readings of a workspace apart.
    """

    dues: tuple[Due, ...] = ()
    mark: tuple[int, int] = (0, 0)
