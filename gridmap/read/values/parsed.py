"""What reading a cell gives: a value with what was done to get it, or a refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from gridmap.errors import InputError
from gridmap.messages import Message
from gridmap.model.faults import FaultKind, Outcome

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Note:
    """Something that a reader of the report should know of a value that was taken."""

    kind: FaultKind
    message: Message
    outcome: Outcome = Outcome.REPAIRED


@dataclass(frozen=True)
class Parsed(Generic[T_co]):
    """A value and what was done to get it."""

    value: T_co
    notes: tuple[Note, ...] = ()


class RefusedValueError(InputError):
    """A cell that cannot be read; the row is left out.

    Attributes:
        kind: of the fault.
        remains: what a person has to do.
    """

    def __init__(self, kind: FaultKind, message: Message, remains: Message | None = None) -> None:
        super().__init__(message)
        self.kind, self.remains = kind, remains
