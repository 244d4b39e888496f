"""What the pages call systems, encodings and shapes of files, and how these were found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridmap.geo.systems.datum import Datum
from gridmap.messages import Message, msg

DATUMS: Final[Mapping[Datum, Message]] = {
    Datum.WGS84: msg("WGS 84 or CGCS2000: GPS, surveyors, Tianditu"),
    Datum.GCJ02: msg("GCJ-02: Amap, Tencent, WeChat"),
    Datum.BD09: msg("BD-09: Baidu"),
}
ENCODING_FOUND: Final[Mapping[str, Message]] = {
    "named": msg("as named"),
    "ascii": msg("plain letters only"),
    "mark": msg("by the mark at its beginning"),
    "zeros": msg("two bytes a character"),
    "bytes": msg("all bytes are valid UTF-8"),
    "declared": msg("named in the file, and the bytes agree"),
    "score": msg("by the characters it gives"),
    "format": msg("laid down by the format"),
}
GEOMETRIES: Final[Mapping[str, Message]] = {
    "point": msg("points"),
    "multipoint": msg("points"),
    "linestring": msg("lines"),
    "multilinestring": msg("lines"),
    "line": msg("lines"),
    "multiline": msg("lines"),
    "polygon": msg("areas"),
    "multipolygon": msg("areas"),
}
CRS_FOUND: Final[Mapping[str, Message]] = {
    "file": msg("named in the file"),
    "standard": msg("laid down by the format"),
    "none": msg("not named in the file"),
}
