"""Stored cuts repeated: as they are, with moved lines, or not at all."""

import numpy as np
import pytest
import shapely

from gridmap.geo.sizes import cell_count
from gridmap.split.cut.methods import by_bisection
from gridmap.split.cut.parts import UnitLoad
from gridmap.split.cut.unit_task import UnitPieces, UnitTask, Way
from gridmap.split.rule import SplitRule
from gridmap.split.straight.tree import Cut, Leaf, Node, PartTree, PathCut, UnitTree, leaf_count
from tests.split.drawn_land import SHAPES, X, Y, block, buildings

RULE = SplitRule()


def load_of(shape: shapely.Geometry, each: int, seed: int = 1) -> UnitLoad:
    points = buildings(list(np.atleast_1d(shapely.get_parts(shape))), each, seed)
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    return UnitLoad(xy, points["weight"].to_numpy())


def task_of(shape: shapely.Geometry, load: UnitLoad, previous: UnitTree | None = None) -> UnitTask:
    return UnitTask("U", shape, load, float(load.weights.sum()), RULE, previous=previous)


def loads(made: UnitPieces, load: UnitLoad) -> list[float]:
    return [float(load.weights[shapely.intersects_xy(piece, *load.xy.T)].sum()) for piece in made.pieces]


def scaled(load: UnitLoad, where: np.ndarray, factor: float) -> UnitLoad:
    return UnitLoad(load.xy, np.where(where, load.weights * factor, load.weights))


@pytest.mark.parametrize("name", sorted(SHAPES))
@pytest.mark.parametrize("each", [3, 17, 60, 120])
def test_unchanged_loads_give_the_same_pieces(name: str, each: int) -> None:
    shape = SHAPES[name]
    load = load_of(shape, each)
    first = by_bisection(task_of(shape, load))
    again = by_bisection(task_of(shape, load, first.tree))
    assert shapely.to_wkb(again.pieces).tolist() == shapely.to_wkb(first.pieces).tolist()
    assert again.tree == first.tree
    assert again.way is Way.KEPT


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_spread_load_is_repeated_too(name: str) -> None:
    shape = SHAPES[name]
    spread = UnitLoad(np.empty((0, 2)), np.empty(0), 3000 / shapely.area(shape))
    task = UnitTask("U", shape, spread, 3000.0, RULE)
    first = by_bisection(task)
    again = by_bisection(UnitTask("U", shape, spread, 3000.0, RULE, previous=first.tree))
    assert shapely.to_wkb(again.pieces).tolist() == shapely.to_wkb(first.pieces).tolist()


def test_lines_move_along_their_normals_until_the_halves_balance() -> None:
    shape = block(0, 0, 2000, 1000)
    xy = load_of(shape, 800).xy
    load = UnitLoad(xy, np.full(len(xy), 4.0))
    first = by_bisection(task_of(shape, load))
    west = load.xy[:, 0] < X + 600
    now = scaled(scaled(load, west, 1.15), ~west, 0.93)
    assert cell_count(now.weights.sum(), RULE)[0] == len(first.pieces)
    again = by_bisection(task_of(shape, now, first.tree))
    assert again.way is Way.MOVED
    assert all(RULE.holds(one) for one in loads(again, now))
    before, after = root(first), root(again)
    assert directions(before) == directions(after)
    assert before != after


def root(made: UnitPieces) -> Node:
    assert made.tree is not None
    return made.tree.parts[0].node


def directions(node: object) -> list[float]:
    if not isinstance(node, Cut):
        return []
    return [node.direction, *directions(node.below), *directions(node.above)]


def test_moved_lines_change_fewer_households_than_a_fresh_split() -> None:
    shape = block(0, 0, 3000, 2000)
    moved, afresh = 0.0, 0.0
    for seed in range(6):
        load = load_of(shape, 300, seed)
        first = by_bisection(task_of(shape, load))
        now = scaled(load, np.hypot(*(load.xy - [X + 700, Y + 700]).T) < 400, 1.1)
        again, fresh = by_bisection(task_of(shape, now, first.tree)), by_bisection(task_of(shape, now))
        moved += leaving(first, again, now)
        afresh += leaving(first, fresh, now)
    assert moved < afresh / 2


def leaving(before: UnitPieces, after: UnitPieces, load: UnitLoad) -> float:
    """Load outside the piece that most of its old piece went to."""
    stays = 0.0
    for old in before.pieces:
        inside = shapely.intersects_xy(old, *load.xy.T)
        shares = [load.weights[inside & shapely.intersects_xy(new, *load.xy.T)].sum() for new in after.pieces]
        stays += max(shares)
    return float(load.weights.sum() - stays)


def test_more_cells_leave_the_far_side_alone() -> None:
    shape = block(0, 0, 4000, 1000)
    load = load_of(shape, 100)
    first = by_bisection(task_of(shape, load))
    estate = np.column_stack([np.linspace(X + 100, X + 300, 40), np.linspace(Y + 100, Y + 300, 40)])
    now = UnitLoad(np.vstack([load.xy, estate]), np.concatenate([load.weights, np.full(40, 30)]))
    again = by_bisection(task_of(shape, now, first.tree))
    assert again.way is Way.MOVED
    assert len(again.pieces) > len(first.pieces)
    assert all(RULE.holds(one) for one in loads(again, now))
    old, new = (set(shapely.to_wkb(made.pieces).tolist()) for made in (first, again))
    assert len(old & new) >= 2


def line_at(x: float) -> PathCut:
    path = ((X + x, Y - 1.0), (X + x, Y + 1001.0))
    return PathCut((path,), (X + 1.0, Y + 500.0), Leaf(), Leaf())


@pytest.mark.parametrize(("x", "kept"), [(500.0, True), (430.0, False)])
def test_cuts_along_lines_are_kept_while_they_balance(x: float, kept: bool) -> None:
    shape = block(0, 0, 1000, 1000)
    xy = np.column_stack(
        [np.tile(np.arange(X + 5, X + 1000, 10), 8), np.repeat(Y + np.arange(8) * 120 + 60, 100)]
    )
    load = UnitLoad(xy, np.ones(len(xy)))
    tree = UnitTree((X, Y), (PartTree(0, (), line_at(x)),))
    made = by_bisection(task_of(shape, load, tree))
    assert isinstance(root(made), PathCut) is kept
    assert loads(made, load) == [400, 400]


def test_a_tree_of_another_shape_is_not_followed() -> None:
    islands = SHAPES["islands"]
    load = load_of(islands, 60)
    stored = by_bisection(task_of(block(0, 0, 900, 900), load_of(block(0, 0, 900, 900), 60))).tree
    made = by_bisection(task_of(islands, load, stored))
    assert made.way is Way.FRESH
    assert made.tree == by_bisection(task_of(islands, load)).tree


def test_a_unit_grown_beyond_one_cell_is_cut_afresh() -> None:
    shape = block(0, 0, 900, 900)
    load = load_of(shape, 60)
    made = by_bisection(task_of(shape, load, UnitTree((X, Y), ())))
    assert made.way is Way.FRESH
    assert len(made.pieces) == leaf_count(root(made)) > 1


def test_an_infeasible_unit_keeps_its_cuts() -> None:
    shape = block(0, 0, 900, 900)
    load = load_of(shape, 10)
    load = UnitLoad(load.xy, np.full(10, 55.0))  # 550: neither one cell nor two
    first = by_bisection(task_of(shape, load))
    again = by_bisection(task_of(shape, load, first.tree))
    assert again.way is Way.KEPT
    assert len(again.pieces) == 1
