"""Split a file of units into a file of cells, and check a tessellation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pyproj

from gridmap.errors import InputError
from gridmap.geo.crs import crs_text, metric_crs
from gridmap.geo.frames import Cells, Points, Units, check_cells, check_points, check_units
from gridmap.geo.quality import Quality, check
from gridmap.geo.sizes import CellSize
from gridmap.jobs.pool import Runner
from gridmap.messages import Message, msg, msg_n
from gridmap.names import CODE, FEASIBLE, HOUSEHOLDS
from gridmap.read.boundaries import read_cells, read_units
from gridmap.read.columns import ColumnChoice
from gridmap.read.points import read_points
from gridmap.split.cells import Split, split_units
from gridmap.split.cells_file import write_cells
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
        weight: the column of loads, of the points where they are given, else of the units.
        layer, columns, crs: how to read the boundaries, where the file does not tell.
        workers: processes to cut in.
    """

    source: Path
    out: Path
    points: Path | None = None
    weight: str | None = None
    rule: SplitRule = field(default_factory=SplitRule)
    layer: str | None = None
    columns: ColumnChoice = field(default_factory=ColumnChoice)
    crs: str | None = None
    workers: int = 1


@dataclass(frozen=True)
class SplitReport:
    """What a split made; `notes` are for the reader's attention."""

    out: Path
    units: int
    cells: int
    households: float
    crs: str
    infeasible_units: tuple[str, ...]
    points_outside: int
    notes: tuple[Message, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "out": str(self.out),
            "units": self.units,
            "cells": self.cells,
            "households": self.households,
            "crs": self.crs,
            "infeasible_units": list(self.infeasible_units),
            "points_outside": self.points_outside,
            "notes": [str(note) for note in self.notes],
        }


@dataclass(frozen=True)
class CheckRequest:
    """What to check, and against what; a workspace brings its own units and buildings."""

    cells: Path
    units: Path | None = None
    points: Path | None = None
    weight: str | None = None
    size: CellSize = field(default_factory=CellSize)
    layer: str | None = None
    columns: ColumnChoice = field(default_factory=ColumnChoice)
    crs: str | None = None


def split_file(request: SplitRequest, *, progress: Progress | None = None) -> SplitReport:
    """Cut the leaf units of a file into cells and write them; a bad input leaves an existing output as it is.

    Raises:
        InputError: a file or an argument is wrong.
        EmptyUnitError: units without area.
        TessellationError: units that overlap.
    """
    _check_output(request)
    read = read_units(request.source, layer=request.layer, columns=request.columns, crs=request.crs)
    located = None if request.points is None else read_points(request.points, weight=request.weight)
    system = metric_crs(read.units)
    split = split_units(
        _units_in(read.units, system),
        None if located is None else _points_in(located.points, system),
        request.rule,
        weight=request.weight or HOUSEHOLDS,
        run=Runner(request.workers, progress),
    )
    write_cells(split, request.out)
    notes = (*read.notes, *(located.notes if located is not None else ()), *_notes_of(split))
    return _report(request.out, split, crs_text(system), notes)


def check_file(request: CheckRequest) -> Quality:
    """Measure the tessellation in a cells file or a workspace, in the system it was cut in.

    Raises:
        InputError: a file or an argument is wrong.
    """
    stored = read_cells(request.cells)
    units, points = stored.units, stored.buildings
    if request.units is not None:
        units = read_units(request.units, layer=request.layer, columns=request.columns, crs=request.crs).units
    if request.points is not None:
        points = read_points(request.points, weight=request.weight).points
    if request.weight is not None and points is None and (units is None or request.weight not in units):
        raise InputError(
            msg("The units have no column {column}, named by --weight. Name another.", column=request.weight)
        )
    system = _measuring_crs(stored.metric_crs, units, stored.cells)
    return check(
        check_cells(stored.cells.to_crs(system), source=request.cells.name),
        None if units is None else _units_in(units, system),
        None if points is None else _points_in(points, system),
        size=request.size,
        weight=request.weight,
    )


def _check_output(request: SplitRequest) -> None:
    out = request.out
    if out.suffix.lower() != ".gpkg":
        raise InputError(
            msg("{file}: cells are written as GeoPackage. Give a name ending in .gpkg.", file=out.name)
        )
    if any(path is not None and path.resolve() == out.resolve() for path in (request.source, request.points)):
        raise InputError(msg("{file}: the output would replace the input. Give another name.", file=out.name))


def _measuring_crs(recorded: str | None, units: Units | None, cells: Cells) -> pyproj.CRS:
    """The system recorded in the cells file, else that of the units, else that of the cells."""
    if recorded is not None:
        return pyproj.CRS.from_user_input(recorded)
    return metric_crs(cells if units is None else units)


def _units_in(units: Units, system: pyproj.CRS) -> Units:
    return check_units(_converted(units, system))


def _points_in(points: Points, system: pyproj.CRS) -> Points:
    return check_points(_converted(points, system))


def _converted(frame: gpd.GeoDataFrame, system: pyproj.CRS) -> gpd.GeoDataFrame:
    """The frame in another system; untouched where it is in it already, so that no coordinate moves."""
    return frame if frame.crs == system else frame.to_crs(system)


def _notes_of(split: Split) -> list[Message]:
    notes = []
    if split.points_outside:
        notes.append(
            msg_n(
                "{n} point lies in no unit and is in no cell",
                "{n} points lie in no unit and are in no cell",
                n=split.points_outside,
            )
        )
    infeasible = int((~split.cuts[FEASIBLE]).sum())
    if infeasible:
        notes.append(
            msg_n(
                "{n} unit cannot be divided into cells within the range",
                "{n} units cannot be divided into cells within the range",
                n=infeasible,
            )
        )
    return notes


def _report(out: Path, split: Split, crs: str, notes: tuple[Message, ...]) -> SplitReport:
    return SplitReport(
        out=out,
        units=len(split.cuts),
        cells=len(split.cells),
        households=float(split.cells[HOUSEHOLDS].sum()),
        crs=crs,
        infeasible_units=tuple(split.cuts[CODE][~split.cuts[FEASIBLE]]),
        points_outside=split.points_outside,
        notes=notes,
    )
