"""Posts at a moment: a vectorised answer equals the rule for one post, whatever begins and ends when."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gridmap.model.posts import lasting, unended
from tests.plans import NOON, post, posts_frame

HOURS = st.integers(-48, 48).map(lambda hours: NOON + timedelta(hours=hours))
TERMS = st.lists(st.tuples(HOURS, st.none() | HOURS), max_size=12)


@given(terms=TERMS, at=HOURS)
def test_a_post_lasts_from_its_beginning_until_before_its_end(
    terms: list[tuple[datetime, datetime | None]], at: datetime
) -> None:
    rows = [post("ann", "head", "cell", "c1", valid_from=start, valid_to=end) for start, end in terms]
    posts = posts_frame(rows)
    holds = [start <= at and (end is None or at < end) for start, end in terms]
    goes_on = [end is None or end > at for _, end in terms]
    assert lasting(posts, at).tolist() == holds
    assert unended(posts["valid_to"], at).tolist() == goes_on


@given(start=HOURS, at=HOURS)
def test_a_post_that_ends_as_it_begins_never_holds(start: datetime, at: datetime) -> None:
    assert not lasting(
        posts_frame([post("ann", "head", "cell", "c1", valid_from=start, valid_to=start)]), at
    ).any()


@given(start=HOURS, split=HOURS, at=HOURS)
def test_of_a_post_and_its_successor_one_holds(start: datetime, split: datetime, at: datetime) -> None:
    """One handed over at a moment is held by exactly one of the two, as before by one person."""
    before = post("ann", "head", "cell", "c1", valid_from=start, valid_to=max(start, split))
    after = post("bob", "head", "cell", "c1", valid_from=max(start, split))
    assert lasting(posts_frame([before, after]), at).sum() == int(at >= start)
