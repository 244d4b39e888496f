"""The Parquet job of the restricted child process: a table whole, with what its GeoParquet metadata says.

Loaded by path from `isolated.py`, never imported: it takes nothing from gridmap.
"""

from __future__ import annotations

import json
import struct
from typing import Any

_POINT, _LINE, _POLYGON = 1, 2, 3
_PART_OF = {4: _POINT, 5: _LINE, 6: _POLYGON}
"""What the parts of a multi-geometry are."""
_NAMES = {
    1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon",
}  # fmt: skip


def read(request: dict[str, Any]) -> dict[str, Any]:
    """`{"table", "geometry", "kind", "crs", "crs_found_by"}`, or `{"fault", …}`."""
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set
    import pyarrow.parquet as pq  # noqa: PLC0415 - after the limits are set

    try:
        table = pq.read_table(request["path"])
        about = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
        column = about.get("primary_column")
        own = about.get("columns", {}).get(column, {}) if column else {}
        kind = _kind(table, column, own)
    except _NestedError:
        return {"fault": "nested", "detail": "", "layers": []}
    except (pa.ArrowException, OSError, ValueError, AttributeError, RecursionError) as error:
        return {"fault": "damaged", "detail": str(error), "layers": []}
    # The format lays down longitude and latitude where nothing is said; null says that it is unknown.
    crs = own.get("crs", "EPSG:4326") if column else None
    return {
        "table": table.combine_chunks(),
        "geometry": column if column in table.column_names else None,
        "kind": kind,
        "crs": json.dumps(crs) if isinstance(crs, dict) else crs,
        "crs_found_by": "file" if "crs" in own else "standard",
    }


class _NestedError(ValueError):
    """Geometry that holds geometry: decoding it ends a process where it is nested deep enough."""


def _kind(table: Any, column: str | None, own: dict[str, Any]) -> str | None:
    if column not in table.column_names:
        return None
    if own.get("encoding", "WKB") != "WKB":
        raise ValueError(f"geometry in the encoding {own['encoding']}, not WKB")
    kinds = {_flat_kind(wkb) for wkb in table.column(column).to_pylist() if wkb is not None}
    return _NAMES[kinds.pop()] if len(kinds) == 1 else "Unknown"


def _flat_kind(wkb: bytes) -> int:
    """The kind of a geometry whose parts are simple.

    Raises:
        _NestedError: they are not.
    """
    try:
        kind, order, _, place = _header(wkb, 0)
        if kind in (_POINT, _LINE, _POLYGON):
            return kind
        if kind not in _PART_OF:
            raise _NestedError
        (parts,) = struct.unpack_from(f"{order}I", wkb, place)
        place += 4
        for _ in range(parts):
            place = _after_part(wkb, place, _PART_OF[kind])
    except (struct.error, IndexError) as error:
        raise ValueError("geometry cut off") from error
    return kind


def _header(wkb: bytes, place: int) -> tuple[int, str, int, int]:
    """Kind, byte order, bytes of a position, and where the content begins."""
    order = "<" if wkb[place] == 1 else ">"
    (number,) = struct.unpack_from(f"{order}I", wkb, place + 1)
    plain = number & 0x0FFFFFFF  # without the flags of EWKB
    beyond = {0: 0, 1: 1, 2: 1, 3: 2}.get(plain // 1000, 0)
    flagged = bool(number & 0x80000000) + bool(number & 0x40000000)
    content = place + 5 + (4 if number & 0x20000000 else 0)
    return plain % 1000, order, 8 * (2 + max(beyond, flagged)), content


def _after_part(wkb: bytes, place: int, wanted: int) -> int:
    """Where the next part begins.

    Raises:
        _NestedError: this part is of another kind than the whole says.
    """
    kind, order, size, place = _header(wkb, place)
    if kind != wanted:
        raise _NestedError
    if kind == _POINT:
        return place + size
    rings = 1
    if kind == _POLYGON:
        (rings,) = struct.unpack_from(f"{order}I", wkb, place)
        place += 4
    for _ in range(rings):
        (corners,) = struct.unpack_from(f"{order}I", wkb, place)
        place += 4 + corners * size
    return place
