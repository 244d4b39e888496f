"""Drawings of a CAD program (DXF): what layers they have, and the lines and labels of chosen ones."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from gridmap.errors import LayerChoiceError, UnreadableFileError
from gridmap.geo.coverage.topology import Geometries
from gridmap.messages import Message, msg
from gridmap.read.files.child_process import run_isolated, too_large
from gridmap.read.files.kinds import other_content

SAGITTA: Final = 0.01
"""How far a straight stretch may lie beside the curve it stands for, in units of the drawing."""
_METRES: Final = {
    "": 1.0,
    "m": 1.0,
    "mm": 0.001,
    "cm": 0.01,
    "dm": 0.1,
    "km": 1000.0,
    "in": 0.0254,
    "ft": 0.3048,
}
_BINARY: Final = b"AutoCAD Binary DXF"
_DWG: Final = b"AC10"


@dataclass(frozen=True)
class DrawingLimits:
    """How much of a drawing is taken apart.

    Attributes:
        entities, vertices: with blocks opened.
        depth: of blocks in blocks.
        seconds: of computing.
    """

    entities: int = 500_000
    vertices: int = 5_000_000
    depth: int = 8
    seconds: int = 60


USUAL_LIMITS: Final = DrawingLimits()


@dataclass(frozen=True)
class DrawingLayer:
    """A layer of a drawing.

    Attributes:
        closed, open: lines that end where they begin, fillings among them, and other ones.
        texts: labels. `inserts` are blocks placed on it, whose content is counted where it shows.
        other: what is not read: dimensions, pictures, solids.
        bounds: west, south, east, north in units of the drawing; None where nothing of it is read.
    """

    name: str
    closed: int
    open: int
    texts: int
    inserts: int
    other: int
    bounds: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class DrawingInventory:
    """What is in a drawing.

    Attributes:
        unit: `mm`, `m` …, as the file says; empty where it says nothing, as most do.
        version: of the format, such as AC1032.
        encoding_found_by: as `gridmap.read.files.encoding` names it.
        skipped: entities that could not be taken apart, by kind.
    """

    file: str
    layers: tuple[DrawingLayer, ...]
    unit: str
    version: str
    encoding: str
    encoding_found_by: str
    skipped: Mapping[str, int]

    @property
    def metres(self) -> float:
        """Metres of a unit of the drawing; 1 where the file does not say."""
        return _METRES.get(self.unit, 1.0)


@dataclass(frozen=True)
class Label:
    """A text of a drawing and where it stands, in units of the drawing."""

    layer: str
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class DrawnLinework:
    """Lines of the chosen layers, in units of the drawing: x to the right, y upwards.

    Attributes:
        lines: line strings. `closed` says of each whether it is a whole outline.
    """

    inventory: DrawingInventory
    lines: Geometries
    closed: np.ndarray
    labels: tuple[Label, ...]


def inspect_drawing(path: Path, limits: DrawingLimits = USUAL_LIMITS) -> DrawingInventory:
    """The layers of a drawing, largest number of lines first.

    Raises:
        UnreadableFileError: no such file, no DXF, damage, or more than the limits allow.
    """
    inventory, _ = _asked(path, None, limits)
    return inventory


def read_drawing(
    path: Path, outlines: Sequence[str], labels: Sequence[str] = (), limits: DrawingLimits = USUAL_LIMITS
) -> DrawnLinework:
    """The lines of the layers `outlines` and the texts of the layers `labels`; of others nothing is taken.

    Raises:
        LayerChoiceError: there is no layer of a name, or no line in the layers named.
        UnreadableFileError: see `inspect_drawing`.
    """
    inventory, content = _asked(path, sorted({*outlines, *labels}), limits)
    known = {layer.name for layer in inventory.layers}
    missing = sorted({*outlines, *labels} - known)
    if missing:
        raise LayerChoiceError(
            msg(
                "{file}: it has no layer {missing}. Its layers are: {layers}.",
                file=path.name,
                missing=missing,
                layers=sorted(known),
            )
        )
    wanted = [line for line in content["lines"] if line["layer"] in set(outlines)]
    if not wanted:
        raise LayerChoiceError(
            msg(
                "{file}: there is no line in the layers {named}. Lines are in: {layers}.",
                file=path.name,
                named=list(outlines),
                layers=[layer.name for layer in inventory.layers if layer.closed + layer.open],
            )
        )
    texts = [Label(**text) for text in content["texts"] if text["layer"] in set(labels)]
    return DrawnLinework(
        inventory,
        _line_strings(wanted),
        np.array([line["closed"] for line in wanted], dtype=bool),
        tuple(texts),
    )


def _line_strings(lines: list[dict[str, Any]]) -> Geometries:
    counts = [len(line["xy"]) // 2 for line in lines]
    xy = np.concatenate([np.asarray(line["xy"], dtype=np.float64) for line in lines]).reshape(-1, 2)
    made = shapely.linestrings(xy, indices=np.repeat(np.arange(len(lines)), counts))
    return np.array(made, dtype=object, ndmin=1)


def _asked(
    path: Path, layers: list[str] | None, limits: DrawingLimits
) -> tuple[DrawingInventory, dict[str, Any]]:
    _recognise(path)
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        request = {
            "path": str(path.resolve()),
            "kind": "dxf",
            "layers": layers,
            "sagitta": SAGITTA,
            "most": asdict(limits),
        }
        answer = run_isolated(path.name, request, folder)
        if "fault" in answer:
            raise UnreadableFileError(_fault_words(path.name, answer["fault"], str(answer["detail"]), limits))
        content: dict[str, Any] = {"lines": [], "texts": []}
        if answer["file"] is not None:
            content = json.loads((Path(folder) / answer["file"]).read_text(encoding="utf-8"))
    return _inventory(path.name, answer), content


def _inventory(file: str, answer: dict[str, Any]) -> DrawingInventory:
    layers = [
        DrawingLayer(**{**layer, "bounds": None if layer["bounds"] is None else tuple(layer["bounds"])})
        for layer in answer["layers"]
    ]
    layers.sort(key=lambda layer: (-(layer.closed + layer.open), layer.name))
    return DrawingInventory(
        file=file,
        layers=tuple(layers),
        unit=answer["units"],
        version=answer["version"],
        encoding=answer["encoding"],
        encoding_found_by=answer["encoding_found_by"],
        skipped=answer["skipped"],
    )


def _recognise(path: Path) -> None:
    """A DXF file begins with a group code, or says that it is a binary one; a DWG file is told apart."""
    if not path.is_file():
        raise UnreadableFileError(msg("{file}: there is no such file.", file=path.name))
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(_DWG):
        raise UnreadableFileError(
            msg(
                "{file}: DWG files are not read. In the CAD program save it as DXF (Save as, type DXF).",
                file=path.name,
            )
        )
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n")[0].strip()
    if path.suffix.lower() != ".dxf" or not (head.startswith(_BINARY) or first in {b"0", b"999"}):
        raise UnreadableFileError(other_content(path.name, "DXF"))


def _fault_words(file: str, fault: str, detail: str, limits: DrawingLimits) -> Message:
    if fault == "nested":
        return msg(
            "{file}: its blocks are nested more than {depth} deep ({block}). "
            "Explode them in the CAD program.",
            file=file,
            depth=limits.depth,
            block=detail,
        )
    if fault == "too_large":
        return msg(
            "{file}: with its blocks opened it has more than {entities} entities or {vertices} vertices, or "
            "takes more than {seconds} s. Export only the layers that are needed.",
            file=file,
            entities=limits.entities,
            vertices=limits.vertices,
            seconds=limits.seconds,
        )
    if fault == "damaged":
        return msg("{file}: it is damaged: {detail}. Export it again.", file=file, detail=detail.rstrip("."))
    return too_large(file)
