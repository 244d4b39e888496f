"""The drawing job of the restricted child process: layers of a DXF file, and the linework of chosen ones.

Loaded by path from `isolated.py`, never imported: it takes nothing from gridmap. ezdxf parses text; it
follows no external reference and runs nothing. Blocks are taken apart here, within a budget: a small file can
nest them until they fill a disk.

Request: `{"path", "kind": "dxf", "layers": [name, …] | null, "sagitta": drawing units, "out", "most":
{"entities", "vertices", "depth", "seconds"}}`. Without `layers` only the inventory is answered.
Answer: `{"layers": [{"name", "closed", "open", "texts", "inserts", "other", "bounds"}, …], "units": name,
"version", "encoding", "encoding_found_by", "skipped": {kind: count}, "file": name | null}` or `{"fault":
code, "detail": text, "layers": []}`. The file is JSON: `{"lines": [{"layer", "closed", "xy": [x, y, …]}, …],
"texts": [{"layer", "text", "x", "y"}, …]}`.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_CURVES = {"LINE", "LWPOLYLINE", "POLYLINE", "ARC", "CIRCLE", "ELLIPSE", "SPLINE", "HATCH"}
_TEXTS = {"TEXT", "MTEXT", "ATTRIB"}
_FILLINGS = {"HATCH"}
_FINEST = 1e-7
"""Of a curve's width: finer it is not made straight."""
_TAIL_BYTES = 1024
"""At the end, in which every whole drawing says EOF."""
_UNICODE_SINCE = "AC1021"
"""From this version on a DXF file is UTF-8; before it is written in the code page it names."""


class DrawingFaultError(Exception):
    """A reason not to read the drawing; `code` is known to the parent."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.answer: dict[str, Any] = {"fault": code, "detail": detail, "layers": []}


def read(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request."""
    try:
        return _Drawing(request).answer()
    except DrawingFaultError as fault:
        return fault.answer


class _Drawing:
    """A drawing taken apart, with what of its budget is left."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request
        self.left: dict[str, int] = dict(request["most"])
        self.wanted: set[str] | None = None if request["layers"] is None else set(request["layers"])
        self.counts: dict[str, Counter[str]] = {}
        self.bounds: dict[str, list[float]] = {}
        self.skipped: Counter[str] = Counter()
        self.lines: list[dict[str, Any]] = []
        self.texts: list[dict[str, Any]] = []

    def answer(self) -> dict[str, Any]:
        document, encoding, found_by = _opened(self.request["path"])
        for entity, layer in self._taken_apart(document.modelspace(), "0", 0):
            self._note(entity, layer)
        return {
            "layers": [
                {
                    "name": name,
                    **{kind: count[kind] for kind in ("closed", "open", "texts", "inserts", "other")},
                }
                | {"bounds": self.bounds.get(name)}
                for name, count in sorted(self.counts.items())
            ],
            "units": _unit_name(document),
            "version": document.dxfversion,
            "encoding": encoding,
            "encoding_found_by": found_by,
            "skipped": dict(self.skipped),
            "file": self._written(),
        }

    def _taken_apart(self, entities: Any, outer: str, depth: int) -> Iterator[tuple[Any, str]]:
        """Entities with the layer they show on: what lies on layer 0 of a block shows on the block's own."""
        for entity in entities:
            self._spend("entities", 1)
            own = str(entity.dxf.get("layer", "0"))
            layer = outer if depth and own == "0" else own
            if entity.dxftype() != "INSERT":
                yield entity, layer
                continue
            self._counter(layer)["inserts"] += 1
            if depth >= self.request["most"]["depth"]:
                raise DrawingFaultError("nested", str(entity.dxf.get("name", "")))
            if entity.mcount > self.left["entities"]:
                raise DrawingFaultError("too_large")
            inserts = entity.multi_insert() if entity.mcount > 1 else (entity,)
            for insert in inserts:
                yield from self._taken_apart(
                    insert.virtual_entities(skipped_entity_callback=self._skip), layer, depth + 1
                )
                yield from self._taken_apart(insert.attribs, layer, depth + 1)

    def _skip(self, entity: Any, _reason: str) -> None:
        self.skipped[entity.dxftype()] += 1

    def _spend(self, what: str, amount: int) -> None:
        self.left[what] -= amount
        if self.left[what] < 0 or time.process_time() > self.left["seconds"]:
            raise DrawingFaultError("too_large")

    def _counter(self, layer: str) -> Counter[str]:
        return self.counts.setdefault(layer, Counter())

    def _note(self, entity: Any, layer: str) -> None:
        kind = entity.dxftype()
        if kind in _TEXTS:
            self._note_text(entity, layer)
        elif kind in _CURVES:
            self._note_lines(entity, layer)
        else:
            self._counter(layer)["other"] += 1

    def _note_text(self, entity: Any, layer: str) -> None:
        text = entity.plain_text() if hasattr(entity, "plain_text") else str(entity.dxf.text)
        place = entity.dxf.insert
        self._counter(layer)["texts"] += 1
        self._widen(layer, [place.x, place.y])
        if self.wanted is not None and layer in self.wanted and text.strip():
            self.texts.append({"layer": layer, "text": text, "x": place.x, "y": place.y})

    def _note_lines(self, entity: Any, layer: str) -> None:
        for closed, xy in self._curves(entity):
            self._counter(layer)["closed" if closed else "open"] += 1
            self._widen(layer, xy)
            if self.wanted is not None and layer in self.wanted:
                self.lines.append({"layer": layer, "closed": closed, "xy": xy})

    def _curves(self, entity: Any) -> Iterator[tuple[bool, list[float]]]:
        """Each line of an entity as straight stretches, and whether it closes."""
        from ezdxf import path as paths  # noqa: PLC0415 - after the limits are set

        kind = entity.dxftype()
        try:
            found = list(paths.from_hatch(entity)) if kind in _FILLINGS else [paths.make_path(entity)]
        except (TypeError, ValueError, ZeroDivisionError):
            self.skipped[kind] += 1
            return
        for one in found:
            if not len(one):
                continue
            closed = kind in _FILLINGS or bool(getattr(entity, "is_closed", False) or one.is_closed)
            xy: list[float] = []
            for vertex in one.flattening(self._sagitta(one)):
                self._spend("vertices", 1)
                xy += [vertex.x, vertex.y]
            if len(xy) >= 4:
                yield closed, xy

    def _sagitta(self, path: Any) -> float:
        """As asked for, but not so small beside a huge curve that it never ends."""
        vertices = [(vertex.x, vertex.y) for vertex in path.control_vertices()]
        width = max(max(values) - min(values) for values in zip(*vertices, strict=True))
        return float(max(self.request["sagitta"], width * _FINEST))

    def _widen(self, layer: str, xy: list[float]) -> None:
        west, south, east, north = self.bounds.get(layer, [xy[0], xy[1], xy[0], xy[1]])
        xs, ys = xy[::2], xy[1::2]
        self.bounds[layer] = [min(west, *xs), min(south, *ys), max(east, *xs), max(north, *ys)]

    def _written(self) -> str | None:
        if self.wanted is None:
            return None
        name = "drawing.json"
        content = json.dumps({"lines": self.lines, "texts": self.texts})
        (Path(self.request["out"]) / name).write_text(content, encoding="utf-8", errors="replace")
        return name


