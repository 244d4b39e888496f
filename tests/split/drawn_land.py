"""Small pieces of land to cut: drawn shapes, and random ones for hypothesis. Metres, EPSG:4547."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from hypothesis import strategies as st

from gridmap.geo.coverage.topology import Geometries, clean_coverage
from gridmap.geo.frames import Points, Units, check_points, check_units

CRS = "EPSG:4547"
X, Y = 500_000.0, 4_200_000.0


def at(*xy: tuple[float, float], holes: tuple[tuple[tuple[float, float], ...], ...] = ()) -> shapely.Polygon:
    """A polygon with its corner of reference at (X, Y)."""
    return shapely.Polygon(
        [(X + x, Y + y) for x, y in xy], [[(X + x, Y + y) for x, y in ring] for ring in holes]
    )


def block(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle."""
    return at((west, south), (east, south), (east, north), (west, north))


HORSESHOE = at((0, 0), (900, 0), (900, 900), (600, 900), (600, 300), (300, 300), (300, 900), (0, 900))
TEETH = [corner for i in range(6) for corner in ((200 * i, 0), (200 * i + 100, 1000), (200 * i + 101, 0))]
COMB = at(*TEETH, (600, -300))
RING = at(
    (0, 0), (1000, 0), (1000, 1000), (0, 1000), holes=(((350, 350), (350, 650), (650, 650), (650, 350)),)
)
CLAW = at(
    (0, 0), (1000, 0), (1000, 1000), (0, 1000),
    holes=(((300, 300), (300, 700), (700, 700), (700, 550), (450, 550), (450, 450), (700, 450), (700, 300)),),
)  # fmt: skip
ISLET = block(1100, 900, 1150, 950)
ISLANDS = shapely.MultiPolygon([block(0, 0, 1000, 1000), block(1200, 0, 1900, 700), ISLET])
SHAPES: dict[str, shapely.Polygon | shapely.MultiPolygon] = {
    "horseshoe": HORSESHOE,
    "comb": COMB,
    "ring": RING,
    "claw": CLAW,
    "islands": ISLANDS,
}


def units_of(*shapes: shapely.Geometry, **columns: object) -> Units:
    """Units with codes U0, U1, …"""
    codes = [f"U{number}" for number in range(len(shapes))]
    return check_units(gpd.GeoDataFrame({"code": codes, **columns}, geometry=list(shapes), crs=CRS))


def points_of(xy: npt.NDArray[np.float64], weights: npt.NDArray[np.int_]) -> Points:
    """Weighted points."""
    return check_points(gpd.GeoDataFrame({"weight": weights}, geometry=gpd.points_from_xy(*xy.T), crs=CRS))


def buildings(shapes: Iterable[shapely.Geometry], each: int, seed: int) -> Points:
    """About `each` buildings of 1 to 60 households in every shape."""
    random = np.random.default_rng(seed)
    spots = []
    for shape in shapes:
        west, south, east, north = shapely.bounds(shape)
        xy = np.column_stack([random.uniform(west, east, 20 * each), random.uniform(south, north, 20 * each)])
        spots.append(xy[shapely.contains_xy(shape, xy)][:each])
    xy = np.concatenate(spots)
    return points_of(xy, random.integers(1, 61, len(xy)))


def ragged_land(seed: int, parts: int, corners: int, roughness: float) -> Geometries:
    """A ragged blob of 3 km, cut into some units by a Voronoi diagram; units may be of several parts."""
    random = np.random.default_rng(seed)
    angle = np.sort(random.uniform(0, 2 * np.pi, corners))
    radius = 3000 * np.exp(random.normal(0, roughness, corners))
    outline = np.column_stack([X + radius * np.cos(angle), Y + radius * np.sin(angle)])
    land = shapely.make_valid(shapely.Polygon(outline))
    sites = shapely.MultiPoint(np.array([X, Y]) + random.uniform(-4000, 4000, (parts, 2)))
    regions = shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=land))
    pieces = [_polygons(shapely.intersection(region, land)) for region in regions]
    return clean_coverage(np.array([piece for piece in pieces if shapely.area(piece) > 1e4], dtype=object))


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    areas = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)


lands = st.builds(
    ragged_land,
    seed=st.integers(0, 2**32 - 1),
    parts=st.integers(2, 6),
    corners=st.integers(8, 60),
    roughness=st.floats(0, 0.4),
)
