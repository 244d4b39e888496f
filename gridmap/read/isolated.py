"""The program of the restricted child process: it opens a foreign file and hands over plain Arrow tables.

Run by path, never imported: it takes nothing from gridmap. The parent sets the environment (which GDAL
drivers exist) before the process starts. Request and answer are JSON, tables are Arrow IPC files.

Request: `{"path", "kind", "driver", "wishes": [{"layer", "preferred", "geometry", "optional"}], "out",
"limits"}`.
A request of the kind "table" goes to `isolated_tables.py`.
Answer: `{"layers": [...], "tables": [{"file", "layer", "crs", "geometry", "encoding"} | null]}` or
`{"fault": code, "detail": text, "layers": [...]}`.
"""

from __future__ import annotations

import json
import re
import runpy
import sqlite3
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any


class _Absent(MetaPathFinder):
    """Hides packages that pyogrio and pyarrow import where they find them: a second for nothing."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname.partition(".")[0] in {"geopandas", "pandas", "shapely"}:
            raise ModuleNotFoundError(fullname)


_GEOMETRIES = {
    "polygon": ("Polygon", "MultiPolygon", "Unknown", "GeometryCollection"),
    "point": ("Point", "MultiPoint", "Polygon", "MultiPolygon", "Unknown"),
    "line": ("LineString", "MultiLineString", "Polygon", "MultiPolygon", "Unknown", "GeometryCollection"),
    "none": (None,),
}
_JSON_TYPES = {
    "FeatureCollection", "Feature", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon",
    "MultiPolygon", "GeometryCollection",
}  # fmt: skip
_WKB_POINT, _WKB_POLYGON = 1, 3
_NAMED_CRS = re.compile(r"(urn:(x-)?ogc:def:crs:|EPSG:|OGC:|CRS)[A-Za-z0-9:.]*", re.IGNORECASE)
_RTREE = re.compile(r"create\s+virtual\s+table\s+\S+\s+using\s+rtree\b", re.IGNORECASE)


class FaultError(Exception):
    """A reason not to read the file; `code` is known to the parent."""

    def __init__(self, code: str, detail: str = "", layers: list[str] | None = None) -> None:
        super().__init__(code)
        self.answer = {"fault": code, "detail": detail, "layers": layers or []}


def main() -> None:
    """Read the request from stdin, write the answer to stdout."""
    request = json.load(sys.stdin)
    _set_limits(request["limits"])
    sys.meta_path.insert(0, _Absent())
    try:
        answer = _JOBS.get(request["kind"], _vector)(request)
    except FaultError as fault:
        answer = fault.answer
    except MemoryError:
        answer = {"fault": "too_large", "detail": "", "layers": []}
    json.dump(answer, sys.stdout)


def _set_limits(limits: dict[str, int]) -> None:
    """Limits of the operating system; on Windows, which has none, the parent's clock is the guard."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - absent on Windows

    for name, most in limits.items():
        number = getattr(resource, name)
        _, hard = resource.getrlimit(number)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(number, (limit, limit))


def _vector(request: dict[str, Any]) -> dict[str, Any]:
    """Layers by GDAL, after the checks that GDAL does not make."""
    path = request["path"]
    if request["kind"] == "geojson":
        _check_geojson(path)
    if request["kind"] == "gpkg":
        _check_geopackage(path)
    import pyogrio  # noqa: PLC0415 - after the limits are set
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError  # noqa: PLC0415

    try:
        layers = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
        if pyogrio.read_info(path, layer=layers[0][0] if layers else None)["driver"] != request["driver"]:
            raise FaultError("other_driver")
        tables = [_read(request, number, wish, layers) for number, wish in enumerate(request["wishes"])]
    except (DataSourceError, DataLayerError, FeatureError, FieldError, RuntimeError, ValueError) as error:
        raise FaultError("damaged", str(error)) from error
    return {"layers": [name for name, _ in layers], "tables": tables}


def _read(
    request: dict[str, Any], number: int, wish: dict[str, Any], layers: list[tuple[str, str | None]]
) -> dict[str, Any] | None:
    layer = _choose(wish, layers)
    if layer is None:
        return None
    import pyogrio.raw  # noqa: PLC0415 - after the limits are set

    shapefile = request["kind"] == "shapefile"
    # Latin-1 keeps every byte of a shapefile's texts, whatever the file says of its encoding.
    meta, table = pyogrio.raw.read_arrow(
        request["path"], layer=layer, encoding="ISO-8859-1" if shapefile else None
    )
    geometry = meta["geometry_name"] or "wkb_geometry"
    table = table.combine_chunks()
    encoding = "UTF-8"
    if shapefile:
        table, encoding = _decode(table)
    file = _write(table, request["out"], number)
    has_geometry = wish["geometry"] != "none" and geometry in table.column_names
    return {
        "file": file,
        "layer": layer,
        "crs": meta["crs"],
        "geometry": geometry if has_geometry else None,
        "encoding": encoding,
    }


