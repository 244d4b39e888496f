"""What a draft would change, and which of its units no number of cells brings into range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.geo.coverage.topology import locate
from gridmap.geo.frames import Cells, Points, Units
from gridmap.geo.sizes import CellSize, cell_count
from gridmap.messages import Message, msg
from gridmap.model.people import TargetKind
from gridmap.model.posts import unended
from gridmap.names import CODE, HOUSEHOLDS, NAME, PARENT_CODE, WEIGHT


@dataclass(frozen=True)
class Comparison:
    """A draft against the cells that are there.

    Attributes:
        kept, new, retired: codes of cells.
        moved: load that changes cell.
        ended_posts: ids of the posts that would end with the retired cells.
    """

    kept: tuple[str, ...]
    new: tuple[str, ...]
    retired: tuple[str, ...]
    moved: float
    ended_posts: tuple[str, ...]


@dataclass(frozen=True)
class InfeasibleUnit:
    """A unit whose load no number of cells brings into range."""

    code: str
    name: str
    load: float
    cells: int
    why: Message


def compare(
    old: gpd.GeoDataFrame, cells: Cells, points: Points | None, posts: pd.DataFrame, at: datetime
) -> Comparison:
    """A draft against the current cells of the units it cuts, in one metric CRS.

    The load that changes cell is that of the points; without points it goes by area.
    """
    before, after = set(old[CODE]), set(cells[CODE])
    retired = before - after
    moved = 0.0
    if len(old):
        moved = _moved_by_area(old, cells) if points is None else _moved_points(old, cells, points)
    return Comparison(
        kept=tuple(sorted(before & after)),
        new=tuple(sorted(after - before)),
        retired=tuple(sorted(retired)),
        moved=moved,
        ended_posts=open_posts(posts, retired, at),
    )


def open_posts(posts: pd.DataFrame, cells: set[str], at: datetime) -> tuple[str, ...]:
    """Ids of the posts at these cells that have not ended at `at`."""
    there = (posts["target_kind"] == TargetKind.CELL.value) & posts["target_code"].isin(cells)
    return tuple(str(post) for post in posts.index[there & unended(posts["valid_to"], at)])


def infeasible_units(cells: Cells, units: Units, size: CellSize) -> tuple[InfeasibleUnit, ...]:
    """Units whose load no number of cells brings into range, each with the reason; by the cells' loads."""
    names = dict(zip(units[CODE], units[NAME], strict=True))
    loads = cells.groupby(PARENT_CODE, sort=True)[HOUSEHOLDS].agg(["sum", "size"])
    return tuple(
        InfeasibleUnit(
            str(code), str(names[code]), float(load), int(count), why_infeasible(float(load), size)
        )
        for code, load, count in loads.itertuples()
        if not cell_count(float(load), size)[1]
    )


def why_infeasible(load: float, size: CellSize) -> Message:
    """Why no number of cells brings a load into range: the two nearest numbers and what they would hold."""
    if load < size.minimum:
        return msg("load {load}: less than one cell holds", load=_number(load))
    few = math.floor(load / size.minimum)
    return msg(
        "load {load}: {few} × {large} or {many} × {small}",
        load=_number(load),
        few=few,
        large=_number(load / few),
        many=few + 1,
        small=_number(load / (few + 1)),
    )


def _number(value: float) -> int | float:
    return round(value) if value >= 10 or value == round(value) else round(value, 1)


def _moved_points(old: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, points: Points) -> float:
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    before, after = _cell_of(xy, old), _cell_of(xy, cells)
    moved = (before != "") & (before != after)
    return float(points[WEIGHT].to_numpy(dtype=np.float64)[moved].sum())


def _cell_of(xy: np.ndarray, cells: gpd.GeoDataFrame) -> np.ndarray:
    ordered = cells.sort_values(CODE)
    codes = np.append(ordered[CODE].to_numpy(dtype=object), "")
    found: np.ndarray = codes[locate(xy, ordered.geometry.to_numpy())]
    return found


def _moved_by_area(old: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> float:
    """The load of the new cells in units that had cells, without the part that a kept cell keeps."""
    cells = cells[cells[PARENT_CODE].isin(set(old[PARENT_CODE]))]
    staying = cells[cells[CODE].isin(set(old[CODE]))]
    place = pd.Index(old[CODE]).get_indexer(pd.Index(staying[CODE]))
    before, after = old.geometry.to_numpy()[place], staying.geometry.to_numpy()
    shares = shapely.area(shapely.intersection(before, after)) / shapely.area(after)
    return max(0.0, float(cells[HOUSEHOLDS].sum() - (staying[HOUSEHOLDS].to_numpy() * shares).sum()))
