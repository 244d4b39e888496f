"""From units and their load to a coded, exact tessellation of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import EmptyUnitError, InputError
from gridmap.geo.codes import reading_order
from gridmap.geo.coverage.topology import Geometries, compactness, part_counts
from gridmap.geo.frames import Cells, Points, Units, check_cells, crs_of, leaf_units
from gridmap.geo.systems.crs import crs_text, is_metric
from gridmap.messages import msg, msg_n
from gridmap.names import (
    AREA,
    CODE,
    COMPACTNESS,
    DEFAULT_SCHEME,
    FEASIBLE,
    HOUSEHOLDS,
    KIND,
    LEVEL,
    METHOD,
    NAME,
    PARENT_CODE,
    SCHEME,
    SEQ,
)
from gridmap.split.cut.findings import Finding, FindingKind, findings_frame
from gridmap.split.cut.loads import Loads, loads_of_points, spread_loads
from gridmap.split.cut.methods import METHODS
from gridmap.split.cut.regular import REGULAR, grid_over, with_size
from gridmap.split.cut.unit_task import UnitTask
from gridmap.split.material import NO_MATERIAL, Material, portions
from gridmap.split.rule import SplitRule, cell_count
from gridmap.split.straight.tree import UnitTree, number_leaves, to_json
from gridmap.split.tessellation.joining import joined_exactly

Indices = npt.NDArray[np.intp]
_T = TypeVar("_T")
_R = TypeVar("_R")


class Run(Protocol):
    """Applies a function to tasks and yields the results in the order of the tasks."""

    def __call__(self, function: Callable[[_T], _R], tasks: Iterable[_T], /) -> Iterable[_R]:
        """Yield `function(task)` for each task."""


@dataclass(frozen=True)
class Split:
    """The cells of all leaf units, and how they were cut.

    Attributes:
        cells: sorted by code, in the units' CRS.
        cuts: one row a leaf unit, sorted by code: code, method, crs, target, minimum, maximum, households
            (its load), cells, feasible, tree (JSON, see `split.tree`).
        points_outside: points that lie in no leaf unit; they are in no cell.
        findings: what is to be told of single cells: kind (`FindingKind`), unit, name, area_m2, places.
    """

    cells: Cells
    cuts: pd.DataFrame
    points_outside: int
    findings: pd.DataFrame


def split_units(
    units: Units,
    points: Points | None,
    rule: SplitRule,
    *,
    weight: str = HOUSEHOLDS,
    material: Material = NO_MATERIAL,
    previous: Mapping[str, UnitTree] | None = None,
    run: Run = map,
) -> Split:
    """Cut every leaf unit into cells of about `rule.target` load.

    `units` and `points` share one metric CRS (metres, x east, y north). The cells of a unit cover it
    exactly and share every vertex with their neighbours. The result does not depend on the order of rows.

    Args:
        units: the leaves among them are cut.
        points: where the load is; without them `weight` names a column of the units, taken as spread
            evenly over the unit's area.
        rule: size of a cell.
        weight: only without points.
        material: what cuts follow, where the method or the rule asks for it.
        previous: by unit the cuts of an earlier split, which the method bisect repeats where they still fit.
        run: applies a pure function to many tasks in order, like `map`; `jobs` has one of several processes.

    Raises:
        EmptyUnitError: leaf units without area; all are named.
        InputError: the CRS is not metric or not one, or the weight column is missing or incomplete.
        TessellationError: the units overlap, so that no exact tessellation keeps their borders.

    Source: recursive balanced bisection, design notes §Split.
    """
    _require_metric(units, points)
    leaves = leaf_units(units).sort_values(CODE, ignore_index=True)
    _require_area(leaves)
    shapes = leaves.geometry.to_numpy()
    loads = spread_loads(leaves, weight) if points is None else loads_of_points(points, shapes)
    if rule.method in REGULAR:
        rule = with_size(rule, shapes, float(loads.totals.sum()))
        material = replace(material, blocks=grid_over(shapes, rule, crs_of(units)))
    cuts = list(run(_cut, _tasks(leaves, loads, rule, material, previous or {})))
    cells, pieces, parents = _in_order_of_codes(cuts)
    geometry = joined_exactly(pieces, parents, leaves)
    cells[HOUSEHOLDS] = loads.of_cells(geometry, parents)
    rows = pd.DataFrame([cut.row for cut in cuts]).assign(crs=crs_text(crs_of(units)))
    findings = [finding for cut in cuts for finding in cut.findings] + _lost(material, cells)
    return Split(_finished(cells, geometry, units, rule), rows, loads.outside, findings_frame(findings))


def _lost(material: Material, cells: pd.DataFrame) -> list[Finding]:
    """The drawn cells of which no cell kept the name."""
    if material.drawn is None:
        return []
    kept = set(cells[NAME])
    areas = zip(material.drawn.index.astype(str), material.drawn.area, strict=True)
    return [Finding(FindingKind.LOST, "", name, float(area)) for name, area in areas if name not in kept]


def _tasks(
    leaves: gpd.GeoDataFrame,
    loads: Loads,
    rule: SplitRule,
    material: Material,
    previous: Mapping[str, UnitTree],
) -> list[UnitTask]:
    shapes = leaves.geometry.to_numpy()
    rows = zip(
        leaves[CODE], shapes, loads.of_unit, loads.totals, portions(material, shapes, loads.rows), strict=True
    )
    return [
        UnitTask(
            code=code,
            shape=shape,
            load=load,
            total=float(total),
            rule=rule,
            material=own,
            previous=previous.get(code),
        )
        for code, shape, load, total, own in rows
    ]


def _in_order_of_codes(cuts: list[_UnitCut]) -> tuple[pd.DataFrame, Geometries, Indices]:
    """All cells sorted by code, their shapes, and the position of each one's unit."""
    cells = pd.concat([cut.cells for cut in cuts], ignore_index=True)
    pieces = np.concatenate([cut.pieces for cut in cuts])
    parents = np.repeat(np.arange(len(cuts)), [len(cut.pieces) for cut in cuts])
    order = np.argsort(cells[CODE].to_numpy(dtype=str), kind="stable")
    return cells.iloc[order].reset_index(drop=True), pieces[order], parents[order]


