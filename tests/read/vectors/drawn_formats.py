"""The two squares of `drawn_files` in further kinds of file."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from shapely import Polygon

from tests.read.drawn_files import LEFT, RIGHT, squares

NAMES = ["寺门村", "郝村"]


def named() -> Any:
    """The squares with Chinese names and titles."""
    return squares(code=["A", "B"], 名称=NAMES)


def write_flatgeobuf(path: Path) -> Path:
    """FlatGeobuf without its index, which would change the order of the rows."""
    named().to_file(path, driver="FlatGeobuf", SPATIAL_INDEX="NO")
    return path


def write_parquet(path: Path) -> Path:
    """GeoParquet."""
    named().to_parquet(path)
    return path


def write_mapinfo(path: Path, ending: str, *, charset: str = "CP936") -> Path:
    """A MapInfo table with all its parts in an archive."""
    folder = path.with_suffix("")
    folder.mkdir()
    named().to_file(folder / f"村界{ending}", driver="MapInfo File", ENCODING=charset)
    with zipfile.ZipFile(path, "w") as packed:
        for part in folder.iterdir():
            packed.write(part, part.name)
    return path


def topology(**members: Any) -> dict[str, Any]:
    """The squares as a topology that shares their border, with delta-encoded arcs."""
    arcs = [
        [[10_000, 0], [0, 10_000]],  # the border, from south to north
        [[10_000, 10_000], [-10_000, 0], [0, -10_000], [10_000, 0]],  # around the left one
        [[10_000, 0], [10_000, 0], [0, 10_000], [-10_000, 0]],  # around the right one
    ]
    shapes = [("A", NAMES[0], [[0, 1]]), ("B", NAMES[1], [[2, ~0]])]
    return {
        "type": "Topology",
        "transform": {"scale": [1e-6, 1e-6], "translate": [116.8, 38.3]},
        "arcs": arcs,
        "objects": {
            "villages": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": rings, "properties": {"code": code, "名称": name}}
                    for code, name, rings in shapes
                ],
            }
        },
        **members,
    }


def write_topojson(path: Path, **members: Any) -> Path:
    """The squares as TopoJSON."""
    path.write_text(json.dumps(topology(**members)), encoding="utf-8")
    return path


def placemark(code: str, name: str, shape: Polygon, *, more: str = "", close: bool = True) -> str:
    """A placemark with heights."""
    corners = list(shape.exterior.coords)[: None if close else -1]
    written = " ".join(f"{x},{y},7.5" for x, y in corners)
    return (
        f"<Placemark><name>{name}</name><ExtendedData><Data name='code'><value>{code}</value></Data>"
        f"</ExtendedData>{more}<Polygon><outerBoundaryIs><LinearRing><coordinates>{written}</coordinates>"
        "</LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


def kml(inside: str = "", *, encoding: str = "UTF-8", prolog: str = "") -> str:
    """A KML document; the squares where nothing else is given."""
    inside = inside or folder("村界", placemark("A", NAMES[0], LEFT) + placemark("B", NAMES[1], RIGHT))
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>{prolog}<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>全县</name>{inside}</Document></kml>"
    )


def folder(name: str, inside: str = "") -> str:
    """A folder of a KML document."""
    return f"<Folder><name>{name}</name>{inside}</Folder>"


def write_kml(path: Path, text: str = "", *, encoding: str = "utf-8") -> Path:
    """A KML file."""
    path.write_bytes((text or kml(encoding=encoding)).encode(encoding))
    return path


def write_kmz(path: Path, members: dict[str, str] | None = None) -> Path:
    """A KMZ file; the squares in `doc.kml` where nothing else is given."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in (members or {"doc.kml": kml()}).items():
            packed.writestr(name, text)
    return path
