"""The ledger of a scope: figures, cells, heads, checkpoints and contact sites as sheets of a workbook.

Totals are recomputed from the rows; inactive cells and sealed gates are listed, and counted nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from gridmap.draw.books.workbook import Sheet, Value
from gridmap.draw.sheet.figure_block import value_text
from gridmap.draw.staff import (
    DEPUTIES,
    GROUPS,
    HEADS,
    MEMBERS,
    NOBODY,
    OTHERS,
    Staff,
    Staffing,
    staff_at,
    staff_by_group,
)
from gridmap.draw.stamp import Stamp
from gridmap.messages import Language, Message, msg, render
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
from gridmap.model.people import TargetKind
from gridmap.model.places import Level
from gridmap.model.scope import Scope
from gridmap.model.status import CellState, CheckpointState, Indicator, SiteState
from gridmap.names import AREA, HOUSEHOLDS, KIND, LEVEL, NAME, PARENT_CODE

Posts = Mapping[TargetKind, pd.DataFrame]
"""The posts that hold at the scope's moment, by what they are at."""

_GROUP_LABELS: Final[Mapping[str, Message]] = {
    HEADS: msg("Grid head"),
    DEPUTIES: msg("Deputy head"),
    MEMBERS: msg("Grid members"),
    OTHERS: msg("Others"),
}


@dataclass(frozen=True)
class _Writer:
    """The scope, and how its ledger is written."""

    scope: Scope
    stamp: Stamp
    language: Language

    def say(self, message: Message) -> str:
        return render(message, self.language)

    def sheet(
        self,
        title: Message,
        headings: Sequence[Message],
        rows: Sequence[Sequence[Value]],
        totals: Sequence[Value] = (),
    ) -> Sheet:
        note = " | ".join(self.stamp.lines(self.language))
        named = [self.say(heading) for heading in headings]
        return Sheet(self.say(title), named, rows, notes=[note], totals=totals)

    def people(self, staff: Staff) -> Value:
        """Names and phones, or how many there are where the audience sees no names."""
        if self.stamp.audience.sees_names:
            return staff.listed(self.language)
        return staff.people

    def place(self, code: object) -> str:
        return str(self.scope.plan.units[NAME].get(code, ""))


def compose_ledger(
    scope: Scope, indicators: Sequence[Indicator], posts: Posts, stamp: Stamp, language: Language
) -> tuple[Sheet, ...]:
    """The ledger's sheets in `language`: summary, cells, heads, checkpoints, contact sites.

    Args:
        scope: what is listed, and its states at a moment.
        indicators: the figures of the summary.
        posts: the posts that hold at that moment, by target kind.
        stamp: what is printed above every table; its audience decides what is said of people.
        language: of headings, states and sentences.
    """
    writer = _Writer(scope, stamp, language)
    return (
        _summary(writer, indicators),
        _cells(writer, posts[TargetKind.CELL]),
        _heads(writer, posts[TargetKind.UNIT]),
        _checkpoints(writer, posts[TargetKind.CHECKPOINT]),
        _sites(writer),
    )


def _summary(writer: _Writer, indicators: Sequence[Indicator]) -> Sheet:
    headings = (msg("Indicator"), msg("Numerator"), msg("Denominator"), msg("Value"), msg("In words"))
    rows = [
        (
            writer.say(one.label),
            _number(one.numerator, digits=2),
            _number(one.denominator, digits=2),
            _value(one),
            writer.say(one.sentence),
        )
        for one in indicators
    ]
    lines = writer.stamp.lines(writer.language)
    named = [writer.say(heading) for heading in headings]
    return Sheet(writer.say(msg("Summary")), named, rows, notes=lines)


def _value(indicator: Indicator) -> Value:
    if indicator.value is None or indicator.unit == "share":
        return value_text(indicator)
    return _number(indicator.value)


def _number(value: Any, digits: int = 0) -> Value:
    """A figure as Excel takes it: whole where it is whole; nothing where it is not known."""
    if pd.isna(value):
        return None
    rounded = round(float(value), digits)
    return int(rounded) if rounded.is_integer() else rounded


