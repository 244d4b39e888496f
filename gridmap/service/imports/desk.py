"""What an import would write: rows of tables by their versions, and what becomes of the rows of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.geo.coverage.topology import locate
from gridmap.geo.systems.datum import DatumSuggestion, suggest_datum
from gridmap.messages import LANGUAGES, Message, msg, render
from gridmap.model.access import Action, User, covers
from gridmap.model.changes import RowState
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.model.fields import field_label
from gridmap.model.plan import Plan
from gridmap.names import CODE, GEOMETRY, NAME, PARENT_CODE, WGS84
from gridmap.read.tables.field_mapping import FieldMapping
from gridmap.read.values.texts import tidy_text
from gridmap.service.imports.decisions import Decisions, Leftovers, PlaceQuestion, WhoQuestion
from gridmap.service.imports.place_matching import Matched, PlaceMatching
from gridmap.service.imports.rows import ImportRow
from gridmap.service.imports.source import Source
from gridmap.service.imports.values import Values
from gridmap.service.people.commands import Edit
from gridmap.service.plan_cache import PlanCache
from gridmap.store.binding import GEOM
from gridmap.store.placing import ChangedRow, TableRows
from gridmap.store.references import NOUNS

_SAME_PLACE: Final = 1e-7
"""Degrees (1 cm) within which a point has not moved."""
_METRES: Final = 111_320.0
"""Of a degree of latitude."""


@dataclass(frozen=True)
class Desk:
    """What a draft is made of: the plan, the file, what its rows say, and what is decided."""

    cache: PlanCache
    plan: Plan
    source: Source
    mapping: FieldMapping
    values: Values
    matching: PlaceMatching
    decisions: Decisions
    user: User
    at: datetime


@dataclass
class Draft:
    """What a file would do.

    Attributes:
        action: the right that saving asks for.
        places: codes of the places that are written to; the right must reach each.
        units: the unit that each row is of, for telling who has returned a file.
    """

    action: Action
    rows: list[ImportRow] = field(default_factory=list)
    tables: list[TableRows] = field(default_factory=list)
    edits: tuple[Edit, ...] = ()
    places: set[str] = field(default_factory=set)
    units: dict[int, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    place_questions: list[PlaceQuestion] = field(default_factory=list)
    who_questions: list[WhoQuestion] = field(default_factory=list)
    leftovers: Leftovers | None = None
    datums: tuple[DatumSuggestion, ...] = ()
    notes: list[Message] = field(default_factory=list)
    aliases: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)

    def ask(self, matched: Matched) -> None:
        """Take over what matching asks and teaches."""
        self.place_questions += matched.questions
        self.faults += matched.faults
        self.leftovers = matched.leftovers or self.leftovers
        for kind, names in matched.aliases.items():
            self.aliases.setdefault(kind, {}).update(names)


class TableDraft:
    """New and changed rows of one table, as the rows of a file ask for them."""

    def __init__(self, table: str, draft: Draft, desk: Desk, refers_to: Mapping[str, str]) -> None:
        self._table, self._draft, self._desk = table, draft, desk
        self._refers_to = refers_to
        self._added: list[Mapping[str, object]] = []
        self._changed: list[ChangedRow] = []
        self._rows_of: dict[str, int] = {}

    def refuse(self, row: int, who: str, reason: Message) -> None:
        """Note that a row cannot be taken."""
        self._note(row, who, RowState.REFUSED, reason=reason)

    def add(
        self,
        row: int,
        who: str,
        values: Mapping[str, object],
        place: str,
        *,
        same: tuple[str, ...] | None = None,
    ) -> None:
        """A row that the table does not have yet; of several that are the `same` only the first is taken."""
        if same is None or self._is_first(row, who, "\n".join(("", *same)), same[0]):
            self.add_many(row, who, [values], place)

    def add_many(self, row: int, who: str, rows: Sequence[Mapping[str, object]], place: str) -> None:
        """Rows that the table does not have yet, of one row of the file."""
        if self._reaches(row, who, place):
            self._added += rows
            self._draft.places.add(place)
            what = msg("new among the {table}: {n}", table=NOUNS[self._table], n=len(rows))
            self._note(row, who, RowState.ADDED, (what,))

    def keep(self, row: int, who: str) -> None:
        """Note that a row says what is there already."""
        self._note(row, who, RowState.UNCHANGED)

    def compare(
        self,
        row: int,
        who: str,
        current: Mapping[str, Any],
        values: Mapping[str, Any],
        *,
        key: str,
        place: str,
    ) -> None:
        """A row that the table has: what differs of it is changed; what the file leaves empty stays."""
        if not self._is_first(row, who, key):
            return
        changes = differences(current, values)
        if not changes:
            self.keep(row, who)
        elif self._reaches(row, who, place):
            self._changed.append(ChangedRow(key, changes, int(current["version"])))
            self._draft.places.add(place)
            self._note(row, who, RowState.CHANGED, tuple(told_changes(current, changes)))

    def finish(self) -> None:
        """Hand what was gathered to the draft."""
        rows = TableRows(self._table, tuple(self._added), tuple(self._changed), self._refers_to)
        if rows.added or rows.changed:
            self._draft.tables.append(rows)

    def _is_first(self, row: int, who: str, key: str, called: str = "") -> bool:
        """Whether no earlier row is about the same; else the row is refused."""
        earlier = self._rows_of.setdefault(key, row)
        if earlier != row:
            reason = msg(
                "row {row} says the same of {key} already; keep one",
                row=str(earlier),
                key=called or who or key,
            )
            self.refuse(row, who, reason)
        return earlier == row

    def _reaches(self, row: int, who: str, place: str) -> bool:
        scope = self._desk.user.scope
        if covers(scope, place):
            return True
        self.refuse(row, who, msg("{place} lies outside your scope", place=place))
        return False

    def _note(
        self,
        row: int,
        who: str,
        state: RowState,
        what: tuple[Message, ...] = (),
        reason: Message | None = None,
    ) -> None:
        self._draft.rows.append(
            ImportRow(sheet="", number=row, who=who, state=state, what=what, reason=reason)
        )


@dataclass(frozen=True)
class Located:
    """Where the points of rows lie: the leaf unit and the cell of each, as far as there is one."""

    units: Mapping[int, str]
    cells: Mapping[int, str]


def located(desk: Desk) -> Located:
    """The units and cells that hold the points of rows; on a border that of the smallest code."""
    points = {row: point for row in desk.values.rows if (point := desk.values.point(row)) is not None}
    if not points:
        return Located({}, {})
    shapes = desk.cache.shapes()
    parents = set(desk.plan.units[PARENT_CODE].dropna())
    leaves = gpd.GeoSeries(shapes.units[~shapes.units.index.isin(parents)].sort_index())
    xy = shapely.get_coordinates(np.array(list(points.values()), dtype=object))
    return Located(_inside(points, xy, leaves), _inside(points, xy, gpd.GeoSeries(shapes.cells.sort_index())))


def judge_datum(desk: Desk, matched: Matched) -> tuple[DatumSuggestion, ...]:
    """How well each datum puts the points into the units that their rows name."""
    raw = desk.values.raw
    rows = [row for row in raw if row in matched.codes]
    if not rows:
        return ()
    shapes = desk.cache.shapes().units
    units = gpd.GeoDataFrame({CODE: shapes.index.to_numpy()}, geometry=shapes.to_numpy(), crs=WGS84)
    points = gpd.GeoSeries([shapely.Point(raw[row]) for row in rows], crs=WGS84, name=GEOMETRY)
    codes = pd.Series([matched.codes[row] for row in rows], dtype="str")
    return tuple(suggest_datum(points, codes, units))


def misplaced(desk: Desk, row: int, named: str, holding: str) -> Fault | None:
    """What is noted of a point that does not lie in the unit that its row names."""
    if not named or not holding or is_above(desk.plan, named, holding):
        return None
    names = desk.plan.units[NAME]
    where = msg(
        "the point lies in {unit}, and the row names {other}",
        unit=str(names.get(holding, holding)),
        other=str(names.get(named, named)),
    )
    return Fault(
        kind=FaultKind.POINT_OUTSIDE,
        message=where,
        outcome=Outcome.NOTED,
        file=desk.source.file,
        layer=desk.source.table.sheet,
        row=row,
        remains=msg("Look whether the coordinates are shifted or the name is another."),
    )


def differences(current: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values that are given and differ from those of the row that is there."""
    return {
        name: value
        for name, value in values.items()
        if value is not None
        and not (isinstance(value, str) and not value)
        and _differ(current.get(name), value)
    }


