"""Indicators and the worst-first list."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gridmap.measure.concerns import concerns
from gridmap.measure.evaluate import evaluate
from gridmap.measure.registry import REGISTRY, indicators
from gridmap.measure.scope import within
from gridmap.model.scope import Scope
from tests.plans import NOON, plan, post


def scope(code: str = "99", posts: list[dict[str, object]] | None = None) -> Scope:
    drawn = plan(posts)
    return within(drawn, evaluate(drawn, NOON), code)


def figure(key: str, of: Scope) -> tuple[float, float, float | None, str]:
    found = {indicator.key: indicator for indicator in indicators(of)}[key]
    return found.numerator, found.denominator, found.value, str(found.sentence)


POSTS = [
    post("ann", "head", "unit", "9901", tier=1),
    post("ann", "member", "cell", "c1"),
    post("ann", "member", "cell", "c2"),
    post("bob", "member", "cell", "c6"),
    post("cai", "volunteer", "checkpoint", "k1"),
]


def test_keys_are_unique_and_those_of_the_documents() -> None:
    keys = [measure.key for measure in REGISTRY]
    assert keys == [
        "cell_coverage",
        "head_tier1",
        "head_tier2",
        "households_per_member",
        "people_over_limit",
        "area_coverage",
        "manned_now",
        "gaps_tonight",
        "continuity_24h",
        "without_rest",
        "arrival",
        "sites_visited",
        "reporting",
    ]


@pytest.mark.parametrize(
    ("key", "numerator", "denominator", "sentence"),
    [
        ("head_tier1", 1, 2, "2 townships, 1 tier-1 heads in place."),
        ("head_tier2", 0, 3, "3 villages and communities, 0 tier-2 heads in place, 3 missing."),
        (
            "cell_coverage",
            3,
            6,
            "3 of 6 cells have nobody responsible, most of them in North; "
            "3 cells of the county have somebody.",
        ),
        (
            "households_per_member",
            2100,
            2,
            "Each grid member serves 1,050 households on average, at most 600.",
        ),
        (
            "people_over_limit",
            0,
            2,
            "Nobody is over the limit of their post.",
        ),
        ("area_coverage", 3, 3, "Cells cover 100.0% of the area; 0.00 km² are not cut yet."),
        ("manned_now", 0, 2, "Of 2 checkpoints 0 are at their minimum staff, 1 are empty."),
        (
            "sites_visited",
            1,
            3,
            "Of 3 contact sites 1 are visited in their period, 3 visits in all; 2 are not.",
        ),
        ("gaps_tonight", 1, 2, "Tonight 1 checkpoint is empty for a time: Gate2, 18:00 to 08:00."),
        ("continuity_24h", 0, 2, "2 checkpoints, 0 without a gap for 24 hours."),
        (
            "without_rest",
            1,
            1,
            "1 person has been on duty for 7 days in a row or more; arrange rest today.",
        ),
    ],
)
def test_figures_of_the_county(key: str, numerator: float, denominator: float, sentence: str) -> None:
    assert figure(key, scope(posts=POSTS)) == (numerator, denominator, numerator / denominator, sentence)


def notes(key: str, of: Scope) -> list[str]:
    return [str(note) for note in {found.key: found for found in indicators(of)}[key].notes]


def test_every_gap_behind_a_figure_is_named() -> None:
    here = scope(posts=POSTS)
    assert notes("gaps_tonight", here) == [
        "Gate2 18:00 to 08:00: 0/2 on duty",
        "1 more checkpoint is below its minimum for a time.",
    ]
    assert notes("continuity_24h", here) == [
        "0 of 2,880 minutes at or above minimum staff in the coming 24 hours.",
        "Gate1 all 24 hours: 1/2 on duty",
        "Gate2 all 24 hours: 0/2 on duty",
    ]


def crew(gate: str, *hours: tuple[int, int]) -> list[dict[str, object]]:
    """Two people on duty at a gate from hour to hour of the drawn day."""
    midnight = datetime(2020, 2, 10)
    return [
        post(
            f"{gate}{first}{one}",
            "member",
            "checkpoint",
            gate,
            valid_from=midnight + timedelta(hours=first),
            valid_to=midnight + timedelta(hours=last),
        )
        for first, last in hours
        for one in "ab"
    ]


def test_a_night_without_an_empty_post_is_said_plainly() -> None:
    here = scope(posts=[*crew("k1", (8, 40)), *crew("k2", (8, 20), (20, 40))])
    assert figure("gaps_tonight", here) == (0, 2, 0, "Tonight no checkpoint is left empty.")
    assert figure("continuity_24h", here) == (2, 2, 1, "2 checkpoints, 2 without a gap for 24 hours.")
    assert notes("gaps_tonight", here) == []


def test_an_empty_post_after_midnight_is_known_at_noon() -> None:
    here = scope(posts=[*crew("k1", (8, 24), (30, 40)), *crew("k2", (8, 40))])
    sentence = "Tonight 1 checkpoint is empty for a time: Gate1, 00:00 to 06:00."
    assert figure("gaps_tonight", here) == (1, 2, 0.5, sentence)
    first = next(concern for concern in concerns(here) if concern.kind == "checkpoint")
    assert (first.code, str(first.what)) == ("k1", "empty 00:00 to 06:00 tonight")
    ranks = [concern.rank for concern in concerns(here)]
    assert ranks == sorted(ranks)


def test_a_checkpoint_is_listed_once_for_the_worse() -> None:
    one_short = crew("k1", (8, 24))[:1]
    here = scope(posts=[*one_short, *crew("k2", (8, 40))])
    found = [concern for concern in concerns(here) if concern.code == "k1"]
    assert [str(concern.what) for concern in found] == ["empty 00:00 to 08:00 tonight"]
    empty_now = scope(posts=crew("k2", (8, 40)))
    found = [concern for concern in concerns(empty_now) if concern.code == "k1"]
    assert [str(concern.what) for concern in found] == ["0 of 2 on duty"]


def arrivals(
    *rows: tuple[str, str, str, str | None], senders: dict[str, str]
) -> tuple[float, float, float | None]:
    """Numerator and denominator of arrivals for posts of (person, kind, target, arrived at)."""
    posts = [post(person, "member", kind, target, arrived_at=when) for person, kind, target, when in rows]
    drawn = plan(posts)
    people = drawn.people.assign(sending_unit=drawn.people.index.map(senders).fillna(""))
    drawn = replace(drawn, people=people.assign(unit_code="N1"))
    here = within(drawn, evaluate(drawn, NOON), "9901")
    return figure("arrival", here)[:3]


def test_who_was_sent_is_expected_and_who_is_at_home_is_not() -> None:
    senders = {"ann": "Bureau", "bob": "Bureau", "cai": "N1 committee"}
    rows = [
        ("ann", "cell", "c1", "2020-02-09"),
        ("ann", "cell", "c2", None),
        ("bob", "unit", "N1", "2020-02-11"),
        ("cai", "unit", "N1", None),
    ]
    assert arrivals(*rows, senders=senders) == (1, 2, 0.5)
    assert arrivals(("bob", "contact_site", "s1", "2020-02-10"), senders=senders) == (1, 1, 1)


@pytest.mark.parametrize(
    ("kind", "target"), [("checkpoint", "k1"), ("cell", "c5"), ("contact_site", "s3"), ("unit", "9902")]
)
def test_shifts_and_other_places_expect_nobody_here(kind: str, target: str) -> None:
    assert arrivals(("ann", kind, target, None), senders={"ann": "Bureau"}) == (0, 0, None)


def test_a_denominator_of_zero_is_not_a_percentage() -> None:
    _, denominator, value, _ = figure("head_tier1", scope("N1", POSTS))
    assert (denominator, value) == (0, None)


def test_no_vacancy_is_said_plainly() -> None:
    everywhere = [post(f"x{i}", "member", "cell", f"c{i}") for i in range(1, 7)]
    assert figure("cell_coverage", scope(posts=everywhere))[3] == "All 6 cells have somebody responsible."


def test_a_plan_without_posts_says_so() -> None:
    assert figure("cell_coverage", scope())[3] == "6 cells; nobody has been posted yet."


def test_worst_first() -> None:
    found = concerns(scope(posts=POSTS))
    assert [concern.code for concern in found] == [
        "k2",
        "c5",
        "c4",
        "c3",
        "N1",
        "9902",
        "S1",
        "N2",
        "k1",
        "s3",
        "s2",
    ]
    assert str(found[0].what) == "0 of 2 on duty"


def test_a_scope_lists_only_its_own() -> None:
    assert {concern.code for concern in concerns(scope("9902", POSTS))} == {"c5", "9902", "S1", "k1", "s3"}


def test_sealed_gates_concern_nobody() -> None:
    drawn = scope(posts=POSTS)
    sealed = replace(drawn, checkpoints=drawn.checkpoints.assign(state="sealed"))
    assert not [concern for concern in concerns(sealed) if concern.kind == "checkpoint"]
    assert figure("manned_now", sealed)[2] is None
