"""Coverages: polygons that meet edge to edge. Typed wrappers, and the ladder that cleans them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.errors import TessellationError
from gridmap.messages import msg

Geometries = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]

_SNAPPING_LADDER: Final = (1e-3, 1e-2, 1e-4, -1.0)
"""Metres; -1 lets GEOS choose by extent. 1 mm first: it is what independent cuts differ by at most."""
_LINEWORK_GRID: Final = 1e-6
"""Metres; the grid of the last rung, far below what moves an area by the tolerated 1e-3 m²."""


def coverage_is_valid(polygons: Geometries) -> bool:
    """Whether polygons meet edge to edge: no overlap, every vertex on a shared edge in both neighbours."""
    return bool(shapely.coverage_is_valid(polygons))


def coverage_invalid_edges(polygons: Geometries) -> Geometries:
    """For each polygon the edges that break the coverage, as (multi)lines; empty where there are none."""
    edges: Geometries = shapely.coverage_invalid_edges(polygons)
    return edges


def coverage_union(polygons: Geometries) -> shapely.Geometry:
    """The union of a valid coverage: its inner edges go, every other vertex stays exactly where it is."""
    union: shapely.Geometry = shapely.coverage_union_all(polygons)
    return union


def clean_coverage(
    polygons: Geometries, *, accept: Callable[[Geometries], bool] = lambda _: True
) -> Geometries:
    """Make nearly matching polygons an exact coverage; the same input gives the same output.

    Args:
        polygons: in metres; order decides ties, so sort before.
        accept: a further test of a result, for example that no border moved.

    Raises:
        TessellationError: no rung of the ladder gives a valid coverage that `accept` takes.

    Source: GEOS CoverageCleaner; it can throw or fail on single snapping distances, hence the ladder
    (design notes, Exactness).
    """
    for distance in _SNAPPING_LADDER:
        try:
            cleaned = clean_once(polygons, distance)
        except shapely.GEOSException:
            continue
        if coverage_is_valid(cleaned) and accept(cleaned):
            return cleaned
    rebuilt = rebuild_from_linework(polygons)
    if coverage_is_valid(rebuilt) and accept(rebuilt):
        return rebuilt
    raise TessellationError(
        msg(
            "The cells could not be made to meet edge to edge. "
            "Repair the boundaries of the units, then split again."
        )
    )


def clean_once(polygons: Geometries, snapping_distance: float, gap_width: float = 0.0) -> Geometries:
    """One pass of GEOS's CoverageCleaner; distances in metres, gaps up to `gap_width` are filled.

    The result may be no valid coverage.

    Raises:
        shapely.GEOSException: the cleaner gave up at this distance; another may do.
    """
    cleaned = shapely.coverage_clean(  # type: ignore[attr-defined]  # newer than the stubs
        polygons, snapping_distance=snapping_distance, gap_width=gap_width
    )
    return _as_polygons(cleaned)


def rebuild_from_linework(polygons: Geometries, grid: float = _LINEWORK_GRID) -> Geometries:
    """Node all boundaries on a grid (metres) and give every face to the first polygon that holds it."""
    lines = shapely.union_all(shapely.boundary(polygons), grid_size=grid)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    owners = locate(shapely.get_coordinates(shapely.point_on_surface(faces)), polygons)
    empty = shapely.Polygon()
    return np.array(
        [
            coverage_union(faces[owners == index]) if (owners == index).any() else empty
            for index in range(len(polygons))
        ],
        dtype=object,
    )


def locate(xy: npt.NDArray[np.float64], polygons: Geometries) -> npt.NDArray[np.intp]:
    """For each point the index of the first polygon that holds it, borders included; -1 where none does."""
    first = np.full(len(xy), len(polygons), dtype=np.intp)
    tree = shapely.STRtree(np.array(shapely.points(xy), dtype=object))
    polygon_index, point_index = tree.query(polygons, predicate="intersects")
    np.minimum.at(first, point_index, polygon_index)
    first[first == len(polygons)] = -1
    return first


def part_counts(polygons: Geometries) -> npt.NDArray[np.intp]:
    """Number of parts of each (multi)polygon; 0 where it is empty or missing."""
    counts: npt.NDArray[np.intp] = np.where(
        shapely.is_missing(polygons) | shapely.is_empty(polygons), 0, shapely.get_num_geometries(polygons)
    )
    return counts


def compactness(polygons: Geometries) -> npt.NDArray[np.float64]:
    """4πA/P² (Polsby-Popper): 1 for a disc, towards 0 the more drawn out or ragged a shape is."""
    perimeter = shapely.length(polygons)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: npt.NDArray[np.float64] = np.where(
            perimeter > 0, 4 * np.pi * shapely.area(polygons) / perimeter**2, 0.0
        )
    return ratio


def _as_polygons(polygons: Geometries) -> Geometries:
    """Multi-polygons of one part as polygons, in the canonical order of rings and vertices left by GEOS."""
    single = (shapely.get_type_id(polygons) == shapely.GeometryType.MULTIPOLYGON) & (
        part_counts(polygons) == 1
    )
    result = np.array(polygons, dtype=object)
    result[single] = shapely.get_geometry(result[single], 0)
    return result


def as_multi(geometries: Geometries) -> Geometries:
    """Polygons as multipolygons of one part, as layers of type MULTIPOLYGON must hold them."""
    plain = shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON
    promoted = geometries.copy()
    promoted[plain] = shapely.multipolygons(geometries[plain], indices=np.arange(plain.sum()))
    return promoted
