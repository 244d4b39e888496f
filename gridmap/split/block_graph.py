"""Blocks as a graph: what they bear, and how long the borders between them are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.faces import groups_without_slivers, joined, shared_borders
from gridmap.geo.topology import Geometries, locate
from gridmap.split.pieces import Load

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class BlockGraph:
    """Blocks that meet edge to edge; two that share a border longer than a corner are neighbours.

    Attributes:
        shapes: (n,) polygons, an exact coverage.
        loads: (n,) at least 0.
        block_of: for each place of the load the block it lies in.
        one, other: (m,) positions of neighbours, `one` the smaller.
        borders: (m,) metres that they share.
    """

    shapes: Geometries
    loads: Floats
    block_of: Indices
    one: Indices
    other: Indices
    borders: Floats

    @classmethod
    def of(cls, shapes: Geometries, load: Load) -> BlockGraph:
        """The graph of a coverage and the load in it."""
        loads, block_of = loads_in(shapes, load)
        return cls(shapes, loads, block_of, *shared_borders(shapes))

    @cached_property
    def areas(self) -> Floats:
        """(n,) m²."""
        areas: Floats = shapely.area(self.shapes)
        return areas

    @cached_property
    def perimeters(self) -> Floats:
        """(n,) metres."""
        perimeters: Floats = shapely.length(self.shapes)
        return perimeters

    @cached_property
    def neighbours(self) -> list[dict[int, float]]:
        """For each block its neighbours and the metres shared with each."""
        found: list[dict[int, float]] = [{} for _ in range(len(self.shapes))]
        rows = zip(self.one.tolist(), self.other.tolist(), self.borders.tolist(), strict=True)
        for one, other, border in rows:
            found[one][other] = found[other][one] = border
        return found


def loads_in(shapes: Geometries, load: Load) -> tuple[Floats, Indices]:
    """The load of each block, and for each place the block it lies in, on a border the first."""
    block_of = locate(load.xy, shapes)
    lost = np.flatnonzero(block_of < 0)  # by rounding, on the outer border
    if len(lost):
        block_of[lost] = shapely.STRtree(shapes).nearest(np.array(shapely.points(load.xy[lost])))
    counted = load.owner >= 0 if load.spread else np.ones(len(block_of), dtype=bool)
    sums = np.bincount(block_of[counted], weights=load.weights[counted], minlength=len(shapes))
    return sums + load.spread * shapely.area(shapes), block_of


def without_crumbs(shapes: Geometries, load: Load, least_area: float, least_load: float) -> Geometries:
    """Blocks that are small both in area (m²) and in load joined to the neighbour with the longest border."""
    loads, _ = loads_in(shapes, load)
    groups = groups_without_slivers(shapes, np.where(loads < least_load, least_area, 0.0))
    return np.array(joined(shapes, groups), dtype=object)
