"""The size a cell should have, and how many cells a load makes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gridmap.errors import InputError
from gridmap.messages import msg

LOAD_DIGITS = 6
"""Loads are compared after rounding to this many decimals: sums of shares differ in the last bits."""


@dataclass(frozen=True)
class CellSize:
    """The load a cell should have (households, unless another weight is named) and its bounds.

    Raises:
        InputError: not 0 < minimum <= target <= maximum.
    """

    target: float = 400
    minimum: float = 300
    maximum: float = 500

    def __post_init__(self) -> None:
        if not 0 < self.minimum <= self.target <= self.maximum < math.inf:
            raise InputError(
                msg(
                    "The sizes must rise from minimum over target to maximum, "
                    "but they are {minimum}, {target}, {maximum}. Name other sizes.",
                    minimum=self.minimum,
                    target=self.target,
                    maximum=self.maximum,
                )
            )

    def holds(self, load: float) -> bool:
        """Whether a cell of this load is in range, both bounds included."""
        return self.minimum <= round(load, LOAD_DIGITS) <= self.maximum


def cell_count(load: float, size: CellSize) -> tuple[int, bool]:
    """The number of cells that `load` makes, and whether that number is feasible.

    The number is the k with load/k inside the bounds and closest to the target in log ratio (of two
    equally close ones the smaller). Where there is none, the unit is infeasible and k is
    max(1, round(load / target)).
    """
    load = round(load, LOAD_DIGITS)
    fewest = max(1, math.ceil(load / size.maximum))
    most = math.floor(load / size.minimum)
    if most < fewest:
        return max(1, round(load / size.target)), False
    below = min(max(math.floor(load / size.target), fewest), most)
    above = min(below + 1, most)
    return min((below, above), key=lambda k: (abs(math.log(load / k / size.target)), k)), True
