"""Opening files of others: content against name first, then a child process that can do little harm.

GDAL opens far more than a file's name says: text named .geojson may be a virtual data set that reads any
file of the server, a coordinate system may be an address to fetch. So the kinds of file are few, each is
told by its first bytes, and GDAL runs in a process of its own, with no drivers but those, limits on
memory and time, and a dead proxy.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyogrio

from gridmap.errors import GridmapError, InputError, LayerChoiceError, UnreadableFileError
from gridmap.messages import Message, msg
from gridmap.model.faults import FaultKind
from gridmap.read.files.archives import packed_layers, unpack_kml, unpack_layer
from gridmap.read.files.encoding import ENCODINGS, UTF_8, Encoding, known_encoding
from gridmap.read.files.encoding_faults import encoding_fault
from gridmap.read.files.kinds import (
    DRIVERS,
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
from gridmap.read.files.limits import read_limits

__all__ = [
    "RawLayer", "Wish", "known_name", "other_content", "read_every_layer", "read_layers", "require_drivers",
    "run_isolated", "too_large",
]  # fmt: skip

_PROGRAM: Final = Path(__file__).parents[1] / "isolated" / "program.py"
_DRIVERS_JOB: Final = "drivers"
_PATHS: Final = re.compile(r"(?<![\w.:/])/(?:[\w.+-]+/)+[\w.+-]*")
"""Absolute paths, as libraries write them into what they say."""
_SHOWN: Final = 5


@dataclass(frozen=True)
class Wish:
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


def read_layers(path: Path, wishes: Sequence[Wish], *, encoding: str | None = None) -> list[RawLayer | None]:
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
            wishes = [Wish(wish.geometry, None, ("layer",)) for wish in wishes]
            return _layers_of(path.name, *_recognised(path.name, packed), wishes, folder, encoding)
        source = unpack_kml(path, _subfolder(folder)) if kind is KMZ else path.resolve()
        kind = KML if kind is KMZ else kind
        return _layers_of(path.name, kind, source, None, wishes, folder, encoding)


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
            return _given(_layers_of(path.name, kind, source, None, "all", folder, encoding))
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
    wishes: Sequence[Wish] | Literal["all"],
    folder: str,
    encoding: str | None,
) -> list[RawLayer | None]:
    request = {
        "path": str(source),
        "kind": kind.key,
        "driver": kind.driver,
        "encoding": known_name(encoding),
        "declared_encoding": _declared_encoding(source) if kind is SHAPEFILE else "",
        "wishes": wishes if isinstance(wishes, str) else [asdict(wish) for wish in wishes],
    }
    answer = run_isolated(name, request, folder, drivers=OSM_DRIVERS if kind is OSM else None)
    if "fault" in answer:
        raise _error_of(name, kind, answer)
    return [_load(table, folder, layer) for table in answer["tables"]]


def known_name(encoding: str | None) -> str | None:
    """The encoding that the reader names.

    Raises:
        InputError: it is none that is read.
    """
    if encoding is None:
        return None
    known = known_encoding(encoding)
    if known is None:
        raise InputError(
            msg(
                "{encoding} is no encoding that is read. Name one of: {known}.",
                encoding=encoding,
                known=list(ENCODINGS),
            )
        )
    return known


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


def run_isolated(
    name: str, request: dict[str, Any], folder: str, *, drivers: frozenset[str] | None = None
) -> dict[str, Any]:
    """Let the child process read a file into `folder`; what it answers may be a fault.

    Args:
        name: what messages call the file.
        request: see `isolated.py`.
        folder: all that the process may write to.
        drivers: that GDAL has there; None for the usual ones.

    Raises:
        UnreadableFileError: it gave no answer within the limits.
    """
    command = [sys.executable, "-I", str(_PROGRAM)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, by absolute path, arguments fixed
            command,
            input=json.dumps({**request, "out": folder, "limits": _os_limits()}).encode(),
            capture_output=True,
            timeout=read_limits().seconds,
            env=_environment(folder, DRIVERS if drivers is None else drivers),
            cwd=folder,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(too_large(name)) from error
    except (subprocess.CalledProcessError, ValueError) as error:
        raise UnreadableFileError(
            msg("{file}: reading it failed: it is damaged or too large. Export it again.", file=name)
        ) from error
    if "fault" in answer:
        answer["detail"] = _without_places(str(answer["detail"]), request, name, folder)
    return answer


def _without_places(detail: str, request: dict[str, Any], name: str, folder: str) -> str:
    """What a library says of a file, without where this server keeps it."""
    own = str(request.get("path", ""))
    for place, put in ((own, name), (folder, ""), (str(Path(own).parent), "")):
        detail = detail.replace(place, put) if len(place) > 1 else detail
    return _PATHS.sub("…", " ".join(detail.split()))


def _os_limits() -> dict[str, int]:
    most = read_limits()
    return {
        "RLIMIT_CPU": ceil(most.seconds),
        "RLIMIT_AS": int(most.gigabytes * 1024**3),
        "RLIMIT_FSIZE": int(most.gigabytes * 1024**3),
        "RLIMIT_NOFILE": 128,
        "RLIMIT_CORE": 0,
    }


def require_drivers() -> None:
    """Make sure, before anything is read, that GDAL has the drivers wanted in the child, and no others.

    Raises:
        GridmapError: it has others, or some are missing; a server must not start then.
    """
    for wanted in (DRIVERS, OSM_DRIVERS):
        with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
            found = set(run_isolated("GDAL", {"kind": _DRIVERS_JOB}, folder, drivers=wanted)["drivers"])
        if found != wanted:
            raise GridmapError(
                msg(
                    "GDAL has other drivers than files are to be read by (too many: {more}; missing: "
                    "{missing}). Install the versions that gridmap names.",
                    more=sorted(found - wanted)[:_SHOWN] or ["-"],
                    missing=sorted(wanted - found) or ["-"],
                )
            )


def _environment(folder: str, drivers: frozenset[str]) -> dict[str, str]:
    """All that the child process knows of its surroundings. `GDAL_SKIP` works only before GDAL is loaded."""
    return {
        "GDAL_SKIP": ",".join(sorted(set(pyogrio.list_drivers()) - drivers)),
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_HTTP_PROXY": "127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        "PROJ_NETWORK": "OFF",
        "CPL_TMPDIR": folder,
        "TMPDIR": folder,
        "HOME": folder,
        "LANG": "C.UTF-8",
        "PATH": os.defpath,
        # Without it Python does not start on Windows.
        **{name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
    }


def _load(answer: dict[str, Any] | None, folder: str, layer: str | None) -> RawLayer | None:
    if answer is None:
        return None
    with pa.OSFile(str(Path(folder) / answer["file"])) as file:
        # pandas' own notes in it would make a column the index, and a frame is put together by that.
        table = pa.ipc.open_file(file).read_all().replace_schema_metadata()
    return RawLayer(
        table,
        layer or answer["layer"],
        answer["geometry"],
        answer["crs"],
        Encoding(**{**answer["encoding"], "others": tuple(answer["encoding"]["others"])}),
        answer["kind"],
        answer["crs_found_by"],
        tuple(
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
    return UnreadableFileError(_fault_words(name, kind, fault, detail))


def _fault_words(name: str, kind: FileKind, fault: str, detail: str) -> Message:
    if fault == "too_large":
        return too_large(name)
    if fault == "remote_crs":
        return msg(
            "{file}: its coordinate system is not a plain name, and addresses are not followed. "
            "Remove the member crs and name the system with --crs.",
            file=name,
        )
    if fault == "view":
        return msg(
            "{file}: it holds a view or virtual table ({name}), and those are not read. "
            "Export the layer to a new GeoPackage.",
            file=name,
            name=detail,
        )
    if fault == "nested":
        return msg(
            "{file}: its geometry is nested, which is not read. Export points, lines or areas.", file=name
        )
    if fault == "layers":
        return msg("{file}: it has more than {most} layers. Export those to be used.", file=name, most=detail)
    if fault == "elsewhere":
        return msg(
            "{file}: it points to data in other places, and those are not followed. Export the table itself.",
            file=name,
        )
    if fault == "entities":
        return msg("{file}: it holds a DOCTYPE, and those are not read. Export it again.", file=name)
    if fault == "cut_off":
        return msg("{file}: its end is missing after {n} characters. Export it again.", file=name, n=detail)
    if fault == "damaged":
        return msg("{file}: it is damaged: {detail}. Export it again.", file=name, detail=detail.rstrip("."))
    return encoding_fault(name, fault, detail) or other_content(name, kind.title)


def too_large(name: str) -> Message:
    """What is said of a file that the child process could not read within its limits."""
    return msg(
        "{file}: it takes more than {seconds} s or {gigabytes} GB to read. Divide it.",
        file=name,
        seconds=read_limits().seconds,
        gigabytes=read_limits().gigabytes,
    )
