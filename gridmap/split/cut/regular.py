"""Regular grids: squares, hexagons and H3 cells, clipped to units, their slivers joined to neighbours."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import geopandas as gpd
import h3
import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.lines.faces import faces_of, groups_without_slivers, joined
from gridmap.messages import msg
from gridmap.names import WGS84
from gridmap.split.cut.unit_task import UnitPieces, UnitTask
from gridmap.split.rule import Method, SplitRule

Floats = npt.NDArray[np.float64]

REGULAR: Final = frozenset({Method.SQUARE, Method.HEX, Method.H3})
_MOST: Final = 500_000
"""Grid cells over the extent of all units, more than any county has."""


def with_size(rule: SplitRule, units: Geometries, load: float) -> SplitRule:
    """The rule with edge or resolution set: named, or such that cells bear the target on average."""
    area = float(shapely.area(units).sum())
    each = area * rule.target / load if load > 0 else area
    if rule.method is Method.H3 and rule.resolution < 0:
        sizes = [h3.average_hexagon_area(resolution, unit="m^2") for resolution in range(16)]
        return replace(rule, resolution=int(np.abs(np.log(np.array(sizes) / each)).argmin()))
    if rule.edge > 0 or rule.method is Method.H3:
        return rule
    share = 1.0 if rule.method is Method.SQUARE else np.sqrt(3) / 2
    return replace(rule, edge=float(np.sqrt(each / share)))


def grid_over(units: Geometries, rule: SplitRule, crs: pyproj.CRS) -> gpd.GeoSeries:
    """The grid cells that cover the units, as polygons in their CRS; `rule` has its size set.

    Squares and hexagons lie on multiples of the edge from the origin of the CRS, so that grids of
    neighbouring counties fit together.

    Raises:
        InputError: there would be more cells than a county can have.
    """
    bounds = shapely.total_bounds(units)
    if rule.method is Method.H3:
        return _h3_cells(units, rule.resolution, crs)
    full = rule.edge**2 * (1.0 if rule.method is Method.SQUARE else np.sqrt(3) / 2)
    if (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]) / full > _MOST:
        raise InputError(
            msg("An edge of {edge} m makes too many cells. Name a longer one.", edge=f"{rule.edge:g}")
        )
    cells = _squares(bounds, rule.edge) if rule.method is Method.SQUARE else _hexagons(bounds, rule.edge)
    tree = shapely.STRtree(cells)
    return gpd.GeoSeries(cells[np.unique(tree.query(units, predicate="intersects")[1])], crs=crs)


def by_grid(task: UnitTask) -> UnitPieces:
    """The grid cells in `task.material.blocks`, clipped to the unit; slivers go to the longest neighbour.

    A grid cell that the unit's border divides into several parts makes a cell of each.
    """
    blocks = task.material.blocks
    faces = faces_of(task.shape, shapely.boundary(blocks))
    full = float(np.median(shapely.area(blocks))) if len(blocks) else 0.0
    groups = groups_without_slivers(faces, np.full(len(faces), full * task.rule.sliver))
    return UnitPieces(joined(faces, groups))


def _squares(bounds: Floats, edge: float) -> Geometries:
    """Squares whose corners are counted in whole edges: neighbours have them in common to the last bit."""
    west, south, east, north = np.floor(bounds / edge)
    grid = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    column, row = (index.ravel() for index in grid)
    squares: Geometries = shapely.box(column * edge, row * edge, (column + 1) * edge, (row + 1) * edge)
    return squares


def _hexagons(bounds: Floats, width: float) -> Geometries:
    """Hexagons with a corner to the north; corners are counted in whole half widths and quarter heights."""
    west, south, east, north = bounds
    half, quarter = width / 2, width / np.sqrt(3) / 2
    rows = np.arange(np.floor(south / (3 * quarter)) - 1, np.ceil(north / (3 * quarter)) + 2)
    columns = np.arange(np.floor(west / width) - 1, np.ceil(east / width) + 2)
    column, row = (index.ravel() for index in np.meshgrid(columns, rows))
    centre_x, centre_y = 2 * column + (row % 2), 3 * row
    around = np.array([(0, 2), (-1, 1), (-1, -1), (0, -2), (1, -1), (1, 1), (0, 2)])
    corners = np.stack([centre_x, centre_y], axis=1)[:, None, :] + around
    hexagons: Geometries = shapely.polygons(corners * (half, quarter))
    return hexagons


def _h3_cells(units: Geometries, resolution: int, crs: pyproj.CRS) -> gpd.GeoSeries:
    """H3 cells whose area the units touch; their edges are straight between the projected corners."""
    degrees = gpd.GeoSeries(units, crs=crs).to_crs(WGS84)
    names: set[str] = set()
    for shape in degrees:
        for part in shapely.get_parts(shape):
            found = h3.geo_to_cells(part, resolution)
            names |= {
                near for name in found or _corner_cells(part, resolution) for near in h3.grid_disk(name, 1)
            }
    rings = [[(lng, lat) for lat, lng in h3.cell_to_boundary(name)] for name in sorted(names)]
    cells = gpd.GeoSeries([shapely.Polygon(ring) for ring in rings], index=sorted(names), crs=WGS84).to_crs(
        crs
    )
    meeting = shapely.STRtree(cells.to_numpy()).query(units, predicate="intersects")[1]
    return gpd.GeoSeries(cells.iloc[np.unique(meeting)])


def _corner_cells(part: shapely.Geometry, resolution: int) -> list[str]:
    """Cells under a part that holds no cell's centre."""
    return [h3.latlng_to_cell(lat, lng, resolution) for lng, lat in shapely.get_coordinates(part)]
