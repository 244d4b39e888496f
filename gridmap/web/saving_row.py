"""The last row of a page that saves: a reason for the log of changes, and the button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from gridmap.messages import Message, msg
from gridmap.web.i18n import say


def offer_saving(
    name: str,
    hint: Message,
    save: Callable[..., None],
    args: tuple[Any, ...],
    *,
    label: Message | None = None,
    longest: int | None = None,
    disabled: bool = False,
) -> None:
    """The reason and the button.

    Args:
        name: begins the keys of both, so that a page may have several rows.
        hint: an example of a reason.
        save: the button's callback; it finds the reason by `reason_given`.
        args: of the callback.
        label: of the button, where it says more than that one change is saved.
        longest: characters that a reason may have; None for any number.
        disabled: whether it cannot be saved yet.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{name}_saving"):
        st.text_input(
            say(msg("Reason, for the log of changes")),
            key=f"{name}_reason",
            max_chars=longest,
            placeholder=say(hint),
        )
        st.button(
            say(label or msg("Save as one change")),
            key=f"{name}_save",
            type="primary",
            icon=":material/save:",
            disabled=disabled,
            on_click=save,
            args=args,
            width="content",
        )


def reason_given(name: str) -> str:
    """What was written in the row of that name."""
    return str(st.session_state.get(f"{name}_reason", ""))


def forget_reason(name: str) -> None:
    """An empty field after something was saved; for callbacks."""
    st.session_state[f"{name}_reason"] = ""
