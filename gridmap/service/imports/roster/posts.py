"""Which posts the rows of a roster file mean, and what they change of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import pandas as pd

from gridmap.errors import InputError
from gridmap.messages import Message, msg
from gridmap.model.access import User, covers
from gridmap.model.labels import FUNCTIONS
from gridmap.model.people import Function, TargetKind
from gridmap.model.places import Level
from gridmap.model.plan import Plan
from gridmap.model.scope import Scope
from gridmap.read.values.dates import Moment
from gridmap.read.values.texts import tidy_text
from gridmap.service.people.columns import RosterLine, last_moment, missing_function
from gridmap.service.people.commands import AssignPost, Edit, EndPost, NoteArrival

_SHOWN: Final = 6
_MINUTE: Final = timedelta(minutes=1)
TargetKey = tuple[TargetKind, str]


@dataclass(frozen=True)
class Place:
    """A place that takes posts."""

    kind: TargetKind
    code: str
    name: str
    version: int

    @property
    def label(self) -> str:
        """As the list of a written file offers it."""
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True)
class StandingPost:
    """A post of the plan."""

    id: str
    person_id: str
    function: str
    tier: int | None
    target: TargetKey
    start: datetime
    end: datetime | None
    arrived: datetime | None
    version: int

    def lasts(self, at: datetime) -> bool:
        """Whether it has not ended at `at`; it may begin later."""
        return self.end is None or self.end > at


@dataclass(frozen=True)
class PostChange:
    """What a row makes of a post: edits that belong together, and what they do.

    Attributes:
        key: what no two rows may say differently: a post that stands, or who does what where.
        start: from when a new post is, where the row says so: one may come back to a place later.
    """

    key: tuple[object, ...]
    start: datetime | None = None
    edits: tuple[Edit, ...] = ()
    what: tuple[Message, ...] = ()
    is_new: bool = False


class Posts:
    """The places and posts of a plan, as rows refer to them; places outside the scope have no name."""

    def __init__(self, plan: Plan, retired: Mapping[str, datetime], *, user: User, at: datetime) -> None:
        self.places = _places(plan)
        self.standing = standing_posts(plan)
        self._plan, self._retired, self._at = plan, retired, at
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        for place in self.places.values():
            if covers(user.scope, place.code):
                self._by_name[place.name].append(place)
        self._of: dict[tuple[str, TargetKey, str], list[StandingPost]] = defaultdict(list)
        for post in self.standing.values():
            self._of[post.person_id, post.target, post.function].append(post)

    @property
    def holders(self) -> dict[str, str]:
        """Who holds each post."""
        return {key: post.person_id for key, post in self.standing.items()}

    def change(self, line: RosterLine, person_id: str) -> PostChange:
        """What a row with a post asks for.

        Raises:
            InputError: it names no post, place or function that is there, or what cannot be changed.
        """
        named = self._named(line)
        place = self._place(line, named)
        function = line.function or (Function(named.function) if named else None)
        if place is None:
            raise InputError(msg("the place is missing: give its code"))
        if function is None:
            raise InputError(missing_function())
        target = (place.kind, place.code)
        post = named or self._meant(line, (person_id, target, function.value))
        if post is None:
            return self._opened(line, person_id, place, function)
        same = (post.person_id, post.target, post.function) == (person_id, target, function.value)
        if same and line.tier in {None, post.tier}:
            return self._changed(line, post)
        return self._replaced(line, post, person_id, place, function)

    def _named(self, line: RosterLine) -> StandingPost | None:
        if not line.post_id:
            return None
        if line.post_id not in self.standing:
            raise InputError(msg("There is no post with the id {id}.", id=line.post_id))
        return self.standing[line.post_id]

    def _place(self, line: RosterLine, post: StandingPost | None) -> Place | None:
        """The place of a row: by code, by name, or where the post that it names is."""
        if not line.place_code:
            place = self._by_label(line.place) if line.place else None
            return place or (self.places.get(post.target[1]) if post else None)
        by_code = self._by_code(line.place_code)
        named = self._called(line.place)
        # A name of the office's own says nothing against a code; that of another place does.
        if not named or by_code in named:
            return by_code
        if post is None or post.target[1] not in {by_code.code, *(place.code for place in named)}:
            raise InputError(
                msg(
                    "the code {code} and the place {place} are two places; clear one of them",
                    code=by_code.code,
                    place=line.place,
                )
            )
        return by_code if post.target[1] != by_code.code else self._by_label(line.place)

    def _by_code(self, code: str) -> Place:
        if code in self.places:
            return self.places[code]
        if code in self._retired:
            raise InputError(
                msg(
                    "Cell {code} was retired on {at}; choose its successor",
                    code=code,
                    at=f"{self._retired[code]:%Y-%m-%d}",
                )
            )
        raise InputError(msg("There is no place with the code {code}; it may have been removed.", code=code))

    def _called(self, text: str) -> list[Place]:
        """The places that a text such as `code name`, a code or a name may mean."""
        first = text.split(maxsplit=1)[:1]
        return [self.places[code] for code in first if code in self.places] or self._by_name.get(text, [])

    def _by_label(self, text: str) -> Place:
        """The one place that a text means; a name must be the only one in reach."""
        first = text.split(maxsplit=1)[0]
        if first in self._retired:
            return self._by_code(first)
        named = self._called(text)
        if len(named) == 1:
            return named[0]
        if not named:
            raise InputError(msg("There is no place called {name} in your scope.", name=text))
        raise InputError(
            msg(
                "{n} places are called {name} ({codes}); give the code",
                n=len(named),
                name=text,
                codes=[place.code for place in named[:_SHOWN]],
            )
        )

    def _meant(self, line: RosterLine, key: tuple[str, TargetKey, str]) -> StandingPost | None:
        """The post that a row without an id speaks of: the same person, place, function and time."""
        posts = self._of.get(key, [])
        exact = [p for p in posts if _same_start(line.start, p) and _same_end(line.end, p)]
        lasting = [p for p in posts if p.lasts(self._at)]
        begun = [p for p in lasting if _same_start(line.start, p)]
        return next(iter([*exact, *begun] if line.start else [*lasting, *(exact if line.end else [])]), None)

    def _opened(self, line: RosterLine, person_id: str, place: Place, function: Function) -> PostChange:
        start = line.start.at if line.start else None
        edit = AssignPost(
            place.kind,
            place.code,
            person_id,
            function,
            tier=line.tier or self._usual_tier(place, function),
            valid_from=start,
            valid_to=last_moment(line.end) if line.end else None,
            expected_version=place.version,
            arrived_at=line.arrived.at if line.arrived else None,
        )
        what = [msg("new post: {function}, {place}", function=FUNCTIONS[function], place=place.label)]
        if line.arrived:
            what.append(_told_arrival(line.arrived))
        key = (person_id, place.kind, place.code, function.value)
        return PostChange(key, start, (edit,), tuple(what), is_new=True)

    def _usual_tier(self, place: Place, function: Function) -> int | None:
        """The tier that the scheme asks of a unit's head, where the file has none."""
        if place.kind is not TargetKind.UNIT:
            return None
        rule = self._plan.scheme.rule(Level(str(self._plan.units.at[place.code, "level"])))
        return next((need.tier for need in rule.needs if need.function is function), None)

    def _changed(self, line: RosterLine, post: StandingPost) -> PostChange:
        """The end of a post and the arrival at it; its start stays."""
        if line.start and not _same_start(line.start, post):
            raise InputError(
                msg(
                    "the post began at {at}, and that stays: end it and add a row without its id",
                    at=f"{post.start:%Y-%m-%d %H:%M}",
                )
            )
        edits: list[Edit] = []
        what: list[Message] = []
        if line.end and not _same_end(line.end, post):
            end = last_moment(line.end)
            edits.append(EndPost(post.id, end, post.version))
            what.append(msg("ends at {at}", at=f"{end:%Y-%m-%d %H:%M}"))
        if line.arrived and not _close(line.arrived.at, post.arrived):
            edits.append(NoteArrival(post.id, line.arrived.at, post.version))
            what.append(_told_arrival(line.arrived))
        return PostChange((post.id,), None, tuple(edits), tuple(what))

    def _replaced(
        self, line: RosterLine, post: StandingPost, person_id: str, place: Place, function: Function
    ) -> PostChange:
        """A post ends and another opens in its stead: what a post is never changes, so that history holds."""
        given = line.start.at if line.start and not _same_start(line.start, post) else None
        start = given or (post.start if post.start > self._at else None)
        later = start if start and start > max(self._at, post.start) else None
        # The arrival of the post that ends stands in its row still.
        arrived = line.arrived if line.arrived and not _close(line.arrived.at, post.arrived) else None
        opened = AssignPost(
            place.kind,
            place.code,
            person_id,
            function,
            tier=line.tier or (post.tier if function.value == post.function else None),
            valid_from=start,
            valid_to=last_moment(line.end) if line.end and not _same_end(line.end, post) else post.end,
            expected_version=place.version,
            arrived_at=arrived.at if arrived else None,
        )
        what = [
            msg(
                "the post ends, and another opens: {function}, {place}",
                function=FUNCTIONS[function],
                place=place.label,
            )
        ]
        if arrived:
            what.append(_told_arrival(arrived))
        return PostChange((post.id,), None, (EndPost(post.id, later, post.version), opened), tuple(what))


