"""A draft to judge: figures, what cannot be brought into range, old and new cells side by side; then save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from gridmap.draw.screen.escape import safe
from gridmap.errors import GridmapError
from gridmap.geo.coverage.quality import Quality
from gridmap.messages import Message, msg
from gridmap.model.access import User
from gridmap.names import CODE, PARENT_CODE
from gridmap.service.cells.draft import Draft
from gridmap.service.cells.figures import InfeasibleUnit
from gridmap.service.cells.saving import save_draft
from gridmap.web.cells.draft_changes import show_unit_changes
from gridmap.web.cells.draft_desk import draft_desk
from gridmap.web.cells.draft_map import show_draft_maps
from gridmap.web.i18n import say
from gridmap.web.markup import facts_table, show_notes
from gridmap.web.notices import Mood, Notice, show_refusal
from gridmap.web.page_table import open_page
from gridmap.web.saving_row import forget_reason, offer_saving, reason_given
from gridmap.web.session import now, services

_ROW: Final = "draft"
_LISTED: Final = 200
_MANY_NOTES: Final = 5


def show_draft(draft: Draft) -> None:
    """Figures and maps."""
    figures, units = st.columns(2, gap="medium")
    with figures:
        st.html(_figures(draft))
        show_notes(_consequences(draft))
        _show_reader_notes(draft.notes)
    with units:
        _show_infeasible(draft.infeasible)
    show_unit_changes(draft)
    show_draft_maps(draft)


def _figures(draft: Draft) -> str:
    after, before = draft.quality, draft.before
    rows: list[tuple[Message, str, str]] = [
        (label, "" if before is None else write(before), write(after))
        for label, write in (
            (msg("Units that are cut"), lambda one: f"{one.units:,}"),
            (msg("Cells"), lambda one: f"{one.cells:,}"),
            (msg("Cells in range"), lambda one: _share(one.in_range_share, one.cells)),
            (msg("Mean deviation within a unit"), lambda one: _percent(one.mean_abs_dev)),
            (msg("Compactness"), _compactness),
            (msg("No gap, no overlap"), lambda one: say(msg("exact") if one.passed else msg("not exact"))),
        )
    ]
    now_and_then = _cell(msg("Now")), _cell(msg("Draft"))
    head = "" if before is None else "<tr><th></th><td>{}</td><td>{}</td></tr>".format(*now_and_then)
    lines = "".join(
        f"<tr><th>{_cell(label)}</th>{'' if before is None else _number(old)}{_number(new)}</tr>"
        for label, old, new in rows
    )
    return f'<table class="gm-figures">{head}{lines}</table>'


def _number(text: str) -> str:
    return f"<td>{safe(text)}</td>"


def _cell(message: Message) -> str:
    return safe(say(message))


def _share(share: float | None, cells: int) -> str:
    return "–" if share is None else f"{round(share * cells):,} / {cells:,}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _compactness(one: Quality) -> str:
    return "–" if one.compactness_mean is None else f"{one.compactness_mean:.2f}"


def _consequences(draft: Draft) -> tuple[Message, ...]:
    """What saving would do, in sentences."""
    change, told = draft.comparison, list[Message]()
    if draft.points_outside:
        told.append(msg("Points in no unit, left out: {n}", n=draft.points_outside))
    if draft.replaced:
        told.append(msg("Stored buildings that the points take the place of: {n}", n=len(draft.replaced)))
    if draft.before is not None or change.retired:
        told.append(
            msg(
                "Cells that keep their code: {kept}; new: {new}; retired: {retired}",
                kept=len(change.kept),
                new=len(change.new),
                retired=len(change.retired),
            )
        )
        told.append(
            msg(
                "Load that changes cell: {n} of {total}",
                n=round(change.moved),
                total=round(float(draft.cells["households"].sum())),
            )
        )
        told.append(msg("Posts that end with their cell: {n}", n=len(change.ended_posts)))
    return tuple(told)


def _show_reader_notes(notes: tuple[Message, ...]) -> None:
    """What was found in files, and what could not be done; relief may have a note for every cell."""
    with st.container(height=180 if len(notes) > _MANY_NOTES else "content", key="draft_notes"):
        show_notes(notes[:_LISTED])
        if len(notes) > _LISTED:
            st.caption(say(msg("and {n} more", n=len(notes) - _LISTED)))


def _show_infeasible(units: Sequence[InfeasibleUnit]) -> None:
    if not units:
        st.caption(say(msg("Every unit can be brought into range.")))
        return
    st.caption(say(msg("Units that no number of cells brings into range: {n}", n=len(units))))
    with st.container(height=250 if len(units) > 6 else "content", key="infeasible"):
        st.html(facts_table((f"{one.code} {one.name}", say(one.why)) for one in units[:_LISTED]))


def offer_saving_draft(user: User, draft: Draft) -> None:
    """The reason, and the button that saves."""
    offer_saving(_ROW, msg("e.g. cells for 2020, households as of January"), _save, (user, draft))


def _save(user: User, draft: Draft) -> None:
    desk = draft_desk()
    try:
        revision = save_draft(
            services().cache.workspace, draft, reason=reason_given(_ROW), user=user, at=now()
        )
    except GridmapError as error:
        desk.trouble = error.message
        return
    forget_reason(_ROW)
    told = msg(
        "{units} units are cut into {cells} cells, revision {revision}.",
        units=draft.cells[PARENT_CODE].nunique(),
        cells=draft.cells[CODE].nunique(),
        revision=revision.revision,
    )
    desk.clear(Notice(told))


def show_draft_told() -> None:
    """What the last deed came to, and after a saved draft the way to the map."""
    desk = draft_desk()
    desk.forget_told(services().cache.revision().revision)
    if desk.told is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="told"):
            desk.told.show()
            if desk.told.mood is Mood.DONE and st.button(
                say(msg("Open the operations map")), icon=":material/map:", key="to_map", type="primary"
            ):
                open_page("operations_map")
    show_refusal(desk.trouble)
