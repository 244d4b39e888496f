"""Gaps of checkpoints against a count minute by minute."""

from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.measure.gaps import gaps, night, watch, within_window
from tests.plans import NOON, plan, post

MINUTE = timedelta(minutes=1)


def found(
    *posts: dict[str, object], start: datetime = NOON, hours: float = 12
) -> list[tuple[str, str, str, int, int]]:
    frame = gaps(plan(list(posts)), start, start + timedelta(hours=hours))
    return [
        (code, f"{begins:%H:%M}", f"{ends:%H:%M}", on_duty, minimum)
        for code, begins, ends, on_duty, minimum in frame.itertuples(index=False)
    ]


def duty(person: str, gate: str, start: float, end: float | None) -> dict[str, object]:
    """A post from `start` to `end` hours after noon."""
    until = None if end is None else NOON + timedelta(hours=end)
    return post(
        person, "member", "checkpoint", gate, valid_from=NOON + timedelta(hours=start), valid_to=until
    )


def test_nobody_posted_is_one_gap_and_sealed_gates_have_none() -> None:
    assert found() == [("k1", "12:00", "00:00", 0, 2), ("k2", "12:00", "00:00", 0, 2)]


def test_a_stretch_ends_where_the_number_on_duty_changes() -> None:
    posts = [duty("ann", "k1", -5, 8), duty("bob", "k1", 2, None), duty("ann", "k2", 0, 12)]
    assert found(*posts) == [
        ("k1", "12:00", "14:00", 1, 2),
        ("k1", "20:00", "00:00", 1, 2),
        ("k2", "12:00", "00:00", 1, 2),
    ]


def test_who_takes_over_at_the_same_minute_leaves_no_gap() -> None:
    posts = [duty(one, "k1", start, start + 6) for one, start in (("ann", 0), ("bob", 0), ("cai", 6))]
    assert [gap for gap in found(*posts) if gap[0] == "k1"] == [("k1", "18:00", "00:00", 1, 2)]


def test_one_person_counts_once_however_many_posts_overlap() -> None:
    posts = [duty("ann", "k1", 0, 9), duty("ann", "k1", 1, 3), duty("ann", "k1", 9, 12)]
    assert [gap for gap in found(*posts) if gap[0] == "k1"] == [("k1", "12:00", "00:00", 1, 2)]


def test_posts_elsewhere_and_outside_the_window_do_not_count() -> None:
    posts = [duty("ann", "k1", -9, 0), duty("bob", "k1", 12, None), post("cai", "member", "cell", "c1")]
    assert found(*posts) == found()


@pytest.mark.parametrize(
    ("hour", "begins", "ends"), [(10, 10, 11), (18, 10, 11), (23, 10, 11), (7, 9, 10), (8, 10, 11)]
)
def test_tonight_is_the_running_night_until_eight(hour: int, begins: int, ends: int) -> None:
    at = datetime(2020, 2, 10, hour)
    assert night(at) == (datetime(2020, 2, begins, 18), datetime(2020, 2, ends, 8))
    start, end = watch(at)
    assert start <= min(at, night(at)[0])
    assert end >= max(at + timedelta(hours=24), night(at)[1])


def test_gaps_are_cut_to_a_shorter_window() -> None:
    whole = gaps(plan(), NOON, NOON + timedelta(hours=24))
    cut = within_window(whole, night(NOON))
    assert set(cut["from"]) == {pd.Timestamp("2020-02-10 18:00")}
    assert set(cut["until"]) == {pd.Timestamp("2020-02-11 08:00")}
    assert within_window(whole, (NOON + timedelta(days=2), NOON + timedelta(days=3))).empty


POSTS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cai"]),
        st.sampled_from(["k1", "k2", "k3", "gone"]),
        st.integers(-30, 70),
        st.none() | st.integers(-5, 40),
    ),
    max_size=12,
)


@given(POSTS, st.integers(1, 60))
def test_every_minute_is_in_a_gap_just_when_too_few_are_there(
    drawn: list[tuple[str, str, int, int | None]], minutes: int
) -> None:
    posts = [
        duty(person, gate, start / 60, None if length is None else (start + length) / 60)
        for person, gate, start, length in drawn
    ]
    frame = gaps(plan(posts), NOON, NOON + minutes * MINUTE)
    for gate in ("k1", "k2", "k3"):
        rows = frame[frame["checkpoint"] == gate]
        for minute in range(minutes):
            there = {
                person
                for person, at, start, length in drawn
                if at == gate and start <= minute and (length is None or minute < start + length)
            }
            now = pd.Timestamp(NOON + minute * MINUTE)
            covering = rows[(rows["from"] <= now) & (now < rows["until"])]
            expected = [len(there)] if gate != "k3" and len(there) < 2 else []
            assert list(covering["on_duty"]) == expected
    # Stretches next to each other differ, or they would be one.
    beside = (frame["checkpoint"] == frame["checkpoint"].shift()) & (frame["from"] == frame["until"].shift())
    assert not (beside & (frame["on_duty"] == frame["on_duty"].shift())).any()
    assert (frame["from"] < frame["until"]).all()
