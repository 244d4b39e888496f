"""What is measured of splitting again: one village alone, and a new housing estate."""

from __future__ import annotations

from functools import partial
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.splitting.cases import kept_cells, kept_cuts
from benchmarks.splitting.estates import estate
from benchmarks.splitting.ground import Ground
from benchmarks.splitting.measures import Figures, timed
from gridmap.geo.coverage.quality import check
from gridmap.geo.coverage.topology import locate
from gridmap.geo.frames import Cells, Points, Units, check_points, check_units, leaf_units
from gridmap.names import CODE, HOUSEHOLDS, PARENT_CODE, WEIGHT
from gridmap.split.again.replacement import Resplit
from gridmap.split.again.resplit import resplit
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cut.units import split_units
from gridmap.split.rule import SplitRule
from gridmap.split.straight.tree import UnitTree, from_json

_GROWTH: Final = 0.03
_VILLAGES: Final = 25
"""Tried alone, one after the other."""
_GROWN: Final = 300
"""Villages that get an estate of their own, to measure the replay of each."""


def only_case(name: str) -> Figures:
    """Split villages again one at a time, each after an estate of 3 % was built in it."""
    ground, previous = Ground.load(name), _previous(name)
    villages = _some_villages(ground.units, _VILLAGES)
    milliseconds, elsewhere, foreign = [], [], 0
    for number, code in enumerate(villages):
        points = _with_estates(ground, [code], _GROWTH, seed=number)
        found, spent = timed(
            partial(resplit, ground.units, points, SplitRule(), previous, only=frozenset({code}))
        )
        milliseconds.append(1000 * spent.wall)
        elsewhere.append(_moved_elsewhere(previous.cells, found.cells, {code}))
        foreign += _codes_elsewhere(previous.cells, found.cells, {code})
    return {
        "cells": len(previous.cells),
        "first": milliseconds[0],
        "median": float(np.median(milliseconds)),
        "slowest": max(milliseconds),
        "elsewhere": max(elsewhere),
        "codes_elsewhere": foreign,
    }


def estate_case(name: str) -> Figures:
    """A county grows by 3 %, all of it one estate in one village: who changes cell?"""
    ground = _county(Ground.load(name))
    split = split_units(ground.units, ground.points, SplitRule())
    assert ground.points is not None
    previous = Previous(split.cells, trees=_trees(split.cuts))
    village = _some_villages(ground.units, 1)[0]
    growth = _GROWTH * ground.units[HOUSEHOLDS].sum() / _households_of(ground.units, [village])
    points = _with_estates(ground, [village], growth, seed=3)
    found = resplit(ground.units, points, SplitRule(), previous)
    fresh = split_units(ground.units, points, SplitRule())
    quality = check(found.cells, ground.units, points)
    return {
        "units": len(leaf_units(ground.units)),
        "moved": _moved_share(ground.points, split.cells, found.cells),
        "moved_fresh": _moved_share(ground.points, split.cells, fresh.cells),
        "mean_abs_dev": quality.mean_abs_dev,
        "passed": quality.passed,
        "codes_elsewhere": _codes_elsewhere(split.cells, found.cells, {village}),
        "elsewhere": _moved_elsewhere(split.cells, found.cells, {village}),
    }


def growth_case(name: str) -> Figures:
    """Villages that each grow by 3 % in an estate of their own: who of theirs changes cell?"""
    ground, previous = Ground.load(name), _previous(name)
    villages = _some_villages(ground.units, _GROWN)
    points = _with_estates(ground, villages, _GROWTH, seed=5)
    found, spent = timed(
        lambda: resplit(ground.units, points, SplitRule(), previous, only=frozenset(villages))
    )
    own_units = check_units(ground.units[ground.units[CODE].isin(villages)].assign(parent_code=""))
    own = found.cells[found.cells[PARENT_CODE].isin(villages)]
    inside = check_points(gpd.sjoin(points, own_units[["geometry"]]).drop(columns="index_right"))
    quality = check(Cells(gpd.GeoDataFrame(own)), own_units, inside)
    assert ground.points is not None
    moved = _moved(ground.points, previous.cells, found.cells) / _households_of(ground.units, villages)
    return {
        "units": len(villages),
        "moved": moved,
        "mean_abs_dev": quality.mean_abs_dev,
        "in_range": quality.feasible_in_range_share,
        "cpu": spent.cpu,
        "ways": _ways(found),
    }


