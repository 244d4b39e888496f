"""The material of a split from files: lines, blocks, cells drawn elsewhere, and the list of members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from gridmap.errors import FaultsError, InputError, MissingCrsError
from gridmap.geo.codes import code_texts
from gridmap.geo.frames import Points, Units, crs_of
from gridmap.messages import Message, msg
from gridmap.names import GEOMETRY
from gridmap.read.files.answers import FileAnswers
from gridmap.read.vectors.lines import ShapesFile, read_blocks, read_drawn_cells, read_lines
from gridmap.split.material import Material
from gridmap.split.rule import Method

MEMBERS: Final = ("cell", "网格", "cell_code", "网格编码", "网格编号")
"""Columns of the points looked for, in this order, where none is named; compared without case."""


@dataclass(frozen=True)
class MaterialFiles:
    """Files of what cuts follow, each None where there is none.

    Attributes:
        lines, blocks, drawn: see `gridmap.split.material`.
        lines_crs, blocks_crs, drawn_crs: their systems, where a file tells none or a wrong one.
        members: the column of the points that names each one's cell.
    """

    lines: Path | None = None
    blocks: Path | None = None
    drawn: Path | None = None
    lines_crs: str | None = None
    blocks_crs: str | None = None
    drawn_crs: str | None = None
    members: str | None = None

    def paths(self) -> tuple[Path | None, ...]:
        """All files."""
        return (self.lines, self.blocks, self.drawn)


@dataclass(frozen=True)
class ReadFiles:
    """What was read of such files, with the name of each file.

    Attributes:
        lines, blocks, drawn: None where there is none.
        members: see `MaterialFiles`.
    """

    lines: tuple[str, ShapesFile] | None = None
    blocks: tuple[str, ShapesFile] | None = None
    drawn: tuple[str, ShapesFile] | None = None
    members: str | None = None


class Followed(StrEnum):
    """What cuts may follow, a file of shapes each."""

    LINES = "lines"
    BLOCKS = "blocks"
    DRAWN = "drawn"


_READERS: Final[Mapping[Followed, Callable[[Path, FileAnswers], ShapesFile]]] = {
    Followed.LINES: read_lines,
    Followed.BLOCKS: read_blocks,
    Followed.DRAWN: read_drawn_cells,
}


def read_followed(followed: Followed, path: Path, answers: FileAnswers) -> ShapesFile:
    """The shapes of a file that cuts follow.

    Raises:
        InputError: the file cannot be used.
    """
    return _READERS[followed](path, answers)


def read_material(
    files: MaterialFiles, method: Method, units: Units, points: Points | None, *, file: str
) -> tuple[Material, tuple[Message, ...]]:
    """Read what a method follows, in the coordinate system of the units, and what the reader should be told.

    Args:
        files: which.
        method: decides what must be given.
        units: in the metric system that the cells are cut in.
        points: their rows and columns as in their file; None without one.
        file: the name of the points' file, for messages.

    Raises:
        InputError: a file is wrong, or the method needs another.
    """
    _require(files, method, points)

    found = ReadFiles(
        lines=_read(Followed.LINES, files.lines, files.lines_crs),
        blocks=_read(Followed.BLOCKS, files.blocks, files.blocks_crs),
        drawn=_read(Followed.DRAWN, files.drawn, files.drawn_crs),
        members=files.members,
    )
    return fitted_material(found, method, units, points, file=file)


def _read(followed: Followed, path: Path | None, crs: str | None) -> tuple[str, ShapesFile] | None:
    """A file's name and what is in it; what reads any file names --crs, which is that of the boundaries."""
    if path is None:
        return None
    option = f"--{followed}-crs"
    try:
        return path.name, read_followed(followed, path, FileAnswers(crs=crs))
    except FaultsError:
        raise
    except MissingCrsError as error:
        told = msg("{problem} Or name it with {option}.", problem=error.message, option=option)
        raise MissingCrsError(told) from error
    except InputError as error:
        if "--crs" not in str(error):
            raise
        told = msg("{problem} Here the option is {option}.", problem=error.message, option=option)
        raise type(error)(told) from error


def fitted_material(
    files: ReadFiles, method: Method, units: Units, points: Points | None, *, file: str
) -> tuple[Material, tuple[Message, ...]]:
    """What a method follows, of files that are read, as `read_material` gives it.

    Raises:
        InputError: the method needs another file, or points that name their cells.
    """
    _require(files, method, points)
    notes: list[Message] = []

    def fitted(given: tuple[str, ShapesFile] | None) -> gpd.GeoSeries | None:
        if given is None:
            return None
        name, found = given
        shapes = _in_system(found.shapes, crs_of(units))
        notes.extend(found.notes)
        if not len(shapely.STRtree(shapes.to_numpy()).query(units.geometry.to_numpy(), "intersects")[0]):
            notes.append(msg("nothing in {file} touches a unit", file=name))
        return shapes

    labels = _labels(points, files.members, file) if method is Method.TABLE and points is not None else None
    material = Material(
        lines=fitted(files.lines),
        blocks=fitted(files.blocks),
        drawn=fitted(files.drawn),
        labels=labels,
    )
    return material, tuple(notes)


def _require(files: MaterialFiles | ReadFiles, method: Method, points: Points | None) -> None:
    if method is Method.BLOCKS and files.lines is None and files.blocks is None:
        raise InputError(msg("The method blocks needs blocks: give --blocks, or --lines that bound them."))
    if method is Method.ADOPT and files.drawn is None:
        raise InputError(msg("The method adopt needs the cells drawn elsewhere: give --drawn."))
    if method is Method.TABLE and points is None:
        raise InputError(msg("The method table needs points that name their cells: give --points."))


def _in_system(shapes: gpd.GeoSeries, system: pyproj.CRS) -> gpd.GeoSeries:
    return shapes if shapes.crs == system else shapes.to_crs(system)


def _labels(points: Points, named: str | None, file: str) -> pd.Series[str]:
    """The cell that each point names, '' where it names none."""
    titles = {str(title).lower(): title for title in reversed(points.columns)}
    wanted = MEMBERS if named is None else (named,)
    column = next((titles[title.lower()] for title in wanted if title.lower() in titles), None)
    if column is None:
        present = [str(title) for title in points.columns if title != GEOMETRY]
        raise InputError(
            msg(
                "{file}: there is no column {column} that names the cell of each row. Name one with "
                "--members; there are: {columns}.",
                file=file,
                column=named or MEMBERS[0],
                columns=present,
            )
        )
    labels = code_texts(points[column])
    if not (labels != "").any():
        raise InputError(
            msg("{file}: the column {column} names no cell at all. Fill it in.", file=file, column=column)
        )
    return labels
