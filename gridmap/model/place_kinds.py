"""Kinds of place: where each keeps its rows, in which units it lies, and which scope reaches one of them.

A new kind of place is a `TargetKind`, an entry here, and a frame of the plan and a table of the store of the
name that the entry gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gridmap.messages import Message, msg
from gridmap.model.people import Function, TargetKind
from gridmap.names import CELLS, CHECKPOINTS, CONTACT_SITES, PARENT_CODE, UNITS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PlaceKind:
    """What is so of all places of a kind.

    Attributes:
        table: its frame in a plan, its table in the store and its layer of geometry, of one name.
        label: what several of them are called.
        units: columns with the codes of the units it lies in, the first of them always filled in but for the
            top unit; a joint checkpoint lies in two.
        is_coded: its code begins with that of its unit, so that a scope is held against the code alone.
        is_point: it is drawn by `lon`, `lat` (EPSG:4326), else by an area.
        has_shifts: posts there are shifts, which begin and end every day.
        expects: the function to be filled where the scheme's level asks for none.
    """

    table: str
    label: Message
    units: tuple[str, ...] = ("unit_code",)
    is_coded: bool = False
    is_point: bool = False
    has_shifts: bool = False
    expects: Function = Function.HEAD

    def units_of(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Codes of the units in which a place lies, as far as its row names them."""
        return tuple(code for column in self.units if isinstance(code := row.get(column), str) and code)

    def reached_by(self, code: str, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The codes a scope is held against: one that covers any of them reaches the place."""
        return (code,) if self.is_coded else self.units_of(row)

    def reaching(self, rows: pd.DataFrame) -> list[pd.Index[str] | pd.Series[str]]:
        """`reached_by` of many rows: the columns of it, as often with the first unit as there is no other."""
        if self.is_coded:
            return [rows.index]
        first = rows[self.units[0]]
        return [first, *(rows[column].fillna(first) for column in self.units[1:])]

    def inside(self, rows: pd.DataFrame, units: pd.Index[str]) -> pd.Series[bool]:
        """Which rows lie in one of these units, not counting the units below them."""
        first, *others = (rows[column].isin(units) for column in self.units)
        for other in others:
            first |= other
        return first


PLACE_KINDS: Final[Mapping[TargetKind, PlaceKind]] = {
    TargetKind.UNIT: PlaceKind(UNITS, msg("Units"), units=(PARENT_CODE,), is_coded=True),
    TargetKind.CELL: PlaceKind(CELLS, msg("Cells"), units=(PARENT_CODE,), is_coded=True),
    TargetKind.CHECKPOINT: PlaceKind(
        CHECKPOINTS,
        msg("Checkpoints"),
        units=("unit_code", "second_unit_code"),
        is_point=True,
        has_shifts=True,
        expects=Function.DUTY_LEADER,
    ),
    TargetKind.CONTACT_SITE: PlaceKind(
        CONTACT_SITES, msg("Contact sites"), is_point=True, expects=Function.OFFICER
    ),
}
KIND_OF_TABLE: Final[Mapping[str, TargetKind]] = {entry.table: kind for kind, entry in PLACE_KINDS.items()}
