"""The kinds of file that offices send: what they are called, what they hold, and who may bring them in.

A new kind is an entry here, its fields in `read/tables/field_aliases.toml`, and a module of `service/imports`
with what becomes of its rows; pages, the command line and its help draw on this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gridmap.messages import Message, msg
from gridmap.model.access import Action
from gridmap.names import BUILDINGS, CHECKPOINTS, CONTACT_SITES


@dataclass(frozen=True)
class KindOfFile:
    """A kind of file with a row for each thing that it tells of.

    Attributes:
        label: what the kind is called.
        about: what is in such a file.
        action: what somebody must be allowed to do to bring one in.
        layer: that is looked for in a vector file; empty where rows have no places of their own.
        tells_people: rows are told by whom they name.
    """

    label: Message
    about: Message
    action: Action
    layer: str = ""
    tells_people: bool = False


KINDS_OF_FILE: Final[Mapping[str, KindOfFile]] = {
    "people": KindOfFile(
        label=msg("People and posts"),
        about=msg("Rosters with names, phones and cells; heads and members, also several in one cell."),
        action=Action.EDIT_POSTS,
        tells_people=True,
    ),
    "households": KindOfFile(
        label=msg("Households"),
        about=msg("Households of cells or units, or buildings with coordinates."),
        action=Action.EDIT_CELLS,
        layer=BUILDINGS,
    ),
    "checkpoints": KindOfFile(
        label=msg("Checkpoints"),
        about=msg("Posts with a name, a place and who is on duty."),
        action=Action.EDIT_POSTS,
        layer=CHECKPOINTS,
    ),
    "sites": KindOfFile(
        label=msg("Contact sites"),
        about=msg("Firms, shops and building sites that somebody visits."),
        action=Action.EDIT_POSTS,
        layer=CONTACT_SITES,
    ),
    "visits": KindOfFile(
        label=msg("Site visits"),
        about=msg("Who visited which site on what day."),
        action=Action.EDIT_POSTS,
    ),
}
"""By the name that the command line and stored mappings know; in the order in which they are offered."""
