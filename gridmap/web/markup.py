"""Small pieces of HTML that Streamlit has no widget for; every text in them goes through `safe`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import streamlit as st

from gridmap.draw.layers import LegendEntry
from gridmap.draw.looks import CELL_LOOKS, VACANCY_RAMP
from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.draw.screen.escape import safe
from gridmap.messages import Message, msg
from gridmap.model.status import CellState, Indicator
from gridmap.names import CELLS
from gridmap.web.i18n import say

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!:|$~<>&])")
_STREAMLIT_MARK = re.compile(r"(?<=:)(?=material/|streamlit:)|(?<=[<>~-])(?=[->=])")
"""Inside what Streamlit turns into icons and arrows even where it is escaped."""
_NOTHING = "\u200b"
_SHORT = "gm-short"
"""The class of figures that want attention."""


def plain(text: str) -> str:
    """`text` so that Streamlit's Markdown shows it as it is written: labels hold names typed by people."""
    return _MARKDOWN.sub(r"\\\1", _STREAMLIT_MARK.sub(_NOTHING, text))


def figure_table(figures: Iterable[Indicator]) -> str:
    """Indicators as rows: label, and numerator over denominator; n/a where there is no denominator."""
    rows = "".join(
        f'<tr data-key="{safe(figure.key)}" class="{_SHORT * figure.wants_attention}">'
        f"<th>{safe(say(figure.label))}</th>"
        f"<td>{safe(_quotient(figure))}</td></tr>"
        for figure in figures
    )
    return f'<table class="gm-figures">{rows}</table>'


def _quotient(figure: Indicator) -> str:
    if figure.value is None:
        return "–"
    if figure.unit != "share":
        return f"{figure.value:,.0f}"
    return f"{figure.numerator:,.0f} / {figure.denominator:,.0f}"


def legend(entries: Sequence[LegendEntry], groups: Sequence[str], *, vacancies: bool) -> str:
    """The counted legend of the shown groups; `vacancies` adds the ramp of upper units."""
    lines = [_ramp()] if vacancies else []
    for group in groups:
        items = "".join(
            f"<li>{_swatch(entry)}<span>{safe(say(entry.label))}</span><b>{entry.count:,}</b></li>"
            for entry in entries
            if entry.group == group
        )
        lines.append(f"<ul>{items}</ul>")
    return f'<div class="gm-legend">{"".join(lines)}</div>'


def _ramp() -> str:
    label = say(msg("Vacant cells inside, counted"))
    steps = "".join(f'<i class="gm-swatch" style="background-color:{fill}"></i>' for fill in VACANCY_RAMP)
    return f'<ul><li class="gm-ramp">{steps}<span>{safe(label)}</span></li></ul>'


def _swatch(entry: LegendEntry) -> str:
    if entry.group == CELLS:
        style = CELL_LOOKS[CellState(entry.key)]
        extra = " gm-hatch" if style.hatch else (" gm-dashed" if style.dashed else "")
        return (
            f'<i class="gm-swatch{extra}" style="background-color:{style.fill};border-color:{style.outline}">'
            f"{safe(style.sign)}</i>"
        )
    look = next(layer for layer in POINT_LAYERS if layer.name == entry.group).looks[entry.key]
    return f'<i class="gm-point gm-{look.sign}" style="color:{look.ink}"></i>'


def facts_table(rows: Iterable[tuple[str, str]]) -> str:
    """Label and value pairs of a card."""
    cells = "".join(f"<tr><th>{safe(label)}</th><td>{safe(value)}</td></tr>" for label, value in rows)
    return f'<table class="gm-facts">{cells}</table>'


def reading(sentence: str, as_of: str) -> str:
    """The sentence a commander reads aloud, led by its moment."""
    return f'<p class="gm-reading"><span>{safe(as_of)}</span>{safe(sentence)}</p>'


def badge(text: str, mood: str) -> str:
    """A small marked word: a state, a classification."""
    return f'<span class="gm-badge gm-{safe(mood)}">{safe(text)}</span>'


def person_line(name: str, role: str, phone: str, note: str = "", *, number: str = "") -> str:
    """A person at a place; `number` is the whole one, where it has been revealed, to be dialled by a tap."""
    told = number_link(number) if number else f"<code>{safe(phone)}</code>" if phone else ""
    small = f"<small>{safe(note)}</small>" if note else ""
    return f'<div class="gm-person"><b>{safe(name)}</b> <span>{safe(role)}</span>{told}{small}</div>'


def number_link(number: str) -> str:
    """A telephone number that a tap dials."""
    dialled = "".join(character for character in number if character in "0123456789+*#")
    return f'<a class="gm-number" href="tel:{safe(dialled)}">{safe(number)}</a>'


def history_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts; each cell also bears its heading, for phones, where rows stand as cards."""
    head = "".join(f"<th>{safe(heading)}</th>" for heading in headings)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{safe(heading)}">{_lines(cell)}</td>'
            for heading, cell in zip(headings, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f'<table class="gm-history"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _lines(text: str) -> str:
    """A text whose first line stands out from the smaller ones below it."""
    first, *others = text.split("\n")
    return safe(first) + "".join(f"<small>{safe(line)}</small>" for line in others)


def show_step(number: int, title: Message) -> None:
    """The heading of a step."""
    st.html(f'<h4 style="margin-top:.7rem">{number} · {safe(say(title))}</h4>')


def show_notes(notes: tuple[Message, ...]) -> None:
    """Notes of a reader."""
    for note in notes:
        st.caption(plain(say(note)))
