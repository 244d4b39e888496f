"""Cells of a unit with their households before and now; what saving the steps means, and saving them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from gridmap.draw.looks import LOAD_LOOKS
from gridmap.draw.screen.edit_map import LOAD_LABELS
from gridmap.draw.screen.escape import safe
from gridmap.errors import GridmapError
from gridmap.geo.coverage.quality import Quality
from gridmap.messages import Message, msg
from gridmap.model.access import User
from gridmap.model.status import LoadState
from gridmap.service.cells.draft import Draft
from gridmap.service.cells.saving import save_cell_edits
from gridmap.service.cells.sketch import Sketch, drafted
from gridmap.service.cells.sketch_view import CellRow, State
from gridmap.web.cells.sketch_desk import cells_desk
from gridmap.web.i18n import say
from gridmap.web.markup import plain
from gridmap.web.notices import Notice
from gridmap.web.saving_row import forget_reason, offer_saving, reason_given
from gridmap.web.session import now, services

_ROW: Final = "cells"
_STATES: Final = {
    State.NEW: msg("new"),
    State.CHANGED: msg("changed"),
    State.GONE: msg("retired"),
}
_QUIET: Final = "color:#5C6F7A;font-weight:400"
_LOW: Final = 7
"""Cells from which the table gets a bar to scroll."""


def show_cells(rows: Sequence[CellRow]) -> None:
    """Every cell of the unit, what a step changed first: number, households before and now."""
    stepped = any(row.state is not State.SAME for row in rows)
    heads = [msg("Before"), msg("Now")] if stepped else [msg("Households")]
    head = "".join(f"<td>{safe(say(one))}</td>" for one in heads)
    body = "".join(_line(row, stepped=stepped) for row in sorted(rows, key=_is_same))
    with st.container(height=228 if len(rows) > _LOW else "content", key="cells_table"):
        st.html(f'<table class="gm-figures"><tr><th></th>{head}</tr>{body}</table>')


def _is_same(row: CellRow) -> bool:
    return row.state is State.SAME


def _line(row: CellRow, *, stepped: bool) -> str:
    mark = "" if row.load is LoadState.IN_RANGE or row.state is State.GONE else "gm-short"
    sign = LOAD_LOOKS[row.load].sign if row.state is not State.GONE else ""
    state = f" · {say(_STATES[row.state])}" if row.state in _STATES else ""
    before = f'<td style="{_QUIET}">{_number(row.before)}</td>' if stepped else ""
    title = safe(say(LOAD_LABELS[row.load]))
    return (
        f'<tr class="{mark}" data-code="{safe(row.code)}"><th>{safe(f"{row.seq:03d} {row.name}{state}")}</th>'
        f'{before}<td title="{title}">{safe(sign)} {_number(row.now)}</td></tr>'
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def draft_of(sketch: Sketch) -> Draft:
    """The draft of a sketch, worked out once."""
    at = now()
    return cells_desk().results.once(("draft", id(sketch), at), lambda: (sketch, drafted(sketch, at)))[1]


def show_sketch(draft: Draft) -> None:
    """Figures before and after, and what saving would do."""
    before, after = draft.before, draft.quality
    assert before is not None, "only cells that are there are edited"
    told: tuple[tuple[Message, Callable[[Quality], str]], ...] = (
        (msg("Cells in range"), _in_range),
        (msg("Mean deviation within a unit"), lambda one: _percent(one.mean_abs_dev)),
        (msg("Compactness"), lambda one: _decimal(one.compactness_mean)),
        (msg("No gap, no overlap"), lambda one: say(msg("exact") if one.passed else msg("not exact"))),
    )
    lines = "".join(
        f'<tr><th>{safe(say(label))}</th><td style="{_QUIET}">{safe(write(before))}</td>'
        f"<td>{safe(write(after))}</td></tr>"
        for label, write in told
    )
    heads = "".join(f"<td>{safe(say(one))}</td>" for one in (msg("Before"), msg("Now")))
    st.html(f'<table class="gm-figures"><tr><th></th>{heads}</tr>{lines}</table>')
    st.caption("  \n".join(plain(say(line)) for line in _consequences(draft)))


def _in_range(one: Quality) -> str:
    return "–" if one.in_range_share is None else f"{round(one.in_range_share * one.cells)} / {one.cells}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _consequences(draft: Draft) -> list[Message]:
    """What saving would do, in sentences."""
    change = draft.comparison
    told = [
        msg("New cells: {new}; retired: {retired}", new=len(change.new), retired=len(change.retired)),
        msg("Households that change cell: {n}", n=round(change.moved)),
        msg("Posts that end with their cell: {n}", n=len(change.ended_posts)),
    ]
    if draft.sites:
        told.append(msg("Contact sites that change cell: {n}", n=len(draft.sites)))
    if len(draft.touched):
        told.append(
            msg("Cells of neighbours that only get a corner where borders meet: {n}", n=len(draft.touched))
        )
    return told


def offer_saving_sketch(user: User, draft: Draft, *, behind: bool) -> None:
    """The reason, and the button that saves."""
    offer_saving(_ROW, msg("e.g. the road is the border now"), _save, (user, draft), disabled=behind)


def _save(user: User, draft: Draft) -> None:
    desk = cells_desk()
    reason = reason_given(_ROW)
    try:
        revision = save_cell_edits(services().cache.workspace, draft, reason=reason, user=user, at=now())
    except GridmapError as error:
        desk.trouble = error.message
        return
    forget_reason(_ROW)
    desk.discard()
    desk.lost = ()
    desk.told = msg(
        "Saved as revision {revision}. It can be taken back on the page History.", revision=revision.revision
    )


def show_sketch_told() -> None:
    """What the last saving came to."""
    told = cells_desk().told
    if told is not None:
        Notice(told).show()
