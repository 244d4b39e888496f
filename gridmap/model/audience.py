"""For whom an export is made: what it may hold of people, and the mark it bears."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from gridmap.messages import Message, msg


class Audience(StrEnum):
    """Who an export is handed to. Phones are masked for everybody: an unmasked one is in no export."""

    INTERNAL = "internal"
    RESTRICTED = "restricted"
    PUBLIC = "public"

    @property
    def sees_names(self) -> bool:
        """Whether people are named; else only their functions are counted."""
        return self is not Audience.PUBLIC

    @property
    def sees_phones(self) -> bool:
        """Whether masked phones stand beside the names."""
        return self is Audience.INTERNAL


AUDIENCES: Final[Mapping[Audience, Message]] = {
    Audience.INTERNAL: msg("Internal"),
    Audience.RESTRICTED: msg("Restricted"),
    Audience.PUBLIC: msg("Public"),
}
CLASSIFICATIONS: Final[Mapping[Audience, Message | None]] = {
    Audience.INTERNAL: msg("Internal use"),
    Audience.RESTRICTED: msg("Restricted"),
    Audience.PUBLIC: None,
}
"""The mark on the product; a public one bears none, but the number of its map review."""
