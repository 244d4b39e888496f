"""Households of edited cells, and how many of them changed cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.geo.coverage.topology import Geometries, locate
from gridmap.split.tessellation.borders import Redrawn
from gridmap.split.tessellation.scene import Division, Floats, Indices, Scene

Places = tuple[Floats, Floats]
"""Points of load: (n, 2) metres, and (n,) weights."""


@dataclass(frozen=True)
class Flows:
    """How the load of the cells before an edit is distributed after it.

    Attributes:
        sources: positions of cells.
        labels: of the division; positions of cells around stand for themselves.
        amounts: from each source to each label, a pair a row.
    """

    sources: Indices
    labels: Indices
    amounts: Floats

    def after(self, label: int) -> float:
        """The load a label gets."""
        return float(self.amounts[self.labels == label].sum())

    def gains(self) -> dict[int, float]:
        """What each cell has more than before, those alone whose load is another."""
        labels, where = np.unique(np.concatenate([self.labels, self.sources]), return_inverse=True)
        net = np.bincount(where, weights=np.concatenate([self.amounts, -self.amounts]))
        return {int(label): float(gain) for label, gain in zip(labels, net, strict=True) if gain != 0}

    def moved(self, codes_before: Mapping[int, str], codes_after: Mapping[int, str]) -> float:
        """The load whose cell has another code than before."""
        other = [
            codes_before[source] != codes_after[label]
            for source, label in zip(self.sources.tolist(), self.labels.tolist(), strict=True)
        ]
        return float(self.amounts[np.array(other, dtype=bool)].sum())


def flows_by_area(scene: Scene, division: Division) -> Flows:
    """The load of each cell goes with its area, evenly."""
    areas = shapely.area(division.faces)
    whole = np.bincount(division.owners, weights=areas)[division.owners]
    parts = np.bincount(division.owners)[division.owners]
    shares = np.where(whole > 0, areas / np.where(whole > 0, whole, 1.0), 1.0 / parts)
    return Flows(division.owners, division.labels, scene.loads[division.owners] * shares)


def flows_by_places(
    scene: Scene, division: Division, new: Redrawn, places: Places, codes: Mapping[int, str]
) -> Flows:
    """The load of each point goes with the cell that it lies in; on a border that with the smaller code.

    Args:
        scene: the cells before.
        division: by labels.
        new: the shapes after.
        places: all points, or those near.
        codes: of each label: they decide on borders.
    """
    positions = np.concatenate([division.changed, new.around])
    old_order = positions[np.argsort(scene.codes[positions].astype(str), kind="stable")]
    after: dict[int, shapely.Geometry] = {
        **{int(at): scene.shapes[at] for at in new.around},
        **new.touched,
        **new.shapes,
    }
    new_order = np.array(sorted(after, key=lambda label: (codes[label], label)), dtype=np.intp)
    xy, weights = _near(places, scene.shapes[division.changed])
    before = locate(xy, scene.shapes[old_order])
    counted = before >= 0
    xy, weights, before = xy[counted], weights[counted], before[counted]
    shapes: Geometries = np.array([after[int(label)] for label in new_order], dtype=object)
    now = locate(xy, shapes)
    lost = np.flatnonzero(now < 0)  # on an outer border that a new vertex bent by a rounding
    if len(lost):
        now[lost] = shapely.STRtree(shapes).nearest(np.array(shapely.points(xy[lost]), dtype=object))
    return Flows(old_order[before], new_order[now], weights)


def _near(places: Places, shapes: Geometries) -> Places:
    xy, weights = places
    west, south, east, north = shapely.total_bounds(shapes)
    near = (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
    return xy[near], weights[near]


def in_whole_numbers(loads: Floats) -> Floats:
    """Loads rounded so that their sum is rounded too (largest remainders)."""
    floors = np.floor(loads)
    missing = round(float(loads.sum())) - int(floors.sum())
    largest = np.argsort(floors - loads, kind="stable")[:missing]
    floors[largest] += 1
    return floors
