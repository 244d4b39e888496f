"""Layers composed of the drawn plan."""

import pytest

from gridmap.draw.compose import build_layers
from gridmap.draw.layers import Layers, vacancy_fill
from gridmap.draw.looks import VACANCY_RAMP
from gridmap.measure.evaluate import evaluate
from gridmap.measure.scope import within
from gridmap.messages import msg
from gridmap.model.places import Level
from tests.plans import NOON, cells, plan, post

POSTS = [post("ann", "member", "cell", "c1"), post("bob", "head", "cell", "c5")]


def layers(scope: str = "99", **changes: object) -> Layers:
    drawn = plan(POSTS, **changes)
    return build_layers(within(drawn, evaluate(drawn, NOON), scope), msg("reading"))


def test_every_unit_of_the_scope_stands_at_its_level() -> None:
    marks = layers().units
    assert list(marks) == [Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE]
    assert {mark.code: mark.vacant for mark in marks[Level.VILLAGE]} == {"N1": 2, "N2": 1, "S1": 1}


def test_the_unit_with_most_vacancies_has_the_strongest_fill_and_none_stays_quiet() -> None:
    townships = {mark.code: mark.fill for mark in layers().units[Level.TOWNSHIP]}
    assert townships["9901"] == VACANCY_RAMP[-1]
    assert townships["9901"] != townships["9902"] != VACANCY_RAMP[0]
    assert vacancy_fill(0, 37) == VACANCY_RAMP[0]


@pytest.mark.parametrize("largest", [1, 2, 3, 7, 37, 900])
def test_the_ramp_never_falls_and_never_hides_one_vacancy(largest: int) -> None:
    steps = [VACANCY_RAMP.index(vacancy_fill(vacant, largest)) for vacant in range(largest + 1)]
    assert steps == sorted(steps)
    assert steps[0] == 0
    assert all(step > 0 for step in steps[1:])


def test_rows_are_the_parts_of_the_scope_and_total_recounts_them() -> None:
    drawn = layers()
    assert [(row.code, row.cells, row.covered, row.vacant, row.households) for row in drawn.rows] == [
        ("9901", 4, 1, 3, 1000),
        ("9902", 2, 1, 1, 1100),
    ]
    assert (drawn.total.cells, drawn.total.vacant, drawn.total.households) == (6, 4, 2100)


def test_a_village_has_its_cells_as_rows() -> None:
    drawn = layers("N1")
    assert [(row.code, row.vacant) for row in drawn.rows] == [("c1", 0), ("c2", 1), ("c3", 1)]
    assert drawn.trail == (("99", "County"), ("9901", "North"), ("N1", "N1"))
    assert drawn.total.households == 600


def test_an_inactive_cell_is_drawn_but_in_no_count() -> None:
    drawn = layers("N1", cells=cells().assign(active=[True, True, False, True, True, True]))
    assert {mark.code: mark.state.value for mark in drawn.cells}["c3"] == "inactive"
    assert drawn.total.cells == 2
    assert drawn.total.households == 300


def test_the_legend_counts_what_is_there_and_always_names_the_three_cell_states() -> None:
    counts = {(entry.group, entry.key): entry.count for entry in layers().legend}
    assert counts[("cells", "covered")] == 2
    assert counts[("cells", "vacant")] == 4
    assert counts[("cells", "overloaded")] == 0
    assert ("cells", "inactive") not in counts
    assert counts[("checkpoints", "sealed")] == 1
    assert counts[("contact_sites", "overdue")] == 1


def test_points_carry_their_figures() -> None:
    drawn = layers()
    assert {mark.code: (mark.state, mark.text) for mark in drawn.points["checkpoints"]}["k1"] == (
        "empty",
        "0/2",
    )
    assert {mark.code: (mark.state, mark.text) for mark in drawn.points["contact_sites"]}["s1"] == (
        "visited",
        "2",
    )
