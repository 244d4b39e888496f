"""Edits of the cells in a cells file: a command, with what is drawn in files of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gridmap.errors import InputError
from gridmap.geo.code_scheme import CodeScheme
from gridmap.geo.coverage.same_places import with_stored_vertices
from gridmap.geo.frames import Points, converted
from gridmap.geo.layers_file import check_output
from gridmap.messages import Message, msg
from gridmap.names import WEIGHT
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.vectors.boundaries import read_units
from gridmap.read.vectors.columns import USUAL_COLUMNS, ColumnChoice
from gridmap.read.vectors.lines import read_blocks, read_lines
from gridmap.read.vectors.points import read_points
from gridmap.service.cell_files.stored_cells import open_cells
from gridmap.service.metric import points_in, units_in
from gridmap.split.cells_file import used_numbers
from gridmap.split.edit.edit import Command, Edited, MergeCells, Redraw, SplitByLine, Transfer, edit
from gridmap.split.edit.loads import Places


@dataclass(frozen=True)
class DrawnSplit:
    """Split cells along the line in a file; all that it crosses where no codes are named."""

    line: Path
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DrawnOutline:
    """Give a cell the outline in a file."""

    code: str
    outline: Path


@dataclass(frozen=True)
class DrawnTransfer:
    """Give the part of a cell to a neighbour that the areas, or the buildings, in a file are.

    Attributes:
        source, target: codes of the cell that gives and of the one that takes.
        area: areas, or places where `buildings` is set.
    """

    source: str
    target: str
    area: Path
    buildings: bool = False


FileCommand = DrawnSplit | MergeCells | DrawnOutline | DrawnTransfer


@dataclass(frozen=True)
class EditRequest:
    """What to edit and how.

    Attributes:
        source: the cells file.
        out: the cells file to write; another one, so that the former takes the edit back.
        units: boundaries of the units that the cells are of.
        points: where the load is; None takes it as spread evenly over each cell.
        weight: the column of loads of the points.
        locked: codes of cells that must not change.
        codes: the scheme of new codes; None takes that of the cells.
        answers, columns: how to read the boundaries, where the file does not tell.
    """

    source: Path
    out: Path
    command: FileCommand
    units: Path | None = None
    points: Path | None = None
    weight: str | None = None
    locked: frozenset[str] = frozenset()
    codes: CodeScheme | None = None
    answers: FileAnswers = NOTHING_SAID
    columns: ColumnChoice = USUAL_COLUMNS


@dataclass(frozen=True)
class EditReport:
    """What an edit changed; see `gridmap.split.edit.edit.Edited`.

    Attributes:
        compute_ms: time of the edit alone, without reading and writing.
    """

    out: Path
    edited: Edited
    notes: tuple[Message, ...]
    compute_ms: float

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        edited = self.edited
        return {
            "out": str(self.out),
            "cells": len(edited.cells),
            "added": list(edited.added),
            "removed": list(edited.removed),
            "changed": list(edited.changed),
            "touched": list(edited.touched),
            "households_moved": edited.households_moved,
            "notes": [str(note) for note in self.notes],
            "compute_ms": round(self.compute_ms, 1),
        }


def edit_file(request: EditRequest) -> EditReport:
    """Carry out one command on the cells of a file and write all of them.

    A command that cannot be carried out leaves an existing output as it is.

    Raises:
        InputError: a file or an argument is wrong, or the command cannot be carried out.
        TessellationError: no exact coverage was found.
    """
    check_output(request.out, (request.source, request.units, request.points, *_drawn(request.command)))
    read = None
    if request.units is not None:
        read = read_units(request.units, request.answers, request.columns)
    stored = open_cells(request.source, None if read is None else read.units)
    stored.require(request.locked)
    units = None
    if read is not None:
        units = with_stored_vertices(units_in(read.units, stored.system), stored.cells)
    points, of_points = _points(request, stored.system)
    scheme, of_scheme = (request.codes, ()) if request.codes is not None else stored.scheme()
    used = used_numbers(stored.cells, stored.cuts, scheme)
    command = _command(request.command, stored.system)
    started = perf_counter()
    edited = edit(
        stored.cells,
        command,
        units=units,
        points=points,
        locked=request.locked,
        largest=used,
        scheme=scheme,
    )
    compute_ms = 1000 * (perf_counter() - started)
    later = used_numbers(edited.cells, None, scheme)
    used = {unit: max(used.get(unit, 0), later.get(unit, 0)) for unit in {*used, *later}}
    stored.write(edited.cells, pd.DataFrame(), used, request.out)
    notes = (*(read.notes if read is not None else ()), *of_points, *of_scheme, *edited.notes)
    return EditReport(request.out, edited, notes, compute_ms)


def _drawn(command: FileCommand) -> tuple[Path | None, ...]:
    """The files of a command."""
    match command:
        case DrawnSplit():
            return (command.line,)
        case DrawnOutline():
            return (command.outline,)
        case DrawnTransfer():
            return (command.area,)
        case MergeCells():
            return ()


def _points(request: EditRequest, system: pyproj.CRS) -> tuple[Places | None, tuple[Message, ...]]:
    if request.points is None:
        if request.weight is not None:
            raise InputError(
                msg("--weight names a column of the points. Give these with --points, or leave it out.")
            )
        return None, ()
    read = read_points(request.points, weight=request.weight)
    points: Points = points_in(read.points, system)
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    return (xy, points[WEIGHT].to_numpy(dtype=np.float64)), read.notes


def _command(command: FileCommand, system: pyproj.CRS) -> Command:
    """The command with what was drawn, in the system of the cells."""
    match command:
        case DrawnSplit():
            return SplitByLine(_one_line(command.line, system), command.codes)
        case DrawnOutline():
            return Redraw(command.code, _area(command.outline, system))
        case DrawnTransfer(buildings=True):
            places = converted(read_points(command.area).points, system).geometry.to_numpy()
            return Transfer(command.source, command.target, shapely.MultiPoint(list(places)))
        case DrawnTransfer():
            return Transfer(command.source, command.target, _area(command.area, system))
        case MergeCells():
            return command


def _one_line(path: Path, system: pyproj.CRS) -> shapely.LineString:
    """The only line in a file.

    Raises:
        InputError: there is another number, or there are areas.
    """
    shapes = converted(gpd.GeoDataFrame(geometry=read_lines(path).shapes), system).geometry.to_numpy()
    line = shapely.line_merge(shapely.union_all(shapes)) if len(shapes) > 1 else shapes[0]
    if isinstance(line, shapely.MultiLineString):
        line = shapely.line_merge(line)
    if not isinstance(line, shapely.LineString):
        raise InputError(
            msg(
                "{file}: cells are split along one line, but it holds {n} shapes that make none. "
                "Keep one line in it.",
                file=path.name,
                n=shapely.get_num_geometries(line),
            )
        )
    return line


def _area(path: Path, system: pyproj.CRS) -> shapely.Polygon | shapely.MultiPolygon:
    """All areas in a file as one."""
    shapes = converted(gpd.GeoDataFrame(geometry=read_blocks(path).shapes), system).geometry.to_numpy()
    area = shapely.union_all(shapes)
    assert isinstance(area, shapely.Polygon | shapely.MultiPolygon), "read_blocks lets only areas pass"
    return area
