"""A round as it stands: a sentence, a row for each township, the templates, and whom to remind."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.messages import Language, msg
from gridmap.model.access import Action, User
from gridmap.service.returns.rounds import (
    RETURN_STATES,
    RoundStatus,
    TownshipReturn,
    round_status,
    round_templates,
    zipped,
)
from gridmap.service.rights import may
from gridmap.web.i18n import language, say
from gridmap.web.markup import plain
from gridmap.web.session import now, services

_ROW: Final = 35
_MOST: Final = 20
"""Rows shown without scrolling."""


def show_round(user: User, round_id: str) -> None:
    """The sentence, the townships, and the buttons of a round."""
    status = round_status(services().cache, round_id, user=user, at=now())
    st.markdown(f"**{plain(say(status.sentence))}**")
    _show_townships(status)
    with st.container(horizontal=True):
        if may(user, Action.EXPORT, user.scope):
            st.download_button(
                say(msg("All templates (ZIP)")),
                partial(_templates, user, round_id, language()),
                file_name=f"gridmap-{round_id}.zip",
                mime="application/zip",
                icon=":material/folder_zip:",
                on_click="ignore",
                key="returns_templates",
            )
        if status.missing:
            with st.popover(say(msg("Whom to remind")), icon=":material/content_copy:"):
                st.code(say(status.reminder), language=None, wrap_lines=True)


def _templates(user: User, round_id: str, language: Language) -> bytes:
    """The workbooks as one archive; written outside the session, whose language must be told."""
    at = now()
    files = round_templates(services().cache, round_id, user=user, at=at, language=language)
    return zipped(files, at)


def _show_townships(status: RoundStatus) -> None:
    labels = [
        say(msg("Code")),
        say(msg("Township")),
        say(msg("Sent")),
        say(msg("State")),
        say(msg("Returned at")),
        say(msg("By")),
        say(msg("Added")),
        say(msg("Changed")),
        say(msg("Refused")),
        say(msg("File")),
    ]
    table = pd.DataFrame([_cells(one) for one in status.townships], columns=labels)
    st.dataframe(
        table,
        hide_index=True,
        height=_ROW * (min(len(table), _MOST) + 1) + 3,
        # The name of the file is long, and everything else is short.
        column_config={
            **dict.fromkeys(labels[2:9], st.column_config.Column(width="small")),
            labels[9]: st.column_config.Column(width="large"),
        },
        key="returns_townships",
    )


def _cells(one: TownshipReturn) -> tuple[str, ...]:
    state = say(RETURN_STATES[one.state])
    if one.late:
        state = say(msg("{state}, late", state=RETURN_STATES[one.state]))
    numbers = ("" if count is None else str(count) for count in (one.added, one.changed, one.refused))
    returned = "" if one.returned_at is None else f"{one.returned_at:%m-%d %H:%M}"
    return (
        one.code, one.name, f"{one.sent_at:%m-%d %H:%M}", state, returned, one.returned_by, *numbers,
        one.file,
    )  # fmt: skip