def _choose(wish: dict[str, Any], layers: list[tuple[str, str | None]]) -> str | None:
    """The layer named, else a preferred one, else the only one that fits."""
    names = [name for name, _ in layers]
    if wish["layer"] is not None:
        if wish["layer"] not in names:
            raise FaultError("no_such_layer", wish["layer"], names)
        return str(wish["layer"])
    for name in wish["preferred"]:
        if name in names:
            return str(name)
    if wish["optional"]:
        return None
    wanted = _GEOMETRIES[wish["geometry"]]
    fitting = [name for name, kind in layers if (kind.split(" ")[0] if kind else None) in wanted]
    if len(fitting) > 1:
        raise FaultError("which_layer", "", fitting)
    if not fitting and len(names) != 1:
        raise FaultError("no_fitting_layer", "", names)
    return fitting[0] if fitting else names[0]


def _decode(table: Any) -> tuple[Any, str]:
    """Texts and column names of a shapefile that were read as Latin-1: UTF-8 if all are, else GB18030."""
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set

    columns = [
        [None if text is None else text.encode("latin-1") for text in table.column(name).to_pylist()]
        if pa.types.is_string(table.schema.field(name).type)
        else None
        for name in table.column_names
    ]
    names = [name.encode("latin-1") for name in table.column_names]
    texts = [text for column in columns if column for text in column if text is not None]
    encoding = (
        "UTF-8" if all(map(_is_utf8, texts)) and all(_is_utf8(_whole(name)) for name in names) else "GB18030"
    )
    try:
        decoded = [
            table.column(number)
            if column is None
            else pa.array([None if text is None else text.decode(encoding) for text in column], pa.string())
            for number, column in enumerate(columns)
        ]
    except UnicodeDecodeError as error:
        raise FaultError("encoding") from error
    titles = [(_whole(name) if encoding == "UTF-8" else name).decode(encoding, "replace") for name in names]
    return pa.table(decoded, names=titles), encoding


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _whole(name: bytes) -> bytes:
    """A column name without the character that dBASE's ten bytes cut in two."""
    for length in range(len(name), max(len(name) - 4, 0), -1):
        if _is_utf8(name[:length]):
            return name[:length]
    return name


def _check_geojson(path: str) -> None:
    """Refuse what GDAL would follow: a coordinate system behind an address. Any object may carry one."""
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            plain = json.load(file, object_hook=_check_crs_member)
    except (ValueError, RecursionError) as error:
        raise FaultError("damaged", str(error)) from error
    if not isinstance(plain, dict) or plain.get("type") not in _JSON_TYPES:
        raise FaultError("other_content")


def _check_crs_member(plain: dict[str, Any]) -> dict[str, Any]:
    crs = plain.get("crs")
    if isinstance(crs, dict) and "type" in crs and "coordinates" not in crs:
        properties = crs.get("properties")
        name = properties.get("name") if isinstance(properties, dict) else None
        if crs["type"] != "name" or not isinstance(name, str) or not _NAMED_CRS.fullmatch(name):
            raise FaultError("remote_crs")
    return plain


def _check_geopackage(path: str) -> None:
    """Refuse views and virtual tables other than the R-trees of spatial indexes: they run what they hold."""
    try:
        connection = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True)
        try:
            objects = connection.execute("select type, name, sql from sqlite_master").fetchall()
            connection.execute("select count(*) from gpkg_contents").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise FaultError("damaged", str(error)) from error
    for kind, name, sql in objects:
        virtual = sql is not None and re.match(r"\s*create\s+virtual\b", sql, re.IGNORECASE)
        if kind == "view" or (virtual and not _RTREE.match(sql.strip())):
            raise FaultError("view", str(name))


def _parquet(request: dict[str, Any]) -> dict[str, Any]:
    """A Parquet table whole, with what its GeoParquet metadata says of the geometry."""
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set
    import pyarrow.parquet as pq  # noqa: PLC0415 - after the limits are set

    try:
        table = pq.read_table(request["path"])
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FaultError("damaged", str(error)) from error
    about = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
    column = about.get("primary_column")
    if column in table.column_names:
        _check_flat(table.column(column))
    crs = about.get("columns", {}).get(column, {}).get("crs", "OGC:CRS84") if column else None
    answer = {
        "file": _write(table.combine_chunks(), request["out"], 0),
        "layer": "",
        "crs": json.dumps(crs) if isinstance(crs, dict) else crs,
        "geometry": column,
        "encoding": "UTF-8",
    }
    return {"layers": [], "tables": [answer]}


def _check_flat(column: Any) -> None:
    """Refuse geometry that holds geometry: decoding it ends a process where it is nested deep enough."""
    for wkb in column.to_pylist():
        if wkb is None:
            continue
        number = wkb[4:0:-1] if wkb[:1] == b"\x01" else wkb[1:5]  # least significant byte first, or last
        kind = int.from_bytes(number, "big") & 0x0FFFFFFF  # without the flags of EWKB
        if kind % 1000 not in {_WKB_POINT, _WKB_POLYGON}:
            raise FaultError("nested")


def _table(request: dict[str, Any]) -> dict[str, Any]:
    """A spreadsheet: the job's own file beside this one, found by path as this one is."""
    job = runpy.run_path(str(Path(__file__).with_name("isolated_tables.py")))
    answer: dict[str, Any] = job["read"](request)
    return answer


def _write(table: Any, folder: str, number: int) -> str:
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set

    name = f"{number}.arrow"
    with pa.OSFile(str(Path(folder) / name), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return name


_JOBS = {"parquet": _parquet, "table": _table}

if __name__ == "__main__":
    main()
