"""People and their posts out of an office's own list: who is meant, where they are posted, what changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from gridmap.errors import InputError
from gridmap.messages import Message, msg
from gridmap.model.access import Action
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.model.people import Function
from gridmap.read.matching.faults import people_faults
from gridmap.read.matching.people import NewPerson, PeopleMatches, PersonQuery, match_people
from gridmap.read.tables.checked_rows import PEOPLE_WITH_PHONES
from gridmap.read.values.parsed import RefusedValueError
from gridmap.read.values.people import NamedPhone
from gridmap.read.values.phones import Phone, PhoneKind
from gridmap.service.imports.decisions import NEW, WhoQuestion, waits
from gridmap.service.imports.desk import Desk, Draft
from gridmap.service.imports.place_matching import Matched
from gridmap.service.imports.refused_cells import RefusedCellError, cell_fault
from gridmap.service.imports.roster.posts import Posts
from gridmap.service.imports.roster.settling import row_of, settle
from gridmap.service.imports.roster.who import People, out_of_reach
from gridmap.service.people.columns import (
    RosterLine,
    function_called,
    function_in,
    require_order,
    tier_in,
)
from gridmap.store.matching import ids_by_phone, retired_cells

T = TypeVar("T")

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
    uncoded = [row for row in rows if not desk.values.text(row, "grid_code")]
    cells = desk.matching.cells(desk.values, uncoded, units, by_code=False)
    draft.ask(units)
    draft.ask(cells)
    draft.units = dict(units.codes)
    lines, unread, faults = _lines(desk, mentions, units, cells)
    people = _ListedPeople(desk, lines, units.codes)
    people.ask(draft, lines, mentions)
    codes = {line.place_code for line in lines.values() if line.place_code}
    posts = Posts(desk.plan, retired_cells(desk.cache.workspace, codes), user=desk.user, at=desk.at)
    settled = settle(desk.plan, lines, people=people, posts=posts, user=desk.user, at=desk.at)
    reasons = {**settled.refused, **unread}
    draft.edits = settled.edits
    draft.faults += [*faults, *_second_numbers(desk, mentions)]
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
) -> tuple[dict[int, RosterLine], dict[int, Message], list[Fault]]:
    """The rows as lines of a roster, one for each person, why others are none, and the cells at fault."""
    lines: dict[int, RosterLine] = {}
    unread: dict[int, Message] = {}
    faults: dict[tuple[int, str], Fault] = {}
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
            if isinstance(error, RefusedCellError):
                fault = cell_fault(desk.source.table, desk.mapping, row, error)
                faults[row, error.field] = fault
    return lines, unread, list(faults.values())


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
        place=values.text(row, "grid_name") if values.text(row, "grid_code") else "",
        function=function,
        tier=tier,
        start=values.value(row, "valid_from"),
        end=values.value(row, "valid_to"),
        arrived=values.value(row, "arrived_at"),
    )
    _require_order(line)
    return line


def _require_order(line: RosterLine) -> None:
    try:
        require_order(line)
    except RefusedValueError as error:
        raise RefusedCellError("valid_to", error) from error


def _function(desk: Desk, mention: _Mention) -> tuple[Function | None, int | None]:
    """What a person does: that of the row, else by the column that names the person."""
    values, row = desk.values, mention.row
    tier = _read("tier", tier_in, values.text(row, "tier"))
    if mention.field == "head_name":
        return Function.HEAD, tier
    text = values.text(row, "function")
    if not text:
        told_elsewhere = _function_beside(desk, row)
        if told_elsewhere is not None and _has_post(desk, row):
            return told_elsewhere[0], tier or told_elsewhere[1]
        beside_head = "head_name" in desk.mapping.choices and _has_post(desk, row)
        return (Function.MEMBER if beside_head else None), tier
    function, of_label = _read("function", function_in, text)
    return function, tier or of_label


def _read(field: str, reader: Callable[[str], T], text: str) -> T:
    try:
        return reader(text)
    except RefusedValueError as error:
        raise RefusedCellError(field, error) from error


def _function_beside(desk: Desk, row: int) -> tuple[Function, int | None] | None:
    """What the heading of the names says that they do, else a title that is a function."""
    return _function_of_heading(desk) or function_called(desk.values.text(row, "title"))


def _function_of_heading(desk: Desk) -> tuple[Function, int | None] | None:
    """What all people of a column do, where its heading tells, as 网格员姓名."""
    parts = _OF_NAMES.sub("/", desk.mapping.columns.get("person", "")).split("/")
    return next(filter(None, map(function_called, parts)), None)


class _ListedPeople(People):
    """The people of a plan and of a list, with what somebody decided of them."""

    def __init__(self, desk: Desk, lines: Mapping[int, RosterLine], units: Mapping[int, str]) -> None:
        phones = {line.phone for line in lines.values() if line.phone}
        by_phone = ids_by_phone(desk.cache.workspace, phones)
        super().__init__(desk.plan, by_phone, user=desk.user, at=desk.at)
        self._desk = desk
        self._queries = {
            key: _query(desk, key, line, units.get(line.number, "")) for key, line in lines.items()
        }
        self._matched: tuple[frozenset[int], PeopleMatches] | None = None

    def match(
        self, lines: Mapping[int, RosterLine], holders: Mapping[str, str]
    ) -> tuple[dict[int, str], dict[int, Message]]:
        """The person of each line, as matched or decided; a list names no posts by their ids."""
        del holders
        beyond, matches = self._matches(lines)
        decisions, found = self._desk.decisions, dict[int, str]()
        refused = dict.fromkeys(beyond, _OUT_OF_REACH)
        found |= {int(str(key)): match.person_id for key, match in matches.found.items()}
        for person in matches.new:
            keys = [int(str(key)) for key in person.rows]
            if decisions.new_people or decisions.people.get(keys[0]) == NEW:
                found |= dict.fromkeys(keys, self.id_for(person))
            else:
                why = msg("{name} is not in the roster", name=person.name)
                refused |= dict.fromkeys(keys, waits(why))
        for key, question in matches.asked.items():
            row = int(str(key))
            if decisions.people.get(row) == NEW:
                found[row] = self.id_for(NewPerson(question.query.name, f"row {row}", "", (row,)))
            else:
                refused[row] = waits(question.why)
        return found, refused

    def ask(self, draft: Draft, lines: Mapping[int, RosterLine], mentions: Mapping[int, _Mention]) -> None:
        """Put down what has to be decided of the people that the lines name."""
        desk = self._desk
        _, matches = self._matches(lines)
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

    def _matches(self, lines: Mapping[int, RosterLine]) -> tuple[frozenset[int], PeopleMatches]:
        """Lines about people out of reach, and the others matched; the last answer is kept."""
        keys = frozenset(lines)
        beyond = frozenset(key for key, line in lines.items() if self.is_beyond(line))
        if self._matched is None or self._matched[0] != keys:
            queries = [self._queries[key] for key in lines if key not in beyond]
            matches = match_people(queries, self.roster, self.by_phone)
            self._matched = keys, self._decided(matches)
        return beyond, self._matched[1]

    def _decided(self, matches: PeopleMatches) -> PeopleMatches:
        """With the people that somebody chose; a choice for a new person is one for all rows of it."""
        decisions = self._desk.decisions
        chosen: dict[Hashable, str] = {
            key: person for key, person in decisions.people.items() if person in self.known
        }
        for person in matches.new:
            if person.rows[0] in chosen:
                chosen |= dict.fromkeys(person.rows, chosen[person.rows[0]])
        return matches.accept(chosen)


_OUT_OF_REACH: Final = out_of_reach()


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
