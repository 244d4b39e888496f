"""Files to be filled in by offices and brought back: what is known already, with lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd

from gridmap.draw.workbook import Sheet, Value, write_workbook
from gridmap.errors import InputError
from gridmap.measure.tree import units_inside
from gridmap.messages import Language, Message, msg, render
from gridmap.model.access import Action, User
from gridmap.model.labels import CHECKPOINT_KINDS, GATE_STATES, SITE_KINDS, label_of
from gridmap.model.places import Level
from gridmap.model.plan import Plan
from gridmap.names import HOUSEHOLDS, LEVEL, NAME, PARENT_CODE, POPULATION
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.service.roster_file import write_roster

TEMPLATES: Final = ("people", "households", "checkpoints", "sites")
"""Kinds of file that are written to be filled in."""
_ENTRY_ROWS: Final = 300
"""Empty rows that offer the lists too."""
_DIGITS: Final = 7
"""Of degrees: 1 cm."""
_HEADINGS: Final[Mapping[str, Message]] = {
    "code": msg("Code"),
    "name": msg("Place name"),
    "site_name": msg("Site name"),
    "kind": msg("Kind"),
    "gate_state": msg("Gate state"),
    "staff_needed": msg("Staff needed"),
    "township": msg("Township"),
    "village": msg("Village"),
    "longitude": msg("Longitude"),
    "latitude": msg("Latitude"),
    "households": msg("Households"),
    "population": msg("Population"),
}
_TITLES: Final[Mapping[str, Message]] = {
    "households": msg("Households"),
    "checkpoints": msg("Checkpoints"),
    "sites": msg("Contact sites"),
}


def write_template(
    cache: PlanCache, kind: str, *, user: User, scope: str, at: datetime, language: Language
) -> bytes:
    """What the plan has of a kind in a scope, as an XLSX file to be filled in and brought back.

    Read back as it is, it changes nothing.

    Raises:
        AccessError: the user may not export, or the scope lies outside the user's.
        NotFoundError: there is no such unit.
        InputError: files of that kind are not written.
    """
    if kind == "people":
        return write_roster(cache, user=user, scope=scope, at=at, language=language)
    if kind not in _TITLES:
        raise InputError(
            msg(
                "There is no file to fill in for {kind}; there are: {kinds}.",
                kind=kind,
                kinds=list(TEMPLATES),
            )
        )
    require(user, Action.EXPORT, scope)
    plan = cache.plan()
    units = list(units_inside(plan, scope))
    columns, rows = _CONTENTS[kind](plan, units, language)
    stamp = msg(
        "{title}, revision {revision}, {at}",
        title=plan.title,
        revision=plan.revision,
        at=f"{at:%Y-%m-%d %H:%M}",
    )
    rule = msg("Leave the codes as they are; a row without one is new. Empty cells change nothing.")
    notes = [render(line, language) for line in (stamp, rule)]
    choices = {
        columns.index(name): values
        for name, values in _choices(plan, units, kind, language).items()
        if name in columns and values
    }
    headings = [render(_HEADINGS[name], language) for name in columns]
    sheet = Sheet(
        render(_TITLES[kind], language), headings, rows, notes, choices=choices, entry_rows=_ENTRY_ROWS
    )
    return write_workbook([sheet], created=at, title=plan.title)


def _households(
    plan: Plan, units: Sequence[str], language: Language
) -> tuple[list[str], list[tuple[Value, ...]]]:
    del language
    leaves = plan.units[plan.units.index.isin(units) & (plan.units[LEVEL] == Level.VILLAGE)]
    rows: list[tuple[Value, ...]] = [
        (str(code), *_names(plan, str(code)), _number(load), _number(people))
        for code, load, people in zip(leaves.index, leaves[HOUSEHOLDS], leaves[POPULATION], strict=True)
    ]
    return ["code", "township", "village", "households", "population"], rows


def _checkpoints(
    plan: Plan, units: Sequence[str], language: Language
) -> tuple[list[str], list[tuple[Value, ...]]]:
    gates = plan.checkpoints[plan.checkpoints["unit_code"].isin(units)]
    columns = ["code", "name", "kind", "gate_state", "staff_needed", *_PLACE]
    rows: list[tuple[Value, ...]] = [
        (
            str(code),
            str(gate[NAME]),
            render(label_of(CHECKPOINT_KINDS, str(gate["kind"])), language),
            render(label_of(GATE_STATES, str(gate["gate_state"])), language),
            int(gate["minimum_staff"]),
            *_place(plan, gate),
        )
        for code, gate in _rows(gates)
    ]
    return columns, rows


def _sites(plan: Plan, units: Sequence[str], language: Language) -> tuple[list[str], list[tuple[Value, ...]]]:
    sites = plan.contact_sites[plan.contact_sites["unit_code"].isin(units)]
    rows: list[tuple[Value, ...]] = [
        (
            str(code),
            str(site[NAME]),
            render(label_of(SITE_KINDS, str(site["kind"])), language),
            *_place(plan, site),
        )
        for code, site in _rows(sites)
    ]
    return ["code", "site_name", "kind", *_PLACE], rows


_CONTENTS: Final = {"households": _households, "checkpoints": _checkpoints, "sites": _sites}
_PLACE: Final = ("township", "village", "longitude", "latitude")


def _rows(frame: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    records = frame.to_dict("records")
    return [
        (str(code), {str(name): value for name, value in row.items()})
        for code, row in zip(frame.index, records, strict=True)
    ]


def _place(plan: Plan, row: Mapping[str, Any]) -> tuple[Value, ...]:
    point = [None if pd.isna(row[name]) else round(float(row[name]), _DIGITS) for name in ("lon", "lat")]
    return (*_names(plan, str(row["unit_code"])), *point)


def _names(plan: Plan, unit: str) -> tuple[str, str]:
    """The township and the village of a unit; a unit above the villages has no village."""
    row = plan.units.loc[unit]
    name = str(row[NAME])
    if row[LEVEL] != Level.VILLAGE:
        return name, ""
    return str(plan.units[NAME].get(str(row[PARENT_CODE]), "")), name


def _number(value: Any) -> Value:
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _choices(plan: Plan, units: Sequence[str], kind: str, language: Language) -> dict[str, list[str]]:
    """What the cells of a column offer."""
    own = plan.units[plan.units.index.isin(units)]
    kinds = CHECKPOINT_KINDS if kind == "checkpoints" else SITE_KINDS
    names = {
        step: sorted(set(own.loc[own[LEVEL] == level, NAME].astype(str)))
        for step, level in (("township", Level.TOWNSHIP), ("village", Level.VILLAGE))
    }
    return {
        **names,
        "kind": [render(label, language) for label in kinds.values()],
        "gate_state": [render(label, language) for label in GATE_STATES.values()],
    }