def _opened(path: str) -> tuple[Any, str, str]:
    """The document, its encoding and how that was found."""
    from ezdxf import filemanagement, recover  # noqa: PLC0415 - after the limits are set
    from ezdxf.lldxf.const import DXFError  # noqa: PLC0415

    raw = Path(path).read_bytes()
    if b"EOF" not in raw[-_TAIL_BYTES:]:
        # Read all the same, it would lack what is lost, and nothing would tell.
        raise DrawingFaultError("damaged", "its end is missing")
    if raw.startswith(b"AutoCAD Binary DXF"):
        encoding, found_by = None, "declared"
    else:
        encoding, found_by = _encoding(raw)
    try:
        document = filemanagement.readfile(path, encoding=encoding) if encoding else recover.readfile(path)[0]
    except (
        DXFError,
        UnicodeDecodeError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ):
        document = _recovered(path)
    return document, (encoding or document.encoding).upper(), found_by


def _recovered(path: str) -> Any:
    from ezdxf import recover  # noqa: PLC0415 - after the limits are set
    from ezdxf.lldxf.const import DXFError  # noqa: PLC0415

    try:
        document, _ = recover.readfile(path)
    except (
        DXFError,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise DrawingFaultError("damaged", str(error)[:200]) from error
    return document


def _encoding(raw: bytes) -> tuple[str, str]:
    """UTF-8 where all bytes are it and some are more than ASCII, else the code page that the file names."""
    head = raw[:4096]
    version = _header_text(head, b"$ACADVER") or "AC1009"
    if not raw.isascii():
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return "utf-8", "bytes" if version < _UNICODE_SINCE else "format"
    page = _header_text(head, b"$DWGCODEPAGE")
    from ezdxf.tools.codepage import toencoding  # noqa: PLC0415 - after the limits are set

    named = toencoding(page) if page else "cp1252"
    named = "gb18030" if named in {"gbk", "gb2312", "cp936"} else named
    if not raw.isascii() and (version >= _UNICODE_SINCE or named == "cp1252"):
        try:
            raw.decode("gb18030")
        except UnicodeDecodeError:
            return named, "declared"
        return "gb18030", "score"
    return ("utf-8", "format") if version >= _UNICODE_SINCE else (named, "declared")


def _header_text(head: bytes, variable: bytes) -> str:
    """The value of a header variable: the line after the group code that follows its name."""
    lines = [line.strip() for line in head.splitlines()]
    if variable not in lines:
        return ""
    at = lines.index(variable)
    return lines[at + 2].decode("ascii", "replace") if at + 2 < len(lines) else ""


def _unit_name(document: Any) -> str:
    from ezdxf import units  # noqa: PLC0415 - after the limits are set

    return str(units.decode(document.units)) if document.units else ""
