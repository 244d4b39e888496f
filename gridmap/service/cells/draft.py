"""A draft of any new cells of some units: what it would change, with figures to judge it by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from gridmap.geo.coverage.quality import Quality, check
from gridmap.geo.coverage.same_places import in_stored_degrees
from gridmap.geo.frames import Cells, Points
from gridmap.geo.sizes import CellSize
from gridmap.messages import Message
from gridmap.model.places import Level
from gridmap.names import CODE, FEASIBLE, GEOMETRY, LEVEL, NAME, PARENT_CODE, SCHEME, SEQ, WGS84
from gridmap.service.cells.figures import Comparison, InfeasibleUnit, compare, infeasible_units
from gridmap.service.cells.ground import Ground
from gridmap.service.cells.loads import ColumnLoad, Load, PointsLoad, StoredBuildings
from gridmap.service.cells.placed import moved_sites, new_buildings, stored_buildings
from gridmap.split.again.replacement import UnitChange
from gridmap.store.repository import Revision


@dataclass(frozen=True, eq=False)
class Draft:
    """Cells that are not saved yet. Frames are as `store.contents.Contents` takes them, EPSG:4326.

    Attributes:
        stand: where the workspace stood when the draft was made.
        source: name of the file of boundaries, '' for the units of the workspace.
        units: all units of the workspace as they will be; None where they stay as they are.
        cells: of the units concerned as they will be, `kept` (bool) where one has an old one's code.
        touched: cells elsewhere, code, parent_code and shape, that only get vertices.
        old: the cells that are there now in the units concerned, with `version`.
        cuts: trees of cuts by unit_code, of units that are cut otherwise; None leaves the stored ones.
        gone: units that are cut no more.
        points: buildings to add, None unless the load came from a file of points.
        placed: stored buildings whose unit or cell changes, by id; `replaced` are ids to take away.
        sites: contact sites whose cell changes, by code.
        quality: of the new cells; `before` of the old ones, by the same load.
        changes: what came of each unit that was split again.
    """

    stand: Revision
    source: str
    size: CellSize
    system: pyproj.CRS
    units: gpd.GeoDataFrame | None = field(repr=False)
    cells: gpd.GeoDataFrame = field(repr=False)
    touched: gpd.GeoDataFrame = field(repr=False)
    old: gpd.GeoDataFrame = field(repr=False)
    cuts: pd.DataFrame | None = field(repr=False)
    gone: tuple[str, ...]
    points: gpd.GeoDataFrame | None = field(repr=False)
    placed: pd.DataFrame = field(repr=False)
    replaced: tuple[int, ...] = field(repr=False)
    sites: dict[str, str | None] = field(repr=False)
    quality: Quality
    before: Quality | None
    comparison: Comparison
    infeasible: tuple[InfeasibleUnit, ...]
    points_outside: int
    changes: tuple[UnitChange, ...]
    notes: tuple[Message, ...]


def build_draft(  # noqa: PLR0913 # what it is made of, and what is only handed on
    ground: Ground,
    cells: Cells,
    cuts: pd.DataFrame | None,
    points: Points | None,
    *,
    size: CellSize,
    at: datetime,
    load: Load | None = None,
    touched: gpd.GeoDataFrame | None = None,
    source: str = "",
    points_outside: int = 0,
    changes: tuple[UnitChange, ...] = (),
    notes: tuple[Message, ...] = (),
) -> Draft:
    """Judge new cells of the units of a ground, and find out what saving them means.

    Args:
        ground: its leaves are the units concerned; `Ground.narrowed` makes one of few units.
        cells: all cells of those units as they will be, under their final codes, in the ground's system:
            code, parent_code, seq, kind, households, area_m2, compactness, method; optional name. A cell
            whose code is there now goes on: it keeps its name, note, posts and whether it is active.
        cuts: unit_code, tree and crs of the units that were cut otherwise; None where no tree changes.
        points: places of load in the units concerned (`draft_loads.load_points`); without them the load is
            the column of `load`, else that of the cells themselves.
        size: of a cell; saved as that of the workspace.
        at: now, the county's wall clock.
        load: what `points` or the column came from; the stored buildings unless given.
        touched: code and shape, in the ground's system, of cells elsewhere that only get vertices.
        source: name of the file of boundaries.
        points_outside: points that lie in no unit.
        changes: handed on.
        notes: handed on.
    """
    load = StoredBuildings() if load is None else load
    weight = load.column if isinstance(load, ColumnLoad) else None
    ordered = Cells(gpd.GeoDataFrame(cells.sort_values(CODE, ignore_index=True)))
    old = ground.old
    present = Cells(gpd.GeoDataFrame(old[old[PARENT_CODE].isin(ground.codes)]))
    before = check(present, ground.leaves, points, size=size, weight=weight) if len(present) else None
    homes = gpd.GeoDataFrame(ordered).set_index(CODE).geometry
    placed, replaced = stored_buildings(load, homes, ground)
    infeasible = infeasible_units(ordered, ground.leaves, size)
    return Draft(
        stand=ground.stand,
        source=source,
        size=size,
        system=ground.system,
        units=ground.rows,
        cells=_rows(ordered, ground, {one.code for one in infeasible}),
        touched=_touched_rows(touched, ground),
        old=gpd.GeoDataFrame(ground.stored_cells[ground.concerned]),
        cuts=cuts,
        gone=ground.gone,
        points=new_buildings(points, homes, ground) if isinstance(load, PointsLoad) else None,
        placed=placed,
        replaced=replaced,
        sites=moved_sites(ground, homes),
        quality=check(ordered, ground.leaves, points, size=size, weight=weight),
        before=before,
        comparison=compare(old, ordered, points, ground.plan.posts, at),
        infeasible=infeasible,
        points_outside=points_outside,
        changes=changes,
        notes=notes,
    )


def _rows(cells: Cells, ground: Ground, infeasible: set[str]) -> gpd.GeoDataFrame:
    """The new cells as rows of the table."""
    old = ground.old
    rows = _in_degrees(cells, ground)
    rows["kept"] = rows[CODE].isin(set(old[CODE]))
    rows[NAME] = _names(rows, ground)
    rows[FEASIBLE] = ~rows[PARENT_CODE].isin(infeasible)
    return rows.assign(**{SCHEME: ground.plan.scheme.code, LEVEL: Level.CELL.value})


def _names(rows: gpd.GeoDataFrame, ground: Ground) -> list[str]:
    """Names of cells: one that goes on keeps its own; another has what was given, else unit and number."""
    units = dict(zip(ground.leaves[CODE], ground.leaves[NAME], strict=True))
    stands = dict(zip(ground.cells[CODE], ground.cells[NAME], strict=True))
    given = rows[NAME].fillna("") if NAME in rows else np.full(len(rows), "", dtype=object)
    return [
        stands[code] if kept else name or f"{units[unit]} {seq:02d}"
        for code, unit, seq, kept, name in zip(
            rows[CODE], rows[PARENT_CODE], rows[SEQ], rows["kept"], given, strict=True
        )
    ]


def _touched_rows(touched: gpd.GeoDataFrame | None, ground: Ground) -> gpd.GeoDataFrame:
    """Cells elsewhere as rows of the table: their code and their shape."""
    if touched is None or touched.empty:
        return gpd.GeoDataFrame({CODE: [], PARENT_CODE: []}, geometry=[], crs=WGS84)
    return gpd.GeoDataFrame(_in_degrees(Cells(touched), ground)[[CODE, PARENT_CODE, GEOMETRY]])


def _in_degrees(cells: Cells, ground: Ground) -> gpd.GeoDataFrame:
    """Cells in EPSG:4326; what was stored keeps its degrees, so that cells beside still meet it."""
    named = Cells(
        gpd.GeoDataFrame(cells.rename_geometry(GEOMETRY) if cells.geometry.name != GEOMETRY else cells)
    )
    if ground.cells.empty:
        return gpd.GeoDataFrame(named.to_crs(WGS84))
    return in_stored_degrees(named, Cells(ground.cells), Cells(ground.stored_cells))
