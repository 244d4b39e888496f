"""Where boundaries come from: a file with its columns matched, the units that are here, or a sample."""

from __future__ import annotations

from datetime import date
from typing import Final

import streamlit as st

from gridmap.demo.workspace import fill_demo
from gridmap.errors import GridmapError, InputError, LayerChoiceError
from gridmap.messages import msg
from gridmap.model.access import User
from gridmap.names import CODE, LEVEL, NAME, PARENT_CODE
from gridmap.read.columns import ColumnChoice
from gridmap.service.boundaries import Boundaries, Preview, preview
from gridmap.service.samples import has_boston, start_from_boston
from gridmap.web.boundaries_files import crs_field, file_field, layer_field, listed, offer_layers
from gridmap.web.draft_desk import KeptFile, draft_desk
from gridmap.web.i18n import say
from gridmap.web.markup import plain
from gridmap.web.session import now, services
from gridmap.web.uploads import laid_down

FILE: Final = "file"
HERE: Final = "here"
_ENDINGS: Final = ("gpkg", "geojson", "json", "zip")
_DEMO_SEED: Final = 7
_DEMO_DAY: Final = date(2020, 2, 10)
_COLUMNS: Final = {
    CODE: msg("Code of the unit"),
    NAME: msg("Name of the unit"),
    PARENT_CODE: msg("Code of the parent"),
    LEVEL: msg("Level of the unit"),
}


def choose_origin(units: int) -> str:
    """A file, or the units of this workspace where there are some."""
    if not units:
        return FILE
    labels = {
        HERE: say(msg("The {n} units in this workspace", n=units)),
        FILE: say(msg("A file of boundaries")),
    }
    chosen = st.radio(
        say(msg("What is to be cut")),
        [HERE, FILE],
        format_func=lambda one: labels[one],
        key="boundaries_origin",
        horizontal=True,
        label_visibility="collapsed",
    )
    return str(chosen)


def show_samples(user: User) -> None:
    """Two ways to begin without a file of one's own."""
    with st.container(horizontal=True, vertical_alignment="center", key="samples"):
        st.caption(say(msg("No file at hand?")), width="content")
        if has_boston():
            st.button(say(msg("Start from Boston")), on_click=_start_boston, args=(user,))
        st.button(say(msg("Start from the demonstration county")), on_click=_start_demo, args=(user,))


def _start_boston(user: User) -> None:
    desk = draft_desk()
    try:
        start_from_boston(services().cache.workspace, user=user, at=now())
    except GridmapError as error:
        desk.trouble = error.message
        return
    desk.clear(
        msg("506 tracts and 92 towns of Boston are in. Cut them by their population below."), saved=False
    )


def _start_demo(user: User) -> None:
    desk = draft_desk()
    try:
        with st.spinner(say(msg("Drawing the demonstration county, a few seconds …"))):
            fill_demo(services().cache.workspace, _DEMO_SEED, _DEMO_DAY, user=user, at=now())
    except GridmapError as error:
        desk.trouble = error.message
        return
    desk.clear(msg("The demonstration county is in, with cells, people and checkpoints."), saved=True)


def boundaries_file() -> KeptFile | None:
    """The upload field of boundaries."""
    return file_field(
        "boundaries",
        say(msg("Boundaries of townships, communities or villages: GeoPackage, GeoJSON or zipped shapefile")),
        _ENDINGS,
    )


def read_file(file: KeptFile) -> Preview | None:
    """What is in the file, by the layer, columns and coordinate system chosen so far; None where refused.

    A refusal is told in the words of the command line, and the fields that can mend it stay on the page.
    """
    desk = draft_desk()
    crs, layer = crs_field(file), layer_field(file)
    choice = _chosen_columns(file)
    try:
        found = desk.once(("read", file.digest, layer, choice, crs), lambda: _read(file, layer, choice, crs))
    except LayerChoiceError as error:
        _refused(error)
        offer_layers(file, error)
        return None
    except InputError as error:
        _refused(error)
        match_columns(file, listed(error, "columns"), {})
        return None
    # One object for one reading, however the columns came to be chosen: a draft goes by it.
    reading = (file.digest, found.layer, found.crs, tuple(found.matched.items()))
    return desk.once(("found", *reading), lambda: found)


def match_columns(file: KeptFile, columns: list[str], matched: dict[str, str | None]) -> None:
    """One field a column of ours, over the columns of the file."""
    if not columns:
        return
    fields = [*st.columns(2), *st.columns(2)]
    for place, (column, label) in zip(fields, _COLUMNS.items(), strict=True):
        options = ["", *columns]
        taken = matched.get(column) or ""
        place.selectbox(
            say(label),
            options,
            index=options.index(taken) if taken in options else 0,
            format_func=lambda one: one or say(msg("(none)")),
            key=_column_key(file, column),
        )


def _chosen_columns(file: KeptFile) -> ColumnChoice:
    chosen = {column: st.session_state.get(_column_key(file, column)) for column in _COLUMNS}
    return ColumnChoice(
        code=chosen[CODE] or None, name=chosen[NAME], parent=chosen[PARENT_CODE], level=chosen[LEVEL]
    )


def _column_key(file: KeptFile, column: str) -> str:
    return f"column-{column}-{file.digest}"


def _read(file: KeptFile, layer: str | None, choice: ColumnChoice, crs: str | None) -> Preview:
    with laid_down(file) as path:
        return preview(Boundaries(path, layer, choice, crs))


def _refused(error: GridmapError) -> None:
    st.error(plain(say(error.message)))
