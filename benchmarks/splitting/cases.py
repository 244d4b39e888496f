"""What is measured of gridmap: each function runs in a process of its own and returns its figures."""

from __future__ import annotations

import hashlib
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.splitting.ground import BUILD, Ground
from benchmarks.splitting.measures import Figures, Spent, own_cpu_seconds, peak_megabytes, timed
from gridmap.geo.coverage.quality import check
from gridmap.geo.coverage.topology import compactness
from gridmap.geo.frames import Cells, check_cells
from gridmap.jobs.pool import Runner
from gridmap.names import CODE, HOUSEHOLDS, WEIGHT
from gridmap.split.cut.units import Split, split_units

_SPLITS: Final = BUILD / "split"


def split_case(name: str) -> Figures:
    """Cut a ground, keep the cells, measure them."""
    ground = Ground.load(name)
    split, spent = timed(lambda: _cut(ground))
    peak = peak_megabytes()
    _keep(split, name)
    return _figures(ground, split, spent) | {"peak": peak}


def area_case(name: str) -> Figures:
    """Cut a ground by the households of its units alone."""
    ground = Ground.load(name)
    spread = Ground(ground.units, None)
    split, spent = timed(lambda: _cut(spread))
    return _figures(spread, split, spent) | {"peak": peak_megabytes()}


def shuffled_case(name: str) -> Figures:
    """Cut a ground with its rows in another order; are codes, shapes and loads those of the kept cells?"""
    split = _cut(Ground.load(name).shuffled(seed=7))
    return {"same": _digest(split.cells) == _digest(kept_cells(name))}


def workers_case(name: str, workers: str) -> Figures:
    """Time of a split in some processes, by the clock and of the busiest process."""
    ground, count = Ground.load(name), int(workers)
    before = own_cpu_seconds()
    split, spent = timed(lambda: split_units(ground.units, ground.points, ground.rule, run=Runner(count)))
    own = own_cpu_seconds() - before
    busiest = own + (spent.cpu - own) / count
    return {"wall": spent.wall, "busiest": busiest, "same": _digest(split.cells) == _digest(kept_cells(name))}


def check_case(name: str) -> Figures:
    """Time of checking kept cells, with their households as they are told and with every building located."""
    ground, cells = Ground.load(name), kept_cells(name)
    _, told = timed(lambda: check(cells, ground.units))
    _, located = timed(lambda: check(cells, ground.units, ground.points))
    return {"cells": len(cells), "told": told.cpu, "located": located.cpu}


def kept_cells(name: str) -> Cells:
    """The cells that `split_case` made."""
    return check_cells(gpd.read_parquet(_SPLITS / name / "cells.parquet"))


def kept_cuts(name: str) -> pd.DataFrame:
    """How they were cut."""
    return pd.read_parquet(_SPLITS / name / "cuts.parquet")


def _cut(ground: Ground) -> Split:
    return split_units(ground.units, ground.points, ground.rule, material=ground.material)


def _keep(split: Split, name: str) -> None:
    folder = _SPLITS / name
    folder.mkdir(parents=True, exist_ok=True)
    split.cells.to_parquet(folder / "cells.parquet")
    split.cuts.to_parquet(folder / "cuts.parquet")


def _figures(ground: Ground, split: Split, spent: Spent) -> Figures:
    weight = None if ground.points is not None else HOUSEHOLDS
    quality = check(split.cells, ground.units, ground.points, size=ground.rule, weight=weight)
    lost = 0.0
    if ground.points is not None:
        lost = float(ground.points[WEIGHT].sum() - split.cells[HOUSEHOLDS].sum())
    return {
        **quality.to_json(),
        "infeasible_units": len(quality.infeasible_units),
        "unit_compactness": _unit_compactness(ground, split),
        "cpu": spent.cpu,
        "households": float(split.cells[HOUSEHOLDS].sum()),
        "households_lost": abs(lost),
        "points_outside": split.points_outside,
    }


def _unit_compactness(ground: Ground, split: Split) -> float:
    """Mean of the units that were divided: cells can hardly be more compact than what they are cut from."""
    divided = split.cuts[CODE][split.cuts["cells"] > 1]
    shapes = ground.units.geometry.to_numpy()[ground.units[CODE].isin(divided)]
    return float(compactness(shapes).mean())


def _digest(cells: Cells) -> str:
    """Of codes, shapes and loads, to the last bit."""
    parts = [
        "\n".join(cells[CODE]).encode(),
        b"".join(shapely.to_wkb(cells.geometry.to_numpy())),
        cells[HOUSEHOLDS].to_numpy(dtype=np.float64).tobytes(),
    ]
    return hashlib.sha256(b"".join(parts)).hexdigest()
