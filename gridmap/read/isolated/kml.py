"""The KML job of the restricted child process: folders as layers, by Python's own XML parser.

Loaded by path from `isolated.py`, never imported: it takes nothing from gridmap. GDAL's two KML drivers
are left out: one drops the fields, the other takes links, styles and schemas along. Here documents with a
DOCTYPE (and so with entities) are refused, network links are counted and never followed, heights are
dropped, and descriptions in HTML become their text.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any
from xml.parsers import expat

_MOST_LAYERS = 500
_DEEPEST = 100
_GEOMETRIES = {"Point": 1, "LineString": 2, "LinearRing": 2, "Polygon": 3}
_KIND_NAMES = dict(
    enumerate(["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"], 1)
)
_CONTAINERS = {"Document", "Folder"}
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_TEXTS = re.compile(rb">[^<]*[\x80-\xff][^<]*<")
_MOST_TEXTS = 5_000
_BLOCKS = {"br", "p", "tr", "div", "li", "table", "h1", "h2", "h3"}


class _KmlError(ValueError):
    """A reason not to read the file; `code` is known to the parent."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.answer: dict[str, Any] = {"fault": code, "detail": detail, "layers": []}


@dataclass
class Layer:
    """A folder: rows of fields, and the WKB of each, None where it has none."""

    name: str
    rows: list[dict[str, str]] = field(default_factory=list)
    shapes: list[bytes | None] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)

    @property
    def kind(self) -> str | None:
        """What its geometry is, as GDAL calls it; None where there is none."""
        kinds = {struct.unpack_from("<I", wkb, 1)[0] for wkb in self.shapes if wkb is not None}
        if not kinds:
            return None
        return _KIND_NAMES.get(kinds.pop(), "Unknown") if len(kinds) == 1 else "Unknown"


def read(request: dict[str, Any], texts: dict[str, Any]) -> dict[str, Any]:
    """`{"layers": [Layer, …], "links": count, "encoding": Encoding}`, or `{"fault", …}`.

    `texts` is what `encoding.py` defines.
    """
    data = Path(request["path"]).read_bytes()
    try:
        text, encoding = _text(data, request["encoding"], texts)
    except UnicodeDecodeError as error:
        return {"fault": "named_encoding", "detail": request["encoding"] or error.encoding, "layers": []}
    reader = _Reader()
    try:
        reader.parse(text.encode("utf-8"))
    except _KmlError as error:
        return error.answer
    except (expat.ExpatError, ValueError, RecursionError) as error:
        return {"fault": "damaged", "detail": str(error), "layers": []}
    if not reader.is_kml:
        return {"fault": "other_content", "detail": "", "layers": []}
    return {"layers": reader.layers, "links": reader.links, "encoding": encoding}


def _text(data: bytes, named: str | None, texts: dict[str, Any]) -> tuple[str, Any]:
    """The file's text.

    Raises:
        UnicodeDecodeError: it is not in the encoding named, or in UTF-16 as its mark says.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), texts["find_encoding"]([], named="UTF-16")._replace(found_by="declared")
    data = texts["without_mark"](data)
    declared = _DECLARED.search(data[:200])
    strings = [one.group() for one, _ in zip(_TEXTS.finditer(data), range(_MOST_TEXTS), strict=False)]
    found = texts["find_encoding"](
        strings, declared=declared[1].decode() if declared else "utf-8", named=named
    )
    # Where no encoding takes all of it, each lost character is told by its row.
    errors = "strict" if named is not None else "replace"
    return data.decode(texts["codec_name"](found.name), errors), found


class _Reader:
    """Takes the parser's events; holds one placemark at a time."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.links = 0
        self.is_kml = False
        self._tags: list[str] = []
        self._names: list[str] = []  # of the open containers
        self._of_container: list[Layer | None] = []
        self._has_folders: list[bool] = []
        self._characters: list[str] = []
        self._row: dict[str, str] = {}
        self._field = ""
        self._parts: list[_Shape] = []
        self._damaged = False

    def parse(self, data: bytes) -> None:
        # The text is UTF-8 by now, whatever its declaration says.
        parser = expat.ParserCreate("utf-8")
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters.append
        parser.Parse(data, True)

    def _refuse_doctype(self, *_: object) -> None:
        raise _KmlError("entities", "DOCTYPE")

    def _start(self, title: str, attributes: dict[str, str]) -> None:
        tag = title.rpartition(":")[2]
        if not self._tags:
            self.is_kml = tag == "kml"
        self._tags.append(tag)
        if len(self._tags) > _DEEPEST:
            raise _KmlError("nested")
        self._characters.clear()
        if tag in _CONTAINERS:
            self._open_container()
        elif tag == "Placemark":
            self._row, self._parts, self._damaged = {}, [], False
        elif tag in {"Data", "SimpleData"}:
            self._field = attributes.get("name", "")
        elif tag in _GEOMETRIES and not (tag == "LinearRing" and "Polygon" in self._tags):
            self._parts.append(_Shape(_GEOMETRIES[tag]))

    def _end(self, _: str) -> None:
        tag = self._tags.pop()
        parent = self._tags[-1] if self._tags else ""
        text = "".join(self._characters).strip()
        self._characters.clear()
        if tag == "Placemark":
            self._finish_placemark()
        elif tag in _CONTAINERS:
            if self._of_container[-1] is None and tag == "Folder" and not self._has_folders[-1]:
                self._layer()  # an empty folder is listed too
            for opened in (self._names, self._of_container, self._has_folders):
                opened.pop()
        elif tag == "NetworkLink":
            self.links += 1
        elif "Placemark" in self._tags:
            self._take(tag, parent, text)
        elif tag == "name" and parent in _CONTAINERS:
            self._names[-1] = text

    def _take(self, tag: str, parent: str, text: str) -> None:
        """What a placemark holds."""
        if tag == "coordinates":
            if self._parts:
                self._damaged |= not self._parts[-1].add_ring(text)
        elif tag in {"name", "description"} and parent == "Placemark":
            self._row[tag] = plain_text(text) if tag == "description" else text
        elif self._field and (tag == "SimpleData" or (tag == "value" and parent == "Data")):
            self._row[self._field] = text

    def _finish_placemark(self) -> None:
        layer = self._layer()
        row = len(layer.rows) + 1
        whole = [part for part in self._parts if part.rings]
        shape = None
        if self._damaged or len(whole) < len(self._parts):
            layer.damaged.append(row)
        elif whole:
            shape = _joined([part.wkb() for part in whole])
            if any(part.was_open for part in whole):
                layer.opened.append(row)
        layer.rows.append(self._row)
        layer.shapes.append(shape)

    def _layer(self) -> Layer:
        """The layer of the innermost container, made at its first placemark."""
        if not self._of_container:
            self._open_container()
        layer = self._of_container[-1]
        if layer is None:
            layer = self._of_container[-1] = Layer(self._unused_name())
            self.layers.append(layer)
            if len(self.layers) > _MOST_LAYERS:
                raise _KmlError("layers", str(_MOST_LAYERS))
        return layer

    def _open_container(self) -> None:
        if self._has_folders:
            self._has_folders[-1] = True
        self._names.append("")
        self._of_container.append(None)
        self._has_folders.append(False)

    def _unused_name(self) -> str:
        inner = self._names[1:] if len(self._names) > 1 else self._names
        name = " / ".join(one for one in inner if one) or "placemarks"
        taken = {layer.name for layer in self.layers}
        number = 2
        unused = name
        while unused in taken:
            unused = f"{name} ({number})"
            number += 1
        return unused


