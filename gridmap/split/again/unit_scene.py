"""Units with the cells they have and the load they have now: what a second split starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.topology import Geometries, locate
from gridmap.geo.frames import Cells, Points, Units, check_points, crs_of, leaf_units
from gridmap.geo.sizes import CellSize
from gridmap.messages import msg, msg_n
from gridmap.names import CODE, WEIGHT
from gridmap.split.cut.loads import loads_of_points, spread_loads
from gridmap.split.cut.parts import UnitLoad
from gridmap.split.straight.tree import UnitTree
from gridmap.split.tessellation.joining import moved_units
from gridmap.split.tessellation.scene import Floats, Indices, Scene

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Previous:
    """What there is of earlier splits.

    Attributes:
        cells: the present ones, one scheme and level, a valid coverage in a metric CRS.
        trees: by unit, the cuts of its last split.
        used: by unit, the largest cell number ever used, that of retired cells included.
        sizes: by unit, the size its cells were cut for; that of the rule where none is told.
        locked: codes of cells that must not change. A vertex on a border that bends nothing is no change.
    """

    cells: Cells
    trees: Mapping[str, UnitTree] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, CellSize] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class UnitScene:
    """A unit as it is.

    Attributes:
        shape: metres.
        own: positions of its cells, by code.
        load: where its load lies now; `total` is its sum.
        rows: of the points in it, in the order of `load`.
    """

    code: str
    shape: shapely.Geometry
    own: Indices
    load: UnitLoad
    total: float
    rows: Indices

    def loads_of(self, shapes: Geometries) -> Floats:
        """The load in each of the cells that make up the unit; a point on a border counts for the first."""
        if self.is_spread:
            areas = shapely.area(shapes)
            shares: Floats = self.total * areas / areas.sum()
            return shares
        return np.bincount(
            self.cell_of_point(shapes), weights=self.load.weights, minlength=len(shapes)
        ).astype(np.float64)

    def cell_of_point(self, shapes: Geometries) -> Indices:
        """The cell of each of its points; of one left out where a new vertex bent a border the nearest."""
        found = locate(self.load.xy, shapes)
        lost = np.flatnonzero(found < 0)
        if len(lost):
            places = np.array(shapely.points(self.load.xy[lost]), dtype=object)
            found[lost] = shapely.STRtree(shapes).nearest(places)
        return found

    @property
    def is_spread(self) -> bool:
        """Whether the load lies evenly over the unit, or there is none."""
        return bool(self.load.spread) or not len(self.load.xy)

    def within(self, shape: shapely.Geometry, taken: Mask | None = None) -> tuple[UnitLoad, float, Mask]:
        """The load in a part of the unit, its sum, and which points that is, without those `taken`."""
        if self.is_spread:
            share = float(shapely.area(shape) / shapely.area(self.shape))
            return self.load, self.total * share, np.ones(len(self.load.xy), dtype=bool)
        inside: Mask = np.atleast_1d(shapely.intersects_xy(shape, *self.load.xy.T))
        if taken is not None:
            inside = inside & ~taken
        weights = self.load.weights[inside]
        return UnitLoad(self.load.xy[inside], weights), float(weights.sum()), inside


def unit_scenes(
    scene: Scene, units: Units, points: Points | None, *, weight: str, only: frozenset[str] | None
) -> list[UnitScene]:
    """The leaf units concerned, by code.

    Args:
        scene: the cells.
        units: in the same CRS.
        points: likewise; without them `weight` names a column of the units.
        weight: only without points.
        only: codes of the units concerned; all where None.

    Raises:
        InputError: the CRS is not one, there is no unit of a code, or its cells do not fill it.
    """
    if points is not None and crs_of(points) != crs_of(units):
        raise InputError(
            msg(
                "Units and points must be in one projected coordinate system in metres; "
                "convert both to the one that the units are measured in."
            )
        )
    leaves = leaf_units(units).sort_values(CODE, ignore_index=True)
    concerned = _concerned(leaves, only)
    chosen = leaves.iloc[concerned].reset_index(drop=True)
    own = _own_cells(scene, chosen)
    if points is None:
        loads, at = spread_loads(chosen, weight), np.arange(len(chosen))
        near_rows = np.empty(0, dtype=np.intp)
    else:
        near, near_rows, nearby = _near(leaves, chosen, points)
        loads, at = (
            loads_of_points(nearby, leaves.geometry.to_numpy()[near]),
            np.searchsorted(near, concerned),
        )
    return [
        UnitScene(
            code=code,
            shape=shape,
            own=cells,
            load=loads.of_unit[i],
            total=float(loads.totals[i]),
            rows=near_rows[loads.rows[i]],
        )
        for code, shape, cells, i in zip(chosen[CODE], chosen.geometry, own, at.tolist(), strict=True)
    ]


def _concerned(leaves: gpd.GeoDataFrame, only: frozenset[str] | None) -> Indices:
    if only is None:
        return np.arange(len(leaves))
    unknown = sorted(only - set(leaves[CODE]))
    if unknown:
        raise InputError(
            msg_n(
                "There is no unit {codes} to split again. Name a lowest unit of the boundaries.",
                "There are no units {codes} to split again. Name lowest units of the boundaries.",
                n=len(unknown),
                codes=unknown,
            )
        )
    return np.flatnonzero(leaves[CODE].isin(only))


def _own_cells(scene: Scene, chosen: gpd.GeoDataFrame) -> list[Indices]:
    """The cells of each unit, by code.

    Raises:
        InputError: they are not exactly the unit.
    """
    number = pd.Index(chosen[CODE]).get_indexer(pd.Index(scene.parents))
    positions = np.flatnonzero(number >= 0)
    order = positions[np.lexsort((scene.codes[positions].astype(str), number[positions]))]
    owners = number[order]
    moved = moved_units(chosen.geometry.to_numpy(), scene.shapes[order], owners)
    if moved.any():
        raise InputError(
            msg_n(
                "Unit {codes} is not what its cells cover: its boundary was changed, or it was never split. "
                "Split all units anew.",
                "Units {codes} are not what their cells cover: their boundaries were changed, "
                "or they were never split. Split all units anew.",
                n=int(moved.sum()),
                codes=chosen[CODE][moved].tolist(),
            )
        )
    return np.split(order, np.searchsorted(owners, np.arange(1, len(chosen))))


def _near(
    leaves: gpd.GeoDataFrame, chosen: gpd.GeoDataFrame, points: Points
) -> tuple[Indices, Indices, Points]:
    """The units about those concerned, and the points there with their rows.

    A point on the border of two units belongs to the first, so the others about are looked at too.
    """
    west, south, east, north = chosen.total_bounds
    bounds = shapely.bounds(leaves.geometry.to_numpy())
    meets = (
        (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    )
    geometry = points.geometry.to_numpy()
    x, y = shapely.get_coordinates(geometry).T
    rows = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    frame = gpd.GeoDataFrame(
        {WEIGHT: points[WEIGHT].to_numpy()[rows]}, geometry=geometry[rows], crs=points.crs
    )
    return np.flatnonzero(meets), rows, (check_points(frame) if len(rows) else Points(frame))
