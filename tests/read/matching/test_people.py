"""Rows and people: by phone, by name and unit; namesakes are a question, a new one is only listed."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.read.matching.people import (
    PeopleMatches,
    PersonMatch,
    PersonQuery,
    RosterPerson,
    match_people,
)

ROSTER = [
    RosterPerson("p1", "张伟", "100****0001", ("县财政局", "990101")),
    RosterPerson("p2", "张伟", "100****0002", ("城关街道",)),
    RosterPerson("p3", "李强", "100****0003", ("县财政局",)),
    RosterPerson("p4", "王芳", "0317****67", ("县财政局",)),
    RosterPerson("p5", "赵敏", "0317****67", ("县财政局",)),
]
PHONES = {
    "10000000001": ["p1"],
    "10000000002": ["p2"],
    "10000000003": ["p3"],
    "03171234567": ["p4", "p5"],
}


def match(*queries: PersonQuery) -> PeopleMatches:
    return match_people(queries, ROSTER, PHONES)


def only(name: str, **said: str) -> PersonMatch | str | tuple[str, ...]:
    """Who one row means: somebody, the question, or the rows' new person as name, phone and unit."""
    matches = match(PersonQuery(1, name, **said))
    if 1 in matches.found:
        return matches.found[1]
    if 1 in matches.asked:
        return str(matches.asked[1].why)
    (new,) = matches.new
    return new.name, new.phone, new.unit


def test_by_phone() -> None:
    assert only("张伟", phone="10000000002") == PersonMatch("p2", "phone")
    assert only("张 伟", phone="10000000001", unit="别处") == PersonMatch("p1", "phone")
    assert only("", phone="10000000003") == PersonMatch("p3", "phone")


def test_the_number_of_an_office_is_no_person() -> None:
    assert only("王芳", phone="03171234567") == PersonMatch("p4", "phone")
    assert only("孙莉", phone="03171234567", unit="县财政局") == ("孙莉", "03171234567", "县财政局")
    assert only("", phone="03171234567") == "several people have this number"


def test_a_mobile_number_under_another_name_is_a_question() -> None:
    text = only("孙莉", phone="10000000003")
    assert text == "the number is that of 李强 · 县财政局 · 0003, and the name is 孙莉"


def test_by_name_and_unit() -> None:
    assert only("张伟", unit="县财政局") == PersonMatch("p1", "unit")
    assert only("张伟", unit="城关街道办事处") == PersonMatch("p2", "unit")
    assert only("张伟", unit="990101") == PersonMatch("p1", "unit")
    assert only("李强", unit="县财政局", phone="10000000099") == PersonMatch("p3", "unit")


def test_a_name_alone_is_a_question() -> None:
    assert str(only("张伟")).startswith("2 people are called 张伟 (张伟 · ")
    assert only("李强") == "李强 · 县财政局 · 0003 has the same name, and nothing else tells"
    assert only("李强", phone="10000000099") == only("李强")
    assert only("") == "the row names nobody"


def test_by_name_and_masked_number() -> None:
    assert only("张伟", masked="100****0002") == PersonMatch("p2", "masked")
    assert only("张伟", masked="100****9999") == "nobody called 张伟 has the number 100****9999"


def test_by_id_unless_the_name_is_another() -> None:
    assert only("李强", person_id="p3") == PersonMatch("p3", "id")
    assert only("李強", person_id="p3", phone="10000000003") == PersonMatch("p3", "id")
    assert only("孙莉", person_id="p3") == "the id is that of 李强 · 县财政局 · 0003, and the name is 孙莉"


def test_new_people_are_listed_with_their_namesakes() -> None:
    matches = match(
        PersonQuery(1, "孙莉", phone="10000000050", unit="县医院"),
        PersonQuery(2, "孙莉", unit="县医院"),
        PersonQuery(3, "孙莉"),
        PersonQuery(4, "张伟", unit="县医院"),
        PersonQuery(5, "周杰"),
    )
    assert [(new.name, new.phone, new.unit, new.rows) for new in matches.new] == [
        ("孙莉", "10000000050", "县医院", (1, 2, 3)),
        ("张伟", "", "县医院", (4,)),
    ]
    assert [person.id for person in matches.new[1].namesakes] == ["p1", "p2"]
    assert str(matches.asked[5].why) == "周杰 is not in the roster: to add somebody give a phone or a unit"


