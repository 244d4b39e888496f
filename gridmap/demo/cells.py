"""The county's cells: cut by the product's own splitter from the buildings, then named and described."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.demo.extent import METRIC_CRS
from gridmap.demo.land.ground import Ground
from gridmap.geo.coverage.topology import locate
from gridmap.geo.frames import check_points, check_units
from gridmap.model.places import Level
from gridmap.names import CODE, HOUSEHOLDS, NAME, PARENT_CODE, SEQ, WEIGHT
from gridmap.split.cut.units import split_units
from gridmap.split.rule import SplitRule

_DIRECTIONS = {"东": 0.0, "南": -90.0, "西": 180.0, "北": 90.0}
_ORDER = "东南西北"
_WITHIN = 50.0
"""Degrees that a neighbour may lie off a direction and still be named for it."""


@dataclass(frozen=True)
class CutCounty:
    """Cells in `METRIC_CRS`, the trees of their cuts, and the cell of each building."""

    cells: gpd.GeoDataFrame
    cuts: pd.DataFrame
    cell_of_building: pd.Series[str]


def cut_cells(ground: Ground) -> CutCounty:
    """Cut the villages by the default rule, from the households of the buildings.

    Raises:
        TessellationError: the cells could not be made an exact coverage.
    """
    villages = ground.at(Level.VILLAGE)
    units = check_units(gpd.GeoDataFrame(villages[[CODE, NAME, "geometry"]], crs=METRIC_CRS))
    points = check_points(ground.buildings.rename(columns={HOUSEHOLDS: WEIGHT})[[WEIGHT, "geometry"]])
    split = split_units(units, points, SplitRule())
    cells = gpd.GeoDataFrame(split.cells)
    unit_names = villages[NAME].reindex(cells[PARENT_CODE]).to_numpy()
    cells[NAME] = [f"{unit}第{seq}网格" for unit, seq in zip(unit_names, cells[SEQ], strict=True)]
    cells["bounds_note"] = _bounds_notes(cells, dict(zip(villages[CODE], villages[NAME], strict=True)))
    spots = shapely.get_coordinates(ground.buildings.geometry.to_numpy())
    inside = locate(spots, cells.geometry.to_numpy())
    cuts = split.cuts.rename(columns={CODE: "unit_code"})[["unit_code", "tree", "crs"]]
    return CutCounty(cells, cuts, pd.Series(cells[CODE].to_numpy()[inside]))


def _bounds_notes(cells: gpd.GeoDataFrame, unit_names: dict[str, str]) -> list[str]:
    """What borders each cell on its four sides (四至), by the bearing of its neighbours' middles."""
    shapes = cells.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    bearing = np.degrees(np.arctan2(*(middles[other] - middles[one]).T[::-1]))
    parents, seqs = cells[PARENT_CODE].to_numpy(), cells[SEQ].to_numpy()
    notes: list[str] = []
    for cell in range(len(cells)):
        mine = (one == cell) & (other != cell)
        sides: list[str] = []
        for direction in _ORDER:
            off = np.abs((bearing[mine] - _DIRECTIONS[direction] + 180) % 360 - 180)
            if len(off) and off.min() < _WITHIN:
                neighbour = other[mine][int(np.argmin(off))]
                same = parents[neighbour] == parents[cell]
                sides.append(
                    f"{direction}至{f'第{seqs[neighbour]}网格' if same else unit_names[parents[neighbour]]}"
                )
            else:
                sides.append(f"{direction}至县界")
        notes.append(",".join(sides))
    return notes
