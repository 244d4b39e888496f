"""Upload fields whose files stay on the desk: another page in between does not lose them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gridmap.errors import GridmapError, LayerChoiceError
from gridmap.messages import msg
from gridmap.web.draft_desk import KeptFile, draft_desk, kept_file
from gridmap.web.i18n import say
from gridmap.web.markup import plain


def file_field(slot: str, label: str, endings: Sequence[str]) -> KeptFile | None:
    """An upload field; the file in it, or the one that was put there before another page was opened."""
    desk = draft_desk()
    key = f"{slot}-{desk.turn}"
    given = st.file_uploader(label, type=list(endings), key=key, on_change=_changed, args=(slot, key))
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


def crs_field(file: KeptFile) -> str | None:
    """The coordinate system of a file that names none."""
    named = st.text_input(
        say(msg("Coordinate system, only where the file names none, e.g. EPSG:4490")),
        key=f"crs-{file.digest}",
        width=520,
    )
    return named.strip() or None


def layer_field(file: KeptFile) -> str | None:
    """A choice of layers where the file was found to have several that fit."""
    layers = draft_desk().layers.get(file.digest)
    if not layers:
        return None
    return st.selectbox(say(msg("Layer")), layers, index=None, key=f"layer-{file.digest}")


def offer_layers(file: KeptFile, error: LayerChoiceError) -> None:
    """Remember the layers that a refusal names, and offer them."""
    desk = draft_desk()
    if file.digest not in desk.layers:
        desk.layers[file.digest] = listed(error, "layers")
        layer_field(file)


def listed(error: GridmapError, name: str) -> list[str]:
    """Names that a refusal lists: layers or columns to choose from."""
    found = error.message.params.get(name, ())
    return [str(one) for one in found] if isinstance(found, (list, tuple)) else []
