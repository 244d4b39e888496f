"""Cut the cells of a file further, into micro-grids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

import pyproj

from gridmap.errors import InputError
from gridmap.geo.frames import Points, check_cells, converted, crs_of
from gridmap.geo.layers_file import check_output
from gridmap.geo.sizes import CellSize
from gridmap.geo.systems.crs import crs_text, metric_crs
from gridmap.jobs.cluster import ClusterRunner
from gridmap.jobs.pool import Runner
from gridmap.messages import Message, msg, msg_n
from gridmap.names import CODE, FEASIBLE, HOUSEHOLDS
from gridmap.read.vectors.boundaries import CellsFile, read_cells
from gridmap.read.vectors.points import read_points
from gridmap.service.cell_files.materials import MaterialFiles, read_material
from gridmap.service.cell_files.splitting import on_lines
from gridmap.service.metric import points_in
from gridmap.split.cells_file import write_cells
from gridmap.split.cut.units import Split
from gridmap.split.levels.levels import as_units, split_into_micro_grids
from gridmap.split.rule import Method, SplitRule

MICRO_SIZE: Final = CellSize(40, 30, 50)
"""Households of a micro-grid, as they are usual."""


@dataclass(frozen=True)
class MicroRequest:
    """What to cut further and how.

    Attributes:
        source: a cells file or a workspace.
        out: the cells file to write, a GeoPackage.
        points: where the load is; None takes a workspace's buildings, else each cell's households as spread
            evenly over it.
        weight: the column of the points' load.
        lines: roads, rivers, rail to cut along.
        workers: processes to cut in.
        cluster: address of a dask scheduler, whose workers cut then; empty for none.
    """

    source: Path
    out: Path
    points: Path | None = None
    weight: str | None = None
    lines: Path | None = None
    size: CellSize = field(default_factory=lambda: MICRO_SIZE)
    workers: int = 1
    cluster: str = ""


@dataclass(frozen=True)
class MicroReport:
    """What came of it.

    Attributes:
        infeasible_cells: codes of cells whose load no number of micro-grids brings into range.
        share_on_lines: of the borders inside cells, by length; None without lines or without such borders.
        compute_ms: time of cutting alone.
    """

    out: Path
    cells: int
    micro_grids: int
    households: float
    crs: str
    infeasible_cells: tuple[str, ...]
    points_outside: int
    notes: tuple[Message, ...]
    share_on_lines: float | None
    compute_ms: float

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "out": str(self.out),
            "cells": self.cells,
            "micro_grids": self.micro_grids,
            "households": self.households,
            "crs": self.crs,
            "infeasible_cells": list(self.infeasible_cells),
            "points_outside": self.points_outside,
            "share_on_lines": self.share_on_lines,
            "notes": [str(note) for note in self.notes],
            "compute_ms": round(self.compute_ms, 1),
        }


def cut_micro_grids(
    request: MicroRequest, *, progress: Callable[[int, int], None] | None = None
) -> MicroReport:
    """Cut every cell of a file into micro-grids, coded `<cell>-NN`, and write them as a cells file.

    Args:
        request: see there.
        progress: told the cells done and all cells.

    Raises:
        InputError: a file or an argument is wrong, or a cell would need more than 99 micro-grids.
        EmptyUnitError: cells without area.
        TessellationError: cells that overlap.
    """
    check_output(request.out, (request.source, request.points, request.lines))
    stored = read_cells(request.source)
    system = _system_of(stored)
    cells = check_cells(converted(stored.cells, system), source=request.source.name)
    if HOUSEHOLDS not in cells:
        cells[HOUSEHOLDS] = 0.0
    points, of_points = _points(request, stored, system)
    material, of_lines = read_material(
        MaterialFiles(lines=request.lines), Method.BISECT, as_units(cells), points, file=""
    )
    size = request.size
    started = perf_counter()
    split = split_into_micro_grids(
        cells,
        points,
        SplitRule(size.target, size.minimum, size.maximum),
        material=material,
        run=ClusterRunner(request.cluster, progress)
        if request.cluster
        else Runner(request.workers, progress),
    )
    compute_ms = 1000 * (perf_counter() - started)
    write_cells(split, request.out)
    infeasible = tuple(split.cuts[CODE][~split.cuts[FEASIBLE]])
    return MicroReport(
        out=request.out,
        cells=len(split.cuts),
        micro_grids=len(split.cells),
        households=float(split.cells[HOUSEHOLDS].sum()),
        crs=crs_text(crs_of(split.cells)),
        infeasible_cells=infeasible,
        points_outside=split.points_outside,
        notes=(*of_points, *of_lines, *_notes_of(split, len(infeasible))),
        share_on_lines=on_lines(split.cells, material),
        compute_ms=compute_ms,
    )


def _system_of(stored: CellsFile) -> pyproj.CRS:
    """The system recorded in the file, else one that fits it."""
    if stored.metric_crs is not None:
        return pyproj.CRS.from_user_input(stored.metric_crs)
    return metric_crs(stored.cells)


def _points(
    request: MicroRequest, stored: CellsFile, system: pyproj.CRS
) -> tuple[Points | None, tuple[Message, ...]]:
    """Where the load is, and what the reader should be told of it."""
    if request.points is not None:
        located = read_points(request.points, weight=request.weight)
        return points_in(located.points, system), located.notes
    if request.weight is not None:
        raise InputError(msg("--weight names a column of points: give them with --points."))
    if stored.buildings is not None:
        return points_in(stored.buildings, system), ()
    if HOUSEHOLDS not in stored.cells:
        raise InputError(
            msg(
                "{file}: the cells have no column {column}, so points must say where the load is. "
                "Give --points.",
                file=request.source.name,
                column=HOUSEHOLDS,
            )
        )
    return None, ()


def _notes_of(split: Split, infeasible: int) -> list[Message]:
    notes = []
    if split.points_outside:
        notes.append(
            msg_n(
                "{n} point lies in no cell and is in no micro-grid",
                "{n} points lie in no cell and are in no micro-grid",
                n=split.points_outside,
            )
        )
    if infeasible:
        notes.append(
            msg_n(
                "{n} cell cannot be divided into micro-grids within the range",
                "{n} cells cannot be divided into micro-grids within the range",
                n=infeasible,
            )
        )
    return notes
