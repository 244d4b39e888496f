"""The last step of an import: what the file would change, row by row, and saving it as one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import msg, msg_n
from gridmap.model.access import User
from gridmap.model.changes import ROW_STATES, RowState
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.imports.saving import save_import
from gridmap.service.returns.bringing_back import note_import
from gridmap.service.returns.stamp import TemplateStamp
from gridmap.web.changes_table import rows_of_file, show_changes_table
from gridmap.web.i18n import say
from gridmap.web.imports.desk import import_desk
from gridmap.web.markup import plain
from gridmap.web.notices import Notice
from gridmap.web.page_table import open_page
from gridmap.web.saving_row import forget_reason, offer_saving, reason_given
from gridmap.web.session import now, services

_ROW: Final = "import"
_STATE: Final = "import_state"
_LISTED: Final = 2_000


def show_import_rows(preview: ImportPreview) -> None:
    """Counts, and the rows of one outcome; what is refused comes first."""
    with st.container(horizontal=True, gap="small", key="import_counts"):
        for state, count in preview.counts.items():
            st.metric(say(ROW_STATES[state]), f"{count:,}", width="content")
    order = (RowState.REFUSED, RowState.CHANGED, RowState.ADDED, RowState.UNCHANGED)
    there = [state for state in order if preview.counts[state]]
    if not there:
        st.info(say(msg("There is no row of data in the file.")))
        return
    shown = _choose_state(there, preview.counts)
    rows = [row for row in preview.rows if row.state is shown]
    show_changes_table(
        rows_of_file(rows[:_LISTED]), key="import_changes", who=msg("Who or what"), without=["state"]
    )
    if len(rows) > _LISTED:
        st.caption(say(msg("The first {n} rows are shown; the report has all.", n=_LISTED)))


def _choose_state(there: Sequence[RowState], counts: Mapping[RowState, int]) -> RowState:
    chosen = st.segmented_control(
        say(msg("Rows to show")),
        there,
        default=there[0],
        format_func=lambda state: f"{say(ROW_STATES[state])} {counts[state]:,}",
        key=f"{_STATE}_{'-'.join(there)}",
        label_visibility="collapsed",
    )
    return chosen or there[0]


def offer_saving_import(user: User, preview: ImportPreview, stamp: TemplateStamp | None) -> None:
    """A reason and a button; what is refused is left out and said so."""
    if preview.good:
        if preview.refused:
            told = msg_n(
                "{n} refused row is left out; it stays in the report.",
                "{n} refused rows are left out; they stay in the report.",
                n=len(preview.refused),
            )
            st.caption(plain(say(told)))
        offer_saving(
            _ROW,
            msg("e.g. returns of the townships of 10 February"),
            _save,
            (user, preview, stamp),
            longest=200,
            label=msg_n("Save {n} row as one change", "Save {n} rows as one change", n=preview.good),
        )
        return
    if preview.refused:
        st.info(say(msg("No row can be saved yet: decide what is asked above, or correct the file.")))
    else:
        st.info(say(msg("There is nothing to save: the plan says all this already.")))
    if preview.counts[RowState.UNCHANGED]:
        st.button(
            say(msg("Note it as returned without changes")),
            icon=":material/task_alt:",
            on_click=_note,
            args=(user, preview, stamp),
            key="import_note",
        )


def _save(user: User, preview: ImportPreview, stamp: TemplateStamp | None) -> None:
    """Save as one change; what is refused by the store leaves everything as it was."""
    desk, workspace = import_desk(), services().cache.workspace
    reason, only_good = reason_given(_ROW), bool(preview.refused)
    try:
        saved = save_import(workspace, preview, reason=reason, user=user, at=now(), only_good=only_good)
    except GridmapError as error:
        desk.trouble["saving"] = error.message
        return
    note_import(services().cache, preview, saved.revision, stamp, user=user, at=now())
    forget_reason(_ROW)
    desk.clear(
        msg(
            "{n} rows of {file} are saved, revision {revision}.",
            n=preview.good,
            file=preview.file,
            revision=saved.revision,
        )
    )


def _note(user: User, preview: ImportPreview, stamp: TemplateStamp | None) -> None:
    desk = import_desk()
    try:
        note_import(services().cache, preview, None, stamp, user=user, at=now())
    except GridmapError as error:
        desk.trouble["saving"] = error.message
        return
    desk.clear(msg("{file} is noted as returned; it changes nothing.", file=preview.file))


def show_import_told() -> None:
    """What the last deed came to, and after saving the way to the log, where it can be undone."""
    desk = import_desk()
    if desk.told is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="import_told"):
            Notice(desk.told).show()
            if st.button(say(msg("Open the history, to undo")), icon=":material/history:", key="to_history"):
                desk.told = None
                open_page("history")
