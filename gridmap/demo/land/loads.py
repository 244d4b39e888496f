"""How many households a village has, so that the default rule cuts the county into a wanted number of cells.

For the default rule (target 400, 300 to 500) the number of cells of a load is the k that brings load/k
closest to the target in log ratio; a load per cell between `_least(k)` and `_most(k)` gives exactly k.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from gridmap.demo.extent import Extent
from gridmap.demo.land.terrain import BoolArray, FloatArray, IntArray

_TARGET, _MINIMUM, _MAXIMUM = 400, 300, 500
_MARGIN = 4
"""Households kept from the bounds of a feasible load."""


def draw_loads(
    extent: Extent, urban: BoolArray, town: BoolArray, area: FloatArray, rng: Generator
) -> IntArray:
    """Households of each village.

    Args:
        extent: gives the sums.
        urban: villages in the built-up area of the county seat.
        town: other communities.
        area: m² of each village; larger villages tend to have more people.
        rng: where the loads are drawn from.
    """
    cells, fixed = _draw_cells(extent, urban, town, area, rng)
    infeasible = _infeasible_loads(len(fixed), rng)
    k = cells.astype(float)
    low = np.maximum(_MINIMUM, _TARGET * np.sqrt(np.maximum(k * (k - 1), 0.5)) / k) + _MARGIN
    high = np.minimum(_MAXIMUM, _TARGET * np.sqrt(k * (k + 1)) / k) - _MARGIN
    share = rng.beta(2.0, 2.4, len(cells))
    free = np.setdiff1d(np.arange(len(cells)), fixed)
    wanted = extent.households - infeasible.sum()
    exponent = _solve_exponent(lambda power: (k * (low + (high - low) * share**power))[free].sum() - wanted)
    loads = np.rint(k * (low + (high - low) * share**exponent)).astype(np.int64)
    loads[fixed] = infeasible
    return np.asarray(loads)


def _draw_cells(
    extent: Extent, urban: BoolArray, town: BoolArray, area: FloatArray, rng: Generator
) -> tuple[IntArray, IntArray]:
    """Cells wanted of each village, and which villages are to be infeasible (they make one cell)."""
    rural = ~(urban | town)
    cells = np.where(urban, rng.integers(3, 7, len(urban)), np.where(town, rng.integers(2, 5, len(urban)), 1))
    order = rng.permutation(np.flatnonzero(rural))
    fixed, free = order[: extent.infeasible_units], order[extent.infeasible_units :]
    missing = extent.cells - int(cells.sum())
    while missing > 0 and len(free):
        # A village grows by one cell; three are common, more are not.
        chance = np.where(cells[free] < 3, area[free] ** 0.7 / cells[free] ** 2, 0)
        grown = rng.choice(free, min(missing, len(free) // 3 + 1), replace=False, p=chance / chance.sum())
        cells[grown] += 1
        missing -= len(grown)
    return cells, np.sort(fixed)


def _infeasible_loads(count: int, rng: Generator) -> IntArray:
    """Two in three too small for a cell, the rest too large for one and too small for two."""
    small = rng.integers(185, _MINIMUM - _MARGIN, count)
    between = rng.integers(_MAXIMUM + _MARGIN + 1, 2 * _MINIMUM - _MARGIN, count)
    return np.where(np.arange(count) % 3 < 2, small, between)


def _solve_exponent(excess: Callable[[float], float]) -> float:
    """Bisection: `excess` falls as the exponent grows."""
    low, high = 0.02, 50.0
    for _ in range(60):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return low
