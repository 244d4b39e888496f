"""Bringing boundaries and cells into a workspace: read, check, cut where asked, save as one change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj

from gridmap.errors import FaultsError, InputError
from gridmap.geo.crs import crs_text, metric_crs
from gridmap.geo.frames import Units, check_cells, check_units, crs_of, leaf_units
from gridmap.geo.quality import check
from gridmap.messages import Message, msg, msg_n
from gridmap.model.access import Action, User
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
    SEQ,
    UNITS,
    WGS84,
)
from gridmap.read.boundaries import UnitsFile, read_cells, read_units
from gridmap.read.columns import ColumnChoice
from gridmap.service.rights import require
from gridmap.split.cells import split_units
from gridmap.split.rule import SplitRule
from gridmap.store.contents import Contents, write_plan
from gridmap.store.repository import Workspace

_SHOWN = 8
"""Codes named in a fault before the rest is counted."""


@dataclass(frozen=True)
class Boundaries:
    """A file of boundaries and how to read it; `name` is what messages call it."""

    path: Path
    layer: str | None = None
    columns: ColumnChoice = field(default_factory=ColumnChoice)
    crs: str | None = None


@dataclass(frozen=True)
class ImportReport:
    """What was saved: rows by table, the revision it made, and notes for the reader's attention."""

    rows: Mapping[str, int]
    revision: int
    notes: tuple[Message, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {"rows": dict(self.rows), "revision": self.revision, "notes": [str(n) for n in self.notes]}


@dataclass(frozen=True)
class Preview:
    """What is in a file of boundaries, before anything is saved.

    Attributes:
        units: how many there are; `leaves` of them have no unit below and would be cut.
        loads: columns of numbers that could be the load of a cell, the usual ones first.
        sample: a few units as (code, name).
    """

    layer: str
    crs: str
    units: int
    leaves: int
    loads: tuple[str, ...]
    sample: tuple[tuple[str, str], ...]
    notes: tuple[Message, ...]


def preview(source: Boundaries) -> Preview:
    """Read and check a file of boundaries, and tell what is in it.

    Raises:
        InputError: the file cannot be used; all its faults are named.
    """
    read = _read(source)
    leaves = leaf_units(read.units)
    numbers = [str(name) for name in leaves.select_dtypes("number").columns]
    usual = [name for name in (HOUSEHOLDS, POPULATION) if name in numbers]
    first = read.units.head(_SHOWN)
    return Preview(
        layer=read.layer,
        crs=crs_text(crs_of(read.units)),
        units=len(read.units),
        leaves=len(leaves),
        loads=tuple(usual + [name for name in numbers if name not in usual]),
        sample=tuple(zip(first[CODE].astype(str), first[NAME].astype(str), strict=True)),
        notes=read.notes,
    )


def make_workspace(path: Path, source: Boundaries, *, title: str, at: datetime) -> Workspace:
    """Make an empty workspace that measures in the metric system of the boundaries to come.

    Raises:
        InputError: the boundaries cannot be read.
        StoreError: something is at `path` already.
    """
    system = metric_crs(_read(source).units)
    return Workspace.create(path, title=title, metric_crs=crs_text(system), created_at=at)


def import_units(workspace: Workspace, source: Boundaries, *, user: User, at: datetime) -> ImportReport:
    """Save the units of a file beside those already there; a unit of the same code is replaced.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the file cannot be used; the workspace is as it was.
    """
    require(user, Action.EDIT_CELLS)
    read = _read(source)
    units = _joined(workspace, read.units, source.path.name)
    report = _saved(workspace, Contents(units=units), read.notes, source.path.name, user, at)
    return replace(report, rows={UNITS: len(read.units)})


def import_cells(workspace: Workspace, path: Path, *, user: User, at: datetime) -> ImportReport:
    """Save cells that were cut from the workspace's units, as `gridmap split` writes them.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the cells do not fit the units exactly; the workspace is as it was.
    """
    require(user, Action.EDIT_CELLS)
    _refuse_cells(workspace)
    stored = read_cells(path)
    system = pyproj.CRS(workspace.load_shapes().crs)
    units = check_units(_present(workspace).to_crs(system), source=workspace.path.name)
    strangers = sorted(set(stored.cells[PARENT_CODE]) - set(leaf_units(units)[CODE]))
    if strangers:
        raise FaultsError(path.name, [_strangers(strangers)])
    cells = stored.cells.to_crs(system)
    if not check(check_cells(cells, source=path.name), units).passed:
        raise InputError(
            msg("{file}: the cells do not cover the units exactly; see gridmap check.", file=path.name)
        )
    contents = Contents(cells=_cell_rows(cells, units, at))
    return _saved(workspace, contents, (), path.name, user, at)


def import_and_cut(
    workspace: Workspace,
    source: Boundaries,
    *,
    weight: str,
    size: tuple[float, float, float],
    user: User,
    at: datetime,
) -> ImportReport:
    """Save the units of a file and cut them by a column of theirs, as one change.

    `size` is the load a cell should have, the least and the most.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the file cannot be used, or the workspace has cells; it is as it was.
    """
    require(user, Action.EDIT_CELLS)
    _refuse_cells(workspace)
    read = _read(source)
    units = _joined(workspace, read.units, source.path.name)
    system = pyproj.CRS(workspace.load_shapes().crs)
    metric = check_units(gpd.GeoDataFrame(read.units.to_crs(system)), source=source.path.name)
    split = split_units(metric, None, SplitRule(*size), weight=weight)
    cuts = split.cuts.rename(columns={CODE: "unit_code"})[["unit_code", "tree", "crs"]]
    infeasible = int((~split.cuts["feasible"].astype(bool)).sum())
    notes = read.notes + (
        (
            msg_n(
                "{n} unit cannot be divided into cells within the range",
                "{n} units cannot be divided into cells within the range",
                n=infeasible,
            ),
        )
        if infeasible
        else ()
    )
    contents = Contents(units=units, cells=_cell_rows(split.cells, metric, at), cuts=cuts)
    report = _saved(workspace, contents, notes, source.path.name, user, at)
    return replace(report, rows={**report.rows, UNITS: len(read.units)})


def _read(source: Boundaries) -> UnitsFile:
    return read_units(source.path, layer=source.layer, columns=source.columns, crs=source.crs)


def _saved(
    workspace: Workspace,
    contents: Contents,
    notes: tuple[Message, ...],
    file: str,
    user: User,
    at: datetime,
) -> ImportReport:
    revision = write_plan(workspace, contents, user.name, f"import: {file}", at)
    rows = {key: len(frame) for key, frame in vars(contents).items() if frame is not None}
    return ImportReport(rows, revision.revision, notes)


def _present(workspace: Workspace) -> gpd.GeoDataFrame:
    """The workspace's units as a frame like a file's, EPSG:4326."""
    plan, shapes = workspace.load_plan(), workspace.load_shapes()
    frame = plan.units.drop(columns="version").assign(**{GEOMETRY: shapes.units.reindex(plan.units.index)})
    return gpd.GeoDataFrame(frame.reset_index(names=CODE), geometry=GEOMETRY, crs=WGS84)


def _joined(workspace: Workspace, units: Units, file: str) -> gpd.GeoDataFrame:
    """The units of file and workspace as rows of the table, levels and areas worked out anew.

    Raises:
        FaultsError: parent codes that name nothing although their level is there.
        InputError: the boundaries lie outside the workspace's region.
    """
    system = pyproj.CRS(workspace.load_shapes().crs)
    fresh = gpd.GeoDataFrame(units.to_crs(WGS84))
    _require_region(fresh, system, file)
    columns = [CODE, NAME, KIND, PARENT_CODE, HOUSEHOLDS, POPULATION, GEOMETRY]
    fresh = gpd.GeoDataFrame(fresh.reindex(columns=columns), geometry=GEOMETRY, crs=WGS84)
    present = _present(workspace)
    kept = present.loc[~present[CODE].isin(fresh[CODE]), columns]
    parts = [kept, fresh] if len(kept) else [fresh]
    joined = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry=GEOMETRY, crs=WGS84)
    checked = gpd.GeoDataFrame(check_units(joined, source=file))
    checked[LEVEL] = _levels(checked)
    checked[AREA] = checked.to_crs(system).area
    return checked


