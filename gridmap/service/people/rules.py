"""What may be edited: every rule once, for edits that are tried against a plan and for those being saved."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

from gridmap.errors import ConflictError, InputError, NotFoundError
from gridmap.messages import Message, msg
from gridmap.model.access import Action, User, may_post, nearest
from gridmap.model.fields import FIELDS
from gridmap.model.people import Function
from gridmap.service.people.commands import AddPerson, AssignPost, ChangePerson, Edit, EndPost, NoteArrival
from gridmap.service.rights import require
from gridmap.store.posts import TARGET_TABLES, Held, Member, Standing, Target, TargetKey, Wanted

PERSON_FIELDS: Final[Mapping[str, Message]] = {
    "name": FIELDS["person_name"],
    **{name: FIELDS[name] for name in ("phone", "title", "sending_unit", "unit_code")},
}
"""What a roster says of a person, and a planner may change."""
_PHONE: Final = re.compile(r"\+?[\d\- ()]{3,24}")

T = TypeVar("T")
Conflict = Callable[[str, str, int, int], ConflictError]
"""Makes the error of a row that moved on: table, key, version expected, version found."""


def wanted_by(edits: Iterable[Edit]) -> Wanted:
    """The keys that edits name."""
    wanted = Wanted(set(), set(), set(), set())
    for edit in edits:
        match edit:
            case AssignPost():
                wanted.people.add(edit.person_id)
                wanted.targets.add((edit.target_kind, edit.target_code))
            case EndPost() | NoteArrival():
                wanted.posts.add(edit.post_id)
            case AddPerson():
                wanted.people.add(edit.person_id)
                wanted.units.add(edit.unit_code)
            case ChangePerson():
                wanted.people.add(edit.person_id)
                wanted.units.add(edit.values.get("unit_code", ""))
    return wanted


@dataclass
class Batch:
    """The edits admitted so far, as what is to be written, and `standing` as it will be with them.

    Attributes:
        conflict: makes the error of a row that moved on since it was read.
        new_people, new_posts: rows to add, in order; a new post's id is its place in that order.
        people, posts: values to change, by id.
        touched: places whose version counts up, once each.
    """

    standing: Standing
    user: User
    at: datetime
    conflict: Conflict
    new_people: list[dict[str, object]] = field(default_factory=list)
    new_posts: list[dict[str, object]] = field(default_factory=list)
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    posts: dict[str, dict[str, datetime | None]] = field(default_factory=dict)
    touched: dict[TargetKey, Target] = field(default_factory=dict)
    _held: dict[tuple[object, ...], list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for post in self.standing.posts.values():
            self._held[_duty(post)].append(post.id)

    def admit(self, edit: Edit) -> None:
        """Take an edit in, or refuse it and stay as before.

        Raises:
            AccessError: the right or the scope does not reach the place, or not the person's unit.
            NotFoundError: it names a person, post or place that is not there.
            InputError: it makes no sense as things stand, or contradicts an edit before it.
            ConflictError: what it changes moved on since the planner saw it.
        """
        match edit:
            case AssignPost():
                self._assign(edit)
            case EndPost():
                self._end(edit)
            case NoteArrival():
                self._note_arrival(edit)
            case AddPerson():
                self._add_person(edit)
            case ChangePerson():
                self._change_person(edit)

    def _assign(self, edit: AssignPost) -> None:
        target = self._target((edit.target_kind, edit.target_code))
        if edit.function not in set(Function):
            raise InputError(msg("There is no function {function}", function=edit.function))
        person = self._person(edit.person_id)
        if not may_post(self.user, person.unit_code):
            require(self.user, Action.EDIT_POSTS, person.unit_code)
        self._require_standing(target)
        self._require_version(
            TARGET_TABLES[target.kind].name, target.code, edit.expected_version, target.version
        )
        start = edit.valid_from or self.at
        _require_order(start, edit.valid_to, strictly=True)
        new = Held(
            id=f"new-{len(self.new_posts) + 1}",
            person_id=person.id,
            function=Function(edit.function).value,
            target=(target.kind, target.code),
            valid_from=start,
            valid_to=edit.valid_to,
            version=1,
        )
        self._require_free(new)
        self._require_past(edit.arrived_at)
        self.standing.posts[new.id] = new
        self._held[_duty(new)].append(new.id)
        self.touched[new.target] = target
        self.new_posts.append(_post_row(new, edit.tier) | {"arrived_at": edit.arrived_at})

    def _end(self, edit: EndPost) -> None:
        post = self._post(edit.post_id)
        target = self._target(post.target)
        self._require_version("posts", post.id, edit.expected_version, post.version)
        if "valid_to" in self.posts.get(post.id, {}):
            raise InputError(msg("Another edit ends post {post} already", post=post.id))
        end = edit.valid_to or max(self.at, post.valid_from)
        ended = post.valid_to is not None and post.valid_to <= self.at
        if ended or post.valid_to == end or (edit.valid_to is None and post.valid_to and post.valid_to < end):
            raise InputError(
                msg("Post {post} ended at {at} already", post=post.id, at=f"{post.valid_to:%Y-%m-%d %H:%M}")
            )
        _require_order(post.valid_from, end)
        changed = replace(post, valid_to=end)
        if post.valid_to is not None and end > post.valid_to:  # to shorten is to mend, even one held twice
            self._require_free(changed)
        self.standing.posts[post.id] = changed
        self.posts.setdefault(post.id, {})["valid_to"] = end
        self.touched[post.target] = target

    def _note_arrival(self, edit: NoteArrival) -> None:
        post = self._post(edit.post_id)
        self._target(post.target)
        self._require_version("posts", post.id, edit.expected_version, post.version)
        self._require_past(edit.arrived_at)
        noted = self.posts.get(post.id, {})
        if "arrived_at" in noted and noted["arrived_at"] != edit.arrived_at:
            raise InputError(msg("Another edit notes another arrival at post {post}", post=post.id))
        self.posts.setdefault(post.id, {})["arrived_at"] = edit.arrived_at

    def _add_person(self, edit: AddPerson) -> None:
        if not edit.person_id:
            raise InputError(msg("A person needs an id"))
        if edit.person_id in self.standing.people:
            raise InputError(msg("The roster has a person {id} already", id=edit.person_id))
        values = {name: getattr(edit, name).strip() for name in PERSON_FIELDS}
        self._require_sound(values)
        require(self.user, Action.EDIT_POSTS, values["unit_code"])
        self.standing.people[edit.person_id] = Member(
            edit.person_id, values["name"], values["unit_code"], version=1
        )
        self.new_people.append({"id": edit.person_id, **values})

    def _change_person(self, edit: ChangePerson) -> None:
        person = self._person(edit.person_id)
        require(self.user, Action.EDIT_POSTS, person.unit_code)
        self._require_version("people", person.id, edit.expected_version, person.version)
        values = {name: value.strip() for name, value in edit.values.items()}
        unknown = sorted(values.keys() - PERSON_FIELDS.keys())
        if unknown or not values:
            raise InputError(
                msg("Nothing of {person} is changed by: {names}", person=person.id, names=unknown)
            )
        self._require_sound(values)
        if "unit_code" in values:
            require(self.user, Action.EDIT_POSTS, values["unit_code"])
        before = self.people.get(person.id, {})
        contrary = [PERSON_FIELDS[name] for name in values if name in before and before[name] != values[name]]
        if contrary:
            raise InputError(
                msg("Another edit gives {person} another {names}", person=person.name, names=contrary)
            )
        self.people.setdefault(person.id, {}).update(values)
        self.standing.people[person.id] = replace(
            person,
            name=values.get("name", person.name),
            unit_code=values.get("unit_code", person.unit_code),
        )

    def _person(self, key: str) -> Member:
        return _found(self.standing.people.get(key), key, "people")

    def _post(self, key: str) -> Held:
        return _found(self.standing.posts.get(key), key, "posts")

    def _target(self, key: TargetKey) -> Target:
        """The place, within the user's reach: a joint checkpoint's is reached through either of its units."""
        target = _found(self.standing.targets.get(key), key[1], TARGET_TABLES[key[0]].name)
        require(self.user, Action.EDIT_POSTS, nearest(self.user.scope, target.places))
        return target

    def _require_version(self, table: str, key: str, expected: int | None, found: int) -> None:
        if expected is not None and expected != found:
            raise self.conflict(table, key, expected, found)

    def _require_standing(self, target: Target) -> None:
        if target.retired_at is not None:
            raise InputError(
                msg(
                    "Cell {code} was retired on {at}; choose its successor",
                    code=target.code,
                    at=f"{target.retired_at:%Y-%m-%d}",
                )
            )

    def _require_past(self, arrived: datetime | None) -> None:
        if arrived is not None and arrived > self.at:
            raise InputError(msg("An arrival at {at} lies in the future", at=f"{arrived:%Y-%m-%d %H:%M}"))

    def _require_free(self, post: Held) -> None:
        """Nobody holds a function twice at one place at one time."""
        for other in (self.standing.posts[key] for key in self._held[_duty(post)]):
            if other.id != post.id and _overlap(other, post):
                target = self.standing.targets[post.target]
                person = self.standing.people.get(post.person_id)
                raise InputError(
                    msg(
                        "{person} has this function at {place} ({code}) already; end that post first",
                        person=person.name if person else post.person_id,
                        place=target.name,
                        code=target.code,
                    )
                )

    def _require_sound(self, values: dict[str, str]) -> None:
        if not values.get("name", "-"):
            raise InputError(msg("A person needs a name"))
        phone = values.get("phone", "")
        if "*" in phone:
            raise InputError(msg("The phone number is masked; type the whole number"))
        if phone and not _PHONE.fullmatch(phone):
            raise InputError(msg("The phone number is none: digits, spaces, hyphens, + and brackets only"))
        unit = values.get("unit_code", "")
        if unit and unit not in self.standing.units:
            raise NotFoundError(msg("There is no unit with the code {code}.", code=unit))


def _found(value: T | None, key: str, table: str) -> T:
    if value is None:
        raise NotFoundError(msg("There is no {key} in {table}", key=key, table=table))
    return value


def _require_order(start: datetime, end: datetime | None, *, strictly: bool = False) -> None:
    if end is not None and (end < start or (strictly and end == start)):
        raise InputError(
            msg(
                "It ends at {end}, before it starts at {start}",
                end=f"{end:%Y-%m-%d %H:%M}",
                start=f"{start:%Y-%m-%d %H:%M}",
            )
        )


def _duty(post: Held) -> tuple[object, ...]:
    return post.person_id, post.function, post.target


def _overlap(one: Held, other: Held) -> bool:
    """Whether two posts share a moment; one that ends as it begins has none."""
    begin = max(one.valid_from, other.valid_from)
    ends = [post.valid_to for post in (one, other) if post.valid_to is not None]
    return not ends or begin < min(ends)


def _post_row(post: Held, tier: int | None) -> dict[str, object]:
    kind, code = post.target
    return {
        "person_id": post.person_id,
        "function": post.function,
        "tier": tier,
        "target_kind": kind.value,
        "target_code": code,
        "valid_from": post.valid_from,
        "valid_to": post.valid_to,
    }
