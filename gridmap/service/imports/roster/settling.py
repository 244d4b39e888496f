"""What the rows of a roster file do together: edits of people and posts, and the rows that are refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gridmap.errors import InputError
from gridmap.messages import Message, msg
from gridmap.model.access import User
from gridmap.model.changes import RowState
from gridmap.model.plan import Plan
from gridmap.service.imports.roster.posts import PostChange, Posts
from gridmap.service.imports.roster.who import Known, People
from gridmap.service.imports.rows import ImportRow
from gridmap.service.people.columns import HEADINGS, PHONE, RosterLine
from gridmap.service.people.commands import AddPerson, ChangePerson, Edit, EndPost
from gridmap.service.people.saving import sort_out

_FACTS: Final = ("name", "title", "sending_unit", "unit_code")
_ROWS_NAMED: Final = 6


@dataclass(frozen=True)
class PersonChange:
    """What the rows of one person say that the roster does not; `rows` are those that say it."""

    edit: AddPerson | ChangePerson
    rows: tuple[int, ...]
    what: tuple[Message, ...]

    @property
    def is_new(self) -> bool:
        """Whether the person comes in with the file."""
        return isinstance(self.edit, AddPerson)


@dataclass
class Draft:
    """What rows ask for, by their place in the file; `twins` say the same as an earlier row."""

    person_of: dict[int, str]
    posts: dict[int, PostChange] = field(default_factory=dict)
    people: dict[str, PersonChange] = field(default_factory=dict)
    twins: dict[int, int] = field(default_factory=dict)
    refused: dict[int, Message] = field(default_factory=dict)

    def edits(self) -> dict[Hashable, Sequence[Edit]]:
        """Edits in the order of saving: people, posts that end, posts that begin; a row's are one group."""
        rows = sorted(self.posts, key=lambda key: not _only_ends(self.posts[key].edits))
        groups: dict[Hashable, Sequence[Edit]] = {key: [change.edit] for key, change in self.people.items()}
        return groups | {key: self.posts[key].edits for key in rows if self.posts[key].edits}


@dataclass(frozen=True)
class Settled:
    """What is to be saved, and why the other rows are refused."""

    draft: Draft
    refused: Mapping[int, Message]

    @property
    def edits(self) -> tuple[Edit, ...]:
        """In the order of saving."""
        return tuple(edit for group in self.draft.edits().values() for edit in group)


def settle(
    plan: Plan, lines: Mapping[int, RosterLine], *, people: People, posts: Posts, user: User, at: datetime
) -> Settled:
    """Edits of all rows that can be saved together, and the reasons of the others.

    A refused row counts for nothing: what it says of a person is not saved either, so rows that lean on it
    are looked at again without it.
    """
    refused: dict[int, Message] = {}
    while True:
        live = {key: line for key, line in lines.items() if key not in refused}
        draft = _draft(live, people, posts, user)
        fresh = draft.refused or _ruled_out(plan, draft, user, at)
        if not fresh:
            return Settled(draft, refused)
        refused |= fresh


def row_of(place: tuple[str, int], who: str, key: int, settled: Settled, reason: Message | None) -> ImportRow:
    """What becomes of a row, named by its sheet and number; `key` is what its line goes by."""
    if reason is not None:
        return ImportRow(*place, who, RowState.REFUSED, reason=reason)
    draft = settled.draft
    post, person = draft.posts.get(key), draft.people.get(draft.person_of.get(key, ""))
    leads = person is not None and person.rows[0] == key
    what = (person.what if person and leads else ()) + (post.what if post else ())
    if key in draft.twins:
        what += (msg("says the same as an earlier row"),)
    if (post and post.is_new) or (person and leads and person.is_new):
        state = RowState.ADDED
    else:
        state = RowState.CHANGED if leads or (post and post.edits) else RowState.UNCHANGED
    return ImportRow(*place, who, state, what)


