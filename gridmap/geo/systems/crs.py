"""The one metric coordinate system that a file is cut and measured in."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pyproj

from gridmap.errors import MissingCrsError
from gridmap.messages import msg
from gridmap.names import WGS84

_CHINA: Final = (73.0, 18.0, 135.5, 54.0)
"""West, south, east, north, degrees. Reaches over the border: a Gauss-Krüger zone measures well there too."""
_FIRST_ZONE, _LAST_ZONE = 25, 45
_ZONE_WITHOUT_PREFIX: Final = 4509
"""EPSG code of CGCS2000 / 3-degree Gauss-Krüger by central meridian, minus the zone (4534 to 4554)."""
_SAME: Final = 100
_ALIKE: Final = 70
"""Percent of confidence with which PROJ takes a system for one that has a code."""
_NAMELESS: Final = frozenset({"unnamed", "unknown", "undefined", ""})
_UNFIT_METHODS: Final = ("mercator", "popular visualisation", "lambert azimuthal equal area")
"""Web Mercator and Mercator stretch areas; the round trip of LAEA errs by millimetres."""


def metric_crs(frame: gpd.GeoDataFrame) -> pyproj.CRS:
    """The coordinate system in metres that `frame` is cut and measured in.

    Its own where that is projected in metres; else the 3-degree Gauss-Krüger zone of CGCS2000 (China)
    or the UTM zone (elsewhere) at the centre of the whole file. Axes are used as x east, y north.

    Raises:
        MissingCrsError: the frame has no coordinate system.
    """
    if frame.crs is None:
        raise MissingCrsError(
            msg("The data has no coordinate system. Name it, for example with --crs EPSG:4326.")
        )
    own = pyproj.CRS(frame.crs).to_2d()
    if is_metric(own):
        return own
    degrees = frame.geometry.to_crs(WGS84)
    west, south, east, north = degrees.total_bounds
    if _inside_china((west + east) / 2, (south + north) / 2):
        zone = int(np.clip(round((west + east) / 6), _FIRST_ZONE, _LAST_ZONE))
        return pyproj.CRS.from_epsg(_ZONE_WITHOUT_PREFIX + zone)
    return pyproj.CRS(degrees.estimate_utm_crs())


def is_metric(crs: pyproj.CRS) -> bool:
    """Whether lengths and areas may be taken in this system: projected, in metres, not a stretched one."""
    if not crs.is_projected or any(axis.unit_conversion_factor != 1 for axis in crs.axis_info):
        return False
    operation = crs.coordinate_operation
    method = operation.method_name.lower() if operation is not None else ""
    return not method.startswith(_UNFIT_METHODS)


def crs_text(crs: pyproj.CRS) -> str:
    """`EPSG:4547` where the system has such a name, else its WKT; `pyproj.CRS` reads both back."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.to_wkt()


def crs_title(text: str) -> str:
    """A system for people: its code, else its name with the nearest code, and where it has no name its kind.

    Args:
        text: as of `crs_text`; one that is no system stays as it is.
    """
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        return text
    if crs.to_authority(min_confidence=_SAME):
        return crs_text(crs)
    near = crs.to_epsg(min_confidence=_ALIKE)
    name = crs.name if crs.name.lower() not in _NAMELESS else _described(crs)
    return f"{name} (≈ EPSG:{near})" if near else name


def _described(crs: pyproj.CRS) -> str:
    """The method of a projection without a name, and the meridian it is centred on."""
    projection = crs.coordinate_operation
    if projection is None:
        return crs.datum.name if crs.datum is not None else crs.name
    meridian = next((one.value for one in projection.params if one.name.startswith("Longitude of")), None)
    return projection.method_name if meridian is None else f"{projection.method_name}, {meridian:g}°"


def _inside_china(lon: float, lat: float) -> bool:
    west, south, east, north = _CHINA
    return west <= lon <= east and south <= lat <= north
