"""People, their functions, and the posts that put them to units, cells, checkpoints and sites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Function(StrEnum):
    """What a person does at a post. Titles are free labels; this set is small and fixed."""

    HEAD = "head"
    DEPUTY = "deputy"
    MEMBER = "member"
    ADVISER = "adviser"
    LINKED_CADRE = "linked_cadre"
    DUTY_LEADER = "duty_leader"
    OFFICER = "officer"
    VOLUNTEER = "volunteer"


class TargetKind(StrEnum):
    """What a post may be at."""

    UNIT = "unit"
    CELL = "cell"
    CHECKPOINT = "checkpoint"
    CONTACT_SITE = "contact_site"


@dataclass(frozen=True)
class Person:
    """One member of staff. `phone` is as the store returns it: masked, or an empty string."""

    id: str
    name: str
    phone: str = ""
    title: str = ""
    sending_unit: str = ""
    unit_code: str = ""
    team_id: str | None = None
    version: int = 1


@dataclass(frozen=True)
class Post:
    """A person at a place from a moment (included) to a moment (excluded); open where `valid_to` is None.

    Times are the county's wall clock.
    """

    id: str
    person_id: str
    function: Function
    target_kind: TargetKind
    target_code: str
    valid_from: datetime
    valid_to: datetime | None = None
    tier: int | None = None
    version: int = 1
