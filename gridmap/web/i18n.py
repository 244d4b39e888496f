"""The language of this session: what the user chose, else what the browser asks for."""

from __future__ import annotations

from typing import Final

import streamlit as st

from gridmap.messages import LANGUAGES, Language, Message, language_of, render

_CHOICE: Final = "language"
_SWITCH: Final = "language_switch"
"""The control's own state, which Streamlit drops whenever another page is opened."""
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
    st.session_state[_SWITCH] = language()
    st.segmented_control(
        "Language 语言",
        LANGUAGES,
        format_func=lambda key: _NAMES[key],
        key=_SWITCH,
        on_change=_choose,
        label_visibility="collapsed",
    )


def _choose() -> None:
    """Keep the choice; a click on the chosen language again, which would unset it, changes nothing."""
    if chosen := st.session_state[_SWITCH]:
        st.session_state[_CHOICE] = chosen
