"""The questions of the page Import: what a file leaves open, asked in the words of every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from gridmap.geo.systems.datum import Datum
from gridmap.geo.systems.suggestions import CrsSuggestion
from gridmap.messages import Message, msg, msg_n
from gridmap.model.faults import FaultKind
from gridmap.service.imports.preview import ImportPreview
from gridmap.web.files import questions as file_questions
from gridmap.web.i18n import say
from gridmap.web.imports.desk import import_desk
from gridmap.web.imports.look import Look
from gridmap.web.session import now

_CLEARLY: Final = 0.1
"""Share of places by which another datum must do better for the page to warn."""


def ask_open_questions(look: Look) -> None:
    """Ask for sheet or layer, encoding and coordinate system, as far as the file leaves them open."""
    _ask_part(look)
    _ask_encoding(look)
    layer = look.layer
    if layer is not None and layer.crs_suggestions:
        ask_which_system(layer.crs_suggestions, layer.crs_doubt)


def _ask_part(look: Look) -> None:
    """A choice of the sheet or layer, where there are several."""
    names = look.parts
    told = list(look.told) or [
        msg("{sheet}: {count} rows", sheet=one.name, count=one.count) for one in look.layers
    ]
    here = look.source.table.sheet if look.source is not None else import_desk().reading.sheet
    key = f"import_part_{import_desk().generation}"
    file_questions.ask_part(dict(zip(names, told, strict=True)), here, key=key, answer=_take_part)


def _ask_encoding(look: Look) -> None:
    """A choice of the encoding, open where it was told by likeness only."""
    desk = import_desk()
    named = desk.reading.encoding
    found, by, others = encoding_of(look)
    if not found:
        return
    unsure = by == "score" or named is not None or (look.trouble is not None and bool(others))
    file_questions.ask_encoding(
        [found, *others],
        # Where it has to be named, the likeliest one must be there to be chosen.
        named or (None if look.source is None and by == "score" else found),
        unsure=unsure,
        key=f"import_encoding_{desk.generation}",
        answer=_take_encoding,
    )


def ask_which_system(suggestions: Sequence[CrsSuggestion], doubt: Message | None = None) -> None:
    """The likely coordinate systems with what speaks for each; none is taken before it is chosen."""
    desk = import_desk()
    key = f"import_crs_{desk.generation}"
    file_questions.ask_system(suggestions, desk.reading.crs, doubt=doubt, key=key, answer=_take_system)


def ask_origin() -> None:
    """What the degrees refer to; how well each explains them is told, nothing is shifted unasked."""
    desk = import_desk()
    best = desk.datums[0] if desk.datums else None
    now = next((one for one in desk.datums if one.datum is desk.reading.datum), None)
    file_questions.ask_datum(
        desk.reading.datum,
        desk.datums,
        warn=best is not None and now is not None and best.share > now.share + _CLEARLY,
        key=f"import_datum_{desk.generation}_{'-'.join(one.datum for one in desk.datums)}",
        answer=_take_datum,
    )


def ask_order() -> None:
    """The order of two numbers in one cell, where they could be either."""
    desk = import_desk()
    key = f"import_order_{desk.generation}"
    st.checkbox(
        say(msg("In one cell, latitude comes first")),
        value=desk.reading.latitude_first,
        key=key,
        on_change=_order_again,
        args=(key,),
    )


def ask_year(preview: ImportPreview) -> None:
    """The year of dates that tell none; asked once some do not."""
    desk = import_desk()
    without = sum(fault.kind is FaultKind.DATE_WITHOUT_YEAR for fault in preview.faults)
    if not without and desk.reading.year is None:
        return
    key = f"import_year_{desk.generation}"
    told = msg_n("Year of the {n} date without one", "Year of the {n} dates without one", n=without)
    st.number_input(
        say(told if without else msg("Year of dates without one")),
        min_value=1990,
        max_value=2100,
        value=desk.reading.year,
        step=1,
        placeholder=str(now().year),
        key=key,
        on_change=_year_again,
        args=(key,),
        width=360,
    )


def encoding_of(look: Look) -> tuple[str, str, tuple[str, ...]]:
    """The encoding, how it was found, and others that may be right; empty of a workbook."""
    if look.layers:
        layer = look.layer or look.layers[0]
        return layer.encoding.name, layer.encoding.found_by, layer.encoding.others
    if look.source is None:
        named = import_desk().reading.encoding or ""
        return named, "named", ()
    return look.source.table.encoding, look.source.table.encoding_found_by, ()


def _take_part(name: str) -> None:
    desk = import_desk()
    desk.read_anew(replace(desk.reading, sheet=name))


def _take_encoding(name: str) -> None:
    desk = import_desk()
    desk.read_anew(replace(desk.reading, encoding=name))


def _take_system(named: str | None) -> None:
    """What the columns mean is not touched by where their points lie."""
    desk = import_desk()
    desk.reading = replace(desk.reading, crs=named)
    desk.generation += 1


def _order_again(key: str) -> None:
    desk = import_desk()
    desk.reading = replace(desk.reading, latitude_first=bool(st.session_state[key]))


def _year_again(key: str) -> None:
    desk = import_desk()
    desk.reading = replace(desk.reading, year=st.session_state[key])


def _take_datum(datum: Datum) -> None:
    """Another datum moves the points and leaves columns and decisions as they are."""
    desk = import_desk()
    desk.reading = replace(desk.reading, datum=datum)
