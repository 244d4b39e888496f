"""The roster as a spreadsheet: written for the office, read back as a preview, saved as one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from gridmap.draw.workbook import Sheet, Value, write_workbook
from gridmap.errors import FaultsError, InputError
from gridmap.measure.tree import units_inside
from gridmap.messages import Language, Message, msg, msg_n, render
from gridmap.model.access import Action, User
from gridmap.model.labels import FUNCTIONS
from gridmap.model.people import Function
from gridmap.model.plan import Plan
from gridmap.read.tables import Table, TableRow, read_tables
from gridmap.service import roster_columns as columns
from gridmap.service.edits import Edit
from gridmap.service.import_rows import ROW_STATES, ImportRow, RowState, told_counts
from gridmap.service.plan_cache import PlanCache
from gridmap.service.posting import save_edits
from gridmap.service.rights import require
from gridmap.service.roster_columns import HEADINGS, RosterLine, known_columns, read_line
from gridmap.service.roster_edits import Settled, row_of, settle
from gridmap.service.roster_people import Known, People, known_people, labels_of
from gridmap.service.roster_posts import Place, Posts, StandingPost, places_of, standing_posts
from gridmap.store.matching import ids_by_phone, retired_cells
from gridmap.store.repository import Revision, Workspace

__all__ = [
    "ROW_STATES", "RosterPreview", "RosterRow", "RowState", "read_roster", "roster_sheets",
    "save_roster", "write_roster",
]  # fmt: skip

RosterRow = ImportRow
_ENTRY_ROWS: Final = 300
"""Empty rows of a written file that offer the lists too."""
_NAMED: Final = 3
"""Refused rows told in the line of an error; the others are counted."""
_PERSON_SHEET: Final = ("person_id", "name", "phone", "title", "sending_unit", "unit_code")
_POST_SHEET: Final = (
    "post_id", "person_id", "person", "place_code", "place", "function", "tier", "valid_from", "valid_to",
    "arrived_at",
)  # fmt: skip


@dataclass(frozen=True)
class RosterPreview:
    """What a file would do to a plan; nothing is saved.

    Attributes:
        revision: of the plan that it was held against.
        edits: those of the rows that are not refused.
        left_alone: headings that mean nothing here.
    """

    file: str
    revision: int
    rows: tuple[RosterRow, ...]
    edits: tuple[Edit, ...]
    left_alone: tuple[str, ...]

    @property
    def counts(self) -> dict[RowState, int]:
        """Rows by state."""
        return {state: sum(row.state is state for row in self.rows) for state in RowState}

    @property
    def good(self) -> int:
        """Rows that change something and can be saved."""
        return self.counts[RowState.ADDED] + self.counts[RowState.CHANGED]

    @property
    def refused(self) -> tuple[RosterRow, ...]:
        """The rows that are refused."""
        return tuple(row for row in self.rows if row.state is RowState.REFUSED)

    @property
    def summary(self) -> Message:
        """The counts in a line."""
        return told_counts(self.file, self.counts)


def read_roster(path: Path, *, cache: PlanCache, user: User, at: datetime) -> RosterPreview:
    """Read a roster and hold it against the plan: people, posts, or both in a row. Nothing is saved.

    An empty cell leaves things as they are, and so does a masked phone; who is not in the file stays.

    Raises:
        AccessError: the user may not edit posts.
        InputError: the file cannot be used as a whole, as where a column is missing.
    """
    require(user, Action.EDIT_POSTS, user.scope)
    tables = read_tables(path, known_columns())
    _require_columns(path.name, tables)
    if len(tables) == 1:  # where there is but one sheet, a row's number says enough
        tables = (replace(tables[0], sheet=""),)
    rows = [(table, row) for table in tables for row in table.rows]
    lines: dict[int, RosterLine] = {}
    unread: dict[int, Message] = {}
    for key, (table, row) in enumerate(rows):
        try:
            lines[key] = read_line(table, row)
        except InputError as error:
            unread[key] = error.message
    plan, file = cache.plan(), cache.workspace.path
    by_phone = ids_by_phone(file, {line.phone for line in lines.values() if line.phone})
    people = People(plan, by_phone, user=user)
    codes = {word for line in lines.values() for word in (line.place_code, *line.place.split()[:1]) if word}
    posts = Posts(plan, retired_cells(file, codes), user=user, at=at)
    settled = settle(plan, lines, people=people, posts=posts, user=user, at=at)
    refused = {**unread, **settled.refused}
    return RosterPreview(
        file=path.name,
        revision=plan.revision,
        rows=tuple(
            _row(table, row, key, settled, refused.get(key), people) for key, (table, row) in enumerate(rows)
        ),
        edits=settled.edits,
        left_alone=tuple(dict.fromkeys(text for table in tables for text in table.left_alone)),
    )


def save_roster(
    workspace: Workspace,
    preview: RosterPreview,
    *,
    reason: str,
    user: User,
    at: datetime,
    only_good: bool = False,
) -> Revision:
    """Save what a preview shows, as one change.

    Raises:
        InputError: rows are refused and not `only_good`, or there is nothing to save, or no reason.
        ConflictError: what the file changes moved on since the preview.
    """
    if preview.refused and not only_good:
        told = [row.told for row in preview.refused[:_NAMED]]
        raise InputError(
            msg_n(
                "{file}: {n} row is refused, so nothing is saved: {rows}",
                "{file}: {n} rows are refused, so nothing is saved: {rows}",
                n=len(preview.refused),
                file=preview.file,
                rows=[*told, "…"] if len(preview.refused) > _NAMED else told,
            )
        )
    return save_edits(workspace, preview.edits, reason=reason, user=user, at=at)


def write_roster(cache: PlanCache, *, user: User, scope: str, at: datetime, language: Language) -> bytes:
    """The people and posts of a scope as an XLSX file to be filled in and read back; phones are masked.

    Posts at units and cells that last or are to come; of the people those of the scope's units, those posted
    there, and those of no unit, whom everybody may post.

    Raises:
        AccessError: the user may not export, or the scope lies outside the user's.
        NotFoundError: there is no such unit.
    """
    sheets = roster_sheets(cache, user=user, scope=scope, at=at, language=language)
    return write_workbook(sheets, created=at, title=cache.plan().title)


def roster_sheets(
    cache: PlanCache, *, user: User, scope: str, at: datetime, language: Language
) -> tuple[Sheet, Sheet]:
    """The sheets of `write_roster`: people, and posts.

    Raises:
        AccessError, NotFoundError: as `write_roster`.
    """
    require(user, Action.EXPORT, scope)
    plan = cache.plan()
    inside = {place.code: place for place in places_of(cache.scope(scope, at))}
    posts = [
        post
        for post in standing_posts(plan).values()
        if post.target[1] in inside and inside[post.target[1]].kind is post.target[0] and post.lasts(at)
    ]
    posted = {post.person_id for post in posts}
    units = set(units_inside(plan, scope))
    people = {
        key: person
        for key, person in known_people(plan).items()
        if not person.unit_code or person.unit_code in units or key in posted
    }
    notes = _notes(plan, inside.get(scope), at, language)
    return _people_sheet(people, notes, language), _posts_sheet(posts, people, inside, notes, language)


def _require_columns(file: str, tables: Sequence[Table]) -> None:
    """Refuse the file where a sheet cannot say whom or what it means.

    Raises:
        FaultsError: the columns that are missing, and those that are there.
    """
    faults = []
    for table in tables:
        there = table.columns.keys()
        missing = [] if there & {"name", "person", "person_id"} else [HEADINGS["name"]]
        if there & set(columns.POST_COLUMNS):
            missing += [] if there & {"place_code", "place"} else [HEADINGS["place_code"]]
            missing += [] if "function" in there else [HEADINGS["function"]]
        if missing:
            faults.append(
                msg(
                    "sheet {sheet} has no column {columns}; there are: {headings}",
                    sheet=table.sheet or "1",
                    columns=missing,
                    headings=[text for text in table.headings if text],
                )
            )
    if faults:
        raise FaultsError(file, faults)


def _row(
    table: Table, row: TableRow, key: int, settled: Settled, refused: Message | None, people: People
) -> RosterRow:
    """What becomes of a row."""
    person_id = settled.draft.person_of.get(key, "")
    known = people.known.get(person_id)
    named = (table.value(row, column) for column in ("name", "person", "person_id", "place_code"))
    who = known.label if known else next((text for text in named if isinstance(text, str) and text), "")
    return row_of((table.sheet, row.number), who, key, settled, refused)


def _notes(plan: Plan, scope: Place | None, at: datetime, language: Language) -> list[str]:
    lines = [
        msg(
            "{title}: roster of {scope}, as of {at}, revision {revision}",
            title=plan.title,
            scope=scope.name if scope else plan.title,
            at=f"{at:%Y-%m-%d %H:%M}",
            revision=plan.revision,
        ),
        msg("Leave the ids as they are; a row without ids is new. Empty cells change nothing."),
    ]
    return [render(line, language) for line in lines]


def _people_sheet(people: Mapping[str, Known], notes: Sequence[str], language: Language) -> Sheet:
    rows = [
        (person.id, person.name, person.phone, person.title, person.sending_unit, person.unit_code)
        for person in people.values()
    ]
    return Sheet(
        render(msg("People"), language),
        _headings(_PERSON_SHEET, language),
        rows,
        notes,
        entry_rows=_ENTRY_ROWS,
    )


def _posts_sheet(
    posts: Sequence[StandingPost],
    people: Mapping[str, Known],
    places: Mapping[str, Place],
    notes: Sequence[str],
    language: Language,
) -> Sheet:
    labels = labels_of(people.values())
    functions = {function.value: render(FUNCTIONS[function], language) for function in Function}
    rows: list[tuple[Value, ...]] = [
        (
            post.id,
            post.person_id,
            labels.get(post.person_id, ""),
            post.target[1],
            places[post.target[1]].label,
            functions.get(post.function, post.function),
            post.tier,
            post.start,
            post.end,
            post.arrived,
        )
        for post in sorted(posts, key=lambda post: (post.target[1], post.function, post.id))
    ]
    choices = {
        _POST_SHEET.index("person"): sorted(labels.values()),
        _POST_SHEET.index("place"): sorted(place.label for place in places.values()),
        _POST_SHEET.index("function"): list(functions.values()),
    }
    return Sheet(
        render(msg("Posts"), language),
        _headings(_POST_SHEET, language),
        rows,
        notes,
        choices={column: values for column, values in choices.items() if values},
        entry_rows=_ENTRY_ROWS,
    )


def _headings(names: Sequence[str], language: Language) -> list[str]:
    return [render(HEADINGS[name], language) for name in names]
