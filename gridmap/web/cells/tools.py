"""The tools beside the map of cells: which one is in hand, what to do with it, and the steps so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.messages import Message, msg, msg_n
from gridmap.model.access import Action, User
from gridmap.service.cells.sketch import EditGround, Sketch, Step, merge_of, with_step
from gridmap.service.cells.sketch_view import CellRow
from gridmap.service.rights import may
from gridmap.split.edit.edit import MergeCells, Redraw, SplitByLine, Transfer
from gridmap.web.cells.sketch_desk import CellsDesk, Tool, cells_desk
from gridmap.web.i18n import say
from gridmap.web.markup import plain
from gridmap.web.notices import show_refusal
from gridmap.web.page_table import open_page
from gridmap.web.session import services
from gridmap.web.view_state import view_state

_UNIT: Final = "cells_unit"
_TOOL: Final = "cells_tool"
_TOOLS: Final[Mapping[Tool, tuple[Message, str]]] = {
    Tool.SPLIT: (msg("Split by a line"), ":material/content_cut:"),
    Tool.MERGE: (msg("Merge"), ":material/merge:"),
    Tool.REDRAW: (msg("Redraw"), ":material/polyline:"),
    Tool.TRANSFER: (msg("Transfer"), ":material/swap_horiz:"),
}
_HINTS: Final[Mapping[Tool, Message]] = {
    Tool.SPLIT: msg(
        "Draw a line across one cell or several: click each bend, double-click the last. It must begin and "
        "end outside the cell or on its border. Esc begins anew."
    ),
    Tool.MERGE: msg("Click the cells that are to become one; a second click leaves a cell out again."),
    Tool.REDRAW: msg(
        "Click a cell, drag its corners, then take the outline. What it gains comes from its neighbours; "
        "what it loses goes to the neighbour with the longest border."
    ),
    Tool.TRANSFER: msg(
        "Click the cell that gives, then the one that takes; draw around the part to give: click each "
        "corner, double-click the last."
    ),
}


def offer_editing(user: User, cell: str) -> None:
    """A way from a cell's card to the page that edits the cells of its unit, for those who may."""
    if may(user, Action.EDIT_CELLS) and st.button(
        say(msg("Edit cells")), key="edit_cells", icon=":material/edit_square:", type="tertiary"
    ):
        cells_desk().unit = str(services().cache.plan().cells["parent_code"][cell])
        open_page("cells")


def choose_unit(units: Mapping[str, tuple[str, int]], places: pd.Series[str]) -> str:
    """The unit to work on; at first that of the place last looked at on the operations map.

    `places` are the units that cells lie in, by code.
    """
    desk = cells_desk()
    if desk.unit not in units:
        desk.unit = _looked_at(units, places)
    # Set anew at each run, or the choice is forgotten on the way over another page.
    st.session_state[_UNIT] = desk.unit
    st.selectbox(
        say(msg("Village or community")),
        list(units),
        format_func=lambda code: f"{units[code][0]} · {code}",
        key=_UNIT,
        on_change=_other_unit,
        width=420,
    )
    return desk.unit


def _looked_at(units: Mapping[str, tuple[str, int]], places: pd.Series[str]) -> str:
    state = view_state()
    candidates = (places.get(state.selected_code), state.selected_code, state.scope or "")
    found = next((code for code in candidates if code in units), None)
    return str(found) if found else max(units, key=lambda code: units[code][1])


def _other_unit() -> None:
    desk = cells_desk()
    desk.unit, desk.selected = st.session_state[_UNIT], ()
    desk.settle(None)


def choose_tool() -> None:
    """Which tool is in hand, and how it is used."""
    desk = cells_desk()
    st.session_state[_TOOL] = desk.tool
    st.segmented_control(
        say(msg("Tool")),
        list(_TOOLS),
        format_func=lambda tool: f"{_TOOLS[tool][1]} {say(_TOOLS[tool][0])}",
        key=_TOOL,
        on_change=_other_tool,
        label_visibility="collapsed",
    )
    st.caption(plain(say(_HINTS[desk.tool])))


