"""People and their posts out of an office's own list: who is meant, where they are posted, what changes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from gridmap.errors import InputError
from gridmap.messages import Message, msg
from gridmap.model.access import Action
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.model.people import Function
from gridmap.model.plan import Plan
from gridmap.model.posts import unended
from gridmap.names import NAME, PARENT_CODE
from gridmap.read.matching.faults import people_faults
from gridmap.read.matching.people import PeopleMatches, PersonQuery, RosterPerson, match_people
from gridmap.read.tables.checked_rows import PEOPLE_WITH_PHONES
from gridmap.read.values.people import NamedPhone
from gridmap.read.values.phones import Phone, PhoneKind
from gridmap.service.imports.decisions import NEW, WhoQuestion
from gridmap.service.imports.desk import Desk, Draft, waits
from gridmap.service.imports.place_matching import Matched
from gridmap.service.imports.roster.posts import Posts
from gridmap.service.imports.roster.settling import row_of, settle
from gridmap.service.imports.roster.who import People
from gridmap.service.people.columns import (
    RosterLine,
    function_called,
    no_function,
    no_tier,
    require_order,
    tier_called,
)
from gridmap.store.matching import ids_by_phone, retired_cells

_GRID: Final = ("grid_code", "grid_name")
_POST: Final = ("function", "valid_from", "valid_to", "arrived_at")
_OF_NAMES: Final = re.compile(r"姓名|名字|名单|[\s()（）]")
_UNITS: Final = ("village", "township", "county")


@dataclass(frozen=True)
class _Mention:
    """Somebody named in a row; one named as its head has that function."""

    row: int
    field: str
    named: NamedPhone


def draft_people(desk: Desk) -> Draft:
    """What a file of people and posts would do."""
    draft = Draft(Action.EDIT_POSTS)
    mentions = dict(enumerate(_mentions(desk)))
    rows = list(dict.fromkeys(mention.row for mention in mentions.values()))
    units = desk.matching.units(desk.values, [row for row in rows if _asks_unit(desk, row)], code="code")
    cells = desk.matching.cells(desk.values, rows, units, by_code=False)
    draft.ask(units)
    draft.ask(cells)
    draft.units = dict(units.codes)
    lines, unread = _lines(desk, mentions, units, cells)
    people = _people(desk, lines)
    waiting = people.recognise(desk, draft, lines, mentions, units.codes)
    codes = {line.place_code for line in lines.values() if line.place_code}
    posts = Posts(desk.plan, retired_cells(desk.cache.workspace, codes), user=desk.user, at=desk.at)
    live = {key: line for key, line in lines.items() if key not in waiting}
    settled = settle(desk.plan, live, people=people, posts=posts, user=desk.user, at=desk.at)
    reasons = {**settled.refused, **waiting, **unread}
    draft.edits = settled.edits
    draft.faults += _second_numbers(desk, mentions)
    for key, mention in mentions.items():
        person = people.known.get(settled.draft.person_of.get(key, ""))
        who = person.label if person else mention.named.name or desk.values.text(mention.row, "person_id")
        draft.rows.append(row_of(("", mention.row), who, key, settled, reasons.get(key)))
    return draft


def _mentions(desk: Desk) -> Iterator[_Mention]:
    """Everybody whom the rows name, in their order."""
    fields = [name for name in PEOPLE_WITH_PHONES if name in desk.mapping.choices]
    for row in desk.values.rows:
        found = [
            _Mention(row, field, one)
            for field in reversed(fields)
            for one in desk.values.value(row, field) or ()
        ]
        if not found:  # a row may give but an id, or a number
            numbers: tuple[Phone, ...] = desk.values.value(row, "phone") or ()
            found = [_Mention(row, "person", NamedPhone("", numbers))]
        yield from found


def _asks_unit(desk: Desk, row: int) -> bool:
    """Whether it matters which unit a row names: as the place of a post, or as the person's own."""
    values = desk.values
    if values.text(row, "grid_code"):
        return bool(values.text(row, "code"))
    if values.text(row, "grid_name") or _has_post(desk, row):
        return True
    return not values.text(row, "sending_unit") or bool(values.text(row, "code"))


def _has_post(desk: Desk, row: int) -> bool:
    values = desk.values
    if any(values.value(row, name) for name in (*_GRID, *_POST, "head_name")):
        return True
    return _function_of_heading(desk) is not None and any(
        values.text(row, name) for name in (*_UNITS, "code")
    )


def _lines(
    desk: Desk, mentions: Mapping[int, _Mention], units: Matched, cells: Matched
) -> tuple[dict[int, RosterLine], dict[int, Message]]:
    """The rows as lines of a roster, one for each person, and why others are none."""
    lines: dict[int, RosterLine] = {}
    unread: dict[int, Message] = {}
    for key, mention in mentions.items():
        row = mention.row
        try:
            if row in units.left | cells.left:
                raise InputError(msg("left out"))
            why = cells.waiting.get(row) or units.waiting.get(row)
            if why is not None:
                raise InputError(waits(why))
            lines[key] = _line(desk, mention, units.codes.get(row, ""), cells.codes.get(row, ""))
        except InputError as error:
            unread[key] = error.message
    return lines, unread


