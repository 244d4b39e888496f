"""GeoJSON and TopoJSON made ready for GDAL in the restricted child process: checked, mended, decoded.

Loaded by path from `isolated.py`, never imported: it takes nothing from gridmap. GDAL gives up a whole
file for one ring that does not close; here the ring is closed, or the one feature loses its geometry, and
is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined] # left out of the published types
from pathlib import Path
from typing import Any

_TYPES = {
    "FeatureCollection", "Feature", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon",
    "MultiPolygon", "GeometryCollection",
}  # fmt: skip
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""Lists around a position."""
_NAMED_CRS = re.compile(r"(urn:(x-)?ogc:def:crs:|EPSG:|OGC:|CRS)[A-Za-z0-9:.]*", re.IGNORECASE)
_STRING = re.compile(rb'"[^"]*[\x80-\xff][^"]*"')
_MOST_STRINGS = 5_000
_MOST_POSITIONS = 20_000_000
"""Positions that a TopoJSON file may unfold to: an arc may be used again and again."""
_SHOWN = 40
_SPACES = re.compile(r"[ \t\n\r]*")
_NUMBERS = (int, float)


class _RemoteCrsError(ValueError):
    """A coordinate system behind an address."""


def prepare(request: dict[str, Any], texts: dict[str, Any]) -> dict[str, Any]:
    """The file to open: `{"path", "driver", "encoding", "crs_found_by", "faults"}`, or `{"fault", …}`.

    `texts` is what `encoding.py` defines.
    """
    data = Path(request["path"]).read_bytes()
    try:
        text, encoding = _text(data, request["encoding"], texts)
    except UnicodeDecodeError:
        return _refusal("named_encoding", request["encoding"])
    faults: list[dict[str, Any]] = []
    try:
        plain, places, end = _parse(text)
        if not isinstance(plain, dict) or plain.get("type") not in {*_TYPES, "Topology"}:
            return _refusal("other_content")
        if plain["type"] == "Topology":
            _check_topology(plain)
        else:
            faults = _mend(plain)
    except _RemoteCrsError:
        return _refusal("remote_crs")
    except (ValueError, RecursionError) as error:
        cut_off = not text.rstrip().endswith("}")
        return _refusal("cut_off", str(len(text))) if cut_off else _refusal("damaged", str(error))
    whole = _rewritten(plain, faults, text[:end], places)
    rest = text[end:].strip()
    if rest:
        faults.append({"kind": "trailing_text", "column": "", "rows": [], "value": rest[:_SHOWN]})
    path = request["path"]
    if faults or encoding.name != "UTF-8":
        path = str(Path(request["out"]) / f"{Path(path).stem}.json")
        Path(path).write_text(whole, encoding="utf-8")
    return {
        "path": path,
        "driver": "TopoJSON" if plain["type"] == "Topology" else "GeoJSON",
        "encoding": encoding,
        "crs_found_by": "file" if isinstance(plain.get("crs"), dict) else "standard",
        "faults": faults,
    }


def _refusal(code: str, detail: str = "") -> dict[str, Any]:
    return {"fault": code, "detail": detail, "layers": []}


def _text(data: bytes, named: str | None, texts: dict[str, Any]) -> tuple[str, Any]:
    """The file's text. The format knows UTF-8 only, so that is taken where it is valid, whatever is named.

    Raises:
        UnicodeDecodeError: it is not in the encoding named.
    """
    try:
        return data.decode("utf-8-sig"), texts["find_encoding"]([], named=None)._replace(found_by="format")
    except UnicodeDecodeError:
        strings = [one.group() for one, _ in zip(_STRING.finditer(data), range(_MOST_STRINGS), strict=False)]
        found = texts["find_encoding"](strings, named=named)
        plain = texts["without_mark"](data)
        if len(plain) < len(data):
            found = found._replace(overruled="UTF-8")
        # Where no encoding takes all of it, each lost character is told by its row.
        errors = "strict" if named is not None else "replace"
        return plain.decode(texts["codec_name"](found.name), errors), found


