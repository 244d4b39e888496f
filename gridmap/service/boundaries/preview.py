"""Boundaries on their way into a workspace: how to read a file of them, and what is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridmap.errors import InputError
from gridmap.geo.frames import Units, crs_of, leaf_units
from gridmap.geo.systems.crs import crs_text
from gridmap.messages import Message
from gridmap.names import (
    CODE,
    HOUSEHOLDS,
    NAME,
    POPULATION,
)
from gridmap.read.files.answers import NOTHING_SAID, FileAnswers
from gridmap.read.vectors.boundaries import UnitsFile, read_units
from gridmap.read.vectors.columns import USUAL_COLUMNS, ColumnChoice, matched_columns
from gridmap.service.boundaries.changes import FACTS

_SAMPLED = 8
"""Units named as examples of what is in a file."""


@dataclass(frozen=True)
class Boundaries:
    """A file of boundaries and how to read it."""

    path: Path
    answers: FileAnswers = NOTHING_SAID
    columns: ColumnChoice = USUAL_COLUMNS


@dataclass(frozen=True, eq=False)
class Preview:
    """What is in a file of boundaries, before anything is saved; equal to itself only.

    Attributes:
        file: its name.
        crs: the coordinate system.
        units: how many there are; `leaves` of them have no unit below and would be cut.
        loads: columns of numbers that could be the load of a cell, the usual ones first.
        sample: a few units as (code, name).
        columns: the file's own columns; `matched` says which was taken for each of ours.
        read: the units themselves.
    """

    file: str
    layer: str
    crs: str
    units: int
    leaves: int
    loads: tuple[str, ...]
    sample: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    matched: Mapping[str, str | None]
    notes: tuple[Message, ...]
    read: UnitsFile = field(repr=False)

    @property
    def told(self) -> frozenset[str]:
        """The facts of a unit that the file tells; of the others it says nothing."""
        found = {column for column, source in self.matched.items() if source is not None}
        return frozenset((found | set(self.read.units.columns) & {HOUSEHOLDS, POPULATION}) & set(FACTS))

    def lowest_units(self) -> Units:
        """The units that have none below, in the file's system; these would be cut."""
        return leaf_units(self.read.units)


def usual_columns(columns: Sequence[str]) -> dict[str, str | None]:
    """The columns that the reader would take for ours by their titles; no code where none looks like one."""
    if not columns:
        return {}
    frame = gpd.GeoDataFrame(columns=list(columns))
    try:
        return matched_columns(frame, ColumnChoice(), file="")
    except InputError:  # none looks like a code; the others may still be known
        return matched_columns(frame, ColumnChoice(code=columns[0]), file="") | {CODE: None}


def preview(source: Boundaries) -> Preview:
    """Read and check a file of boundaries, and tell what is in it.

    Raises:
        InputError: the file cannot be used; all its faults are named.
    """
    read = read_units(source.path, source.answers, source.columns)
    leaves = leaf_units(read.units)
    first = read.units.head(_SAMPLED)
    return Preview(
        file=source.path.name,
        layer=read.layer,
        crs=crs_text(crs_of(read.units)),
        units=len(read.units),
        leaves=len(leaves),
        loads=number_columns(leaves),
        sample=tuple(zip(first[CODE].astype(str), first[NAME].astype(str), strict=True)),
        columns=read.columns,
        matched=read.matched,
        notes=read.notes,
        read=read,
    )


def number_columns(frame: pd.DataFrame) -> tuple[str, ...]:
    """Columns of numbers that are not all missing, those that usually hold the load first."""
    filled = frame.select_dtypes("number").dropna(axis="columns", how="all")
    numbers = [str(name) for name in filled.columns]
    usual = [name for name in (HOUSEHOLDS, POPULATION) if name in numbers]
    return tuple(usual + [name for name in numbers if name not in usual])
