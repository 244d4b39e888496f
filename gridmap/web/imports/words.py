"""What the page of imports calls kinds of file, their fields, and how things were found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridmap.geo.systems.datum import Datum
from gridmap.messages import Message, msg

KINDS: Final[Mapping[str, Message]] = {
    "people": msg("People and posts"),
    "households": msg("Households and buildings"),
    "checkpoints": msg("Checkpoints"),
    "sites": msg("Contact sites"),
    "visits": msg("Visits to sites"),
}
DATUMS: Final[Mapping[Datum, Message]] = {
    Datum.WGS84: msg("WGS 84 or CGCS2000: GPS, surveyors, Tianditu"),
    Datum.GCJ02: msg("GCJ-02: Amap, Tencent, WeChat"),
    Datum.BD09: msg("BD-09: Baidu"),
}
FIELDS: Final[Mapping[str, Message]] = {
    "address": msg("Address"),
    "arrived_at": msg("Arrived"),
    "code": msg("Code"),
    "coordinates": msg("Coordinates in one column"),
    "county": msg("County"),
    "datum": msg("Datum"),
    "function": msg("Function"),
    "gate_state": msg("State of the checkpoint"),
    "grid_code": msg("Code of the cell"),
    "grid_name": msg("Name of the cell"),
    "head_name": msg("Head of the cell"),
    "head_phone": msg("Phone of the head"),
    "households": msg("Number of households"),
    "issue": msg("Issue"),
    "kind": msg("Type"),
    "latitude": msg("Latitude, or y"),
    "longitude": msg("Longitude, or x"),
    "name": msg("Name"),
    "note": msg("Note"),
    "person": msg("Person"),
    "person_id": msg("Person id"),
    "phone": msg("Phone"),
    "population": msg("Residents"),
    "sending_unit": msg("Sending unit"),
    "site_name": msg("Name of the site"),
    "staff_needed": msg("Staff needed"),
    "tier": msg("Tier"),
    "title": msg("Title"),
    "township": msg("Township"),
    "valid_from": msg("From"),
    "valid_to": msg("Until"),
    "village": msg("Village or community"),
    "visit_count": msg("Number of visits"),
    "visited_at": msg("Date of the visit"),
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
COLUMN_FOUND: Final[Mapping[str, Message]] = {
    "chosen": msg("chosen by you"),
    "remembered": msg("as the last time"),
    "alias": msg("by its name"),
    "initials": msg("by its initials"),
    "pinyin": msg("by its pinyin"),
    "cut": msg("by its cut name"),
    "part": msg("by a part of its name"),
    "similar": msg("by a similar name"),
}


def field_label(name: str) -> Message:
    """What a field is called."""
    return FIELDS.get(name) or msg("{text}", text=name)
