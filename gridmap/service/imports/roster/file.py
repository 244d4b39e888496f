"""The roster as a spreadsheet: written for the office, read back as a preview, saved as one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from gridmap.draw.books.workbook import Sheet, Value, write_workbook
from gridmap.measure.tree import units_inside
from gridmap.messages import Language, Message, msg, render
from gridmap.model.access import Action, User
from gridmap.model.labels import FUNCTIONS
from gridmap.model.people import Function
from gridmap.model.plan import Plan
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.imports.roster.posts import Place, Posts, StandingPost, places_of, standing_posts
from gridmap.service.imports.roster.reading import RosterSheet, column_headings, read_roster_sheets
from gridmap.service.imports.roster.settling import Settled, row_of, settle
from gridmap.service.imports.roster.who import Known, People, known_people, labels_of
from gridmap.service.imports.rows import ImportRow, row_refused
from gridmap.service.imports.source import Reading
from gridmap.service.people.columns import HEADINGS, RosterLine
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.store.import_memory import Memory
from gridmap.store.matching import ids_by_phone, retired_cells

RosterRow = ImportRow
_ENTRY_ROWS: Final = 300
"""Empty rows of a written file that offer the lists too."""
_PERSON_SHEET: Final = ("person_id", "name", "phone", "title", "sending_unit", "unit_code")
_POST_SHEET: Final = (
    "post_id", "person_id", "person", "place_code", "place", "function", "tier", "valid_from", "valid_to",
    "arrived_at",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class RosterPreview(ImportPreview):
    """What a roster file would do to a plan; nothing is saved.

    Attributes:
        columns: how our columns are headed in it.
        sheets: those that were read.
    """

    columns: Mapping[str, str]
    sheets: tuple[RosterSheet, ...]


def read_roster(
    path: Path,
    *,
    cache: PlanCache,
    user: User,
    at: datetime,
    reading: Reading | None = None,
    new_people: bool = True,
    tables: Sequence[OfficeTable] = (),
) -> RosterPreview:
    """Read a roster and hold it against the plan: people, posts, or both in a row. Nothing is saved.

    An empty cell leaves things as they are, and so does a masked phone; who is not in the file stays.

    Args:
        path: the file.
        cache: the plan.
        user: whose rights and scope count.
        at: the county's wall clock.
        reading: one sheet of several, the encoding of a text file, the year of dates without one.
        new_people: people whom nobody knows are added; else their rows are refused.
        tables: its sheets where they have been read before; they are not read again.

    Raises:
        AccessError: the user may not edit posts.
        InputError: the file cannot be used as a whole, as where a column is missing.
    """
    require(user, Action.EDIT_POSTS, user.scope)
    sheets = read_roster_sheets(path, reading or Reading(), tables)
    rows = [(sheet, int(row)) for sheet in sheets for row in sheet.table.frame.index]
    lines = {key: sheet.lines[row] for key, (sheet, row) in enumerate(rows) if row in sheet.lines}
    unread = {key: sheet.unread[row] for key, (sheet, row) in enumerate(rows) if row in sheet.unread}
    settled, people = _settled(lines, cache, user, at, new_people=new_people)
    refused = {**unread, **settled.refused}
    told = tuple(_row(*place, key, settled, refused.get(key), people) for key, place in enumerate(rows))
    ruled_out = [
        row_refused(sheet.table, told[key]) for key, (sheet, _) in enumerate(rows) if key in settled.refused
    ]
    return RosterPreview(
        kind="people",
        file=path.name,
        revision=cache.plan().revision,
        rows=told,
        faults=(*(fault for sheet in sheets for fault in sheet.faults), *ruled_out),
        place_questions=(),
        who_questions=(),
        leftovers=None,
        datums=(),
        notes=(),
        left_alone=tuple(dict.fromkeys(text for sheet in sheets for text in sheet.mapping.left_alone)),
        townships={},  # a list of the whole county would count as returned by all
        action=Action.EDIT_POSTS,
        tables=(),
        edits=settled.edits,
        places=frozenset(),
        memory=Memory("people", "", {}, {}),  # the columns are ours: nothing is to be remembered
        given=tuple(sheet.table for sheet in sheets),
        columns=column_headings(sheets),
        sheets=sheets,
    )


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


def _settled(
    lines: Mapping[int, RosterLine], cache: PlanCache, user: User, at: datetime, *, new_people: bool
) -> tuple[Settled, People]:
    """What the lines do together, and whom they mean."""
    plan, workspace = cache.plan(), cache.workspace
    by_phone = ids_by_phone(workspace, {line.phone for line in lines.values() if line.phone})
    people = People(plan, by_phone, user=user, at=at, new_people=new_people)
    codes = {word for line in lines.values() for word in (line.place_code, *line.place.split()[:1]) if word}
    posts = Posts(plan, retired_cells(workspace, codes), user=user, at=at)
    return settle(plan, lines, people=people, posts=posts, user=user, at=at), people


def _row(
    sheet: RosterSheet, row: int, key: int, settled: Settled, refused: Message | None, people: People
) -> RosterRow:
    """What becomes of a row."""
    known = people.known.get(settled.draft.person_of.get(key, ""))
    named = (sheet.text(row, column) for column in ("name", "person", "person_id", "place_code"))
    who = known.label if known else next((text for text in named if text), "")
    return row_of((sheet.label, row), who, key, settled, refused)


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
