"""Split a file of units again, going on from an earlier cells file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from time import perf_counter

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.same_places import with_stored_vertices
from gridmap.geo.coverage.topology import locate
from gridmap.geo.frames import Cells, Points, Units, leaf_units
from gridmap.geo.layers_file import check_output
from gridmap.geo.systems.crs import crs_text
from gridmap.messages import Message, msg, msg_n
from gridmap.names import CODE, HOUSEHOLDS, PARENT_CODE
from gridmap.read.vectors.boundaries import read_units
from gridmap.service.cell_files.materials import read_material
from gridmap.service.cell_files.notes import finding_notes, loads_notes
from gridmap.service.cell_files.resplit_report import ResplitReport, difference_notes, some
from gridmap.service.cell_files.splitting import (
    Progress,
    SplitReport,
    SplitRequest,
    on_lines,
    points_of,
    runner_of,
)
from gridmap.service.cell_files.stored_cells import StoredCells, open_cells
from gridmap.service.files.report_file import check_report, write_report
from gridmap.service.metric import points_in, units_in
from gridmap.split.again.changed_units import UnitDifferences, differences
from gridmap.split.again.relieve import relieve
from gridmap.split.again.replacement import Resplit, UnitChange
from gridmap.split.again.split_again import UnitsAgain, split_again
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cells_file import one_told, previous_of
from gridmap.split.cut.findings import findings_frame
from gridmap.split.cut.unit_task import Way
from gridmap.split.material import NO_MATERIAL, Material
from gridmap.split.rule import Method, SplitRule, cell_count


class Relief(StrEnum):
    """Which cells are relieved."""

    OVERLOADED = "overloaded"
    UNDERLOADED = "underloaded"
    BOTH = "both"


class RulePart(StrEnum):
    """A part of a rule that can be taken from the cells that are there."""

    METHOD = "method"
    SIZE = "size"
    CODES = "codes"


@dataclass(frozen=True)
class ResplitRequest:
    """What to split again, and how.

    Attributes:
        split: the units, the load, the rule, the output; to relieve cells needs no material.
        previous: the cells file to go on from.
        only: codes of the units to split again; all where empty.
        relief: relieve cells in place of splitting units.
        locked: codes of cells that must not change.
        as_before: parts of the rule that are those of the earlier cells, where these tell one.
        report: a JSON file to write the whole report to, too.
    """

    split: SplitRequest
    previous: Path
    only: frozenset[str] = frozenset()
    relief: Relief | None = None
    locked: frozenset[str] = frozenset()
    as_before: frozenset[RulePart] = frozenset()
    report: Path | None = None


@dataclass(frozen=True)
class _Ground:
    """All that was read, in the metric system of the earlier cells."""

    stored: StoredCells
    units: Units
    points: Points | None
    rule: SplitRule
    material: Material
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class _Done:
    result: Resplit
    changes: tuple[UnitChange, ...]
    cuts: pd.DataFrame
    found: UnitDifferences = field(default_factory=UnitDifferences)


def resplit_file(request: ResplitRequest, *, progress: Progress | None = None) -> ResplitReport:
    """Split units of a file again and write all cells; a bad input leaves an existing output as it is.

    Cells of units that are gone are retired; new units, and units whose border moved, are cut afresh. With
    `only` or `relief` the units must be those that the cells are of.

    Raises:
        InputError: a file or an argument is wrong.
        EmptyUnitError: units without area.
        TessellationError: no exact coverage was found.
    """
    split = request.split
    inputs = (split.source, split.points, *split.files.paths(), request.previous)
    check_output(split.out, inputs)
    check_report(request.report, (*inputs, split.out))
    ground = _read(request)
    _require_units(request, ground)
    ground.stored.require(request.locked)
    previous = previous_of(
        ground.stored.cells, ground.stored.cuts, locked=request.locked, scheme=ground.rule.codes
    )
    started = perf_counter()
    done = _resplit(request, ground, previous, progress)
    compute_ms = 1000 * (perf_counter() - started)
    used = {**previous.used, **done.result.used}
    ground.stored.write(done.result.cells, done.cuts, used, split.out)
    report = _report(request, ground, done, compute_ms)
    write_report(report.to_json(whole=True), request.report)
    return report


def _read(request: ResplitRequest) -> _Ground:
    split = request.split
    read = read_units(split.source, split.answers, split.columns)
    located = None if split.points is None else points_of(split.points, split)
    stored = open_cells(request.previous, read.units)
    units = with_stored_vertices(units_in(read.units, stored.system), stored.cells)
    points = None if located is None else points_in(located.points, stored.system)
    if points is not None and request.only:
        points = _points_about(points, units, request.only)
    rule, of_rule = _rule(request, stored)
    material, of_material = NO_MATERIAL, tuple[Message, ...]()
    if request.relief is None:  # which cuts straight inside cells, whatever made these
        material, of_material = read_material(
            split.files, rule.method, units, points, file=split.points.name if split.points else ""
        )
    notes = (*read.notes, *(located.notes if located is not None else ()), *of_rule, *of_material)
    return _Ground(stored=stored, units=units, points=points, rule=rule, material=material, notes=notes)


def _points_about(points: Points, units: Units, only: frozenset[str]) -> Points:
    """The points that may lie in the units to be split again; the others have no part in it."""
    chosen = units[units[CODE].isin(only)]
    if chosen.empty:
        return points
    west, south, east, north = chosen.total_bounds
    x, y = shapely.get_coordinates(points.geometry.to_numpy()).T
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return Points(gpd.GeoDataFrame(points[inside].reset_index(drop=True)))


def _rule(request: ResplitRequest, stored: StoredCells) -> tuple[SplitRule, tuple[Message, ...]]:
    """The rule asked for, in the parts not asked for that of the earlier cells."""
    rule, notes = request.split.rule, tuple[Message, ...]()
    method, size = one_told(stored.cuts, stored.cells)
    if RulePart.METHOD in request.as_before and method in {known.value for known in Method}:
        rule = replace(rule, method=Method(method))
    if RulePart.SIZE in request.as_before and size is not None:
        rule = replace(rule, target=size.target, minimum=size.minimum, maximum=size.maximum)
    if RulePart.CODES in request.as_before:
        scheme, notes = stored.scheme()
        rule = replace(rule, codes=scheme)
    return rule, notes


def _require_units(request: ResplitRequest, ground: _Ground) -> None:
    """Units that are split again or relieved on their own must be those that the cells are of.

    Raises:
        InputError: some are not.
    """
    if not request.only and request.relief is None:
        return
    leaves, cells = leaf_units(ground.units), ground.stored.cells
    if request.only:
        leaves = Units(leaves[leaves[CODE].isin(request.only)])
        cells = Cells(gpd.GeoDataFrame(cells[cells[PARENT_CODE].isin(request.only)]))
    found = differences(leaves, cells)
    if found.gone and request.only:
        return  # `resplit` names units that are none
    if found:
        raise InputError(
            msg(
                "Units are not those that the cells of {file} are of (new: {new}; gone: {gone}; with other "
                "borders: {redrawn}). Split all again first, without --only and --relieve.",
                file=ground.stored.file,
                new=some(found.new),
                gone=some(found.gone),
                redrawn=some(found.redrawn),
            )
        )


def _resplit(
    request: ResplitRequest, ground: _Ground, previous: Previous, progress: Progress | None
) -> _Done:
    only, weight = request.only or None, request.split.weight or HOUSEHOLDS
    if request.relief is not None:
        relieved = relieve(
            ground.units,
            ground.points,
            ground.rule,
            previous,
            split=request.relief is not Relief.UNDERLOADED,
            merge=request.relief is not Relief.OVERLOADED,
            weight=weight,
            only=only,
        )
        return _Done(relieved, relieved.changes, relieved.cuts)
    found = UnitDifferences() if only else differences(ground.units, previous.cells)
    done = split_again(
        ground.units,
        ground.points,
        ground.rule,
        previous,
        UnitsAgain(found, only),
        weight=weight,
        material=ground.material,
        run=runner_of(request.split, progress),
    )
    assert done.resplit is not None, "`only` is none or names units"
    loads = {change.unit: change.households for change in done.resplit.changes}
    return _Done(done.resplit, done.changes(ground.points, loads), done.cuts, found)


def _report(request: ResplitRequest, ground: _Ground, done: _Done, compute_ms: float) -> ResplitReport:
    cells = done.result.cells
    outside = None if request.only else _points_outside(ground)
    infeasible = tuple(
        change.unit
        for change in done.changes
        if change.way is not Way.GONE and not cell_count(change.households, ground.rule)[1]
    )
    notes = [*ground.notes, *difference_notes(done.found), *done.result.notes]
    findings = findings_frame(done.result.findings)
    notes += [*_left_notes(request, ground), *loads_notes(outside or 0, len(infeasible))]
    notes += finding_notes(findings)
    return ResplitReport(
        SplitReport(
            out=request.split.out,
            method=ground.rule.method.value,
            units=cells[PARENT_CODE].nunique(),
            cells=len(cells),
            households=float(cells[HOUSEHOLDS].sum()) if HOUSEHOLDS in cells else 0.0,
            crs=crs_text(ground.stored.system),
            infeasible_units=infeasible,
            points_outside=outside,
            notes=tuple(notes),
            findings=findings,
            share_on_lines=on_lines(cells, ground.material),
            compute_ms=compute_ms,
        ),
        done.changes,
        done.result.touched,
        done.found,
    )


def _points_outside(ground: _Ground) -> int:
    """Points that lie in no lowest unit."""
    if ground.points is None:
        return 0
    xy = shapely.get_coordinates(ground.points.geometry.to_numpy())
    return int((locate(xy, leaf_units(ground.units).geometry.to_numpy()) < 0).sum())


def _left_notes(request: ResplitRequest, ground: _Ground) -> list[Message]:
    """Cells of units that are gone stay where only some units are split again."""
    if not request.only:
        return []
    left = tuple(sorted(set(ground.stored.cells[PARENT_CODE]) - set(leaf_units(ground.units)[CODE])))
    if not left:
        return []
    return [
        msg_n(
            "the cells of {n} unit that is not among the units stay as they are ({codes})",
            "the cells of {n} units that are not among the units stay as they are ({codes})",
            n=len(left),
            codes=some(left),
        )
    ]
