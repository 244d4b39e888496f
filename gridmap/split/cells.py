"""From units and their load to a coded, exact tessellation of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import EmptyUnitError, InputError, TessellationError
from gridmap.geo.codes import cell_code, reading_order
from gridmap.geo.crs import crs_text, is_metric
from gridmap.geo.exactness import overlaps
from gridmap.geo.frames import Cells, Points, Units, check_cells, crs_of, leaf_units
from gridmap.geo.topology import Geometries, clean_coverage, compactness, part_counts
from gridmap.messages import msg, msg_n
from gridmap.model.places import CellKind, Level
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
    PARENT_CODE,
    SCHEME,
    SEQ,
)
from gridmap.split.balance import Search
from gridmap.split.loads import loads_of_points, spread_loads
from gridmap.split.parts import UnitLoad, cut_unit
from gridmap.split.rule import SplitRule, cell_count
from gridmap.split.tree import number_leaves, to_json

METHOD_BISECT: Final = "bisect"
MOVED_TOLERANCE: Final = 1e-3
"""m² that a unit's border may move in cleaning: contract, `check`."""
_SHARE_OF_SLACK: Final = 0.5
"""A cut may use this share of what lies between the mean load of a unit's cells and the nearer bound."""
_LEAST_TOLERANCE: Final = 1e-6

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
    """

    cells: Cells
    cuts: pd.DataFrame
    points_outside: int


def split_units(
    units: Units,
    points: Points | None,
    rule: SplitRule,
    *,
    weight: str = HOUSEHOLDS,
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
    tasks = [
        _Task(code, shape, load, float(total), rule)
        for code, shape, load, total in zip(leaves[CODE], shapes, loads.of_unit, loads.totals, strict=True)
    ]
    cuts = list(run(_cut, tasks))
    cells, pieces, parents = _in_order_of_codes(cuts)
    geometry = _joined_exactly(pieces, parents, leaves)
    cells[HOUSEHOLDS] = loads.of_cells(geometry, parents)
    rows = pd.DataFrame([cut.row for cut in cuts]).assign(crs=crs_text(crs_of(units)))
    return Split(_finished(cells, geometry, units), rows, loads.outside)


def _in_order_of_codes(cuts: list[_UnitCut]) -> tuple[pd.DataFrame, Geometries, Indices]:
    """All cells sorted by code, their shapes, and the position of each one's unit."""
    cells = pd.concat([cut.cells for cut in cuts], ignore_index=True)
    pieces = np.concatenate([cut.pieces for cut in cuts])
    parents = np.repeat(np.arange(len(cuts)), [len(cut.pieces) for cut in cuts])
    order = np.argsort(cells[CODE].to_numpy(dtype=str), kind="stable")
    return cells.iloc[order].reset_index(drop=True), pieces[order], parents[order]


def _joined_exactly(pieces: Geometries, parents: Indices, leaves: gpd.GeoDataFrame) -> Geometries:
    """The cells as an exact coverage that moves no unit's border.

    Raises:
        TessellationError: there is none; the units that overlap are named.
    """
    shapes = leaves.geometry.to_numpy()
    try:
        return clean_coverage(pieces, accept=lambda cleaned: not moved_units(shapes, cleaned, parents).any())
    except TessellationError as error:
        _, by_unit = overlaps(shapes, leaves[CODE].to_numpy(dtype=object))
        overlapping = sorted(code for code, area in by_unit.items() if area > MOVED_TOLERANCE)
        if not overlapping:
            raise
        raise TessellationError(
            msg_n(
                "{n} unit overlaps others ({codes}), so its cells cannot meet edge to edge. "
                "Correct its boundary, then split again.",
                "{n} units overlap others ({codes}), so their cells cannot meet edge to edge. "
                "Correct their boundaries, then split again.",
                n=len(overlapping),
                codes=overlapping,
            )
        ) from error


