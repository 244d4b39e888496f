"""States of cells, units, checkpoints and sites, and the tree they are summed over."""

from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import NotFoundError
from gridmap.measure.evaluate import evaluate
from gridmap.measure.scope import within
from gridmap.measure.tree import top_units, trail, units_inside
from tests.plans import NOON, cells, plan, post


def states(*posts: dict[str, object], at: datetime = NOON) -> dict[str, str]:
    return dict(evaluate(plan(list(posts)), at).cells)


def test_a_cell_needs_a_head_or_a_member() -> None:
    found = states(
        post("ann", "head", "cell", "c1"),
        post("bob", "member", "cell", "c2"),
        post("cai", "adviser", "cell", "c3"),
    )
    assert found == {
        "c1": "covered",
        "c2": "covered",
        "c3": "vacant",
        "c4": "vacant",
        "c5": "vacant",
        "c6": "vacant",
    }


def test_a_post_holds_from_its_first_moment_and_ends_before_its_last() -> None:
    shift = post("ann", "member", "cell", "c1", valid_from=NOON, valid_to=NOON + timedelta(hours=8))
    assert states(shift, at=NOON - timedelta(minutes=1))["c1"] == "vacant"
    assert states(shift, at=NOON)["c1"] == "covered"
    assert states(shift, at=NOON + timedelta(hours=8))["c1"] == "vacant"


def test_four_cells_are_too_many_for_a_member_but_not_for_a_head() -> None:
    four = ["c1", "c2", "c3", "c4"]
    assert {states(*(post("ann", "member", "cell", c) for c in four))[c] for c in four} == {"overloaded"}
    assert {states(*(post("ann", "head", "cell", c) for c in four))[c] for c in four} == {"covered"}


def test_a_second_member_with_room_relieves_the_cell() -> None:
    posts = [post("ann", "member", "cell", c) for c in ("c1", "c2", "c3", "c4")]
    found = states(*posts, post("bob", "member", "cell", "c1"))
    assert (found["c1"], found["c2"]) == ("covered", "overloaded")


def test_without_any_post_nothing_can_be_said() -> None:
    assert set(states().values()) == {"no_data"}


def test_an_inactive_cell_is_counted_nowhere() -> None:
    idle = cells().assign(active=[False, True, True, True, True, True])
    result = evaluate(plan([post("ann", "member", "cell", "c2")], cells=idle), NOON)
    assert result.cells["c1"] == "inactive"
    assert [int(result.units[key]["99"]) for key in ("cells", "vacant", "covered")] == [5, 4, 1]


def test_upper_units_count_the_cells_inside_at_any_depth() -> None:
    units = evaluate(
        plan([post("ann", "member", "cell", "c1"), post("bob", "head", "cell", "c5")]), NOON
    ).units
    assert units["vacant"].to_dict() == {"99": 4, "9901": 3, "9902": 1, "N1": 2, "N2": 1, "S1": 1}
    assert units["served_households"]["99"] == 2100


def test_heads_of_units_count_by_their_tier() -> None:
    posts = [
        post("ann", "head", "unit", "9901", tier=1),
        post("bob", "head", "unit", "9902", tier=2),
        post("cai", "head", "unit", "S1", tier=2),
    ]
    units = evaluate(plan(posts), NOON).units
    assert list(units["headed"][["9901", "9902", "S1", "N1"]]) == [True, False, True, False]
    assert not units.loc["99", "needed"]


def test_checkpoints_against_their_minimum() -> None:
    posts = [post(p, "volunteer", "checkpoint", "k1") for p in ("ann", "bob")] + [
        post("cai", "volunteer", "checkpoint", "k2")
    ]
    frame = evaluate(plan(posts), NOON).checkpoints
    assert frame["state"].to_dict() == {"k1": "manned", "k2": "short", "k3": "sealed"}
    assert evaluate(plan(), NOON).checkpoints["state"].to_dict() == {
        "k1": "empty",
        "k2": "empty",
        "k3": "sealed",
    }


def test_sites_are_visited_overdue_or_never_reached() -> None:
    frame = evaluate(plan(), NOON).sites
    assert frame["state"].to_dict() == {"s1": "visited", "s2": "overdue", "s3": "unvisited"}
    assert frame["visits"].to_dict() == {"s1": 2, "s2": 1, "s3": 0}


def test_the_tree_of_units() -> None:
    drawn = plan()
    assert top_units(drawn) == ["99"]
    assert trail(drawn, "S1") == ["99", "9902", "S1"]
    assert sorted(units_inside(drawn, "9901")) == ["9901", "N1", "N2"]
    with pytest.raises(NotFoundError, match="no unit with the code X"):
        trail(drawn, "X")


def test_a_joint_checkpoint_belongs_to_both_its_units() -> None:
    drawn = plan()
    evaluation = evaluate(drawn, NOON)
    assert sorted(within(drawn, evaluation, "9902").checkpoints.index) == ["k1", "k3"]
    assert sorted(within(drawn, evaluation, "9901").checkpoints.index) == ["k1", "k2"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob", "cai"]),
            st.sampled_from(["head", "member", "adviser"]),
            st.sampled_from(list(cells().index)),
        ),
        max_size=20,
    )
)
def test_states_sum_to_the_total_and_parts_to_the_whole(choices: list[tuple[str, str, str]]) -> None:
    drawn = plan([post(person, function, "cell", cell) for person, function, cell in choices])
    result = evaluate(drawn, NOON)
    counts = result.units[["covered", "overloaded", "vacant", "no_data"]]
    assert (counts.sum(axis=1) == result.units["cells"]).all()
    children = counts.groupby(drawn.units["parent_code"]).sum()
    pd.testing.assert_frame_equal(children.loc[["9901", "99"]], counts.loc[["9901", "99"]], check_names=False)
