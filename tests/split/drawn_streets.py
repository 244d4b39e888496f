"""Made-up towns to cut along streets: perturbed grids of streets with gaps. Metres, EPSG:4547."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gridmap.geo.coverage.topology import Geometries, clean_coverage
from gridmap.geo.frames import Points
from tests.split.drawn_land import CRS, X, Y, block, points_of


def streets(side: float, spacing: float, seed: int, *, missing: float = 0.12) -> gpd.GeoSeries:
    """Stretches of streets between shaken crossings of a square grid; some are missing, some end nowhere."""
    random = np.random.default_rng(seed)
    count = int(side / spacing) + 2
    steps = np.stack(np.meshgrid(np.arange(count), np.arange(count), indexing="ij"), axis=-1)
    crossings = np.array([X, Y]) + (steps - 0.5) * spacing + random.normal(0, 0.15 * spacing, steps.shape)
    stretches = [(crossings[:-1].reshape(-1, 2), crossings[1:].reshape(-1, 2))]
    stretches += [(crossings[:, :-1].reshape(-1, 2), crossings[:, 1:].reshape(-1, 2))]
    ends = np.concatenate([np.stack(pair, axis=1) for pair in stretches])
    return gpd.GeoSeries(shapely.linestrings(ends[random.random(len(ends)) > missing]), crs=CRS)


def quarters(side: float, count: int, seed: int) -> Geometries:
    """A square town in `count` quarters."""
    random = np.random.default_rng(seed)
    land = block(0, 0, side, side)
    sites = shapely.multipoints(np.array([X, Y]) + random.uniform(0, side, (count, 2)))
    regions = shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=land))
    return clean_coverage(shapely.intersection(regions, land))


def blocks_between(lines: gpd.GeoSeries, land: shapely.Geometry, width: float) -> gpd.GeoSeries:
    """The blocks between streets of some width."""
    paved = shapely.buffer(shapely.union_all(lines.to_numpy()), width / 2, cap_style="flat", quad_segs=1)
    return gpd.GeoSeries(shapely.get_parts(shapely.difference(land, paved)), crs=CRS)


def households(side: float, seed: int) -> Points:
    """Buildings all over a square town, one on every 1,000 m², of some three households each."""
    random = np.random.default_rng(seed)
    xy = np.array([X, Y]) + random.uniform(0, side, (int(side * side / 1000), 2))
    return points_of(xy, np.maximum(1, random.gamma(1.0, 3.2, len(xy)).round()).astype(int))