class _Shape:
    """A geometry that is being read: its rings, of which all but a polygon's have one."""

    def __init__(self, kind: int) -> None:
        self.kind = kind
        self.rings: list[list[tuple[float, float]]] = []
        self.was_open = False

    def add_ring(self, text: str) -> bool:
        """Take coordinates; whether they are as many as the kind needs."""
        try:
            positions = list(_positions(text))
        except (ValueError, IndexError):
            return False
        if self.kind == 3 and positions and positions[0] != positions[-1]:
            positions.append(positions[0])
            self.was_open = True
        self.rings.append(positions)
        least = {1: 1, 2: 2, 3: 4}[self.kind]
        return len(positions) >= least

    def wkb(self) -> bytes:
        if self.kind == 1:
            return struct.pack("<BI2d", 1, 1, *self.rings[0][0])
        rings = [
            struct.pack(f"<I{2 * len(ring)}d", len(ring), *chain.from_iterable(ring)) for ring in self.rings
        ]
        if self.kind == 2:
            return struct.pack("<BI", 1, 2) + rings[0]
        return struct.pack("<BII", 1, 3, len(rings)) + b"".join(rings)


def _positions(text: str) -> Iterator[tuple[float, float]]:
    """Longitude and latitude of `lon,lat,height lon,lat,height …`; blanks after commas are forgiven."""
    if ", " in text or " ," in text or ",\n" in text:
        text = re.sub(r"\s*,\s*", ",", text)
    for token in text.split():
        numbers = token.split(",", 2)
        place = float(numbers[0]), float(numbers[1])
        if not (-1e9 < place[0] < 1e9 and -1e9 < place[1] < 1e9):
            raise ValueError(token)
        yield place


def _joined(shapes: list[bytes]) -> bytes:
    """One geometry of several: a multi-geometry where all are of a kind, else a collection."""
    if len(shapes) == 1:
        return shapes[0]
    kinds = {struct.unpack_from("<I", wkb, 1)[0] for wkb in shapes}
    kind = kinds.pop() + 3 if len(kinds) == 1 else 7
    return struct.pack("<BII", 1, kind, len(shapes)) + b"".join(shapes)


def plain_text(html: str) -> str:
    """The text of a description, lines as its blocks are; nothing in it is run, loaded or kept."""
    if "<" not in html:
        return html
    stripper = _Stripper()
    stripper.feed(html)
    stripper.close()
    lines = (" ".join(line.split()) for line in "".join(stripper.texts).splitlines())
    return "\n".join(line for line in lines if line)


class _Stripper(HTMLParser):
    """Gathers the text between tags, but for scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, _: object) -> None:
        self._silent += tag in {"script", "style"}
        self.texts.append("\n" if tag in _BLOCKS else " ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"} and self._silent > 0
        self.texts.append("\n" if tag in _BLOCKS else " ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)
