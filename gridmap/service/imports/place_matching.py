"""Rows of a file and the places that they name: units, cells and contact sites; what is unclear is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from gridmap.messages import Message
from gridmap.model.faults import Fault
from gridmap.model.places import Level
from gridmap.model.plan import Plan
from gridmap.names import CODE, LEVEL, NAME, PARENT_CODE
from gridmap.read.matching.faults import unit_faults
from gridmap.read.matching.units import (
    AliasKey,
    Progress,
    UnitMatches,
    UnitQuery,
    UnitQuestion,
    aliases_of,
    match_units,
)
from gridmap.read.tables.field_mapping import FieldMapping
from gridmap.service.imports.decisions import Decisions, Leftovers, PlaceQuestion
from gridmap.service.imports.source import Source
from gridmap.service.imports.values import Values
from gridmap.store.import_memory import remembered_aliases
from gridmap.store.repository import Workspace

SITE: Final = "site"
_STEPS: Final = (("village", Level.VILLAGE), ("township", Level.TOWNSHIP), ("county", Level.COUNTY))
"""Columns that name units, the lowest first."""


@dataclass
class Matched:
    """Places found for rows.

    Attributes:
        codes: of the place that a row means.
        waiting: rows that a person must decide, and why.
        aliases: what decisions taught, by the kind of place.
        left: rows that a person left out.
    """

    codes: dict[int, str] = field(default_factory=dict)
    questions: list[PlaceQuestion] = field(default_factory=list)
    waiting: dict[int, Message] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    leftovers: Leftovers | None = None
    aliases: dict[str, dict[AliasKey, str]] = field(default_factory=lambda: defaultdict(dict))


class PlaceMatching:
    """Matches rows to the places of a plan, with what was remembered and what is decided."""

    def __init__(
        self,
        plan: Plan,
        workspace: Workspace,
        source: Source,
        mapping: FieldMapping,
        decisions: Decisions,
        progress: Progress | None = None,
    ) -> None:
        self._plan, self._workspace = plan, workspace
        self._source, self._columns = source, mapping.columns
        self._decisions, self._progress = decisions, progress

    def units(
        self, values: Values, rows: Sequence[int], *, code: str | None, several_rows: bool = True
    ) -> Matched:
        """The units that rows name by county, township and village, or by their code in a column.

        Rows that name none are neither found nor waiting. Left over are the villages where rows name
        villages, else the townships.
        """
        frame = self._plan.units
        groups: dict[Level, list[UnitQuery]] = defaultdict(list)
        fields: dict[int, str] = {}
        for row in rows:
            names = {step: values.text(row, step) for step, _ in _STEPS}
            given = values.text(row, code) if code else ""
            lowest = next(((step, level) for step, level in _STEPS if names[step]), None)
            if lowest is None and not given:
                continue
            step, level = lowest or (code or "", Level.VILLAGE)
            above = [names[upper] for upper, _ in _STEPS[_position(level) + 1 :] if names[upper]]
            groups[level].append(UnitQuery(row, names.get(step, ""), above[0] if above else "", given))
            fields[row] = step
        matched = Matched()
        for level, queries in groups.items():
            found = self._match(queries, frame, "units", [level.value], matched, several_rows=several_rows)
            self._take(found, fields, matched)
        self._leave_over(groups, frame, matched)
        return matched

    def cells(self, values: Values, rows: Sequence[int], units: Matched, *, by_code: bool = True) -> Matched:
        """The cells that rows name by name within the unit that was found for them, or by code."""
        matched = Matched()
        queries = [
            UnitQuery(
                row,
                values.text(row, "grid_name"),
                units.codes.get(row, ""),
                values.text(row, "grid_code") if by_code else "",
            )
            for row in rows
            if row not in units.waiting  # the unit comes first
            and (values.text(row, "grid_name") or (by_code and values.text(row, "grid_code")))
        ]
        matched.codes |= self._within_units(queries)
        rest = [query for query in queries if int(str(query.row)) not in matched.codes]
        queries = [self._with_code(query) for query in rest]
        named = [query for query in queries if not query.code]
        for query in queries:
            if query.code in self._plan.cells.index:
                matched.codes[int(str(query.row))] = query.code
        unknown = [q for q in queries if q.code and q.code not in self._plan.cells.index]
        frame = pd.concat(
            [self._plan.units[_COLUMNS], self._plan.cells[[NAME, PARENT_CODE]].assign(level="cell")]
        )
        if named or unknown:
            found = self._match([*named, *unknown], frame, "cells", ["cell"], matched, several_rows=True)
            fields = {int(str(q.row)): "grid_code" if q.code else "grid_name" for q in queries}
            self._take(found, fields, matched)
        return matched

    def _with_code(self, query: UnitQuery) -> UnitQuery:
        """A cell named by its code, or by code and name as our lists have it, in a column of names."""
        first = next(iter(query.name.split()), "")
        known = not query.code and first in self._plan.cells.index
        return replace(query, code=first) if known else query

    def _within_units(self, queries: Sequence[UnitQuery]) -> dict[int, str]:
        """Rows that call a cell by its name, or by what follows its unit's name in it, as offices do."""
        cells, units = self._plan.cells, self._plan.units[NAME]
        known: dict[tuple[str, str], list[str]] = defaultdict(list)
        for code, unit, name in zip(cells.index, cells[PARENT_CODE], cells[NAME], strict=True):
            for called in {str(name), str(name).removeprefix(str(units.get(unit, "")))}:
                known[str(unit), called].append(str(code))
        found = {int(str(query.row)): known[query.parent, query.name] for query in queries if not query.code}
        return {row: codes[0] for row, codes in found.items() if len(codes) == 1}

    def sites(self, values: Values, rows: Sequence[int]) -> Matched:
        """The contact sites that rows name by code or name."""
        plan, matched = self._plan, Matched()
        sites = plan.contact_sites[[NAME, "unit_code"]].rename(columns={"unit_code": PARENT_CODE})
        frame = pd.concat([plan.units[_COLUMNS], sites.assign(level=SITE)])
        queries = [
            UnitQuery(row, values.text(row, "site_name"), "", values.text(row, "code")) for row in rows
        ]
        found = self._match(queries, frame, "sites", [SITE], matched, several_rows=True)
        self._take(found, {q.row: "site_name" if q.name else "code" for q in queries}, matched)  # type: ignore[misc] # rows are numbers
        without = tuple((code, str(plan.contact_sites.at[code, NAME])) for code in found.without_row)
        matched.leftovers = Leftovers(without, tuple(sorted(matched.waiting)), SITE)
        return matched

    def _match(
        self, queries: Sequence[UnitQuery], frame: pd.DataFrame, kind: str, levels: list[str],
        matched: Matched, *, several_rows: bool,
    ) -> UnitMatches:  # fmt: skip
        aliases = remembered_aliases(self._workspace, kind)
        frame = frame.rename_axis(CODE)
        found = match_units(queries, frame, levels=levels, aliases=aliases, progress=self._progress)
        asked_for = set(frame.index[frame[LEVEL].astype(str).isin(levels)])
        chosen: dict[Hashable, str] = {
            row: code for row, code in self._decided(levels).items() if code in asked_for
        }
        if self._decisions.accept_clear:
            chosen = found.clear_suggestions(several_rows=several_rows) | chosen
        taught = {row: code for row, code in chosen.items() if row in found.asked}
        by_name = [query for query in queries if query.name and not query.code]
        matched.aliases[kind] |= aliases_of(by_name, taught, frame)
        return found.accept(chosen)

    def _decided(self, levels: Sequence[str]) -> dict[int, str]:
        """The places decided for rows; who chose a cell has decided about its unit too."""
        parents = self._plan.cells[PARENT_CODE]
        if "cell" in levels:
            return dict(self._decisions.units)
        return {row: str(parents.get(code, code)) for row, code in self._decisions.units.items()}

    def _take(self, found: UnitMatches, fields: Mapping[int, str], matched: Matched) -> None:
        matched.codes |= {int(str(row)): match.code for row, match in found.found.items()}
        for key, question in found.asked.items():
            row = int(str(key))
            if self._decisions.units.get(row) == "":
                matched.left.add(row)
                continue
            query = question.query
            matched.waiting[row] = question.why
            matched.questions.append(
                PlaceQuestion(
                    row=row,
                    field=fields.get(row, ""),
                    name=query.name or query.code,
                    parent=query.parent,
                    why=question.why,
                    suggestions=question.suggestions,
                    clear=question.clear,
                )
            )
        asking: dict[str, dict[Hashable, UnitQuestion]] = defaultdict(dict)
        for key, question in found.asked.items():
            if int(str(key)) in matched.waiting:
                asking[fields.get(int(str(key)), "")][key] = question
        for name, asked in asking.items():
            matched.faults += self._faults(replace(found, asked=asked), name)

    def _faults(self, found: UnitMatches, name: str) -> list[Fault]:
        """The rows that ask, as faults of the cell that names the place; features have no cells."""
        table = self._source.table
        letter = table.column(self._columns.get(name, ""))
        if letter is None:
            return []
        faults = unit_faults(found, table, letter, lambda row: int(str(row)))
        return faults if table.given else [replace(fault, cell="") for fault in faults]

    def _leave_over(
        self, groups: Mapping[Level, Sequence[UnitQuery]], frame: pd.DataFrame, matched: Matched
    ) -> None:
        """Places of the lowest level that the file names, without a row."""
        if not groups:
            return
        level = next(step for _, step in _STEPS if step in groups)
        named = set(matched.codes.values())
        codes = frame.index[frame[LEVEL].astype(str) == level.value]
        without = tuple((str(code), str(frame.at[code, NAME])) for code in codes if code not in named)
        matched.leftovers = Leftovers(without, tuple(sorted(matched.waiting)), level.value)


_COLUMNS: Final = [NAME, LEVEL, PARENT_CODE]


def _position(level: Level) -> int:
    return next(place for place, (_, step) in enumerate(_STEPS) if step is level)
