"""The second step of an import: what is in the file, how that was found, and what the page has to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.errors import InputError
from gridmap.messages import Message, msg
from gridmap.model.access import User
from gridmap.model.masking import masked_phone, masked_text
from gridmap.read.tables.field_mapping import FieldMapping
from gridmap.service.imports.row_places import in_degrees, places_document, places_of, suggested_systems
from gridmap.service.imports.source import Source
from gridmap.web.files.desk import files_desk
from gridmap.web.files.look import encoding_fact, system_facts
from gridmap.web.i18n import say
from gridmap.web.imports.asking import ask_order, ask_origin, ask_which_system, encoding_of
from gridmap.web.imports.desk import import_desk
from gridmap.web.imports.look import Look
from gridmap.web.markup import facts_table, show_notes
from gridmap.web.notices import show_refusal
from gridmap.web.preview_map import show_preview_map
from gridmap.web.session import services

_ROWS: Final = 6
"""First rows that are shown."""
_LONGEST: Final = 40
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
            ask_which_system(suggested_systems(places, cache))
        else:
            ask_origin()
        if "coordinates" in mapping.choices:
            ask_order()
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
    found, by, _ = encoding_of(look)
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


def _cell(text: str, *, is_phone: bool) -> str:
    shown = masked_phone(text) if is_phone else masked_text(text)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
