"""The ground the county stands on: units, buildings, roads and river as frames in the metric CRS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator
from numpy.typing import NDArray

from gridmap.demo.extent import CENTRE, COUNTY_CODE, COUNTY_NAME, METRIC_CRS, Extent
from gridmap.demo.land.borders import draw_borders, river_line
from gridmap.demo.land.buildings import place_buildings
from gridmap.demo.land.loads import draw_loads
from gridmap.demo.land.places import Places, name_places
from gridmap.demo.land.roads import RoadNet, build_roads
from gridmap.demo.land.terrain import make_terrain
from gridmap.demo.land.toponyms import RIVER_NAME
from gridmap.geo.coverage.topology import coverage_union
from gridmap.model.places import Level, UnitKind
from gridmap.names import AREA, CODE, HOUSEHOLDS, KIND, LEVEL, NAME, PARENT_CODE, POPULATION

Shapes = NDArray[Any]


@dataclass(frozen=True)
class Ground:
    """Frames in `METRIC_CRS`.

    Attributes:
        units: code, name, kind, level, parent_code, households, population, area_m2, urban (in the
            built-up area of the seat); county first, then townships, then villages by code.
        buildings: code, unit_code, households; points.
        roads: name, kind; lines, cut at the county's border.
        rivers: name, kind; lines.
    """

    units: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    rivers: gpd.GeoDataFrame

    def at(self, level: Level) -> gpd.GeoDataFrame:
        """The units of one level, by code."""
        return self.units[self.units[LEVEL] == level.value].set_index(CODE, drop=False)


def lay_ground(extent: Extent, rng: Generator) -> Ground:
    """Draw the county from the random numbers given.

    Raises:
        TessellationError: the drawn villages are no exact coverage.
    """
    terrain = make_terrain(extent, rng)
    borders = draw_borders(terrain, rng)
    places = name_places(extent, terrain, borders, rng)
    net = build_roads(terrain, borders, rng)
    shapes = np.array(borders.villages)
    urban = np.array([village.urban for village in places.villages])
    community = np.array([village.kind is UnitKind.COMMUNITY for village in places.villages])
    loads = draw_loads(extent, urban, community & ~urban, shapely.area(shapes), rng)
    buildings = place_buildings(places, terrain, borders=borders, net=net, loads=loads, rng=rng)
    buildings = buildings.set_geometry(_to_metric(buildings.geometry.to_numpy()), crs=METRIC_CRS)
    units = _units(places, _to_metric(shapes), loads, rng)
    return Ground(
        units=units,
        buildings=buildings,
        roads=_roads(net, units.geometry.iloc[0]),
        rivers=gpd.GeoDataFrame(
            {NAME: [RIVER_NAME], KIND: ["river"]},
            geometry=_to_metric(np.array([river_line(terrain, borders)])),
            crs=METRIC_CRS,
        ),
    )


def _to_metric(shapes: Shapes) -> Shapes:
    """Coordinates relative to the seat become those of `METRIC_CRS`."""
    moved: Shapes = shapely.transform(shapes, lambda points: points + np.array(CENTRE))
    return moved


def _units(places: Places, shapes: Shapes, loads: NDArray[np.int64], rng: Generator) -> gpd.GeoDataFrame:
    villages = gpd.GeoDataFrame(
        {
            CODE: [village.code for village in places.villages],
            NAME: [village.name for village in places.villages],
            KIND: [village.kind.value for village in places.villages],
            LEVEL: Level.VILLAGE.value,
            PARENT_CODE: [places.townships[village.township].code for village in places.villages],
            HOUSEHOLDS: loads,
            POPULATION: np.rint(loads * rng.normal(2.85, 0.15, len(loads))).astype(np.int64),
            "urban": [village.urban for village in places.villages],
        },
        geometry=shapes,
        crs=METRIC_CRS,
    ).sort_values(CODE)
    townships = _dissolve(villages, Level.TOWNSHIP, COUNTY_CODE + "000000")
    townships[NAME] = [township.name for township in places.townships]
    townships[KIND] = [township.kind.value for township in places.townships]
    county = _dissolve(townships, Level.COUNTY, None)
    county[NAME], county[KIND] = COUNTY_NAME, UnitKind.COUNTY.value
    units = pd.concat([county, townships, villages], ignore_index=True)
    units[AREA] = shapely.area(units.geometry.to_numpy())
    return gpd.GeoDataFrame(units, crs=METRIC_CRS)


def _dissolve(below: gpd.GeoDataFrame, level: Level, parent_code: str | None) -> gpd.GeoDataFrame:
    """The units that `below` are parts of, by code: shapes are unions of an exact coverage."""
    groups = below.groupby(PARENT_CODE, sort=True)
    codes = [str(code) for code, _ in groups]
    return gpd.GeoDataFrame(
        {
            CODE: codes,
            LEVEL: level.value,
            PARENT_CODE: pd.Series([parent_code] * len(codes), dtype=object),
            HOUSEHOLDS: groups[HOUSEHOLDS].sum().to_numpy(),
            POPULATION: groups[POPULATION].sum().to_numpy(),
            "urban": False,
        },
        geometry=[coverage_union(part.geometry.to_numpy()) for _, part in groups],
        crs=METRIC_CRS,
    )


def _roads(net: RoadNet, county: shapely.Geometry) -> gpd.GeoDataFrame:
    lines = _to_metric(np.array([road.line for road in net.roads]))
    frame = gpd.GeoDataFrame(
        {NAME: [road.name for road in net.roads], KIND: [road.kind.value for road in net.roads]},
        geometry=shapely.intersection(lines, county),
        crs=METRIC_CRS,
    )
    return frame[~frame.geometry.is_empty].reset_index(drop=True)
