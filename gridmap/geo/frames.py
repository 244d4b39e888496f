"""The frames that geometry travels in, and the checks that make them.

`Units`, `Points` and `Cells` are GeoDataFrames that passed their check; nothing else makes them, so a
function that asks for one need not doubt it. A check gathers all faults of a frame before it refuses.
"""

from __future__ import annotations

from typing import Any, NewType

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from gridmap.errors import FaultsError, MissingCrsError
from gridmap.geo.codes import code_texts
from gridmap.geo.faults import (
    code_faults,
    count_faults,
    geometry_faults,
    missing_columns,
    parent_faults,
    parentless_faults,
    point_faults,
    polygon_faults,
    validity_faults,
    weight_faults,
)
from gridmap.messages import Message, msg
from gridmap.model.places import UnitKind
from gridmap.names import CODE, GEOMETRY, HOUSEHOLDS, KIND, NAME, PARENT_CODE, POPULATION, WEIGHT

Units = NewType("Units", gpd.GeoDataFrame)
"""Administrative units: code (unique text), name, kind, parent_code ("" for none), polygons, a CRS."""
Points = NewType("Points", gpd.GeoDataFrame)
"""Places of load: weight (finite, not negative), points, a CRS."""
Cells = NewType("Cells", gpd.GeoDataFrame)
"""Grid cells: code (unique text), parent_code (never empty), polygons (or empty ones), a CRS."""


def check_units(frame: gpd.GeoDataFrame, *, source: str = "units") -> Units:
    """Check boundaries of units; the caller's frame is left as it is.

    Args:
        frame: `code`, polygons and a CRS; optional `name`, `kind`, `parent_code`, `households`,
            `population`; other columns are kept.
        source: the file's name, for messages.

    Raises:
        MissingCrsError: no coordinate system.
        FaultsError: everything else, all of it.
    """
    units = _as_units(frame, source)
    faults = [*_unit_faults(units), *validity_faults(units)]
    if faults:
        raise FaultsError(source, faults)
    return Units(_in_standard_form(units))


def check_dirty_units(frame: gpd.GeoDataFrame, *, source: str = "units") -> gpd.GeoDataFrame:
    """As `check_units`, but polygons may be invalid: those that `geo.repair` is to mend.

    Raises:
        MissingCrsError: no coordinate system.
        FaultsError: everything that repairing shapes does not mend, all of it.
    """
    units = _as_units(frame, source)
    faults = _unit_faults(units)
    if faults:
        raise FaultsError(source, faults)
    return _in_standard_form(units)


def check_points(frame: gpd.GeoDataFrame, *, source: str = "points") -> Points:
    """Check places of load; without a `weight` each counts as 1.

    Raises:
        MissingCrsError: no coordinate system.
        FaultsError: no points, other geometry, missing geometry, a weight that is no finite number from 0 up.
    """
    points = _with_crs(frame, source).copy()
    if WEIGHT not in points:
        points[WEIGHT] = 1.0
    weights = pd.to_numeric(points[WEIGHT], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    faults = [*point_faults(points), *weight_faults(weights)]
    if faults:
        raise FaultsError(source, faults)
    points[WEIGHT] = weights
    return Points(_in_standard_form(points))


def check_cells(frame: gpd.GeoDataFrame, *, source: str = "cells") -> Cells:
    """Check the table of a tessellation. Its geometry may be anything polygonal: `quality.check` judges that.

    Raises:
        MissingCrsError: no coordinate system.
        FaultsError: no cells, codes that are empty or not unique, cells without a parent, other geometry.
    """
    _require_columns(frame, (CODE, PARENT_CODE), source)
    cells = _with_crs(frame, source).copy()
    for column in (CODE, PARENT_CODE):
        cells[column] = code_texts(cells[column])
    faults = [*code_faults(cells[CODE]), *parentless_faults(cells), *geometry_faults(cells)]
    if not len(cells):
        faults.append(msg("there are no cells in it"))
    if faults:
        raise FaultsError(source, faults)
    return Cells(_in_standard_form(cells))


def leaf_units(units: Units) -> Units:
    """The units that are no other unit's parent: those that are cut into cells."""
    return Units(units[~units[CODE].isin(set(units[PARENT_CODE]))])


def converted(frame: gpd.GeoDataFrame, system: pyproj.CRS) -> gpd.GeoDataFrame:
    """The frame in another system; untouched where it is in it already, so that no coordinate moves."""
    return frame if frame.crs == system else gpd.GeoDataFrame(frame.to_crs(system))


def crs_of(frame: Units | Points | Cells) -> pyproj.CRS:
    """The coordinate system of a checked frame; it always has one."""
    assert frame.crs is not None
    return frame.crs


def missing_crs(source: str) -> Message:
    """The words for a file without a coordinate system."""
    return msg(
        "{file}: no coordinate system is given. Name it with --crs, for example --crs EPSG:4490.",
        file=source,
    )


def _as_units(frame: gpd.GeoDataFrame, source: str) -> gpd.GeoDataFrame:
    """A frame with the columns of units, each of its type."""
    _require_columns(frame, (CODE,), source)
    units = _with_crs(frame, source).copy()
    units[CODE] = code_texts(units[CODE])
    units[PARENT_CODE] = code_texts(units[PARENT_CODE]) if PARENT_CODE in units else ""
    units[NAME] = _texts(units[NAME]) if NAME in units else units[CODE]
    units[KIND] = (
        _texts(units[KIND]).replace("", UnitKind.UNIT.value) if KIND in units else UnitKind.UNIT.value
    )
    return units


def _unit_faults(units: gpd.GeoDataFrame) -> list[Message]:
    """All that is wrong with units, but for polygons that are not valid."""
    faults = [*code_faults(units[CODE]), *polygon_faults(units), *parent_faults(units)]
    for column in (HOUSEHOLDS, POPULATION):
        if column in units:
            faults += count_faults(units, column)
    return faults


def _require_columns(frame: gpd.GeoDataFrame, columns: tuple[str, ...], source: str) -> None:
    faults = missing_columns(frame, columns)
    if faults:
        raise FaultsError(source, faults)


def _with_crs(frame: gpd.GeoDataFrame, source: str) -> gpd.GeoDataFrame:
    if frame.active_geometry_name is None:
        raise FaultsError(source, [msg("there is no geometry in it")])
    if frame.crs is None:
        raise MissingCrsError(missing_crs(source))
    return frame


def _in_standard_form(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if frame.active_geometry_name != GEOMETRY:
        frame = frame.rename_geometry(GEOMETRY)
    return frame.reset_index(drop=True)


def _texts(values: pd.Series[Any]) -> pd.Series[str]:
    return values.astype(object).where(values.notna(), "").astype(str).str.strip().astype(object)
