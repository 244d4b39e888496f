"""The kinds of file that are read: told by a file's ending, confirmed by its first bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gridmap.errors import UnreadableFileError
from gridmap.messages import Message, msg


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is read: what it is called, and the GDAL driver that must recognise it.

    Attributes:
        driver: empty where GDAL is not asked.
    """

    key: str
    title: str
    driver: str


GPKG: Final = FileKind("gpkg", "GeoPackage", "GPKG")
GEOJSON: Final = FileKind("geojson", "GeoJSON", "GeoJSON")
SHAPEFILE: Final = FileKind("shapefile", "shapefile", "ESRI Shapefile")
FLATGEOBUF: Final = FileKind("flatgeobuf", "FlatGeobuf", "FlatGeobuf")
MAPINFO: Final = FileKind("mapinfo", "MapInfo table", "MapInfo File")
KML: Final = FileKind("kml", "KML", "")
ZIP: Final = FileKind("zip", "zip archive", "")
KMZ: Final = FileKind("kmz", "KMZ", "")
PARQUET: Final = FileKind("parquet", "Parquet", "")
OSM: Final = FileKind("osm", "PBF extract of OpenStreetMap", "OSM")
KINDS: Final = {
    ".gpkg": GPKG,
    ".geojson": GEOJSON,
    ".json": GEOJSON,
    ".topojson": GEOJSON,
    ".shp": SHAPEFILE,
    ".zip": ZIP,
    ".kml": KML,
    ".kmz": KMZ,
    ".fgb": FLATGEOBUF,
    ".parquet": PARQUET,
    ".geoparquet": PARQUET,
    ".pbf": OSM,
}
DRIVERS: Final = frozenset({"GPKG", "GeoJSON", "TopoJSON", "ESRI Shapefile", "FlatGeobuf", "MapInfo File"})
"""All drivers that GDAL may have."""
OSM_DRIVERS: Final = frozenset({OSM.driver})
"""The only one it has where an extract of OpenStreetMap is read, and has nowhere else: it opens XML too."""
_HEAD_BYTES: Final = 1024
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def recognise(path: Path, *, name: str | None = None) -> FileKind:
    """The kind of a file, told by its ending and confirmed by its first bytes.

    Raises:
        UnreadableFileError: no such file, an ending that is not read, or other content than the ending says.
    """
    name = name or path.name
    kind = KINDS.get(path.suffix.lower())
    if not path.is_file():
        raise UnreadableFileError(msg("{file}: there is no such file.", file=name))
    if kind is None:
        raise UnreadableFileError(
            msg(
                "{file}: files with this ending are not read. Give a GeoPackage (.gpkg), GeoJSON (.geojson, "
                ".json), KML (.kml, .kmz), FlatGeobuf (.fgb), GeoParquet (.parquet), or a shapefile or "
                "MapInfo table with all its parts in a .zip. Roads may come as .osm.pbf.",
                file=name,
            )
        )
    if not _has_magic(kind, _head(path, name)):
        raise UnreadableFileError(other_content(name, kind.title))
    return kind


def other_content(name: str, title: str) -> Message:
    """What is said of a file whose content is not what its name says."""
    return msg(
        "{file}: its content is not a {kind}, as its name says. Export it again, or correct the name.",
        file=name,
        kind=title,
    )


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise UnreadableFileError(
            msg("{file}: it cannot be opened ({detail}).", file=name, detail=error.strerror)
        ) from error


def _has_magic(kind: FileKind, head: bytes) -> bool:
    """Whether first bytes are those of the kind."""
    if kind is GPKG:
        # SQLite's header; application id at byte 68 "GPKG" (1.2 and later), or "GP10", "GP11" before.
        return head.startswith(b"SQLite format 3\x00") and head[68:72] in (b"GPKG", b"GP10", b"GP11")
    if kind is GEOJSON:
        return head.removeprefix(_MARKS[0]).lstrip().startswith(b"{")
    if kind is SHAPEFILE:
        return head[:4] == (9994).to_bytes(4, "big") and head[28:32] == (1000).to_bytes(4, "little")
    if kind is KML:
        return _is_xml(head)
    if kind is FLATGEOBUF:
        return head.startswith(b"fgb\x03fgb")
    if kind is OSM:
        # After the length of what follows comes its kind: a text of nine bytes.
        return head[4:15] == b"\x0a\x09OSMHeader"
    return head.startswith(b"PAR1" if kind is PARQUET else b"PK\x03\x04")


def _is_xml(head: bytes) -> bool:
    """Whether a text begins like a KML document; UTF-16 is told by its mark alone."""
    if head.startswith(_MARKS[1:]):
        return True
    text = head.removeprefix(_MARKS[0]).lstrip().lower()
    return text.startswith(b"<") and (b"<kml" in text or b":kml" in text or text.startswith(b"<?xml"))
