"""The tables of the page People, on the drawn plan."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd
import pytest

from gridmap.errors import AccessError
from gridmap.measure.evaluate import evaluate
from gridmap.measure.scope import within
from gridmap.model.access import Role, User
from gridmap.model.collecting import Collecting
from gridmap.model.people import TargetKind
from gridmap.model.plan import Plan
from gridmap.service.people import tables as roster
from gridmap.service.people.tables import choices, holders, people_table, person_labels, posts_table
from gridmap.service.plan_cache import PlanCache
from tests.plans import NOON, plan, post

VIEWER = User("v", "V", Role.VIEWER)


class DrawnCache(PlanCache):
    """A cache that holds a drawn plan and reads no file."""

    def __init__(self, drawn: Plan) -> None:
        super().__init__(None)  # type: ignore[arg-type] # nothing is read
        self.drawn = drawn

    def plan(self) -> Plan:
        return self.drawn

    def collecting(self) -> Collecting:
        return Collecting()

    def figures_key(self) -> Hashable:
        return self.drawn.revision


def table(posts: list[dict[str, object]], scope: str = "99", **changes: object) -> pd.DataFrame:
    return posts_table(DrawnCache(plan(posts, **changes)), user=VIEWER, scope=scope, at=NOON)


def warned(posts: list[dict[str, object]], warning: str) -> list[str]:
    found = table(posts)
    return sorted(found.index[found[warning]])


def days(number: int) -> datetime:
    return NOON + timedelta(days=number)


def test_every_place_that_needs_somebody_and_has_nobody_has_a_row() -> None:
    found = table([post("ann", "member", "cell", "c1"), post("bob", "head", "unit", "9901", tier=1)])
    empty = found[found["vacant"]]
    assert set(empty.index) == {
        *(f"vacant:cell:c{number}" for number in range(2, 7)),
        *("vacant:unit:9902", "vacant:unit:N1", "vacant:unit:N2", "vacant:unit:S1"),
        *("vacant:checkpoint:k1", "vacant:checkpoint:k2"),
    }
    assert empty["function"]["vacant:cell:c2"] == "member"
    assert list(empty[["function", "tier"]].loc["vacant:unit:N1"]) == ["head", 2]
    assert (empty["person_id"] == "").all()


def test_a_plan_without_posts_is_vacant_everywhere() -> None:
    found = table([])
    assert set(found["code"][found["kind"] == "cell"]) == {f"c{number}" for number in range(1, 7)}
    assert found["vacant"].all()


def test_a_row_says_where_and_who() -> None:
    row = table([post("ann", "member", "cell", "c4", valid_to=days(30))]).loc["p0"]
    said = ["place", "village", "township", "person", "function", "version", "place_version"]
    assert list(row[said]) == ["Cell4", "N2", "North", "Ann · County · 0001", "member", 1, 1]
    assert row["until"] == days(30)
    assert pd.isna(row["arrived_at"])


def test_places_come_by_kind_and_code() -> None:
    found = table([post("ann", "officer", "contact_site", "s2"), post("bob", "member", "cell", "c6")])
    order = [kind.value for kind in TargetKind]
    keys = [(order.index(kind), code) for kind, code in zip(found["kind"], found["code"], strict=True)]
    assert keys == sorted(keys)


def test_over_the_limit() -> None:
    many = [post("ann", "member", "cell", f"c{number}") for number in range(1, 5)]
    assert warned([*many, post("bob", "member", "cell", "c5")], "over") == ["p0", "p1", "p2", "p3"]


@pytest.mark.parametrize(
    ("posts", "found"),
    [
        ([post("ann", "member", "cell", "c1"), post("ann", "member", "cell", "c1")], ["p0", "p1"]),
        ([post("ann", "head", "cell", "c1"), post("bob", "head", "cell", "c1")], ["p0", "p1"]),
        ([post("ann", "head", "unit", "N1"), post("bob", "head", "unit", "N1")], []),
        ([post("ann", "member", "cell", "c1"), post("bob", "member", "cell", "c1")], []),
        ([post("ann", "member", "cell", "c1"), post("ann", "head", "cell", "c1")], []),
        (
            [
                post("ann", "member", "checkpoint", "k1", valid_from=days(1), valid_to=days(3)),
                post("ann", "member", "checkpoint", "k2", valid_from=days(2), valid_to=days(4)),
            ],
            ["p0", "p1"],
        ),
        (
            [
                post("ann", "member", "checkpoint", "k1", valid_from=days(1), valid_to=days(2)),
                post("ann", "member", "checkpoint", "k2", valid_from=days(2), valid_to=days(4)),
            ],
            [],
        ),
    ],
)
def test_double(posts: list[dict[str, object]], found: list[str]) -> None:
    assert warned(posts, "double") == found


@pytest.mark.parametrize(
    ("until", "seen", "ended", "ending"),
    [(-8, False, False, False), (-1, True, True, False), (2, True, False, True), (8, True, False, False)],
)
def test_what_ended_or_ends_within_a_week(until: int, seen: bool, ended: bool, ending: bool) -> None:
    found = table([post("ann", "member", "cell", "c1", valid_to=days(until))])
    assert ("p0" in found.index) == seen
    if seen:
        assert list(found.loc["p0", ["ended", "ending"]]) == [ended, ending]


def test_shifts_at_checkpoints_end_every_day_and_are_not_remarked() -> None:
    past = post("ann", "member", "checkpoint", "k1", valid_to=days(-1))
    found = table([past, post("ann", "member", "checkpoint", "k1", valid_to=days(1))])
    assert "p0" not in found.index
    assert not found.loc["p1", "ending"]


def test_a_post_to_come_is_told_one_that_never_begins_is_not() -> None:
    found = table(
        [
            post("ann", "member", "cell", "c1", valid_from=days(1)),
            post("bob", "member", "cell", "c1", valid_from=days(1), valid_to=days(1)),
        ]
    )
    assert found["later"]["p0"]
    assert "p1" not in found.index


def test_a_scope_holds_its_own_and_its_joint_checkpoints() -> None:
    posts = [
        post("ann", "member", "cell", "c1"),
        post("bob", "member", "cell", "c5"),
        post("cai", "member", "checkpoint", "k1"),
    ]
    found = table(posts, "9902")
    assert set(found.index[~found["vacant"]]) == {"p1", "p2"}
    with pytest.raises(AccessError):
        posts_table(DrawnCache(plan(posts)), user=replace(VIEWER, scope="9901"), scope="9902", at=NOON)


def test_the_roster_counts_what_each_holds() -> None:
    posts = [
        *(post("ann", "member", "cell", f"c{number}") for number in range(1, 5)),
        post("ann", "head", "cell", "c1"),
        post("bob", "member", "cell", "c5", valid_to=days(-1)),
        post("cai", "head", "unit", "9901", tier=1),
    ]
    found = people_table(DrawnCache(plan(posts)), user=VIEWER, scope="99", at=NOON)
    assert list(found.loc["ann", ["heads", "deputies", "members", "posts", "over"]]) == [1, 0, 4, 5, True]
    assert list(found.loc["bob", ["members", "posts", "ended"]]) == [0, 0, True]
    assert list(found.loc["cai", ["unit", "posts", "phone"]]) == ["County", 1, "100****0001"]


def test_the_roster_of_a_township_is_its_own_people() -> None:
    drawn = plan()
    drawn = replace(drawn, people=drawn.people.assign(unit_code=["N1", "9902", ""]))
    cache = DrawnCache(drawn)
    assert list(people_table(cache, user=VIEWER, scope="9901", at=NOON).index) == ["ann"]
    assert len(people_table(cache, user=VIEWER, scope="99", at=NOON)) == 3
    planner = replace(VIEWER, scope="9902")
    assert list(choices(cache, user=planner, posted=pd.Series(["ann"], dtype="str")).index) == [
        "ann",
        "bob",
        "cai",
    ]
    assert list(choices(cache, user=planner, posted=pd.Series([], dtype="str")).index) == ["bob", "cai"]


def test_a_label_is_name_unit_and_last_four_digits() -> None:
    people = plan().people.assign(sending_unit=["Bank", "", ""], unit_code=["99", "99", ""], phone="")
    assert list(person_labels(replace(plan(), people=people))) == ["Ann · Bank", "Bob · County", "Cai"]


def test_holders_are_those_there_now_and_to_come() -> None:
    drawn = plan(
        [
            post("ann", "member", "cell", "c1", valid_to=days(-1)),
            post("bob", "head", "cell", "c1", valid_from=days(1)),
            post("cai", "head", "unit", "N1"),
        ]
    )
    assert holders(drawn, TargetKind.CELL, "c1", NOON) == [("Bob · County · 0001", "head")]


def test_the_tables_are_worked_out_once() -> None:
    cache = DrawnCache(plan([post("ann", "member", "cell", "c1")]))
    first = posts_table(cache, user=VIEWER, scope="99", at=NOON)
    assert posts_table(cache, user=VIEWER, scope="99", at=NOON) is first
    scope = within(cache.plan(), evaluate(cache.plan(), NOON), "99")
    pd.testing.assert_frame_equal(roster._posts_table(scope), first)