def _require_region(units: gpd.GeoDataFrame, system: pyproj.CRS, file: str) -> None:
    """Lengths and areas hold only near the zone that the workspace measures in."""
    region = system.area_of_use
    west, south, east, north = units.total_bounds
    margin = 1.5  # degrees: a county may reach over the border of its zone
    if region and not (
        region.west - margin <= west
        and east <= region.east + margin
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


def _refuse_cells(workspace: Workspace) -> None:
    if len(workspace.load_plan().cells):
        raise InputError(
            msg("{file}: this workspace has cells already. Use a new workspace.", file=workspace.path.name)
        )


def _strangers(codes: list[str]) -> Message:
    return msg_n(
        "{n} parent code names no unit of the workspace ({codes}): import its units first",
        "{n} parent codes name no unit of the workspace ({codes}): import their units first",
        n=len(codes),
        codes=[*codes[:_SHOWN], "…"] if len(codes) > _SHOWN else codes,
    )


def _cell_rows(cells: gpd.GeoDataFrame, units: Units, at: datetime) -> gpd.GeoDataFrame:
    """Cells as rows of the table: named by their unit and number, valid from now on."""
    names = dict(zip(units[CODE], units[NAME], strict=True))
    rows = gpd.GeoDataFrame(cells.to_crs(WGS84))
    rows[NAME] = [f"{names[unit]} {seq:02d}" for unit, seq in zip(rows[PARENT_CODE], rows[SEQ], strict=True)]
    return rows.assign(active=True, valid_from=at)
