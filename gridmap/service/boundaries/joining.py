"""The units of a file joined with those of the workspace, levels and areas worked out anew."""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from gridmap.errors import InputError
from gridmap.geo.frames import Units, check_units
from gridmap.geo.systems.crs import crs_text, metric_crs
from gridmap.messages import msg
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
from gridmap.service.boundaries.changes import FACTS, is_nothing, same_borders
from gridmap.store.repository import Workspace

_MARGIN = 1.5
"""Degrees that boundaries may reach over the zone of the metric system, as a county on its border does."""
_ROW = (CODE, NAME, KIND, PARENT_CODE, HOUSEHOLDS, POPULATION, GEOMETRY)


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
