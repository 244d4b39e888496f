"""Chunks read back give the shapes that went in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.draw.layers import Shapes
from gridmap.draw.screen.chunks import STEPS_PER_DEGREE, Chunk, Chunks, build_chunks
from gridmap.errors import NotFoundError
from gridmap.model.places import Level
from tests.drawn_county import COUNTY, County, drawn_county

HALF_STEP = 0.5 / STEPS_PER_DEGREE


def chunks_of(county: County) -> Chunks:
    return build_chunks(county.shapes, county.units, county.cells)


def read_back(document: dict[str, Any]) -> list[shapely.MultiPolygon]:
    """The browser's reading of a payload's columns, as shapely geometries in degrees."""
    points = iter((np.cumsum(np.reshape(document["xy"], (-1, 2)), axis=0) / STEPS_PER_DEGREE).tolist())
    counts, rings = iter(document["points"]), iter(document["rings"])
    return [
        shapely.MultiPolygon([_polygon(next(rings), counts, points) for _ in range(polygons)])
        for polygons in document["polygons"]
    ]


def _polygon(rings: int, counts: Any, points: Any) -> shapely.Polygon:
    shell, *holes = [[next(points) for _ in range(next(counts))] for _ in range(rings)]
    return shapely.Polygon(shell, holes)


def flat(shapes: Sequence[shapely.Geometry]) -> Chunks:
    """Chunks of leaf units without parents, coded a, b, c …"""
    codes = [chr(ord("a") + i) for i in range(len(shapes))]
    units = pd.DataFrame({"level": "village", "parent_code": None}, index=pd.Index(codes, name="code"))
    none = pd.DataFrame({"parent_code": pd.Series(dtype=object)}, index=pd.Index([], name="code"))
    series = gpd.GeoSeries(list(shapes), index=codes, crs="EPSG:4326")
    return build_chunks(Shapes(series, gpd.GeoSeries([], crs="EPSG:4326"), "EPSG:4547"), units, none)


def document(chunk: Chunk) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(chunk.payload)
    return read


def test_villages_and_cells_of_a_township_share_a_chunk() -> None:
    chunks = chunks_of(drawn_county())
    assert [(chunk.level, chunk.parent_code, len(chunk.codes)) for chunk in chunks.chunks] == [
        (Level.COUNTY, "", 1),
        (Level.TOWNSHIP, "", 2),
        (Level.VILLAGE, "990101001000", 3),
        (Level.VILLAGE, "990101002000", 3),
        (Level.CELL, "990101001000", 12),
        (Level.CELL, "990101002000", 12),
    ]
    assert chunks.at(Level.TOWNSHIP)[0].parents == (COUNTY, COUNTY)
    assert chunks.at(Level.COUNTY)[0].parents == (None,)


def test_cells_come_back_to_half_a_step() -> None:
    county = drawn_county()
    for chunk in chunks_of(county).at(Level.CELL):
        for code, shape in zip(chunk.codes, read_back(document(chunk)), strict=True):
            assert shape.hausdorff_distance(county.shapes.cells[code]) <= HALF_STEP * 1.5


def test_borders_round_alike_so_that_no_cracks_open() -> None:
    shapes = [
        shape for chunk in chunks_of(drawn_county()).at(Level.CELL) for shape in read_back(document(chunk))
    ]
    parts = shapely.get_parts(np.array(shapes, dtype=object))
    assert shapely.coverage_is_valid(parts)


def test_townships_are_simplified_as_one_coverage_and_the_full_outline_comes_with_villages() -> None:
    county = drawn_county()
    chunks = chunks_of(county)
    (overview,) = chunks.at(Level.TOWNSHIP)
    rough = read_back(document(overview))
    full = county.shapes.units[list(overview.codes)]
    assert shapely.coverage_is_valid(shapely.get_parts(np.array(rough, dtype=object)))
    assert shapely.get_num_coordinates(rough).sum() < shapely.get_num_coordinates(np.asarray(full)).sum()
    assert max(r.hausdorff_distance(f) for r, f in zip(rough, full, strict=True)) < 2 * chunks.tolerance
    village_chunk = chunks.at(Level.VILLAGE)[0]
    (outline,) = read_back(document(village_chunk)["outline"])
    assert outline.hausdorff_distance(county.shapes.units[village_chunk.parent_code]) <= HALF_STEP * 1.5


def test_parts_and_holes_survive() -> None:
    island = shapely.union(shapely.box(112, 30, 112.1, 30.1), shapely.box(112.2, 30, 112.3, 30.1))
    ring = shapely.difference(shapely.box(113, 30, 113.3, 30.3), shapely.box(113.1, 30.1, 113.2, 30.2))
    (chunk,) = flat([island, ring]).chunks
    assert [
        shape.equals(drawn) for shape, drawn in zip(read_back(document(chunk)), [island, ring], strict=True)
    ]
    assert document(chunk)["polygons"] == [2, 1]
    assert document(chunk)["rings"] == [1, 1, 2]


def test_a_shape_below_a_step_keeps_its_points() -> None:
    speck = shapely.box(112, 30, 112.0000001, 30.0000001)
    (chunk,) = flat([speck]).chunks
    assert document(chunk)["points"] == [4]


def test_inner_circles_lie_inside() -> None:
    county = drawn_county()
    for chunk in chunks_of(county).at(Level.CELL):
        read = document(chunk)
        centres = np.cumsum(np.reshape(read["inner"], (-1, 2)), axis=0) / STEPS_PER_DEGREE
        for code, centre, radius in zip(chunk.codes, centres, read["radius"], strict=True):
            circle = shapely.Point(centre).buffer(radius / STEPS_PER_DEGREE * 0.99 - 2e-6)
            assert radius > 0
            assert county.shapes.cells[code].contains(circle)


def test_the_hash_follows_the_content_alone() -> None:
    first, again = chunks_of(drawn_county()), chunks_of(drawn_county())
    assert [chunk.hash for chunk in first.chunks] == [chunk.hash for chunk in again.chunks]
    assert len({chunk.hash for chunk in first.chunks}) == len(first.chunks)
    county = drawn_county()
    moved = county.shapes.cells.copy()
    moved["990101001001001"] = shapely.affinity.translate(moved["990101001001001"], 1e-4, 0)
    shapes = Shapes(county.shapes.units, moved, county.shapes.crs)
    edited = build_chunks(shapes, county.units, county.cells)
    changed = [a.parent_code for a, b in zip(first.chunks, edited.chunks, strict=True) if a.hash != b.hash]
    assert changed == ["990101001000"]


def test_a_payload_is_found_by_its_hash_only() -> None:
    chunks = chunks_of(drawn_county())
    assert chunks.payload(chunks.chunks[0].hash) == chunks.chunks[0].payload
    with pytest.raises(NotFoundError, match="No geometry nothing"):
        chunks.payload("nothing")


def test_what_has_no_shape_is_named() -> None:
    county = drawn_county()
    shapes = Shapes(county.shapes.units.drop("990101001001"), county.shapes.cells, county.shapes.crs)
    chunks = build_chunks(shapes, county.units, county.cells)
    assert chunks.without_shape == ("990101001001",)
    assert chunks.at(Level.VILLAGE)[0].codes == ("990101001002", "990101001003")


def test_a_plan_without_anything_has_no_chunks() -> None:
    chunks = flat([])
    assert chunks.chunks == ()
    assert chunks.bounds == (-180.0, -85.0, 180.0, 85.0)


def test_bounds_are_those_of_the_county() -> None:
    county = drawn_county()
    assert chunks_of(county).bounds == pytest.approx(county.shapes.units.total_bounds.tolist())
    assert chunks_of(county).extents[COUNTY] == pytest.approx(county.shapes.units.total_bounds.tolist())


def test_no_chunk_holds_more_than_two_thousand_shapes() -> None:
    boxes = [shapely.box(i * 1e-3, 30, (i + 1) * 1e-3, 30.1) for i in range(2500)]
    units = pd.DataFrame({"level": "village", "parent_code": None}, index=[f"{i:012d}" for i in range(2500)])
    none = pd.DataFrame({"parent_code": pd.Series(dtype=object)}, index=pd.Index([], name="code"))
    series = gpd.GeoSeries(boxes, index=units.index, crs="EPSG:4326")
    chunks = build_chunks(Shapes(series, gpd.GeoSeries([], crs="EPSG:4326"), "EPSG:4547"), units, none)
    assert [len(chunk.codes) for chunk in chunks.chunks] == [2000, 500]


corners = st.lists(st.floats(-179, 179, allow_subnormal=False), min_size=2, max_size=6, unique=True)


@given(corners.map(sorted))
def test_any_row_of_boxes_comes_back(edges: list[float]) -> None:
    boxes = [shapely.box(west, 10, east, 11) for west, east in pairwise(edges) if east - west > 1e-4]
    if not boxes:
        return
    for chunk in flat(boxes).chunks:
        for shape, drawn in zip(read_back(document(chunk)), boxes, strict=True):
            assert shape.hausdorff_distance(drawn) <= HALF_STEP * 1.5
