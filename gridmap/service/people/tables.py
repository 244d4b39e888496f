"""Who is posted where, and who could be: the tables of the page People, for one scope."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from gridmap.model.access import Action, User, may_post
from gridmap.model.people import Function, TargetKind
from gridmap.model.places import Level
from gridmap.model.plan import LevelRule, Plan
from gridmap.model.posts import unended
from gridmap.model.scope import Scope
from gridmap.model.status import CellState, CheckpointState
from gridmap.names import CODE, LEVEL, NAME, PARENT_CODE
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require

WARNINGS: Final = ("vacant", "over", "double", "ended", "ending")
"""Columns of both tables that are true where something wants attention, the gravest first."""
_SOON: Final = timedelta(days=7)
"""A post that ended, or is to end, within so many days is pointed out."""
_UNFILLED: Final = (CellState.VACANT.value, CellState.NO_DATA.value)
_KIND_ORDER: Final = {kind.value: order for order, kind in enumerate(TargetKind)}


def posts_table(cache: PlanCache, *, user: User, scope: str, at: datetime) -> pd.DataFrame:
    """Every post in a scope that holds or is to begin, and every place that needs somebody and has nobody.

    Posts of units, cells and sites that ended within a week are there too. Rows come by kind, code, function.

    Returns:
        A frame by post id, or `vacant:KIND:CODE` where nobody is posted: post_id ('' where nobody), version,
        kind (`TargetKind`), code, place, village, township (names, '' where they do not apply),
        place_version, function, tier (<NA> where none), person_id ('' where nobody), person (label), start,
        until, arrived_at (NaT where open), later (it is to begin), and `WARNINGS`: vacant; over (the person
        holds more cells than the limit of the function); double (the same function twice at a place, two
        heads at a cell, duty at two checkpoints at once); ended, ending (within a week).

    Raises:
        AccessError: the scope is not the user's.
        NotFoundError: there is no such unit.
    """
    require(user, Action.VIEW, scope)
    key = ("posts_table", cache.plan().revision, at, scope)
    return cache.once(key, lambda: _posts_table(cache.scope(scope, at)))


def people_table(cache: PlanCache, *, user: User, scope: str, at: datetime) -> pd.DataFrame:
    """The roster of a scope: people of its units; of the whole plan, everybody.

    Returns:
        A frame by person id: name, phone (masked), title, sending_unit, unit_code, unit (name), version,
        heads, deputies, members (cells held in that function now), posts (held now, of any kind), and of
        `WARNINGS` over, double, ended (and no post left), ending.

    Raises:
        AccessError: the scope is not the user's.
        NotFoundError: there is no such unit.
    """
    require(user, Action.VIEW, scope)
    key = ("people_table", cache.plan().revision, at, scope)
    return cache.once(key, lambda: _people_table(cache.scope(scope, at)))


def choices(cache: PlanCache, *, user: User, posted: pd.Series[str]) -> pd.Series[str]:
    """Labels, by person id, of those a user may post, and of those in `posted` who are there already.

    A label is name · unit · last four digits of the phone. Who belongs to no unit is everybody's to post.
    """
    plan = cache.plan()
    labels: pd.Series[str] = cache.once(("person_labels", plan.revision), lambda: person_labels(plan))
    if not user.scope:
        return labels
    units = plan.people["unit_code"].fillna("")
    own = np.array([may_post(user, str(unit)) for unit in units], dtype=bool)
    return labels[own | labels.index.isin(posted)]


def person_labels(plan: Plan) -> pd.Series[str]:
    """Name · unit · last four digits, by person id; the unit is the sending one, else the person's own."""
    people = plan.people
    own = people["unit_code"].map(plan.units[NAME]).fillna("").astype(str)
    unit = people["sending_unit"].fillna("").astype(str)
    unit = unit.where(unit != "", own)
    digits = people["phone"].fillna("").astype(str).str[-4:]
    rows = zip(people[NAME].astype(str), unit, digits, strict=True)
    labels = [" · ".join(part for part in row if part) for row in rows]
    return pd.Series(labels, index=people.index, name="person", dtype="str")


def holders(plan: Plan, kind: TargetKind, code: str, at: datetime) -> list[tuple[str, str]]:
    """Who is at a place at `at` or later: label and function."""
    posts = plan.posts
    here = posts[(posts["target_kind"] == kind.value) & (posts["target_code"] == code)]
    here = here[unended(here["valid_to"], at)]
    labels = person_labels(plan).reindex(here["person_id"]).fillna("?")
    return list(zip(labels, here["function"], strict=True))


