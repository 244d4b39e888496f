"""The methods by name: each makes the cells of one unit, a pure function of its task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from gridmap.geo.lines.network import LineNetwork
from gridmap.split.cut.adopt import by_adoption
from gridmap.split.cut.by_blocks import by_blocks
from gridmap.split.cut.parts import cut_unit
from gridmap.split.cut.regular import by_grid
from gridmap.split.cut.replay import replayed
from gridmap.split.cut.table import by_table
from gridmap.split.cut.unit_task import UnitPieces, UnitTask
from gridmap.split.rule import Method, cell_count
from gridmap.split.straight.balance import unit_search

Cutter = Callable[[UnitTask], UnitPieces]


def by_bisection(task: UnitTask) -> UnitPieces:
    """Recursive balanced bisection; along `task.material.lines` where balance allows.

    Cuts of the last split are repeated where they still fit.
    """
    wanted, feasible = cell_count(task.total, task.rule)
    search = unit_search(task.shape, task.rule, task.total / wanted, feasible=feasible)
    if len(task.material.lines) and wanted > 1:
        search = replace(search, network=LineNetwork.of(task.material.lines))
    if task.previous is not None:
        return replayed(task, task.previous, wanted, search, feasible=feasible)
    tree, pieces = cut_unit(task.shape, task.load, wanted, search)
    return UnitPieces(pieces, tree)


METHODS: Final[Mapping[Method, Cutter]] = {
    Method.BISECT: by_bisection,
    Method.BLOCKS: by_blocks,
    Method.SQUARE: by_grid,
    Method.HEX: by_grid,
    Method.H3: by_grid,
    Method.TABLE: by_table,
    Method.ADOPT: by_adoption,
}
