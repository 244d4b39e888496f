"""Days on duty in a row."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gridmap.measure.evaluate import evaluate
from gridmap.measure.registry import indicators
from gridmap.measure.rest import duty_days
from gridmap.measure.scope import within
from tests.plans import NOON, plan, post

MIDNIGHT = datetime(2020, 2, 10)


def shift(person: str, day: int, hours: tuple[int, int] = (8, 16), gate: str = "k1") -> dict[str, object]:
    """A shift so many days from the drawn day."""
    start, end = (MIDNIGHT + timedelta(days=day, hours=hour) for hour in hours)
    return post(person, "member", "checkpoint", gate, valid_from=start, valid_to=end)


def days(*posts: dict[str, object], at: datetime = NOON) -> dict[str, int]:
    frame = duty_days(plan(list(posts)), at)
    return dict(zip(frame["person_id"], frame["days"], strict=True))


def test_a_day_of_rest_begins_the_count_anew() -> None:
    assert days(*(shift("ann", day) for day in (-5, -4, -2, -1, 0, 1))) == {"ann": 3}


def test_only_those_on_duty_today_are_counted() -> None:
    yesterday = [shift("ann", day) for day in (-3, -2, -1)]
    assert days(*yesterday) == {}
    assert days(*yesterday, shift("ann", 0, (20, 24))) == {"ann": 4}


def test_a_shift_over_midnight_is_one_day() -> None:
    assert days(*(shift("ann", day, (20, 32)) for day in (-4, -2, 0))) == {"ann": 1}
    assert days(shift("ann", -1, (20, 32))) == {}


def test_a_long_post_counts_every_24_hours_begun() -> None:
    assert days(shift("ann", -9, (8, 240))) == {"ann": 10}
    open_post = post("bob", "head", "checkpoint", "k2", valid_from=MIDNIGHT - timedelta(days=39))
    assert days(open_post) == {"bob": 40}


def test_days_at_two_checkpoints_are_one_run_and_one_person() -> None:
    posts = [shift("ann", day, gate="k1" if day % 2 else "k2") for day in range(-6, 1)]
    posts.append(shift("ann", 0, (18, 20), gate="k1"))
    assert days(*posts) == {"ann": 7}
    drawn = plan(posts)
    here = within(drawn, evaluate(drawn, NOON), "")
    found = {figure.key: figure for figure in indicators(here)}["without_rest"]
    assert (found.numerator, found.denominator) == (1, 1)


def test_a_fortnight_is_noted() -> None:
    posts = [shift("ann", day) for day in range(-14, 1)] + [shift("bob", day) for day in range(-6, 1)]
    posts += [shift("cai", day) for day in range(-5, 1)]
    drawn = plan(posts)
    figures = {figure.key: figure for figure in indicators(within(drawn, evaluate(drawn, NOON), ""))}
    found = figures["without_rest"]
    assert (found.numerator, found.denominator) == (2, 3)
    assert [str(note) for note in found.notes] == [
        "The longest has been on duty for 15 days in a row.",
        "1 of them for 14 days or more.",
    ]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(-20, 3), st.integers(1, 60)), max_size=14))
def test_runs_are_those_counted_by_hand(shifts: list[tuple[str, int, int]]) -> None:
    posts = [shift(person, day, (8, 8 + hours)) for person, day, hours in shifts]
    worked: dict[str, set[int]] = {}
    for person, day, hours in shifts:
        worked.setdefault(person, set()).update(day + step for step in range(-(-hours // 24)))
    expected = {}
    for person, on_duty in worked.items():
        run = 0
        while -run in on_duty:
            run += 1
        if run:
            expected[person] = run
    assert days(*posts) == expected
