"""What narrows the tables of people and posts, and what their rows are remarked with."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.messages import Message, msg
from gridmap.model.access import User
from gridmap.model.places import Level
from gridmap.names import LEVEL, NAME
from gridmap.service.operations.viewing import home
from gridmap.service.people.tables import WARNINGS
from gridmap.web.i18n import say
from gridmap.web.markup import plain
from gridmap.web.session import services
from gridmap.web.view_state import view_state

_REMARKS: Final[dict[str, Message]] = {
    "vacant": msg("vacant"),
    "over": msg("over the limit"),
    "double": msg("double"),
    "ended": msg("ended"),
    "ending": msg("ends soon"),
    "later": msg("begins later"),
}
_SCOPE: Final = "people_scope"


def choose_scope(user: User, at: datetime) -> str:
    """The part of the user's scope to show: a unit's code, '' for everything; begins as on the map."""
    plan = services().cache.plan()
    widest = home(plan, user)
    inside = services().cache.scope(widest, at).units
    upper = inside[inside[LEVEL] != Level.VILLAGE.value]
    names: dict[str, str] = {widest: plan.title if not widest else str(plan.units[NAME][widest])}
    names |= dict(zip(upper.index.astype(str), upper[NAME].astype(str), strict=True))
    asked = st.session_state.get(_SCOPE, view_state().scope)
    # Set anew at each run, or the choice is forgotten on the way over another page.
    st.session_state[_SCOPE] = asked if asked in names else widest
    chosen: str = st.selectbox(
        say(msg("Scope")),
        list(names),
        format_func=names.__getitem__,
        key=_SCOPE,
        width=200,
        label_visibility="collapsed",
    )
    return chosen


def matching(name: str, table: pd.DataFrame, searched: list[str]) -> tuple[pd.DataFrame, tuple[object, ...]]:
    """The rows that the two filters let through, and what these say.

    `searched` are the columns in which the text is looked for.
    """
    only, text = _remembered(f"{name}_only", False), _remembered(f"{name}_text", "")
    st.text_input(
        say(msg("Find")),
        key=f"{name}_text",
        placeholder=say(msg("Name, code or place")),
        label_visibility="collapsed",
        width=220,
    )
    st.toggle(say(msg("Only with warnings")), key=f"{name}_only")
    st.caption(plain(say(_counted(table))), width="content")
    wanted = str(text).strip().casefold()
    warned = table[[column for column in WARNINGS if column in table]].any(axis=1)
    rows = table[warned] if only else table
    if wanted:
        hit = pd.Series(data=False, index=rows.index)
        for column in searched:
            hit |= rows[column].astype(str).str.casefold().str.contains(wanted, regex=False)
        rows = rows[hit]
    return rows, (only, wanted)


def remarks(rows: pd.DataFrame) -> pd.Series[str]:
    """The warnings of each row in words."""
    told = pd.Series("", index=rows.index, dtype="str")
    for column, label in _REMARKS.items():
        if column in rows:
            joint = (told != "").map({True: " · ", False: ""})
            told = told.where(~rows[column], told + joint + say(label))
    return told


def _counted(table: pd.DataFrame) -> Message:
    counts = {name: int(table[name].sum()) for name in WARNINGS if name in table}
    parts = [msg("{n} {what}", n=count, what=_REMARKS[name]) for name, count in counts.items() if count]
    return msg("{parts}", parts=parts) if parts else msg("no warnings")


def _remembered(key: str, default: object) -> object:
    st.session_state[key] = st.session_state.get(key, default)
    found: object = st.session_state[key]
    return found
