"""Layers: what a map shows, worked out once for every renderer, so that screen and paper cannot disagree.

A layer names places and their states; geometry comes to a renderer apart, as `Shapes`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd

from gridmap.draw.looks import VACANCY_RAMP
from gridmap.messages import Message
from gridmap.model.places import Level
from gridmap.model.status import CellState, Indicator


def vacancy_fill(vacant: int, largest: int) -> str:
    """The fill of an upper unit with `vacant` cells inside, on a ramp that ends at `largest` in the view."""
    if vacant == 0 or largest == 0:
        return VACANCY_RAMP[0]
    steps = len(VACANCY_RAMP) - 1
    return VACANCY_RAMP[math.ceil(steps * min(vacant, largest) / largest)]


@dataclass(frozen=True)
class UnitMark:
    """An upper unit on the map: its name, the cells inside, and how many of them are vacant."""

    code: str
    name: str
    parent_code: str | None
    cells: int
    vacant: int
    fill: str


@dataclass(frozen=True)
class CellMark:
    """A cell on the map."""

    code: str
    name: str
    parent_code: str
    state: CellState


@dataclass(frozen=True)
class PointMark:
    """A checkpoint or contact site on the map; `lon`, `lat` in EPSG:4326."""

    code: str
    name: str
    kind: str
    state: str
    lon: float
    lat: float
    text: str  # "2/3" on duty against minimum; visits of a site


@dataclass(frozen=True)
class LegendEntry:
    """One counted line of the legend."""

    group: str  # "cells", or the name of a layer of points
    key: str
    label: Message
    count: int


@dataclass(frozen=True)
class Row:
    """One line of the statistics table: a unit below the scope, its counts recomputed, never averaged."""

    code: str
    name: str
    cells: int
    covered: int
    overloaded: int
    vacant: int
    households: int


@dataclass(frozen=True)
class Layers:
    """Everything a renderer draws of one scope at one moment, apart from geometry.

    Attributes:
        scope: unit code of what is shown; `trail` runs from the top unit to it, as (code, name).
        units: upper units by level, every one inside the scope (and the scope itself at its own level).
        cells: cells inside the scope.
        points: places of each layer of `POINT_LAYERS` inside the scope, by the layer's name.
        rows: statistics by unit one step below the scope (cells where there is none); `total` their sum.
        reading: the one sentence a commander reads aloud.
        indicators: the figures printed with the map.
    """

    title: str
    scope: str
    trail: tuple[tuple[str, str], ...]
    as_of: datetime
    revision: int
    demo: bool
    units: Mapping[Level, tuple[UnitMark, ...]]
    cells: tuple[CellMark, ...]
    points: Mapping[str, tuple[PointMark, ...]]
    legend: tuple[LegendEntry, ...]
    rows: tuple[Row, ...]
    total: Row
    reading: Message
    indicators: tuple[Indicator, ...] = ()


@dataclass(frozen=True)
class Shapes:
    """Geometry by code, EPSG:4326 (longitude, latitude): units of all levels, and cells."""

    units: gpd.GeoSeries
    cells: gpd.GeoSeries
    crs: str  # the metric CRS the plan is measured in, e.g. "EPSG:4547"