def _cells(writer: _Writer, posts: pd.DataFrame) -> Sheet:
    scope = writer.scope
    staffing = staff_by_group(scope.plan, posts, writer.stamp.audience)
    headings = (
        msg("Code"),
        msg("Name of the place"),
        msg("Code of village or community"),
        msg("Village or community"),
        msg("Township"),
        msg("Households"),
        msg("Area, m²"),
        msg("State"),
        *(_GROUP_LABELS[group] for group in GROUPS),
    )
    townships = _townships(scope)
    cells = scope.cells.sort_index()
    rows = [
        (
            str(code),
            str(name),
            str(parent),
            writer.place(parent),
            townships.get(str(parent), ""),
            _number(households, digits=1),
            _number(area),
            writer.say(CELL_STATES[CellState(state)]),
            *(writer.people(staffing.get((str(code), group), NOBODY)) for group in GROUPS),
        )
        for code, name, parent, households, area, state in zip(
            cells.index,
            cells[NAME],
            cells[PARENT_CODE],
            cells[HOUSEHOLDS],
            cells[AREA],
            cells["state"],
            strict=True,
        )
    ]
    return writer.sheet(msg("Cells"), headings, rows, _cell_totals(writer, cells, staffing))


def _cell_totals(writer: _Writer, cells: pd.DataFrame, staffing: Staffing) -> list[Value]:
    active = cells[cells["state"] != CellState.INACTIVE.value]
    vacant = int((active["state"] == CellState.VACANT.value).sum())
    people: list[Value] = [
        sum(staffing.get((str(code), group), NOBODY).people for code in active.index) for group in GROUPS
    ]
    return [
        writer.say(msg("Total")),
        writer.say(msg("{cells} cells", cells=len(active))),
        *[None] * 3,
        _number(active[HOUSEHOLDS].sum(), digits=1),
        _number(active[AREA].sum()),
        writer.say(msg("{n} vacant", n=vacant)),
        *people,
    ]


def _townships(scope: Scope) -> dict[str, str]:
    """Names of the townships that units lie in or are, by code of the unit; none above a township."""
    units = scope.plan.units
    parents, levels, names = (units[column].to_dict() for column in (PARENT_CODE, LEVEL, NAME))
    found = {}
    for code in scope.units.index:
        step, passed = str(code), set[str]()
        while step in levels and levels[step] != Level.TOWNSHIP.value and step not in passed:
            passed.add(step)
            step = str(parents[step])
        if step in levels and step not in passed:
            found[str(code)] = str(names[step])
    return found


def _heads(writer: _Writer, posts: pd.DataFrame) -> Sheet:
    headings = (
        msg("Code"),
        msg("Unit"),
        msg("Kind"),
        msg("Part of"),
        msg("Tier"),
        msg("State"),
        msg("Grid head"),
        msg("Cells"),
        msg("Vacant cells"),
        msg("Households"),
    )
    scope = writer.scope
    rows: list[tuple[Value, ...]] = []
    for level in (Level.TOWNSHIP, Level.VILLAGE):
        units = scope.units[(scope.units[LEVEL] == level.value) & scope.units["needed"]].sort_index()
        fitting = _fitting(scope, posts[posts["target_code"].isin(units.index)], level)
        heads = staff_at(scope.plan, fitting, writer.stamp.audience, HEADS)
        tiers = {need.tier for need in scope.plan.scheme.rule(level).needs}
        tier = tiers.pop() if len(tiers) == 1 else None
        for code, unit in units.to_dict("index").items():
            there = heads.get((str(code), HEADS), NOBODY)
            state = msg("In place") if unit["headed"] else msg("No head")
            row = (str(code), str(unit[NAME]), writer.say(label_of(UNIT_KINDS, str(unit[KIND]))))
            where = (writer.place(unit[PARENT_CODE]), tier, writer.say(state), writer.people(there))
            figures = (int(unit["cells"]), int(unit["vacant"]), int(unit["served_households"]))
            rows.append((*row, *where, *figures))
    needed = scope.units[scope.units["needed"]]
    there_of = msg("{n} of {d} in place", n=int(needed["headed"].sum()), d=len(needed))
    return writer.sheet(msg("Heads"), headings, rows, [writer.say(msg("Total")), writer.say(there_of)])


