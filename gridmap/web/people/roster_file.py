"""The roster as a file: download it, upload it, see row by row what it would change, save that."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import Language, msg, msg_n
from gridmap.model.access import Action, User
from gridmap.model.changes import ROW_STATES, RowState
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.imports.roster.file import write_roster
from gridmap.service.imports.saving import save_import
from gridmap.service.imports.whole_file import preview_file
from gridmap.service.rights import may
from gridmap.web.changes_table import rows_of_file, show_changes_table
from gridmap.web.files.uploads import Upload, laid_down
from gridmap.web.i18n import language, say
from gridmap.web.imports.faults import show_faults
from gridmap.web.kept import results_of
from gridmap.web.markup import plain
from gridmap.web.notices import refuse_after, show_once, show_refusal, tell_after
from gridmap.web.session import now, services

_ROUND: Final = "roster_file_round"
"""Counts files that were saved: the uploader takes a new key, so that a saved file is gone from it."""
_PLACE: Final = "roster_file"
_PREVIEW: Final = "roster_file_preview"
_REASON: Final = "roster_file_reason"
_MIME: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ORDER: Final = (RowState.REFUSED, RowState.ADDED, RowState.CHANGED, RowState.UNCHANGED)


def show_roster_file(user: User, scope: str, at: datetime) -> None:
    """Offer the roster of `scope` at `at` as a workbook; take one back where the user may edit posts."""
    show_once(_PLACE)
    if may(user, Action.EXPORT, scope):
        st.download_button(
            say(msg("Download the roster (XLSX)")),
            partial(_written, user, scope, at, language()),
            file_name=f"gridmap-roster-{scope or 'all'}-{at:%Y%m%d-%H%M}.xlsx",
            mime=_MIME,
            icon=":material/download:",
            on_click="ignore",
            key="roster_file_download",
        )
        st.caption(say(msg("It is the form to fill in, too: with lists of functions, places and people.")))
    if not may(user, Action.EDIT_POSTS, user.scope):
        return
    upload = st.file_uploader(
        say(msg("A roster of people, of posts, or of both: XLSX, XLS, ODS or CSV")),
        type=["xlsx", "xls", "ods", "csv"],
        key=f"roster_file_{st.session_state.get(_ROUND, 0)}",
    )
    if upload is None:
        return
    try:
        preview = _preview(upload, upload.file_id, user)
    except GridmapError as error:
        show_refusal(error.message)
        return
    _show_preview(preview)
    if preview.faults:
        told = msg_n("{n} fault in the file", "{n} faults in the file", n=len(preview.faults))
        with st.expander(plain(say(told)), icon=":material/rule:"):
            show_faults(preview.given, preview)
    _offer_saving(preview, user)


def _written(user: User, scope: str, at: datetime, language: Language) -> bytes:
    """The workbook; written outside the session, whose language must be told."""
    return write_roster(services().cache, user=user, scope=scope, at=at, language=language)


def _preview(upload: Upload, file_id: str, user: User) -> ImportPreview:
    """What the file would change if saved now, read anew once the plan has moved on."""
    key = (file_id, services().cache.plan_key(), user.name)
    with st.spinner(say(msg("Reading the roster"))):
        return results_of(_PREVIEW, 1).once(key, lambda: _read(upload, user))


def _read(upload: Upload, user: User) -> ImportPreview:
    with laid_down(upload) as path:
        return preview_file(path, "people", cache=services().cache, user=user, at=now())


def _show_preview(preview: ImportPreview) -> None:
    """The counts, and the rows with what they do; the refused ones first."""
    with st.container(horizontal=True, gap="small"):
        for state, count in preview.counts.items():
            st.metric(say(ROW_STATES[state]), f"{count:,}", width="content")
    if preview.left_alone:
        ignored = msg("Columns left alone: {columns}", columns=list(preview.left_alone))
        st.caption(plain(say(ignored)))
    shown = [row for state in _ORDER[:-1] for row in preview.rows if row.state is state]
    if not shown:
        st.info(say(msg("The file says nothing that the roster does not say already.")))
        return
    show_changes_table(rows_of_file(shown), key="roster_file_rows")


def _offer_saving(preview: ImportPreview, user: User) -> None:
    """A reason and a button; with refused rows the good ones are offered apart."""
    if not preview.edits:
        return
    st.text_input(say(msg("Reason")), key=_REASON, max_chars=200)
    if preview.refused:
        st.caption(say(msg("The refused rows are left out; correct them in the file and upload it again.")))
    st.button(
        say(msg_n("Save the {n} good row", "Save the {n} good rows", n=preview.good)),
        type="primary",
        on_click=_save,
        args=(preview, user),
        key="roster_file_save",
    )


def _save(preview: ImportPreview, user: User) -> None:
    """Save as one change; what is refused leaves everything as it was."""
    reason = st.session_state.get(_REASON, "")
    cache = services().cache
    try:
        saved = save_import(
            cache.workspace, preview, reason=reason, user=user, at=now(), only_good=bool(preview.refused)
        )
    except GridmapError as error:
        refuse_after(_PLACE, error.message)
        return
    told = msg(
        "{n} rows of {file} are saved, revision {revision}.",
        n=preview.good,
        file=preview.file,
        revision=saved.revision,
    )
    tell_after(_PLACE, told)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[_REASON] = ""
    results_of(_PREVIEW, 1).clear()
