"""Land that was split once, and what happened to its households since."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import Points, Units, check_points
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cut.units import Split, split_units
from gridmap.split.rule import SplitRule
from gridmap.split.straight.tree import UnitTree, from_json
from tests.split.drawn_land import CRS, X, Y, points_of


def trees_of(split: Split) -> dict[str, UnitTree]:
    """The stored cuts by unit."""
    return {code: from_json(text) for code, text in zip(split.cuts["code"], split.cuts["tree"], strict=True)}


def once_split(units: Units, points: Points | None, weight: str = "households") -> Previous:
    """What a first split leaves behind."""
    split = split_units(units, points, SplitRule(), weight=weight)
    return Previous(split.cells, trees_of(split))


def with_estate(points: Points, shape: shapely.Geometry, households: int, seed: int) -> Points:
    """The points and a new estate in one shape: close buildings of 30."""
    random = np.random.default_rng(seed)
    centre = shapely.get_coordinates(shapely.point_on_surface(shape))
    xy = centre + random.normal(0, 60, (20 * households, 2))
    xy = xy[shapely.contains_xy(shape, xy)][: max(1, households // 30)]
    return joined(points, points_of(xy, np.full(len(xy), 30)))


def joined(*points: Points) -> Points:
    """Points of several frames as one."""
    return check_points(gpd.GeoDataFrame(pd.concat(points, ignore_index=True), crs=CRS))


def changed(points: Points, share: float, seed: int) -> Points:
    """The points with other weights: a share of the buildings has 1 to 60 households now."""
    random = np.random.default_rng(seed)
    weights = points["weight"].to_numpy().copy()
    which = random.random(len(weights)) < share
    weights[which] = random.integers(1, 61, int(which.sum()))
    return check_points(points.assign(weight=weights))


def villages(side: int = 7) -> Geometries:
    """`side` × `side` crooked quadrangles of about a kilometre that meet edge to edge."""
    random = np.random.default_rng(side)
    grid = np.stack(np.meshgrid(np.arange(side + 1) * 1000.0, np.arange(side + 1) * 1000.0), axis=-1)
    corners = grid + random.uniform(-120, 120, grid.shape) + [X, Y]
    quadrangles = [
        shapely.Polygon([corners[i, j], corners[i, j + 1], corners[i + 1, j + 1], corners[i + 1, j]])
        for i in range(side)
        for j in range(side)
    ]
    return np.array(quadrangles, dtype=object)
