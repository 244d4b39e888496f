"""Made-up buildings in real boundaries: clustered as hamlets and housing estates are.

A unit's load is drawn from a log-normal distribution between the bounds of a `Size`. It fills buildings of 1
to 120 households (exponential, mean 30), and those stand in clusters of about 20 around places anywhere in
the unit, the denser the nearer to the middle. Nothing of it looks at the range that cells should have, so
some units cannot comply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import Points, Units, check_points
from gridmap.names import WEIGHT

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Propose = Callable[[Indices], Floats]
"""Places (n, 2) for the rows asked for."""

LARGEST: Final = 120
"""Households of a building."""
_MEAN: Final = 30.0
_CLUSTER: Final = 20
"""Buildings of a cluster, on average."""
_PLOT: Final = 30.0
"""Metres: a cluster of n buildings has the standard deviation of this times the root of n."""
_SPREAD: Final = 0.6
"""Of the logarithm of loads."""
_ROUNDS: Final = 200


@dataclass(frozen=True)
class Size:
    """Households of units: the median, the least and the most."""

    median: float
    least: float
    most: float


VILLAGES: Final = Size(950, 300, 4_000)
TOWNS: Final = Size(3_000, 300, 40_000)


def buildings(units: Units, size: Size, seed: int) -> Points:
    """Buildings of all units; each lies inside its unit, at a whole centimetre."""
    random = np.random.default_rng(seed)
    shapes = units.geometry.to_numpy()
    shapely.prepare(shapes)
    loads = np.clip(size.median * random.lognormal(0, _SPREAD, len(shapes)), size.least, size.most).round()
    weights = [_households(int(load), random) for load in loads]
    unit_of = np.repeat(np.arange(len(shapes)), [len(one) for one in weights])
    xy = _places(shapes, unit_of, random)
    points = gpd.points_from_xy(*xy.T)
    return check_points(gpd.GeoDataFrame({WEIGHT: np.concatenate(weights)}, geometry=points, crs=units.crs))


def estate(shape: shapely.Geometry, households: int, seed: int) -> tuple[Floats, Floats]:
    """One new cluster of buildings in a unit: places (n, 2), and households of each."""
    random = np.random.default_rng(seed)
    weights = _households(households, random)
    shapely.prepare(shape)
    shapes = np.array([shape], dtype=object)
    unit_of = np.zeros(len(weights), dtype=np.intp)
    centre = _inside(shapes, unit_of[:1], random)
    spread = np.full(len(weights), _PLOT * np.sqrt(len(weights)))
    return _around(shapes, unit_of, np.repeat(centre, len(weights), axis=0), spread, random), weights


def _households(load: int, random: np.random.Generator) -> Floats:
    """Of the buildings that a load fills; the last takes what is left."""
    enough = 2 * int(load / _MEAN) + 20
    drawn = np.clip(np.ceil(random.exponential(_MEAN, enough)), 1, LARGEST)
    sums = np.cumsum(drawn)
    count = int(np.searchsorted(sums, load)) + 1
    drawn = drawn[:count]
    drawn[-1] -= sums[count - 1] - load
    return drawn


def _places(shapes: Geometries, unit_of: Indices, random: np.random.Generator) -> Floats:
    """Where the buildings of units stand; `unit_of` is ascending."""
    counts = np.bincount(unit_of, minlength=len(shapes))
    clusters = np.maximum(1, random.poisson(counts / _CLUSTER))
    first = np.concatenate([[0], np.cumsum(clusters)[:-1]])
    cluster_of = first[unit_of] + random.integers(0, clusters[unit_of])
    centres = _inside(shapes, np.repeat(np.arange(len(shapes)), clusters), random)
    members = np.bincount(cluster_of, minlength=int(clusters.sum()))
    return _around(shapes, unit_of, centres[cluster_of], _PLOT * np.sqrt(members[cluster_of]), random)


def _inside(shapes: Geometries, unit_of: Indices, random: np.random.Generator) -> Floats:
    """A place anywhere in each unit named."""
    west, south, east, north = shapely.bounds(shapes)[unit_of].T
    middle = shapely.get_coordinates(shapely.point_on_surface(shapes))[unit_of]
    corners, extent = np.column_stack([west, south]), np.column_stack([east - west, north - south])
    return _until_inside(
        shapes, unit_of, middle, lambda at: corners[at] + extent[at] * random.random((len(at), 2))
    )


def _around(
    shapes: Geometries, unit_of: Indices, centres: Floats, spread: Floats, random: np.random.Generator
) -> Floats:
    """A place about each centre, inside its unit."""
    return _until_inside(
        shapes, unit_of, centres, lambda at: centres[at] + random.normal(0, spread[at, None], (len(at), 2))
    )


def _until_inside(shapes: Geometries, unit_of: Indices, fallback: Floats, propose: Propose) -> Floats:
    """Places proposed again and again until they lie inside; those that never do are at the fallback."""
    xy = fallback.copy()
    pending = np.arange(len(unit_of))
    for _ in range(_ROUNDS):
        proposed = propose(pending).round(2)
        inside = shapely.contains_xy(shapes[unit_of[pending]], *proposed.T)
        xy[pending[inside]] = proposed[inside]
        pending = pending[~inside]
        if not len(pending):
            break
    return xy
