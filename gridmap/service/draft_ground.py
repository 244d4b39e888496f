"""What a draft is cut from: the units as they will be, the lowest of them, and the cells that are there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gridmap.errors import InputError
from gridmap.geo.frames import Units, check_units, leaf_units
from gridmap.geo.topology import Geometries, locate
from gridmap.messages import msg
from gridmap.model.plan import Plan
from gridmap.names import CODE, PARENT_CODE, UNITS, WGS84
from gridmap.service.boundaries import Preview, joined_units, measuring_crs, present_units
from gridmap.store.repository import Workspace


@dataclass(frozen=True)
class Ground:
    """What is cut, in the metric system.

    Attributes:
        rows: all units as they will be, EPSG:4326.
        leaves: those to cut, with all columns of their source.
        borders: every leaf unit by code, sorted: where points lie is asked of all of them.
        old: the cells that are there now, in the leaves and in units that are leaves no more (`gone`).
    """

    plan: Plan
    rows: gpd.GeoDataFrame
    leaves: Units
    borders: gpd.GeoSeries
    old: gpd.GeoDataFrame
    gone: tuple[str, ...]
    system: pyproj.CRS

    @property
    def codes(self) -> set[str]:
        """Codes of the units to cut."""
        return set(self.leaves[CODE])

    def unit_of(self, points: gpd.GeoDataFrame) -> pd.Series[str]:
        """The leaf unit that each point lies in, '' for none; by the points' index."""
        return place(points, self.borders)


def lay_ground(workspace: Workspace, source: Preview | None) -> Ground:
    """Read what is there, join it with what is new, and see what is to be cut.

    Raises:
        InputError: there is nothing to cut, or the boundaries do not fit the workspace.
    """
    plan, present = workspace.load_plan(), present_units(workspace)
    if source is None and present.empty:
        raise InputError(msg("This workspace has no boundaries yet. Give a file of them."))
    basis = present if source is None else gpd.GeoDataFrame(source.read.units)
    system = measuring_crs(workspace, basis)
    if source is None:
        rows = gpd.GeoDataFrame(check_units(present, source=UNITS))
    else:
        rows = joined_units(present, source.read.units, system, file=source.file)
    lowest = leaf_units(Units(rows))
    wanted = basis[CODE].isin(set(lowest[CODE]))
    if not wanted.any():
        assert source is not None, "some unit of a workspace has none below"
        raise InputError(
            msg(
                "{file}: all its units have units below them in this workspace, so there is nothing to cut. "
                "Save the boundaries only.",
                file=source.file,
            )
        )
    leaves = check_units(converted(basis[wanted], system), source=UNITS if source is None else source.file)
    borders = converted(gpd.GeoDataFrame(lowest), system).set_index(CODE).geometry
    borders.update(leaves.set_index(CODE).geometry)
    old, gone = _old_cells(workspace, plan, set(lowest[CODE]), set(leaves[CODE]), system)
    return Ground(plan, rows, leaves, gpd.GeoSeries(borders.sort_index()), old, gone, system)


def converted(frame: gpd.GeoDataFrame, system: pyproj.CRS) -> gpd.GeoDataFrame:
    """The frame in another system; untouched where it is in it already, so that no coordinate moves."""
    return frame if frame.crs == system else gpd.GeoDataFrame(frame.to_crs(system))


def _old_cells(
    workspace: Workspace, plan: Plan, lowest: Collection[str], cut: Collection[str], system: pyproj.CRS
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Current cells of the units that are cut and of units that are no longer lowest; the latter's codes."""
    gone = set(plan.cells[PARENT_CODE]) - set(lowest)
    rows = plan.cells[plan.cells[PARENT_CODE].isin(gone | set(cut))]
    shapes = workspace.load_shapes().cells.reindex(rows.index)
    frame = gpd.GeoDataFrame(rows.reset_index(names=CODE), geometry=np.asarray(shapes.array), crs=WGS84)
    return gpd.GeoDataFrame(frame.to_crs(system)), tuple(sorted(gone))


def place(points: gpd.GeoDataFrame, areas: gpd.GeoSeries) -> pd.Series[str]:
    """The code of the first area that holds each point, '' for none; by the points' index."""
    shapes: Geometries = np.asarray(areas.to_numpy(), dtype=object)
    found = locate(shapely.get_coordinates(points.geometry.to_numpy()), shapes)
    codes = np.append(areas.index.to_numpy(dtype=object), "")
    return pd.Series(codes[found], index=points.index, dtype=object)
