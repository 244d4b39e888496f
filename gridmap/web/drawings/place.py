"""Where a drawing lies, asked of the planner: the system it is drawn in, or points known on the ground."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.errors import GridmapError
from gridmap.geo.systems.datum import Datum
from gridmap.geo.systems.placement import Placement
from gridmap.geo.systems.suggestions import CrsSuggestion
from gridmap.messages import Message, msg
from gridmap.read.vectors.drawings import DrawingInventory
from gridmap.service.boundaries.drawing_place import (
    KnownPoint,
    checked,
    on_wgs84,
    place_by_points,
    systems_of_drawing,
)
from gridmap.service.boundaries.present import present_region
from gridmap.web.drawings.choice import DrawingPlace, Fields
from gridmap.web.files.words import DATUMS
from gridmap.web.i18n import say
from gridmap.web.markup import facts_table, plain
from gridmap.web.notices import show_refusal
from gridmap.web.session import services

_SYSTEM, _POINTS = "system", "points"
_WAYS: Final[Mapping[str, Message]] = {
    _SYSTEM: msg("It is drawn in a coordinate system"),
    _POINTS: msg("Two or more of its points are known on the ground"),
}
_AS_SAID: Final = ""
_UNITS: Final[Mapping[str, tuple[float, Message]]] = {
    "m": (1.0, msg("metres")),
    "mm": (0.001, msg("millimetres")),
    "cm": (0.01, msg("centimetres")),
    "km": (1000.0, msg("kilometres")),
}
_MOST: Final = 6
"""Systems offered; a planner who knows another one types it."""
_LEAST: Final = 2
_ROWS: Final = 3
"""Empty rows to begin with; the third point is what tells whether the others are right."""
_USUAL: Final = (1.0, 0.001, 0.01, 1000.0, 0.0254, 0.3048)
"""Metres of the units that drawings are made in."""
_NEARLY, _UNLIKE = 0.005, 0.3
"""A scale is off by more where a point is wrong; projections stretch by a thousandth."""
_WIDE_M: Final = 2.0
"""Known points that are off by more are worth another look."""
_COLUMNS: Final[Mapping[str, Message]] = {
    "x": msg("x in the drawing"),
    "y": msg("y in the drawing"),
    "lon": msg("Longitude"),
    "lat": msg("Latitude"),
}


def ask_place(drawing: DrawingInventory, layers: Sequence[str], fields: Fields) -> DrawingPlace | None:
    """Where the drawing lies; None while that is not known.

    Args:
        drawing: what is in it.
        layers: those chosen, by whose extent systems are judged.
        fields: of this drawing.
    """
    ways = list(_WAYS)
    found = systems_of_drawing(drawing, layers, reference=present_region(services().cache))
    way = st.radio(
        say(msg("Where does the drawing lie?")),
        ways,
        format_func=lambda one: say(_WAYS[one]),
        key=fields.key("way", default=_SYSTEM if found or _in_metres(drawing, layers) else _POINTS),
        horizontal=True,
    )
    fields.keep("way", way)
    return _by_points(fields) if way == _POINTS else _by_system(drawing, layers, fields)


def _by_system(drawing: DrawingInventory, layers: Sequence[str], fields: Fields) -> DrawingPlace | None:
    unit = _ask_unit(drawing, fields)
    unit_m = None if unit == _AS_SAID else _UNITS[unit][0]
    found = systems_of_drawing(drawing, layers, unit_m=unit_m, reference=present_region(services().cache))
    if not found:
        _say_no_system(drawing, layers, unit_m)
    named = _ask_system(found[:_MOST], fields)
    return None if named is None else DrawingPlace(crs=named, unit_m=unit_m)


def _ask_unit(drawing: DrawingInventory, fields: Fields) -> str:
    said = _UNITS[drawing.unit][1] if drawing.unit in _UNITS else msg("{text}", text=drawing.unit)
    as_said = (
        msg("As the file says: {unit}", unit=said) if drawing.unit else msg("Metres (the file does not say)")
    )
    labels = {_AS_SAID: as_said} | {name: label for name, (_, label) in _UNITS.items()}
    chosen = st.selectbox(
        say(msg("Unit of the drawing")),
        list(labels),
        format_func=lambda one: say(labels[one]),
        key=fields.key("unit", default=_AS_SAID),
        width=360,
    )
    return str(fields.keep("unit", chosen))


def _ask_system(found: Sequence[CrsSuggestion], fields: Fields) -> str | None:
    """The system typed, else the one chosen of those suggested."""
    chosen = None
    if found:
        options = [one.crs for one in found]
        chosen = st.radio(
            say(msg("Coordinate system: which of these is it?")),
            options,
            index=None,
            captions=[plain(say(one.why)) for one in found],
            key=fields.key("system", options),
        )
        fields.keep("system", chosen)
    typed = st.text_input(
        say(msg("Another system, e.g. EPSG:4547; with /swapped after it where x is north")),
        key=fields.key("other", default=""),
        width=520,
    )
    fields.keep("other", typed)
    named = typed.strip() or chosen
    if chosen and named != chosen:
        st.caption(plain(say(msg("{crs}, which is typed, counts.", crs=named))))
    return named


def _say_no_system(drawing: DrawingInventory, layers: Sequence[str], unit_m: float | None) -> None:
    if unit_m != 1.0 and _in_metres(drawing, layers):
        told = msg(
            "In this unit the numbers fit no system that is known here, in metres they do. Programs often "
            "write the wrong unit into the file: choose metres if that is so here."
        )
    else:
        told = msg(
            "The numbers of the drawing fit no system that is known here; it may be drawn on a sheet of its "
            "own. Place it by points that you know on the ground."
        )
    st.info(plain(say(told)))


def _in_metres(drawing: DrawingInventory, layers: Sequence[str]) -> list[CrsSuggestion]:
    return systems_of_drawing(drawing, layers, unit_m=1.0, reference=present_region(services().cache))


def _by_points(fields: Fields) -> DrawingPlace | None:
    st.caption(
        plain(
            say(
                msg(
                    "Take points far from each other that you can find on a map: a crossing, the corner of "
                    "a village. x runs to the right and y upwards, as the CAD program shows them; longitude "
                    "and latitude are degrees."
                )
            )
        )
    )
    points, datum = _ask_points(fields), _ask_datum(fields)
    if points is None:
        return None
    points = on_wgs84(points, datum)
    if len(points) < _LEAST:
        st.info(say(msg("Fill in two rows or more.")))
        return None
    try:
        placement, _ = place_by_points(points)
    except GridmapError as error:
        show_refusal(error.message)
        return None
    _show_placement(points, placement)
    return DrawingPlace(points=points)


def _ask_points(fields: Fields) -> tuple[KnownPoint, ...] | None:
    """The rows that are filled; None where one is refused or filled by half."""
    key = f"{fields.prefix}-points"
    begun = f"{key}-begun"
    if key not in st.session_state:
        empty = pd.DataFrame({name: [None] * _ROWS for name in _COLUMNS}, dtype="float64")
        st.session_state[begun] = fields.kept("points", empty)
    given = st.data_editor(
        st.session_state[begun],
        key=key,
        num_rows="dynamic",
        hide_index=True,
        placeholder="",
        width=640,
        column_config={
            name: st.column_config.NumberColumn(
                say(label), format="%.7f" if name in {"lon", "lat"} else "%.3f"
            )
            for name, label in _COLUMNS.items()
        },
    )
    fields.keep("points", given.reset_index(drop=True))
    rows = given.dropna(how="all")
    if rows.isna().any(axis=None):
        st.info(say(msg("A row is filled by half: a point needs x, y, longitude and latitude.")))
        return None
    try:
        return tuple(
            checked(
                KnownPoint(row.x, row.y, row.lon, row.lat),
                say(msg("Point {number}", number=number)),
            )
            for number, row in enumerate(rows.itertuples(index=False), 1)
        )
    except GridmapError as error:
        show_refusal(error.message)
        return None


def _ask_datum(fields: Fields) -> Datum:
    chosen = st.selectbox(
        say(msg("Where do longitude and latitude come from?")),
        list(Datum),
        format_func=lambda one: say(DATUMS[one]),
        key=fields.key("datum", default=Datum.WGS84),
        width=360,
    )
    return Datum(fields.keep("datum", chosen))


def _show_placement(points: Sequence[KnownPoint], placement: Placement) -> None:
    """How the drawing was fitted, and how far each point is off."""
    fitted = msg(
        "A unit of the drawing is {metres} m on the ground; the drawing is turned by {degrees}°.",
        metres=f"{placement.scale:.6g}",
        degrees=f"{math.degrees(placement.turn):.2f}",
    )
    st.caption(plain(say(fitted)))
    usual = min(_USUAL, key=lambda metres: abs(math.log(placement.scale / metres)))
    if _NEARLY < abs(placement.scale / usual - 1) < _UNLIKE:
        told = msg(
            "That is nearly, but not quite, a usual unit ({metres} m). See whether a point is wrong.",
            metres=f"{usual:.6g}",
        )
        st.warning(plain(say(told)))
    if len(points) == _LEAST:
        st.caption(say(msg("Two points always fit. A third one would tell whether they are right.")))
        return
    off = (
        (say(msg("Point {number}", number=number)), say(msg("{metres} m off", metres=f"{metres:.2f}")))
        for number, metres in enumerate(placement.residuals, 1)
    )
    with st.container(width=360):
        st.html(facts_table(off))
    if max(placement.residuals) > _WIDE_M:
        st.warning(plain(say(_why_wide(points, placement))))


def _why_wide(points: Sequence[KnownPoint], placement: Placement) -> Message:
    """What may be wrong where points do not fit: x and y exchanged, where that explains it."""
    exchanged, _ = place_by_points([replace(one, x=one.y, y=one.x) for one in points])
    if max(exchanged.residuals) < max(placement.residuals) / 10:
        return msg(
            "With x and y exchanged the points fit. In the table x is what runs to the right in the drawing."
        )
    return msg("The points do not fit together. See whether one of them is wrong.")
