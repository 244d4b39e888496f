"""The methods by name: each makes the cells of one unit, a pure function of its task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import shapely

from gridmap.split.adopt import by_adoption
from gridmap.split.balance import Search
from gridmap.split.parts import cut_unit
from gridmap.split.regular import by_grid
from gridmap.split.rule import Method, cell_count
from gridmap.split.table import by_table
from gridmap.split.unit_task import UnitPieces, UnitTask

Cutter = Callable[[UnitTask], UnitPieces]

_SHARE_OF_SLACK: Final = 0.5
"""A cut may use this share of what lies between the mean load of a unit's cells and the nearer bound."""
_LEAST_TOLERANCE: Final = 1e-6


def by_bisection(task: UnitTask) -> UnitPieces:
    """Recursive balanced bisection; see `gridmap.split.bisect`."""
    wanted, feasible = cell_count(task.total, task.rule)
    search = _search(task, task.total / wanted, feasible=feasible)
    tree, pieces = cut_unit(task.shape, task.load, wanted, search)
    return UnitPieces(pieces, tree)


def _search(task: UnitTask, mean: float, *, feasible: bool) -> Search:
    """A tolerance that keeps cells in range, measured from the unit's south-west corner in whole metres."""
    rule, tolerance = task.rule, task.rule.tolerance
    if feasible and mean > 0:
        slack = min(mean - rule.minimum, rule.maximum - mean) / mean
        tolerance = max(_LEAST_TOLERANCE, min(tolerance, slack * _SHARE_OF_SLACK))
    west, south, _, _ = shapely.bounds(task.shape)
    origin = (float(np.floor(west)), float(np.floor(south)))
    return Search(rule, origin, max(mean, _LEAST_TOLERANCE), tolerance)


METHODS: Final[Mapping[Method, Cutter]] = {
    Method.BISECT: by_bisection,
    Method.SQUARE: by_grid,
    Method.HEX: by_grid,
    Method.H3: by_grid,
    Method.TABLE: by_table,
    Method.ADOPT: by_adoption,
}
