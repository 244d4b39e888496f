"""People, their functions, and the posts that put them to units, cells, checkpoints and sites."""

from __future__ import annotations

from dataclasses import dataclass
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
