"""A row of the table of posts as a planner saw it, and the edits that their changes of it amount to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pandas as pd

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.model.people import Function, TargetKind
from gridmap.service.people.commands import AssignPost, Edit, EndPost, NoteArrival

Kind = Literal["assigned", "ended", "replaced", "changed"]


@dataclass(frozen=True)
class PostRow:
    """One row of `roster.posts_table`; `post_id` and `person_id` are '' where nobody is posted."""

    key: str
    post_id: str
    version: int
    kind: TargetKind
    code: str
    place: str
    place_version: int
    function: str
    tier: int | None
    need_tier: int | None
    person_id: str
    until: datetime | None
    arrived: bool
    ended: bool


def post_row(table: pd.DataFrame, key: str) -> PostRow:
    """The row `key` of `roster.posts_table`."""
    row: pd.Series[Any] = table.loc[[key]].iloc[0]
    return PostRow(
        key=key,
        post_id=str(row["post_id"]),
        version=int(row["version"]),
        kind=TargetKind(row["kind"]),
        code=str(row["code"]),
        place=str(row["place"]),
        place_version=int(row["place_version"]),
        function=str(row["function"]),
        tier=None if pd.isna(row["tier"]) else int(row["tier"]),
        need_tier=None if pd.isna(row["need_tier"]) else int(row["need_tier"]),
        person_id=str(row["person_id"]),
        until=None if pd.isna(row["until"]) else row["until"].to_pydatetime(),
        arrived=not pd.isna(row["arrived_at"]),
        ended=bool(row["ended"]),
    )


@dataclass(frozen=True)
class Wish:
    """What a planner wants a row to say: of a post all of it, whatever they left as it was."""

    person_id: str
    function: str
    until: datetime | None
    arrived: bool
    end: bool = False


def wish_for(row: PostRow, changes: Mapping[str, Any]) -> Wish:
    """The row with its changed columns: person_id, function, until (ISO text, or None), arrived, end."""
    until = changes.get("until", row.until)
    return Wish(
        person_id=str(changes.get("person_id", row.person_id) or ""),
        function=str(changes.get("function", row.function) or row.function),
        until=None if until is None else pd.Timestamp(until).tz_localize(None).to_pydatetime(),
        arrived=bool(changes.get("arrived", row.arrived)),
        end=bool(changes.get("end", False)),
    )


def edits_of(row: PostRow, wish: Wish, *, at: datetime) -> list[Edit]:
    """What has to be done so that the row says what is wished; nothing where it says so already.

    Another person or function ends the post and opens a new one. Whoever is taken out of a row is ended.

    Raises:
        InputError: it cannot be done: an end that was set is not taken back.
    """
    if not row.post_id or row.ended:
        taken = wish.person_id and (not row.post_id or _another(row, wish))
        return [_assignment(row, wish)] if taken else []
    if wish.end or not wish.person_id:
        return [EndPost(row.post_id, wish.until if wish.until != row.until else None, row.version)]
    if _another(row, wish):
        return [EndPost(row.post_id, None, row.version), _assignment(row, wish)]
    edits: list[Edit] = []
    if wish.until != row.until:
        if wish.until is None:
            raise InputError(msg("An end that was set is not taken back here; set a later one"))
        edits.append(EndPost(row.post_id, wish.until, row.version))
    if wish.arrived != row.arrived:
        edits.append(NoteArrival(row.post_id, at if wish.arrived else None, row.version))
    return edits


def kind_of(edits: list[Edit], row: PostRow) -> Kind:
    """What the edits of a row do to it, in one word."""
    assigns = any(isinstance(edit, AssignPost) for edit in edits)
    ends = any(isinstance(edit, EndPost) and edit.valid_to is None for edit in edits)
    if assigns:
        return "replaced" if ends or row.ended else "assigned"
    return "ended" if ends else "changed"


def _another(row: PostRow, wish: Wish) -> bool:
    return wish.person_id != row.person_id or wish.function != row.function


def _assignment(row: PostRow, wish: Wish) -> AssignPost:
    return AssignPost(
        target_kind=row.kind,
        target_code=row.code,
        person_id=wish.person_id,
        function=Function(wish.function),
        tier=tier_of(row, wish.function),
        # The end of the one who goes is not that of the one who comes.
        valid_to=wish.until if wish.until != row.until or not row.post_id else None,
        expected_version=row.place_version,
    )


def tier_of(row: PostRow, function: str) -> int | None:
    """The tier of a post: the row's own, else what a head of such a place has."""
    if function == row.function and row.post_id:
        return row.tier
    return row.need_tier if function == Function.HEAD.value else None
