"""Rows matched to people: by id, by phone, by name and unit; whoever is new is listed and never made.

There are a dozen 张伟 in one county: a name alone is a question. The order of rows does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gridmap.messages import Message, msg, shortened
from gridmap.model.faults import FaultKind
from gridmap.read.matching.unit_names import mean_the_same, unit_name
from gridmap.read.values.texts import plain_name

_MOBILE_DIGITS: Final = 11
_SHOWN: Final = 6


@dataclass(frozen=True)
class RosterPerson:
    """A person as the roster has it.

    Attributes:
        phone: may be masked.
        units: codes and names of the person's.
        coded: those names among them whose unit is told by its code too: no other unit of that name is meant.
    """

    id: str
    name: str
    phone: str = ""
    units: tuple[str, ...] = ()
    coded: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name, unit and last four digits: how one tells a dozen of the same name apart."""
        return " · ".join(filter(None, (self.name, *self.units[:1], self.phone[-4:])))


@dataclass(frozen=True)
class PersonQuery:
    """What a row says of a person.

    Attributes:
        phone: a whole number; `masked` one such as 100****5678; `ending` its last digits.
        unit_code: of the unit, where it is known which of several of that name is meant.
    """

    row: Hashable
    name: str
    phone: str = ""
    masked: str = ""
    unit: str = ""
    person_id: str = ""
    unit_code: str = ""
    ending: str = ""

    @property
    def tells(self) -> bool:
        """Whether it says more than a name."""
        return bool(self.unit or self.masked or self.ending)

    @property
    def home(self) -> str:
        """What the unit is compared by: its code, else its name."""
        return self.unit_code or unit_name(self.unit).whole


@dataclass(frozen=True)
class PersonMatch:
    """A person found; by `id`, `phone`, `unit`, `masked` or `accepted`."""

    person_id: str
    found_by: str


@dataclass(frozen=True)
class PersonQuestion:
    """A row that a person must decide, why, and who may be meant."""

    query: PersonQuery
    why: Message
    candidates: tuple[RosterPerson, ...] = ()
    kind: FaultKind = FaultKind.PERSON_AMBIGUOUS


@dataclass(frozen=True)
class NewPerson:
    """Somebody whom rows speak of and the roster has not; to be made once somebody says so.

    Attributes:
        namesakes: people of the roster with the same name in other units.
    """

    name: str
    phone: str
    unit: str
    rows: tuple[Hashable, ...]
    namesakes: tuple[RosterPerson, ...] = ()


@dataclass(frozen=True)
class PeopleMatches:
    """Rows and people as they belong together: found, new, or to be asked."""

    found: Mapping[Hashable, PersonMatch]
    new: tuple[NewPerson, ...]
    asked: Mapping[Hashable, PersonQuestion]

    def accept(self, chosen: Mapping[Hashable, str]) -> PeopleMatches:
        """With the people that somebody chose for rows that were asked, or that were taken for new ones."""
        waiting = set(self.asked) | {row for person in self.new for row in person.rows}
        accepted = {row: PersonMatch(key, "accepted") for row, key in chosen.items() if row in waiting}
        new = [replace(p, rows=tuple(row for row in p.rows if row not in accepted)) for p in self.new]
        return PeopleMatches(
            dict(self.found) | accepted,
            tuple(person for person in new if person.rows),
            {row: question for row, question in self.asked.items() if row not in accepted},
        )


def match_people(
    queries: Sequence[PersonQuery],
    roster: Iterable[RosterPerson],
    by_phone: Mapping[str, Collection[str]],
) -> PeopleMatches:
    """Match rows to people.

    Args:
        queries: the rows.
        roster: everybody who may be meant.
        by_phone: ids of the people who have a whole number; the roster itself shows masked ones.
    """
    index = _Roster(roster, by_phone)
    sure, first_asked, rest = _answered(queries, index.surely)
    # Whoever was told by a number or an id is not the namesake with another number.
    claimed = {match.person_id for match in sure.values()}
    described, then_asked, unknown = _answered(rest, lambda query: index.by_description(query, claimed))
    shared = _shared_numbers(unknown)
    new, unclear = _newcomers([query for query in unknown if query.row not in shared], index)
    return PeopleMatches(sure | described, new, first_asked | then_asked | unclear | shared)


