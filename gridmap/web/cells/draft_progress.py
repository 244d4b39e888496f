"""A split at work: how far it is, and a way to stop it."""

from __future__ import annotations

import streamlit as st

from gridmap.jobs.background import BackgroundJob
from gridmap.messages import Message, msg
from gridmap.service.cells.draft import Draft
from gridmap.web.cells.draft_desk import draft_desk
from gridmap.web.i18n import say
from gridmap.web.notices import Mood, Notice

_SECONDS = 0.4


@st.fragment(run_every=_SECONDS)
def show_progress() -> None:
    """A bar that follows the job on the desk; when it is done the whole page runs again."""
    job = draft_desk().job
    if job is None or job.done:
        st.rerun()
    done, total = job.progress
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(done / total if total else 0.0, say(_words(done, total)))
    button.button(say(msg("Cancel")), key="cancel_split", on_click=_cancel, args=(job,), width="stretch")


def _words(done: int, total: int) -> Message:
    if not total:
        return msg("Reading boundaries and load")
    if done < total:
        return msg("Cutting: {done} of {total} units", done=done, total=total)
    return msg("Joining the cells and measuring them")


def _cancel(job: BackgroundJob[Draft]) -> None:
    job.cancel()
    desk = draft_desk()
    desk.drop()
    desk.told = Notice(msg("The split was stopped; nothing was saved."), Mood.NOTED)
