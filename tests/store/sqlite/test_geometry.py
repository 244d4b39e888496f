from __future__ import annotations

import sqlite3

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.geo.coverage.topology import as_multi
from gridmap.store.sqlite.geometry import SQL_FUNCTIONS, decode, encode

degrees = st.floats(-180, 180, allow_nan=False)


@given(st.lists(st.tuples(degrees, degrees), min_size=1, max_size=5))
def test_a_blob_gives_back_the_points_and_their_edges(coordinates: list[tuple[float, float]]) -> None:
    drawn = shapely.MultiPoint(coordinates) if len(coordinates) > 1 else shapely.Point(coordinates[0])
    (blob,) = encode(np.array([drawn], dtype=object))
    assert shapely.equals_identical(decode([blob])[0], drawn)
    west, south, east, north = drawn.bounds
    edges = [SQL_FUNCTIONS[name](blob) for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")]
    assert edges == [west, east, south, north]
    assert SQL_FUNCTIONS["ST_IsEmpty"](blob) == 0


def test_nothing_and_empty_have_no_edges() -> None:
    none, empty = encode(np.array([None, shapely.Point()], dtype=object))
    assert none is None
    assert [SQL_FUNCTIONS["ST_IsEmpty"](blob) for blob in (None, empty)] == [None, 1]
    assert [SQL_FUNCTIONS["ST_MinX"](blob) for blob in (None, empty, b"junk", "text")] == [None] * 4
    assert decode([none, empty])[0] is None
    assert decode([none, empty])[1].is_empty


def test_blobs_of_other_programs_are_read() -> None:
    point = shapely.Point(117, 38, 5)
    without_envelope = b"GP\0\1" + (4326).to_bytes(4, "little") + shapely.to_wkb(point)
    big_endian = (
        b"GP\0\2" + (4326).to_bytes(4, "big") + np.array([1, 3, 2, 4], ">f8").tobytes()
        + shapely.to_wkb(shapely.box(1, 2, 3, 4), byte_order=0)
    )  # fmt: skip
    assert [decode([blob])[0].bounds for blob in (without_envelope, big_endian)] == [
        (117, 38, 117, 38),
        (1, 2, 3, 4),
    ]
    assert [SQL_FUNCTIONS["ST_MaxY"](blob) for blob in (without_envelope, big_endian)] == [38, 4]


def test_what_is_no_blob_is_refused() -> None:
    with pytest.raises(ValueError, match="not a GeoPackage geometry"):
        decode([b"\0\1"])


def test_polygons_go_in_as_multipolygons_and_come_back_plain() -> None:
    square = shapely.box(0, 0, 1, 1)
    two = shapely.MultiPolygon([square, shapely.box(2, 0, 3, 1)])
    drawn = np.array([square, None, two], dtype=object)
    promoted = as_multi(drawn)
    assert [None if one is None else one.geom_type for one in promoted] == [
        "MultiPolygon",
        None,
        "MultiPolygon",
    ]
    assert decode(encode(promoted)).tolist() == [square, None, two]
    assert drawn[0] is square


def test_functions_are_found_by_sql() -> None:
    connection = sqlite3.connect(":memory:")
    for name, function in SQL_FUNCTIONS.items():
        connection.create_function(name, 1, function, deterministic=True)
    (blob,) = encode(np.array([shapely.box(1, 2, 3, 4)], dtype=object))
    query = "SELECT ST_MinX(?1), ST_MaxX(?1), ST_MinY(?1), ST_MaxY(?1), ST_IsEmpty(?1)"
    assert connection.execute(query, (blob,)).fetchone() == (1, 3, 2, 4, 0)
    connection.close()
