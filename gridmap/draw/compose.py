"""Composing layers: the one place where a plan and its evaluation become what a map shows."""

from __future__ import annotations

import pandas as pd

from gridmap.draw.layers import (
    CellMark,
    Layers,
    LegendEntry,
    PointMark,
    Row,
    UnitMark,
    vacancy_fill,
)
from gridmap.draw.point_layers import POINT_LAYERS, PointLayer
from gridmap.messages import Message
from gridmap.model.labels import CELL_STATES
from gridmap.model.places import Level
from gridmap.model.scope import Scope
from gridmap.model.status import CellState, Indicator
from gridmap.names import CELLS, HOUSEHOLDS, KIND, LEVEL, NAME, PARENT_CODE


def build_layers(scope: Scope, reading: Message, indicators: tuple[Indicator, ...] = ()) -> Layers:
    """Compose what a map of `scope` shows; `reading` and `indicators` are printed with it.

    Upper units are filled by the vacant cells inside them, on one ramp for each level, so that a township
    of many quiet villages never hides its vacancies.
    """
    units = _unit_marks(scope)
    rows = _rows(scope)
    name = str(scope.plan.units[NAME].get(scope.code, scope.plan.title))
    return Layers(
        title=scope.plan.title,
        scope=scope.code,
        trail=tuple((code, str(scope.plan.units[NAME][code])) for code in scope.trail),
        as_of=scope.evaluation.at,
        revision=scope.evaluation.revision,
        demo=scope.plan.demo_clock is not None,
        units=units,
        cells=_cell_marks(scope),
        points={layer.name: _points(layer, scope) for layer in POINT_LAYERS},
        legend=_legend(scope),
        rows=rows,
        total=_total(scope.code, name, rows),
        reading=reading,
        indicators=indicators,
    )


def _unit_marks(scope: Scope) -> dict[Level, tuple[UnitMark, ...]]:
    marks: dict[Level, tuple[UnitMark, ...]] = {}
    for key, units in scope.units.groupby(LEVEL):
        largest = int(units["vacant"].max())
        marks[Level(str(key))] = tuple(
            UnitMark(
                code=str(code),
                name=str(name),
                parent_code=None if pd.isna(parent) else str(parent),
                cells=int(cells),
                vacant=int(vacant),
                fill=vacancy_fill(int(vacant), largest),
            )
            for code, name, parent, cells, vacant in zip(
                units.index, units[NAME], units[PARENT_CODE], units["cells"], units["vacant"], strict=True
            )
        )
    return {level: marks[level] for level in Level if level in marks}


def _cell_marks(scope: Scope) -> tuple[CellMark, ...]:
    cells = scope.cells
    return tuple(
        CellMark(str(code), str(name), str(parent), CellState(state))
        for code, name, parent, state in zip(
            cells.index, cells[NAME], cells[PARENT_CODE], cells["state"], strict=True
        )
    )


def _points(layer: PointLayer, scope: Scope) -> tuple[PointMark, ...]:
    return tuple(
        PointMark(
            code=str(code),
            name=str(row[NAME]),
            kind=str(row[KIND]),
            state=str(row["state"]),
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            text=layer.text(row),
        )
        for code, row in layer.rows(scope).iterrows()
    )


def _legend(scope: Scope) -> tuple[LegendEntry, ...]:
    cells = dict[str, Message](CELL_STATES.items())
    points = [(layer.name, layer.states, layer.rows(scope)["state"]) for layer in POINT_LAYERS]
    always = {CellState.COVERED, CellState.OVERLOADED, CellState.VACANT}
    return tuple(
        LegendEntry(group, str(state), label, count)
        for group, labels, states in ((CELLS, cells, scope.cells["state"]), *points)
        for state, label in labels.items()
        if (count := int((states == str(state)).sum())) or state in always
    )


def _rows(scope: Scope) -> tuple[Row, ...]:
    parts = scope.units[scope.units[PARENT_CODE] == scope.code].sort_index()
    if not scope.code:
        parts = scope.units[~scope.units[PARENT_CODE].isin(scope.units.index)].sort_index()
    if parts.empty:
        return _cell_rows(scope)
    figures = parts[["cells", "covered", "overloaded", "vacant", "served_households"]]
    return tuple(
        Row(str(code), str(name), *(int(figure) for figure in row))
        for code, name, row in zip(parts.index, parts[NAME], figures.to_numpy(), strict=True)
    )


def _cell_rows(scope: Scope) -> tuple[Row, ...]:
    active = scope.cells[scope.cells["state"] != CellState.INACTIVE.value].sort_index()
    return tuple(
        Row(
            code=str(code),
            name=str(name),
            cells=1,
            covered=int(state == CellState.COVERED),
            overloaded=int(state == CellState.OVERLOADED),
            vacant=int(state == CellState.VACANT),
            households=round(float(households)),
        )
        for code, name, state, households in zip(
            active.index, active[NAME], active["state"], active[HOUSEHOLDS].fillna(0), strict=True
        )
    )


def _total(code: str, name: str, rows: tuple[Row, ...]) -> Row:
    return Row(
        code,
        name,
        cells=sum(row.cells for row in rows),
        covered=sum(row.covered for row in rows),
        overloaded=sum(row.overloaded for row in rows),
        vacant=sum(row.vacant for row in rows),
        households=sum(row.households for row in rows),
    )