def _posts_table(scope: Scope) -> pd.DataFrame:
    places = _places(scope)
    posted = _posted(scope, places)
    table = pd.concat([posted, _vacant(places)]) if len(posted) else _vacant(places)
    table["person"] = table["person_id"].map(person_labels(scope.plan)).fillna("")
    order = table.assign(kind=table["kind"].map(_KIND_ORDER)).reset_index()
    return table.iloc[order.sort_values(["kind", CODE, "function", "start"], kind="stable").index]


def _places(scope: Scope) -> pd.DataFrame:
    """Every place of a scope that takes posts: kind, code, place, unit, place_version, and what it lacks."""
    units, cells = scope.units, scope.cells[scope.cells["state"] != CellState.INACTIVE.value]
    gates, sites = scope.checkpoints, scope.sites
    rules = {rule.level.value: rule for rule in scope.plan.scheme.levels}
    unit_needs = [_need(rules.get(level)) for level in units[LEVEL]]
    cell_need, gate_need = _need(rules.get(Level.CELL.value)), (Function.DUTY_LEADER.value, None)
    nowhere = pd.Series(data=False, index=sites.index)
    places = [
        _place_rows(
            TargetKind.UNIT, units, units.index.to_series(), units["needed"] & ~units["headed"], unit_needs
        ),
        _place_rows(
            TargetKind.CELL,
            cells,
            cells[PARENT_CODE],
            cells["state"].isin(_UNFILLED),
            [cell_need] * len(cells),
        ),
        _place_rows(
            TargetKind.CHECKPOINT,
            gates,
            gates["unit_code"],
            gates["state"] == CheckpointState.EMPTY.value,
            [gate_need] * len(gates),
        ),
        _place_rows(
            TargetKind.CONTACT_SITE,
            sites,
            sites["unit_code"],
            nowhere,
            [(Function.OFFICER.value, None)] * len(sites),
        ),
    ]
    return _located(pd.concat(places, ignore_index=True), scope.plan)


def _place_rows(
    kind: TargetKind,
    frame: pd.DataFrame,
    owner: pd.Series[str],
    lacking: pd.Series[bool],
    needs: list[tuple[str, int | None]],
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": kind.value,
            CODE: frame.index.astype(str),
            "place": frame[NAME].to_numpy(),
            "unit": owner.to_numpy(),
            "place_version": frame["version"].to_numpy(),
            "lacking": lacking.to_numpy(dtype=bool),
            "need": [function for function, _ in needs],
            "need_tier": pd.Series([tier for _, tier in needs], dtype="Int64"),
        }
    )


def _need(rule: LevelRule | None) -> tuple[str, int | None]:
    """The function that a place of a level asks for; of several the last, which is the least demanding."""
    if rule is None or not rule.needs:
        return Function.HEAD.value, None
    return rule.needs[-1].function.value, rule.needs[-1].tier