def _line(desk: Desk, mention: _Mention, unit: str, cell: str) -> RosterLine:
    """A person of a row, with the post where the row gives one.

    Raises:
        InputError: its function or tier is none, or it ends before it begins.
    """
    values, row = desk.values, mention.row
    function, tier = _function(desk, mention)
    grid = values.text(row, "grid_code") or cell
    has_post = mention.field == "head_name" or _has_post(desk, row)
    # A unit that no post is at is the person's own, unless the file says who sends the person.
    own = unit if grid or not has_post else ""
    if own and not values.text(row, "code") and (grid or values.text(row, "sending_unit")):
        own = ""
    whole = [phone for phone in mention.named.phones if phone.kind is not PhoneKind.MASKED]
    masked = [phone for phone in mention.named.phones if phone.kind is PhoneKind.MASKED]
    is_head = mention.field == "head_name"
    line = RosterLine(
        sheet="",
        number=row,
        person_id="" if is_head else values.text(row, "person_id"),
        name=mention.named.name,
        phone=whole[0].number.removeprefix("+") if whole else "",
        masked=masked[0].number if masked and not whole else "",
        title="" if is_head else values.text(row, "title"),
        sending_unit="" if is_head else values.text(row, "sending_unit"),
        unit_code=own,
        place_code=(grid or unit) if has_post else "",
        function=function,
        tier=tier,
        start=values.value(row, "valid_from"),
        end=values.value(row, "valid_to"),
        arrived=values.value(row, "arrived_at"),
    )
    require_order(line)
    return line


def _function(desk: Desk, mention: _Mention) -> tuple[Function | None, int | None]:
    """What a person does: that of the row, else by the column that names the person."""
    values, row = desk.values, mention.row
    told = values.text(row, "tier")
    tier = tier_called(told) if told else None
    if told and tier is None:
        raise InputError(msg("{value}: {why}", value=told, why=no_tier()))
    if mention.field == "head_name":
        return Function.HEAD, tier
    text = values.text(row, "function")
    if not text:
        told_elsewhere = _function_beside(desk, row)
        if told_elsewhere is not None and _has_post(desk, row):
            return told_elsewhere[0], tier or told_elsewhere[1]
        beside_head = "head_name" in desk.mapping.choices and _has_post(desk, row)
        return (Function.MEMBER if beside_head else None), tier
    found = function_called(text)
    if found is None:
        raise InputError(msg("{value}: {why}", value=text[:60], why=no_function()))
    return found[0], tier or found[1]


def _function_beside(desk: Desk, row: int) -> tuple[Function, int | None] | None:
    """What the heading of the names says that they do, else a title that is a function."""
    return _function_of_heading(desk) or function_called(desk.values.text(row, "title"))


def _function_of_heading(desk: Desk) -> tuple[Function, int | None] | None:
    """What all people of a column do, where its heading tells, as 网格员姓名."""
    parts = _OF_NAMES.sub("/", desk.mapping.columns.get("person", "")).split("/")
    return next(filter(None, map(function_called, parts)), None)


