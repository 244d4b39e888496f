"""Who is meant by the rows of a roster file: by id, else by phone, else by name and unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

import pandas as pd

from gridmap.errors import InputError
from gridmap.messages import Message, msg
from gridmap.model.access import User, covers
from gridmap.model.plan import Plan
from gridmap.read.values.texts import plain_name, tidy_text
from gridmap.service.people.columns import RosterLine, names_several

_MOBILE_DIGITS: Final = 11
_SHOWN: Final = 6
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


@dataclass
class NewPerson:
    """Somebody whom the file brings in; `ids` are what the file itself numbers this person by."""

    id: str
    name: str
    phone: str
    unit: str
    ids: set[str] = field(default_factory=set)


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
        self, plan: Plan, by_phone: Mapping[str, Sequence[str]], *, user: User, new_people: bool = True
    ) -> None:
        self._new_people = new_people
        everybody = known_people(plan)
        posted = {
            person
            for person, place in zip(plan.posts["person_id"], plan.posts["target_code"], strict=True)
            if covers(user.scope, place)
        }
        self.known = {
            key: person
            for key, person in everybody.items()
            if not person.unit_code or covers(user.scope, person.unit_code) or key in posted
        }
        self._out_of_reach = everybody.keys() - self.known.keys()
        self.by_phone = by_phone
        self._by_label = {label: key for key, label in labels_of(self.known.values()).items()}
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        for person in self.known.values():
            self._by_name[person.name].append(person)
        self._given_ids: dict[tuple[str, str, str], str] = {}

    def match(
        self, lines: Mapping[int, RosterLine], holders: Mapping[str, str]
    ) -> tuple[dict[int, str], dict[int, Message]]:
        """The person's id of each line, or why it is refused. New people have ids of no one known.

        Args:
            lines: rows by their place in the file.
            holders: who holds each post that stands, by its id.
        """
        found: dict[int, str] = {}
        refused: dict[int, Message] = {}
        for key, line in lines.items():
            try:
                if person := self._sure(line, holders):
                    found[key] = person
            except InputError as error:
                refused[key] = error.message
        claimed = set(found.values())
        newcomers: list[NewPerson] = []
        # A row that tells most of a person comes first, so that one with the name alone finds it.
        rest = [key for key in lines if key not in found and key not in refused]
        for key in sorted(rest, key=lambda key: (not lines[key].phone, not _unit(lines[key]))):
            try:
                found[key] = self._by_description(lines[key], claimed, newcomers)
            except InputError as error:
                refused[key] = error.message
        return found, refused

    def has_phone(self, person_id: str, phone: str) -> bool:
        """Whether that is the person's whole number."""
        return person_id in self.by_phone.get(phone, ())

    def _sure(self, line: RosterLine, holders: Mapping[str, str]) -> str | None:
        """The person of an id, of a label that was written by us, or of a phone."""
        having = set(self.by_phone.get(line.phone, ()))
        if line.person_id in self._out_of_reach or (having and having <= self._out_of_reach):
            raise InputError(msg("the roster has this person in a unit outside your scope"))
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
            self._require_name(
                line, self.known[person], line.name or ("" if by_label else _described(line)[0])
            )
            return person
        return self._of_phone(line)

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

    def _of_phone(self, line: RosterLine) -> str | None:
        """Who has that number: the one of that name, for the number of an office has many."""
        having = [self.known[key] for key in self.by_phone.get(line.phone, ()) if key in self.known]
        named = [person for person in having if not line.name or person.name == line.name]
        if len(named) == 1:
            return named[0].id
        if len(named) > 1:
            fitting = [person for person in named if _fits(person, line)]
            if len(fitting) == 1:
                return fitting[0].id
            raise _several(line.name, named)
        if having and _is_mobile(line.phone):
            raise InputError(
                msg(
                    "the phone is that of {people}, and the name is {name}; correct one, or give the id",
                    people=[person.label for person in having[:_SHOWN]],
                    name=line.name,
                )
            )
        return None

    def _by_description(self, line: RosterLine, claimed: set[str], newcomers: list[NewPerson]) -> str:
        """The person of that name and unit, known already or new in the file."""
        name, unit, digits = _described(line)
        same_name = self._by_name.get(name, [])
        fitting = [
            person
            for person in same_name
            if _fits(person, line, unit=unit, digits=digits) and not (line.phone and person.id in claimed)
        ]
        if len(fitting) > 1:
            raise _several(name, fitting)
        if fitting and not (line.phone and not unit):
            return fitting[0].id
        if fitting:
            raise InputError(
                msg(
                    "{person} has the same name and another phone; give the unit or the id",
                    person=fitting[0].label,
                )
            )
        return self._newcomer(line, name, unit, newcomers)

    def _newcomer(self, line: RosterLine, name: str, unit: str, newcomers: list[NewPerson]) -> str:
        """Somebody whom the file brings in, by this row or by another."""
        for new in newcomers:
            if line.person_id in new.ids and name in {"", new.name}:
                return new.id
        if not name:
            raise InputError(
                msg("There is no person with the id {id}.", id=line.person_id)
                if line.person_id
                else msg("the row names nobody")
            )
        same = [
            new
            for new in newcomers
            if (line.phone and new.phone == line.phone and (new.name == name or _is_mobile(line.phone)))
            or (
                new.name == name
                and not (line.phone and new.phone)
                and (not unit or not new.unit or new.unit == unit)
            )
        ]
        if len(same) > 1:
            raise InputError(
                msg("{n} new people of this file are called {name}; give the phone", n=len(same), name=name)
            )
        if same:
            return same[0].id
        self._require_addable(line, name, unit)
        ids = {line.person_id} if line.person_id else set()
        given = self._given_ids.setdefault((name, line.phone, unit), f"person-{uuid4().hex[:12]}")
        newcomers.append(NewPerson(given, name, line.phone, unit, ids))
        return given

    def _require_addable(self, line: RosterLine, name: str, unit: str) -> None:
        """Refuse a row that does not tell enough of somebody whom the roster does not have."""
        if not self._new_people:
            raise InputError(msg("{name} is not in the roster", name=name))
        if names_several(name):
            raise InputError(msg("{names}: several people in one cell; give each a row", names=name))
        if not line.name:
            raise InputError(msg("{name} is not in the roster: add a row for this person", name=line.person))
        if line.masked:
            raise InputError(
                msg("{name} is not in the roster: to add somebody give the whole phone number", name=name)
            )
        if not line.phone and not unit:
            others = [person.label for person in self._by_name.get(name, [])[:_SHOWN]]
            raise InputError(
                msg("{name} is not in the roster: to add somebody give a phone or a unit", name=name)
                if not others
                else msg("{name} fits none of {people}", name=name, people=others)
            )