def _parse(text: str) -> tuple[Any, list[tuple[int, int]], int]:
    """The JSON value at the start, the begin and end of each of its features, and where it ends itself.

    What is after it must hold no features.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_checked, parse_constant=lambda _: None)
    begin = _gap(text, 0)
    places: list[tuple[int, int]] = []
    if text[begin : begin + 1] == "{":
        members, end = _members(text, begin, decoder, places)
        plain: Any = _checked(members)
    else:
        plain, end = decoder.raw_decode(text, begin)
    if '"Feature' in text[end:] or '"coordinates"' in text[end:]:
        raise ValueError("several JSON texts one after the other")
    return plain, places, end


def _members(
    text: str, place: int, decoder: json.JSONDecoder, places: list[tuple[int, int]]
) -> tuple[list[tuple[str, Any]], int]:
    """The members of the object that begins at a place, and its end; of `features` the places are kept."""
    members: list[tuple[str, Any]] = []
    place = _gap(text, place + 1)
    while text[place : place + 1] != "}":
        if text[place : place + 1] != '"':
            raise json.JSONDecodeError("Expecting a name", text, place)
        name, place = scanstring(text, place + 1, True)
        place = _gap(text, _after(text, _gap(text, place), ":"))
        if name == "features" and text[place : place + 1] == "[":
            places.clear()
            value, place = _features(text, place, decoder, places)
        else:
            value, place = decoder.raw_decode(text, place)
        members.append((name, value))
        place = _gap(text, place)
        if text[place : place + 1] != "}":
            place = _next(text, place, "}")
    return members, place + 1


def _features(
    text: str, place: int, decoder: json.JSONDecoder, places: list[tuple[int, int]]
) -> tuple[list[Any], int]:
    """The values of the list that begins at a place, and its end; one that is damaged is named."""
    features: list[Any] = []
    place = _gap(text, place + 1)
    while text[place : place + 1] != "]":
        try:
            feature, end = decoder.raw_decode(text, place)
            features.append(feature)
            places.append((place, end))
            place = _gap(text, end)
            if text[place : place + 1] != "]":
                place = _next(text, place, "]")
        except json.JSONDecodeError as error:
            raise ValueError(f"feature {len(features) + 1}: {error}") from error
    return features, place + 1


def _gap(text: str, place: int) -> int:
    """The place after the spaces at a place."""
    found = _SPACES.match(text, place)
    return found.end() if found else place


def _after(text: str, place: int, sign: str) -> int:
    if text[place : place + 1] != sign:
        raise json.JSONDecodeError(f"Expecting {sign!r}", text, place)
    return place + 1


def _next(text: str, place: int, end: str) -> int:
    """The place of what a comma promises."""
    place = _gap(text, _after(text, place, ","))
    if text[place : place + 1] == end:
        raise json.JSONDecodeError("Nothing after a comma", text, place)
    return place


def _rewritten(plain: Any, faults: list[dict[str, Any]], text: str, places: list[tuple[int, int]]) -> str:
    """The text with those features written anew that were mended."""
    mended = sorted({row - 1 for fault in faults for row in fault["rows"]})
    if not mended:
        return text
    if plain["type"] != "FeatureCollection":
        return json.dumps(plain, ensure_ascii=False)
    parts, end = [], 0
    for row in mended:
        parts += [text[end : places[row][0]], json.dumps(plain["features"][row], ensure_ascii=False)]
        end = places[row][1]
    return "".join([*parts, text[end:]])


def _checked(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of whose coordinate systems none is behind an address: any may carry one, or several."""
    plain = dict(members)
    if "crs" in plain:
        for name, crs in members:
            if name == "crs":
                _check_crs(crs)
    return plain