def _answered(
    queries: Iterable[PersonQuery], answer_of: Callable[[PersonQuery], PersonMatch | PersonQuestion | None]
) -> tuple[dict[Hashable, PersonMatch], dict[Hashable, PersonQuestion], list[PersonQuery]]:
    """Rows whose person is found, rows that must be asked about, and the rest."""
    found: dict[Hashable, PersonMatch] = {}
    asked: dict[Hashable, PersonQuestion] = {}
    rest: list[PersonQuery] = []
    for query in queries:
        answer = answer_of(query)
        if isinstance(answer, PersonMatch):
            found[query.row] = answer
        elif answer is not None:
            asked[query.row] = answer
        else:
            rest.append(query)
    return found, asked, rest


class _Roster:
    """People by id, phone and name."""

    def __init__(self, roster: Iterable[RosterPerson], by_phone: Mapping[str, Collection[str]]) -> None:
        self._people = {person.id: person for person in roster}
        self._by_phone = by_phone
        self._by_name: dict[str, list[RosterPerson]] = defaultdict(list)
        self._by_unit: dict[tuple[str, str], list[RosterPerson]] = defaultdict(list)
        for _, person in sorted(self._people.items()):
            name = plain_name(person.name)
            self._by_name[name].append(person)
            for key in {key for unit in person.units if unit for key in _unit_keys(unit)}:
                self._by_unit[name, key].append(person)

    def called(self, name: str) -> list[RosterPerson]:
        """Everybody of a name."""
        return self._by_name.get(plain_name(name), [])

    def called_in(self, query: PersonQuery) -> list[RosterPerson]:
        """Everybody of the name and the unit of a row; of the name alone where it tells no unit."""
        if not query.unit:
            return self.called(query.name)
        keys, name = _unit_keys(query.unit) | {query.unit_code}, plain_name(query.name)
        near = {one.id: one for key in keys for one in self._by_unit.get((name, key), [])}
        return [one for _, one in sorted(near.items()) if _fits_unit(one, query)]

    def surely(self, query: PersonQuery) -> PersonMatch | PersonQuestion | None:
        """By the id, else by the phone; None where neither tells."""
        person = self._people.get(query.person_id)
        if person is not None:
            return self._of_id(query, person)
        having = [
            self._people[key] for key in sorted(self._by_phone.get(query.phone, ())) if key in self._people
        ]
        if not having:
            return None
        named = [one for one in having if not query.name or _same_name(one, query)]
        fitting = [one for one in named if _fits_unit(one, query)] if len(named) > 1 else named
        if len(fitting) == 1:
            return PersonMatch(fitting[0].id, "phone")
        if named:
            return PersonQuestion(query, msg("several people have this number"), tuple(named[:_SHOWN]))
        if not _is_mobile(query.phone):
            return None
        why = msg(
            "the number is that of {people}, and the name is {name}",
            people=[one.label for one in having[:_SHOWN]],
            name=query.name,
        )
        return PersonQuestion(query, why, tuple(having[:_SHOWN]), FaultKind.PERSON_CONFLICT)

    def by_description(
        self, query: PersonQuery, claimed: Collection[str]
    ) -> PersonMatch | PersonQuestion | None:
        """By name with unit or masked number; None where nobody of the roster fits."""
        if not query.name:
            why = msg("the row names nobody")
            if query.person_id:
                why = msg("There is no person with the id {id}.", id=query.person_id)
            return PersonQuestion(query, why, (), FaultKind.PERSON_UNKNOWN)
        fitting = [
            one
            for one in self.called_in(query)
            if not (query.phone and one.id in claimed)
            and (not query.masked or one.phone == query.masked)
            and one.phone.endswith(query.ending)
        ]
        if len(fitting) > 1:
            why = msg(
                "{n} people are called {name} ({people})",
                n=len(fitting),
                name=query.name,
                people=shortened((one.label for one in fitting), _SHOWN),
            )
            return PersonQuestion(query, why, tuple(fitting[:_SHOWN]))
        if len(fitting) == 1 and query.tells:
            return PersonMatch(fitting[0].id, "unit" if query.unit else "masked")
        if query.masked and not fitting:
            why = msg("nobody called {name} has the number {phone}", name=query.name, phone=query.masked)
            namesakes = tuple(self.called(query.name)[:_SHOWN])
            return PersonQuestion(query, why, namesakes, FaultKind.PERSON_UNKNOWN)
        if fitting:
            why = msg("{person} has the same name, and nothing else tells", person=fitting[0].label)
            return PersonQuestion(query, why, tuple(fitting))
        return None

    def _of_id(self, query: PersonQuery, person: RosterPerson) -> PersonMatch | PersonQuestion:
        has_phone = person.id in self._by_phone.get(query.phone, ()) or (
            query.masked != "" and query.masked == person.phone
        )
        if not query.name or _same_name(person, query) or has_phone:
            return PersonMatch(person.id, "id")
        why = msg("the id is that of {person}, and the name is {name}", person=person.label, name=query.name)
        return PersonQuestion(query, why, (person,), FaultKind.PERSON_CONFLICT)


