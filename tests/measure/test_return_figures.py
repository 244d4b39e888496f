"""The indicator of returns: townships, kinds, zero reports, and what was known at the moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.measure.evaluate import evaluate
from gridmap.measure.registry import REGISTRY
from gridmap.measure.returns import return_state, return_states
from gridmap.measure.scope import within
from gridmap.messages import render
from gridmap.model.collecting import Collecting, Due, Returned, ReturnState, Round
from gridmap.model.status import Indicator
from tests.plans import NOON, plan

NORTH, SOUTH = "9901", "9902"
HOUR = timedelta(hours=1)


def round_of(kind: str = "households", at: datetime = NOON - HOUR, deadline: datetime | None = None) -> Round:
    return Round(f"{kind}-{at:%d%H}", kind, deadline, "li", at)


def file(changed: int = 0, at: datetime = NOON, refused: int = 0) -> Returned:
    return Returned("f.xlsx", 0, changed, 1, refused, None, "li", at)


PLAN = plan()
STATES = evaluate(PLAN, NOON)
(REPORTING,) = (measure for measure in REGISTRY if measure.key == "reporting")


def reporting(*dues: Due, code: str = "", at: datetime = NOON) -> Indicator:
    known = replace(STATES, at=at, returns=return_states(Collecting(dues), at))
    return REPORTING(within(PLAN, known, code))


def figures(one: Indicator) -> tuple[float, float, str]:
    return one.numerator, one.denominator, str(one.sentence)


def test_an_evaluation_knows_what_was_sent() -> None:
    found = evaluate(PLAN, NOON, Collecting((Due(round_of(), NORTH, (file(),)),))).returns
    assert found.to_dict("records") == [
        {"kind": "households", "unit_code": NORTH, "state": ReturnState.ZERO.value}
    ]
    assert STATES.returns.empty


def test_without_a_round_nothing_can_be_said() -> None:
    one = reporting()
    assert (one.numerator, one.denominator, one.value, one.notes) == (0, 0, None, ())


def test_a_zero_report_is_reported_and_nothing_at_all_is_not() -> None:
    now = round_of()
    one = reporting(Due(now, NORTH, (file(),)), Due(now, SOUTH))
    assert figures(one) == (
        1,
        2,
        "2 townships due, 1 have reported (1 zero reports), not reported: South.",
    )
    assert one.wants_attention
    assert render(one.sentence, "zh") == "应报2个乡镇,已报1个(零报告1个),未报:South。"
    both = reporting(Due(now, NORTH, (file(),)), Due(now, SOUTH, (file(3),)))
    assert figures(both) == (2, 2, "2 townships due, 2 have reported (1 zero reports), not reported: none.")
    assert not both.wants_attention


def test_a_township_has_reported_when_all_kinds_are_back() -> None:
    households, sites = round_of(), round_of("sites")
    one = reporting(
        Due(households, NORTH, (file(2),)),
        Due(households, SOUTH, (file(2),)),
        Due(sites, NORTH, (file(),)),
        Due(sites, SOUTH),
    )
    assert figures(one) == (
        1,
        2,
        "2 townships due, 1 have reported (0 zero reports), not reported: South.",
    )
    assert [str(note) for note in one.notes] == [
        "Households: 2 of 2 have reported, not reported: none.",
        "Contact sites: 1 of 2 have reported, not reported: South.",
    ]


def test_of_each_kind_the_newest_round_counts_that_a_township_was_sent() -> None:
    county, again = round_of(at=NOON - 3 * HOUR), round_of(at=NOON - HOUR)
    dues = Due(county, NORTH, (file(1),)), Due(county, SOUTH, (file(1),)), Due(again, SOUTH)
    assert figures(reporting(*dues))[:2] == (1, 2)
    assert figures(reporting(*dues, at=NOON - 2 * HOUR))[:2] == (0, 2)


def test_what_comes_after_the_moment_does_not_count() -> None:
    due = Due(round_of(), NORTH, (file(1, at=NOON + HOUR),))
    assert figures(reporting(due))[:2] == (0, 1)
    assert figures(reporting(due, at=NOON + HOUR))[:2] == (1, 1)
    assert figures(reporting(due, at=NOON - 2 * HOUR))[:2] == (0, 0)


@pytest.mark.parametrize(("code", "due"), [("99", 2), (NORTH, 1), (SOUTH, 1), ("N1", 0)])
def test_a_scope_counts_its_own_townships(code: str, due: int) -> None:
    now = round_of()
    assert reporting(Due(now, NORTH), Due(now, SOUTH), code=code).denominator == due


def test_a_township_that_is_gone_is_not_due() -> None:
    assert reporting(Due(round_of(), "9999")).denominator == 0


@pytest.mark.parametrize(
    ("came", "deadline", "state"),
    [
        ((), None, ReturnState.WAITING),
        ((), NOON, ReturnState.WAITING),
        ((), NOON - HOUR, ReturnState.OVERDUE),
        ((file(),), NOON - HOUR, ReturnState.ZERO),
        ((file(1), file()), None, ReturnState.RETURNED),
        ((file(refused=1),), None, ReturnState.RETURNED),
    ],
)
def test_states(came: tuple[Returned, ...], deadline: datetime | None, state: ReturnState) -> None:
    assert return_state(round_of(deadline=deadline), came, NOON) is state


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["people", "households", "sites"]),
            st.sampled_from([NORTH, SOUTH, "9999"]),
            st.integers(-5, 3),
            st.lists(st.tuples(st.integers(0, 1), st.integers(-5, 3)), max_size=2),
        ),
        max_size=8,
    )
)
def test_parts_sum_to_the_whole(sent: list[tuple[str, str, int, list[tuple[int, int]]]]) -> None:
    dues = [
        Due(
            round_of(kind, NOON + begun * HOUR),
            unit,
            tuple(file(changed, NOON + came * HOUR) for changed, came in files),
        )
        for kind, unit, begun, files in sent
    ]
    whole, north, south = (reporting(*dues, code=code) for code in ("99", NORTH, SOUTH))
    assert 0 <= whole.numerator <= whole.denominator <= 2
    assert whole.numerator == north.numerator + south.numerator
    assert whole.denominator == north.denominator + south.denominator