def _located(places: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """With the names of the village and the township a place lies in."""
    units = plan.units
    is_village = places["unit"].map(units[LEVEL]) == Level.VILLAGE.value
    is_township = places["unit"].map(units[LEVEL]) == Level.TOWNSHIP.value
    own, above = places["unit"].map(units[NAME]), places["unit"].map(units[PARENT_CODE].map(units[NAME]))
    return places.assign(
        village=own.where(is_village, "").fillna(""),
        township=above.where(is_village, own.where(is_township, "")).fillna(""),
    )


def _posted(scope: Scope, places: pd.DataFrame) -> pd.DataFrame:
    at, posts = scope.evaluation.at, scope.plan.posts
    going_on = unended(posts["valid_to"], at)
    recent = posts["valid_to"] > at - _SOON
    on_duty = (
        posts["target_kind"] == TargetKind.CHECKPOINT.value
    )  # shifts end every day: nothing to point out
    begun_and_ended = posts["valid_to"].notna() & (posts["valid_to"] <= posts["valid_from"])
    posts = posts[(going_on | (recent & ~on_duty)) & ~begun_and_ended]
    table = posts.rename_axis("id").reset_index().rename(columns={"target_kind": "kind", "target_code": CODE})
    table = table.merge(places, on=["kind", CODE])
    table = table.set_index("id", drop=False).rename(columns={"id": "post_id", "valid_from": "start"})
    table = table.rename(columns={"valid_to": "until"})
    over = scope.evaluation.loads["over"].astype(bool)
    keys = pd.MultiIndex.from_frame(table[["person_id", "function"]])
    ended = ~unended(table["until"], at)
    active = ~ended & (table["start"] <= at)
    is_cell, is_duty = table["kind"] == TargetKind.CELL.value, table["kind"] == TargetKind.CHECKPOINT.value
    return _columns(
        table.assign(
            later=table["start"] > at,
            vacant=False,
            over=active & is_cell & over.reindex(keys).fillna(value=False).to_numpy(dtype=bool),
            double=_double(table, active) | _overlapping(table, is_duty),
            ended=ended,
            ending=~ended & ~is_duty & (table["until"] <= at + _SOON),
        )
    )


def _vacant(places: pd.DataFrame) -> pd.DataFrame:
    rows = places[places["lacking"]]
    table = rows.assign(
        post_id="",
        version=0,
        function=rows["need"],
        tier=rows["need_tier"],
        person_id="",
        start=None,
        until=None,
        arrived_at=None,
        later=False,
        vacant=True,
        **dict.fromkeys(WARNINGS[1:], False),
    )
    table.index = pd.Index("vacant:" + rows["kind"] + ":" + rows[CODE], name="id", dtype="str")
    return _columns(table)


def _columns(table: pd.DataFrame) -> pd.DataFrame:
    moments = {name: table[name].astype("datetime64[us]") for name in ("start", "until", "arrived_at")}
    names = ["post_id", "version", "kind", CODE, "place", "village", "township", "place_version", "function"]
    names += ["tier", "person_id", "start", "until", "arrived_at", "need_tier", "later", *WARNINGS]
    return table.assign(**moments)[names].astype(dict.fromkeys(["later", *WARNINGS], bool))


def _double(table: pd.DataFrame, active: pd.Series[bool]) -> pd.Series[bool]:
    """The same person and function twice at a place, or two heads at one cell, at this moment."""
    now = table[active]
    twice = now.duplicated(["person_id", "function", "kind", CODE], keep=False)
    heads = now[(now["kind"] == TargetKind.CELL.value) & (now["function"] == Function.HEAD.value)]
    rival = heads.groupby(CODE)["person_id"].transform("nunique") > 1
    found = set(now.index[twice]) | set(heads.index[rival])
    return pd.Series(table.index.isin(found), index=table.index)


def _overlapping(table: pd.DataFrame, is_duty: pd.Series[bool]) -> pd.Series[bool]:
    """Duty of one person at two checkpoints at once: held against the shift before, by its beginning."""
    duty = table[is_duty].sort_values(["person_id", "start"])
    before = duty.groupby("person_id")[["until", CODE]].shift()
    clash = before[CODE].notna() & (before[CODE] != duty[CODE])
    clash &= before["until"].isna() | (before["until"] > duty["start"])
    partner = clash.groupby(duty["person_id"]).shift(-1, fill_value=False)
    return pd.Series(table.index.isin(duty.index[clash | partner]), index=table.index)


def _people_table(scope: Scope) -> pd.DataFrame:
    plan, posts = scope.plan, _posts_table(scope)
    everything = set(scope.units.index) == set(plan.units.index)
    own = plan.people if everything else plan.people[plan.people["unit_code"].isin(scope.units.index)]
    loads = scope.evaluation.loads["cells"].unstack("function").reindex(own.index).fillna(0)
    held = {
        column: loads[function.value].astype(int) if function.value in loads else 0
        for column, function in (
            ("heads", Function.HEAD),
            ("deputies", Function.DEPUTY),
            ("members", Function.MEMBER),
        )
    }
    begun = posts[(posts["person_id"] != "") & ~posts["ended"] & ~posts["later"]]
    count = begun.groupby("person_id").size().reindex(own.index).fillna(0).astype(int)
    flags = posts.groupby("person_id")[["over", "double", "ended", "ending"]].any()
    flags = flags.reindex(own.index, fill_value=False)
    table = own.drop(columns="team_id").assign(
        unit=own["unit_code"].map(plan.units[NAME]).fillna(""), **held, posts=count, **flags
    )
    return table.assign(ended=table["ended"] & (table["posts"] == 0))
