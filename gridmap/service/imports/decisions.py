"""What an import asks a person, what is left over, and what the person decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gridmap.messages import Message, msg, msg_n
from gridmap.read.matching.people import RosterPerson
from gridmap.read.matching.units import UnitSuggestion

NEW: Final = "new"
"""Decided for a row about people: somebody whom the roster does not have."""


@dataclass(frozen=True)
class Decisions:
    """What a person decided about a file.

    Attributes:
        units: the code of the unit, cell or site that a row means, by row; empty leaves the row out.
        people: the id of the person that a row means, by the key of the question, or `NEW`.
        accept_clear: suggestions that stand out are accepted, all of them.
        new_people: people whom nobody knows are added; else their rows wait for a decision.
        left_out: rows that are not to be taken.
    """

    units: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    accept_clear: bool = False
    new_people: bool = True
    left_out: frozenset[int] = frozenset()


@dataclass(frozen=True)
class PlaceQuestion:
    """A row that names a place which is not there, or several: why, and what may be meant.

    Attributes:
        field: of ours, whose cell is in question.
        clear: the suggestion that stands out, None where none does.
    """

    row: int
    field: str
    name: str
    parent: str
    why: Message
    suggestions: tuple[UnitSuggestion, ...]
    clear: UnitSuggestion | None


@dataclass(frozen=True)
class WhoQuestion:
    """A row of which it is not clear who is meant.

    Attributes:
        key: what `Decisions.people` goes by; a row with several people has several.
        is_new: the roster has nobody such; `candidates` are people of the same name elsewhere.
    """

    key: int
    row: int
    name: str
    unit: str
    why: Message
    candidates: tuple[RosterPerson, ...]
    is_new: bool


@dataclass(frozen=True)
class Leftovers:
    """What is left over on both sides: places that no row was found for, and rows that match no place."""

    without_row: tuple[tuple[str, str], ...]
    rows: tuple[int, ...]
    level: str

    @property
    def told(self) -> Message:
        """Both counts in a line."""
        return msg("{places}; {rows}", places=self._places(len(self.without_row)), rows=self._rows)

    @property
    def _rows(self) -> Message:
        n = len(self.rows)
        if self.level == "village":
            return msg_n("{n} row matches no village", "{n} rows match no village", n=n)
        if self.level == "site":
            return msg_n("{n} row matches no contact site", "{n} rows match no contact site", n=n)
        return msg_n("{n} row matches no unit", "{n} rows match no unit", n=n)

    def _places(self, n: int) -> Message:
        if self.level == "village":
            return msg_n("{n} village has no row", "{n} villages have no row", n=n)
        if self.level == "site":
            return msg_n("{n} contact site has no row", "{n} contact sites have no row", n=n)
        return msg_n("{n} unit has no row", "{n} units have no row", n=n)


def waits(why: Message) -> Message:
    """Why a row is not taken that a person has to decide."""
    return msg("to be decided: {why}", why=why)


def is_waiting(reason: Message) -> bool:
    """Whether a row is refused because a person has to decide something."""
    return reason.text == waits(reason).text