@dataclass(frozen=True)
class _UnitCut:
    pieces: Geometries
    cells: pd.DataFrame
    row: dict[str, object]
    findings: tuple[Finding, ...]


def _cut(task: UnitTask) -> _UnitCut:
    """Cut one unit and number its cells."""
    code, rule = task.code, task.rule
    _, feasible = cell_count(task.total, rule)
    made = METHODS[rule.method](task)
    pieces = np.array(made.pieces, dtype=object)
    centres = shapely.get_coordinates(shapely.centroid(pieces))
    order = reading_order(centres, float(np.sqrt(shapely.area(task.shape) / len(pieces))))
    codes = [rule.codes.code(code, seq) for seq in range(1, len(pieces) + 1)]
    leaf_codes = [codes[place] for place in np.argsort(order)]
    numbers = np.arange(1, len(pieces) + 1)
    cells = pd.DataFrame({CODE: codes, SEQ: numbers, PARENT_CODE: code, FEASIBLE: feasible})
    if made.names:
        cells[NAME] = [made.names[place] for place in order]
    tree = None if made.tree is None else number_leaves(made.tree, leaf_codes)
    row = cut_row(code, rule, task.total, len(pieces), tree)
    return _UnitCut(pieces[order], cells, row, made.findings)


def cut_row(code: str, rule: SplitRule, total: float, cells: int, tree: UnitTree | None) -> dict[str, object]:
    """How a unit was cut: a row of `Split.cuts` but for the CRS."""
    return {
        CODE: code,
        METHOD: rule.method.value,
        "target": float(rule.target),
        "minimum": float(rule.minimum),
        "maximum": float(rule.maximum),
        HOUSEHOLDS: total,
        "cells": cells,
        FEASIBLE: cell_count(total, rule)[1],
        "tree": "" if tree is None else to_json(tree),
    }


def _require_metric(units: Units, points: Points | None) -> None:
    if not is_metric(crs_of(units)) or (points is not None and crs_of(points) != crs_of(units)):
        raise InputError(
            msg(
                "Units and points must be in one projected coordinate system in metres; "
                "convert both to the one that the units are measured in."
            )
        )


def _require_area(leaves: gpd.GeoDataFrame) -> None:
    empty = leaves[CODE][~(leaves.geometry.area > 0)].tolist()
    if empty:
        raise EmptyUnitError(
            msg_n(
                "{n} unit has no area ({codes}): correct its boundary or leave it out.",
                "{n} units have no area ({codes}): correct their boundaries or leave them out.",
                n=len(empty),
                codes=empty,
            )
        )


def _finished(cells: pd.DataFrame, geometry: Geometries, units: Units, rule: SplitRule) -> Cells:
    """The columns of a cells layer, in their order."""
    counts = part_counts(geometry)
    assert (counts > 0).all(), "moved_units lets no empty cell pass"
    columns = {
        CODE: cells[CODE],
        PARENT_CODE: cells[PARENT_CODE],
        SCHEME: DEFAULT_SCHEME,
        LEVEL: rule.level.value,
        SEQ: cells[SEQ],
        KIND: rule.kind.value,
        HOUSEHOLDS: cells[HOUSEHOLDS],
        AREA: shapely.area(geometry),
        COMPACTNESS: compactness(geometry),
        FEASIBLE: cells[FEASIBLE],
        METHOD: rule.method.value,
    }
    if NAME in cells:
        columns[NAME] = cells[NAME]
    return check_cells(gpd.GeoDataFrame(columns, geometry=geometry, crs=units.crs))
