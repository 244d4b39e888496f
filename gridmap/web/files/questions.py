"""What a page asks of a file that does not tell by itself: layer, encoding, coordinate system, datum.

Every page that brings in files asks in these words; each says under which key, what is chosen now, and
what an answer does. Nothing is chosen for the user.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from gridmap.geo.systems.datum import Datum, DatumSuggestion
from gridmap.geo.systems.suggestions import CrsSuggestion
from gridmap.messages import Message, msg
from gridmap.read.files.encoding import ENCODINGS
from gridmap.web.files.words import DATUMS
from gridmap.web.i18n import say
from gridmap.web.markup import plain

Answer = Callable[[Any], None]
"""Told what the user chose."""


def ask_part(parts: Mapping[str, Message], present: str | None, *, key: str, answer: Answer) -> None:
    """A choice of sheet or layer by their names, each with a line of what is in it; several only.

    Args:
        parts: the lines, by name.
        present: the one that is taken now.
        key: of the field.
        answer: told the name.
    """
    names = list(parts)
    if len(names) < 2:
        return
    st.radio(
        say(msg("Sheet or layer to bring in")),
        names,
        index=names.index(present) if present in names else None,
        format_func=lambda name: plain(say(parts[name])),
        key=key,
        on_change=_tell,
        args=(key, answer),
    )


def ask_encoding(
    likely: Sequence[str], present: str | None, *, unsure: bool, key: str, answer: Answer
) -> None:
    """A choice of the encoding, open where it is not sure.

    Args:
        likely: come first, before all others that are read.
        present: the one that is taken now; None where it has to be named.
        unsure: whether the user should look at it.
        key: of the field.
        answer: told the encoding.
    """
    options = list(dict.fromkeys([*likely, *ENCODINGS]))
    with st.expander(say(msg("Are the texts garbled? Choose another encoding.")), expanded=unsure):
        st.radio(
            say(msg("Encoding")),
            options,
            index=options.index(present) if present in options else None,
            key=key,
            horizontal=True,
            on_change=_tell,
            args=(key, answer),
            label_visibility="collapsed",
        )


def ask_system(
    suggestions: Sequence[CrsSuggestion],
    present: str | None,
    *,
    doubt: Message | None = None,
    key: str,
    answer: Answer,
) -> None:
    """The likely coordinate systems with what speaks for each; none is taken before it is chosen.

    Args:
        suggestions: the likeliest first; without any only a field to write one.
        present: the one that the user named.
        doubt: why the one that the file names can hardly be right.
        key: of the choice; `_other` after it is that of the field to write.
        answer: told the system, None where the field was emptied.
    """
    if doubt is not None:
        told = msg(
            "The system that the file names can hardly be right: it puts the data {place}.", place=doubt
        )
        st.warning(plain(say(told)), icon=":material/wrong_location:")
    if present is None or not suggestions:
        _choose_system(suggestions, present, key=key, answer=answer)
        return
    # Once it is answered the list of all that it could be would only hide what comes of it.
    told = msg("The coordinate system is {system}, as you said. Choose another one.", system=present)
    with st.expander(plain(say(told))):
        _choose_system(suggestions, present, key=key, answer=answer)


def _choose_system(
    suggestions: Sequence[CrsSuggestion], present: str | None, *, key: str, answer: Answer
) -> None:
    """The suggestions as a list, and a field to write another system; see `ask_system`."""
    options = [one.crs for one in suggestions]
    if options:
        st.radio(
            say(msg("Coordinate system: which of these is it?")),
            options,
            index=options.index(present) if present in options else None,
            captions=[plain(say(one.why)) for one in suggestions],
            key=key,
            on_change=_tell,
            args=(key, answer),
        )
    other = f"{key}_other"
    st.text_input(
        say(msg("Another system, e.g. EPSG:4547; with /swapped after it where x is north")),
        value="" if present in options else present or "",
        key=other,
        on_change=_tell,
        args=(other, answer),
        width=520,
    )


def ask_datum(
    present: Datum,
    reasons: Sequence[DatumSuggestion],
    *,
    warn: bool,
    key: str,
    answer: Answer,
) -> None:
    """What the degrees refer to; how well each explains them is told, nothing is shifted unasked.

    Args:
        present: the one that is taken now.
        reasons: what speaks for datums, the best first.
        warn: whether another one explains the places better.
        key: of the field.
        answer: told the datum.
    """
    shares = {one.datum: say(one.why) for one in reasons}
    options = list(dict.fromkeys([*shares, *Datum]))
    st.radio(
        say(msg("Where do the coordinates come from?")),
        options,
        index=options.index(present),
        format_func=lambda one: say(DATUMS[one]),
        captions=[plain(shares.get(one, "")) for one in options] if shares else None,
        key=key,
        on_change=_tell,
        args=(key, answer),
    )
    if warn:
        st.warning(say(msg("Another origin explains the places better. Look at the map, then choose.")))


def _tell(key: str, answer: Answer) -> None:
    chosen = st.session_state[key]
    answer((chosen.strip() or None) if type(chosen) is str else chosen)
