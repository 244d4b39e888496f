"""The table of posts: assign, replace, end, note arrivals, one by one or many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from gridmap.errors import InputError
from gridmap.messages import Message, msg, msg_n
from gridmap.model.access import User
from gridmap.model.labels import FUNCTIONS, label_of
from gridmap.model.people import Function, TargetKind
from gridmap.model.place_kinds import PLACE_KINDS
from gridmap.service.people.post_rows import PostRow, Wish, edits_of, kind_of, post_row, wish_for
from gridmap.service.people.tables import choices, holders, posts_table
from gridmap.web.i18n import language, say
from gridmap.web.people.filters import matching, remarks
from gridmap.web.people.saving import Group, Hands, show_pending
from gridmap.web.people.table_edits import Changes, TableEdits, table_edits
from gridmap.web.session import services

_NAME: Final = "posts"
_KINDS: Final = (TargetKind.CELL, *(kind for kind in PLACE_KINDS if kind is not TargetKind.CELL))
_FUNCTION_LABELS: Final = {function.value: FUNCTIONS[function] for function in Function}
_CHOSEN_AT_ONCE: Final = 500
_EDITED: Final = ("choose", "person_id", "function", "until", "arrived", "end")


def show_posts(user: User, scope: str, at: datetime, *, editable: bool) -> None:
    """The table of posts of a scope, and what is wished of it."""
    draft = table_edits(_NAME, post_row)
    moment = draft.moment(at)
    cache = services().cache
    table = posts_table(cache, user=user, scope=scope, at=moment)
    with st.container(horizontal=True, vertical_alignment="center", key="posts_filters"):
        kinds = _kinds()
        searched = ["place", "code", "village", "person"]
        rows, filters = matching(_NAME, table[table["kind"].isin(kinds)], searched)
    found = choices(cache, user=user, posted=table["person_id"])
    if not editable:  # nobody is chosen: those who are there suffice
        found = found[found.index.isin(table["person_id"])]
    labels = dict(zip(found.index.astype(str), found, strict=True))
    draft.settle((cache.plan().revision, scope, tuple(kinds), filters, moment, language(), editable))
    told = draft.show(table, rows.index)
    _table(draft, _frame(rows, told), labels, editable=editable)
    if not editable:
        return
    draft.take_in()
    _bulk_bar(draft, labels)
    groups = {
        key: group
        for key, changes in draft.changes.items()
        if (group := _group(draft.seen[key], changes, labels, at)) is not None
    }
    show_pending(_NAME, groups, _hands(draft, at), user=user, at=at)


def _kinds() -> list[TargetKind]:
    key = "posts_kinds"
    # Set anew at each run, or the choice is forgotten on the way over another page.
    st.session_state[key] = st.session_state.get(key, [TargetKind.CELL, TargetKind.UNIT])
    chosen: list[TargetKind] = st.pills(
        say(msg("Posts at")),
        _KINDS,
        format_func=lambda kind: say(PLACE_KINDS[kind].label),
        selection_mode="multi",
        key=key,
        label_visibility="collapsed",
    )
    return chosen


def _frame(rows: pd.DataFrame, told: Mapping[str, Changes]) -> pd.DataFrame:
    """What the editor shows: the rows, with the changes made before written into them."""
    frame = pd.DataFrame(
        {
            "choose": False,
            "place": rows["place"],
            "remark": remarks(rows),
            "person_id": rows["person_id"].where(rows["person_id"] != "", None),
            "function": rows["function"],
            "end": False,
            "until": rows["until"],
            "arrived": rows["arrived_at"].notna(),
            "start": rows["start"],
            "village": rows["village"],
            "township": rows["township"],
            "code": rows["code"],
        },
        index=rows.index,
    ).astype({"person_id": object})
    for key, changes in told.items():
        for column, value in changes.items():
            frame.loc[key, column] = pd.Timestamp(value).tz_localize(None) if column == "until" else value
    return frame


def _table(
    draft: TableEdits[PostRow], frame: pd.DataFrame, labels: Mapping[str, str], *, editable: bool
) -> None:
    column = st.column_config
    config = {
        "choose": column.CheckboxColumn(say(msg("Choose")), width=84),
        "place": column.TextColumn(say(msg("Place")), width=150, pinned=True),
        "remark": column.TextColumn(say(msg("Remark")), width=110),
        "person_id": column.SelectboxColumn(
            say(msg("Person")),
            options=list(labels),
            format_func=lambda key: labels.get(str(key), str(key)),
            width=230,
        ),
        "function": column.SelectboxColumn(
            say(msg("Function")),
            options=list(_FUNCTION_LABELS),
            format_func=lambda key: say(label_of(_FUNCTION_LABELS, str(key))),
            required=True,
            width=110,
        ),
        "end": column.CheckboxColumn(say(msg("End")), width=72),
        "until": column.DatetimeColumn(say(msg("Until")), format="YYYY-MM-DD HH:mm", step=60, width=135),
        "arrived": column.CheckboxColumn(say(msg("Arrived")), width=92),
        "start": column.DatetimeColumn(say(msg("Since")), format="YYYY-MM-DD", width=95),
        "village": column.TextColumn(say(msg("Village or community")), width=150),
        "township": column.TextColumn(say(msg("Township")), width=100),
        "code": column.TextColumn(say(msg("Code")), width=130),
    }
    hidden = set() if editable else {"choose", "end"}
    st.data_editor(
        frame.reset_index(drop=True),
        key=draft.editor_key,
        hide_index=True,
        column_config=config,
        column_order=[name for name in frame.columns if name not in hidden],
        disabled=[name for name in frame.columns if name not in _EDITED] if editable else True,
        height=470 if len(frame) > 12 else "auto",
        placeholder="",
    )
    st.caption(say(msg_n("{n} row", "{n} rows", n=len(frame))))


def _group(row: PostRow, changes: Changes, labels: Mapping[str, str], at: datetime) -> Group | None:
    """What is wished of a row, as edits and in words; nothing where it says so already."""
    wish = wish_for(row, changes)
    try:
        edits = edits_of(row, wish, at=at)
    except InputError as error:
        return Group((), "changed", _line("changed", row, wish, labels), changes, error.message)
    if not edits:
        return None
    kind = kind_of(edits, row)
    return Group(tuple(edits), kind, _line(kind, row, wish, labels), dict(changes))


def _line(kind: str, row: PostRow, wish: Wish, labels: Mapping[str, str]) -> Message:
    before, after = (labels.get(key, key) for key in (row.person_id, wish.person_id))
    function = label_of(FUNCTIONS, wish.function)
    until = f"{wish.until:%Y-%m-%d %H:%M}" if wish.until else "–"
    if kind == "assigned":
        return msg("{place}: {person} becomes {function}", place=row.place, person=after, function=function)
    if kind == "replaced":
        return msg(
            "{place}: {after} becomes {function} in place of {before}",
            place=row.place,
            before=before,
            after=after,
            function=function,
        )
    if kind == "ended":
        return msg("{place}: the post of {person} ends", place=row.place, person=before)
    return msg(
        "{place}: {person}, until {until}, {arrived}",
        place=row.place,
        person=before,
        until=until,
        arrived=msg("arrived") if wish.arrived else msg("not arrived"),
    )


def _hands(draft: TableEdits[PostRow], at: datetime) -> Hands:
    cache = services().cache

    def there_now(key: str) -> Message:
        row = draft.seen[key]
        people = holders(cache.plan(), row.kind, row.code, at)
        told = [f"{label} ({say(label_of(FUNCTIONS, function))})" for label, function in people]
        return msg("{place}: {people}", place=row.place, people=told or [say(msg("nobody"))])

    def see_anew(key: str) -> None:
        row, plan = draft.seen[key], cache.plan()
        version = int(plan.posts["version"].get(row.post_id, row.version))
        draft.see(
            key, replace(row, version=version, place_version=int(plan.table(row.kind)["version"][row.code]))
        )

    def saved(groups: Mapping[str, Group]) -> None:
        draft.drop_as_told({key: dict(group.told) for key, group in groups.items()})

    return Hands(there_now, see_anew, draft.drop, saved, lambda: draft.drop(list(draft.changes)))


def _bulk_bar(draft: TableEdits[PostRow], labels: Mapping[str, str]) -> None:
    """What can be done with the chosen rows, all at once."""
    chosen = [key for key, changes in draft.changes.items() if changes.get("choose")]
    with st.container(horizontal=True, vertical_alignment="bottom", key="posts_bulk"):
        st.button(
            say(msg_n("Choose the {n} row shown", "Choose all {n} rows shown", n=len(draft.shown))),
            key="posts_choose_all",
            disabled=not 0 < len(draft.shown) <= _CHOSEN_AT_ONCE,
            help=say(msg("Narrow the table first: at most {n} rows at once.", n=_CHOSEN_AT_ONCE)),
            on_click=_choose_all,
            args=(draft,),
        )
        if not chosen:
            st.caption(say(msg("Choose rows to change many at once.")), width="content")
            return
        _offer_assigning(draft, chosen, labels)
        for name, label in (("end", msg("End the chosen")), ("arrived", msg("Note arrival"))):
            st.button(
                say(label),
                key=f"posts_bulk_{name}",
                on_click=_tick_chosen,
                args=(draft, chosen, name),
            )
        st.button(
            say(msg("Choose none")),
            key="posts_choose_none",
            type="tertiary",
            on_click=partial(_clear_choice, draft, chosen),
        )


def _offer_assigning(draft: TableEdits[PostRow], chosen: list[str], labels: Mapping[str, str]) -> None:
    """One person for all chosen places."""
    person = st.selectbox(
        say(msg("Person")),
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder=say(msg("Name, unit or last four digits")),
        key="posts_bulk_person",
        width=260,
    )
    function = st.selectbox(
        say(msg("Function")),
        list(_FUNCTION_LABELS),
        index=list(_FUNCTION_LABELS).index(Function.MEMBER.value),
        format_func=lambda key: say(_FUNCTION_LABELS[key]),
        key="posts_bulk_function",
        width=150,
    )
    st.button(
        say(msg_n("Assign to {n} place", "Assign to {n} places", n=len(chosen))),
        key="posts_bulk_assign",
        disabled=person is None,
        on_click=_assign_chosen,
        args=(draft, chosen, person, function),
    )


def _choose_all(draft: TableEdits[PostRow]) -> None:
    draft.change({key: (draft.row_of(draft.source, key), {"choose": True}) for key in draft.shown})


def _assign_chosen(draft: TableEdits[PostRow], chosen: list[str], person: str, function: str) -> None:
    wishes: dict[str, tuple[PostRow, Changes]] = {}
    for row in [draft.seen[key] for key in chosen]:
        if row.post_id or draft.changes[row.key].get("person_id"):
            # The place has somebody: one more comes beside them, in a row of their own.
            place = f"beside:{row.kind}:{row.code}:{person}:{function}"
            beside = replace(row, key=place, post_id="", person_id="", until=None, arrived=False, ended=False)
            wishes[place] = (beside, {"person_id": person, "function": function})
        else:
            wishes[row.key] = (row, {"person_id": person, "function": function})
    draft.change(wishes)
    _clear_choice(draft, chosen)


def _tick_chosen(draft: TableEdits[PostRow], chosen: list[str], column: str) -> None:
    posted = [key for key in chosen if draft.seen[key].post_id]
    draft.change({key: (draft.seen[key], {column: True}) for key in posted})
    _clear_choice(draft, chosen)


def _clear_choice(draft: TableEdits[PostRow], chosen: list[str]) -> None:
    only = [key for key in chosen if draft.changes[key].keys() <= {"choose"}]
    draft.change({key: (draft.seen[key], {"choose": False}) for key in chosen if key not in only})
    draft.drop(only)