def _shared_numbers(unknown: Sequence[PersonQuery]) -> dict[Hashable, PersonQuestion]:
    """Rows of new people with one mobile and several names: a mobile is one person's."""
    names: dict[str, set[str]] = defaultdict(set)
    for query in unknown:
        if _is_mobile(query.phone):
            names[query.phone].add(plain_name(query.name))
    return {
        query.row: PersonQuestion(
            query,
            msg("one number is given for {names}; correct it", names=sorted(names[query.phone])),
            (),
            FaultKind.PERSON_CONFLICT,
        )
        for query in unknown
        if len(names[query.phone]) > 1
    }


def _newcomers(
    unknown: Sequence[PersonQuery], index: _Roster
) -> tuple[tuple[NewPerson, ...], dict[Hashable, PersonQuestion]]:
    """The rows of people whom nobody knows, those of one person together."""
    by_name: dict[str, list[PersonQuery]] = defaultdict(list)
    for query in unknown:
        by_name[plain_name(query.name)].append(query)
    new: list[NewPerson] = []
    asked: dict[Hashable, PersonQuestion] = {}
    for name in sorted(by_name):
        groups, unclear = _grouped(by_name[name])
        namesakes = tuple(index.called(name)[:_SHOWN])
        new += [
            NewPerson(name, phone, _most_told(rows), tuple(query.row for query in rows), namesakes)
            for (phone, _), rows in sorted(groups.items())
        ]
        for query in unclear:
            why = msg("{name} is not in the roster: to add somebody give a phone or a unit", name=name)
            if groups:
                why = msg("several new people of this file are called {name}; give the phone", name=name)
            kind = FaultKind.PERSON_AMBIGUOUS if groups else FaultKind.PERSON_UNKNOWN
            asked[query.row] = PersonQuestion(query, why, namesakes, kind)
    return tuple(new), asked


def _grouped(
    queries: Sequence[PersonQuery],
) -> tuple[dict[tuple[str, str], list[PersonQuery]], list[PersonQuery]]:
    """Rows of one name by number and unit; a row that says less joins the only one that it fits."""
    numbered: dict[str, list[PersonQuery]] = defaultdict(list)
    for query in queries:
        if query.phone:
            # The number of an office is no person's own: there the unit tells as well.
            key = query.phone if _is_mobile(query.phone) else f"{query.phone} {query.home}"
            numbered[key].append(query)
    groups = {(key.split()[0], _home(rows)): list(rows) for key, rows in sorted(numbered.items())}
    with_phone = dict(groups)
    unclear: list[PersonQuery] = []
    for query in queries:
        if query.phone or not query.unit:
            continue
        same = [key for key in with_phone if key[1] == query.home]
        if len(same) > 1:
            unclear.append(query)
            continue
        groups.setdefault(same[0] if same else ("", query.home), []).append(query)
    bare = [query for query in queries if not query.phone and not query.unit]
    if len(groups) == 1:
        next(iter(groups.values())).extend(bare)
    else:
        unclear += bare
    return groups, unclear


def _home(rows: Sequence[PersonQuery]) -> str:
    """What the unit of rows of one person is compared by: the first of those given."""
    return min((query.home for query in rows if query.unit), default="")


def _most_told(rows: Sequence[PersonQuery]) -> str:
    """The unit of rows of one person: the first by name of those given."""
    return min((query.unit for query in rows if query.unit), default="")


def _unit_keys(unit: str) -> set[str]:
    """What a unit is found by: itself, as a code, and its name in both forms."""
    form = unit_name(unit)
    return {unit, form.whole, form.bare}


def _fits_unit(person: RosterPerson, query: PersonQuery) -> bool:
    """Whether a person is of the unit of a row; everybody is where it names none."""
    if not query.unit or (query.unit_code and query.unit_code in person.units):
        return True
    # Where both tell a code a name alone says nothing: there are two of it.
    others = [own for own in person.units if own and not (query.unit_code and own in person.coded)]
    form = unit_name(query.unit)
    return query.unit in others or any(mean_the_same(unit_name(own), form) for own in others)


def _same_name(person: RosterPerson, query: PersonQuery) -> bool:
    return plain_name(person.name) == plain_name(query.name)


def _is_mobile(phone: str) -> bool:
    """Whether it is one person's own number, and not that of an office."""
    return len(phone) == _MOBILE_DIGITS and phone.startswith("1")