def _fitting(scope: Scope, posts: pd.DataFrame, level: Level) -> pd.DataFrame:
    """Posts of which any one suffices at `level`, by the scheme."""
    needs = scope.plan.scheme.rule(level).needs
    wanted = {(need.function.value, need.tier) for need in needs}
    fits = [
        (function, None) in wanted or (function, None if pd.isna(tier) else int(tier)) in wanted
        for function, tier in zip(posts["function"], posts["tier"], strict=True)
    ]
    return posts[pd.Series(fits, index=posts.index, dtype=bool)]


def _checkpoints(writer: _Writer, posts: pd.DataFrame) -> Sheet:
    headings = (
        msg("Code"),
        msg("Name of the place"),
        msg("Kind"),
        msg("Gate"),
        msg("Place"),
        msg("Joint with"),
        msg("State"),
        msg("On duty"),
        msg("Minimum"),
        msg("People on duty"),
    )
    scope = writer.scope
    named = writer.stamp.audience.sees_names
    staffing = staff_at(scope.plan, posts, writer.stamp.audience, OTHERS)
    rows = []
    for code, row in scope.checkpoints.sort_index().to_dict("index").items():
        facts: tuple[Value, ...] = (
            str(code),
            str(row[NAME]),
            writer.say(label_of(CHECKPOINT_KINDS, str(row[KIND]))),
            writer.say(label_of(GATE_STATES, str(row["gate_state"]))),
            writer.place(row["unit_code"]),
            writer.place(row["second_unit_code"]),
            writer.say(CHECKPOINT_STATES[CheckpointState(row["state"])]),
            int(row["on_duty"]),
            int(row["minimum"]),
        )
        there = staffing.get((str(code), OTHERS), NOBODY)
        rows.append((*facts, writer.people(there)) if named else facts)
    shown = headings if named else headings[:-1]
    return writer.sheet(msg("Checkpoints"), shown, rows, _checkpoint_totals(writer))


def _checkpoint_totals(writer: _Writer) -> list[Value]:
    points = writer.scope.checkpoints
    counted = points[points["state"] != CheckpointState.SEALED.value]
    manned = int((counted["state"] == CheckpointState.MANNED.value).sum())
    return [
        writer.say(msg("Total")),
        *[None] * 5,
        writer.say(msg("{n} of {d} manned", n=manned, d=len(counted))),
        int(counted["on_duty"].sum()),
        int(counted["minimum"].sum()),
    ]


def _sites(writer: _Writer) -> Sheet:
    headings = (
        msg("Code"),
        msg("Name of the place"),
        msg("Kind"),
        msg("Place"),
        msg("Code of the cell"),
        msg("Team"),
        msg("State"),
        msg("Visits"),
        msg("Last visit"),
    )
    sites = writer.scope.sites
    rows: list[tuple[Value, ...]] = [
        (
            str(code),
            str(row[NAME]),
            writer.say(label_of(SITE_KINDS, str(row[KIND]))),
            writer.place(row["unit_code"]),
            "" if pd.isna(row["cell_code"]) else str(row["cell_code"]),
            str(writer.scope.plan.teams[NAME].get(row["team_id"], "")),
            writer.say(SITE_STATES[SiteState(row["state"])]),
            int(row["visits"]),
            None if pd.isna(row["last_visit"]) else row["last_visit"].to_pydatetime(),
        )
        for code, row in sites.sort_index().to_dict("index").items()
    ]
    visited = int((sites["state"] == SiteState.VISITED.value).sum())
    totals: list[Value] = [
        writer.say(msg("Total")),
        *[None] * 5,
        writer.say(msg("{n} of {d} visited", n=visited, d=len(sites))),
        int(sites["visits"].sum()),
    ]
    return writer.sheet(msg("Contact sites"), headings, rows, totals)
