"""Who is meant by the rows of a roster file: by id, else by phone, else by name and unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

import pandas as pd

from gridmap.errors import InputError
from gridmap.messages import Message, msg
from gridmap.model.access import User, covers, may_post
from gridmap.model.plan import Plan
from gridmap.model.posts import unended
from gridmap.names import NAME, PARENT_CODE
from gridmap.read.matching.people import NewPerson, PersonQuery, RosterPerson, match_people
from gridmap.read.values.texts import plain_name, tidy_text
from gridmap.service.imports.decisions import waits
from gridmap.service.people.columns import RosterLine

_BETWEEN: Final = " · "
_COLUMNS: Final = ("name", "phone", "title", "sending_unit", "unit_code", "version")


@dataclass(frozen=True)
class Known:
    """A person of the roster as it stands, texts tidied as those of a file are."""

    id: str
    name: str
    phone: str
    title: str
    sending_unit: str
    unit_code: str
    unit: str
    version: int

    @property
    def label(self) -> str:
        """Name, unit and last four digits: how one tells a dozen of the same name apart."""
        parts = (self.name, self.sending_unit or self.unit, self.phone[-4:])
        return _BETWEEN.join(part for part in parts if part)


def known_people(plan: Plan) -> dict[str, Known]:
    """Everybody of the plan by id."""
    people = plan.people.fillna({"unit_code": ""})
    units = {str(code): tidy_text(str(name)) for code, name in plan.units["name"].items()}
    return {
        str(key): Known(
            id=str(key),
            name=plain_name(name),
            phone=phone,
            title=tidy_text(title),
            sending_unit=tidy_text(sending_unit),
            unit_code=unit_code,
            unit=units.get(unit_code, ""),
            version=int(version),
        )
        for key, name, phone, title, sending_unit, unit_code, version in zip(
            people.index,
            *(people[column] for column in _COLUMNS),
            strict=True,
        )
    }


def labels_of(people: Iterable[Known]) -> dict[str, str]:
    """A label for each person, by id; where two have the same, their ids are added."""
    plain = {person.id: person.label for person in people}
    counts = pd.Series(list(plain.values()), dtype="str").value_counts()
    return {key: label if counts[label] == 1 else f"{label}{_BETWEEN}{key}" for key, label in plain.items()}


class People:
    """The people of a plan within a user's reach, and those of a file, as rows refer to them."""

    def __init__(
        self,
        plan: Plan,
        by_phone: Mapping[str, Sequence[str]],
        *,
        user: User,
        at: datetime,
        new_people: bool = True,
    ) -> None:
        self._new_people = new_people
        everybody = known_people(plan)
        places = zip(plan.posts["person_id"], plan.posts["target_code"], strict=True)
        posted = {person for person, place in places if covers(user.scope, place)}
        self.known = {
            key: person
            for key, person in everybody.items()
            if may_post(user, person.unit_code) or key in posted
        }
        self._out_of_reach = everybody.keys() - self.known.keys()
        self.by_phone = by_phone
        self._by_label = {label: key for key, label in labels_of(self.known.values()).items()}
        self.roster = _roster(plan, self.known.values(), at)
        self._given_ids: dict[Hashable, str] = {}

    def match(
        self, lines: Mapping[int, RosterLine], holders: Mapping[str, str]
    ) -> tuple[dict[int, str], dict[int, Message]]:
        """The person's id of each line, or why it is refused. New people have ids of no one known.

        Args:
            lines: rows by their place in the file.
            holders: who holds each post that stands, by its id.
        """
        queries, refused = dict[int, PersonQuery](), dict[int, Message]()
        numbered = _numbered_by_the_file(lines, self.known)
        for key, line in lines.items():
            try:
                if self.is_beyond(line):
                    raise InputError(out_of_reach())
                queries[key] = self._query(key, line, holders, numbered)
            except InputError as error:
                refused[key] = error.message
        matches = match_people(list(queries.values()), self.roster, self.by_phone)
        found = {int(str(key)): match.person_id for key, match in matches.found.items()}
        refused |= {int(str(key)): waits(question.why) for key, question in matches.asked.items()}
        for person in matches.new:
            keys = [int(str(key)) for key in person.rows]
            if why := self._not_addable(person, [lines[key] for key in keys]):
                refused |= dict.fromkeys(keys, why)
            else:
                found |= dict.fromkeys(keys, self.id_for(person))
        return found, refused

    def id_for(self, person: NewPerson) -> str:
        """The id of somebody whom the file brings in; rows that were one person's once stay so."""
        known = (self._given_ids[row] for row in person.rows if row in self._given_ids)
        given = next(known, None) or f"person-{uuid4().hex[:12]}"
        self._given_ids |= dict.fromkeys(person.rows, given)
        return given

    def has_phone(self, person_id: str, phone: str) -> bool:
        """Whether that is the person's whole number."""
        return person_id in self.by_phone.get(phone, ())

    def is_beyond(self, line: RosterLine) -> bool:
        """Whether a row is about somebody whom others are answerable for, by its id or its number."""
        having = set(self.by_phone.get(line.phone, ()))
        return line.person_id in self._out_of_reach or bool(having and having <= self._out_of_reach)

    def _query(
        self, key: int, line: RosterLine, holders: Mapping[str, str], numbered: Mapping[str, RosterLine]
    ) -> PersonQuery:
        """What a row says of a person; its id, or a label that was written by us, says enough."""
        if person := self._by_id_or_label(line, holders):
            return PersonQuery(key, "", person_id=person)
        name, unit, digits = _described(line)
        own = numbered.get(line.person_id)
        if not name and own is None and line.person_id:
            raise InputError(msg("There is no person with the id {id}.", id=line.person_id))
        if own is not None and (not name or name == own.name):
            name, unit = own.name, unit or _unit(own)
        phone = line.phone or (own.phone if own is not None and name == own.name else "")
        return PersonQuery(key, name, phone, line.masked, unit, person_id=line.person_id, ending=digits)

    def _by_id_or_label(self, line: RosterLine, holders: Mapping[str, str]) -> str | None:
        by_id = line.person_id if line.person_id in self.known else None
        by_label = self._by_label.get(line.person)
        holder = holders.get(line.post_id)
        if by_id and by_label and by_id != by_label:
            if holder not in {by_id, by_label}:
                raise InputError(
                    msg(
                        "the person id and the person ({person}) are two people; clear one of them",
                        person=line.person,
                    )
                )
            return by_label if holder == by_id else by_id
        if person := by_id or by_label:
            name = line.name or ("" if by_label else _described(line)[0])
            self._require_name(line, self.known[person], name)
            return person
        return None

    def _require_name(self, line: RosterLine, person: Known, name: str) -> None:
        """A name may be corrected where the number agrees; beside a post another name is another person."""
        if not name or name == person.name:
            return
        same = line.masked == person.phone if line.masked else self.has_phone(person.id, line.phone)
        if line.has_post or not same:
            raise InputError(
                msg(
                    "the id is that of {person}, and the name is {name}; for somebody else clear the id",
                    person=person.label,
                    name=name,
                )
            )

    def _not_addable(self, person: NewPerson, lines: Sequence[RosterLine]) -> Message | None:
        """Why somebody whom the roster does not have is not added; None where that may be."""
        if not self._new_people:
            return waits(msg("{name} is not in the roster", name=person.name))
        if not any(line.name for line in lines):
            return msg("{name} is not in the roster: add a row for this person", name=person.name)
        return None


