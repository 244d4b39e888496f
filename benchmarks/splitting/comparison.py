"""Gridmap and its peers on the same units: one way at a time, each in a process of its own."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

import numpy as np
import shapely

from benchmarks.splitting import graphs
from benchmarks.splitting.graphs import Floats, UnitGraph
from benchmarks.splitting.ground import Ground
from benchmarks.splitting.measures import Figures, cpu_seconds, timed
from benchmarks.splitting.peers import PEERS
from gridmap.geo.coverage.topology import Geometries, compactness, coverage_is_valid, part_counts
from gridmap.names import HOUSEHOLDS, PARENT_CODE
from gridmap.split.cut.units import split_units
from gridmap.split.rule import SplitRule

RULE: Final = SplitRule()


@dataclass
class Cut:
    """What one way made of the units it finished."""

    shapes: list[Geometries] = field(default_factory=list)
    loads: list[Floats] = field(default_factory=list)
    means: list[float] = field(default_factory=list)
    wanted: int = 0

    def add(self, unit: UnitGraph, shapes: Geometries, loads: Floats) -> None:
        """Count a unit as finished."""
        self.shapes.append(shapes)
        self.loads.append(loads)
        self.means.append(unit.mean)
        self.wanted += unit.cells

    def figures(self) -> Figures:
        """Quality over all cells of the finished units; those are feasible and of one part."""
        if not self.loads:
            return {"units_done": 0}
        shapes, loads = np.concatenate(self.shapes), np.concatenate(self.loads)
        means = np.repeat(self.means, [len(one) for one in self.loads])
        return {
            "units_done": len(self.loads),
            "cells": len(loads),
            "wanted": self.wanted,
            "in_range": float(np.mean([RULE.holds(float(load)) for load in loads])),
            "mean_abs_dev": float((np.abs(loads - means) / means).mean()),
            "broken": int((part_counts(shapes) > 1).sum()),
            "compactness": float(compactness(shapes).mean()),
            "valid": coverage_is_valid(shapes) and bool(shapely.is_valid(shapes).all()),
        }


def sample_case(name: str, most: str) -> Figures:
    """Choose units of a ground, keep their graphs for the peers, and let gridmap cut them from the start."""
    ground = graphs.sample(Ground.load(name), int(most))
    units = graphs.graphs_of(ground)
    graphs.save(name, units)
    split, spent = timed(
        lambda: split_units(ground.units, ground.points, ground.rule, material=ground.material)
    )
    cells, cut = split.cells, Cut()
    for unit in units:
        own = cells[cells[PARENT_CODE] == unit.code]
        cut.add(unit, own.geometry.to_numpy(), own[HOUSEHOLDS].to_numpy(dtype=np.float64))
    return cut.figures() | {
        "title": f"gridmap {ground.rule.method.value}",
        "units": len(units),
        "nodes": sum(len(unit.shapes) for unit in units),
        "cpu": spent.cpu,
    }


def peer_case(name: str, peer: str, unit_limit: str, limit: str) -> Figures:
    """Let a peer cut units until its time is used up; a unit that takes too long, or fails, is left out.

    Args:
        name: of the ground.
        peer: a key of `PEERS`.
        unit_limit: seconds by the clock for a unit.
        limit: CPU seconds for all.
    """
    way = PEERS[peer]
    units = graphs.load(name)
    cut, spent, failed, late, tried = Cut(), 0.0, 0, 0, 0
    way.cut(units[0])  # imports and first calls are not counted
    for unit in units:
        if spent > float(limit):
            break
        tried += 1
        before = cpu_seconds()
        try:
            with time_limit(float(unit_limit)):
                shapes, loads = way.cut(unit)
        except UnitTooSlowError:
            late += 1
        except Exception:  # noqa: BLE001 - whatever a peer raises, the unit was not cut
            failed += 1
        else:
            cut.add(unit, shapes, loads)
        spent += cpu_seconds() - before
    return cut.figures() | {
        "title": way.title,
        "units": len(units),
        "tried": tried,
        "failed": failed,
        "late": late,
        "cpu": spent,
    }


class UnitTooSlowError(Exception):
    """A peer did not finish a unit in its time."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise in the midst of what runs inside, once the time is over.

    Raises:
        UnitTooSlowError: it is.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise UnitTooSlowError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
