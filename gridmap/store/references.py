"""What rows say of other rows; the tables hold no foreign keys, for other programs write them too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, select

from gridmap.messages import Message, msg
from gridmap.model.place_kinds import PLACE_KINDS
from gridmap.store import tables
from gridmap.store.sqlite.dialect import listed
from gridmap.store.tables import key_of


@dataclass(frozen=True)
class Reference:
    """A column of `table` that holds keys of `to`; of posts only in rows of the target `kind`."""

    table: Table
    column: str
    to: Table
    kind: str | None = None


REFERENCES: Final = (
    Reference(tables.posts, "person_id", tables.people),
    *(
        Reference(tables.posts, "target_code", tables.METADATA.tables[entry.table], kind.value)
        for kind, entry in PLACE_KINDS.items()
    ),
    Reference(tables.units, "parent_code", tables.units),
    Reference(tables.cells, "parent_code", tables.units),
    Reference(tables.cuts, "unit_code", tables.units),
    Reference(tables.people, "unit_code", tables.units),
    Reference(tables.people, "team_id", tables.teams),
    Reference(tables.teams, "leader_id", tables.people),
    Reference(tables.checkpoints, "unit_code", tables.units),
    Reference(tables.checkpoints, "second_unit_code", tables.units),
    Reference(tables.checkpoints, "team_id", tables.teams),
    Reference(tables.contact_sites, "unit_code", tables.units),
    Reference(tables.contact_sites, "cell_code", tables.cells),
    Reference(tables.contact_sites, "team_id", tables.teams),
    Reference(tables.visits, "site_code", tables.contact_sites),
    Reference(tables.visits, "team_id", tables.teams),
    Reference(tables.buildings, "unit_code", tables.units),
    Reference(tables.buildings, "cell_code", tables.cells),
)


NOUNS: Final[Mapping[str, Message]] = {
    "units": msg("units"),
    "cells": msg("cells"),
    "buildings": msg("buildings"),
    "people": msg("people"),
    "posts": msg("posts"),
    "teams": msg("teams"),
    "checkpoints": msg("checkpoints"),
    "contact_sites": msg("contact sites"),
    "visits": msg("visits"),
    "cuts": msg("plans of cuts"),
    "plan": msg("what the workspace says of itself"),
}
"""What the rows of each table are called in a refusal."""


def rows_left_behind(
    connection: Connection,
    going: Mapping[Table, Sequence[object]],
    restored: Mapping[tuple[Table, str], Mapping[str, object]] | None = None,
) -> tuple[Reference, Sequence[Row[Any, Any]]] | None:
    """Rows that would stay and speak of rows that would go: of one kind of reference, the first found.

    Args:
        connection: to the workspace.
        going: keys of the rows that would go, by table.
        restored: what rows will say once those have gone, by table and key; others say what they say now.

    Returns:
        The reference and its rows (key, what they speak of); None where nothing is left behind.
    """
    for reference in REFERENCES:
        if not going.get(reference.to):
            continue
        table = reference.table
        column, key = table.c[reference.column], table.c[key_of(table)]
        query = select(key, column).where(
            column.in_(listed(going[reference.to])), key.not_in(listed(going.get(table, ())))
        )
        if reference.kind is not None:
            query = query.where(table.c.target_kind == reference.kind)
        gone = {str(one) for one in going[reference.to]}
        rows = [
            row
            for row in connection.execute(query.order_by(key)).all()
            if str((restored or {}).get((table, str(row[0])), {}).get(reference.column, row[1])) in gone
        ]
        if rows:
            return reference, rows
    return None
