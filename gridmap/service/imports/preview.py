"""What a file would do to a plan: rows added, changed, unchanged and refused, and what is to be decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gridmap.geo.systems.datum import DatumSuggestion
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User
from gridmap.model.changes import RowState, told_counts
from gridmap.model.faults import Fault, Outcome
from gridmap.model.files import KINDS_OF_FILE
from gridmap.model.masking import masked_text
from gridmap.model.places import Level
from gridmap.model.plan import Plan
from gridmap.names import LEVEL, PARENT_CODE
from gridmap.read.matching.units import Progress
from gridmap.read.tables.field_mapping import FieldMapping
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.service.imports.checkpoints_and_sites import draft_checkpoints, draft_sites
from gridmap.service.imports.decisions import Decisions, Leftovers, PlaceQuestion, WhoQuestion, is_waiting
from gridmap.service.imports.desk import Desk, Draft
from gridmap.service.imports.households import draft_households
from gridmap.service.imports.mapping import require_complete
from gridmap.service.imports.people import draft_people
from gridmap.service.imports.place_matching import PlaceMatching
from gridmap.service.imports.rows import ImportRow, row_refused
from gridmap.service.imports.source import Source
from gridmap.service.imports.values import Values, read_values, with_last_rows
from gridmap.service.imports.visits import draft_visits
from gridmap.service.people.commands import Edit
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.store.import_memory import Memory
from gridmap.store.placing import TableRows

DRAFTS: Final[Mapping[str, Callable[[Desk], Draft]]] = {
    "households": draft_households,
    "people": draft_people,
    "checkpoints": draft_checkpoints,
    "sites": draft_sites,
    "visits": draft_visits,
}
"""What becomes of the rows of each kind of file."""
_TELLING: Final = ("site_name", "name", "grid_name", "village", "address", "grid_code", "code", "township")
"""Fields by which a row is told, the most telling first."""
_TELLING_PEOPLE: Final = ("person", "head_name", *_TELLING)
_CLEARLY: Final = 0.1
"""Share of points by which another datum must do better to be told of."""


@dataclass(frozen=True, eq=False)
class ImportPreview:
    """What a file would do; nothing is saved. Equal to itself only.

    Attributes:
        revision: of the plan that it was held against.
        rows: every row of data; one with several people comes once for each.
        faults: repairs, notes, rows left out, and what is to be decided.
        leftovers: places without a row and rows without a place; None where the file names no places.
        datums: how well each datum puts the points into the units that their rows name, the best first.
        left_alone: headings that are taken for nothing.
        townships: rows by what becomes of them, of each township that they come from.
        given: the sheets that were read, as they were given, for marking faults in them.
        tables, edits, places, memory: what is to be written, where, and what is to be remembered.
    """

    kind: str
    file: str
    revision: int
    rows: tuple[ImportRow, ...]
    faults: tuple[Fault, ...]
    place_questions: tuple[PlaceQuestion, ...]
    who_questions: tuple[WhoQuestion, ...]
    leftovers: Leftovers | None
    datums: tuple[DatumSuggestion, ...]
    notes: tuple[Message, ...]
    left_alone: tuple[str, ...]
    townships: Mapping[str, Mapping[RowState, int]]
    action: Action
    tables: tuple[TableRows, ...]
    edits: tuple[Edit, ...]
    places: frozenset[str]
    memory: Memory
    given: tuple[OfficeTable, ...]

    @property
    def counts(self) -> dict[RowState, int]:
        """Rows by state."""
        counted = Counter(row.state for row in self.rows)
        return {state: counted[state] for state in RowState}

    @property
    def good(self) -> int:
        """Rows that change something and can be saved."""
        return self.counts[RowState.ADDED] + self.counts[RowState.CHANGED]

    @property
    def refused(self) -> tuple[ImportRow, ...]:
        """The rows that are refused, those among them that wait for a decision."""
        return tuple(row for row in self.rows if row.state is RowState.REFUSED)

    @property
    def summary(self) -> Message:
        """The counts in a line."""
        return told_counts(self.file, self.counts)


def preview_import(
    cache: PlanCache,
    source: Source,
    mapping: FieldMapping,
    decisions: Decisions | None = None,
    *,
    user: User,
    at: datetime,
    progress: Progress | None = None,
) -> ImportPreview:
    """Hold a file against the plan; nothing is saved.

    An empty cell leaves things as they are, a masked phone too, and what is not in the file stays.

    Args:
        cache: the plan.
        source: the file, as `read_source` gives it.
        mapping: what its columns mean.
        decisions: what a person decided about an earlier preview of the file.
        user: whose rights and scope count.
        at: the county's wall clock.
        progress: told now and then how many rows have been matched.

    Raises:
        AccessError: the user may not edit what files of this kind change.
        InputError: the mapping leaves out what is needed.
    """
    decided = decisions or Decisions()
    require(user, KINDS_OF_FILE[source.kind.name].action, user.scope)
    require_complete(source, mapping)
    kept = _without(with_last_rows(source, mapping), decided.left_out)
    plan, shapes = cache.plan(), cache.shapes()
    area = [float(edge) for edge in shapes.units.total_bounds] if len(shapes.units) else None
    values = read_values(kept, mapping, area)
    matching = PlaceMatching(
        plan=plan,
        workspace=cache.workspace,
        source=kept,
        mapping=mapping,
        decisions=decided,
        progress=progress,
    )
    desk = Desk(
        cache=cache,
        plan=plan,
        source=kept,
        mapping=mapping,
        values=values,
        matching=matching,
        decisions=decided,
        user=user,
        at=at,
    )
    draft = DRAFTS[source.kind.name](desk)
    return _preview(desk, draft)


def _preview(desk: Desk, draft: Draft) -> ImportPreview:
    source, values = desk.source, desk.values
    unread = [
        ImportRow("", row, _who(source, desk.mapping, row), RowState.REFUSED, reason=why)
        for row, why in values.unread.items()
    ]
    rows = sorted([*draft.rows, *unread], key=lambda row: row.number)
    memory = Memory(source.kind.name, source.signature, desk.mapping.columns, draft.aliases)
    return ImportPreview(
        kind=source.kind.name,
        file=source.file,
        revision=desk.plan.revision,
        rows=tuple(rows),
        faults=tuple(sorted(_faults(source, values, draft), key=lambda fault: fault.row or 0)),
        place_questions=tuple(draft.place_questions),
        who_questions=tuple(draft.who_questions),
        leftovers=draft.leftovers,
        datums=draft.datums,
        notes=(*source.notes, *draft.notes, *_datum_notes(desk, draft, values)),
        left_alone=desk.mapping.left_alone,
        townships=_townships(desk.plan, draft),
        action=draft.action,
        tables=tuple(draft.tables),
        edits=draft.edits,
        places=frozenset(draft.places),
        memory=memory,
        given=(source.table,),
    )


def _faults(source: Source, values: Values, draft: Draft) -> list[Fault]:
    """All faults; what only holding the file against the plan shows is one of the row as a whole."""
    found = [*values.faults, *draft.faults]
    asked = {fault.row for fault in draft.faults if fault.outcome is Outcome.ASKED}
    told = {
        (fault.row, str(fault.message)) for fault in draft.faults if fault.outcome is Outcome.ROW_LEFT_OUT
    }
    refused = {
        (row.number, row.who, row.reason.text): row
        for row in draft.rows
        if row.reason is not None
        and not (row.number in asked and is_waiting(row.reason))
        and (row.number, str(row.reason)) not in told
    }
    return found + [row_refused(source.table, row) for row in refused.values()]


def _without(source: Source, rows: frozenset[int]) -> Source:
    """The source without rows that are not to be taken."""
    there = [row for row in source.table.frame.index if row in rows]
    if not there:
        return source
    return replace(source, table=replace(source.table, frame=source.table.frame.drop(index=there)))


def _who(source: Source, mapping: FieldMapping, row: int) -> str:
    """What to tell a row by: whom or what it is about, else its first text."""
    texts = source.table.frame.loc[row]
    fields = _TELLING_PEOPLE if KINDS_OF_FILE[mapping.kind].tells_people else _TELLING
    letters = [source.table.column(mapping.columns[name]) for name in fields if name in mapping.columns]
    told = [str(texts[letter]) for letter in letters if letter is not None]
    return next((masked_text(text) for text in (*told, *map(str, texts)) if text), "")


def _townships(plan: Plan, draft: Draft) -> dict[str, Counter[RowState]]:
    """Rows by what becomes of them, of each township that they come from."""
    parents, levels = plan.units[PARENT_CODE].to_dict(), plan.units[LEVEL].to_dict()
    counted: dict[str, Counter[RowState]] = defaultdict(Counter)
    for row in draft.rows:
        unit: str | None = draft.units.get(row.number)
        while unit in levels and levels[unit] != Level.TOWNSHIP:
            unit = parents[unit]
        if unit in levels:
            counted[str(unit)][row.state] += 1
    return dict(counted)


def _datum_notes(desk: Desk, draft: Draft, values: Values) -> list[Message]:
    """That another datum would put clearly more points into the units that their rows name."""
    taken = next((one for one in draft.datums if one.datum is desk.source.reading.datum), None)
    if taken is None or not values.raw:
        return []
    best = draft.datums[0]
    if best.share < taken.share + _CLEARLY:
        return []
    return [msg("the coordinates are likely shifted: {why}; only {now}", why=best.why, now=taken.why)]
