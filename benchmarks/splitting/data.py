"""The ground of each case: real boundaries, lots and roads from packages, or a drawn net of streets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely

from benchmarks.splitting.estates import LARGEST, TOWNS, VILLAGES, Size, buildings
from benchmarks.splitting.ground import BUILD, Ground, is_saved
from gridmap.geo.coverage.repair import repair
from gridmap.geo.coverage.topology import Geometries, clean_coverage, coverage_union, locate
from gridmap.geo.frames import Points, Units, check_points, check_units, crs_of, leaf_units
from gridmap.geo.systems.crs import metric_crs
from gridmap.names import BUILDINGS, CODE, HOUSEHOLDS, NAME, PARENT_CODE, WEIGHT, WGS84
from gridmap.read.files.answers import FileAnswers
from gridmap.read.vectors.boundaries import read_units
from gridmap.read.vectors.points import read_points
from gridmap.split.material import Material

Floats = npt.NDArray[np.float64]
SOURCE: Final = BUILD / "source"
BOSTON: Final = Path(__file__).parents[2] / "data" / "boston" / "tracts.gpkg"
_RESIDENTS: Final = 2.6
"""Of a household in Boston."""
_BUILDING: Final = 30.5
"""Households of a building with 1 to 60, on average."""
_ISLANDS_FAR_OFF: Final = ("35", "38", "51", "52")
"""Provinces that no coordinate system of the mainland measures well: the Canary Islands, Ceuta, Melilla."""
_FLOORS: Final = 4
_HOME: Final = 130.0
"""m² of floor for a household, in Helsinki."""
_STREETS: Final = {
    "living_street",
    "pedestrian",
    "primary",
    "primary_link",
    "residential",
    "secondary",
    "service",
    "tertiary",
    "tertiary_link",
    "unclassified",
}
_GAPS: Final = 0.12
"""Share of the drawn stretches that are left out."""
_CORNER: Final = np.array([500_000.0, 4_200_000.0])
"""South-west corner of drawn towns."""
_LARGEST_TRACT: Final = 5e7
"""m²; a larger one is water."""


def spain(size: Size) -> Ground:
    """Municipalities of the mainland and the Balearic Islands in their provinces, with made-up buildings."""
    file = SOURCE / "spain.topojson"
    towns = gpd.read_file(file, layer="municipalities").set_crs(WGS84)
    provinces = gpd.read_file(file, layer="provinces").set_crs(WGS84)
    towns = towns.assign(code=towns["id"], parent_code=towns["id"].str[:2])
    named = provinces["id"].isin(towns[PARENT_CODE])
    upper = provinces[named].assign(code=provinces["id"], parent_code="")
    towns[PARENT_CODE] = towns[PARENT_CODE].where(towns[PARENT_CODE].isin(upper[CODE]), "")
    both = gpd.GeoDataFrame(pd.concat([upper, towns], ignore_index=True), crs=WGS84)
    both = both[~both["id"].str[:2].isin(_ISLANDS_FAR_OFF)]
    return _settled(_mended(both[[CODE, NAME, PARENT_CODE, "geometry"]]), size)


def algeria(size: Size) -> Ground:
    """Communes, drawn finely, with made-up buildings."""
    communes = gpd.read_file(SOURCE / "algeria.geojson")
    codes = communes["ons_code"].where(communes["ons_code"].notna(), "osm" + communes["osm_id"].astype(str))
    communes = communes.assign(code=codes, name=communes["name_fr"], parent_code="")
    return _settled(_mended(communes[[CODE, NAME, PARENT_CODE, "geometry"]]), size)


def boston() -> Ground:
    """Census tracts, with a building for each 79 residents anywhere in the tract."""
    units = read_units(BOSTON).units
    leaves = leaf_units(check_units(units.to_crs(metric_crs(units))))
    random = np.random.default_rng(1)
    counts = (leaves["POP"] / _RESIDENTS / _BUILDING).round().astype(int)
    spots = [
        shapely.get_coordinates(gpd.GeoSeries([shape]).sample_points(int(count), rng=random).to_numpy())
        for shape, count in zip(leaves.geometry, counts, strict=True)
    ]
    xy = np.concatenate(spots)
    frame = gpd.GeoDataFrame(
        {WEIGHT: random.integers(1, 61, len(xy))}, geometry=gpd.points_from_xy(*xy.T), crs=leaves.crs
    )
    points = check_points(frame)
    alone = check_units(leaves[[CODE, NAME, "geometry"]].reset_index(drop=True))
    return Ground(_with_households(alone, points), points)


def workspace(path: Path) -> Ground:
    """Units and buildings of a workspace."""
    units = read_units(path).units
    units = check_units(units.to_crs(metric_crs(units)))
    points = check_points(read_points(path, FileAnswers(layer=BUILDINGS)).points.to_crs(crs_of(units)))
    return Ground(_with_households(units, points), points)


def island() -> Ground:
    """Staten Island: lots with their dwellings, tax blocks, census tracts; all three real.

    Of lots only the places are published: a block is what is nearer to its lots than to those of others.
    """
    lots = pd.read_csv(SOURCE / "new_york_lots.csv", dtype={"2020_tract_id": str})
    lots = lots[(lots["borough"] == "SI") & lots["latitude"].notna()]
    places = gpd.GeoSeries(gpd.points_from_xy(lots["longitude"], lots["latitude"]), crs=WGS84).to_crs(32618)
    xy = shapely.get_coordinates(places.to_numpy()).round(2)
    lots = lots.assign(x=xy[:, 0], y=xy[:, 1])
    dwellings = lots.groupby(["x", "y"], sort=True)["unitsres"].sum().fillna(0)
    lots = lots.drop_duplicates(["x", "y"]).sort_values(["x", "y"], ignore_index=True)
    xy = lots[["x", "y"]].to_numpy()
    shores = gpd.read_file(SOURCE / "new_york_land.geojson").to_crs(32618)
    land = shapely.union_all(shores.geometry.to_numpy())
    regions = shapely.voronoi_polygons(shapely.multipoints(xy), ordered=True, extend_to=land)
    around = shapely.get_parts(regions)
    tract = pd.factorize(lots["2020_tract_id"], sort=True)[0]
    block = lots["block"].astype(int).to_numpy() * 10_000 + tract
    names, blocks = _dissolved(around, block)
    tracts, units = _dissolved(blocks, names % 10_000)
    dry = shapely.area(units) < _LARGEST_TRACT
    units, blocks = units[dry], blocks[np.isin(names % 10_000, tracts[dry])]
    inside = locate(xy, units) >= 0
    ground = _ground(units, xy[inside], dwellings.to_numpy()[inside], crs=32618)
    return Ground(ground.units, ground.points, Material(blocks=gpd.GeoSeries(list(blocks), crs=32618)))


def helsinki() -> Ground:
    """Streets and buildings in the middle of Helsinki; units are made up, households go by floor area."""
    file = SOURCE / "helsinki.osm.pbf"
    ways = pyogrio.read_dataframe(file, layer="lines", use_arrow=False).to_crs(3067)
    areas = pyogrio.read_dataframe(file, layer="multipolygons", on_invalid="fix").to_crs(3067)
    streets = ways[ways["highway"].isin(_STREETS)]
    land = shapely.convex_hull(shapely.union_all(streets.geometry.to_numpy()))
    houses = areas[areas["building"].notna() & areas.within(land)]
    weights = (houses.area.to_numpy() * _FLOORS / _HOME).round().clip(1, LARGEST)
    units = _made_up_units(land, 12, np.random.default_rng(1))
    ground = _ground(units, _middles(houses.geometry.to_numpy()), weights, crs=3067)
    return Ground(ground.units, ground.points, Material(lines=streets.geometry.reset_index(drop=True)))


def streets(spacing: int, side: int = 9_000) -> Ground:
    """A drawn town: a crooked grid of streets with gaps, buildings all over, 200 made-up units."""
    random = np.random.default_rng(spacing)
    lines = gpd.GeoSeries(_crooked_grid(random, side, spacing), crs=4547)
    count = side * side // 1000
    xy = _CORNER + random.uniform(0, side, (count, 2))
    weights = random.gamma(1, 3.2, count).round().clip(1, LARGEST)
    land = shapely.box(*_CORNER, *(_CORNER + side))
    ground = _ground(_made_up_units(land, 200, random), xy, weights, crs=4547)
    return Ground(ground.units, ground.points, Material(lines=lines))


MAKERS: Final[dict[str, Callable[[], Ground]]] = {
    "spain": lambda: spain(VILLAGES),
    "spain towns": lambda: spain(TOWNS),
    "boston": boston,
    "algeria": lambda: algeria(VILLAGES),
    "island": island,
    "helsinki": helsinki,
    "streets 100 m": lambda: streets(100),
    "streets 150 m": lambda: streets(150),
}


def prepare(name: str) -> None:
    """Make a ground and save it, unless that was done before."""
    if not is_saved(name):
        MAKERS[name]().save(name)


def _crooked_grid(random: np.random.Generator, side: int, spacing: int) -> Geometries:
    """Streets along a grid of `spacing` metres, crossings moved about, some left out."""
    count = side // spacing + 2
    grid = np.stack(np.meshgrid(np.arange(count), np.arange(count), indexing="ij"), axis=-1)
    xy = _CORNER + (grid - 0.5) * spacing + random.normal(0, 0.18 * spacing, grid.shape)
    ends = [(xy[:-1], xy[1:]), (xy[:, :-1], xy[:, 1:])]
    stretches = np.concatenate([np.stack(pair, axis=2).reshape(-1, 2, 2) for pair in ends])
    kept = stretches[random.random(len(stretches)) > _GAPS]
    return np.array(shapely.linestrings(kept), dtype=object)


def _made_up_units(land: shapely.Geometry, count: int, random: np.random.Generator) -> Geometries:
    """Voronoi regions of places anywhere."""
    west, south, east, north = shapely.bounds(land)
    places = np.column_stack([random.uniform(west, east, count), random.uniform(south, north, count)])
    regions = shapely.voronoi_polygons(shapely.multipoints(places), extend_to=land, ordered=True)
    return clean_coverage(shapely.intersection(shapely.get_parts(regions), land))


def _dissolved(shapes: Geometries, groups: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], Geometries]:
    """The numbers of groups, ascending, and the union of each."""
    order = np.argsort(groups, kind="stable")
    names, first = np.unique(groups[order], return_index=True)
    return names, np.array([coverage_union(one) for one in np.split(shapes[order], first[1:])], dtype=object)


def _middles(shapes: Geometries) -> Floats:
    middles: Floats = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return middles


def _mended(units: gpd.GeoDataFrame) -> Units:
    """Published boundaries made to meet edge to edge; what is emptied by that is left out."""
    mended = repair(units.to_crs(metric_crs(units)).reset_index(drop=True)).units
    return check_units(mended[~mended.geometry.is_empty])


def _settled(units: Units, size: Size) -> Ground:
    points = buildings(Units(leaf_units(units).reset_index(drop=True)), size, seed=1)
    return Ground(_with_households(units, points), points)


def _ground(shapes: Geometries, xy: Floats, weights: Floats, *, crs: int) -> Ground:
    codes = [f"U{number:04d}" for number in range(len(shapes))]
    units = check_units(gpd.GeoDataFrame({CODE: codes}, geometry=list(shapes), crs=crs))
    points = check_points(gpd.GeoDataFrame({WEIGHT: weights}, geometry=gpd.points_from_xy(*xy.T), crs=crs))
    return Ground(_with_households(units, points), points)


def _with_households(units: Units, points: Points) -> Units:
    """The units, the lowest with the load of the points in each."""
    lowest = ~units[CODE].isin(units[PARENT_CODE]).to_numpy()
    unit_of = locate(shapely.get_coordinates(points.geometry.to_numpy()), units.geometry.to_numpy()[lowest])
    inside = unit_of >= 0
    weights = points[WEIGHT].to_numpy()[inside]
    sums = np.zeros(len(units))
    sums[lowest] = np.bincount(unit_of[inside], weights=weights, minlength=int(lowest.sum()))
    return check_units(units.assign(**{HOUSEHOLDS: sums}))
