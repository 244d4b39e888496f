"""A file that is read or compared: how far it is, and a way to stop it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gridmap.messages import Message, msg
from gridmap.web.i18n import say
from gridmap.web.imports.desk import import_desk
from gridmap.web.kept import Task

_SECONDS = 0.4


def show_work(name: str, label: Message) -> None:
    """The bar of a piece of work, or a way to begin it again after it was stopped.

    Args:
        name: `looking` or `previewing`, as the desk calls it.
        label: what is being done.
    """
    if _task(name).stopped:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(say(msg("Stopped; nothing was saved.")))
            st.button(say(msg("Begin again")), key=f"again_{name}", on_click=_again, args=(name,))
        return
    _show_bar(name, label)


@st.fragment(run_every=_SECONDS)
def _show_bar(name: str, label: Message) -> None:
    """Follow the work; when it is done the whole page runs again."""
    job = _task(name).job
    if job is None or job.done:
        st.rerun()
    done, total = job.progress
    bar, button = st.columns([5, 1], vertical_alignment="center")
    words = say(msg("{what}: row {done} of {total}", what=label, done=done, total=total) if total else label)
    bar.progress(min(done / total, 1.0) if total else 0.0, words)
    button.button(say(msg("Cancel")), key=f"cancel_{name}", on_click=_stop, args=(name,), width="stretch")


def _task(name: str) -> Task[Any]:
    desk = import_desk()
    return desk.looking if name == "looking" else desk.previewing


def _stop(name: str) -> None:
    _task(name).stop()


def _again(name: str) -> None:
    _task(name).forget()
