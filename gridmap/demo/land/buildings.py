"""Buildings with household counts: blocks of flats in town, compact clusters along the road in villages."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.random import Generator

from gridmap.demo.extent import METRIC_CRS
from gridmap.demo.land.borders import Borders
from gridmap.demo.land.places import Places, Village
from gridmap.demo.land.roads import RoadNet
from gridmap.demo.land.terrain import FloatArray, IntArray, Terrain
from gridmap.errors import TessellationError
from gridmap.messages import msg
from gridmap.model.places import UnitKind
from gridmap.names import CODE, HOUSEHOLDS

_SETBACK = 18.0
"""Metres that buildings keep from their village's border."""
_DENSER = 20
"""How often plots are made smaller for buildings to fit into their village."""
_ROAD_RESERVE = 11.0
"""Half the width that stays free along the main street of a cluster."""


def place_buildings(
    places: Places, terrain: Terrain, borders: Borders, net: RoadNet, loads: IntArray, rng: Generator
) -> gpd.GeoDataFrame:
    """Put up the buildings of every village.

    Returns:
        Points in `METRIC_CRS` relative to the seat: code (unit code + "B" + number), unit_code, households.
    """
    road_points = _points_on_roads(net, borders)
    codes: list[str] = []
    units: list[str] = []
    homes: list[IntArray] = []
    spots: list[FloatArray] = []
    for village in places.villages:
        sizes = _household_counts(village, int(loads[village.seed]), rng)
        polygon = borders.villages[village.seed]
        bearing = net.bearing.get(village.seed, 0.0)
        centres = _cluster_centres(village, terrain, road_points, rng)
        spot = _fill(polygon, centres, bearing=bearing, count=len(sizes), village=village, rng=rng)
        # Large houses stand in the middle.
        spots.append(spot)
        homes.append(sizes)
        codes += [f"{village.code}B{number:04d}" for number in range(1, len(sizes) + 1)]
        units += [village.code] * len(sizes)
    return gpd.GeoDataFrame(
        {CODE: codes, "unit_code": units, HOUSEHOLDS: np.concatenate(homes)},
        geometry=shapely.points(np.concatenate(spots)),
        crs=METRIC_CRS,
    )


def _household_counts(village: Village, load: int, rng: Generator) -> IntArray:
    """Households of each building record of a village; they add up to its load."""
    if village.urban:
        low, high = 4, 25
    elif village.kind is UnitKind.COMMUNITY:
        low, high = 4, 19
    else:
        low, high = 4, 14
    sizes = rng.integers(low, high, load // low + 1)
    if village.urban:
        flats = rng.random(len(sizes)) < 0.12
        sizes[flats] = rng.integers(30, 61, int(flats.sum()))
    count = int(np.searchsorted(np.cumsum(sizes), load)) + 1
    sizes = sizes[:count]
    sizes[-1] -= sizes.sum() - load
    return np.asarray(sizes, dtype=np.int64)


def _points_on_roads(net: RoadNet, borders: Borders) -> Mapping[int, FloatArray]:
    """Vertices of roads, by the village they lie in."""
    vertices = np.concatenate([shapely.get_coordinates(road.line) for road in net.roads])
    tree = shapely.STRtree(borders.villages)
    vertex, village = tree.query(shapely.points(vertices), predicate="within")
    return {int(number): vertices[vertex[village == number]] for number in np.unique(village)}


def _cluster_centres(
    village: Village, terrain: Terrain, road_points: Mapping[int, FloatArray], rng: Generator
) -> FloatArray:
    """The village's middle, and for some villages hamlets farther along the road."""
    middle: FloatArray = terrain.seeds[village.seed][None]
    hamlets = int(rng.choice([0, 1, 2], p=[0.62, 0.28, 0.10]))
    along = road_points.get(village.seed, np.empty((0, 2)))
    along = along[np.hypot(*(along - middle).T) > 330]
    if village.urban or not hamlets or not len(along):
        return middle
    farther = along[rng.choice(len(along), min(hamlets, len(along)), replace=False)]
    return np.asarray(np.concatenate([middle, farther]))


def _fill(
    polygon: shapely.Polygon,
    centres: FloatArray,
    bearing: float,
    count: int,
    village: Village,
    rng: Generator,
) -> FloatArray:
    """`count` places on a turned grid of plots inside the polygon, those nearest to a centre first."""
    room = shapely.buffer(polygon, -_SETBACK)
    plot = np.array([46.0, 38.0]) if village.urban else np.array([33.0, 27.0])
    for _ in range(_DENSER):
        plots = _plots(centres, bearing, plot, 2.2 * count, rng, blocks=village.urban)
        inside = shapely.contains_xy(room, plots[:, 0], plots[:, 1])
        if inside.sum() >= count:
            chosen = plots[inside][:count]
            return np.asarray(chosen[rng.permutation(count)])
        plot = plot * 0.85
    raise TessellationError(
        msg(
            "The generated unit {code} is too small for its buildings; choose another seed.",
            code=village.code,
        )
    )


def _plots(
    centres: FloatArray, bearing: float, plot: FloatArray, count: float, rng: Generator, *, blocks: bool
) -> FloatArray:
    """Candidate plots around all centres, the closest to its own centre first."""
    half = int(np.ceil(np.sqrt(count) * 0.9)) + 2
    steps = np.arange(-half, half + 1)
    column, row = np.tile(steps, len(steps)), np.repeat(steps, len(steps))
    turned = np.array([[np.cos(bearing), np.sin(bearing)], [-np.sin(bearing), np.cos(bearing)]])
    found: list[FloatArray] = []
    order: list[FloatArray] = []
    shares = np.concatenate([[1.0], rng.uniform(0.4, 0.7, len(centres) - 1)])
    for centre, share in zip(centres, shares, strict=True):
        # Every fourth row and sixth column is a street; the main street runs through the middle.
        street = ((row % 4 == 0) | (column % 6 == 0)) if blocks else (row == 0) | (column % 9 == 4)
        grid = np.column_stack([column, row])[~street] * plot
        grid[:, 1] += np.sign(grid[:, 1]) * _ROAD_RESERVE * (not blocks)
        angle, phase = np.arctan2(grid[:, 1], grid[:, 0]), rng.uniform(0, 2 * np.pi, 3)
        ragged = 1 + (np.array([0.22, 0.14, 0.1]) * np.cos(np.outer(angle, [2, 3, 5]) + phase)).sum(axis=1)
        stretch = 1.0 if blocks else rng.uniform(1.15, 2.0)
        far = np.hypot(grid[:, 0] / stretch, grid[:, 1]) / ragged / share
        found.append(centre + (grid + rng.normal(0, 2.2, grid.shape)) @ turned)
        order.append(far * rng.uniform(0.9, 1.15, len(far)))
    return np.concatenate(found)[np.argsort(np.concatenate(order), kind="stable")]
