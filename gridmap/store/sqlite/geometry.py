"""Geometry in a GeoPackage: blobs to shapely and back, the column type, and the functions R-trees call.

A blob is a header of 8 bytes, an envelope, and WKB (OGC 12-128r18, clause 2.1.3). Ours are little-endian,
EPSG:4326 in x, y order (longitude, latitude), without Z, with an XY envelope; what other programs wrote
(no envelope, Z, big-endian) is read too.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.engine import Dialect
from sqlalchemy.types import UserDefinedType

from gridmap.geo.coverage.topology import as_multi

SRS_ID: Final = 4326
_HEADER: Final = struct.Struct("<2sBBi")
_WITH_XY_ENVELOPE: Final = 0b00000011
_EMPTY: Final = 0b00010001
_ENVELOPE_BYTES: Final = (0, 32, 48, 48, 64)
_XY_ENVELOPE: Final = {0: struct.Struct(">4d"), 1: struct.Struct("<4d")}

Geometries = npt.NDArray[np.object_]
"""An array of shapely geometries, with None where there is none."""


def encode(geometries: Geometries) -> list[bytes | None]:
    """GeoPackage blobs of `geometries` (EPSG:4326); Z is dropped, None stays None."""
    envelopes = shapely.bounds(geometries)[:, [0, 2, 1, 3]].astype("<f8").tobytes()
    bodies = shapely.to_wkb(geometries, output_dimension=2, byte_order=1)
    header = _HEADER.pack(b"GP", 0, _WITH_XY_ENVELOPE, SRS_ID)
    empty_header = _HEADER.pack(b"GP", 0, _EMPTY, SRS_ID)
    blobs: list[bytes | None] = []
    for row, (body, empty) in enumerate(zip(bodies, shapely.is_empty(geometries), strict=True)):
        if body is None:
            blobs.append(None)
        elif empty:
            blobs.append(empty_header + body)
        else:
            blobs.append(header + envelopes[row * 32 : row * 32 + 32] + body)
    return blobs


def decode(blobs: Iterable[bytes | None]) -> Geometries:
    """Shapely geometries of GeoPackage `blobs`; collections of one part come back as that part.

    Raises:
        ValueError: a blob is no GeoPackage geometry.
    """
    bodies = np.array([None if blob is None else _body(blob) for blob in blobs], dtype=object)
    geometries: Geometries = shapely.from_wkb(bodies)
    # A layer of multipolygons holds plain ones as multipolygons of one part; `as_multi` made them so.
    single = shapely.get_num_geometries(geometries) == 1
    geometries[single] = shapely.get_geometry(geometries[single], 0)
    return geometries


def _body(blob: bytes) -> bytes:
    if blob[:2] != b"GP":
        msg = f"not a GeoPackage geometry: {blob[:8]!r}"
        raise ValueError(msg)
    return blob[8 + _ENVELOPE_BYTES[blob[3] >> 1 & 7] :]


def _envelope(blob: object) -> tuple[float, ...] | None:
    """West, east, south, north of a blob; None where it is empty, NULL or no geometry."""
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or blob[3] & 0b00010000:
        return None
    if blob[3] >> 1 & 7:
        return _XY_ENVELOPE[blob[3] & 1].unpack_from(blob, 8)
    west, south, east, north = shapely.from_wkb(_body(blob)).bounds
    return None if np.isnan(west) else (west, east, south, north)


def _edge(position: int) -> Callable[[object], float | None]:
    read = struct.Struct("<d").unpack_from
    offset = _HEADER.size + 8 * position

    def edge(blob: object) -> float | None:
        if isinstance(blob, bytes) and blob[3] == _WITH_XY_ENVELOPE:
            return float(read(blob, offset)[0])  # our own blobs, fast: a bulk write calls this for each row
        envelope = _envelope(blob)
        return None if envelope is None else envelope[position]

    return edge


def _is_empty(blob: object) -> int | None:
    if isinstance(blob, bytes) and blob[3] == _WITH_XY_ENVELOPE:
        return 0
    return None if blob is None else int(_envelope(blob) is None)


SQL_FUNCTIONS: Final[dict[str, Callable[[object], float | int | None]]] = {
    "ST_MinX": _edge(0),
    "ST_MaxX": _edge(1),
    "ST_MinY": _edge(2),
    "ST_MaxY": _edge(3),
    "ST_IsEmpty": _is_empty,
}
"""What the R-tree triggers call: SQLite has none of them, so every connection registers all five."""


class Geom(UserDefinedType[BaseGeometry]):
    """A column of geometry, EPSG:4326; `kind` is the type a GeoPackage declares, such as MULTIPOLYGON."""

    cache_ok = True

    def __init__(self, kind: str = "GEOMETRY") -> None:
        self.kind = kind

    def get_col_spec(self, **_: Any) -> str:
        """The declared type of the column."""
        return self.kind

    def bind_processor(self, dialect: Dialect) -> Callable[[BaseGeometry | None], bytes | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Writes a geometry as a blob."""

        def bind(geometry: BaseGeometry | None) -> bytes | None:
            geometries = np.array([geometry], dtype=object)
            return encode(as_multi(geometries) if self.kind == "MULTIPOLYGON" else geometries)[0]

        return bind

    def result_processor(
        self,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
        coltype: object,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> Callable[[bytes | None], BaseGeometry | None]:
        """Reads a blob as a geometry."""
        return lambda blob: decode([blob])[0]
