"""Split a file of units into a file of cells, and check a tessellation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import pandas as pd
import pyproj

from gridmap.errors import FaultsError, InputError
from gridmap.geo.coverage.quality import Quality, check
from gridmap.geo.frames import Cells, Units, check_cells, crs_of
from gridmap.geo.layers_file import check_output
from gridmap.geo.lines.network import share_on_lines
from gridmap.geo.sizes import CellSize
from gridmap.geo.systems.crs import crs_text, metric_crs
from gridmap.jobs.cluster import ClusterRunner
from gridmap.jobs.pool import Runner
from gridmap.messages import Message, msg
from gridmap.names import CODE, FEASIBLE, HOUSEHOLDS, PARENT_CODE
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.vectors.boundaries import read_cells, read_units
from gridmap.read.vectors.columns import USUAL_COLUMNS, ColumnChoice
from gridmap.read.vectors.lines import read_lines
from gridmap.read.vectors.points import PointsFile, read_points
from gridmap.service.cell_files.materials import MaterialFiles, read_material
from gridmap.service.cell_files.notes import notes_of
from gridmap.service.metric import points_in, units_in
from gridmap.split.cells_file import write_cells
from gridmap.split.cut.units import Run, Split, split_units
from gridmap.split.material import Material
from gridmap.split.rule import SplitRule

Progress = Callable[[int, int], None]
"""Told the units done and all units."""


@dataclass(frozen=True)
class SplitRequest:
    """What to split and how.

    Attributes:
        source: boundaries of the units.
        out: the cells file to write, a GeoPackage.
        points: where the load is; None takes it as spread evenly over each unit.
        points_answers: how to read the points, where their file does not tell.
        weight: the column of loads, of the points where they are given, else of the units.
        files: what cuts follow.
        answers, columns: how to read the boundaries, where the file does not tell.
        workers: processes to cut in.
        cluster: address of a dask scheduler, whose workers cut then; empty for none.
    """

    source: Path
    out: Path
    points: Path | None = None
    points_answers: FileAnswers = NOTHING_SAID
    weight: str | None = None
    rule: SplitRule = field(default_factory=SplitRule)
    files: MaterialFiles = field(default_factory=MaterialFiles)
    answers: FileAnswers = NOTHING_SAID
    columns: ColumnChoice = USUAL_COLUMNS
    workers: int = 1
    cluster: str = ""


@dataclass(frozen=True)
class SplitReport:
    """What a split made.

    Attributes:
        points_outside: points in no lowest unit; None where they were not looked at.
        notes: for the reader's attention.
        findings: kind, unit, name, area_m2, places; see `gridmap.split.cut.findings`.
        share_on_lines: of the borders inside units, by length; None without lines or without such borders.
        compute_ms: time of cutting alone, without reading and writing.
    """

    out: Path
    method: str
    units: int
    cells: int
    households: float
    crs: str
    infeasible_units: tuple[str, ...]
    points_outside: int | None
    notes: tuple[Message, ...]
    findings: pd.DataFrame
    share_on_lines: float | None
    compute_ms: float

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "out": str(self.out),
            "method": self.method,
            "units": self.units,
            "cells": self.cells,
            "households": self.households,
            "crs": self.crs,
            "infeasible_units": list(self.infeasible_units),
            "points_outside": self.points_outside,
            "share_on_lines": self.share_on_lines,
            "findings": self.findings.to_dict(orient="records"),
            "notes": [str(note) for note in self.notes],
            "compute_ms": round(self.compute_ms, 1),
        }


@dataclass(frozen=True)
class CheckRequest:
    """What to check, and against what; a workspace brings its own units and buildings."""

    cells: Path
    units: Path | None = None
    points: Path | None = None
    points_answers: FileAnswers = NOTHING_SAID
    weight: str | None = None
    size: CellSize = field(default_factory=CellSize)
    answers: FileAnswers = NOTHING_SAID
    columns: ColumnChoice = USUAL_COLUMNS
    lines: Path | None = None


def split_file(request: SplitRequest, *, progress: Progress | None = None) -> SplitReport:
    """Cut the leaf units of a file into cells and write them; a bad input leaves an existing output as it is.

    Raises:
        InputError: a file or an argument is wrong.
        EmptyUnitError: units without area.
        TessellationError: units that overlap.
    """
    check_output(request.out, (request.source, request.points, *request.files.paths()))
    read = read_units(request.source, request.answers, request.columns)
    located = None if request.points is None else points_of(request.points, request)
    system = metric_crs(read.units)
    units = units_in(read.units, system)
    points = None if located is None else points_in(located.points, system)
    material, of_material = read_material(
        request.files, request.rule.method, units, points, file=request.points.name if request.points else ""
    )
    started = perf_counter()
    split = split_units(
        units,
        points,
        request.rule,
        weight=request.weight or HOUSEHOLDS,
        material=material,
        run=runner_of(request, progress),
    )
    compute_ms = 1000 * (perf_counter() - started)
    write_cells(split, request.out)
    notes = (*read.notes, *(located.notes if located is not None else ()), *of_material, *notes_of(split))
    return _report(request, split, notes, on_lines(split.cells, material), compute_ms)


def points_of(path: Path, request: SplitRequest | CheckRequest) -> PointsFile:
    """The points of a request.

    Raises:
        InputError: they cannot be read.
    """
    try:
        return read_points(path, request.points_answers, weight=request.weight)
    except FaultsError:
        raise
    except InputError as error:
        # What reads any file names --crs, which is that of the boundaries here.
        if "--crs" not in str(error):
            raise
        told = msg("{problem} Here the option is {option}.", problem=error.message, option="--points-crs")
        raise type(error)(told) from error


def runner_of(request: SplitRequest, progress: Progress | None) -> Run:
    """What cuts many units: a cluster where one is named, else processes of this machine."""
    if request.cluster:
        return ClusterRunner(request.cluster, progress)
    return Runner(request.workers, progress)


def on_lines(cells: Cells, material: Material) -> float | None:
    """The share of the borders inside units that lies on lines; None without lines."""
    if material.lines is None:
        return None
    return share_on_lines(cells.geometry.to_numpy(), cells[PARENT_CODE].tolist(), material.lines.to_numpy())


def check_file(request: CheckRequest) -> Quality:
    """Measure the tessellation in a cells file or a workspace, in the system it was cut in.

    Raises:
        InputError: a file or an argument is wrong.
    """
    stored = read_cells(request.cells)
    units, points = stored.units, stored.buildings
    if request.units is not None:
        units = read_units(request.units, request.answers, request.columns).units
    if request.points is not None:
        points = points_of(request.points, request).points
    if request.weight is not None and points is None and (units is None or request.weight not in units):
        raise InputError(
            msg("The units have no column {column}, named by --weight. Name another.", column=request.weight)
        )
    system = _measuring_crs(stored.metric_crs, units, stored.cells)
    return check(
        check_cells(stored.cells.to_crs(system), source=request.cells.name),
        None if units is None else units_in(units, system),
        None if points is None else points_in(points, system),
        size=request.size,
        weight=request.weight,
        lines=None if request.lines is None else read_lines(request.lines).shapes.to_crs(system).to_numpy(),
    )


def _measuring_crs(recorded: str | None, units: Units | None, cells: Cells) -> pyproj.CRS:
    """The system recorded in the cells file, else that of the units, else that of the cells."""
    if recorded is not None:
        return pyproj.CRS.from_user_input(recorded)
    return metric_crs(cells if units is None else units)


def _report(
    request: SplitRequest,
    split: Split,
    notes: tuple[Message, ...],
    on_lines: float | None,
    compute_ms: float,
) -> SplitReport:
    return SplitReport(
        out=request.out,
        method=request.rule.method.value,
        units=len(split.cuts),
        cells=len(split.cells),
        households=float(split.cells[HOUSEHOLDS].sum()),
        crs=crs_text(crs_of(split.cells)),
        infeasible_units=tuple(split.cuts[CODE][~split.cuts[FEASIBLE]]),
        points_outside=split.points_outside,
        notes=notes,
        findings=split.findings,
        share_on_lines=on_lines,
        compute_ms=compute_ms,
    )
