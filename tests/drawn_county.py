"""A drawn county of any size for tests of the map: nested rectangles, bent so that borders wiggle.

Neighbours share every vertex. Codes are 12 digits (county 990101, townships 990101001…, villages …001), cells
15; every 17th cell is vacant, every 29th overloaded, unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.draw.layers import (
    CellMark,
    Layers,
    PointMark,
    Row,
    Shapes,
    UnitMark,
    vacancy_fill,
)
from gridmap.messages import msg
from gridmap.model.places import Level
from gridmap.model.sites import CheckpointKind, SiteKind
from gridmap.model.status import CellState, CheckpointState, SiteState

COUNTY = "990101000000"
WEST, SOUTH, WIDTH, HEIGHT = 112.0, 30.0, 0.5, 0.36
TOWNSHIP_NAMES = [
    "云泽镇",
    "河东镇",
    "南关镇",
    "松溪镇",
    "柳林镇",
    "白石镇",
    "石门乡",
    "青岭乡",
    "竹园乡",
    "西湖街道",
]
VILLAGE_NAMES = [
    "新民村",
    "前进村",
    "上河村",
    "下河村",
    "东山村",
    "桥头村",
    "杨家湾村",
    "和平社区",
    "光明社区",
]


@dataclass(frozen=True)
class County:
    """What the map needs: shapes, and frames with the columns of `Plan.units` and `Plan.cells`."""

    shapes: Shapes
    units: pd.DataFrame
    cells: pd.DataFrame


def drawn_county(
    townships: tuple[int, int] = (2, 1), villages: tuple[int, int] = (3, 1), cells: tuple[int, int] = (2, 2)
) -> County:
    """A county of columns × rows of townships, each of so many villages, each of so many cells."""
    units: list[tuple[str, str, str, str | None, shapely.Geometry]] = []
    leaves: list[tuple[str, str, str, None, shapely.Geometry]] = []
    whole = (0.0, 0.0, 1.0, 1.0)
    columns = townships[0] * villages[0] * cells[0]
    rows = townships[1] * villages[1] * cells[1]
    step = 1 / max(columns, rows) / 8
    units.append((COUNTY, "云泽县", Level.COUNTY, None, _bent(whole, step)))
    for t, box in enumerate(_divided(whole, townships), start=1):
        township = f"990101{t:03d}000"
        name = TOWNSHIP_NAMES[(t - 1) % len(TOWNSHIP_NAMES)]
        units.append((township, name, Level.TOWNSHIP, COUNTY, _bent(box, step)))
        for v, inner in enumerate(_divided(box, villages), start=1):
            village = f"990101{t:03d}{v:03d}"
            village_name = VILLAGE_NAMES[(v + 5 * t) % len(VILLAGE_NAMES)]
            units.append((village, village_name, Level.VILLAGE, township, _bent(inner, step)))
            for c, leaf in enumerate(_divided(inner, cells), start=1):
                leaves.append(
                    (f"{village}{c:03d}", f"{village_name}第{c}网格", village, None, _bent(leaf, step))
                )
    frame = pd.DataFrame(units, columns=["code", "name", "level", "parent_code", "shape"]).set_index("code")
    cell_frame = pd.DataFrame(leaves, columns=["code", "name", "parent_code", "_", "shape"]).set_index("code")
    shapes = Shapes(
        gpd.GeoSeries(frame.pop("shape"), crs="EPSG:4326"),
        gpd.GeoSeries(cell_frame.pop("shape"), crs="EPSG:4326"),
        "EPSG:4547",
    )
    return County(shapes, frame, cell_frame.drop(columns="_"))


def _divided(
    box: tuple[float, float, float, float], parts: tuple[int, int]
) -> list[tuple[float, float, float, float]]:
    """Cut a box into columns × rows; the same cut gives the same float on both sides."""
    west, south, east, north = box
    x = [west + (east - west) * i / parts[0] for i in range(parts[0])] + [east]
    y = [south + (north - south) * i / parts[1] for i in range(parts[1])] + [north]
    return [(x[i], y[j], x[i + 1], y[j + 1]) for j in reversed(range(parts[1])) for i in range(parts[0])]


def _bent(box: tuple[float, float, float, float], step: float) -> shapely.Geometry:
    """The box in degrees, its sides bent by a smooth field that is the same for every box."""
    west, south, east, north = box
    ring = shapely.LinearRing(
        np.vstack(
            [
                _side((west, south), (east, south), step),
                _side((east, south), (east, north), step),
                _side((east, north), (west, north), step),
                _side((west, north), (west, south), step),
            ]
        )
    )
    return shapely.transform(shapely.Polygon(ring), _bend)


def _side(start: tuple[float, float], end: tuple[float, float], step: float) -> NDArray[np.float64]:
    """Points from start (included) to end (left out), on multiples of `step` that all boxes share."""
    low, high = sorted((start, end))
    axis = 0 if low[0] != high[0] else 1
    inner = np.arange(np.floor(low[axis] / step) + 1, np.ceil(high[axis] / step)) * step
    inner = inner[(inner > low[axis] + step / 4) & (inner < high[axis] - step / 4)]
    points = np.tile(np.array(low), (len(inner) + 2, 1))
    points[1:-1, axis] = inner
    points[-1] = high
    return points[:-1] if low == start else points[::-1][:-1]


def _bend(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = xy[:, 0], xy[:, 1]
    dx = 0.03 * np.sin(7 * y + 2) * np.cos(5 * x) + 0.008 * np.sin(31 * y + 17 * x) + 0.003 * np.sin(97 * y)
    dy = (
        0.04 * np.cos(6 * x + 1) * np.sin(4 * y + 1)
        + 0.010 * np.cos(29 * x - 13 * y)
        + 0.003 * np.cos(89 * x)
    )
    return np.column_stack([WEST + WIDTH * (x + dx), SOUTH + HEIGHT * (y + dy)])


def drawn_layers(
    county: County, *, states: Mapping[str, CellState] | None = None, revision: int = 1, points: bool = True
) -> Layers:
    """Layers of the whole county; `states` replaces the state of cells by code."""
    marks = tuple(
        CellMark(code, name, parent, (states or {}).get(code, _state(i)))
        for i, (code, name, parent) in enumerate(
            zip(county.cells.index, county.cells["name"], county.cells["parent_code"], strict=True), start=1
        )
    )
    return Layers(
        title="云泽县",
        scope=COUNTY,
        trail=((COUNTY, "云泽县"),),
        as_of=datetime(2020, 2, 10, 22),
        revision=revision,
        demo=True,
        units=_unit_marks(county.units, marks),
        cells=marks,
        points={"checkpoints": _checkpoints(county), "contact_sites": _sites(county)} if points else {},
        legend=(),
        rows=(),
        total=Row("", "", 0, 0, 0, 0, 0),
        reading=msg("reading"),
    )


def _state(number: int) -> CellState:
    if number % 17 == 0:
        return CellState.VACANT
    return CellState.OVERLOADED if number % 29 == 0 else CellState.COVERED


def _unit_marks(units: pd.DataFrame, cells: tuple[CellMark, ...]) -> dict[Level, tuple[UnitMark, ...]]:
    codes = list(units.index)
    parents = dict(zip(codes, units["parent_code"], strict=True))
    total, vacant = dict.fromkeys(codes, 0), dict.fromkeys(codes, 0)
    for cell in cells:
        unit = cell.parent_code
        while unit in total:  # the county's own parent is missing
            total[unit] += 1
            vacant[unit] += cell.state is CellState.VACANT
            unit = parents[unit]
    marks: dict[Level, tuple[UnitMark, ...]] = {}
    for level in (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE):
        of_level = units[units["level"] == level]
        largest = max(vacant[code] for code in of_level.index)
        marks[level] = tuple(
            UnitMark(
                code, name, parents[code], total[code], vacant[code], vacancy_fill(vacant[code], largest)
            )
            for code, name in zip(of_level.index, of_level["name"], strict=True)
        )
    return marks


def _checkpoints(county: County) -> tuple[PointMark, ...]:
    villages = county.units[county.units["level"] == Level.VILLAGE].index[::3]
    kinds, states = list(CheckpointKind), list(CheckpointState)
    return tuple(
        PointMark(f"K{i}", f"第{i}卡口", kinds[i % 3], states[0 if i % 5 else i // 5 % 4], x, y, "2/3")
        for i, (x, y) in enumerate(_corners(county, list(villages), 0.35))
    )


def _sites(county: County) -> tuple[PointMark, ...]:
    villages = county.units[county.units["level"] == Level.VILLAGE].index
    kinds, states = list(SiteKind), list(SiteState)
    return tuple(
        PointMark(f"S{i}", f"第{i}联系点", kinds[i % 9], states[i % 3], x, y, str(i % 3))
        for i, (x, y) in enumerate(_corners(county, list(villages), 0.7))
    )


def _corners(county: County, codes: list[str], share: float) -> list[tuple[float, float]]:
    boxes = shapely.bounds(np.asarray(county.shapes.units.reindex(codes)))
    return [(w + (e - w) * share, s + (n - s) * (1 - share)) for w, s, e, n in boxes.tolist()]
