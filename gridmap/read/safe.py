"""Opening files of others: content against name first, then a child process that can do little harm.

GDAL opens far more than a file's name says: text named .geojson may be a virtual data set that reads any
file of the server, a coordinate system may be an address to fetch. So the kinds of file are few, each is
told by its first bytes, and GDAL runs in a process of its own, with no drivers but those, limits on
memory and time, and a dead proxy.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyogrio

from gridmap.errors import GridmapError, LayerChoiceError, UnreadableFileError
from gridmap.messages import Message, msg
from gridmap.read.archives import unpack_shapefile

_PROGRAM: Final = Path(__file__).with_name("isolated.py")
_SECONDS: Final = 180
_GIGABYTES: Final = 6
_LIMITS: Final = {
    "RLIMIT_CPU": _SECONDS,
    "RLIMIT_AS": _GIGABYTES * 1024**3,
    "RLIMIT_FSIZE": _GIGABYTES * 1024**3,
    "RLIMIT_NOFILE": 128,
    "RLIMIT_CORE": 0,
}


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is read: what it is called, and the GDAL driver that must recognise it."""

    key: str
    title: str
    driver: str


_GPKG: Final = FileKind("gpkg", "GeoPackage", "GPKG")
_GEOJSON: Final = FileKind("geojson", "GeoJSON", "GeoJSON")
_SHAPEFILE: Final = FileKind("shapefile", "shapefile", "ESRI Shapefile")
_ZIP: Final = FileKind("zip", "zip archive", "ESRI Shapefile")
_PARQUET: Final = FileKind("parquet", "Parquet", "")
_KINDS: Final = {
    ".gpkg": _GPKG,
    ".geojson": _GEOJSON,
    ".json": _GEOJSON,
    ".shp": _SHAPEFILE,
    ".zip": _ZIP,
    ".parquet": _PARQUET,
}
_HEAD_BYTES: Final = 512


@dataclass(frozen=True)
class Wish:
    """A layer wanted from a file: a named one, else a preferred one, else the only one that fits."""

    geometry: Literal["polygon", "point", "line", "none"]
    layer: str | None = None
    preferred: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class RawLayer:
    """A layer as it is in the file: an Arrow table, the name of its WKB column, and its CRS as text."""

    table: pa.Table
    layer: str
    geometry: str | None
    crs: str | None
    encoding: str


def read_layers(path: Path, wishes: Sequence[Wish]) -> list[RawLayer | None]:
    """Read layers of a foreign file; None for an optional one that is not there.

    Raises:
        UnreadableFileError: no such file, a kind that is not read, content that is not what the name
            says, damage, or more than the limits allow.
        LayerChoiceError: no layer fits, or several do.
    """
    kind = recognise(path)
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        source, layer_name = path.resolve(), None
        if kind is _ZIP:
            source = unpack_shapefile(path, _subfolder(folder), layer=wishes[0].layer)
            layer_name = wishes[0].layer
            wishes = [Wish(wish.geometry, None, ("layer",)) for wish in wishes]
            if recognise(source, name=path.name) is not _SHAPEFILE:
                raise UnreadableFileError(other_content(path.name, _SHAPEFILE.title))
        answer = _ask(path.name, kind, source, wishes, folder)
        if "fault" in answer:
            raise _error_of(path.name, kind, answer)
        return [_load(table, folder, layer_name) for table in answer["tables"]]


def recognise(path: Path, *, name: str | None = None) -> FileKind:
    """The kind of a file, told by its ending and confirmed by its first bytes.

    Raises:
        UnreadableFileError: no such file, an ending that is not read, or other content than the ending says.
    """
    name = name or path.name
    kind = _KINDS.get(path.suffix.lower())
    if not path.is_file():
        raise UnreadableFileError(msg("{file}: there is no such file.", file=name))
    if kind is None:
        raise UnreadableFileError(
            msg(
                "{file}: files with this ending are not read. Give a GeoPackage (.gpkg), GeoJSON (.geojson, "
                ".json) or shapefile (.shp, or all its parts in a .zip).",
                file=name,
            )
        )
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise UnreadableFileError(
            msg("{file}: it cannot be opened ({detail}).", file=name, detail=error.strerror)
        ) from error
    if not _has_magic(kind, head):
        raise UnreadableFileError(other_content(name, kind.title))
    return kind


def _has_magic(kind: FileKind, head: bytes) -> bool:
    """Whether first bytes are those of the kind."""
    if kind is _GPKG:
        # SQLite's header; application id at byte 68 "GPKG" (1.2 and later), or "GP10", "GP11" before.
        return head.startswith(b"SQLite format 3\x00") and head[68:72] in (b"GPKG", b"GP10", b"GP11")
    if kind is _GEOJSON:
        return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    if kind is _SHAPEFILE:
        return head[:4] == (9994).to_bytes(4, "big") and head[28:32] == (1000).to_bytes(4, "little")
    return head.startswith(b"PAR1" if kind is _PARQUET else b"PK\x03\x04")


def _ask(name: str, kind: FileKind, source: Path, wishes: Sequence[Wish], folder: str) -> dict[str, Any]:
    request = {
        "path": str(source),
        "kind": "shapefile" if kind is _ZIP else kind.key,
        "driver": kind.driver,
        "wishes": [asdict(wish) for wish in wishes],
    }
    return run_isolated(name, request, folder)


def run_isolated(name: str, request: dict[str, Any], folder: str) -> dict[str, Any]:
    """Let the child process read a file into `folder`; what it answers may be a fault.

    Raises:
        UnreadableFileError: it gave no answer within the limits; `name` is what the message calls the file.
    """
    command = [sys.executable, "-I", str(_PROGRAM)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, by absolute path, arguments fixed
            command,
            input=json.dumps({**request, "out": folder, "limits": _LIMITS}).encode(),
            capture_output=True,
            timeout=_SECONDS,
            env=_environment(folder),
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
    return answer


def _environment(folder: str) -> dict[str, str]:
    """All that the child process knows of its surroundings. `GDAL_SKIP` works only before GDAL is loaded."""
    allowed = {kind.driver for kind in _KINDS.values()}
    return {
        "GDAL_SKIP": ",".join(sorted(set(pyogrio.list_drivers()) - allowed)),
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
        table = pa.ipc.open_file(file).read_all()
    return RawLayer(table, layer or answer["layer"], answer["geometry"], answer["crs"], answer["encoding"])


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
    if fault == "encoding":
        return msg("{file}: its texts are neither UTF-8 nor GB18030. Export it as GeoPackage.", file=name)
    if fault == "nested":
        return msg(
            "{file}: geometry in Parquet must be points or polygons. Export it as GeoPackage.", file=name
        )
    if fault == "damaged":
        return msg("{file}: it is damaged: {detail}. Export it again.", file=name, detail=detail.rstrip("."))
    return other_content(name, kind.title)


def other_content(name: str, title: str) -> Message:
    """What is said of a file whose content is not what its name says."""
    return msg(
        "{file}: its content is not a {kind}, as its name says. Export it again, or correct the name.",
        file=name,
        kind=title,
    )


def too_large(name: str) -> Message:
    """What is said of a file that the child process could not read within its limits."""
    return msg(
        "{file}: it takes more than {seconds} s or {gigabytes} GB to read. Divide it.",
        file=name,
        seconds=_SECONDS,
        gigabytes=_GIGABYTES,
    )
