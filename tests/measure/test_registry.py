"""Indicators and the worst-first list."""

from dataclasses import replace

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
        "head_tier1",
        "head_tier2",
        "cell_coverage",
        "households_per_member",
        "people_over_limit",
        "area_coverage",
        "manned_now",
        "sites_visited",
    ]


@pytest.mark.parametrize(
    ("key", "numerator", "denominator", "sentence"),
    [
        ("head_tier1", 1, 2, "2 townships, 1 tier-1 heads in place."),
        ("head_tier2", 0, 3, "3 villages and communities, 0 tier-2 heads in place, 3 missing."),
        ("cell_coverage", 3, 6, "3 of 6 cells have nobody responsible; most of them in North."),
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
            "0 people are over the limit of their post, the most loaded holds 0 cells.",
        ),
        ("area_coverage", 3e6, 3e6, "Cells cover 100.0% of the area; 0.00 km² are not cut yet."),
        ("manned_now", 0, 2, "Of 2 checkpoints 0 are at their minimum staff, 1 are empty."),
        (
            "sites_visited",
            1,
            3,
            "Of 3 contact sites 1 are visited in their period, 3 visits in all, 1 never visited.",
        ),
    ],
)
def test_figures_of_the_county(key: str, numerator: float, denominator: float, sentence: str) -> None:
    assert figure(key, scope(posts=POSTS)) == (numerator, denominator, numerator / denominator, sentence)


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
