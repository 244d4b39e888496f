"""The line above the map: where one looks, at what moment, which revision; search and language."""

from __future__ import annotations

from datetime import date, datetime, time

import streamlit as st

from gridmap.draw.layers import Layers
from gridmap.messages import msg
from gridmap.model.access import User
from gridmap.model.people import TargetKind
from gridmap.service.operations.viewing import Hit, home, search
from gridmap.web.i18n import language_switch, say
from gridmap.web.markup import badge, plain
from gridmap.web.session import now, services
from gridmap.web.view_state import set_view, view_state


def show_header(user: User, layers: Layers, at: datetime) -> None:
    """Breadcrumb, moment, revision, search, language."""
    left, right = st.columns([5, 4], vertical_alignment="center")
    with left, st.container(horizontal=True, vertical_alignment="center", gap="small", key="breadcrumb"):
        _breadcrumb(user, layers)
    with (
        right,
        st.container(
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="right",
            gap="small",
            key="moment",
        ),
    ):
        st.html(badge(say(msg("Internal")), "quiet"))
        _moment(at, demo=layers.demo)
        st.caption(say(msg("Revision {revision}", revision=layers.revision)), width="content")
        _search(user)
        language_switch()
    if layers.demo:
        st.caption(
            say(
                msg(
                    "Demonstration: every place and person is fictional. The clock stands at {at}.",
                    at=f"{now():%Y-%m-%d %H:%M}",
                )
            )
        )


def _breadcrumb(user: User, layers: Layers) -> None:
    # Where several units stand at the top, the whole plan is a step of its own above them.
    whole = [] if home(services().cache.plan(), user) else [("", layers.title)]
    *above, (_, here) = [*whole, *layers.trail]
    for code, name in above:
        st.button(
            plain(name), key=f"crumb-{code}", type="tertiary", on_click=_go, args=(code,), width="content"
        )
        st.html('<span class="gm-step">›</span>', width="content")
    st.markdown(f"**{plain(here)}**", width="content")


def _go(code: str) -> None:
    set_view(view_state().drilled(code))


def _moment(at: datetime, *, demo: bool) -> None:
    with st.popover(say(msg("As of {at}", at=f"{at:%m-%d %H:%M}")), icon=":material/schedule:"):
        day = st.date_input(say(msg("Day")), value=at.date(), key="as_of_day", format="YYYY-MM-DD")
        hour = st.time_input(say(msg("Time")), value=at.time(), key="as_of_time", step=900)
        st.button(say(msg("Show this moment")), on_click=_look_at, args=(day, hour), type="primary")
        st.button(say(msg("Back to the demo's clock") if demo else msg("Back to now")), on_click=_look_at)


def _look_at(day: date | None = None, hour: time | None = None) -> None:
    set_view(view_state().at(datetime.combine(day, hour) if day and hour else None))


def _search(user: User) -> None:
    with st.popover(say(msg("Search")), icon=":material/search:"):
        text = st.text_input(say(msg("Name or code")), key="search_text")
        hits = search(services().cache, user=user, text=text)
        for hit in hits:
            st.button(
                plain(f"{hit.name} · {hit.place}"),
                key=f"hit-{hit.kind}-{hit.code}",
                on_click=_found,
                args=(hit,),
                type="tertiary",
                help=plain(hit.code),
            )
        if text and not hits:
            st.caption(plain(say(msg("Nothing found for “{text}”.", text=text))))


def _found(hit: Hit) -> None:
    state = view_state()
    set_view(state.drilled(hit.code) if hit.kind is TargetKind.UNIT else state.locating(hit.kind, hit.code))
