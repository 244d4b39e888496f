"""Households: buildings with a load where a row says where they are, else the load of a unit or a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import shapely

from gridmap.messages import msg
from gridmap.model.access import Action
from gridmap.names import BUILDINGS, CELLS, HOUSEHOLDS, NAME, PARENT_CODE, POPULATION, UNITS
from gridmap.service.imports.decisions import waits
from gridmap.service.imports.desk import (
    Desk,
    Draft,
    Located,
    TableDraft,
    judge_datum,
    located,
    misplaced,
    unmoved,
)
from gridmap.service.imports.place_matching import Matched
from gridmap.store.binding import GEOM

_DIGITS: Final = 7
"""Of degrees (1 cm): buildings without a code are the same where they stand at the same place."""


def draft_households(desk: Desk) -> Draft:
    """What a file of households would do."""
    draft = Draft(Action.EDIT_CELLS)
    where = located(desk)
    values = desk.values
    placed = [row for row in values.rows if values.point(row) is not None]
    others = sorted(set(values.rows) - set(placed))
    named = desk.matching.units(values, others, code="code", several_rows=False)
    cells = desk.matching.cells(values, others, named)
    draft.ask(named)
    draft.ask(cells)
    if placed:
        _draft_buildings(desk, draft, placed, where)
    _draft_loads(desk, draft, others, named, cells)
    return draft


def _draft_buildings(desk: Desk, draft: Draft, rows: list[int], where: Located) -> None:
    """Buildings by their code, else by the place where they stand."""
    # What a row with a point calls its unit is only held against where the point lies.
    named = desk.matching.units(desk.values, rows, code=None)
    draft.datums = judge_datum(desk, named)
    by_code, by_place = _present(desk.cache.workspace.load_buildings())
    table = TableDraft(BUILDINGS, draft, desk, {"unit_code": UNITS, "cell_code": CELLS})
    for row in rows:
        values, point = desk.values, desk.values.point(row)
        assert point is not None
        code, count = values.text(row, "code"), values.value(row, HOUSEHOLDS)
        who = code or values.text(row, "address") or f"{point.x:.5f}, {point.y:.5f}"
        unit = where.units.get(row, "") or named.codes.get(row, "")
        if not unit:
            table.refuse(row, who, msg("the point lies in no unit of the plan"))
            continue
        draft.units[row] = unit
        if fault := misplaced(desk, row, named.codes.get(row, ""), where.units.get(row, "")):
            draft.faults.append(fault)
        facts: dict[str, Any] = {
            "code": code,
            "unit_code": unit,
            "cell_code": where.cells.get(row),
            HOUSEHOLDS: None if count is None else float(count),
            GEOM: point,
        }
        standing = by_place.get(_spot(point), [])
        current = by_code.get(code) if code else (standing.pop(0) if standing else None)
        if current is None and count is None:
            table.refuse(row, who, msg("it is new, and its households are missing"))
        elif current is None:
            same = (code,) if code else None
            table.add(row, who, facts | {"code": code or None}, unit, same=same)
        else:
            known = unmoved(current, facts)
            table.compare(row, who, current, known, key=str(current["id"]), place=unit)
    table.finish()


def _present(
    buildings: pd.DataFrame,
) -> tuple[dict[str, dict[str, Any]], dict[tuple[float, float], list[Any]]]:
    """The buildings that are there, by code and by place."""
    by_code: dict[str, dict[str, Any]] = {}
    by_place: dict[tuple[float, float], list[Any]] = defaultdict(list)
    columns = [
        buildings[name] for name in ("code", "unit_code", "cell_code", HOUSEHOLDS, "version", "geometry")
    ]
    for key, code, unit, cell, load, version, shape in zip(buildings.index, *columns, strict=True):
        row = {
            "id": int(key), "code": code, "unit_code": unit, "cell_code": cell, HOUSEHOLDS: load,
            "version": int(version), GEOM: shape,
        }  # fmt: skip
        if code:
            by_code[str(code)] = row
        if shape is not None:
            by_place[_spot(shape)].append(row)
    return by_code, by_place


def _spot(point: shapely.Point) -> tuple[float, float]:
    return round(point.x, _DIGITS), round(point.y, _DIGITS)


def _draft_loads(desk: Desk, draft: Draft, rows: list[int], named: Matched, cells: Matched) -> None:
    """The load of the unit, or of the cell, that a row names."""
    plan, values = desk.plan, desk.values
    tables = {UNITS: TableDraft(UNITS, draft, desk, {}), CELLS: TableDraft(CELLS, draft, desk, {})}
    for row in rows:
        count, people = values.value(row, HOUSEHOLDS), values.value(row, POPULATION)
        facts = {HOUSEHOLDS: None if count is None else float(count)}
        if row in named.left | cells.left:
            tables[UNITS].refuse(row, "", msg("left out"))
        elif row in cells.codes:
            code = cells.codes[row]
            cell = _row(plan.cells, code)
            draft.units[row] = str(cell[PARENT_CODE])
            tables[CELLS].compare(row, str(cell[NAME]), cell, facts, key=code, place=code)
        elif row in cells.waiting or row in named.waiting:
            why = cells.waiting.get(row) or named.waiting[row]
            tables[UNITS].refuse(row, values.text(row, "village"), waits(why))
        elif row in named.codes:
            code = named.codes[row]
            unit = _row(plan.units, code)
            draft.units[row] = code
            facts |= {POPULATION: None if people is None else float(people)}
            tables[UNITS].compare(row, str(unit[NAME]), unit, facts, key=code, place=code)
        else:
            tables[UNITS].refuse(row, "", msg("the row names no unit"))
    for table in tables.values():
        table.finish()


def _row(frame: pd.DataFrame, code: str) -> Mapping[str, Any]:
    return {str(name): value for name, value in frame.loc[code].items()}
