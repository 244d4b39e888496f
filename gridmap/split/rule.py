"""The rule of a split: the size of a cell, and how hard the search for good cuts tries."""

from __future__ import annotations

from dataclasses import dataclass

from gridmap.geo.sizes import CellSize, cell_count

__all__ = ["SplitRule", "cell_count"]


@dataclass(frozen=True)
class SplitRule(CellSize):
    """What cells a split should make.

    Attributes:
        directions: cutting lines tried first at each cut, spread evenly over the half turn.
        tolerance: deviation from an even division, in shares of a cell, that a shorter cut may cost.
        lattice: points a cell that stand for an evenly spread load.
    """

    directions: int = 36
    tolerance: float = 0.009
    lattice: int = 200
