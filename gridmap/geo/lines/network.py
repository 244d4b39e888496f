"""Lines that cuts prefer to follow: finding those in an area, and telling what lies on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.lines.faces import shared_stretches

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
ON_LINE: Final = 0.05
"""Metres from a line within which a border lies on it."""


@dataclass(frozen=True)
class LineNetwork:
    """Noded lines: they meet only in their ends."""

    stretches: Geometries

    @classmethod
    def of(cls, lines: Geometries) -> LineNetwork:
        """A network of lines in an order of its own; of areas their borders."""
        noded = shapely.union_all(lines_of(lines))
        return cls(np.atleast_1d(shapely.get_parts(noded)))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.stretches)

    def within(self, area: shapely.Geometry) -> Geometries:
        """The stretches that meet an area, whole, in their order."""
        return self.stretches[np.sort(self._tree.query(area, predicate="intersects"))]

    def carries(self, ends: Floats) -> Mask:
        """Which straight stretches (n, 2, 2) lie on a line: with both ends and the middle."""
        if not len(ends) or not len(self.stretches):
            return np.zeros(len(ends), dtype=bool)
        places = np.concatenate([ends[:, 0], ends[:, 1], ends.mean(axis=1)])
        near = np.zeros(len(places), dtype=bool)
        near[self._tree.query(shapely.points(places), predicate="dwithin", distance=ON_LINE)[0]] = True
        return np.asarray(near.reshape(3, -1).all(axis=0))


def share_on_lines(cells: Geometries, parents: Sequence[str], lines: Geometries) -> float | None:
    """The share of the border between cells of one unit that lies on lines, by length.

    Args:
        cells: an exact coverage, metres.
        parents: the unit of each.
        lines: in the same metres.

    Returns:
        0 to 1; None where no unit has several cells.
    """
    one, other, ends = shared_stretches(cells)
    units = np.asarray(parents, dtype=object)
    ends = ends[units[one] == units[other]]
    lengths = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    if not lengths.sum() > 0:
        return None
    return float(lengths[LineNetwork.of(lines).carries(ends)].sum() / lengths.sum())


def lines_of(given: Geometries) -> Geometries:
    """Lines, and the borders of areas given as lines (a river, a square), in an order of their own."""
    parts = shapely.get_parts(given)
    areal = shapely.get_dimensions(parts) == 2
    lines = np.concatenate([parts[shapely.get_dimensions(parts) == 1], shapely.boundary(parts[areal])])
    texts = shapely.to_wkb(shapely.normalize(lines))
    ordered: Geometries = lines[sorted(range(len(lines)), key=lambda place: texts[place])]
    return ordered
