"""Geometry chunks: the shapes of a plan cut into immutable pieces that a browser fetches by content hash.

A payload is JSON of columns; coordinates are whole millionths of a degree (about 0.1 m), each the difference
to the one before, so that 20,000 cells take some 5 MB before compression. Shared borders are rounded alike,
hence no cracks. Payload fields:

    format   1
    level    county | township | village | cell
    codes    one code a shape; every column below is in this order
    parents  the distinct parent codes (null: none); `parent` points into it, one index a shape
    inner    x, y of a point well inside each shape; radius: of the circle around it that stays inside
    polygons polygons of each shape; rings: rings of each polygon (outer first); points: points of each ring
             (not closed); xy: x, y of every point in that order
    outline  the shape around the whole chunk at full detail (polygons, rings, points, xy), or null
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.draw.layers import Shapes
from gridmap.errors import NotFoundError
from gridmap.messages import msg
from gridmap.model.places import Level
from gridmap.names import CODE, LEVEL, PARENT_CODE

FORMAT: Final = 1
STEPS_PER_DEGREE: Final = 1_000_000
SHAPES_PER_CHUNK: Final = 2_000
OVERVIEW_STEPS: Final = 1_500
"""The overview may be off by its extent divided by this: half a pixel where the whole fills a screen."""

Bounds: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
Geometries: TypeAlias = NDArray[np.object_]
Whole: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Chunk:
    """Shapes of one level that are fetched together; `hash` is that of `payload` and its address.

    Attributes:
        parent_code: the unit all shapes lie in: the township of a chunk of villages or cells, else "".
        codes: what is inside; `parents` the direct parent of each, or None.
        bounds: west, south, east, north in degrees.
    """

    hash: str
    level: Level
    parent_code: str
    codes: tuple[str, ...]
    parents: tuple[str | None, ...]
    bounds: Bounds
    payload: bytes = field(repr=False)


@dataclass(frozen=True)
class Chunks:
    """All chunks of a plan's geometry, coarse to fine.

    Attributes:
        sizes: the median width of a shape by level, in degrees of longitude.
        tolerance: what the shapes of the township level may be off, in degrees.
        extents: west, south, east, north of every unit and cell, degrees.
        without_shape: codes of the plan that have no geometry and so are in no chunk.
    """

    chunks: tuple[Chunk, ...]
    sizes: Mapping[Level, float]
    tolerance: float
    extents: Mapping[str, Bounds] = field(repr=False)
    without_shape: tuple[str, ...]

    def at(self, level: Level) -> tuple[Chunk, ...]:
        """The chunks of one level."""
        return tuple(chunk for chunk in self.chunks if chunk.level is level)

    @cached_property
    def first(self) -> tuple[str, ...]:
        """Hashes of what the first picture of everything needs: the units above the villages."""
        return tuple(one.hash for one in self.chunks if not one.parent_code and one.level is not Level.CELL)

    def payload(self, content_hash: str) -> bytes:
        """The payload at a content hash.

        Raises:
            NotFoundError: no chunk of this geometry has that hash.
        """
        try:
            return self._payloads[content_hash]
        except KeyError:
            raise NotFoundError(msg("No geometry {hash}; reload the page.", hash=content_hash)) from None

    @cached_property
    def _payloads(self) -> dict[str, bytes]:
        return {chunk.hash: chunk.payload for chunk in self.chunks}

    @cached_property
    def bounds(self) -> Bounds:
        """West, south, east, north of everything, degrees; the whole world where there is nothing."""
        if not self.chunks:
            return (-180.0, -85.0, 180.0, 85.0)
        corners = np.array([chunk.bounds for chunk in self.chunks])
        west, south = corners[:, :2].min(axis=0).tolist()
        east, north = corners[:, 2:].max(axis=0).tolist()
        return (west, south, east, north)


def build_chunks(shapes: Shapes, units: pd.DataFrame, cells: pd.DataFrame) -> Chunks:
    """Cut the shapes of a plan (EPSG:4326) into chunks.

    `units` and `cells` are frames as `Plan.units` and `Plan.cells`, indexed by code. One chunk holds the
    townships (simplified as one coverage, for a small first picture), one what lies above; the villages, and
    the cells, of a township share a chunk in full detail. No chunk holds more than 2,000 shapes.
    """
    table, without_shape = _table(shapes, units, cells)
    outlines = dict(zip(table.index, table["shape"], strict=True))
    extents = _extents(table)
    tolerance = _simplify_overview(table)
    chunks = tuple(
        _chunk(level, group, rows, outlines.get(group))
        for level in Level
        for group, rows in _groups(table[table[LEVEL] == level.value])
    )
    sizes = {
        level: _median_width(of_level["shape"].to_numpy())
        for level in Level
        if not (of_level := table[table[LEVEL] == level.value]).empty
    }
    return Chunks(chunks, sizes, tolerance, extents, without_shape)


def _table(shapes: Shapes, units: pd.DataFrame, cells: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """One row a code: level, parent (None outside the frames), group (what it is fetched with), shape."""
    table = pd.concat(
        [
            pd.DataFrame({LEVEL: units[LEVEL].astype(str), PARENT_CODE: units[PARENT_CODE]}),
            pd.DataFrame({LEVEL: Level.CELL.value, PARENT_CODE: cells[PARENT_CODE]}, index=cells.index),
        ]
    )
    known = table[PARENT_CODE].isin(units.index)
    table[PARENT_CODE] = table[PARENT_CODE].astype(object).where(known, None)
    parents: dict[object, object] = dict(zip(units.index, table[PARENT_CODE].iloc[: len(units)], strict=True))
    table["group"] = [
        _group(Level(level), parent, parents)
        for level, parent in zip(table[LEVEL], table[PARENT_CODE], strict=True)
    ]
    table["shape"] = pd.concat(
        [shapes.units.reindex(units.index), shapes.cells.reindex(cells.index)]
    ).to_numpy()
    bare = shapely.is_missing(table["shape"].to_numpy()) | shapely.is_empty(table["shape"].to_numpy())
    without_shape = tuple(str(code) for code in table.index[bare])
    return table[~bare].rename_axis(CODE).sort_values([PARENT_CODE, CODE], na_position="first"), without_shape


def _extents(table: pd.DataFrame) -> dict[str, Bounds]:
    bounds = shapely.bounds(table["shape"].to_numpy()).tolist()
    return {str(code): (w, s, e, n) for code, (w, s, e, n) in zip(table.index, bounds, strict=True)}


def _group(level: Level, parent: object, parents: Mapping[object, object]) -> str:
    unit = {Level.VILLAGE: parent, Level.CELL: parents.get(parent)}.get(level)
    return str(unit) if unit is not None else ""


def _simplify_overview(table: pd.DataFrame) -> float:
    """Simplify the townships of `table` in place where villages carry the detail; the tolerance, degrees."""
    overview = (table[LEVEL] == Level.TOWNSHIP.value).to_numpy()
    if not overview.any():
        return 0.0
    townships = table.loc[overview, "shape"].to_numpy()
    west, south, east, north = shapely.total_bounds(townships)
    tolerance = float(max(east - west, north - south)) / OVERVIEW_STEPS
    table.loc[overview, "shape"] = shapely.coverage_simplify(townships, tolerance)
    return tolerance


def _groups(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of one level by group, in slices of at most 2,000 shapes."""
    for group, members in rows.groupby("group", sort=True):
        for start in range(0, len(members), SHAPES_PER_CHUNK):
            yield str(group), members.iloc[start : start + SHAPES_PER_CHUNK]


