"""Shifting the borders of groups of blocks, one block at a time, so that no group falls apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gridmap.geo.sizes import LOAD_DIGITS
from gridmap.split.blocks.block_graph import BlockGraph

_OUT_OF_RANGE: Final = 20.0
"""Cost of a load that is out of range by a mean cell's load, beside what it costs to be out at all."""
_OUT_AT_ALL: Final = 1.0
_DEVIATION: Final = 12.0
"""Cost of the square of a deviation by a mean cell's load; a shape costs 1 / compactness."""
_PASSES: Final = 30
_GAIN: Final = 1e-9
"""A move must lower the cost by more than rounding does."""


@dataclass(frozen=True)
class Goal:
    """What groups should be: loads in range come first, then compact shapes against equal loads.

    Attributes:
        mean: load of an ideal cell, more than 0.
        minimum, maximum: of the load.
        balance: 0 looks only at shapes, 1 only at loads.
    """

    mean: float
    minimum: float
    maximum: float
    balance: float

    @property
    def least(self) -> float:
        """A load below which nothing can be told."""
        return self.mean * 1e-9

    @property
    def slack(self) -> float:
        """What lies between the ideal load and the nearer bound, in shares of the load; 0 if out of range."""
        return max(0.0, min(self.mean - self.minimum, self.maximum - self.mean) / self.mean)

    def holds(self, load: float) -> bool:
        """Whether a load is in range, both bounds included."""
        return self.minimum <= round(load, LOAD_DIGITS) <= self.maximum

    def cost(self, load: float, area: float, perimeter: float) -> float:
        """Cost of one group."""
        out = max(self.minimum - load, load - self.maximum, 0.0) / self.mean
        range_cost = _OUT_AT_ALL + _OUT_OF_RANGE * out if out > _GAIN else 0.0
        deviation = (load - self.mean) / self.mean
        shape = perimeter * perimeter / (4 * np.pi * area)
        return float(
            range_cost + self.balance * _DEVIATION * deviation * deviation + (1 - self.balance) * shape
        )


class Regrouping:
    """Groups of a graph's blocks under change.

    Attributes:
        labels: the group of each block.
        cost: of all groups.
    """

    def __init__(self, graph: BlockGraph, labels: npt.NDArray[np.intp], goal: Goal) -> None:
        """Begin with the groups of `labels`, numbered from 0 without a gap."""
        self.labels: list[int] = labels.tolist()
        self._goal = goal
        self._neighbours = graph.neighbours
        self._load, self._area = graph.loads.tolist(), graph.areas.tolist()
        self._perimeter = graph.perimeters.tolist()
        groups = int(labels.max()) + 1
        inner = labels[graph.one] == labels[graph.other]
        within = np.bincount(labels[graph.one[inner]], weights=graph.borders[inner], minlength=groups)
        self._loads = np.bincount(labels, weights=graph.loads, minlength=groups).tolist()
        self._areas = np.bincount(labels, weights=graph.areas, minlength=groups).tolist()
        around = np.bincount(labels, weights=graph.perimeters, minlength=groups)
        self._perimeters = (around - 2 * within).tolist()
        self._sizes = np.bincount(labels, minlength=groups).tolist()
        self._costs = [self._cost(group) for group in range(groups)]

    @property
    def cost(self) -> float:
        """Of all groups."""
        return sum(self._costs)

    @property
    def out_of_range(self) -> list[int]:
        """Groups whose load is out of range."""
        goal = self._goal
        return [group for group, load in enumerate(self._loads) if not goal.holds(load)]

    def improve(self) -> None:
        """Move and swap blocks of the borders as long as that lowers the cost."""
        for _ in range(_PASSES):
            if not self._moved_any() and not self._swapped_any():
                break

    def _moved_any(self) -> bool:
        moved = False
        for block, neighbours in enumerate(self._neighbours):
            home = self.labels[block]
            others = sorted({self.labels[one] for one in neighbours} - {home})
            gains = [(self._gain(block, group), -group) for group in others]
            if others and max(gains)[0] > _GAIN and self._may_leave(block):
                self._move(block, -max(gains)[1])
                moved = True
        return moved

    def _swapped_any(self) -> bool:
        """Exchange two blocks between groups of which one is out of range, where single moves do not help."""
        return any(self._swapped(group) for group in self.out_of_range)

    def _swapped(self, group: int) -> bool:
        mine = [block for block, label in enumerate(self.labels) if label == group]
        for block in mine:
            for other in sorted({self.labels[one] for one in self._neighbours[block]} - {group}):
                if self.labels[block] != group or not self._may_leave(block):
                    break
                if self._swapped_with(block, group, other):
                    return True
        return False

    def _swapped_with(self, block: int, group: int, other: int) -> bool:
        """Give a block to another group if one of that group's blocks in return makes it worth while."""
        gain = self._gain(block, other)
        self._move(block, other)
        back = [
            one
            for one, label in enumerate(self.labels)
            if label == other and one != block and group in {self.labels[n] for n in self._neighbours[one]}
        ]
        for one in back:
            if gain + self._gain(one, group) > _GAIN and self._may_leave(one):
                self._move(one, group)
                return True
        self._move(block, group)
        return False

    def _cost(self, group: int) -> float:
        return self._goal.cost(self._loads[group], self._areas[group], self._perimeters[group])

    def _shares(self, block: int, home: int, group: int) -> tuple[float, float]:
        """Metres of border of a block with the rest of two groups."""
        with_home = with_group = 0.0
        for neighbour, border in self._neighbours[block].items():
            label = self.labels[neighbour]
            if label == home:
                with_home += border
            elif label == group:
                with_group += border
        return with_home, with_group

    def _gain(self, block: int, group: int) -> float:
        """By how much the cost falls when a block goes to another group."""
        home = self.labels[block]
        if self._sizes[home] == 1:
            return -np.inf
        load, area, perimeter = self._load[block], self._area[block], self._perimeter[block]
        with_home, with_group = self._shares(block, home, group)
        cost = self._goal.cost
        left = cost(
            self._loads[home] - load,
            self._areas[home] - area,
            self._perimeters[home] - perimeter + 2 * with_home,
        )
        right = cost(
            self._loads[group] + load,
            self._areas[group] + area,
            self._perimeters[group] + perimeter - 2 * with_group,
        )
        return self._costs[home] + self._costs[group] - left - right

    def _move(self, block: int, group: int) -> None:
        home = self.labels[block]
        with_home, with_group = self._shares(block, home, group)
        for number, sign, shared in ((home, -1, -with_home), (group, 1, with_group)):
            self._loads[number] += sign * self._load[block]
            self._areas[number] += sign * self._area[block]
            self._perimeters[number] += sign * self._perimeter[block] - 2 * shared
            self._sizes[number] += sign
        self.labels[block] = group
        self._costs[home], self._costs[group] = self._cost(home), self._cost(group)

    def _may_leave(self, block: int) -> bool:
        return may_leave(block, self.labels, self._neighbours)


def may_leave(block: int, labels: Sequence[int], neighbours: Sequence[Mapping[int, float]]) -> bool:
    """Whether the rest of a block's group still hangs together, and is something, without it."""
    home = labels[block]
    touching = [one for one in neighbours[block] if labels[one] == home]
    if len(touching) <= 1:
        return bool(touching)
    wanted = set(touching[1:])
    seen = {block, touching[0]}
    pending = [touching[0]]
    while pending and wanted:
        for one in neighbours[pending.pop()]:
            if one not in seen and labels[one] == home:
                seen.add(one)
                wanted.discard(one)
                pending.append(one)
    return not wanted
