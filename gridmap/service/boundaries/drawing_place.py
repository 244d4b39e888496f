"""Where a drawing lies: by points known in it and on the ground, or in a system that its numbers fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from gridmap.errors import InputError
from gridmap.geo.systems.crs import metric_crs
from gridmap.geo.systems.datum import Datum, to_wgs84
from gridmap.geo.systems.placement import Placement, placed_by_points
from gridmap.geo.systems.region import Region
from gridmap.geo.systems.suggestions import CrsSuggestion, suggest_crs
from gridmap.messages import msg
from gridmap.names import WGS84
from gridmap.read.vectors.drawings import DrawingInventory


@dataclass(frozen=True)
class KnownPoint:
    """A point of the drawing whose place on the ground is known: drawing units, and EPSG:4326."""

    x: float
    y: float
    lon: float
    lat: float


def known_point(text: str) -> KnownPoint:
    """A point given as `x,y=lon,lat`.

    Raises:
        InputError: it is written in another way, or is no place on earth.
    """
    try:
        drawn, ground = text.split("=")
        x, y = map(float, drawn.split(","))
        lon, lat = map(float, ground.split(","))
    except ValueError as error:
        raise InputError(
            msg("{text}: write a known point as x,y=lon,lat, for example 0,0=117.05,38.21.", text=text)
        ) from error
    return checked(KnownPoint(x, y, lon, lat), text)


def on_wgs84(points: Sequence[KnownPoint], datum: Datum) -> tuple[KnownPoint, ...]:
    """Points whose degrees are those of a datum, such as that of a Chinese web map, in WGS 84."""
    if not points:
        return ()
    lon, lat = to_wgs84(datum, np.array([one.lon for one in points]), np.array([one.lat for one in points]))
    return tuple(replace(one, lon=float(x), lat=float(y)) for one, x, y in zip(points, lon, lat, strict=True))


def checked(point: KnownPoint, told: str) -> KnownPoint:
    """The point, where it can be one; `told` is what a refusal calls it.

    Raises:
        InputError: it is no place on earth, or none in a drawing.
    """
    if not (abs(point.lon) <= 180 and abs(point.lat) <= 90 and np.isfinite([point.x, point.y]).all()):
        raise InputError(msg("{text}: longitude and latitude are degrees, longitude first.", text=told))
    return point


def place_by_points(points: Sequence[KnownPoint]) -> tuple[Placement, pyproj.CRS]:
    """How the drawing is turned, scaled and shifted into a metric system, and that system.

    Raises:
        InputError: fewer than two points, or all of them on one spot.
    """
    if not points:
        return placed_by_points(np.empty((0, 2)), np.empty((0, 2))), pyproj.CRS(WGS84)
    ground = gpd.GeoSeries.from_xy([one.lon for one in points], [one.lat for one in points], crs=WGS84)
    system = metric_crs(gpd.GeoDataFrame(geometry=ground))
    placement = placed_by_points(
        np.array([(one.x, one.y) for one in points]),
        shapely.get_coordinates(ground.to_crs(system).to_numpy()),
    )
    return placement, system


def systems_of_drawing(
    drawing: DrawingInventory,
    layers: Sequence[str],
    *,
    unit_m: float | None = None,
    reference: Region | None = None,
) -> list[CrsSuggestion]:
    """The systems that layers may be drawn in, the likeliest first; none is chosen.

    Args:
        drawing: what is in it.
        layers: those whose extent is looked at; without any, all of the drawing.
        unit_m: metres of a unit of the drawing; None takes what the file says, else metres.
        reference: where the drawing is expected.
    """
    bounds = [one.bounds for one in drawing.layers if one.bounds and (not layers or one.name in set(layers))]
    if not bounds:
        return []
    corners = np.reshape(bounds, (-1, 2)) * (drawing.metres if unit_m is None else unit_m)
    return suggest_crs(corners, reference=reference)
