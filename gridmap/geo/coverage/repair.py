"""Repairing boundaries that do not meet: duplicates, invalid shapes, overlaps, gaps, slivers, loose parts.

Nothing is mended without being listed: each defect has a kind, the units concerned, its area and its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gridmap.errors import TessellationError
from gridmap.geo.coverage.open_strips import WIDEST, open_strips
from gridmap.geo.coverage.topology import (
    Geometries,
    clean_once,
    coverage_is_valid,
    coverage_union,
    part_counts,
    rebuild_from_linework,
)
from gridmap.geo.lines.faces import shared_borders
from gridmap.messages import msg
from gridmap.names import CODE, PARENT_CODE, WGS84

Floats = npt.NDArray[np.float64]

THIN: Final = 0.2
"""Compactness (4πA/P²) below which an overlap or gap is a sliver of careless drawing, not a piece of land."""
_SNAP_WIDTHS: Final = 2.0
_GAP_WIDTHS: Final = 8.0
"""Of the usual width of slivers: how far vertices are snapped, and how wide a gap is still filled. Tried on
506 Boston tracts with vertex noise of 1 and 5 m: wider snapping empties small units, narrower leaves gaps."""
_LEAST_SNAP: Final = 1e-3
_RUNGS: Final = 4
_LEAST_AREA: Final = 1e-6
"""m² below which a difference is arithmetic."""
_CANNOT_MEET: Final = msg(
    "The boundaries could not be made to meet edge to edge. Mend the largest by hand first."
)


class DefectKind(StrEnum):
    """What was wrong, or came of mending it."""

    DUPLICATE = "duplicate"  # the same shape under another code: its land stays with the first
    INVALID = "invalid"  # a ring that crosses itself, a part inside a part, lines among areas
    OVERLAP = "overlap"  # land of two units: goes to the one with the longer border there
    GAP = "gap"  # land of nobody between units, filled
    UNFILLED = "unfilled"  # the same, too wide to be filled
    EMPTIED = "emptied"  # a unit of which nothing is left
    LOOSE_PART = "loose_part"  # a splinter of a unit that mending cut off: goes to the neighbour around it
    REDRAWN = "redrawn"  # an upper unit, made anew from the units inside it


@dataclass(frozen=True)
class Repaired:
    """Units that meet edge to edge, and what was found on the way.

    Attributes:
        units: the caller's columns and rows in their order; emptied units have an empty shape.
        defects: kind, codes (joined by a space), area_m2, mended (bool), and the place as geometry.
        snap, gap_width: metres, as they were used.
    """

    units: gpd.GeoDataFrame
    defects: gpd.GeoDataFrame
    snap: float
    gap_width: float


@dataclass(frozen=True)
class _Defect:
    kind: DefectKind
    codes: tuple[str, ...]
    area: float
    place: shapely.Geometry
    mended: bool = True


def repair(units: gpd.GeoDataFrame, *, snap: float | None = None, gap_width: float | None = None) -> Repaired:
    """Make boundaries a valid coverage: leaves are mended, upper units made anew from them.

    Args:
        units: `code` and `parent_code` as text, (multi)polygons, a metric CRS.
        snap: metres between vertices that count as one; None goes by the width of the slivers found.
        gap_width: metres up to which gaps are filled; likewise.

    Raises:
        TessellationError: no rung of the ladder gives a valid coverage.

    Source: GEOS CoverageCleaner; duplicates first, then valid shapes, then the coverage (design notes, Dirty
    boundaries).
    """
    upper = units[CODE].isin(set(units[PARENT_CODE])).to_numpy()
    leaves = np.flatnonzero(~upper)
    codes = units[CODE].to_numpy(dtype=object)[leaves]
    drawn = np.asarray(units.geometry.to_numpy(), dtype=object)
    shapes, defects = _valid(drawn[leaves], codes)
    defects += _duplicates(shapes, codes)
    first = _without_duplicates(shapes, defects, codes)
    overlaps, gaps = _overlaps(first, codes), _holes(first)
    used_snap = _snap_for(first, [defect.place for defect in overlaps] + gaps) if snap is None else snap
    used_gap = _GAP_WIDTHS * _median_width(gaps) if gap_width is None else gap_width
    cleaned = _cleaned(first, used_snap, used_gap)
    cleaned, loose = _without_loose_parts(cleaned, part_counts(first), codes, used_gap)
    cleaned = _fit_to_store(cleaned, units.crs)
    open_gaps = open_strips(cleaned, used_gap if used_gap > 0 or gap_width is not None else WIDEST)
    defects += overlaps + _gap_defects(gaps, cleaned, codes) + loose + _emptied(first, cleaned, codes)
    defects += [_open_gap(place, codes[list(units_beside)]) for place, units_beside in open_gaps]
    result = drawn.copy()
    result[leaves] = cleaned
    defects += _redrawn(units, result, upper)
    mended = units.set_geometry(gpd.GeoSeries(result, index=units.index, crs=units.crs))
    return Repaired(mended, _frame(defects, units.crs), used_snap, used_gap)


def _valid(shapes: Geometries, codes: npt.NDArray[np.object_]) -> tuple[Geometries, list[_Defect]]:
    invalid = np.flatnonzero(~shapely.is_valid(shapes))
    result = shapes.copy()
    result[invalid] = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
    defects = [
        _Defect(
            DefectKind.INVALID,
            (str(codes[index]),),
            abs(float(shapely.area(shapes[index])) - float(shapely.area(result[index]))),
            shapely.point_on_surface(result[index]),
        )
        for index in invalid
    ]
    return result, defects


def _duplicates(shapes: Geometries, codes: npt.NDArray[np.object_]) -> list[_Defect]:
    seen: dict[bytes, str] = {}
    defects = []
    for code, shape, key in zip(codes, shapes, shapely.to_wkb(shapely.normalize(shapes)), strict=True):
        if key in seen:
            place = shapely.point_on_surface(shape)
            defects.append(
                _Defect(DefectKind.DUPLICATE, (str(code), seen[key]), float(shapely.area(shape)), place)
            )
        seen.setdefault(key, str(code))
    return defects


def _without_duplicates(
    shapes: Geometries, defects: list[_Defect], codes: npt.NDArray[np.object_]
) -> Geometries:
    double = {defect.codes[0] for defect in defects if defect.kind is DefectKind.DUPLICATE}
    result = shapes.copy()
    result[np.isin(codes.astype(str), sorted(double))] = shapely.Polygon()
    return result


def _overlaps(shapes: Geometries, codes: npt.NDArray[np.object_]) -> list[_Defect]:
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = one < other
    common = shapely.intersection(shapes[one[once]], shapes[other[once]])
    return [
        _Defect(DefectKind.OVERLAP, (str(codes[a]), str(codes[b])), float(shapely.area(place)), place)
        for a, b, place in zip(one[once], other[once], common, strict=True)
        if shapely.area(place) > _LEAST_AREA
    ]


def _holes(shapes: Geometries) -> list[shapely.Geometry]:
    """Land that the units surround and none of them holds."""
    whole = shapely.union_all(shapes)
    rings = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    # A ring may hold islands: what is theirs is no gap.
    places = [shapely.difference(ring, whole) for ring in rings]
    return [place for place in places if shapely.area(place) > _LEAST_AREA]


def _snap_for(shapes: Geometries, slivers: list[shapely.Geometry]) -> float:
    """How far apart vertices of one border usually lie; nothing where most borders match already."""
    one, _ = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    neighbours = (len(one) - len(shapes)) / 2
    careless = len(slivers) >= neighbours / 2
    return max(_LEAST_SNAP, _SNAP_WIDTHS * _median_width(slivers) if careless else 0.0)


def _median_width(places: list[shapely.Geometry]) -> float:
    """The median width in metres (2 × area ÷ perimeter) of slivers; 0 where there are none."""
    parts = shapely.get_parts(np.array(places, dtype=object)) if places else np.array([], dtype=object)
    areas, perimeters = shapely.area(parts), shapely.length(parts)
    flat = (areas > 0) & (perimeters > 0)
    areas, perimeters = areas[flat], perimeters[flat]
    widths = 2 * areas / perimeters
    thin = (4 * np.pi * areas / perimeters**2 < THIN) & (widths < WIDEST)
    return float(np.median(widths[thin])) if thin.any() else 0.0


def _cleaned(shapes: Geometries, snap: float, gap_width: float) -> Geometries:
    """The coverage at the widest snapping that empties no unit; each rung of the ladder halves it."""
    there = part_counts(shapes) > 0
    best: Geometries | None = None
    for rung in range(_RUNGS):
        distance = snap / 2**rung if rung < _RUNGS - 1 else min(_LEAST_SNAP, snap)
        try:
            cleaned = clean_once(shapes, distance, gap_width)
        except shapely.GEOSException:
            continue
        if not coverage_is_valid(cleaned):
            continue
        if (part_counts(cleaned)[there] > 0).all():
            return cleaned
        best = cleaned if best is None else best
    rebuilt = rebuild_from_linework(shapes) if best is None else best
    if not coverage_is_valid(rebuilt):
        raise TessellationError(_CANNOT_MEET)
    return rebuilt


def _fit_to_store(shapes: Geometries, crs: pyproj.CRS | None) -> Geometries:
    """The coverage with no spikes so fine that rounding breaks them when it is stored in degrees.

    Raises:
        TessellationError: it breaks all the same.
    """
    if _can_be_stored(shapes, crs):
        return shapes
    rounded = rebuild_from_linework(shapes, _LEAST_SNAP)
    if not _can_be_stored(rounded, crs):
        raise TessellationError(_CANNOT_MEET)
    return rounded


def _can_be_stored(shapes: Geometries, crs: pyproj.CRS | None) -> bool:
    assert crs is not None, "areas and widths are in metres"
    stored = gpd.GeoSeries(shapes, crs=crs).to_crs(WGS84)
    both = (stored.to_numpy(), stored.to_crs(crs).to_numpy())
    return all(bool(shapely.is_valid(one).all()) and coverage_is_valid(one) for one in both)


def _without_loose_parts(
    shapes: Geometries, counts: npt.NDArray[np.intp], codes: npt.NDArray[np.object_], gap_width: float
) -> tuple[Geometries, list[_Defect]]:
    """Splinters that cleaning cut off go to the neighbour with the longest border around them.

    Only parts that were not there before, and no wider than the gaps that are filled, are splinters.
    """
    grown = np.flatnonzero(part_counts(shapes) > np.maximum(counts, 1))
    if not len(grown):
        return shapes, []
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areas, perimeters = shapely.area(parts), shapely.length(parts)
    largest = np.zeros(len(shapes))
    np.maximum.at(largest, owner, areas)
    splinter = np.isin(owner, grown) & (areas < largest[owner]) & (2 * areas < gap_width * perimeters)
    one, other, lengths = shared_borders(parts)
    moved = owner.copy()
    defects = []
    for part in np.flatnonzero(splinter):
        beside = (one == part) | (other == part)
        neighbours = np.where(one[beside] == part, other[beside], one[beside])
        whole = ~splinter[neighbours]
        if not whole.any():
            continue
        host = neighbours[whole][np.argmax(lengths[beside][whole])]
        moved[part] = owner[host]
        both = (str(codes[owner[part]]), str(codes[owner[host]]))
        defects.append(_Defect(DefectKind.LOOSE_PART, both, float(areas[part]), parts[part]))
    result = shapes.copy()
    for unit in np.unique(np.concatenate([owner[moved != owner], moved[moved != owner]])):
        result[unit] = coverage_union(parts[moved == unit])
    return result, defects


def _gap_defects(
    gaps: list[shapely.Geometry], cleaned: Geometries, codes: npt.NDArray[np.object_]
) -> list[_Defect]:
    """Gaps by whether they were filled; each names the units around it."""
    if not gaps:
        return []
    places = np.array(gaps, dtype=object)
    tree = shapely.STRtree(cleaned)
    inside = tree.query(shapely.point_on_surface(places), predicate="intersects")[0]
    filled = set(inside.tolist())
    near, unit = tree.query(places, predicate="intersects")
    return [
        _Defect(
            DefectKind.GAP if gap in filled else DefectKind.UNFILLED,
            tuple(str(codes[index]) for index in sorted(set(unit[near == gap]))),
            float(shapely.area(place)),
            place,
            gap in filled,
        )
        for gap, place in enumerate(places)
    ]


def _open_gap(place: shapely.Geometry, codes: npt.NDArray[np.object_]) -> _Defect:
    """A gap that nothing fills, because it is open to the outside."""
    beside = tuple(sorted(map(str, codes)))
    return _Defect(DefectKind.UNFILLED, beside, float(shapely.area(place)), place, mended=False)


def _emptied(before: Geometries, after: Geometries, codes: npt.NDArray[np.object_]) -> list[_Defect]:
    gone = np.flatnonzero((part_counts(before) > 0) & (part_counts(after) == 0))
    return [
        _Defect(
            DefectKind.EMPTIED,
            (str(codes[index]),),
            float(shapely.area(before[index])),
            before[index],
            mended=False,
        )
        for index in gone
    ]


def _redrawn(units: gpd.GeoDataFrame, shapes: Geometries, upper: npt.NDArray[np.bool_]) -> list[_Defect]:
    """Upper units become the union of the leaves below them, in `shapes` itself."""
    codes = units[CODE].to_numpy(dtype=object)
    parent = dict(zip(codes, units[PARENT_CODE], strict=True))
    below: dict[str, list[int]] = {str(code): [] for code in codes[upper]}
    for index in np.flatnonzero(~upper):
        step, steps = parent[codes[index]], 0
        while step in below and steps <= len(below):
            below[step].append(int(index))
            step, steps = parent[step], steps + 1
    defects = []
    for index in np.flatnonzero(upper):
        old = shapely.make_valid(shapes[index], method="structure", keep_collapsed=False)
        shapes[index] = coverage_union(shapes[below[str(codes[index])]])
        change = float(shapely.area(shapely.symmetric_difference(old, shapes[index])))
        if change > _LEAST_AREA:
            place = shapely.point_on_surface(shapes[index])
            defects.append(_Defect(DefectKind.REDRAWN, (str(codes[index]),), change, place))
    return defects


def _frame(defects: list[_Defect], crs: pyproj.CRS | None) -> gpd.GeoDataFrame:
    columns = {
        "kind": [defect.kind.value for defect in defects],
        "codes": [" ".join(defect.codes) for defect in defects],
        "area_m2": [defect.area for defect in defects],
        "mended": [defect.mended for defect in defects],
    }
    return gpd.GeoDataFrame(columns, geometry=[defect.place for defect in defects], crs=crs)
