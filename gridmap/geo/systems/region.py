"""Where data may be expected to lie: near a region that is known, else on the land of China."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from gridmap.names import WGS84

Floats = npt.NDArray[np.float64]

_MAINLAND: Final = (
    (135.2, 48.5), (133.5, 45.0), (131.3, 43.2), (130.9, 42.2), (128.2, 41.4), (126.5, 41.3), (124.5, 39.7),
    (121.4, 38.5), (120.9, 39.1), (121.9, 40.4), (120.9, 40.4), (119.7, 39.7), (118.9, 38.9), (117.9, 38.8),
    (117.9, 38.3), (119.3, 37.9), (119.2, 37.2), (120.3, 37.8), (120.8, 38.0), (122.9, 37.3), (120.8, 35.9),
    (119.7, 35.2), (119.6, 34.6), (120.9, 33.7), (122.0, 32.3), (122.4, 31.0), (123.0, 30.0), (121.6, 27.8),
    (120.8, 26.6), (119.9, 25.3), (118.5, 24.2), (117.3, 23.0), (114.6, 21.9), (111.8, 21.3), (111.3, 19.8),
    (109.6, 18.0), (108.3, 19.0), (109.2, 20.8), (108.9, 21.3), (107.9, 21.3), (106.4, 22.0), (105.3, 22.9),
    (102.3, 22.3), (101.6, 21.0), (99.8, 21.4), (98.6, 23.4), (97.4, 24.2), (98.3, 27.5), (97.0, 27.6),
    (91.8, 26.6), (88.8, 27.1), (86.0, 27.8), (81.2, 29.9), (78.2, 32.2), (77.6, 35.4), (73.4, 37.0),
    (73.3, 39.6), (76.0, 40.7), (80.1, 42.3), (80.2, 45.3), (82.4, 45.7), (82.9, 47.4), (85.5, 47.3),
    (85.7, 48.7), (87.8, 49.4), (91.2, 47.0), (91.2, 45.4), (96.4, 43.0), (102.0, 42.5), (105.0, 41.8),
    (109.8, 42.9), (111.7, 43.9), (111.7, 45.2), (116.0, 46.6), (119.5, 46.9), (117.9, 48.1), (115.4, 47.8),
    (116.6, 50.0), (119.8, 53.1), (121.2, 53.6), (125.2, 53.3), (127.7, 50.0), (131.0, 47.9),
)  # fmt: skip
"""Some eighty corners, drawn to about half a degree for this test only: it is never shown or measured."""
_TAIWAN: Final = (119.2, 21.8, 122.2, 25.5)
_MARGIN: Final = 0.3
"""Degrees that the land is widened by: islands near the coast, and the coarseness of the corners."""
_WIDER: Final = 0.02
"""Share of its size that a known region is widened by: data often reaches a little over it."""
_GEOD: Final = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True)
class Region:
    """A region that is known, EPSG:4326; data is expected in it or near.

    Attributes:
        hull: the convex hull of what is known, widened a little.
    """

    hull: BaseGeometry

    @classmethod
    def of(cls, shapes: gpd.GeoSeries) -> Region:
        """The region of shapes in any coordinate system."""
        corners = shapely.get_coordinates(np.asarray(shapes.to_crs(WGS84), dtype=object))
        hull = shapely.MultiPoint(corners).convex_hull
        west, south, east, north = hull.bounds
        return cls(hull.buffer(_WIDER * max(east - west, north - south)))

    @property
    def size_km(self) -> float:
        """Its diagonal."""
        west, south, east, north = self.hull.bounds
        return float(_GEOD.inv(west, south, east, north)[2]) / 1000

    def share_of(self, lon: Floats, lat: Floats) -> float:
        """The share of places that lie in the region."""
        return float(np.mean(shapely.contains_xy(self.hull, lon, lat))) if len(lon) else 0.0

    def distance_km(self, lon: float, lat: float) -> float:
        """How far a place lies from the region; 0 inside."""
        line = shapely.shortest_line(shapely.Point(lon, lat), self.hull)
        (x, y), (other_x, other_y) = shapely.get_coordinates(line)
        return float(_GEOD.inv(x, y, other_x, other_y)[2]) / 1000


def on_chinas_land(lon: float, lat: float) -> bool:
    """Whether a place lies on or close to China's land, by a rough outline."""
    return bool(shapely.contains_xy(_land(), lon, lat))


@cache
def _land() -> shapely.Geometry:
    land = shapely.union_all([shapely.Polygon(_MAINLAND), shapely.box(*_TAIWAN)])
    widened = shapely.buffer(land, _MARGIN)
    shapely.prepare(widened)
    return widened