def _described(line: RosterLine) -> tuple[str, str, str]:
    """Name, unit and last digits: of the row, else of a label such as 张伟 · 县财政局 · 5678."""
    parts = [part.strip() for part in line.person.split(_BETWEEN.strip())] if line.person else []
    digits = parts[-1] if len(parts) > 1 and parts[-1].isdecimal() else ""
    unit = parts[1] if len(parts) > (2 if digits else 1) else ""
    return line.name or (parts[0] if parts else ""), _unit(line) or unit, digits


def _unit(line: RosterLine) -> str:
    return line.sending_unit or line.unit_code


def _fits(person: Known, line: RosterLine, *, unit: str = "", digits: str = "") -> bool:
    wanted = unit or _unit(line)
    return (
        (not wanted or wanted in {person.sending_unit, person.unit_code, person.unit})
        and (not line.masked or line.masked == person.phone)
        and (not digits or person.phone.endswith(digits))
    )


def _is_mobile(phone: str) -> bool:
    """Whether it is one person's own number, and not that of an office."""
    return len(phone) == _MOBILE_DIGITS and phone.startswith("1")


def _several(name: str, people: Sequence[Known]) -> InputError:
    return InputError(
        msg(
            "{n} people are called {name} ({people}); give the id or the phone",
            n=len(people),
            name=name,
            people=[person.label for person in people[:_SHOWN]] + (["…"] if len(people) > _SHOWN else []),
        )
    )
