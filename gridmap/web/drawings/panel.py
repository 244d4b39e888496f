"""A CAD drawing in an upload field: what is in it, what to take, where it lies, and the areas of that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import pandas as pd
import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import Message, msg, msg_n
from gridmap.read.vectors.drawings import DrawingInventory, DrawingLayer
from gridmap.service.boundaries.drawings import DrawingRequest, DrawnAreas, inventory_of, traced_areas
from gridmap.web.drawings.areas import kept_codeless, show_areas
from gridmap.web.drawings.choice import DrawingChoice, Fields
from gridmap.web.drawings.place import ask_place
from gridmap.web.files.desk import KeptFile, files_desk
from gridmap.web.files.uploads import laid_down
from gridmap.web.files.words import ENCODING_FOUND
from gridmap.web.i18n import say
from gridmap.web.markup import facts_table, plain
from gridmap.web.notices import show_refusal


def areas_of_drawing(file: KeptFile, slot: str) -> KeptFile | None:
    """The areas of a drawing as a GeoPackage, once it is said what to take and where it lies.

    Its layer `drawn` has `code`, `name`, `labels` and `area_m2`, EPSG:4326. None while something is missing
    or the drawing is refused; the page says which.

    Args:
        file: a DXF file.
        slot: the place on the page, which tells several drawings apart.
    """
    try:
        with st.spinner(say(msg("Reading the drawing …"))):
            drawing = files_desk().once(("drawing", file.digest), lambda: _inspected(file))
    except GridmapError as error:
        show_refusal(error.message)
        return None
    with st.container(border=True):
        title = say(msg("Areas of the drawing {file}", file=file.name))
        st.markdown(f"**{plain(title)}**")
        _show_inventory(drawing)
        fields = Fields(f"drawing-{slot}-{file.digest}")
        choice = _ask_choice(drawing, fields)
        if choice is None:
            return None
        try:
            with st.spinner(say(msg("Making areas of the lines …"))):
                found = files_desk().once(("drawn", file.digest, choice), lambda: _traced(file, choice))
        except GridmapError as error:
            show_refusal(error.message)
            return None
        show_areas(found, slot, fields)
    digest = choice.digest(file.digest)
    name = f"{PurePath(file.name).stem}.gpkg"
    return KeptFile(name, found.content, f"{file.upload_id}-{digest}", digest)


def _inspected(file: KeptFile) -> DrawingInventory:
    with laid_down(file) as path:
        return inventory_of(path)


def _traced(file: KeptFile, choice: DrawingChoice) -> DrawnAreas:
    with laid_down(file) as path:
        return traced_areas(
            DrawingRequest(
                source=path,
                out=path.with_suffix(".gpkg"),
                outlines=choice.outlines,
                labels=choice.labels,
                crs=choice.place.crs,
                points=choice.place.points,
                unit_m=choice.place.unit_m,
                close_m=choice.close_m,
                codeless=choice.codeless,
            )
        )


def _show_inventory(drawing: DrawingInventory) -> None:
    """Layers with their counts, encoding, unit and extent."""
    how = ENCODING_FOUND.get(drawing.encoding_found_by, msg("as named"))
    rows = [
        (say(msg("Encoding")), f"{drawing.encoding} ({say(how)})"),
        (say(msg("Unit of the drawing")), drawing.unit or say(msg("the file does not say"))),
        (say(msg("Extent")), _extent(drawing.layers)),
    ]
    with st.container(width=640):
        st.html(facts_table(rows))
    st.dataframe(
        pd.DataFrame(
            {
                say(msg("Layer")): [one.name for one in drawing.layers],
                say(msg("Closed outlines")): [one.closed for one in drawing.layers],
                say(msg("Open lines")): [one.open for one in drawing.layers],
                say(msg("Texts")): [one.texts for one in drawing.layers],
                say(msg("Not read")): [one.other for one in drawing.layers],
            }
        ),
        hide_index=True,
        height="auto" if len(drawing.layers) < 8 else 280,
        width=640,
    )


def _extent(layers: Sequence[DrawingLayer]) -> str:
    bounds = pd.DataFrame([one.bounds for one in layers if one.bounds], columns=list("wsen"))
    if bounds.empty:
        return "–"
    west, south, east, north = bounds.w.min(), bounds.s.min(), bounds.e.max(), bounds.n.max()
    told = msg(
        "x {west} to {east}, y {south} to {north}",
        west=f"{west:,.2f}",
        east=f"{east:,.2f}",
        south=f"{south:,.2f}",
        north=f"{north:,.2f}",
    )
    return say(told)


def _ask_choice(drawing: DrawingInventory, fields: Fields) -> DrawingChoice | None:
    """What to take and where it lies; None while something is missing."""
    outlined = [one for one in drawing.layers if one.closed + one.open]
    if not outlined:
        st.error(say(msg("There is no line in this drawing that can be read.")))
        return None
    lettered = [one for one in drawing.layers if one.texts]
    left, right = st.columns(2)
    with left:
        outlines = _ask_layers(
            "outlines",
            msg("Layers whose lines enclose the areas"),
            {one.name: _lines_told(one) for one in outlined},
            fields,
        )
    with right:
        labels = _ask_layers(
            "labels",
            msg("Layers whose texts name the areas"),
            {one.name: msg_n("{n} text", "{n} texts", n=one.texts) for one in lettered},
            fields,
        )
    st.caption(say(msg("Only what is on these layers leaves the drawing.")))
    if not outlines:
        st.info(say(msg("Choose the layers whose lines enclose the areas.")))
        return None
    close = st.number_input(
        say(msg("Join ends of lines that are no farther apart than, m")),
        min_value=0.0,
        max_value=100.0,
        step=0.1,
        key=fields.key("close", default=DrawingRequest.close_m),
        width=360,
    )
    fields.keep("close", close)
    place = ask_place(drawing, outlines, fields)
    if place is None:
        return None
    return DrawingChoice(outlines, labels, float(close), place, kept_codeless(fields))


def _ask_layers(name: str, label: Message, told: dict[str, Message], fields: Fields) -> tuple[str, ...]:
    """A choice of layers, made beforehand only where there is but one."""
    options = list(told)
    chosen = st.multiselect(
        say(label),
        options,
        format_func=lambda one: f"{one} ({say(told[one])})",
        key=fields.key(name, options, default=options if len(options) == 1 else []),
        placeholder=say(msg("Choose layers")),
    )
    fields.keep(name, chosen)
    return tuple(chosen)


def _lines_told(layer: DrawingLayer) -> Message:
    return msg("{closed} closed, {open} open", closed=layer.closed, open=layer.open)
