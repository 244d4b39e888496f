"""Returned files: several at once, each held against the plan, and saved as a change of its own."""

from __future__ import annotations

from typing import Final

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.messages import msg, msg_n
from gridmap.model.access import User
from gridmap.model.changes import RowState
from gridmap.service.returns.bringing_back import ReturnPreview, preview_return, save_return
from gridmap.web.changes_table import rows_of_file, show_changes_table
from gridmap.web.files.uploads import Upload, laid_down
from gridmap.web.i18n import say
from gridmap.web.kept import Results, results_of
from gridmap.web.markup import plain
from gridmap.web.notices import refuse_after, show_once, show_refusal, tell_after
from gridmap.web.session import now, services

_COUNT: Final = "returns_files_count"
"""Counts savings: the uploader takes a new key, so that saved files are gone from it."""
_KEPT: Final = "returns_previews"
_MOST: Final = 100
"""Previews kept: more files than townships of a county are not taken at once."""
_DONE: Final = "returns_done"
"""Ids of files that were saved while others in the uploader were not."""
_PLACE: Final = "returns_files"
_GOOD_ROWS: Final = "returns_good_rows"
_REASON: Final = "returns_reason"
_SHOWN: Final = (RowState.REFUSED, RowState.ADDED, RowState.CHANGED)


def show_returned_files(user: User) -> None:
    """Take files, tell what each would do, and offer to save them."""
    show_once(_PLACE)
    uploads = st.file_uploader(
        say(msg("Returned templates, one or several")),
        type=["xlsx", "xls", "ods"],
        accept_multiple_files=True,
        key=f"returns_files_{st.session_state.get(_COUNT, 0)}",
    )
    if not uploads:
        return
    previews: dict[str, ReturnPreview] = {}
    for upload in uploads:
        if upload.file_id in st.session_state.get(_DONE, ()):
            continue
        try:
            preview = _preview(upload, upload.file_id, user)
        except GridmapError as error:
            show_refusal(error.message)
            continue
        _show_preview(preview, upload.file_id)
        previews[upload.file_id] = preview
    if previews:
        _offer_saving(previews, user)


def _preview(upload: Upload, file_id: str, user: User) -> ReturnPreview:
    """What a file would change if saved now, read anew once the plan has moved on."""
    cache = services().cache
    key = (cache.plan_key(), user.name)
    with st.spinner(say(msg("Reading {file}", file=upload.name))):
        return _results().once((file_id, *key), lambda: _read(upload, user))


def _read(upload: Upload, user: User) -> ReturnPreview:
    with laid_down(upload) as path:
        return preview_return(services().cache, path, user=user, at=now())


def _results() -> Results:
    return results_of(_KEPT, _MOST)


def _show_preview(preview: ReturnPreview, key: str) -> None:
    """A line with the counts; below it the rows that do something or are refused."""
    rows = [row for state in _SHOWN for row in preview.rows.rows if row.state is state]
    refused = bool(preview.rows.refused)
    icon = ":material/error:" if refused else ":material/task_alt:"
    with st.expander(plain(say(preview.summary)), expanded=refused, icon=icon):
        if preview.issue is None:
            st.info(say(msg("The file belongs to no round: it is saved, and counts for none.")))
        if preview.moved_on:
            st.warning(
                say(
                    msg(
                        "The plan has changed since this template was written: look whether its rows "
                        "set back what others changed."
                    )
                )
            )
        if not rows:
            st.caption(say(msg("Nothing in it differs from the plan.")))
            return
        show_changes_table(rows_of_file(rows), key=f"returns_rows_{key}")


def _offer_saving(previews: dict[str, ReturnPreview], user: User) -> None:
    st.text_input(say(msg("Reason")), key=_REASON, max_chars=200)
    if any(preview.rows.refused for preview in previews.values()):
        st.toggle(say(msg("Save the good rows of files in which others are refused")), key=_GOOD_ROWS)
    st.button(
        say(msg_n("Bring back {n} file", "Bring back {n} files", n=len(previews))),
        type="primary",
        on_click=_save,
        args=(previews, user),
        key="returns_save",
    )


def _save(previews: dict[str, ReturnPreview], user: User) -> None:
    """Save each file as one change; what is refused leaves everything as it was."""
    state, cache = st.session_state, services().cache
    all_done = True
    for file_id, preview in previews.items():
        reason = state.get(_REASON, "") or say(msg("returned by {unit}", unit=preview.unit))
        only_good = bool(state.get(_GOOD_ROWS, False)) and bool(preview.rows.refused)
        try:
            back = save_return(cache, preview, reason=reason, user=user, at=now(), only_good=only_good)
        except GridmapError as error:
            refuse_after(_PLACE, error.message)
            all_done = False
            continue
        tell_after(_PLACE, back.told)
        state[_DONE] = {*state.get(_DONE, ()), file_id}
    if all_done:
        state[_COUNT] = state.get(_COUNT, 0) + 1
        state[_REASON] = ""
        _results().clear()
        state.pop(_DONE, None)
