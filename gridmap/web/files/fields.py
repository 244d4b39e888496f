"""Upload fields whose files stay on the desk: another page in between does not lose them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import Message, msg
from gridmap.read.files.kinds import KINDS
from gridmap.web.files.desk import KeptFile, files_desk, kept_file
from gridmap.web.i18n import say
from gridmap.web.markup import plain

VECTORS: Final = tuple(ending.removeprefix(".") for ending in KINDS)
"""Endings of the vector files that are read."""


def file_field(
    slot: str, label: str, endings: Sequence[str], *, hint: Message | None = None
) -> KeptFile | None:
    """An upload field; the file in it, or the one that was put there before another page was opened."""
    desk = files_desk()
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
    files_desk().files.pop(slot, None)


def listed(error: GridmapError, name: str) -> list[str]:
    """Names that a refusal lists: layers or columns to choose from."""
    found = error.message.params.get(name, ())
    return [str(one) for one in found] if isinstance(found, (list, tuple)) else []