def moved_units(units: Geometries, cells: Geometries, parents: Indices) -> npt.NDArray[np.bool_]:
    """Which units are not covered by their cells to within `MOVED_TOLERANCE` m².

    A unit all of whose vertices are vertices of its cells, and whose area is theirs, has not moved; only
    the others are compared by overlay.
    """
    corners, owner = shapely.get_coordinates(units, return_index=True)
    kept, cell = shapely.get_coordinates(cells, return_index=True)
    before = pd.MultiIndex.from_arrays([corners[:, 0], corners[:, 1], owner])
    after = pd.MultiIndex.from_arrays([kept[:, 0], kept[:, 1], parents[cell]])
    suspect = np.zeros(len(units), dtype=bool)
    suspect[owner[~before.isin(after)]] = True
    areas = np.bincount(parents, weights=shapely.area(cells), minlength=len(units))
    suspect |= np.abs(areas - shapely.area(units)) > MOVED_TOLERANCE / 2
    for index in np.flatnonzero(suspect):
        own = shapely.union_all(cells[parents == index])
        suspect[index] = shapely.area(shapely.symmetric_difference(own, units[index])) > MOVED_TOLERANCE
    return suspect


@dataclass(frozen=True)
class _Task:
    """One unit to cut; it travels to another process whole."""

    code: str
    shape: shapely.Geometry
    load: UnitLoad
    total: float
    rule: SplitRule


@dataclass(frozen=True)
class _UnitCut:
    pieces: Geometries
    cells: pd.DataFrame
    row: dict[str, object]


def _cut(task: _Task) -> _UnitCut:
    """Cut one unit and number its cells."""
    code, shape, total, rule = task.code, task.shape, task.total, task.rule
    wanted, feasible = cell_count(total, rule)
    tree, found = cut_unit(shape, task.load, wanted, _search(shape, total / wanted, feasible, rule))
    pieces = np.array(found, dtype=object)
    centres = shapely.get_coordinates(shapely.centroid(pieces))
    order = reading_order(centres, float(np.sqrt(shapely.area(shape) / len(pieces))))
    codes = [cell_code(code, seq) for seq in range(1, len(pieces) + 1)]
    leaf_codes = [codes[place] for place in np.argsort(order)]
    numbers = np.arange(1, len(pieces) + 1)
    cells = pd.DataFrame({CODE: codes, SEQ: numbers, PARENT_CODE: code, FEASIBLE: feasible})
    row = {
        CODE: code,
        METHOD: METHOD_BISECT,
        "target": float(rule.target),
        "minimum": float(rule.minimum),
        "maximum": float(rule.maximum),
        HOUSEHOLDS: total,
        "cells": len(pieces),
        FEASIBLE: feasible,
        "tree": to_json(number_leaves(tree, leaf_codes)),
    }
    return _UnitCut(pieces[order], cells, row)


def _search(shape: shapely.Geometry, mean: float, feasible: bool, rule: SplitRule) -> Search:
    """A tolerance that keeps cells in range, measured from the unit's south-west corner in whole metres."""
    tolerance = rule.tolerance
    if feasible and mean > 0:
        slack = min(mean - rule.minimum, rule.maximum - mean) / mean
        tolerance = max(_LEAST_TOLERANCE, min(tolerance, slack * _SHARE_OF_SLACK))
    west, south, _, _ = shapely.bounds(shape)
    return Search(
        rule, (float(np.floor(west)), float(np.floor(south))), max(mean, _LEAST_TOLERANCE), tolerance
    )


def _require_metric(units: Units, points: Points | None) -> None:
    if not is_metric(crs_of(units)) or (points is not None and crs_of(points) != crs_of(units)):
        raise InputError(
            msg(
                "Units and points must be in one projected coordinate system in metres; "
                "convert both to that of gridmap.geo.crs.metric_crs."
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


def _finished(cells: pd.DataFrame, geometry: Geometries, units: Units) -> Cells:
    """The columns of a cells layer, in their order."""
    counts = part_counts(geometry)
    assert (counts > 0).all(), "moved_units lets no empty cell pass"
    columns = {
        CODE: cells[CODE],
        PARENT_CODE: cells[PARENT_CODE],
        SCHEME: DEFAULT_SCHEME,
        LEVEL: Level.CELL.value,
        SEQ: cells[SEQ],
        KIND: CellKind.BASE.value,
        HOUSEHOLDS: cells[HOUSEHOLDS],
        AREA: shapely.area(geometry),
        COMPACTNESS: compactness(geometry),
        FEASIBLE: cells[FEASIBLE],
        METHOD: METHOD_BISECT,
    }
    return check_cells(gpd.GeoDataFrame(columns, geometry=geometry, crs=units.crs))
