"""Upload fields for vector files; of a drawing, the areas made of it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from gridmap.messages import msg
from gridmap.web.drawings.panel import areas_of_drawing
from gridmap.web.files.desk import KeptFile
from gridmap.web.files.fields import VECTORS, file_field

_DRAWINGS: Final = ("dxf",)
_TABLES: Final = ("csv",)
_OF_DRAWINGS: Final = msg("A drawing in DWG is read once the CAD program has saved it as DXF.")


def vector_field(slot: str, label: str, *, tables: bool = False, drawings: bool = True) -> KeptFile | None:
    """An upload field for any vector file that is read; of a drawing, the areas made of it.

    Args:
        slot: the place on the page.
        label: of the field.
        tables: whether tables of points are read here, too.
        drawings: whether areas made of a drawing are of use here; of points and roads they are not.

    Returns:
        None without a file, and while it is not said what to take of a drawing.
    """
    endings = (*VECTORS, *(_TABLES if tables else ()), *(_DRAWINGS if drawings else ()))
    file = file_field(slot, label, endings, hint=_OF_DRAWINGS if drawings else None)
    if file is None or not is_drawing(file):
        return file
    return areas_of_drawing(file, slot)


def is_drawing(file: KeptFile) -> bool:
    """Whether a file is a CAD drawing."""
    return PurePath(file.name).suffix.lower().removeprefix(".") in _DRAWINGS
