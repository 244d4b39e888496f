"""Boundaries on their way into a workspace: read and told of, joined with the units that are there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from gridmap.errors import InputError
from gridmap.geo.frames import Units, check_units, crs_of, leaf_units
from gridmap.geo.systems.crs import crs_text, metric_crs
from gridmap.geo.systems.datum import Datum
from gridmap.messages import Message, msg
from gridmap.model.places import Level
from gridmap.names import (
    AREA,
    CODE,
    GEOMETRY,
    HOUSEHOLDS,
    KIND,
    LEVEL,
    NAME,
    PARENT_CODE,
    POPULATION,
    WGS84,
)
from gridmap.read.vectors.boundaries import UnitsFile, read_units
from gridmap.read.vectors.columns import ColumnChoice
from gridmap.service.boundaries.changes import FACTS, is_nothing, same_borders
from gridmap.store.repository import Workspace

_SAMPLED = 8
"""Units named as examples of what is in a file."""
_MARGIN = 1.5
"""Degrees that boundaries may reach over the zone of the metric system, as a county on its border does."""
_ROW = (CODE, NAME, KIND, PARENT_CODE, HOUSEHOLDS, POPULATION, GEOMETRY)


@dataclass(frozen=True)
class Boundaries:
    """A file of boundaries and how to read it."""

    path: Path
    layer: str | None = None
    columns: ColumnChoice = field(default_factory=ColumnChoice)
    crs: str | None = None
    encoding: str | None = None
    datum: Datum = Datum.WGS84


@dataclass(frozen=True, eq=False)
class Preview:
    """What is in a file of boundaries, before anything is saved; equal to itself only.

    Attributes:
        file: its name.
        crs: the coordinate system, `crs_named` whether the reader named it rather than the file.
        units: how many there are; `leaves` of them have no unit below and would be cut.
        loads: columns of numbers that could be the load of a cell, the usual ones first.
        sample: a few units as (code, name).
        columns: the file's own columns; `matched` says which was taken for each of ours.
        read: the units themselves.
    """

    file: str
    layer: str
    crs: str
    crs_named: bool
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


def preview(source: Boundaries) -> Preview:
    """Read and check a file of boundaries, and tell what is in it.

    Raises:
        InputError: the file cannot be used; all its faults are named.
    """
    read = read_units(
        source.path,
        layer=source.layer,
        columns=source.columns,
        crs=source.crs,
        encoding=source.encoding,
        datum=source.datum,
    )
    leaves = leaf_units(read.units)
    first = read.units.head(_SAMPLED)
    return Preview(
        file=source.path.name,
        layer=read.layer,
        crs=crs_text(crs_of(read.units)),
        crs_named=source.crs is not None,
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


def present_units(workspace: Workspace) -> gpd.GeoDataFrame:
    """The workspace's units as a frame like a file's, EPSG:4326."""
    plan, shapes = workspace.load_plan(), workspace.load_shapes()
    frame = plan.units.drop(columns="version").assign(**{GEOMETRY: shapes.units.reindex(plan.units.index)})
    return gpd.GeoDataFrame(frame.reset_index(names=CODE), geometry=GEOMETRY, crs=WGS84)


def measuring_crs(workspace: Workspace, units: gpd.GeoDataFrame) -> pyproj.CRS:
    """The metric system that the workspace measures in; that of `units` while it has none yet."""
    recorded = workspace.metric_crs()
    return pyproj.CRS(recorded) if recorded else metric_crs(units)


def joined_units(
    present: gpd.GeoDataFrame,
    units: Units,
    system: pyproj.CRS,
    *,
    file: str,
    told: Collection[str] = FACTS,
) -> gpd.GeoDataFrame:
    """The units of file and workspace as rows of the table, levels and areas worked out anew.

    A unit of the workspace that the file names too takes what the file tells and keeps what it does not
    tell; where its border stays, it keeps its stored corners.

    Args:
        present: the units of the workspace, EPSG:4326.
        units: of the file.
        system: the metric system of the workspace.
        file: its name, for messages.
        told: the facts that the file tells; see `Preview.told`.

    Raises:
        FaultsError: parent codes that name nothing although their level is there.
        InputError: the boundaries lie outside the workspace's region.
    """
    fresh = gpd.GeoDataFrame(units.to_crs(WGS84))
    _require_region(fresh, system, file)
    columns = list(_ROW)
    fresh = gpd.GeoDataFrame(fresh.reindex(columns=columns), geometry=GEOMETRY, crs=WGS84)
    fresh = _with_what_is_kept(fresh, present, set(told))
    kept = present.loc[~present[CODE].isin(fresh[CODE]), columns]
    parts = [kept, fresh] if len(kept) else [fresh]
    joined = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry=GEOMETRY, crs=WGS84)
    checked = gpd.GeoDataFrame(check_units(joined, source=file))
    checked[LEVEL] = _levels(checked)
    checked[AREA] = checked.to_crs(system).area
    return checked


def _with_what_is_kept(
    fresh: gpd.GeoDataFrame, present: gpd.GeoDataFrame, told: set[str]
) -> gpd.GeoDataFrame:
    """Units of a file with the facts it leaves open, and the borders it leaves in place, as stored."""
    stored = present.set_index(CODE).reindex(fresh[CODE])
    known = fresh[CODE].isin(set(present[CODE])).to_numpy()
    result = fresh.copy()
    for column in FACTS:
        old, new = stored[column].astype(object).to_numpy(), fresh[column].astype(object).to_numpy()
        silent = np.array([column not in told or is_nothing(value) for value in new], dtype=bool)
        result[column] = np.where(known & silent, old, new)
    for column in (HOUSEHOLDS, POPULATION):
        result[column] = pd.to_numeric(result[column])
    shapes = np.asarray(fresh.geometry.array, dtype=object)
    held = np.asarray(stored[GEOMETRY].array, dtype=object)
    stays = known.copy()
    stays[known] = same_borders(held[known], shapes[known])
    return result.set_geometry(gpd.GeoSeries(np.where(stays, held, shapes), index=fresh.index, crs=WGS84))


def _require_region(units: gpd.GeoDataFrame, system: pyproj.CRS, file: str) -> None:
    """Lengths and areas hold only near the zone that the workspace measures in."""
    region = system.area_of_use
    west, south, east, north = units.total_bounds
    if region and not (
        region.west - _MARGIN <= west
        and east <= region.east + _MARGIN
        and region.south <= south
        and north <= region.north
    ):
        raise InputError(
            msg(
                "{file}: it lies outside the region this workspace measures in ({crs}). "
                "Make a workspace of its own.",
                file=file,
                crs=crs_text(system),
            )
        )


def _levels(units: gpd.GeoDataFrame) -> list[str]:
    """The level of each unit by its height over the leaves: village, township, county above."""
    parents = dict(zip(units[CODE], units[PARENT_CODE], strict=True))
    height = dict.fromkeys(parents, 0)
    for parent in parents.values():
        step, above = parent, 1
        while step in height and above <= len(parents):
            height[step] = max(height[step], above)
            step, above = parents[step], above + 1
    names = (Level.VILLAGE.value, Level.TOWNSHIP.value)
    return [names[height[code]] if height[code] < len(names) else Level.COUNTY.value for code in units[CODE]]