def _draft(lines: Mapping[int, RosterLine], people: People, posts: Posts, user: User) -> Draft:
    """What rows ask for, as far as no rule of posting is touched."""
    found, refused = people.match(lines, posts.holders)
    draft = Draft(found, refused=refused)
    for key, person_id in found.items():
        if lines[key].has_post:
            try:
                draft.posts[key] = posts.change(lines[key], person_id)
            except InputError as error:
                draft.refused[key] = error.message
    _compare_posts(draft, lines)
    rows_of: dict[str, list[int]] = defaultdict(list)
    for key in sorted(found.keys() - draft.refused.keys()):
        rows_of[found[key]].append(key)
    home = user.scope if user.scope in posts.places else ""
    for person_id, rows in rows_of.items():
        _compare_people(draft, {key: lines[key] for key in rows}, person_id, people, home)
    return draft


def _compare_posts(draft: Draft, lines: Mapping[int, RosterLine]) -> None:
    """Rows that speak of one post must say the same of it; the later ones then do nothing."""
    rows_of: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for key in sorted(draft.posts):
        rows_of[draft.posts[key].key].append(key)
    for rows in rows_of.values():
        if len(rows) == 1:
            continue
        changes = [draft.posts[key] for key in rows]
        starts = {change.start for change in changes}
        if all(_wish(change) == _wish(changes[0]) for change in changes):
            for key in rows[1:]:
                draft.twins[key] = rows[0]
                del draft.posts[key]
        elif len(starts) < len(rows) or None in starts:
            draft.refused |= {key: _contradiction(rows, lines, HEADINGS["function"]) for key in rows}


def _wish(change: PostChange) -> tuple[object, ...]:
    return change.edits, change.start


def _compare_people(
    draft: Draft, lines: Mapping[int, RosterLine], person_id: str, people: People, home: str
) -> None:
    """Rows that speak of one person must say the same; note what differs from the roster."""
    values: dict[str, str] = {}
    for fact in (*_FACTS, PHONE):
        said = {key: text for key, line in lines.items() if (text := getattr(line, fact))}
        if len(set(said.values())) > 1:
            draft.refused |= {key: _contradiction(list(said), lines, HEADINGS[fact]) for key in said}
            return
        values |= dict.fromkeys([fact] if said else [], next(iter(said.values()), ""))
    known = people.known.get(person_id)
    if known is None:
        values.setdefault("unit_code", home)
        draft.people[person_id] = PersonChange(
            AddPerson(person_id, **values), tuple(lines), (msg("new person"),)
        )
        return
    changed = {name: text for name, text in values.items() if _differs(name, text, known, people)}
    if changed:
        edit = ChangePerson(person_id, changed, known.version)
        rows = tuple(k for k, line in lines.items() if any(getattr(line, name) for name in changed))
        draft.people[person_id] = PersonChange(edit, rows, tuple(_told(changed, known)))


def _differs(name: str, text: str, known: Known, people: People) -> bool:
    return not people.has_phone(known.id, text) if name == PHONE else text != getattr(known, name)


def _told(changed: Mapping[str, str], known: Known) -> Iterable[Message]:
    """What changes of a person; a whole number is not repeated."""
    for name, text in changed.items():
        if name == PHONE:
            yield msg("another phone")
        else:
            before = getattr(known, name) or "–"
            yield msg("{column}: {before} → {after}", column=HEADINGS[name], before=before, after=text)


def _ruled_out(plan: Plan, draft: Draft, user: User, at: datetime) -> dict[int, Message]:
    """The rows that the rules of posting refuse."""
    rows: dict[int, Message] = {}
    for key, reason in sort_out(plan, draft.edits(), user=user, at=at).items():
        if isinstance(key, int):
            rows[key] = reason
        else:
            rows |= dict.fromkeys(draft.people[str(key)].rows, reason)
    return rows


def _contradiction(rows: Sequence[int], lines: Mapping[int, RosterLine], about: Message) -> Message:
    named = [lines[key].place_in_file for key in rows[:_ROWS_NAMED]]
    return msg("rows {rows} contradict each other ({about}); keep one", rows=named, about=about)


def _only_ends(edits: Sequence[Edit]) -> bool:
    return all(isinstance(edit, EndPost) for edit in edits)
