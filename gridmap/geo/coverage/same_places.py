"""Vertices that are the same place but for a rounding: borders read twice, and degrees that were stored."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import Cells, Units, crs_of
from gridmap.names import CODE, WGS84

_ROUNDING: Final = 1e-6
"""Metres. Degrees and back put a place off by some 1e-9; vertices that are drawn lie further apart."""

Floats = npt.NDArray[np.float64]


def with_stored_vertices(units: Units, cells: Cells) -> Units:
    """The units with each vertex on the vertex of a cell that is the same place but for a rounding.

    Cells that were stored in degrees come back a rounding beside the units they were cut from. With the
    same vertices to the last bit, what is cut anew from a unit meets cells that stay. Other vertices stay.

    Args:
        units: in a metric CRS.
        cells: in the same one.
    """
    wanted = shapely.get_coordinates(units.geometry.to_numpy())
    stored = np.unique(shapely.get_coordinates(cells.geometry.to_numpy()), axis=0)
    tree = shapely.STRtree(np.array(shapely.points(stored), dtype=object))
    which, nearest = tree.query_nearest(
        np.array(shapely.points(wanted), dtype=object), max_distance=_ROUNDING, all_matches=False
    )
    wanted[which] = stored[nearest]
    shapes = shapely.set_coordinates(np.array(units.geometry.to_numpy(), dtype=object), wanted)
    sound = shapely.is_valid(shapes)
    kept = np.where(sound, shapes, units.geometry.to_numpy())
    return Units(gpd.GeoDataFrame(units.set_geometry(gpd.GeoSeries(kept, index=units.index, crs=units.crs))))


def in_stored_degrees(cells: Cells, before: Cells, stored: Cells) -> gpd.GeoDataFrame:
    """Changed cells in EPSG:4326, where vertices that were stored keep their degrees to the last bit.

    A cell whose shape did not change keeps its stored geometry; a vertex of another that a cell had before
    gets the degrees it had, so that both still meet.

    Args:
        cells: in the metric CRS.
        before: the cells as they were, in the same CRS.
        stored: the same rows in EPSG:4326.
    """
    place = pd.Index(before[CODE]).get_indexer(pd.Index(cells[CODE]))
    old, degrees = before.geometry.to_numpy(), stored.geometry.to_numpy()
    shapes: Geometries = np.array(cells.geometry.to_numpy(), dtype=object)
    stays = (place >= 0) & shapely.equals_exact(shapes, old[place], tolerance=0.0)
    shapes[stays] = degrees[place[stays]]
    changed = ~stays
    if changed.any():
        shapes[changed] = shapely.transform(shapes[changed], _Degrees(crs_of(cells), old, degrees))
    return gpd.GeoDataFrame(cells.set_geometry(gpd.GeoSeries(shapes, index=cells.index, crs=WGS84)))


class _Degrees:
    """Converts places to degrees, known ones to those they had.

    Args:
        system: of the places.
        shapes: of known places.
        degrees: the same shapes in degrees, vertex by vertex.
    """

    def __init__(self, system: pyproj.CRS, shapes: Geometries, degrees: Geometries) -> None:
        self._converter = pyproj.Transformer.from_crs(system, WGS84, always_xy=True)
        keys = _keys(shapely.get_coordinates(shapes))
        self._keys, first = np.unique(keys, return_index=True)
        self._degrees = shapely.get_coordinates(degrees)[first]

    def __call__(self, xy: Floats) -> Floats:
        result: Floats = np.column_stack(self._converter.transform(*xy.T))
        keys = _keys(xy)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known = self._keys[at] == keys
        result[known] = self._degrees[at[known]]
        return result


def _keys(xy: Floats) -> npt.NDArray[np.complex128]:
    """A place as one number, which sorts and compares exactly."""
    keys: npt.NDArray[np.complex128] = xy[:, 0] + 1j * xy[:, 1]
    return keys
