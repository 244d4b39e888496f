"""The second step of an import: what is in the file, how that was found, and what the page has to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.errors import InputError
from gridmap.geo.crs_suggestions import CrsSuggestion
from gridmap.geo.datum import Datum
from gridmap.messages import Message, msg, msg_n
from gridmap.model.access import Action, User
from gridmap.model.faults import FaultKind
from gridmap.read.encoding import ENCODINGS
from gridmap.read.field_mapping import FieldMapping
from gridmap.service.import_preview import ImportPreview
from gridmap.service.import_reading import Source
from gridmap.service.rights import may
from gridmap.web.boundaries_found import show_map, show_notes
from gridmap.web.draft_desk import draft_desk
from gridmap.web.i18n import say
from gridmap.web.import_desk import import_desk
from gridmap.web.import_look import Look
from gridmap.web.import_masking import masked_phone, masked_text
from gridmap.web.import_points import in_degrees, places_document, places_of, suggested_systems
from gridmap.web.import_words import CRS_FOUND, DATUMS, ENCODING_FOUND
from gridmap.web.markup import facts_table, plain
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


def show_found(look: Look) -> None:
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
    if len(names) < 2:
        return
    told = list(look.told) or [
        msg("{sheet}: {count} rows", sheet=one.name, count=one.count) for one in look.layers
    ]
    here = look.source.table.sheet if look.source is not None else import_desk().reading.sheet
    key = f"import_part_{import_desk().generation}"
    st.radio(
        say(msg("Sheet or layer to bring in")),
        names,
        index=names.index(here) if here in names else None,
        format_func=dict(zip(names, (plain(say(one)) for one in told), strict=True)).__getitem__,
        key=key,
        on_change=_say_again,
        args=("sheet", key),
    )


def ask_encoding(look: Look) -> None:
    """A choice of the encoding, open where it was told by likeness only."""
    named = import_desk().reading.encoding
    found, by, others = _encoding(look)
    if not found:
        return
    unsure = by == "score" or named is not None or (look.trouble is not None and bool(others))
    with st.expander(say(msg("Are the texts garbled? Choose another encoding.")), expanded=unsure):
        key = f"import_encoding_{import_desk().generation}"
        options = list(dict.fromkeys([found, *others, *ENCODINGS]))
        st.radio(
            say(msg("Encoding")),
            options,
            index=options.index(named or found),
            key=key,
            horizontal=True,
            on_change=_say_again,
            args=("encoding", key),
            label_visibility="collapsed",
        )


def ask_system(suggestions: Sequence[CrsSuggestion], doubt: Message | None = None) -> None:
    """The likely coordinate systems with what speaks for each; none is taken before it is chosen."""
    if doubt is not None:
        told = msg(
            "The system that the file names can hardly be right: it puts the data {place}.", place=doubt
        )
        st.warning(plain(say(told)), icon=":material/wrong_location:")
    named = import_desk().reading.crs
    options = [one.crs for one in suggestions]
    key = f"import_crs_{import_desk().generation}"
    if options:
        st.radio(
            say(msg("Coordinate system: which of these is it?")),
            options,
            index=options.index(named) if named in options else None,
            captions=[plain(say(one.why)) for one in suggestions],
            key=key,
            on_change=_say_again,
            args=("crs", key),
        )
    other = f"{key}_other"
    st.text_input(
        say(msg("Another system, e.g. EPSG:4547; with /swapped after it where x is north")),
        value="" if named in options else named or "",
        key=other,
        on_change=_say_again,
        args=("crs", other),
        width=520,
    )


def ask_datum() -> None:
    """What the degrees refer to; how well each explains them is told, nothing is shifted unasked."""
    desk = import_desk()
    shares = {one.datum: one.why for one in desk.datums}
    options = [one.datum for one in desk.datums] or list(Datum)
    key = f"import_datum_{desk.generation}_{'-'.join(options)}"
    st.radio(
        say(msg("Where do the coordinates come from?")),
        options,
        index=options.index(desk.reading.datum),
        format_func=lambda one: say(DATUMS[one]),
        captions=[plain(say(shares[one])) for one in options] if shares else None,
        key=key,
        on_change=_place_again,
        args=(key,),
    )
    best = desk.datums[0] if desk.datums else None
    now = next((one for one in desk.datums if one.datum is desk.reading.datum), None)
    if best is not None and now is not None and best.share > now.share + _CLEARLY:
        st.warning(say(msg("Another origin explains the places better. Look at the map, then choose.")))


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
    places = draft_desk().once(("import places", *known), lambda: places_of(source, mapping, desk.reading))
    if places is None:
        return
    questions, picture = st.columns([45, 55], gap="medium")
    with questions:
        if places.in_metres:
            ask_system(suggested_systems(places, cache.workspace))
        else:
            ask_datum()
        if "coordinates" in mapping.choices:
            _ask_order()
    try:
        degrees = in_degrees(places, desk.reading, source.file)
    except InputError as error:
        st.error(plain(say(error.message)))
        return
    # Shapes on their way to a browser are open to planners of the whole workspace only.
    if not len(degrees) or not may(user, Action.EDIT_CELLS):
        return
    document = draft_desk().once(
        ("import map", *known, cache.revision().geometry_revision),
        lambda: places_document(cache.workspace, degrees),
    )
    with picture:
        show_map("map_import", say(msg("Places of {file} on the units", file=source.file)), document)


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
        rows.append((msg("Encoding"), f"{found} ({say(ENCODING_FOUND.get(by, msg('as named')))})"))
    if source is not None and source.table.delimiter:
        sign = source.table.delimiter
        rows.append((msg("Columns are divided by"), say(_DELIMITERS.get(sign, msg("{text}", text=sign)))))
    layer = look.layer
    if layer is not None:
        rows += _layer_facts(layer.crs, layer.crs_found_by, layer.geometry)
    return rows


def _layer_facts(crs: str | None, found_by: str, geometry: tuple[str, ...]) -> list[tuple[Message, str]]:
    named = import_desk().reading.crs
    if not geometry:
        return []
    system = (
        f"{named} ({say(msg('named by you'))})" if named else f"{crs or '–'} ({say(CRS_FOUND[found_by])})"
    )
    return [(msg("Geometry"), ", ".join(geometry)), (msg("Coordinate system"), system)]


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


def _say_again(name: str, key: str) -> None:
    """The user said something of the file: it is read again."""
    desk = import_desk()
    said = str(st.session_state[key] or "").strip() or None
    if name == "crs":  # what the columns mean is not touched by where their points lie
        desk.reading = replace(desk.reading, crs=said)
        desk.generation += 1
    elif name == "sheet":
        desk.read_anew(replace(desk.reading, sheet=said))
    else:
        desk.read_anew(replace(desk.reading, encoding=said))


def _order_again(key: str) -> None:
    desk = import_desk()
    desk.reading = replace(desk.reading, latitude_first=bool(st.session_state[key]))


def _year_again(key: str) -> None:
    desk = import_desk()
    desk.reading = replace(desk.reading, year=st.session_state[key])


def _place_again(key: str) -> None:
    """Another datum moves the points and leaves columns and decisions as they are."""
    desk = import_desk()
    desk.reading = replace(desk.reading, datum=st.session_state[key])
