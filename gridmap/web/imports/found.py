"""The second step of an import: what is in the file, how that was found, and what the page has to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.errors import InputError
from gridmap.geo.systems.datum import Datum
from gridmap.geo.systems.suggestions import CrsSuggestion
from gridmap.messages import Message, msg, msg_n
from gridmap.model.access import User
from gridmap.model.faults import FaultKind
from gridmap.model.masking import masked_phone, masked_text
from gridmap.read.tables.field_mapping import FieldMapping
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.imports.row_places import in_degrees, places_document, places_of, suggested_systems
from gridmap.service.imports.source import Source
from gridmap.web.files import questions as file_questions
from gridmap.web.files.desk import files_desk
from gridmap.web.files.look import encoding_fact, system_facts
from gridmap.web.i18n import say
from gridmap.web.imports.desk import import_desk
from gridmap.web.imports.look import Look
from gridmap.web.markup import facts_table, show_notes
from gridmap.web.notices import show_refusal
from gridmap.web.preview_map import show_preview_map
from gridmap.web.session import now, services

_ROWS: Final = 6
"""First rows that are shown."""
_LONGEST: Final = 40
_CLEARLY: Final = 0.1
"""Share of places by which another datum must do better for the page to warn."""
_DELIMITERS: Final[Mapping[str, Message]] = {
    ",": msg("comma"),
    ";": msg("semicolon"),
    "\t": msg("tabulator"),
    "|": msg("vertical bar"),
}


def show_what_is_in_it(look: Look) -> None:
    """Sheets or layers, headings, encoding and coordinate system, each with how it was found."""
    facts = _facts(look)
    if facts:
        with st.container(width=760):
            st.html(facts_table((say(label), value) for label, value in facts))
    if look.source is not None:
        show_notes(look.source.notes)


def ask_part(look: Look) -> None:
    """A choice of the sheet or layer, where there are several."""
    names = look.parts
    told = list(look.told) or [
        msg("{sheet}: {count} rows", sheet=one.name, count=one.count) for one in look.layers
    ]
    here = look.source.table.sheet if look.source is not None else import_desk().reading.sheet
    key = f"import_part_{import_desk().generation}"
    file_questions.ask_part(dict(zip(names, told, strict=True)), here, key=key, answer=_take_part)


def ask_encoding(look: Look) -> None:
    """A choice of the encoding, open where it was told by likeness only."""
    desk = import_desk()
    named = desk.reading.encoding
    found, by, others = _encoding(look)
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


def ask_system(suggestions: Sequence[CrsSuggestion], doubt: Message | None = None) -> None:
    """The likely coordinate systems with what speaks for each; none is taken before it is chosen."""
    desk = import_desk()
    key = f"import_crs_{desk.generation}"
    file_questions.ask_system(suggestions, desk.reading.crs, doubt=doubt, key=key, answer=_take_system)


def ask_datum() -> None:
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


def _ask_order() -> None:
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


def show_first_rows(source: Source, mapping: FieldMapping) -> None:
    """The first rows as they are in the file, numbers of telephones masked."""
    table = source.table
    phones = {
        heading
        for field, heading in mapping.columns.items()
        if (known := source.kind.field(field)) is not None and known.type == "phone"
    }
    shown = {
        f"{letter} · {heading}": [
            _cell(text, is_phone=heading in phones) for text in table.frame[letter].head(_ROWS)
        ]
        for letter, heading in table.headings.items()
    }
    rows = pd.Index([str(row) for row in table.frame.index[:_ROWS]], name=say(msg("Row")))
    st.caption(say(msg("The first rows; telephone numbers are masked here.")))
    st.dataframe(pd.DataFrame(shown, index=rows), key="import_rows")


def show_places(user: User, source: Source, mapping: FieldMapping) -> None:
    """A small map of the rows that have coordinates, and the questions about these."""
    desk, cache = import_desk(), services().cache
    known = (desk.digest, desk.kind, desk.reading, tuple(mapping.columns.items()))
    places = files_desk().once(("import places", *known), lambda: places_of(source, mapping, desk.reading))
    if places is None:
        return
    questions, picture = st.columns([45, 55], gap="medium")
    with questions:
        if places.in_metres:
            ask_system(suggested_systems(places, cache))
        else:
            ask_datum()
        if "coordinates" in mapping.choices:
            _ask_order()
    try:
        degrees = in_degrees(places, desk.reading, source.file)
    except InputError as error:
        show_refusal(error.message)
        return
    if not len(degrees):
        return
    document = files_desk().once(
        ("import map", *known, user.scope, cache.geometry_key()),
        lambda: places_document(cache, degrees, user.scope),
    )
    with picture:
        show_preview_map("map_import", say(msg("Places of {file} on the units", file=source.file)), document)


def _facts(look: Look) -> list[tuple[Message, str]]:
    rows: list[tuple[Message, str]] = []
    source = look.source
    if source is not None:
        table = source.table
        if table.sheet:
            rows.append((msg("Sheet or layer"), table.sheet))
        rows.append((msg("Rows of data"), f"{table.rows:,}"))
        rows.append((msg("Headings"), _headings(source)))
    found, by, _ = _encoding(look)
    if found:
        rows.append(encoding_fact(found, by))
    if source is not None and source.table.delimiter:
        sign = source.table.delimiter
        rows.append((msg("Columns are divided by"), say(_DELIMITERS.get(sign, msg("{text}", text=sign)))))
    layer = look.layer
    if layer is not None:
        rows += system_facts(layer, import_desk().reading.crs)
    return rows


def _headings(source: Source) -> str:
    table = source.table
    text = " · ".join(table.headings.values())
    if not table.heading_rows or source.points is not None or not table.heading_rows[1]:
        return text
    first, last = table.heading_rows
    place = (
        msg("row {row}", row=str(last))
        if first == last
        else msg("rows {first} to {last}, joined", first=str(first), last=str(last))
    )
    return f"{say(place)}: {text}"


def _encoding(look: Look) -> tuple[str, str, tuple[str, ...]]:
    """The encoding, how it was found, and others that may be right; empty of a workbook."""
    if look.layers:
        layer = look.layer or look.layers[0]
        return layer.encoding.name, layer.encoding.found_by, layer.encoding.others
    if look.source is None:
        named = import_desk().reading.encoding or ""
        return named, "named", ()
    return look.source.table.encoding, look.source.table.encoding_found_by, ()


def _cell(text: str, *, is_phone: bool) -> str:
    shown = masked_phone(text) if is_phone else masked_text(text)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"


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