def unmoved(current: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without the unit and cell of a place that stands where it stood: on a border two hold it."""
    point, before = values.get(GEOM), current.get(GEOM)
    if point is None or before is None or _differ(before, point):
        return dict(values)
    held = {name for name in ("unit_code", "cell_code") if current.get(name)}
    return {name: value for name, value in values.items() if name not in held}


def told_changes(current: Mapping[str, Any], changes: Mapping[str, Any]) -> Iterable[Message]:
    """What changes, old and new; a whole phone number is not repeated."""
    for name, value in changes.items():
        if name == GEOM:
            before = current.get(GEOM)
            yield msg("no place before") if before is None else msg("moved by {n} m", n=_moved(before, value))
        elif name == "emergency_phone":
            yield msg("another phone")
        else:
            before = current.get(name)
            was = "–" if before is None or before != before or before == "" else before  # noqa: PLR0124 - NaN
            yield msg(
                "{column}: {before} → {after}",
                column=field_label(name),
                before=_plain(was),
                after=_plain(value),
            )


def key_of_label(labels: Mapping[str, Message], text: str) -> str:
    """The key of a kind that a text names in either language; a kind of the user's own stays as it is."""
    plain = tidy_text(text).casefold()
    for key, label in labels.items():
        if plain in {str(key).casefold(), *(render(label, language).casefold() for language in LANGUAGES)}:
            return str(key)
    return tidy_text(text)


def next_codes(prefix: str, width: int, taken: Iterable[str]) -> Iterable[str]:
    """Codes such as K001 after the highest that is there."""
    numbers = [int(code.removeprefix(prefix)) for code in taken if code.removeprefix(prefix).isdecimal()]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"{prefix}{number:0{width}d}"


def _inside(
    points: Mapping[int, shapely.Point], xy: np.ndarray[Any, np.dtype[np.float64]], areas: gpd.GeoSeries
) -> dict[int, str]:
    if not len(areas):
        return {}
    found: Sequence[int] = locate(xy, areas.to_numpy()).tolist()
    codes = areas.index
    return {row: str(codes[place]) for row, place in zip(points, found, strict=True) if place >= 0}


def is_above(plan: Plan, named: str, holding: str) -> bool:
    """Whether a unit is one of those that a unit lies in, itself included."""
    parents, unit = plan.units[PARENT_CODE], holding
    seen: set[str] = set()
    while unit and unit not in seen:
        if unit == named:
            return True
        seen.add(unit)
        unit = str(parents.get(unit) or "")
    return False


def _differ(before: Any, value: Any) -> bool:
    if isinstance(value, shapely.Point):
        return before is None or not shapely.equals_exact(before, value, _SAME_PLACE)
    if isinstance(value, (int, float)) and isinstance(before, (int, float)):
        return not abs(float(before) - float(value)) < 1e-9
    return bool(before != value)


def _moved(before: shapely.Point, after: shapely.Point) -> int:
    north = (after.y - before.y) * _METRES
    east = (after.x - before.x) * _METRES * np.cos(np.radians(after.y))
    return round(float(np.hypot(east, north)))


def _plain(value: Any) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value
