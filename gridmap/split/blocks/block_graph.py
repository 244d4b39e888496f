"""Blocks as a graph: what they bear, and how long the borders between them are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries, locate
from gridmap.geo.lines.faces import groups_without_slivers, joined, shared_borders
from gridmap.split.straight.pieces import Load
from gridmap.split.tessellation.matching_edges import with_matching_edges

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


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
        block_of = _holders(load.xy, shapes)
        return cls(shapes, _loads(shapes, load, block_of), block_of, *shared_borders(shapes))

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

    def between(self, blocks: Indices) -> tuple[Indices, Indices, Floats]:
        """The pairs of neighbours among some blocks, as places in that choice, and the metres they share."""
        place = np.full(len(self.shapes), -1, dtype=np.intp)
        place[blocks] = np.arange(len(blocks))
        one, other = place[self.one], place[self.other]
        inside = (one >= 0) & (other >= 0)
        return one[inside], other[inside], self.borders[inside]

    def within(self, chosen: Mask) -> BlockGraph:
        """The graph of some blocks, in their order; it knows the load of each but not its places."""
        return BlockGraph(
            self.shapes[chosen],
            self.loads[chosen],
            np.empty(0, dtype=np.intp),
            *self.between(np.flatnonzero(chosen)),
        )

    def with_borders(self, one: Indices, other: Indices, metres: Floats) -> BlockGraph:
        """The graph with other lengths of borders: the sums of stretches between blocks."""
        size = len(self.shapes)
        pairs = self.one * size + self.other
        if not len(pairs):
            return self
        place = np.minimum(np.searchsorted(pairs, one * size + other), len(pairs) - 1)
        known = pairs[place] == one * size + other
        borders = np.bincount(place[known], weights=metres[known], minlength=len(pairs))
        return replace(self, borders=borders.astype(np.float64))

    def merged(self, groups: Indices) -> BlockGraph:
        """The graph of groups of blocks, numbered from 0 without a gap; each hangs together."""
        count = int(groups.max()) + 1
        if count == len(self.shapes):
            return self
        one, other = groups[self.one], groups[self.other]
        apart = one != other
        low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
        pairs, place = np.unique(low * count + high, return_inverse=True)
        one, other = (np.asarray(side, dtype=np.intp) for side in np.divmod(pairs, count))
        return BlockGraph(
            shapes=np.array(joined(self.shapes, groups), dtype=object),
            loads=np.bincount(groups, weights=self.loads, minlength=count).astype(np.float64),
            block_of=groups[self.block_of],
            one=one,
            other=other,
            borders=np.bincount(place, weights=self.borders[apart], minlength=len(pairs)).astype(np.float64),
        )

    def without_crumbs(self, least_area: float, least_load: float) -> BlockGraph:
        """Blocks small both in area (m²) and in load merged with the neighbour of the longest border."""
        least = np.where(self.loads < least_load, least_area, 0.0)
        if (self.areas >= least).all():
            return self
        return self.merged(groups_without_slivers(self.shapes, least))

    def replaced(self, gone: Mask, pieces: Geometries, load: Load) -> BlockGraph:
        """The graph with some blocks cut anew: `pieces` cover the same ground, and come after the others."""
        kept = self.shapes[~gone]
        shapes = with_matching_edges(np.concatenate([kept, pieces]))
        block_of = (np.cumsum(~gone) - 1)[self.block_of]
        homeless = gone[self.block_of]
        block_of[homeless] = len(kept) + _holders(load.xy[homeless], pieces)
        return BlockGraph(shapes, _loads(shapes, load, block_of), block_of, *shared_borders(shapes))


def _holders(xy: Floats, shapes: Geometries) -> Indices:
    """For each place the block that it lies in, on a border the first."""
    holder = locate(xy, shapes)
    lost = np.flatnonzero(holder < 0)  # by rounding, on the outer border
    if len(lost):
        holder[lost] = shapely.STRtree(shapes).nearest(np.array(shapely.points(xy[lost])))
    return holder


def _loads(shapes: Geometries, load: Load, block_of: Indices) -> Floats:
    """The load of each block."""
    counted = load.owner >= 0 if load.spread else np.ones(len(block_of), dtype=bool)
    sums = np.bincount(block_of[counted], weights=load.weights[counted], minlength=len(shapes))
    return sums + load.spread * shapely.area(shapes)
