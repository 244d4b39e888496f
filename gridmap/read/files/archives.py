"""Zip archives: layers unpacked under names of our own, workbooks looked into, both within limits."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from gridmap.errors import LayerChoiceError, UnreadableFileError
from gridmap.messages import msg
from gridmap.read.files.encoding import decode_anyhow, find_encoding
from gridmap.read.files.limits import read_limits

_TABLES: Final = frozenset({".xlsx", ".xls", ".ods", ".csv"})
_PARTS: Final = {
    ".shp": (".shp", ".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".tab", ".dat", ".map", ".id"),
    ".mif": (".mif", ".mid"),
}
"""Main members of layers, and their parts that are read; all others stay packed."""
_OF_DESKTOPS: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
"""Files that desktops put beside others; those of macOS are in a folder `__MACOSX` or begin with `._` too."""
_MEGABYTE: Final = 1024**2
_UTF8_FLAG: Final = 0x800


def packed_layers(archive: Path) -> list[str]:
    """Names of the shapefiles and MapInfo tables in an archive.

    Raises:
        UnreadableFileError: no zip archive, none in it, or too much in it.
    """
    with _opened(archive) as packed:
        return sorted(_layers(archive.name, _members(packed)).values())


def unpack_layer(archive: Path, folder: Path, *, layer: str | None) -> tuple[Path, str]:
    """Unpack one shapefile or MapInfo table of an archive into `folder`; its main file, and its name.

    Args:
        archive: the zip file.
        folder: an empty folder of our own; the parts are called `layer.…` there.
        layer: name of the layer (without ending) where the archive holds several.

    Raises:
        UnreadableFileError: no zip archive, no layer in it, or too much in it.
        LayerChoiceError: several layers and none named, or the named one is not there.
    """
    with _opened(archive) as packed:
        members = _members(packed)
        main, name = _choose(archive.name, members, layer)
        for member in members:
            path = PurePosixPath(member.filename)
            suffix = path.suffix.lower()
            if path.with_suffix("") == main.with_suffix("") and suffix in _PARTS[main.suffix.lower()]:
                _unpack(packed, member, folder / f"layer{suffix}")
    return folder / f"layer{main.suffix.lower()}", name


def unpack_kml(archive: Path, folder: Path) -> Path:
    """Unpack the document of a KMZ file into `folder`: `doc.kml`, else the first in the outermost folder.

    Raises:
        UnreadableFileError: no zip archive, no KML in it, or too much in it.
    """
    with _opened(archive) as packed:
        documents = [one for one in _members(packed) if one.filename.lower().endswith(".kml")]
        if not documents:
            raise UnreadableFileError(msg("{file}: there is no KML in the archive.", file=archive.name))
        chosen = min(documents, key=_depth_of_document)
        _unpack(packed, chosen, folder / "layer.kml")
    return folder / "layer.kml"


def _depth_of_document(member: zipfile.ZipInfo) -> tuple[bool, int]:
    path = PurePosixPath(member.filename)
    return path.name.lower() != "doc.kml", len(path.parts)


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    """An archive whose sizes are within limits.

    Raises:
        UnreadableFileError: it is none, is damaged, or holds too much.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            _check_sizes(archive.name, packed.infolist())
            yield packed
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableFileError(
            msg("{file}: the archive is damaged or encrypted. Pack it again.", file=archive.name)
        ) from error


def _members(packed: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members but for those that a desktop adds by itself, which have the names of others in them."""
    return [
        member
        for member in packed.infolist()
        if not (path := PurePosixPath(member.filename)).name.startswith("._")
        and path.name.lower() not in _OF_DESKTOPS
        and "__MACOSX" not in path.parts
    ]


def _unpack(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    with packed.open(member) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)


def check_workbook(path: Path, part: str) -> bool:
    """Whether a zip archive is a workbook: it has the member `part`, and unpacks within limits.

    Raises:
        UnreadableFileError: it is damaged, encrypted, or unpacks to more than a roster takes.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise UnreadableFileError(
            msg("{file}: the workbook is damaged. Save it again.", file=path.name)
        ) from error
    if (
        _is_swollen(members)
        or len(members) > read_limits().archive_members
        or sum(member.file_size for member in members) > read_limits().workbook_megabytes * _MEGABYTE
    ):
        raise UnreadableFileError(
            msg(
                "{file}: the workbook unpacks to far more than a table needs, and is not opened. "
                "Copy the rows to a new workbook.",
                file=path.name,
            )
        )
    return any(member.filename == part for member in members)


def _check_sizes(file: str, members: list[zipfile.ZipInfo]) -> None:
    """Sizes as the archive's directory tells them; `zipfile` never unpacks more than that."""
    if (
        len(members) > read_limits().archive_members
        or _is_swollen(members)
        or sum(member.file_size for member in members) > read_limits().archive_megabytes * _MEGABYTE
    ):
        raise UnreadableFileError(
            msg("{file}: the archive holds too much. Unpack it and give the .shp file.", file=file)
        )


def _is_swollen(members: list[zipfile.ZipInfo]) -> bool:
    most = read_limits().archive_ratio
    return any(member.file_size > most * max(member.compress_size, 1024) for member in members)


def _layers(file: str, members: list[zipfile.ZipInfo]) -> dict[PurePosixPath, str]:
    """Paths of the main members of layers, and what the layers are called."""
    found = {
        PurePosixPath(member.filename): PurePosixPath(_name(member)).stem
        for member in members
        if PurePosixPath(member.filename).suffix.lower() in _PARTS
    }
    tables = sorted(_name(one) for one in members if PurePosixPath(one.filename).suffix.lower() in _TABLES)
    if not found and tables:
        raise UnreadableFileError(
            msg(
                "{file}: tables are not read out of an archive. Unpack it and give {table} itself.",
                file=file,
                table=tables[0],
            )
        )
    if not found:
        raise UnreadableFileError(
            msg("{file}: there is no shapefile (.shp) and no MapInfo table in the archive.", file=file)
        )
    return found


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; archives of Windows write Chinese names in GB18030 and do not say so."""
    if member.flag_bits & _UTF8_FLAG or member.filename.isascii():
        return member.filename
    raw = member.orig_filename.encode("cp437", "replace")
    return decode_anyhow(raw, find_encoding([raw]).name)[0]


def _choose(file: str, members: list[zipfile.ZipInfo], layer: str | None) -> tuple[PurePosixPath, str]:
    """The main member of the layer to unpack, and the layer's name."""
    found = _layers(file, members)
    fitting = [(path, name) for path, name in found.items() if layer in (None, name)]
    if len(fitting) != 1:
        raise LayerChoiceError(
            msg(
                "{file}: name one of its layers with --layer: {layers}.",
                file=file,
                layers=sorted(found.values()),
            )
        )
    return fitting[0]