def out_of_reach() -> Message:
    """What is said of a row about somebody whom others are answerable for."""
    return msg("the roster has this person in a unit outside your scope")


def _roster(plan: Plan, people: Iterable[Known], at: datetime) -> list[RosterPerson]:
    """People as rows are matched to them: with the units that they belong to, or are posted to."""
    posted = posted_units(plan, at)
    return [
        RosterPerson(
            person.id,
            person.name,
            person.phone,
            tuple(filter(None, (person.sending_unit, person.unit, person.unit_code, *posted[person.id]))),
            tuple(filter(None, (person.unit, *posted[person.id]))),
        )
        for person in people
    ]


def posted_units(plan: Plan, at: datetime) -> Mapping[str, tuple[str, ...]]:
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


def _numbered_by_the_file(
    lines: Mapping[int, RosterLine], known: Mapping[str, Known]
) -> dict[str, RosterLine]:
    """Rows by an id that the file itself numbers its new people by; the row that names the person."""
    return {line.person_id: line for line in lines.values() if line.name and line.person_id not in known}


def _described(line: RosterLine) -> tuple[str, str, str]:
    """Name, unit and last digits: of the row, else of a label such as 张伟 · 县财政局 · 5678."""
    parts = [part.strip() for part in line.person.split(_BETWEEN.strip())] if line.person else []
    digits = parts[-1] if len(parts) > 1 and parts[-1].isdecimal() else ""
    unit = parts[1] if len(parts) > (2 if digits else 1) else ""
    return line.name or (parts[0] if parts else ""), _unit(line) or unit, digits


def _unit(line: RosterLine) -> str:
    return line.sending_unit or line.unit_code
