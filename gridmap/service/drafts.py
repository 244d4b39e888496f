"""A draft: boundaries, load and size made into cells that are not saved yet, with figures to judge by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import geopandas as gpd
import pandas as pd
import pyproj

from gridmap.geo.frames import Cells, check_cells
from gridmap.geo.quality import Quality, check
from gridmap.geo.sizes import CellSize
from gridmap.jobs.pool import Runner
from gridmap.messages import Message
from gridmap.model.access import Action, User
from gridmap.names import CELLS, CODE, HOUSEHOLDS, NAME, PARENT_CODE, SCHEME, SEQ, WGS84
from gridmap.service.boundaries import Preview
from gridmap.service.draft_codes import Numbered, numbered_cells
from gridmap.service.draft_figures import Comparison, InfeasibleUnit, compare, infeasible_units
from gridmap.service.draft_ground import Ground, lay_ground
from gridmap.service.draft_loads import ColumnLoad, Load, PointsLoad, load_points
from gridmap.service.draft_places import moved_sites, new_buildings, stored_buildings
from gridmap.service.rights import require
from gridmap.split.cells import split_units
from gridmap.split.rule import SplitRule
from gridmap.store.repository import Revision, Workspace

Progress = Callable[[int, int], None]
"""Told the units done and all units."""
PARALLEL_FROM: Final = 200
"""Units from which they are cut in other processes: a second to start them, and the server stays free."""


@dataclass(frozen=True, eq=False)
class Draft:
    """Cells that are not saved yet. Frames are as `store.contents.Contents` takes them, EPSG:4326.

    Attributes:
        stand: where the workspace stood when the draft was made.
        source: name of the file of boundaries, '' for the units of the workspace.
        units: all units of the workspace as they will be; None where they stay as they are.
        cells: the new cells, `kept` (bool) where one takes an old one's code.
        old: the cells that are there now in the units that are cut, with `version`.
        cuts: trees of cuts by unit_code; `gone` are units that are cut no more.
        points: buildings to add, None unless the load came from a file of points.
        placed: stored buildings whose unit or cell changes, by id; `replaced` are ids to take away.
        sites: contact sites whose cell changes, by code.
        quality: of the new cells; `before` of the old ones, by the same load.
    """

    stand: Revision
    source: str
    size: CellSize
    system: pyproj.CRS
    units: gpd.GeoDataFrame | None = field(repr=False)
    cells: gpd.GeoDataFrame = field(repr=False)
    old: gpd.GeoDataFrame = field(repr=False)
    cuts: pd.DataFrame = field(repr=False)
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
    notes: tuple[Message, ...]


def draft_cells(
    workspace: Workspace,
    source: Preview | None,
    load: Load,
    size: tuple[float, float, float],
    *,
    user: User,
    at: datetime,
    progress: Progress | None = None,
) -> Draft:
    """Cut the lowest units of a file, or of the workspace (None), into cells; nothing is saved.

    `size` is the load a cell should have, the least and the most. A workspace that has cells already is
    cut anew: a cell that keeps more than half of its load keeps its code, the others get new ones.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the units, the load or the size cannot be used.
        EmptyUnitError: units without area.
        TessellationError: units that overlap.
    """
    require(user, Action.EDIT_CELLS)
    rule, stand, tell = SplitRule(*size), workspace.revision(), progress or _tell_nobody
    tell(0, 0)
    ground = lay_ground(workspace, source)
    stored = workspace.load_buildings().to_crs(ground.system)
    points, outside = load_points(load, stored, ground)
    weight = load.column if isinstance(load, ColumnLoad) else HOUSEHOLDS
    count = len(ground.leaves)
    run = Runner(2 if count > PARALLEL_FROM else 1, tell)
    split = split_units(ground.leaves, points, rule, weight=weight, run=run)
    tell(count, count)
    numbered = numbered_cells(split, _checked(ground.old), points, workspace.load_used_codes())
    tell(count, count)
    cells = gpd.GeoDataFrame(numbered.cells)
    quality = check(numbered.cells, ground.leaves, points, size=rule, weight=weight)
    tell(count, count)
    old = ground.old[ground.old[PARENT_CODE].isin(ground.codes)]
    before = check(Cells(old), ground.leaves, points, size=rule, weight=weight) if len(old) else None
    homes = cells.set_index(CODE).geometry
    placed, replaced = stored_buildings(load, stored, homes, ground)
    return Draft(
        stand=stand,
        source="" if source is None else source.file,
        size=rule,
        system=ground.system,
        units=None if source is None else ground.rows,
        cells=_cell_rows(numbered, ground),
        old=gpd.GeoDataFrame(ground.old.to_crs(WGS84)),
        cuts=numbered.cuts,
        gone=ground.gone,
        points=new_buildings(points, homes, ground) if isinstance(load, PointsLoad) else None,
        placed=placed,
        replaced=replaced,
        sites=moved_sites(ground, homes),
        quality=quality,
        before=before,
        comparison=compare(ground.old, numbered, points, ground.plan.posts, at),
        infeasible=infeasible_units(split.cuts, ground.leaves, rule),
        points_outside=outside,
        notes=() if source is None else source.notes,
    )


def _tell_nobody(done: int, total: int) -> None:
    """Progress that nobody asked for."""


def _checked(cells: gpd.GeoDataFrame) -> Cells | None:
    """Stored cells as checked ones; None where there are none."""
    return check_cells(cells, source=CELLS) if len(cells) else None


def _cell_rows(numbered: Numbered, ground: Ground) -> gpd.GeoDataFrame:
    """The new cells as rows of the table; those that are new altogether named by their unit and number."""
    rows = gpd.GeoDataFrame(numbered.cells.to_crs(WGS84))
    units = dict(zip(ground.leaves[CODE], ground.leaves[NAME], strict=True))
    names = dict(zip(ground.old[CODE], ground.old[NAME], strict=True))
    rows[NAME] = [
        names[code] if kept else f"{units[unit]} {seq:02d}"
        for code, unit, seq, kept in zip(rows[CODE], rows[PARENT_CODE], rows[SEQ], rows["kept"], strict=True)
    ]
    return rows.assign(**{SCHEME: ground.plan.scheme.code})
