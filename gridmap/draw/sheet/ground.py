"""The ground of a sheet: the shapes that its layers name, in the metric CRS the plan is measured in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridmap.draw.layers import (
    Layers,
    PointMark,
    Shapes,
    UnitMark,
)
from gridmap.errors import NotFoundError
from gridmap.messages import msg
from gridmap.names import WGS84


@dataclass(frozen=True)
class Ground:
    """Geometry in metres (x east, y north) by code.

    Attributes:
        scope: outline of what the sheet shows.
        trail: outlines from the top unit down to the scope's parent; empty where the scope is the top.
        absent: codes the layers name and the shapes lack.
        crs: the metric CRS.
    """

    scope: BaseGeometry
    trail: tuple[BaseGeometry, ...]
    units: Mapping[str, BaseGeometry]
    cells: Mapping[str, BaseGeometry]
    absent: tuple[str, ...]
    crs: str

    def project(self, points: Iterable[PointMark]) -> NDArray[np.float64]:
        """Places of points in metres, shape (n, 2)."""
        places = [(point.lon, point.lat) for point in points]
        if not places:
            return np.empty((0, 2))
        lon, lat = zip(*places, strict=True)
        return np.column_stack(_to_metres(self.crs).transform(lon, lat))


def find_ground(layers: Layers, shapes: Shapes) -> Ground:
    """Pick and project the shapes that `layers` names.

    Raises:
        NotFoundError: none of them has a shape.
    """
    marks = [mark.code for level in layers.units.values() for mark in level]
    parents = [code for code, _ in layers.trail if code != layers.scope]
    units = _pick(shapes.units, dict.fromkeys([*marks, *parents]), shapes.crs)
    cells = _pick(shapes.cells, dict.fromkeys(mark.code for mark in layers.cells), shapes.crs)
    scope = units.get(layers.scope)
    if scope is None:
        inside = [units[code] for code in marks if code in units] or list(cells.values())
        if not inside:
            raise NotFoundError(
                msg("{name} has no shape to draw; import its boundary first", name=layers.total.name)
            )
        scope = shapely.union_all(inside)
    known = units.keys() | cells.keys()
    wanted = [*marks, *(mark.code for mark in layers.cells)]
    return Ground(
        scope=scope,
        trail=tuple(units[code] for code in parents if code in units),
        units=units,
        cells=cells,
        absent=tuple(code for code in wanted if code not in known),
        crs=shapes.crs,
    )


def children(layers: Layers) -> tuple[UnitMark, ...]:
    """The units one step below the scope; the top units where the scope is everything."""
    marks = [mark for level in layers.units.values() for mark in level]
    codes = {mark.code for mark in marks}
    if layers.scope:
        return tuple(mark for mark in marks if mark.parent_code == layers.scope)
    return tuple(mark for mark in marks if mark.parent_code not in codes)


def true_north(ground: Ground) -> float:
    """Degrees from the sheet's upward direction to true north at the scope's middle, clockwise positive."""
    middle = ground.scope.centroid
    lon, lat = _to_metres(ground.crs).transform(middle.x, middle.y, direction="INVERSE")
    east, north = _to_metres(ground.crs).transform(lon, lat + 0.01)
    return math.degrees(math.atan2(east - middle.x, north - middle.y))


def _to_metres(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)


def _pick(series: gpd.GeoSeries, codes: Iterable[str], crs: str) -> dict[str, BaseGeometry]:
    chosen = gpd.GeoSeries(series[series.index.isin(list(codes))].dropna())
    projected = chosen.to_crs(crs) if len(chosen) else chosen
    return {
        str(code): shape
        for code, shape in zip(projected.index, np.asarray(projected.array, dtype=object), strict=True)
        if not shape.is_empty
    }
