"""From an Arrow table with WKB to a GeoDataFrame with a coordinate system."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gridmap.errors import FaultsError, InputError, MissingCrsError
from gridmap.geo.frames import missing_crs
from gridmap.geo.topology import Geometries
from gridmap.messages import msg, msg_n
from gridmap.names import GEOMETRY
from gridmap.read.safe import RawLayer

_UNDEFINED: Final = "undefined"
"""How GeoPackage calls a coordinate system that is not known; GDAL passes the word on."""
_DEGREES: Final = (180.001, 90.001)


def to_frame(raw: RawLayer, *, crs: str | None, file: str) -> gpd.GeoDataFrame:
    """A layer as a frame; `crs` overrides what the file says.

    Raises:
        FaultsError: geometry that cannot be decoded, all rows named.
        MissingCrsError: no coordinate system in the file, and none named.
        InputError: an unknown coordinate system, or coordinates that cannot be degrees in one of degrees.
    """
    frame = raw.table.to_pandas()
    if raw.geometry is None:
        raise FaultsError(file, [msg("there is no geometry in it")])
    shapes = decode_wkb(frame.pop(raw.geometry), file)
    columns = {str(title): frame[title] for title in frame.columns if title != GEOMETRY}
    system = parse_crs(crs if crs is not None else raw.crs, file)
    result = gpd.GeoDataFrame(columns, geometry=shapes, crs=system)
    check_degrees(result, file)
    return result


def decode_wkb(column: pd.Series[bytes], file: str) -> Geometries:
    """Geometry without Z or M, missing where there is none.

    Raises:
        FaultsError: rows whose geometry is damaged, such as rings that do not close.
    """
    given = column.notna().to_numpy()
    shapes = shapely.from_wkb(column.where(given, None).to_numpy(dtype=object), on_invalid="ignore")
    damaged = np.flatnonzero(shapely.is_missing(shapes) & given)
    if len(damaged):
        rows = [int(row) + 1 for row in damaged[:5]]
        fault = msg_n(
            "the geometry of {n} row is damaged, as where a ring does not close (row {rows})",
            "the geometry of {n} rows is damaged, as where a ring does not close (rows {rows})",
            n=len(damaged),
            rows=rows,
        )
        raise FaultsError(file, [fault])
    flat: Geometries = shapely.force_2d(shapes)
    return flat


def parse_crs(text: str | None, file: str) -> pyproj.CRS:
    """The coordinate system of a text such as `EPSG:4490` or WKT.

    Raises:
        MissingCrsError: no text, or the text for an undefined system.
        InputError: a text that names no system.
    """
    if not text:
        raise MissingCrsError(missing_crs(file))
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise InputError(
            msg(
                "{file}: {crs} names no coordinate system. Name one with --crs, for example --crs EPSG:4490.",
                file=file,
                crs=text[:80],
            )
        ) from error
    if crs.name.lower().startswith(_UNDEFINED) or crs.is_engineering:
        raise MissingCrsError(missing_crs(file))
    return crs


def check_degrees(frame: gpd.GeoDataFrame, file: str) -> None:
    """Refuse coordinates that cannot be degrees in a system of degrees.

    Raises:
        InputError: some are beyond 180 or 90.
    """
    assert frame.crs is not None
    if not frame.crs.is_geographic or not len(frame):
        return
    bounds = np.abs(np.nan_to_num(frame.total_bounds))
    if max(bounds[0], bounds[2]) > _DEGREES[0] or max(bounds[1], bounds[3]) > _DEGREES[1]:
        raise InputError(
            msg(
                "{file}: its coordinates reach {largest}, so they are not degrees, though its coordinate "
                "system is {crs}. Name the right one with --crs.",
                file=file,
                largest=round(float(bounds.max()), 1),
                crs=frame.crs.name,
            )
        )
