"""The map on which cells are corrected, and what is clicked and drawn on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from gridmap.draw.looks import LOAD_LOOKS
from gridmap.draw.screen.edit_map import (
    LOAD_LABELS,
    CellToEdit,
    EditCommand,
    edit_document,
    edit_group,
    edit_map,
)
from gridmap.draw.screen.escape import safe
from gridmap.messages import msg
from gridmap.model.status import LoadState
from gridmap.service.cells.sketch import Sketch, redraw_as, split_in_unit, transfer_of, with_step
from gridmap.service.cells.sketch_view import CellRow, State, cells_around, homes
from gridmap.web.cells.sketch_desk import CellsDesk, cells_desk
from gridmap.web.i18n import language, say
from gridmap.web.map_frame import show_framed
from gridmap.web.server.routes import preview_url
from gridmap.web.session import require_user, services

_KEY: Final = "cells_map"
_HEIGHT: Final = 600
_INK: Final = "border-color:#5C7482;color:#1B2A33"


def show_edit_map(sketch: Sketch, unit: str, rows: tuple[CellRow, ...]) -> None:
    """The unit's cells as they are in the sketch."""
    desk = cells_desk()
    key = ("cells map", id(sketch), unit, language())
    document = desk.results.once(key, lambda: (sketch, _document(sketch, unit, rows)))[1]
    command = EditCommand(
        url=preview_url(services().cache.plan().workspace, document, require_user()),
        place=unit,
        tool=desk.tool.value,
        selected=desk.selected,
        heard=desk.heard,
        turn=desk.turn,
    )
    show_framed(edit_map(), _KEY, height=_HEIGHT, group=edit_group(command, language()), on_change=_heard)


def _document(sketch: Sketch, unit: str, rows: tuple[CellRow, ...]) -> bytes:
    cells = [
        CellToEdit(
            code=row.code,
            name=row.name,
            label=f"{row.seq:03d}\n{_households(row)}",
            text=say(msg("Households: {n}", n=_households(row))),
            load=row.load,
            fresh=row.state is not State.SAME,
            shape=row.shape,
        )
        for row in rows
        if row.shape is not None
    ]
    return edit_document(cells, cells_around(sketch, unit), homes(sketch.start, unit))


def _households(row: CellRow) -> str:
    told = "–" if row.now is None else f"{row.now:,.0f}"
    return f"{told} {LOAD_LOOKS[row.load].sign}".strip()


def show_edit_legend(rows: tuple[CellRow, ...]) -> None:
    """What the colours mean, counted."""
    counts = {load: sum(row.load is load and row.shape is not None for row in rows) for load in LoadState}
    items = "".join(
        f'<li><i class="gm-swatch" style="background-color:{LOAD_LOOKS[load].fill};{_INK}">'
        f"{LOAD_LOOKS[load].sign}</i><span>{safe(say(LOAD_LABELS[load]))}</span><b>{count:,}</b></li>"
        for load, count in counts.items()
        if count or load is not LoadState.UNKNOWN
    )
    fresh = safe(say(msg("changed, not saved yet")))
    items += f'<li><i class="gm-swatch" style="border:2.5px solid #1F4E6B"></i><span>{fresh}</span></li>'
    st.html(f'<div class="gm-legend"><ul>{items}</ul></div>')


def _heard() -> None:
    """An answer of the map: another selection, or something drawn."""
    answer = st.session_state.get(_KEY) or {}
    desk = cells_desk()
    if not {"kind", "sequence"} <= answer.keys() or int(answer["sequence"]) <= desk.heard:
        return
    desk.heard = int(answer["sequence"])
    if answer["kind"] == "select":
        desk.selected = tuple(str(code) for code in answer["codes"])
        desk.trouble = None
    elif desk.sketch is not None:
        _carry_out(desk, desk.sketch, answer)


def _carry_out(desk: CellsDesk, sketch: Sketch, answer: Mapping[str, Any]) -> None:
    start = sketch.start
    match answer["kind"]:
        case "line":
            desk.take(lambda: split_in_unit(sketch, desk.unit, answer["line"]))
        case "outline":
            desk.take(lambda: with_step(sketch, redraw_as(start, str(answer["code"]), answer["polygons"])))
        case "area" if len(desk.selected) == 2:
            source, target = desk.selected
            desk.take(lambda: with_step(sketch, transfer_of(start, source, target, answer["polygons"])))
