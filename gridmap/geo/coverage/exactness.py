"""How far cells are from an exact tessellation of their units, in m² by unit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.geo.coverage.topology import Geometries, coverage_invalid_edges, part_counts
from gridmap.geo.coverage.unit_borders import slivers_between

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.object_]
LeafShapes = dict[str, shapely.Geometry]
"""Shapes of the leaf units by code, in the order of codes."""


def suspects(cells: Geometries, invalid_edges: Geometries) -> npt.NDArray[np.intp]:
    """The cells that are invalid or whose edges break the coverage."""
    return np.flatnonzero(~shapely.is_empty(invalid_edges) | ~shapely.is_valid(cells))


def overlaps(
    cells: Geometries, parents: Codes, suspect: npt.NDArray[np.intp] | None = None
) -> tuple[float, dict[str, float]]:
    """Area that two cells share, over all pairs, and by unit (a pair of two units counts in both).

    Only cells that are invalid or whose edges break the coverage can overlap, so only they are compared; they
    are those of `suspects`, where these are known already.
    """
    if suspect is None:
        suspect = suspects(cells, coverage_invalid_edges(cells))
    by_unit: dict[str, float] = {}
    total = 0.0
    if not len(suspect):
        return total, by_unit
    shapes = shapely.make_valid(cells)
    one, other = shapely.STRtree(shapes).query(shapes[suspect], predicate="intersects")
    first = suspect[one]
    is_suspect = np.isin(other, suspect)
    pairs = (first < other) | ((first > other) & ~is_suspect)
    first, other = first[pairs], other[pairs]
    areas = shapely.area(shapely.intersection(shapes[first], shapes[other]))
    for a, b, area in zip(first, other, areas, strict=True):
        total += float(area)
        for code in {parents[a], parents[b]}:
            by_unit[code] = by_unit.get(code, 0.0) + float(area)
    return total, by_unit


def gaps_and_outsides(
    cells: Geometries, parents: Codes, leaves: LeafShapes, *, valid: bool = False
) -> tuple[dict[str, float], dict[str, float]]:
    """By unit: the area of the unit that no cell covers, and the area of its cells outside it.

    Cells whose parent is no leaf unit lie outside altogether, under the code they name. Cells that are known
    to be a `valid` coverage are compared with their units border by border, which takes a tenth of the time.
    """
    shapes = cells if valid else shapely.make_valid(cells)
    tree = shapely.STRtree(shapes)
    gaps, outsides = _between_borders(shapes, parents, leaves, tree) if valid else ({}, {})
    own_cells: dict[str, list[int]] = {}
    for index, code in enumerate(parents):
        own_cells.setdefault(code, []).append(index)
    for code in sorted({*leaves, *own_cells} - gaps.keys()):
        own = shapely.union_all(shapes[own_cells.get(code, [])])
        unit = leaves.get(code, shapely.Polygon())
        outsides[code] = float(shapely.area(shapely.difference(own, unit)))
        uncovered = shapely.difference(unit, own)
        gaps[code] = _uncovered(uncovered, shapes, tree) if code in leaves else 0.0
    return gaps, outsides


def _uncovered(gap: shapely.Geometry, shapes: Geometries, tree: shapely.STRtree) -> float:
    """The area of a gap in a unit that the cells of no other unit cover either."""
    if not shapely.area(gap) > 0:
        return 0.0
    covering = shapes[tree.query(gap, predicate="intersects")]
    return float(shapely.area(shapely.difference(gap, shapely.union_all(covering))))


def _between_borders(
    cells: Geometries, parents: Codes, leaves: LeafShapes, tree: shapely.STRtree
) -> tuple[dict[str, float], dict[str, float]]:
    """The same for the units whose borders and cells tell it without an overlay."""
    codes = np.array(list(leaves), dtype=object)
    units = np.array(list(leaves.values()), dtype=object)
    owner = pd.Index(codes).get_indexer(parents)
    inside = owner >= 0
    if not inside.any():
        return {}, {}
    found = slivers_between(cells[inside], owner[inside], units)
    undecided = found.undecided | set(np.flatnonzero(~shapely.is_valid(units)).tolist())
    undecided |= set(range(len(codes))) - set(owner[inside].tolist())
    reaching: dict[frozenset[int], set[int]] = {}
    for places, unit in zip(found.around, found.unit, strict=True):
        reaching.setdefault(places, set()).add(int(unit))
    gap = found.gap.copy()
    for at in np.flatnonzero(gap > 0):
        if len(reaching[found.around[at]]) > 1:
            gap[at] = 0.0  # the cells of the next unit reach over theirs there
        else:
            near = tree.query(found.shapes[at])
            if (owner[near] != found.unit[at]).any():
                gap[at] = _uncovered(shapely.make_valid(found.shapes[at]), cells, tree)
    decided = [at for at in range(len(codes)) if at not in undecided]
    sums = (np.bincount(found.unit, weights=one, minlength=len(codes)) for one in (gap, found.outside))
    gaps, outsides = ({codes[at]: float(one[at]) for at in decided} for one in sums)
    return gaps, outsides


def multipart_cells(cells: Geometries, parents: Codes, leaves: LeafShapes | None) -> int:
    """Cells of several parts in units of one part; without units, in what the unit's cells make together."""
    count = 0
    for code in sorted(set(parents[part_counts(cells) > 1])):
        own = cells[parents == code]
        unit = shapely.union_all(shapely.make_valid(own)) if leaves is None else leaves.get(code)
        if unit is not None and part_counts(np.array([unit], dtype=object))[0] == 1:
            count += int((part_counts(own) > 1).sum())
    return count
