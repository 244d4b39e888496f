"""The program of the restricted child process: it opens a foreign file and hands over plain Arrow tables.

Run by path, never imported: it takes nothing from gridmap but files beside it, loaded by path too. The parent
sets the environment (which GDAL drivers exist) before the process starts. Request and answer are JSON, tables
are Arrow IPC files.

Request: `{"path", "kind", "driver", "encoding", "declared_encoding", "wishes", "out", "limits"}`. `wishes` is
`[{"layer", "preferred", "geometry", "optional"}]`, or "all" for every layer. A request of the kind "table"
goes to `isolated_tables.py`, one of the kind "dxf" to `isolated_dxf.py`.
Answer: `{"layers": [...], "tables": [{"file", "layer", "kind", "crs", "crs_found_by", "geometry", "encoding",
"faults"} | null]}` or `{"fault": code, "detail": text, "layers": [...]}`. A fault of a layer is
`{"kind", "column", "rows", "value"}`, rows from 1, none for the layer as a whole.
"""

from __future__ import annotations

import gc
import json
import re
import runpy
import sqlite3
import sys
from collections.abc import Iterable
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any


class _Absent(MetaPathFinder):
    """Hides packages that pyogrio and pyarrow import where they find them: a second for nothing."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname.partition(".")[0] in {"geopandas", "pandas", "pyproj", "shapely"}:
            raise ModuleNotFoundError(fullname)


_GEOMETRIES = {
    "polygon": ("Polygon", "MultiPolygon", "Unknown", "GeometryCollection"),
    "point": ("Point", "MultiPoint", "Polygon", "MultiPolygon", "Unknown"),
    "line": ("LineString", "MultiLineString", "Polygon", "MultiPolygon", "Unknown", "GeometryCollection"),
    "none": (None,),
}
_OSM_LAYERS = {"polygon": "multipolygons", "point": "points", "line": "lines"}
"""Of an extract of OpenStreetMap, whose layers are always the same."""
_MOST_LAYERS = 500
_WGS84 = "EPSG:4326"
"""What KML, GeoJSON and TopoJSON lay down."""
_RTREE = re.compile(r"create\s+virtual\s+table\s+\S+\s+using\s+rtree\b", re.IGNORECASE)
_BYTES_KEPT = {"shapefile", "mapinfo"}
"""Kinds whose texts are read as ISO-8859-1, which keeps every byte, whatever the file says of them."""
Listing = list[tuple[str, str | None]]


class FaultError(Exception):
    """A reason not to read the file; `code` is known to the parent."""

    def __init__(self, code: str, detail: str = "", layers: list[str] | None = None) -> None:
        super().__init__(code)
        self.answer = {"fault": code, "detail": detail, "layers": layers or []}


def main() -> None:
    """Read the request from stdin, write the answer to stdout."""
    # The process is short: looking for cycles in what it builds takes as long as building it.
    gc.disable()
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


def _beside(name: str) -> dict[str, Any]:
    """What a file beside this one defines."""
    return runpy.run_path(str(Path(__file__).parent / name))


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    """What a job answers, unless that is a fault."""
    if "fault" in answer:
        raise FaultError(answer["fault"], answer["detail"], answer["layers"])
    return answer


def _vector(request: dict[str, Any]) -> dict[str, Any]:
    """Layers by GDAL, after the checks that GDAL does not make."""
    texts = _beside("../files/encoding.py")
    ready = _ready(request, texts)
    path = ready["path"]
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError  # noqa: PLC0415

    try:
        layers = _listing(path, ready["driver"])
        wishes = _wishes(request["wishes"], layers)
        if request["kind"] == "osm":
            wishes = [_osm_wish(wish) for wish in wishes]
        tables = [_read(request, ready, number, _choose(wish, layers)) for number, wish in enumerate(wishes)]
    except (DataSourceError, DataLayerError, FeatureError, FieldError, RuntimeError, ValueError) as error:
        raise FaultError("damaged", str(error)) from error
    return {"layers": [name for name, _ in layers], "tables": tables}


def _listing(path: str, driver: str) -> Listing:
    """The layers of a file, once the driver that opens it is known to be the right one."""
    import pyogrio  # noqa: PLC0415 - after the limits are set

    # GDAL walks through all of a GeoJSON file each time it opens it, and such a file has one layer only.
    single = driver == "GeoJSON"
    layers = [] if single else [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    info = pyogrio.read_info(path, layer=layers[0][0] if layers else None)
    if info["driver"] != driver:
        raise FaultError("other_driver")
    return [(info["layer_name"], info["geometry_type"])] if single else layers


def _ready(request: dict[str, Any], texts: dict[str, Any]) -> dict[str, Any]:
    """The path to open, the driver that must open it, and what is known of it before."""
    ready: dict[str, Any] = {
        "path": request["path"],
        "driver": request["driver"],
        "declared": request["declared_encoding"],
        "encoding": texts["find_encoding"]([])._replace(found_by="format"),
        "crs_found_by": "file",
        "faults": [],
    }
    if request["kind"] == "geojson":
        return ready | _checked(_beside("geojson.py")["prepare"](request, texts))
    if request["kind"] == "mapinfo":
        return ready | _checked(_beside("mapinfo.py")["prepare"](request["path"]))
    if request["kind"] == "shapefile":
        _checked(_beside("shapefile.py")["check"](request["path"]))
    if request["kind"] == "osm":
        _checked(_beside("osm.py")["check"](request["path"]))
    if request["kind"] == "gpkg":
        _check_geopackage(request["path"])
    return ready


def _wishes(wishes: list[dict[str, Any]] | str, layers: Listing) -> list[dict[str, Any]]:
    if len(layers) > _MOST_LAYERS:
        raise FaultError("layers", str(_MOST_LAYERS))
    if isinstance(wishes, list):
        return wishes
    return [{"layer": name, "preferred": [], "geometry": "any", "optional": False} for name, _ in layers]


def _osm_wish(wish: dict[str, Any]) -> dict[str, Any]:
    """What is wanted of an extract, with the layer that has it preferred last."""
    usual = _OSM_LAYERS.get(wish["geometry"])
    return wish if usual is None else {**wish, "preferred": [*wish["preferred"], usual]}


def _read(
    request: dict[str, Any], ready: dict[str, Any], number: int, chosen: tuple[str, str | None] | None
) -> dict[str, Any] | None:
    if chosen is None:
        return None
    import pyogrio.raw  # noqa: PLC0415 - after the limits are set

    layer, kind = chosen
    shapefile = request["kind"] == "shapefile"
    meta, table = pyogrio.raw.read_arrow(
        ready["path"], layer=layer, encoding="ISO-8859-1" if shapefile else None
    )
    geometry = meta["geometry_name"] or "wkb_geometry"
    return _answer(
        request,
        number,
        table.combine_chunks(),
        layer=layer,
        kind=kind,
        geometry=geometry if geometry in table.column_names else None,
        crs=meta["crs"] or (_WGS84 if ready["crs_found_by"] == "standard" else None),
        crs_found_by=ready["crs_found_by"],
        encoding=None if request["kind"] in _BYTES_KEPT else ready["encoding"],
        declared=ready["declared"],
        faults=ready["faults"],
    )


def _answer(request: dict[str, Any], number: int, table: Any, **about: Any) -> dict[str, Any]:
    """Decode and mend the texts of a table, write it, and tell what is known of it."""
    job = _beside("texts.py")
    texts = _beside("../files/encoding.py")
    encoding, faults = about.pop("encoding"), list(about.pop("faults"))
    declared = about.pop("declared", "")
    if encoding is None:
        try:
            table, encoding, found = job["decode"](table, texts, declared=declared, named=request["encoding"])
        except job["WrongEncodingError"] as error:
            raise FaultError("named_encoding", str(error)) from error
        faults += found
    if encoding.overruled:
        faults.append({"kind": "encoding_wrong", "column": "", "rows": [], "value": encoding.overruled})
    table, found = job["mend"](table, texts)
    return {
        **about,
        "file": _write(table, request["out"], number),
        "encoding": encoding._asdict(),
        "faults": [*faults, *found, *job["lost"](table, texts)],
    }


def _choose(wish: dict[str, Any], layers: Listing) -> tuple[str, str | None] | None:
    """The layer named, else a preferred one, else the only one that fits."""
    kinds = dict(layers)
    names = list(kinds)
    if wish["layer"] is not None:
        if wish["layer"] not in names:
            raise FaultError("no_such_layer", wish["layer"], names)
        return wish["layer"], kinds[wish["layer"]]
    for name in wish["preferred"]:
        if name in names:
            return name, kinds[name]
    if wish["optional"]:
        return None
    wanted = _GEOMETRIES[wish["geometry"]]
    fitting = [name for name, kind in layers if (kind.split(" ")[0] if kind else None) in wanted]
    if len(fitting) > 1:
        raise FaultError("which_layer", "", fitting)
    if not fitting and len(names) != 1:
        raise FaultError("no_fitting_layer", "", names)
    chosen = fitting[0] if fitting else names[0]
    return chosen, kinds[chosen]


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
    """A Parquet file: one layer without a name, which every wish but an optional one gets."""
    read = _checked(_beside("parquet.py")["read"](request))
    wishes = [False] if request["wishes"] == "all" else [wish["optional"] for wish in request["wishes"]]
    encoding = _beside("../files/encoding.py")["find_encoding"]([])._replace(found_by="format")
    return {
        "layers": [],
        "tables": [
            None if optional else _answer(request, number, layer="", encoding=encoding, faults=[], **read)
            for number, optional in enumerate(wishes)
        ],
    }


def _kml(request: dict[str, Any]) -> dict[str, Any]:
    """KML: layers of texts and WKB in degrees."""
    read = _checked(_beside("kml.py")["read"](request, _beside("../files/encoding.py")))
    layers = {layer.name: layer for layer in read["layers"]}
    listing: Listing = [(name, layer.kind) for name, layer in layers.items()]
    if not listing:
        raise FaultError("no_fitting_layer")
    chosen = [_choose(wish, listing) for wish in _wishes(request["wishes"], listing)]
    tables = [
        None if one is None else _kml_answer(request, number, layers[one[0]], read)
        for number, one in enumerate(chosen)
    ]
    return {"layers": list(layers), "tables": tables}


def _kml_answer(request: dict[str, Any], number: int, layer: Any, read: dict[str, Any]) -> dict[str, Any]:
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set

    titles = list(dict.fromkeys(title for row in layer.rows for title in row if title != "geometry"))
    columns = {title: pa.array([row.get(title) for row in layer.rows], pa.string()) for title in titles}
    columns["geometry"] = pa.array(layer.shapes, pa.binary())
    counted: Iterable[tuple[str, list[int]]] = (
        ("ring_open", layer.opened),
        ("geometry_damaged", layer.damaged),
        *([("link_ignored", [])] * (read["links"] if number == 0 else 0)),
    )
    return _answer(
        request,
        number,
        pa.table(columns),
        layer=layer.name,
        kind=layer.kind,
        geometry="geometry",
        crs=_WGS84,
        crs_found_by="standard",
        encoding=read["encoding"],
        faults=[
            {"kind": kind, "column": "", "rows": rows, "value": ""}
            for kind, rows in counted
            if rows or kind == "link_ignored"
        ],
    )


def _table(request: dict[str, Any]) -> dict[str, Any]:
    """A spreadsheet: the job's own file beside this one, found by path as this one is."""
    answer: dict[str, Any] = _beside("tables.py")["read"](request)
    return answer


def _write(table: Any, folder: str, number: int) -> str:
    import pyarrow as pa  # noqa: PLC0415 - after the limits are set

    name = f"{number}.arrow"
    with pa.OSFile(str(Path(folder) / name), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return name


def _drawing(request: dict[str, Any]) -> dict[str, Any]:
    """A drawing of a CAD program: the job's own file beside this one."""
    answer: dict[str, Any] = _beside("dxf.py")["read"](request)
    return answer


def _csv(request: dict[str, Any]) -> dict[str, Any]:
    """A CSV file of many rows: one table of texts."""
    tables = _beside("tables.py")
    read = _checked(_beside("csv_job.py")["read"](request, tables))
    return {"file": _write(read["table"], request["out"], 0), "encoding": read["encoding"]}


def _drivers(_: dict[str, Any]) -> dict[str, Any]:
    """What GDAL can open here."""
    import pyogrio  # noqa: PLC0415 - after the limits are set

    return {"drivers": sorted(pyogrio.list_drivers())}


_JOBS = {"csv": _csv, "drivers": _drivers, "parquet": _parquet, "kml": _kml, "table": _table, "dxf": _drawing}

if __name__ == "__main__":
    main()
