"""The row that saves: the callback finds the reason, and forgets it once something was saved."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

SCRIPT = """
import streamlit as st
from gridmap.messages import msg
from gridmap.web.saving_row import forget_reason, offer_saving, reason_given

def save(what):
    st.session_state["saved"] = (what, reason_given("here"))
    forget_reason("here")

offer_saving("here", msg("e.g. {what}", what="rain"), save, ("a",))
offer_saving("there", msg("e.g. {what}", what="snow"), save, ("b",), label=msg("Save it"), disabled=True)
"""


def test_the_reason_goes_with_the_click_and_the_field_is_empty_after_it() -> None:
    app = AppTest.from_string(SCRIPT, default_timeout=20).run()
    app.text_input(key="here_reason").input("a road was built")
    app.button(key="here_save").click().run()
    assert not app.exception
    assert app.session_state["saved"] == ("a", "a road was built")
    assert app.text_input(key="here_reason").value == ""
    assert app.button(key="there_save").disabled