def _previous(name: str) -> Previous:
    return Previous(kept_cells(name), trees=_trees(kept_cuts(name)))


def _trees(cuts: pd.DataFrame) -> dict[str, UnitTree]:
    return {code: from_json(tree) for code, tree in zip(cuts[CODE], cuts["tree"], strict=True) if tree}


def _ways(found: Resplit) -> dict[str, int]:
    ways = pd.Series([change.way.value for change in found.changes])
    return {str(way): int(count) for way, count in ways.value_counts().items()}


def _some_villages(units: Units, count: int) -> list[str]:
    """Evenly among those of 900 to 2,000 households, by code."""
    leaves = leaf_units(units)
    codes = sorted(leaves[CODE][leaves[HOUSEHOLDS].between(900, 2_000)])
    return [codes[at] for at in np.linspace(0, len(codes) - 1, count + 2).astype(int)[1:-1]]


def _households_of(units: Units, codes: list[str]) -> float:
    return float(units[HOUSEHOLDS][units[CODE].isin(codes)].sum())


def _county(ground: Ground) -> Ground:
    """The province with most units."""
    biggest = ground.units.loc[ground.units[PARENT_CODE] != "", PARENT_CODE].value_counts().index[0]
    units = ground.units[ground.units[PARENT_CODE] == biggest].assign(parent_code="")
    assert ground.points is not None
    inside = (
        locate(shapely.get_coordinates(ground.points.geometry.to_numpy()), units.geometry.to_numpy()) >= 0
    )
    return Ground(check_units(units), check_points(ground.points[inside]))


def _with_estates(ground: Ground, codes: list[str], growth: float, *, seed: int) -> Points:
    """The buildings, and in each unit named one new estate of this share of its households."""
    assert ground.points is not None
    named = ground.units.set_index(CODE).loc[codes]
    sizes = (growth * named[HOUSEHOLDS]).round().astype(int)
    built = [
        estate(shape, size, seed + number)
        for number, (shape, size) in enumerate(zip(named.geometry, sizes, strict=True))
    ]
    xy = np.concatenate([places for places, _ in built])
    weights = np.concatenate([weights for _, weights in built])
    new = gpd.GeoDataFrame({WEIGHT: weights}, geometry=gpd.points_from_xy(*xy.T), crs=ground.points.crs)
    return check_points(gpd.GeoDataFrame(pd.concat([ground.points, new], ignore_index=True)))


def _moved_share(points: Points, before: Cells, after: Cells) -> float:
    return _moved(points, before, after) / float(points[WEIGHT].sum())


def _moved(points: Points, before: Cells, after: Cells) -> float:
    """Households whose building is in a cell of another code than before; new buildings do not count."""
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    was, now = (
        cells[CODE].to_numpy(dtype=object)[locate(xy, cells.geometry.to_numpy())] for cells in (before, after)
    )
    return float(points[WEIGHT].to_numpy()[was != now].sum())


def _moved_elsewhere(before: Cells, after: Cells, units: set[str]) -> float:
    """The largest change of a cell's area outside some units, m²."""
    old, new = (
        cells[~cells[PARENT_CODE].isin(units)].set_index(CODE).geometry.area for cells in (before, after)
    )
    return float((old - new).abs().max())


def _codes_elsewhere(before: Cells, after: Cells, units: set[str]) -> int:
    """Codes outside some units that came or went."""
    old, new = (set(cells[CODE][~cells[PARENT_CODE].isin(units)]) for cells in (before, after))
    return len(old ^ new)
