"""Vector layers of files of others: content against name first, then a child process that can do little harm.

GDAL opens far more than a file's name says: text named .geojson may be a virtual data set that reads any
file of the server, a coordinate system may be an address to fetch. So the kinds of file are few, each is
told by its first bytes, and GDAL runs in a process of its own, with no drivers but those, limits on
memory and time, and a dead proxy.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa

from gridmap.errors import GridmapError, LayerChoiceError, UnreadableFileError
from gridmap.messages import Message, msg
from gridmap.model.faults import FaultKind
from gridmap.read.files.archives import packed_layers, unpack_kml, unpack_layer
from gridmap.read.files.child_process import run_isolated, too_large
from gridmap.read.files.encoding import UTF_8, Encoding, known_encoding
from gridmap.read.files.encoding_faults import encoding_fault, named_encoding
from gridmap.read.files.kinds import (
    KML,
    KMZ,
    MAPINFO,
    OSM,
    OSM_DRIVERS,
    SHAPEFILE,
    ZIP,
    FileKind,
    other_content,
    recognise,
)
from gridmap.read.files.layer_faults import LayerFault

_WORDS: Final[Mapping[str, Message]] = {
    "remote_crs": msg(
        "{file}: its coordinate system is not a plain name, and addresses are not followed. "
        "Remove the member crs and name the system with --crs."
    ),
    "view": msg(
        "{file}: it holds a view or virtual table ({name}), and those are not read. "
        "Export the layer to a new GeoPackage."
    ),
    "nested": msg("{file}: its geometry is nested, which is not read. Export points, lines or areas."),
    "layers": msg("{file}: it has more than {most} layers. Export those to be used."),
    "elsewhere": msg(
        "{file}: it points to data in other places, and those are not followed. Export the table itself."
    ),
    "entities": msg("{file}: it holds a DOCTYPE, and those are not read. Export it again."),
    "cut_off": msg("{file}: its end is missing after {n} characters. Export it again."),
    "damaged": msg("{file}: it is damaged: {detail}. Export it again."),
}
"""What is said of a fault that the child process found, by its code."""


@dataclass(frozen=True)
class LayerWish:
    """A layer wanted from a file: a named one, else a preferred one, else the only one that fits."""

    geometry: Literal["polygon", "point", "line", "none"]
    layer: str | None = None
    preferred: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class RawLayer:
    """A layer as it is in the file: an Arrow table, the name of its WKB column, and its CRS as text.

    Attributes:
        encoding: of its texts, and how it was found; see `gridmap.read.files.encoding`.
        kind: of its geometry, as GDAL calls it; None where it has none.
        crs_found_by: `file` where the file names its system, `standard` where the format lays it down.
        faults: what reading found and set right.
    """

    table: pa.Table
    layer: str
    geometry: str | None
    crs: str | None
    encoding: Encoding
    kind: str | None
    crs_found_by: str
    faults: tuple[LayerFault, ...]

    @property
    def notes(self) -> tuple[Message, ...]:
        """What the reader should be told of the reading."""
        told = [fault.told for fault in self.faults]
        if self.encoding.name != UTF_8:
            told.append(
                msg(
                    "its texts were read as {encoding}, because they are not UTF-8",
                    encoding=self.encoding.name,
                )
            )
        return tuple(told)


def read_layers(
    path: Path, wishes: Sequence[LayerWish], *, encoding: str | None = None
) -> list[RawLayer | None]:
    """Read layers of a foreign file; None for an optional one that is not there.

    Args:
        path: the file.
        wishes: the layers.
        encoding: of its texts, where the reader names it; formats that lay it down pay no heed.

    Raises:
        UnreadableFileError: no such file, a kind that is not read, content that is not what the name
            says, damage, or more than the limits allow.
        LayerChoiceError: no layer fits, or several do.
        InputError: an encoding that is not read.
    """
    kind = recognise(path)
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        if kind is ZIP:
            packed = unpack_layer(path, _subfolder(folder), layer=wishes[0].layer)
            wishes = [LayerWish(wish.geometry, None, ("layer",)) for wish in wishes]
            return _layers_of(path.name, *_recognised(path.name, packed), wishes, folder, encoding)
        source = unpack_kml(path, _subfolder(folder)) if kind is KMZ else path.resolve()
        kind = KML if kind is KMZ else kind
        return _layers_of(
            path.name, kind, source=source, layer=None, wishes=wishes, folder=folder, encoding=encoding
        )


def read_every_layer(path: Path, *, encoding: str | None = None) -> list[RawLayer]:
    """Read all layers of a foreign file, in its order; arguments and refusals as of `read_layers`.

    Raises:
        UnreadableFileError: as of `read_layers`.
    """
    kind = recognise(path)
    if kind is not ZIP:
        with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
            source = unpack_kml(path, _subfolder(folder)) if kind is KMZ else path.resolve()
            kind = KML if kind is KMZ else kind
            return _given(
                _layers_of(
                    path.name, kind, source=source, layer=None, wishes="all", folder=folder, encoding=encoding
                )
            )
    layers = []
    for name in packed_layers(path):
        with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
            packed = unpack_layer(path, _subfolder(folder), layer=name)
            found = _recognised(path.name, packed)
            layers += _given(_layers_of(path.name, *found, "all", folder, encoding))
    return layers


def _given(layers: list[RawLayer | None]) -> list[RawLayer]:
    return [layer for layer in layers if layer is not None]


def _recognised(name: str, packed: tuple[Path, str]) -> tuple[FileKind, Path, str]:
    """The kind of an unpacked layer, its main file, and its name in the archive."""
    source, layer = packed
    if source.suffix != ".shp":
        return MAPINFO, source, layer
    if recognise(source, name=name) is not SHAPEFILE:
        raise UnreadableFileError(other_content(name, SHAPEFILE.title))
    return SHAPEFILE, source, layer


def _layers_of(
    name: str,
    kind: FileKind,
    source: Path,
    layer: str | None,
    wishes: Sequence[LayerWish] | Literal["all"],
    folder: str,
    encoding: str | None,
) -> list[RawLayer | None]:
    request = {
        "path": str(source),
        "kind": kind.key,
        "driver": kind.driver,
        "encoding": named_encoding(encoding),
        "declared_encoding": _declared_encoding(source) if kind is SHAPEFILE else "",
        "wishes": wishes if isinstance(wishes, str) else [asdict(wish) for wish in wishes],
    }
    answer = run_isolated(name, request, folder, drivers=OSM_DRIVERS if kind is OSM else None)
    if "fault" in answer:
        raise _error_of(name, kind, answer)
    return [_load(table, folder, layer) for table in answer["tables"]]


def _declared_encoding(shapefile: Path) -> str:
    """What the .cpg beside a shapefile says, else the language byte of its .dbf where that is Chinese."""
    for suffix in (".cpg", ".CPG"):
        if shapefile.with_suffix(suffix).is_file():
            return shapefile.with_suffix(suffix).read_bytes()[:40].decode("utf-8-sig", "replace").strip()
    table = shapefile.with_suffix(".dbf")
    if not table.is_file():
        return ""
    with table.open("rb") as file:
        head = file.read(32)
    spelling = f"0x{head[29]:02x}" if len(head) > 29 else ""
    return spelling if known_encoding(spelling) else ""


def _load(answer: dict[str, Any] | None, folder: str, layer: str | None) -> RawLayer | None:
    if answer is None:
        return None
    with pa.OSFile(str(Path(folder) / answer["file"])) as file:
        # pandas' own notes in it would make a column the index, and a frame is put together by that.
        table = pa.ipc.open_file(file).read_all().replace_schema_metadata()
    return RawLayer(
        table=table,
        layer=layer or answer["layer"],
        geometry=answer["geometry"],
        crs=answer["crs"],
        encoding=Encoding(**{**answer["encoding"], "others": tuple(answer["encoding"]["others"])}),
        kind=answer["kind"],
        crs_found_by=answer["crs_found_by"],
        faults=tuple(
            LayerFault(FaultKind(one["kind"]), one["column"], tuple(one["rows"]), one["value"])
            for one in answer["faults"]
        ),
    )


def _subfolder(folder: str) -> Path:
    unpacked = Path(folder) / "unpacked"
    unpacked.mkdir()
    return unpacked


def _error_of(name: str, kind: FileKind, answer: dict[str, Any]) -> GridmapError:
    """The error of a fault that the child process found."""
    fault, detail, layers = answer["fault"], " ".join(str(answer["detail"]).split()), answer["layers"]
    if fault == "which_layer":
        return LayerChoiceError(
            msg("{file}: name one of its layers with --layer: {layers}.", file=name, layers=layers)
        )
    if fault in {"no_such_layer", "no_fitting_layer"}:
        return LayerChoiceError(
            msg("{file}: it has no such layer. Its layers are: {layers}.", file=name, layers=layers)
        )
    if fault == "too_large":
        return UnreadableFileError(too_large(name))
    if fault in _WORDS:
        told = detail.rstrip(".") if fault == "damaged" else detail
        return UnreadableFileError(_WORDS[fault].filled(file=name, name=told, most=told, n=told, detail=told))
    return UnreadableFileError(encoding_fault(name, fault, detail) or other_content(name, kind.title))
