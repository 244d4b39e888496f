"""How far cells are from an exact tessellation of their units, in m² by unit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.topology import Geometries, coverage_invalid_edges, part_counts

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.object_]
LeafShapes = dict[str, shapely.Geometry]
"""Shapes of the leaf units by code, in the order of codes."""


def overlaps(cells: Geometries, parents: Codes) -> tuple[float, dict[str, float]]:
    """Area that two cells share, over all pairs, and by unit (a pair of two units counts in both).

    Only cells whose edges break the coverage can overlap, so only they are compared.
    """
    suspect = np.flatnonzero(~shapely.is_empty(coverage_invalid_edges(cells)) | ~shapely.is_valid(cells))
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
    cells: Geometries, parents: Codes, leaves: LeafShapes
) -> tuple[dict[str, float], dict[str, float]]:
    """By unit: the area of the unit that no cell covers, and the area of its cells outside it.

    Cells whose parent is no leaf unit lie outside altogether, under the code they name.
    """
    shapes = shapely.make_valid(cells)
    tree = shapely.STRtree(shapes)
    own_cells: dict[str, list[int]] = {}
    for index, code in enumerate(parents):
        own_cells.setdefault(code, []).append(index)
    gaps: dict[str, float] = {}
    outsides: dict[str, float] = {}
    for code in sorted({*leaves, *own_cells}):
        own = shapely.union_all(shapes[own_cells.get(code, [])])
        unit = leaves.get(code, shapely.Polygon())
        outsides[code] = float(shapely.area(shapely.difference(own, unit)))
        uncovered = shapely.difference(unit, own)
        if shapely.area(uncovered) > 0 and code in leaves:
            covering = shapes[tree.query(uncovered, predicate="intersects")]
            uncovered = shapely.difference(uncovered, shapely.union_all(covering))
        gaps[code] = float(shapely.area(uncovered))
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
