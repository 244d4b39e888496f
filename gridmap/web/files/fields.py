"""Upload fields whose files stay on the desk: another page in between does not lose them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import Message, msg
from gridmap.read.files.kinds import KINDS
from gridmap.web.cells.draft_desk import KeptFile, draft_desk, kept_file
from gridmap.web.drawings.panel import areas_of_drawing
from gridmap.web.i18n import say
from gridmap.web.markup import plain

VECTORS: Final = tuple(ending.removeprefix(".") for ending in KINDS)
"""Endings of the vector files that are read."""
DRAWINGS: Final = ("dxf",)
TABLES: Final = ("csv",)
_OF_DRAWINGS: Final = msg("A drawing in DWG is read once the CAD program has saved it as DXF.")


def file_field(
    slot: str, label: str, endings: Sequence[str], *, hint: Message | None = None
) -> KeptFile | None:
    """An upload field; the file in it, or the one that was put there before another page was opened."""
    desk = draft_desk()
    key = f"{slot}-{desk.turn}"
    given = st.file_uploader(
        label,
        type=list(endings),
        key=key,
        help=None if hint is None else say(hint),
        on_change=_changed,
        args=(slot, key),
    )
    present = desk.files.get(slot)
    if given is not None and (present is None or present.upload_id != given.file_id):
        present = desk.files[slot] = kept_file(given.name, given.getvalue(), given.file_id)
    if given is None and present is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(say(msg("{file} is still here.", file=present.name))), width="content")
            st.button(say(msg("Take it away")), key=f"{key}-remove", on_click=_remove, args=(slot,))
    return present


def _changed(slot: str, key: str) -> None:
    """The field was emptied by hand: then the desk is, too."""
    if st.session_state.get(key) is None:
        _remove(slot)


def _remove(slot: str) -> None:
    draft_desk().files.pop(slot, None)


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
    endings = (*VECTORS, *(TABLES if tables else ()), *(DRAWINGS if drawings else ()))
    file = file_field(slot, label, endings, hint=_OF_DRAWINGS if drawings else None)
    if file is None or not is_drawing(file):
        return file
    return areas_of_drawing(file, slot)


def is_drawing(file: KeptFile) -> bool:
    """Whether a file is a CAD drawing."""
    return PurePath(file.name).suffix.lower().removeprefix(".") in DRAWINGS


def listed(error: GridmapError, name: str) -> list[str]:
    """Names that a refusal lists: layers or columns to choose from."""
    found = error.message.params.get(name, ())
    return [str(one) for one in found] if isinstance(found, (list, tuple)) else []