def _other_tool() -> None:
    desk = cells_desk()
    # A second click on the tool in hand lets it go; it stays in hand.
    desk.tool, desk.selected = st.session_state[_TOOL] or desk.tool, ()
    desk.settle(None)


def show_selection(sketch: Sketch, rows: Sequence[CellRow]) -> None:
    """What is selected, and the button that merges."""
    desk = cells_desk()
    chosen = [row for code in desk.selected for row in rows if row.code == code]
    if desk.tool is Tool.SPLIT:
        return
    if chosen:
        words = [msg("{seq} ({n})", seq=f"{row.seq:03d}", n=round(row.now or 0)) for row in chosen]
        told = msg("Selected, with households: {cells}", cells=words)
        if desk.tool is Tool.MERGE and len(chosen) > 1:
            total = round(sum(row.now or 0 for row in chosen))
            told = msg("Selected, with households: {cells}; together {total}", cells=words, total=total)
        st.markdown(plain(say(told)))
    else:
        st.markdown(plain(say(msg("Nothing is selected yet."))))
    if desk.tool is Tool.MERGE:
        st.button(
            say(msg_n("Merge {n} cell", "Merge {n} cells", n=len(chosen))),
            key="cells_merge",
            icon=":material/merge:",
            disabled=len(chosen) < 2,
            on_click=_merge,
            args=(sketch, tuple(row.code for row in chosen)),
        )


def _merge(sketch: Sketch, codes: tuple[str, ...]) -> None:
    cells_desk().take(lambda: with_step(sketch, merge_of(codes)))


def show_sketch_trouble(ground: EditGround) -> None:
    """Why the last step was refused, and what became of steps when the cells moved on."""
    desk = cells_desk()
    show_refusal(desk.trouble)
    for reason in desk.lost:
        st.warning(plain(say(msg("A step could not be carried out again: {reason}", reason=reason))))
    if desk.is_behind(ground):
        st.warning(
            say(
                msg(
                    "Cells were changed by others since you began. Your steps are kept, but can be saved "
                    "only on the cells as they are now."
                )
            )
        )
        st.button(
            say(msg("Carry out my steps on the present cells")),
            key="cells_catch_up",
            icon=":material/sync:",
            on_click=desk.catch_up,
            args=(ground,),
        )


def show_steps(sketch: Sketch) -> None:
    """The steps in the order they were taken, and taking back the last."""
    desk = cells_desk()
    lines = [f"{number}. {plain(say(_words(step)))}" for number, step in enumerate(sketch.steps, start=1)]
    st.markdown("\n".join(lines))
    for note in sketch.steps[-1].edited.notes:
        st.caption(plain(say(note)))
    with st.container(horizontal=True, key="cells_steps"):
        _back(desk)


def _back(desk: CellsDesk) -> None:
    st.button(
        say(msg("Undo the last step")), key="cells_back", icon=":material/undo:", on_click=desk.take_back
    )
    st.button(say(msg("Discard all")), key="cells_discard", type="tertiary", on_click=desk.discard)


def _words(step: Step) -> Message:
    edited = step.edited
    added = [_short(code) for code in edited.added]
    match step.command:
        case SplitByLine():
            whole = [_short(code) for code in edited.changed]
            return msg("Split {cells}; new: {added}", cells=whole, added=added)
        case MergeCells(codes):
            kept = next(code for code in codes if code not in edited.removed)
            gone = [_short(code) for code in edited.removed]
            return msg("Merged {gone} into {kept}", gone=gone, kept=_short(kept))
        case Redraw(code=code):
            others = [_short(one) for one in edited.changed if one != code]
            return msg("Redrew {cell}; changed with it: {others}", cell=_short(code), others=others)
        case Transfer(source=source, target=target):
            return msg("Gave a part of {source} to {target}", source=_short(source), target=_short(target))


def _short(code: str) -> str:
    """What a code adds to that of the unit in hand; the whole code of a cell elsewhere."""
    return code.removeprefix(cells_desk().unit).lstrip("-")