def test_two_new_people_of_one_name() -> None:
    matches = match(
        PersonQuery(1, "孙莉", phone="10000000050", unit="县医院"),
        PersonQuery(2, "孙莉", phone="10000000051", unit="县医院"),
        PersonQuery(3, "孙莉", unit="县医院"),
        PersonQuery(4, "孙莉"),
    )
    assert [new.rows for new in matches.new] == [(1,), (2,)]
    assert matches.asked.keys() == {3, 4}


def test_whoever_is_told_by_phone_is_not_the_namesake() -> None:
    matches = match(
        PersonQuery(1, "李强", phone="10000000003"),
        PersonQuery(2, "李强", phone="10000000099", unit="县财政局"),
    )
    assert matches.found.keys() == {1}
    assert [new.rows for new in matches.new] == [(2,)]


def test_accepting_an_answer() -> None:
    matches = match(PersonQuery(1, "张伟"), PersonQuery(2, "张伟", unit="县医院"))
    accepted = matches.accept({1: "p1", 2: "p2"})
    assert accepted.found == {1: PersonMatch("p1", "accepted"), 2: PersonMatch("p2", "accepted")}
    assert accepted.new == ()
    assert accepted.asked == {}


ROWS = st.tuples(
    st.sampled_from(["张伟", "李强", "孙莉", "王芳", ""]),
    st.sampled_from(["", "10000000001", "10000000050", "10000000051", "03171234567"]),
    st.sampled_from(["", "县财政局", "县医院", "县医院办事处"]),
)


@given(st.lists(ROWS, max_size=10), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[tuple[str, str, str]], chance: random.Random) -> None:
    queries = [PersonQuery(n, name, phone, unit=unit) for n, (name, phone, unit) in enumerate(rows)]
    first = match(*queries)
    chance.shuffle(queries)
    second = match(*queries)
    assert second.found == first.found
    assert second.asked == first.asked
    assert {frozenset(new.rows) for new in second.new} == {frozenset(new.rows) for new in first.new}


@given(st.lists(ROWS, max_size=10))
def test_every_row_has_one_answer(rows: list[tuple[str, str, str]]) -> None:
    matches = match(*(PersonQuery(n, name, phone, unit=unit) for n, (name, phone, unit) in enumerate(rows)))
    answered = [*matches.found, *matches.asked, *(row for new in matches.new for row in new.rows)]
    assert sorted(answered, key=str) == sorted(range(len(rows)), key=str)


@pytest.mark.slow
def test_a_prefecture_s_people_in_seconds() -> None:
    chance = random.Random(3)
    names = [
        f"{family}{given}" for family in "张李王赵刘陈杨黄" for given in ["伟", "芳", "强", "敏", "静", "磊"]
    ]
    roster = [
        RosterPerson(f"p{n}", chance.choice(names), f"100****{n % 10_000:04d}", (f"第{n % 500}村",))
        for n in range(38_000)
    ]
    phones = {f"100{n:08d}": [f"p{n}"] for n in range(38_000)}
    queries = [
        PersonQuery(n, p.name, phone=f"100{n:08d}" if n % 2 else "", unit=p.units[0])
        for n, p in enumerate(roster)
    ]
    started = time.process_time()
    matches = match_people(queries, roster, phones)
    assert time.process_time() - started < 60  # nothing grows with the square
    assert len(matches.found) > 19_000


def test_one_name_in_two_units_of_one_name() -> None:
    """Where both tell the code of the unit, its name says nothing."""
    east = RosterPerson("p8", "孙莉", units=("东李村", "990101100201"), coded=("东李村", "990101100201"))
    sent = RosterPerson("p9", "周杰", units=("东李村",))
    queries = [
        PersonQuery(1, "孙莉", unit="东李村", unit_code="990101100201"),
        PersonQuery(2, "孙莉", unit="东李村委会", unit_code="990101001201"),
        PersonQuery(3, "孙莉", unit="东李村", unit_code="990101001202"),
        PersonQuery(4, "周杰", unit="东李村", unit_code="990101001201"),
    ]
    matches = match_people(queries, [east, sent], {})
    assert matches.found == {1: PersonMatch("p8", "unit"), 4: PersonMatch("p9", "unit")}
    assert {person.rows: person.unit for person in matches.new} == {(2,): "东李村委会", (3,): "东李村"}
