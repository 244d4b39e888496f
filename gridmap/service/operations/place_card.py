"""The card of a place: what it is, how it stands, who is there, and who could be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from gridmap.measure.coverage import active_posts
from gridmap.messages import Message, msg, msg_n
from gridmap.model.access import Action, User, may_post, nearest
from gridmap.model.labels import (
    CELL_STATES,
    CHECKPOINT_KINDS,
    CHECKPOINT_STATES,
    GATE_STATES,
    SITE_KINDS,
    SITE_STATES,
    UNIT_KINDS,
    label_of,
)
from gridmap.model.people import Person, TargetKind
from gridmap.model.place_kinds import PLACE_KINDS
from gridmap.model.plan import Plan, Row
from gridmap.model.status import CellState, CheckpointState, Evaluation, SiteState
from gridmap.names import AREA, HOUSEHOLDS, KIND, NAME, PARENT_CODE
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require

Facts = tuple[tuple[Message, str | Message], ...]


@dataclass(frozen=True)
class Posted:
    """A person at the place: the post to end, and its row version; the phone is masked."""

    post_id: str
    version: int
    person: Person
    function: str
    tier: int | None
    since: datetime
    until: datetime | None
    over_limit: bool


@dataclass(frozen=True)
class Card:
    """A place as one looks at it. `version` is that of its row, for the check against other planners."""

    kind: TargetKind
    code: str
    name: str
    version: int
    state: str
    state_label: Message | None
    facts: Facts
    people: tuple[Posted, ...]


def card(cache: PlanCache, *, user: User, kind: TargetKind, code: str, at: datetime) -> Card:
    """The card of a unit, cell, checkpoint or contact site at `at`.

    Raises:
        AccessError: the place lies outside the user's scope.
        NotFoundError: there is no such place.
    """
    plan, evaluation = cache.plan(), cache.evaluation(at)
    row = plan.place(kind, code)
    require(user, Action.VIEW, nearest(user.scope, plan.reached_by(kind, code)))
    state, label, facts = _DESCRIBE[kind](plan, evaluation, code, row)
    return Card(
        kind=kind,
        code=code,
        name=str(row[NAME]),
        version=int(row["version"]),
        state=state,
        state_label=label,
        facts=facts,
        people=_posted(plan, evaluation, kind, code),
    )


def candidates(cache: PlanCache, *, user: User, code: str, at: datetime) -> tuple[tuple[Person, int], ...]:
    """People of the user's scope who could take a post, and the cells each holds; those with least first.

    Who belongs to no unit, as those a county sends out, is everybody's to post.
    """
    require(user, Action.EDIT_POSTS, code)
    plan = cache.plan()
    own = [may_post(user, unit) for unit in plan.people["unit_code"].fillna("")]
    people = plan.people[own]
    held = cache.evaluation(at).loads["cells"].groupby(level="person_id").sum()
    people = people.assign(held=held.reindex(people.index).fillna(0).astype(int)).sort_values(["held", NAME])
    return tuple((person_of(plan, str(key)), int(count)) for key, count in people["held"].items())


def person_of(plan: Plan, person_id: str) -> Person:
    """A person of the roster, the phone masked."""
    row = _row(plan.people, person_id)
    return Person(
        id=person_id,
        name=str(row[NAME]),
        phone=str(row["phone"] or ""),
        title=str(row["title"] or ""),
        sending_unit=str(row["sending_unit"] or ""),
        unit_code=str(row["unit_code"] or ""),
        version=int(row["version"]),
    )


def _posted(plan: Plan, evaluation: Evaluation, kind: TargetKind, code: str) -> tuple[Posted, ...]:
    posts = active_posts(plan, evaluation.at, kind)
    posts = posts[posts["target_code"] == code].sort_values(["function", "valid_from"])
    over = set(evaluation.loads.index[evaluation.loads["over"].astype(bool)])
    return tuple(
        Posted(
            post_id=str(post_id),
            version=int(post["version"]),
            person=person_of(plan, str(post["person_id"])),
            function=str(post["function"]),
            tier=None if pd.isna(post["tier"]) else int(post["tier"]),
            since=post["valid_from"].to_pydatetime(),
            until=None if pd.isna(post["valid_to"]) else post["valid_to"].to_pydatetime(),
            over_limit=(post["person_id"], post["function"]) in over,
        )
        for post_id, post in posts.iterrows()
    )


_Description = tuple[str, Message | None, Facts]


def _row(frame: pd.DataFrame, key: str) -> Row:
    return {str(column): value for column, value in frame.loc[[key]].iloc[0].items()}


def _place(plan: Plan, code: object) -> str:
    return str(plan.units[NAME].get(code, ""))


def _number(value: Any) -> str:
    return "–" if value is None or math.isnan(value) else f"{round(value):,}"


def _describe_unit(plan: Plan, evaluation: Evaluation, code: str, row: Row) -> _Description:
    figures = _row(evaluation.units, code)
    facts: Facts = (
        (msg("Kind"), label_of(UNIT_KINDS, str(row[KIND]))),
        (msg("Part of"), _place(plan, row[PARENT_CODE]) or "–"),
        (msg("Cells"), _number(figures["cells"])),
        (msg("Vacant cells"), _number(figures["vacant"])),
        (msg("Households"), _number(figures["served_households"])),
        (msg("Area"), f"{float(row[AREA]) / 1e6:.2f} km²"),
    )
    missing = bool(figures["needed"]) and not bool(figures["headed"])
    return ("vacant" if missing else "", msg("No head") if missing else None, facts)


def _describe_cell(plan: Plan, evaluation: Evaluation, code: str, row: Row) -> _Description:
    state = CellState(evaluation.cells[code])
    facts: Facts = (
        (msg("Village or community"), _place(plan, row[PARENT_CODE])),
        (msg("Households"), _number(row[HOUSEHOLDS])),
        (msg("Area"), f"{float(row[AREA]) / 1e6:.3f} km²"),
    )
    if row["bounds_note"]:
        facts += ((msg("Borders"), str(row["bounds_note"])),)
    return state.value, CELL_STATES[state], facts


def _describe_checkpoint(plan: Plan, evaluation: Evaluation, code: str, row: Row) -> _Description:
    figures = _row(evaluation.checkpoints, code)
    state = CheckpointState(figures["state"])
    units = PLACE_KINDS[TargetKind.CHECKPOINT].units_of(row)
    places = [name for unit in units if (name := _place(plan, unit))]
    facts: Facts = (
        (msg("Kind"), label_of(CHECKPOINT_KINDS, str(row[KIND]))),
        (msg("Gate"), label_of(GATE_STATES, str(row["gate_state"]))),
        (msg("Between") if len(places) > 1 else msg("Place"), msg("{places}", places=places)),
        (msg("On duty now"), f"{figures['on_duty']} / {figures['minimum']}"),
        (msg("Party branch"), msg("yes") if row["temp_party_branch"] else msg("no")),
    )
    return state.value, CHECKPOINT_STATES[state], facts


def _describe_site(plan: Plan, evaluation: Evaluation, code: str, row: Row) -> _Description:
    figures = _row(evaluation.sites, code)
    state = SiteState(figures["state"])
    last = figures["last_visit"]
    period = int(row["visit_days"])
    facts: Facts = (
        (msg("Kind"), label_of(SITE_KINDS, str(row[KIND]))),
        (msg("Place"), _place(plan, row["unit_code"])),
        (msg("Visit due"), msg_n("every day", "every {n} days", n=period)),
        (msg("Visits"), _number(figures["visits"])),
        (msg("Last visit"), msg("none") if not figures["visits"] else f"{last:%Y-%m-%d %H:%M}"),
        (msg("Team"), str(plan.teams[NAME].get(row["team_id"], "–"))),
    )
    return state.value, SITE_STATES[state], facts


_DESCRIBE: dict[TargetKind, Callable[[Plan, Evaluation, str, Row], _Description]] = {
    TargetKind.UNIT: _describe_unit,
    TargetKind.CELL: _describe_cell,
    TargetKind.CHECKPOINT: _describe_checkpoint,
    TargetKind.CONTACT_SITE: _describe_site,
}
