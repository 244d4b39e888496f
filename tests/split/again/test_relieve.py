"""Relief: the overloaded are split, the underloaded merged, all others are left as they are."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.geo.coverage.quality import check
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import Cells, Points, Units, check_cells, check_points, check_units
from gridmap.geo.sizes import cell_count
from gridmap.split.again.relieve import relieve
from gridmap.split.again.unit_scene import Previous
from gridmap.split.edit.edit import undone
from gridmap.split.rule import SplitRule
from tests.split.again.drawn_changes import changed, joined, once_split, villages, with_estate
from tests.split.drawn_land import X, Y, at, block, buildings, lands, points_of, units_of

RULE = SplitRule()
VILLAGES = villages(4)
STRIP = block(0, 0, 1600, 400)


def same(one: Cells, other: Cells) -> None:
    tables = [pd.DataFrame(cells.drop(columns="geometry")) for cells in (one, other)]
    pd.testing.assert_frame_equal(tables[0], tables[1], check_exact=True)
    shapes = [shapely.to_wkb(cells.geometry.to_numpy()).tolist() for cells in (one, other)]
    assert shapes[0] == shapes[1]


def exact(cells: Cells, units: Units, points: Points | None = None) -> None:
    quality = check(cells, units, points)
    assert quality.passed, quality


def strip(*loads: int) -> tuple[Units, Points, Previous]:
    """A strip of cells from west to east, each 400 m wide with its load in a row of buildings of 10."""
    width = 1600 / len(loads)
    cells = check_cells(
        units_of(*(block(width * i, 0, width * (i + 1), 400) for i in range(len(loads)))).assign(
            code=[f"U0-{i + 1:03d}" for i in range(len(loads))],
            parent_code="U0",
            seq=range(1, len(loads) + 1),
            households=[float(load) for load in loads],
            method="bisect",
        )
    )
    rows = []
    for i, load in enumerate(loads):
        count = load // 10
        x = X + width * i + (np.arange(count) + 0.5) * width / count
        rows.append(points_of(np.column_stack([x, np.full(count, Y + 200.0)]), np.full(count, 10)))
    return units_of(STRIP), joined(*rows), Previous(cells)


def loads_of(cells: Cells) -> dict[str, float]:
    return dict(zip(cells["code"], cells["households"], strict=True))


def said(done: object) -> list[str]:
    return [str(note) for note in done.notes]  # type: ignore[attr-defined]  # a Resplit


def test_an_overloaded_cell_is_split_and_the_others_stay() -> None:
    units, points, before = strip(400, 820, 350, 410)
    done = relieve(units, points, RULE, before)
    exact(done.cells, units, points)
    loads = loads_of(done.cells)
    assert sorted(loads) == ["U0-001", "U0-002", "U0-003", "U0-004", "U0-005"]
    assert loads["U0-002"] == loads["U0-005"] == 410
    stays = ["U0-001", "U0-003", "U0-004"]
    for code in stays:
        old, new = (cells.set_index("code").geometry[code] for cells in (before.cells, done.cells))
        assert old.symmetric_difference(new).area == 0
    (change,) = done.changes
    assert (change.new, change.retired, change.moved) == (("U0-005",), (), 410)
    assert done.used == {"U0": 5}
    assert not done.notes


def test_an_underloaded_cell_joins_the_neighbour_that_fits() -> None:
    units, points, before = strip(450, 100, 390, 400)
    done = relieve(units, points, RULE, before)
    exact(done.cells, units, points)
    assert loads_of(done.cells) == {"U0-001": 450, "U0-003": 490, "U0-004": 400}
    (change,) = done.changes
    assert (change.new, change.retired, change.moved) == ((), ("U0-002",), 100)


def test_the_longest_border_decides_among_neighbours() -> None:
    north = at((0, 400), (400, 400), (500, 400), (500, 600), (0, 600))
    shapes = [block(0, 0, 400, 400), block(400, 0, 500, 400), north]
    cells = check_cells(
        units_of(*shapes).assign(code=["A", "B", "C"], parent_code="U0", households=[300.0, 50.0, 310.0])
    )
    units = units_of(block(0, 0, 500, 600))
    points = points_of(
        np.array([[X + 200, Y + 200], [X + 450, Y + 200], [X + 250, Y + 500]]), np.array([300, 50, 310])
    )
    exact(cells, units, points)
    done = relieve(units, points, RULE, Previous(cells))
    assert loads_of(done.cells) == {"A": 350, "C": 310}
    exact(done.cells, units, points)


def test_several_small_cells_become_one() -> None:
    units, points, before = strip(100, 110, 120, 400)
    done = relieve(units, points, RULE, before)
    assert loads_of(done.cells) == {"U0-003": 330, "U0-004": 400}
    exact(done.cells, units, points)


def test_only_what_was_asked_for_is_done() -> None:
    units, points, before = strip(820, 100, 350, 400)
    assert len(relieve(units, points, RULE, before, merge=False).cells) == 5
    assert len(relieve(units, points, RULE, before, split=False).cells) == 3
    nothing = relieve(units, points, RULE, before, split=False, merge=False)
    same(nothing.cells, before.cells)


@pytest.mark.parametrize(
    ("loads", "locked", "reason"),
    [
        ((550, 400), "", "Cell U0-001 has 550: no number of cells"),
        ((820, 400), "U0-001", "Cell U0-001 has 820, too much, but it is locked"),
        ((100, 450), "", "Cell U0-001 has 100, too little, but with any neighbour"),
        ((100, 450), "U0-001", "Cell U0-001 has 100, too little, but it is locked"),
        ((100, 390), "U0-002", "Cell U0-001 has 100, too little, and no neighbour"),
        ((100,), "", "Cell U0-001 has 100, too little, and no neighbour"),
    ],
)
def test_what_cannot_be_relieved_is_said(loads: tuple[int, ...], locked: str, reason: str) -> None:
    units, points, before = strip(*loads)
    done = relieve(units, points, RULE, replace(before, locked=frozenset(filter(None, [locked]))))
    same(done.cells, before.cells)
    assert len(done.notes) == 1
    assert said(done)[0].startswith(reason)


def test_one_huge_building_cannot_be_divided() -> None:
    units, points, before = strip(400, 400)
    tower = joined(points, points_of(np.array([[X + 300.0, Y + 100.0]]), np.array([2000])))
    done = relieve(units, tower, RULE, before)
    assert "too much of it is in one place" in said(done)[0]
    assert done.cells["code"].tolist() == before.cells["code"].tolist()
    assert done.cells["households"].tolist() == [2400, 400]


@given(lands, st.integers(20, 200), st.floats(0, 1), st.integers(0, 2**32 - 1), st.integers(0, 3))
@settings(max_examples=25)
def test_relief_touches_nothing_else(
    land: Geometries, each: int, share: float, seed: int, locked: int
) -> None:
    units, points = units_of(*land), buildings(list(land), each, seed % 1000)
    before = once_split(units, points)
    chosen = np.random.default_rng(seed).permutation(before.cells["code"].to_numpy())[:locked]
    before = replace(before, locked=frozenset(chosen))
    now = with_estate(changed(points, share, seed), max(land, key=shapely.area), 800, seed)
    done = relieve(units, now, RULE, before)
    exact(done.cells, units, now)
    assert done.cells["households"].sum() == now["weight"].sum()
    loads = loads_of(check_cells(before.cells.assign(households=counted(before.cells, now))))
    old, new = (cells.set_index("code") for cells in (before.cells, done.cells))
    fine = [code for code, load in loads.items() if RULE.holds(load) or code in before.locked]
    grown = {code for code in fine if code in new.index and new["households"][code] != loads[code]}
    for code in fine:
        if code in grown and code not in before.locked:
            continue  # took in an underloaded neighbour
        if code not in new.index:
            assert code not in before.locked
            continue  # went to a larger one
        assert old.geometry[code].equals(new.geometry[code]) or code in done.touched
        assert abs(old.geometry[code].area - new.geometry[code].area) <= 1e-3
    stuck = " ".join(said(done))
    for code, load in loads_of(done.cells).items():
        assert RULE.holds(load) or code in stuck
    shuffled = relieve(
        check_units(units.sample(frac=1, random_state=seed % 1000)),
        check_points(now.sample(frac=1, random_state=seed % 1000)),
        RULE,
        replace(before, cells=check_cells(before.cells.sample(frac=1, random_state=seed % 1000))),
    )
    same(shuffled.cells, done.cells)
    assert said(shuffled) == said(done)
    taken_back = undone(done.cells, done.exchange.reversed())
    same(Cells(taken_back.sort_values("code", ignore_index=True)), before.cells)


def counted(cells: Cells, points: Points) -> list[float]:
    """The load of each cell, points on borders in the first."""
    weights = points["weight"].to_numpy()
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    left = np.ones(len(xy), dtype=bool)
    loads = []
    for shape in cells.geometry:
        inside = left & shapely.intersects_xy(shape, *xy.T)
        loads.append(float(weights[inside].sum()))
        left &= ~inside
    return loads


def test_relief_by_area() -> None:
    units = units_of(*VILLAGES, POP=np.full(len(VILLAGES), 1200.0))
    before = once_split(units, None, weight="POP")
    now = check_units(units.assign(POP=[2400.0, 600.0, *[1200.0] * (len(VILLAGES) - 2)]))
    done = relieve(now, None, RULE, before, weight="POP")
    exact(done.cells, units)
    by_unit = done.cells.groupby("parent_code")["households"]
    assert by_unit.sum().to_numpy() == pytest.approx(now["POP"].to_numpy()[np.argsort(now["code"])])
    assert by_unit.size()["U0"] == 6
    assert cell_count(2400, RULE)[0] == 6
    assert by_unit.size()["U1"] == 2
    assert {change.unit for change in done.changes if change.moved} == {"U0", "U1"}


def test_nothing_out_of_range_nothing_done() -> None:
    units, points = units_of(*VILLAGES), buildings(list(VILLAGES), 100, 3)
    before = once_split(units, points)
    done = relieve(units, points, RULE, before)
    same(done.cells, before.cells)
    assert len(done.exchange.after) == 0
