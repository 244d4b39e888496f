"""Zip archives: shapefiles unpacked under names of our own, workbooks looked into, both within limits."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

from gridmap.errors import LayerChoiceError, UnreadableFileError
from gridmap.messages import msg

_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""Members of a shapefile that are read; all others stay packed."""
_MOST_MEMBERS: Final = 1_000
_MOST_BYTES: Final = 2 * 1024**3
_MOST_WORKBOOK_BYTES: Final = 100 * 1024**2
"""A roster of 20,000 rows and 20 columns unpacks to some 30 MB."""
_MOST_RATIO: Final = 200
"""Unpacked to packed size of a member; texts of a .dbf reach about 100."""


def unpack_shapefile(archive: Path, folder: Path, *, layer: str | None) -> Path:
    """Unpack one shapefile of a zip archive into `folder`; the path of its `.shp`.

    Args:
        archive: the zip file.
        folder: an empty folder of our own.
        layer: name of the shapefile (without ending) where the archive holds several.

    Raises:
        UnreadableFileError: no zip archive, no shapefile in it, or too much in it.
        LayerChoiceError: several shapefiles and none named, or the named one is not there.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            members = packed.infolist()
            _check_sizes(archive.name, members)
            stem = _choose(archive.name, members, layer)
            for member in members:
                path = PurePosixPath(member.filename)
                suffix = path.suffix.lower()
                if str(path.with_suffix("")) == stem and suffix in _PARTS:
                    with packed.open(member) as source, (folder / f"layer{suffix}").open("wb") as target:
                        shutil.copyfileobj(source, target)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableFileError(
            msg("{file}: the archive is damaged or encrypted. Pack it again.", file=archive.name)
        ) from error
    return folder / "layer.shp"


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
        or len(members) > _MOST_MEMBERS
        or sum(member.file_size for member in members) > _MOST_WORKBOOK_BYTES
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
        len(members) > _MOST_MEMBERS
        or _is_swollen(members)
        or sum(member.file_size for member in members) > _MOST_BYTES
    ):
        raise UnreadableFileError(
            msg("{file}: the archive holds too much. Unpack it and give the .shp file.", file=file)
        )


def _is_swollen(members: list[zipfile.ZipInfo]) -> bool:
    return any(member.file_size > _MOST_RATIO * max(member.compress_size, 1024) for member in members)


def _choose(file: str, members: list[zipfile.ZipInfo], layer: str | None) -> str:
    """Path without ending of the shapefile to unpack, as the archive spells it."""
    paths = (PurePosixPath(member.filename) for member in members)
    stems = {str(path.with_suffix("")): path.stem for path in paths if path.suffix.lower() == ".shp"}
    if not stems:
        raise UnreadableFileError(msg("{file}: there is no shapefile (.shp) in the archive.", file=file))
    fitting = [stem for stem, name in stems.items() if layer in (None, name)]
    if len(fitting) != 1:
        raise LayerChoiceError(
            msg(
                "{file}: name one of its layers with --layer: {layers}.",
                file=file,
                layers=sorted(stems.values()),
            )
        )
    return fitting[0]
