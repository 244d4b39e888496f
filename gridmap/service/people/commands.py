"""What a planner changes of people and posts, one command each; several are saved as one change.

An `expected_version` is the row's version as the planner saw it; None does not ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gridmap.model.people import Function, TargetKind


@dataclass(frozen=True)
class AssignPost:
    """Put a person to a place, from `valid_from` (None: from now) until `valid_to` (None: open).

    `expected_version` is that of the place; `arrived_at` is set of who has reported for duty already.
    """

    target_kind: TargetKind
    target_code: str
    person_id: str
    function: Function
    tier: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    expected_version: int | None = None
    arrived_at: datetime | None = None


@dataclass(frozen=True)
class EndPost:
    """End a post at `valid_to` (None: now)."""

    post_id: str
    valid_to: datetime | None = None
    expected_version: int | None = None


@dataclass(frozen=True)
class NoteArrival:
    """Note when a person reported for duty at a post; None takes the note back."""

    post_id: str
    arrived_at: datetime | None
    expected_version: int | None = None


@dataclass(frozen=True)
class AddPerson:
    """Enter a person into the roster. `phone` is the whole number; it is never shown unmasked again."""

    person_id: str
    name: str
    phone: str = ""
    title: str = ""
    sending_unit: str = ""
    unit_code: str = ""


@dataclass(frozen=True)
class ChangePerson:
    """Change what the roster says of a person: name, phone, title, sending_unit, unit_code."""

    person_id: str
    values: Mapping[str, str] = field(default_factory=dict)
    expected_version: int | None = None


Edit = AssignPost | EndPost | NoteArrival | AddPerson | ChangePerson
