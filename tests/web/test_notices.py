"""What a page tells of a deed: in the run after the click, once; a refusal in place of what is not drawn."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

SCRIPT = """
import streamlit as st
from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.web.notices import refuse_after, refusals_shown, show_once, tell_after

def deed():
    tell_after("here", msg("{file} is saved.", file="a_b.csv"))
    refuse_after("here", msg("{file} is refused.", file="c.csv"))
    tell_after("elsewhere", msg("Not here."))

show_once("here")
st.button("Do it", on_click=deed)
st.toggle("Something else")
with refusals_shown():
    if st.toggle("Bad"):
        raise InputError(msg("It cannot be read."))
"""


def test_a_deed_is_told_once_and_only_at_its_place() -> None:
    app = AppTest.from_string(SCRIPT, default_timeout=20).run()
    assert not app.success
    app.button[0].click().run()
    assert [box.value for box in app.success] == [r"a\_b\.csv is saved\."]
    assert [box.value for box in app.error] == [r"c\.csv is refused\."]
    app.toggle[0].set_value(True).run()
    assert not app.success
    assert not app.error


def test_a_refusal_stands_in_place_of_what_cannot_be_drawn() -> None:
    app = AppTest.from_string(SCRIPT, default_timeout=20).run()
    app.toggle[1].set_value(True).run()
    assert not app.exception
    assert [box.value for box in app.error] == [r"It cannot be read\."]
