"""The language of this session: what the user chose, else what the browser asks for."""

from __future__ import annotations

from typing import Final

import streamlit as st

from gridmap.messages import LANGUAGES, Language, Message, language_of, render

_CHOICE: Final = "language"
_NAMES: Final[dict[Language, str]] = {"zh": "中文", "en": "EN"}


def language() -> Language:
    """The language to write in."""
    chosen: Language | None = st.session_state.get(_CHOICE)
    return chosen or language_of(st.context.locale)


def say(message: Message) -> str:
    """`message` in the session's language."""
    return render(message, language())


def language_switch() -> None:
    """A control that changes the language of this session."""
    if st.session_state.get(_CHOICE) is None:
        st.session_state[_CHOICE] = language()
    st.segmented_control(
        "Language 语言",
        LANGUAGES,
        format_func=lambda key: _NAMES[key],
        key=_CHOICE,
        label_visibility="collapsed",
    )