def _check_crs(crs: Any) -> None:
    """Refuse what GDAL would follow."""
    if isinstance(crs, dict) and "type" in crs and "coordinates" not in crs:
        properties = crs.get("properties")
        name = properties.get("name") if isinstance(properties, dict) else None
        if crs["type"] != "name" or not isinstance(name, str) or not _NAMED_CRS.fullmatch(name):
            raise _RemoteCrsError


def _mend(plain: dict[str, Any]) -> list[dict[str, Any]]:
    """Close rings, take away geometry that is none; the rows of both."""
    features = plain.get("features") if plain["type"] == "FeatureCollection" else [plain]
    if not isinstance(features, list):
        raise ValueError("features is not a list")
    closed, damaged = [], []
    for row, feature in enumerate(features, 1):
        if not isinstance(feature, dict):
            features[row - 1] = {"type": "Feature", "properties": {}, "geometry": None}
            damaged.append(row)
            continue
        holder = {"geometry": feature} if feature.get("type") in _DEPTHS else feature
        geometry = holder.get("geometry")
        if geometry is None:
            continue
        if not _is_sound(geometry):
            feature["geometry"] = None
            damaged.append(row)
        elif _close_rings(geometry):
            closed.append(row)
    faults = [("ring_open", closed), ("geometry_damaged", damaged)]
    return [{"kind": kind, "column": "", "rows": rows, "value": ""} for kind, rows in faults if rows]


def _is_sound(geometry: Any) -> bool:
    """Whether a geometry has the lists its type says, of positions that are numbers, and rings of three."""
    if not isinstance(geometry, dict):
        return False
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        return isinstance(parts, list) and all(map(_is_sound, parts))
    if kind not in _DEPTHS:
        return False
    if not _has_positions(geometry.get("coordinates"), _DEPTHS[kind]):
        return False
    return all(_has_three_corners(ring) for ring in _rings(geometry))


def _has_three_corners(ring: list[Any]) -> bool:
    corners: set[tuple[float, float]] = set()
    for position in ring:
        corners.add((position[0], position[1]))
        if len(corners) == 3:
            return True
    return False


def _has_positions(coordinates: Any, depth: int) -> bool:
    if not isinstance(coordinates, list):
        return False
    if depth == 1:
        return all(map(_is_position, coordinates))
    if depth:
        return all(_has_positions(part, depth - 1) for part in coordinates)
    return _is_position(coordinates)


def _is_position(value: Any) -> bool:
    """Exact types: true is no number, and one that is not finite was read as None."""
    return (
        type(value) is list and len(value) >= 2 and type(value[0]) in _NUMBERS and type(value[1]) in _NUMBERS
    )


def _rings(geometry: dict[str, Any]) -> Iterator[list[Any]]:
    if geometry["type"] == "Polygon":
        yield from geometry["coordinates"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon
    elif geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _rings(part)


def _close_rings(geometry: dict[str, Any]) -> bool:
    opened = [ring for ring in _rings(geometry) if ring[0][:2] != ring[-1][:2]]
    for ring in opened:
        ring.append(list(ring[0]))
    return bool(opened)


def _check_topology(plain: dict[str, Any]) -> None:
    """Refuse arcs that are not there, and more positions than a file of this size can mean."""
    arcs, objects = plain.get("arcs"), plain.get("objects")
    if not isinstance(arcs, list) or not isinstance(objects, dict) or not objects:
        raise ValueError("no objects or no arcs in it")
    lengths = [len(arc) if isinstance(arc, list) else 0 for arc in arcs]
    positions = 0
    for number in _arc_numbers(list(objects.values())):
        place = number if number >= 0 else ~number
        if place >= len(lengths):
            raise ValueError(f"there is no arc {number}")
        positions += lengths[place]
        if positions > _MOST_POSITIONS:
            raise ValueError("its arcs unfold to far more than a map needs")


def _arc_numbers(waiting: list[Any]) -> Iterator[int]:
    """All numbers of arcs in objects, without recursion."""
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [one.get("arcs"), one.get("geometries")]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, int):
            yield one