class _ListedPeople(People):
    """The people of a plan and of a list, found all at once: by id, phone, and name with unit."""

    _found: Mapping[int, str]

    def recognise(
        self,
        desk: Desk,
        draft: Draft,
        lines: Mapping[int, RosterLine],
        mentions: Mapping[int, _Mention],
        units: Mapping[int, str],
    ) -> dict[int, Message]:
        """Find out who is meant by each line of rows that name these units; why lines wait or are refused."""
        refused = {key: _OUT_OF_REACH for key, line in lines.items() if self._is_beyond(line)}
        queries = [
            _query(desk, key, line, units.get(line.number, ""))
            for key, line in lines.items()
            if key not in refused
        ]
        matches = self._decided(match_people(queries, self._roster(desk), self.by_phone), desk)
        self._found = {int(str(key)): match.person_id for key, match in matches.found.items()}
        numbers = {id(person): f"person-{uuid4().hex[:12]}" for person in matches.new}
        for person in matches.new:
            keys = [int(str(key)) for key in person.rows]
            if desk.decisions.new_people or desk.decisions.people.get(keys[0]) == NEW:
                self._found |= dict.fromkeys(keys, numbers[id(person)])
            else:
                why = msg("{name} is not in the roster", name=person.name)
                refused |= dict.fromkeys(keys, waits(why))
        for key, question in matches.asked.items():
            if desk.decisions.people.get(int(str(key))) == NEW:
                self._found |= {int(str(key)): f"person-{uuid4().hex[:12]}"}
            else:
                refused[int(str(key))] = waits(question.why)
        self._ask(desk, draft, matches, mentions)
        return refused

    def match(
        self, lines: Mapping[int, RosterLine], holders: Mapping[str, str]
    ) -> tuple[dict[int, str], dict[int, Message]]:
        """The person of each line, as it was recognised."""
        del holders  # a list names no posts by their ids
        return {key: self._found[key] for key in lines}, {}

    def _is_beyond(self, line: RosterLine) -> bool:
        having = set(self.by_phone.get(line.phone, ()))
        return line.person_id in self._out_of_reach or bool(having and having <= self._out_of_reach)

    def _roster(self, desk: Desk) -> list[RosterPerson]:
        posted = _posted(desk.plan, desk.at)
        return [
            RosterPerson(
                person.id,
                person.name,
                person.phone,
                tuple(filter(None, (person.sending_unit, person.unit, person.unit_code, *posted[person.id]))),
                tuple(filter(None, (person.unit, *posted[person.id]))),
            )
            for person in self.known.values()
        ]

    def _decided(self, matches: PeopleMatches, desk: Desk) -> PeopleMatches:
        """With the people that somebody chose; a choice for a new person is one for all rows of it."""
        chosen: dict[Hashable, str] = {
            key: person for key, person in desk.decisions.people.items() if person in self.known
        }
        for person in matches.new:
            if person.rows[0] in chosen:
                chosen |= dict.fromkeys(person.rows, chosen[person.rows[0]])
        return matches.accept(chosen)

    def _ask(
        self, desk: Desk, draft: Draft, matches: PeopleMatches, mentions: Mapping[int, _Mention]
    ) -> None:
        for person in matches.new:
            key = int(str(person.rows[0]))
            why = msg("{name} is not in the roster", name=person.name)
            draft.who_questions.append(
                WhoQuestion(
                    key=key,
                    row=mentions[key].row,
                    name=person.name,
                    unit=person.unit,
                    why=why,
                    candidates=person.namesakes,
                    is_new=True,
                )
            )
        asked = {
            key: one for key, one in matches.asked.items() if desk.decisions.people.get(int(str(key))) != NEW
        }
        for each, question in asked.items():
            key, query = int(str(each)), question.query
            draft.who_questions.append(
                WhoQuestion(
                    key=key,
                    row=mentions[key].row,
                    name=query.name,
                    unit=query.unit,
                    why=question.why,
                    candidates=question.candidates,
                    is_new=False,
                )
            )
        waiting = PeopleMatches({}, () if desk.decisions.new_people else matches.new, asked)
        table, letter = desk.source.table, _letter(desk)
        if letter is not None:
            draft.faults += people_faults(waiting, table, letter, lambda key: mentions[int(str(key))].row)


_OUT_OF_REACH: Final = msg("the roster has this person in a unit outside your scope")


def _people(desk: Desk, lines: Mapping[int, RosterLine]) -> _ListedPeople:
    phones = {line.phone for line in lines.values() if line.phone}
    return _ListedPeople(desk.plan, ids_by_phone(desk.cache.workspace, phones), user=desk.user)


def _posted(plan: Plan, at: datetime) -> Mapping[str, tuple[str, ...]]:
    """Code and name of the units that people are posted to now, or in whose cells they are.

    Somebody who came in by a list without a number and without a sending unit is known by nothing else.
    """
    names, parents = plan.units[NAME].to_dict(), plan.cells[PARENT_CODE].to_dict()
    running = plan.posts[unended(plan.posts["valid_to"], at)]
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for person, target in zip(running["person_id"], running["target_code"], strict=True):
        code = parents.get(target, target)
        if code in names and code not in found[person]:
            found[person] += (code, names[code])
    return found


def _query(desk: Desk, key: int, line: RosterLine, code: str) -> PersonQuery:
    values, row = desk.values, line.number
    named: Sequence[Any] = [values.text(row, name) for name in _UNITS]
    unit = line.sending_unit or line.unit_code or next((text for text in named if text), "")
    told = "" if line.sending_unit else code  # which is where the person is, not who sends
    return PersonQuery(
        row=key,
        name=line.name,
        phone=line.phone,
        masked=line.masked,
        unit=unit,
        person_id=line.person_id,
        unit_code=told,
    )


def _letter(desk: Desk) -> str | None:
    """The column that names people."""
    columns = desk.mapping.columns
    named = [columns[name] for name in (*PEOPLE_WITH_PHONES, "person_id") if name in columns]
    return desk.source.table.column(named[0]) if named else None


def _second_numbers(desk: Desk, mentions: Mapping[int, _Mention]) -> list[Fault]:
    """What is noted of people with several numbers, of which the roster keeps one."""
    return [
        Fault(
            kind=FaultKind.PHONE_REPAIRED,
            message=msg("{n} numbers; the first is taken", n=len(mention.named.phones)),
            outcome=Outcome.NOTED,
            file=desk.source.file,
            layer=desk.source.table.sheet,
            row=mention.row,
        )
        for mention in mentions.values()
        if len(mention.named.phones) > 1
    ]
