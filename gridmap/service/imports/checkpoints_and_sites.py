"""Checkpoints and contact sites: found by their code, else by unit and name; a point tells the unit too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.model.labels import CHECKPOINT_KINDS, GATE_STATES, SITE_KINDS
from gridmap.model.sites import GateState
from gridmap.names import CELLS, CHECKPOINTS, CONTACT_SITES, UNITS
from gridmap.read.values.phones import PhoneKind
from gridmap.read.values.texts import plain_name
from gridmap.service.imports.decisions import waits
from gridmap.service.imports.desk import (
    Desk,
    Draft,
    Located,
    TableDraft,
    is_above,
    judge_datum,
    key_of_label,
    located,
    misplaced,
    next_codes,
    unmoved,
)
from gridmap.service.imports.place_matching import Matched
from gridmap.store.binding import GEOM
from gridmap.store.placing import stored_rows

_FORMS: Final = {CHECKPOINTS: ("K", 3, "name"), CONTACT_SITES: ("S", 4, "site_name")}
"""How codes are made of places that come without one, and the field of their name."""


_GATE_WORDS: Final = {
    "开放": "open", "打开": "open", "启用": "open", "封闭": "sealed", "封堵": "sealed", "封控": "sealed",
    "关闭": "sealed", "应急": "emergency", "紧急": "emergency",
}  # fmt: skip
"""What offices write beside our own labels."""
_APART: Final = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


@dataclass(frozen=True)
class _Present:
    """The places that are there."""

    by_code: Mapping[str, dict[str, Any]]
    by_name: Mapping[tuple[str, str], list[dict[str, Any]]]

    def named(self, name: str, unit: str) -> list[dict[str, Any]]:
        return self.by_name.get((_whole(name), unit), [])


def draft_checkpoints(desk: Desk) -> Draft:
    """What a file of checkpoints would do."""
    return _draft(desk, CHECKPOINTS)


def draft_sites(desk: Desk) -> Draft:
    """What a file of contact sites would do."""
    return _draft(desk, CONTACT_SITES)


def _draft(desk: Desk, table_name: str) -> Draft:
    draft, where = Draft(Action.EDIT_POSTS), located(desk)
    matched = desk.matching.units(desk.values, desk.values.rows, code=None)
    present = _present(desk, table_name)
    draft.ask(_needed(matched, desk, where, present))
    draft.datums = judge_datum(desk, matched)
    draft.leftovers = None
    if "person" in desk.mapping.choices:
        draft.notes.append(msg("people are not taken over here: bring them in as people, with their posts"))
    refers_to = {"unit_code": UNITS} | ({"cell_code": CELLS} if table_name == CONTACT_SITES else {})
    table = TableDraft(table_name, draft, desk, refers_to)
    prefix, width, _ = _FORMS[table_name]
    given = {code for row in desk.values.rows if (code := desk.values.text(row, "code"))}
    codes = iter(next_codes(prefix, width, given | present.by_code.keys()))
    for row in desk.values.rows:
        _draft_row(
            desk,
            draft,
            table=table,
            table_name=table_name,
            row=row,
            found=_Found(matched, where, present, codes),
        )
    table.finish()
    return draft


@dataclass(frozen=True)
class _Found:
    """What is known of the rows before they are drafted."""

    named: Matched
    where: Located
    present: _Present
    codes: Iterator[str]


def _draft_row(desk: Desk, draft: Draft, table: TableDraft, table_name: str, row: int, found: _Found) -> None:
    values, where = desk.values, found.where
    name, code = _whole(values.text(row, _FORMS[table_name][2])), values.text(row, "code")
    who, held = name or code, where.units.get(row, "")
    if row in found.named.left:
        table.refuse(row, who, msg("left out"))
        return
    current = found.present.by_code.get(code)
    unit = _unit(desk, found.named.codes.get(row, ""), held, current)
    if not unit:
        why = found.named.waiting.get(row)
        table.refuse(row, who, waits(why) if why else msg("neither a point nor a name tells its unit"))
        return
    draft.units[row] = unit
    if fault := misplaced(desk, row, found.named.codes.get(row, ""), held):
        draft.faults.append(fault)
    try:
        facts = _facts(desk, table_name, row, unit, where)
    except InputError as error:
        table.refuse(row, who, error.message)
        return
    namesakes = found.present.named(name, unit) if current is None and not code else []
    if len(namesakes) > 1:
        codes = [str(one["code"]) for one in namesakes]
        why = msg(
            "{n} there are called {name} ({codes}); give the code", n=len(codes), name=name, codes=codes
        )
        table.refuse(row, who, why)
        return
    current = current or (namesakes[0] if namesakes else None)
    if current is not None:
        place = str(current["unit_code"])
        if row not in found.named.codes:
            facts = unmoved(current, facts)
        elif current.get("cell_code"):
            facts["cell_code"] = unmoved(current, facts).get("cell_code")
        table.compare(row, who, current, facts, key=str(current["code"]), place=place)
    elif not name:
        table.refuse(row, who, msg("there is none with the code {code}, and no name to add it by", code=code))
    else:
        added = {key: value for key, value in facts.items() if value not in {None, ""}}
        same = (code,) if code else (name, unit)
        table.add(row, who, added | {"code": code or next(found.codes), "name": name}, unit, same=same)


def _unit(desk: Desk, named: str, held: str, current: Mapping[str, Any] | None) -> str:
    """The unit of a place: that which its row names, and within it the village where it is known to be."""
    stood = "" if current is None else str(current["unit_code"])
    unit = named or held or stood
    return next((code for code in (held, stood) if code and is_above(desk.plan, unit, code)), unit)


def _facts(desk: Desk, table_name: str, row: int, unit: str, where: Located) -> dict[str, Any]:
    """What a row says of a place, by column; a point of its own moves it and its unit with it."""
    values = desk.values
    facts: dict[str, Any] = {
        "name": _whole(values.text(row, _FORMS[table_name][2])),
        "unit_code": unit,
        GEOM: values.point(row),
    }
    if table_name == CONTACT_SITES:
        kind = values.text(row, "kind")
        return facts | {"kind": key_of_label(SITE_KINDS, kind), "cell_code": where.cells.get(row)}
    needed = values.value(row, "staff_needed")
    return facts | {
        "kind": key_of_label(CHECKPOINT_KINDS, values.text(row, "kind")),
        "gate_state": _gate_state(values.text(row, "gate_state")),
        "minimum_staff": None if needed is None else int(needed),
        "emergency_phone": _phone(desk, row),
    }


def _gate_state(text: str) -> str:
    """A state of a gate.

    Raises:
        InputError: there is none such.
    """
    state = _GATE_WORDS.get(text) or (key_of_label(GATE_STATES, text) if text else "")
    if state and state not in set(GateState):
        offered = [GATE_STATES[known] for known in GateState]
        raise InputError(msg("{value}: no state of a gate; there are: {states}", value=text, states=offered))
    return state


def _phone(desk: Desk, row: int) -> str:
    """The number of the place itself; one beside a person's name is the person's. Masked ones say nothing."""
    if "person" in desk.mapping.choices:
        return ""
    phones = desk.values.value(row, "phone") or ()
    return next((phone.number for phone in phones if phone.kind is not PhoneKind.MASKED), "")


def _whole(name: str) -> str:
    """A name whose Chinese characters are not set apart: a line break within a cell is no part of it."""
    return _APART.sub("", plain_name(name))


def _present(desk: Desk, table_name: str) -> _Present:
    rows = stored_rows(desk.cache.workspace, table_name)
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault((_whole(str(row["name"])), str(row["unit_code"])), []).append(row)
    return _Present({str(row["code"]): row for row in rows}, by_name)


def _needed(matched: Matched, desk: Desk, where: Located, present: _Present) -> Matched:
    """Only the questions of rows whose unit nothing else tells."""
    told = {
        row
        for row in desk.values.rows
        if row in where.units or desk.values.text(row, "code") in present.by_code
    }
    matched.questions = [one for one in matched.questions if one.row not in told]
    matched.faults = [one for one in matched.faults if one.row not in told]
    matched.waiting = {row: why for row, why in matched.waiting.items() if row not in told}
    return matched