def _chunk(level: Level, group: str, rows: pd.DataFrame, outline: object) -> Chunk:
    geometries = rows["shape"].to_numpy()
    codes = tuple(str(code) for code in rows.index)
    parents = tuple(None if parent is None else str(parent) for parent in rows[PARENT_CODE])
    distinct = list(dict.fromkeys(parents))
    document: dict[str, Any] = {
        "format": FORMAT,
        "level": level.value,
        "codes": codes,
        "parents": distinct,
        "parent": [distinct.index(parent) for parent in parents],
        **_inner_circles(geometries),
        **encode_shapes(geometries),
        "outline": encode_shapes(np.array([outline]))
        if level is Level.VILLAGE and outline is not None
        else None,
    }
    payload = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    west, south, east, north = shapely.total_bounds(geometries).tolist()
    content_hash = blake2b(payload, digest_size=16).hexdigest()
    return Chunk(
        hash=content_hash,
        level=level,
        parent_code=group,
        codes=codes,
        parents=parents,
        bounds=(west, south, east, north),
        payload=payload,
    )


def encode_shapes(geometries: Geometries) -> dict[str, list[int]]:
    """Columns `polygons`, `rings`, `points`, `xy` of polygons and multipolygons (EPSG:4326); see above."""
    parts, part_shape = shapely.get_parts(geometries, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coordinates, point_ring = shapely.get_coordinates(rings, return_index=True)
    steps = to_steps(coordinates)
    kept = _distinct_points(steps, point_ring, len(rings))
    return {
        "polygons": np.bincount(part_shape, minlength=len(geometries)).tolist(),
        "rings": np.bincount(ring_part, minlength=len(parts)).tolist(),
        "points": np.bincount(point_ring[kept], minlength=len(rings)).tolist(),
        "xy": np.diff(steps[kept], axis=0, prepend=[[0, 0]]).ravel().tolist(),
    }


def to_steps(coordinates: NDArray[np.float64]) -> Whole:
    """Degrees as whole millionths."""
    return np.rint(coordinates * STEPS_PER_DEGREE).astype(np.int64)


def _distinct_points(steps: Whole, ring: Whole, rings: int) -> NDArray[np.bool_]:
    """Which points to keep: not a ring's closing point, nor one rounded onto the point before it.

    A ring that would be left with fewer than three points keeps all but its closing one.
    """
    last = np.append(ring[1:] != ring[:-1], True)
    repeated = np.append(False, (steps[1:] == steps[:-1]).all(axis=1) & (ring[1:] == ring[:-1]))
    kept: NDArray[np.bool_] = ~last & ~repeated
    collapsed = np.bincount(ring[kept], minlength=rings) < 3
    return kept | (~last & collapsed[ring])


def _inner_circles(geometries: Geometries) -> dict[str, list[int]]:
    """Centre and radius of a large circle inside each shape: where a label or sign stands."""
    bounds = shapely.bounds(geometries)
    span = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    radii = shapely.maximum_inscribed_circle(geometries, np.maximum(span / 40, 1e-7))
    centres = to_steps(shapely.get_coordinates(shapely.get_point(radii, 0)))
    return {
        "inner": np.diff(centres, axis=0, prepend=[[0, 0]]).ravel().tolist(),
        "radius": np.rint(shapely.length(radii) * STEPS_PER_DEGREE).astype(np.int64).tolist(),
    }


def _median_width(geometries: Geometries) -> float:
    """The side of a square of median area, in degrees of longitude as a Mercator map draws them."""
    latitude = shapely.get_y(shapely.centroid(geometries))
    return float(np.median(np.sqrt(shapely.area(geometries) / np.cos(np.radians(latitude)))))
