"""The load of units: that of the points in them, or a column of theirs spread evenly over each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.topology import Geometries, locate
from gridmap.geo.frames import Points
from gridmap.messages import msg, msg_n
from gridmap.names import CODE, GEOMETRY, WEIGHT
from gridmap.split.cut.parts import UnitLoad
from gridmap.split.straight.chords import Floats

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Loads:
    """The load of each leaf unit, by its position.

    Attributes:
        totals: of each unit.
        of_unit: where it lies in each unit.
        xy, weights: all points in an order of their own, so that sums do not depend on the order of rows;
            empty where the load is spread by area.
        rows: of each unit, the rows of the points in it, in the order of its load.
        outside: points that lie in no unit.
    """

    totals: Floats
    of_unit: tuple[UnitLoad, ...]
    xy: Floats
    weights: Floats
    rows: tuple[Indices, ...]
    outside: int = 0

    def of_cells(self, cells: Geometries, parents: Indices) -> Floats:
        """The load of each cell. A point on a border counts for the first cell: the smallest code.

        Args:
            cells: sorted by code.
            parents: position of each cell's unit.
        """
        if any(load.spread for load in self.of_unit) or not len(self.xy):
            areas = shapely.area(cells)
            shares: Floats = self.totals[parents] * areas / np.bincount(parents, weights=areas)[parents]
            return shares
        cell_of_point = locate(self.xy, cells)
        inside = cell_of_point >= 0
        return np.bincount(cell_of_point[inside], weights=self.weights[inside], minlength=len(cells)).astype(
            np.float64
        )


def loads_of_points(points: Points, units: Geometries) -> Loads:
    """Loads of units by the points in them; a point on a border belongs to the first unit."""
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    weights = points[WEIGHT].to_numpy(dtype=np.float64)
    order = np.lexsort((weights, xy[:, 1], xy[:, 0]))
    xy, weights = xy[order], weights[order]
    unit_of_point = locate(xy, units)
    by_unit = np.argsort(unit_of_point, kind="stable")
    bounds = np.searchsorted(unit_of_point[by_unit], np.arange(len(units) + 1))
    groups = [by_unit[start:stop] for start, stop in pairwise(bounds)]
    of_unit = tuple(UnitLoad(xy[group], weights[group]) for group in groups)
    totals = np.array([load.weights.sum() for load in of_unit])
    rows = tuple(order[group] for group in groups)
    return Loads(
        totals=totals,
        of_unit=of_unit,
        xy=xy,
        weights=weights,
        rows=rows,
        outside=int((unit_of_point < 0).sum()),
    )


def spread_loads(leaves: gpd.GeoDataFrame, weight: str) -> Loads:
    """Loads of units by a column of theirs, evenly over the area of each.

    Raises:
        InputError: there is no such column, or it has no number from 0 up for a unit.
    """
    if weight not in leaves:
        present = [str(name) for name in leaves.columns if name != GEOMETRY]
        raise InputError(
            msg(
                "Without points the units need a column of loads, "
                "and there is no {column} (there are: {present}). "
                "Name one with --weight, or give points with --points.",
                column=weight,
                present=present,
            )
        )
    totals = pd.to_numeric(leaves[weight], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = leaves[CODE][~(np.isfinite(totals) & (totals >= 0))].tolist()
    if wrong:
        raise InputError(
            msg_n(
                "Column {column} has no number from 0 up for {n} unit ({codes}). Fill it in.",
                "Column {column} has no number from 0 up for {n} units ({codes}). Fill them in.",
                n=len(wrong),
                column=weight,
                codes=wrong,
            )
        )
    spreads = totals / leaves.geometry.area.to_numpy()
    nowhere, nothing = np.empty((0, 2)), np.empty(0)
    of_unit = tuple(UnitLoad(nowhere, nothing, float(spread)) for spread in spreads)
    return Loads(totals, of_unit, nowhere, nothing, (np.empty(0, dtype=np.intp),) * len(totals))