def _told_arrival(arrived: Moment) -> Message:
    return msg("arrived at {at}", at=f"{arrived.at:%Y-%m-%d %H:%M}")


def standing_posts(plan: Plan) -> dict[str, StandingPost]:
    """All posts of the plan by id."""
    posts = plan.posts
    return {
        str(key): StandingPost(
            id=str(key),
            person_id=person,
            function=function,
            tier=_present(tier),
            target=(TargetKind(kind), code),
            start=start.to_pydatetime(),
            end=_moment(end),
            arrived=_moment(arrived),
            version=int(version),
        )
        for key, person, function, tier, kind, code, start, end, arrived, version in zip(
            posts.index, *(posts[column] for column in _COLUMNS), strict=True
        )
    }


_COLUMNS: Final = (
    "person_id", "function", "tier", "target_kind", "target_code", "valid_from", "valid_to", "arrived_at",
    "version",
)  # fmt: skip


def places_of(part: Plan | Scope) -> list[Place]:
    """The units and cells of a plan or of a part of it."""
    return [*_in_table(TargetKind.UNIT, part.units), *_in_table(TargetKind.CELL, part.cells)]


def _places(plan: Plan) -> dict[str, Place]:
    """Everything that takes posts, by code; units and cells before what stands in them."""
    points = [
        *_in_table(TargetKind.CONTACT_SITE, plan.contact_sites),
        *_in_table(TargetKind.CHECKPOINT, plan.checkpoints),
    ]
    return {place.code: place for place in [*points, *places_of(plan)]}


def _in_table(kind: TargetKind, table: pd.DataFrame) -> list[Place]:
    return [
        Place(kind, str(code), tidy_text(str(name)), int(version))
        for code, name, version in zip(table.index, table["name"], table["version"], strict=True)
    ]


def _present(tier: Any) -> int | None:
    return None if pd.isna(tier) else int(tier)


def _moment(value: Any) -> datetime | None:
    return None if pd.isna(value) else value.to_pydatetime()


def _same_start(given: Moment | None, post: StandingPost) -> bool:
    if given is None:
        return True
    return given.at.date() == post.start.date() if given.whole_day else _close(given.at, post.start)


def _same_end(given: Moment | None, post: StandingPost) -> bool:
    """A last day is the day on which the post ends, or the one that ends with it at midnight."""
    if given is None:
        return True
    if given.whole_day and post.end is not None:
        return given.at.date() in {post.end.date(), (post.end - _MINUTE).date()}
    return _close(given.at, post.end)


def _close(one: datetime, other: datetime | None) -> bool:
    """Whether two moments are the same to the minute, as a spreadsheet shows them."""
    return other is not None and abs(one - other) < _MINUTE
