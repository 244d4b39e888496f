"""The sheets of templates of places: households, checkpoints, contact sites, visits, with what is known.

Columns are named so that the reader of office tables takes each for its field without asking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from gridmap.draw.books.workbook import Sheet, Value
from gridmap.measure.tree import units_inside
from gridmap.messages import Language, render
from gridmap.model.collecting import COLLECTED_KINDS
from gridmap.model.fields import FIELDS
from gridmap.model.labels import CHECKPOINT_KINDS, GATE_STATES, SITE_KINDS, label_of
from gridmap.model.places import Level
from gridmap.model.plan import Plan
from gridmap.names import HOUSEHOLDS, KIND, LEVEL, NAME, PARENT_CODE

ENTRY_ROWS: Final = 300
"""Empty rows that offer the lists too."""
_DATUM: Final = "WGS84"


@dataclass(frozen=True)
class _Places:
    """What lies inside a scope, and what its units are called."""

    plan: Plan
    inside: frozenset[str]
    villages: Mapping[str, tuple[str, str]]
    """Names of the township and village of each unit inside, as far as it lies in one."""

    def holds(self, code: object) -> bool:
        return code in self.inside

    def named(self, code: object) -> tuple[str, str]:
        return self.villages.get(str(code), ("", ""))


def place_sheet(plan: Plan, kind: str, scope: str, language: Language) -> Sheet:
    """The sheet of a kind (households, checkpoints, sites, visits) for a unit; all of the plan for ''.

    Raises:
        KeyError: there is no such kind of template.
    """
    fields, rows = _KINDS[kind]
    inside = frozenset(str(code) for code in units_inside(plan, scope))
    places = _Places(plan, inside, {code: _names(plan, code) for code in inside})
    choices = {
        fields.index(field): values for field, values in _choices(places, kind, fields, language).items()
    }
    return Sheet(
        render(COLLECTED_KINDS[kind], language),
        [render(FIELDS[field], language) for field in fields],
        rows(places, language),
        choices={column: values for column, values in choices.items() if values},
        entry_rows=ENTRY_ROWS,
    )


def _names(plan: Plan, code: str) -> tuple[str, str]:
    """Names of the township and of the village that a unit lies in or is; empty where there is none."""
    found: dict[str, str] = {}
    step, passed = code, set[str]()
    while step in plan.units.index and step not in passed:
        passed.add(step)
        found.setdefault(str(plan.units.at[step, LEVEL]), str(plan.units.at[step, NAME]))
        step = str(plan.units.at[step, PARENT_CODE])
    return found.get(Level.TOWNSHIP.value, ""), found.get(Level.VILLAGE.value, "")


def _choices(
    places: _Places, kind: str, fields: Sequence[str], language: Language
) -> dict[str, Sequence[str]]:
    """The lists that cells offer, by field."""
    names = [places.named(code) for code in sorted(places.inside)]
    labels = {"checkpoints": CHECKPOINT_KINDS, "sites": SITE_KINDS}.get(kind, {})
    lists: dict[str, Sequence[str]] = {
        "township": list(dict.fromkeys(township for township, _ in names if township)),
        "village": list(dict.fromkeys(village for _, village in names if village)),
        "kind": [render(label, language) for label in labels.values()],
        "gate_state": [render(label, language) for label in GATE_STATES.values()],
        "datum": [_DATUM, "GCJ-02", "BD-09"],
    }
    if kind == "visits":
        sites = places.plan.contact_sites
        lists["code"] = sorted(str(code) for code in sites.index[sites["unit_code"].isin(places.inside)])
    return {field: values for field, values in lists.items() if field in fields}


def _households(places: _Places, language: Language) -> list[tuple[Value, ...]]:  # noqa: ARG001 - as the other kinds
    """A row for each active cell; a unit that is not cut has one of its own.

    Each row names one place by its code. What it is part of is for the reader alone: a village that is named
    by the rows of its cells would be taken for one that is counted several times.
    """
    plan = places.plan
    cells = plan.cells[plan.cells["active"] & plan.cells[PARENT_CODE].isin(places.inside)]
    rows: list[tuple[Value, ...]] = [
        ("", str(code), str(row[NAME]), _part_of(places, row[PARENT_CODE]), _count(row[HOUSEHOLDS]))
        for code, row in cells.iterrows()
    ]
    parents = set(plan.units[PARENT_CODE]) | set(plan.cells[PARENT_CODE])
    rows += [
        (code, "", "", _part_of(places, code), _count(plan.units.at[code, HOUSEHOLDS]))
        for code in places.inside - parents
    ]
    return sorted(rows, key=lambda row: f"{row[0]}{row[1]}")


def _part_of(places: _Places, code: str) -> str:
    return " ".join(name for name in places.named(code) if name)


def _checkpoints(places: _Places, language: Language) -> list[tuple[Value, ...]]:
    points = places.plan.checkpoints
    inside = points[points["unit_code"].isin(places.inside)].sort_index()
    return [
        (
            str(code),
            str(row[NAME]),
            render(label_of(CHECKPOINT_KINDS, str(row[KIND])), language),
            render(label_of(GATE_STATES, str(row["gate_state"])), language),
            _count(row["minimum_staff"]),
            *places.named(row["unit_code"]),
            *_point(row),
        )
        for code, row in inside.iterrows()
    ]


def _sites(places: _Places, language: Language) -> list[tuple[Value, ...]]:
    sites = places.plan.contact_sites
    inside = sites[sites["unit_code"].isin(places.inside)].sort_index()
    return [
        (
            str(code),
            str(row[NAME]),
            render(label_of(SITE_KINDS, str(row[KIND])), language),
            *places.named(row["unit_code"]),
            *_point(row),
        )
        for code, row in inside.iterrows()
    ]


def _visits(places: _Places, language: Language) -> list[tuple[Value, ...]]:  # noqa: ARG001 - as the other kinds
    plan = places.plan
    sites = plan.contact_sites[plan.contact_sites["unit_code"].isin(places.inside)]
    visits = plan.visits[plan.visits["site_code"].isin(sites.index)].sort_values(["site_code", "visited_at"])
    return [
        (str(site), str(sites.at[site, NAME]), at.to_pydatetime())
        for site, at in zip(visits["site_code"], visits["visited_at"], strict=True)
    ]


def _point(row: Mapping[str, Any] | pd.Series) -> tuple[Value, Value, Value]:
    """Longitude, latitude and their datum; nothing where the place is not on the map."""
    if pd.isna(row["lon"]) or pd.isna(row["lat"]):
        return None, None, ""
    return float(row["lon"]), float(row["lat"]), _DATUM


def _count(value: Any) -> Value:
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


_Rows = Callable[[_Places, Language], list[tuple[Value, ...]]]
_KINDS: Final[Mapping[str, tuple[tuple[str, ...], _Rows]]] = {
    "households": (
        ("division_code", "grid_code", "grid_name", "part_of", "households"),
        _households,
    ),
    "checkpoints": (
        (
            "code", "name", "kind", "gate_state", "staff_needed", "township", "village", "longitude",
            "latitude", "datum",
        ),
        _checkpoints,
    ),
    "sites": (
        ("code", "site_name", "kind", "township", "village", "longitude", "latitude", "datum"),
        _sites,
    ),
    "visits": (("code", "site_name", "visited_at"), _visits),
}  # fmt: skip
