"""The roster: who there is, what they hold; entering people and changing what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import pandas as pd
import streamlit as st

from gridmap.messages import Message, msg, msg_n
from gridmap.model.access import User, covers
from gridmap.names import NAME, PARENT_CODE
from gridmap.service.people.commands import AddPerson, ChangePerson
from gridmap.service.people.rules import PERSON_FIELDS
from gridmap.service.people.tables import people_table
from gridmap.web.i18n import language, say
from gridmap.web.people.filters import matching, remarks
from gridmap.web.people.saving import Group, Hands, show_pending
from gridmap.web.people.table_edits import Changes, TableEdits, table_edits
from gridmap.web.session import services

_NAME: Final = "roster"
_EDITED: Final = ("name", "title", "sending_unit", "unit_code", "new_phone")
_LABELS: Final[dict[str, Message]] = {**PERSON_FIELDS, "new_phone": msg("New phone")}


@dataclass(frozen=True)
class PersonRow:
    """A person as the planner saw them."""

    key: str
    version: int
    values: Mapping[str, str]


def show_roster(user: User, scope: str, at: datetime, *, editable: bool) -> None:
    """The roster of a scope, and what is wished of it."""
    draft = table_edits(_NAME, _person_row)
    moment = draft.moment(at)
    cache = services().cache
    table = people_table(cache, user=user, scope=scope, at=moment)
    with st.container(horizontal=True, vertical_alignment="center", key="roster_filters"):
        rows, filters = matching(_NAME, table, ["name", "phone", "title", "sending_unit", "unit"])
    draft.settle((cache.plan().revision, scope, filters, moment, language(), editable))
    told = draft.show(table, rows.index)
    _table(draft, _frame(rows, told, draft.added_before), user, scope, editable=editable)
    if not editable:
        return
    draft.take_in()
    groups = {
        key: group
        for key, changes in draft.changes.items()
        if (group := _changed(draft.seen[key], changes)) is not None
    }
    groups |= {f"new:{number}": _added(row) for number, row in enumerate(draft.added)}
    show_pending(_NAME, groups, _hands(draft), user=user, at=at)


def _person_row(table: pd.DataFrame, key: str) -> PersonRow:
    row: pd.Series[Any] = table.loc[[key]].iloc[0]
    values = {name: str(row[name] or "") for name in PERSON_FIELDS if name != "phone"}
    return PersonRow(key, int(row["version"]), values)


def _frame(rows: pd.DataFrame, told: Mapping[str, Changes], added: list[Changes]) -> pd.DataFrame:
    """What the editor shows: the rows, with the changes made before written into them, and new ones last."""
    frame = pd.DataFrame(
        {
            "name": rows["name"],
            "remark": remarks(rows),
            "title": rows["title"],
            "sending_unit": rows["sending_unit"],
            "unit_code": rows["unit_code"].where(rows["unit_code"] != "", None),
            "phone": rows["phone"],
            "new_phone": "",
            **{name: rows[name].where(rows[name] > 0) for name in ("heads", "deputies", "members")},
            "posts": rows["posts"],
        },
        index=rows.index,
    ).astype({"unit_code": object})
    for key, changes in told.items():
        for column, value in changes.items():
            frame.loc[key, column] = value
    if not added:
        return frame
    return pd.concat([frame, pd.DataFrame(added, index=[f"new:{n}" for n in range(len(added))])])


def _table(
    draft: TableEdits[PersonRow], frame: pd.DataFrame, user: User, scope: str, *, editable: bool
) -> None:
    column = st.column_config
    units = _units(user)
    count = {"heads": msg("Head of"), "deputies": msg("Deputy of"), "members": msg("Member of")}
    config = {
        "name": column.TextColumn(say(_LABELS["name"]), width=110, pinned=True),
        "remark": column.TextColumn(say(msg("Remark")), width=110),
        "title": column.TextColumn(say(_LABELS["title"]), width=130),
        "sending_unit": column.TextColumn(say(_LABELS["sending_unit"]), width=130),
        "unit_code": column.SelectboxColumn(
            say(_LABELS["unit_code"]),
            options=list(units),
            default=scope if scope in units else None,
            format_func=lambda key: units.get(str(key), str(key)),
            width=170,
        ),
        "phone": column.TextColumn(say(_LABELS["phone"]), width=110),
        "new_phone": column.TextColumn(
            say(_LABELS["new_phone"]), width=120, help=say(msg("The whole number; it is shown masked after."))
        ),
        **{
            name: column.NumberColumn(say(label), width=80, help=say(msg("Cells held now")))
            for name, label in count.items()
        },
        "posts": column.NumberColumn(say(msg("Posts")), width=70, help=say(msg("Posts of any kind, now"))),
    }
    hidden = set() if editable else {"new_phone"}
    st.data_editor(
        frame.reset_index(drop=True),
        key=draft.editor_key,
        hide_index=True,
        num_rows="add" if editable else "fixed",
        column_config=config,
        column_order=[name for name in frame.columns if name not in hidden],
        disabled=[name for name in frame.columns if name not in _EDITED] if editable else True,
        height=470 if len(frame) > 12 else "auto",
        placeholder="",
    )
    st.caption(say(msg_n("{n} person", "{n} people", n=len(frame))))


def _units(user: User) -> dict[str, str]:
    """Names of the units a user may enter people of, those below after those above; villages tell theirs."""
    plan = services().cache.plan()
    above = plan.units[PARENT_CODE].map(plan.units[NAME]).fillna("")
    rows = zip(plan.units.index.astype(str), plan.units[NAME].astype(str), above, strict=True)
    return {code: " · ".join(filter(None, (name, up))) for code, name, up in rows if covers(user.scope, code)}


def _values(changes: Changes) -> dict[str, str]:
    """Changed columns as fields of a person."""
    values: dict[str, str] = {name: str(changes[name] or "").strip() for name in _EDITED if name in changes}
    if phone := values.pop("new_phone", ""):
        values["phone"] = phone
    return values


def _changed(row: PersonRow, changes: Changes) -> Group | None:
    values = {
        name: value
        for name, value in _values(changes).items()
        if name == "phone" or row.values[name] != value
    }
    if not values:
        return None
    edit = ChangePerson(row.key, values, row.version)
    line = msg("{person}: {values}", person=row.values["name"], values=_told(values))
    return Group((edit,), "changed", line, dict(changes))


def _added(row: Changes) -> Group:
    values = _values(row)
    edit = AddPerson(f"person-{uuid4().hex[:12]}", **({"name": ""} | values))
    line = msg("{person} is entered: {values}", person=edit.name or "–", values=_told(values))
    return Group((edit,), "added", line, dict(row))


def _told(values: Mapping[str, str]) -> list[Message]:
    """Changed fields in words; a phone that was typed is not repeated."""
    names = services().cache.plan().units[NAME]
    shown = {"phone": "****" + values["phone"][-2:]} if "phone" in values else {}
    if "unit_code" in values:
        shown["unit_code"] = str(names.get(values["unit_code"], "–"))
    return [
        msg(
            "{field} “{value}”",
            field=_LABELS["new_phone" if name == "phone" else name],
            value=shown.get(name, value),
        )
        for name, value in values.items()
    ]


def _hands(draft: TableEdits[PersonRow]) -> Hands:
    def now(key: str) -> PersonRow | None:
        people = services().cache.plan().people
        return _person_row(people, key) if key in people.index else None

    def there_now(key: str) -> Message:
        person = now(key)
        wished = [name for name in _values(draft.changes[key]) if name != "phone"]
        if person is None:
            return msg("nobody")
        values = {name: person.values[name] for name in wished}
        return msg("{person}: {values}", person=person.values["name"], values=_told(values))

    def see_anew(key: str) -> None:
        if person := now(key):
            draft.see(key, replace(draft.seen[key], version=person.version))

    def saved(groups: Mapping[str, Group]) -> None:
        told = {key: dict(group.told) for key, group in groups.items()}
        draft.drop_added([changes for key, changes in told.items() if key.startswith("new:")])
        draft.drop_as_told({key: changes for key, changes in told.items() if not key.startswith("new:")})

    def discard() -> None:
        draft.take_in()
        draft.drop_added(draft.added)
        draft.drop(list(draft.changes))

    return Hands(there_now, see_anew, draft.drop, saved, discard)
