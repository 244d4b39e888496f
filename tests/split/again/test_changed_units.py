"""Units that are new, gone or redrawn: their cells fit in exactly, and no code is used twice."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import InputError
from gridmap.geo.coverage.quality import check
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import Cells, Units, check_units
from gridmap.split.again.changed_units import UnitDifferences, carried_over, changes_of, differences
from gridmap.split.again.resplit import resplit
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cut.unit_task import Way
from gridmap.split.rule import Method, SplitRule
from tests.split.again.drawn_changes import once_split, villages
from tests.split.drawn_land import block, buildings, lands, units_of

RULE = SplitRule()
VILLAGES = villages(4)


def without(units: Units, *codes: str) -> Units:
    return check_units(units[~units["code"].isin(codes)].reset_index(drop=True))


@given(lands, st.integers(20, 150), st.data())
@settings(max_examples=25)
def test_any_units_that_come_and_go_leave_an_exact_tessellation(
    land: Geometries, each: int, data: st.DataObject
) -> None:
    units, points = units_of(*land), buildings(list(land), each, len(land))
    codes = units["code"].tolist()
    absent = data.draw(st.sets(st.sampled_from(codes), max_size=len(codes) - 1))
    gone = data.draw(st.sets(st.sampled_from(codes), max_size=len(codes) - 1))
    previous = once_split(without(units, *absent), points)
    now = without(units, *gone)
    found = differences(now, previous.cells)
    assert set(found.new) == absent - gone
    assert set(found.gone) == gone - absent
    assert not found.redrawn
    carried = carried_over(now, points, RULE, previous, found).previous
    done = resplit(now, points, RULE, carried)
    quality = check(done.cells, now, None)
    assert quality.passed, quality
    kept = previous.cells[~previous.cells["parent_code"].isin(found.gone)].set_index("code")
    after = done.cells.set_index("code")
    assert set(kept.index) <= set(after.index)
    assert (np.abs(kept.area - after.area[kept.index]) <= 1e-3).all()
    changes = {change.unit: change for change in changes_of(found, previous, done.cells, points, {})}
    assert all(changes[unit].way is Way.GONE and changes[unit].retired for unit in found.gone)
    assert all(changes[unit].new and not changes[unit].moved for unit in found.new)


def test_cells_away_from_new_units_are_the_same_to_the_last_bit() -> None:
    units, points = units_of(*VILLAGES), buildings(list(VILLAGES), 60, 3)
    previous = once_split(without(units, "U0"), points)
    found = differences(units, previous.cells)
    carried = carried_over(units, points, RULE, previous, found).previous
    far = [code for code in previous.cells["code"] if code.split("-")[0] in {"U2", "U7", "U10", "U15"}]
    shapes = [
        cells[cells["code"].isin(far)].geometry.to_wkb().tolist() for cells in (previous.cells, carried.cells)
    ]
    assert len(shapes[0]) == len(far) > 8
    assert shapes[0] == shapes[1]
    assert carried.trees["U0"].parts


def test_a_border_between_two_units_that_moved() -> None:
    before = units_of(block(0, 0, 1000, 1000), block(1000, 0, 2000, 1000), block(0, 1000, 2000, 1500))
    now = units_of(block(0, 0, 1060, 1000), block(1060, 0, 2000, 1000), block(0, 1000, 2000, 1500))
    points = buildings(before.geometry, 120, 4)
    previous = once_split(before, points)
    found = differences(now, previous.cells)
    assert found == UnitDifferences(redrawn=("U0", "U1"))
    carried = carried_over(now, points, RULE, previous, found)
    done = resplit(now, points, RULE, carried.previous)
    assert check(done.cells, now, points).passed
    assert carried.cuts["code"].tolist() == ["U0", "U1"]
    households = float(points["weight"].sum())
    changes = changes_of(found, previous, done.cells, points, {"U0": 1.0, "U1": 1.0})
    moved = sum(change.moved for change in changes)
    assert 0 < moved < 0.25 * households, "former cuts are kept where they fit"
    for change in changes:
        assert change.kept
        assert not set(change.new) & set(previous.cells["code"])


def test_by_area_the_moved_load_is_the_share_of_land_under_another_code() -> None:
    before = units_of(block(0, 0, 1000, 1000), POP=[400])
    now = units_of(block(0, 0, 1000, 1000), block(1000, 0, 1500, 1000), POP=[400, 400])
    previous = once_split(before, None, weight="POP")
    found = differences(now, previous.cells)
    carried = carried_over(now, None, RULE, previous, found, weight="POP").previous
    changes = changes_of(found, previous, carried.cells, None, {"U1": 400.0})
    assert [(change.unit, change.moved) for change in changes] == [("U1", 0.0)]
    halves = units_of(block(0, 0, 500, 1000), block(500, 0, 1000, 1000), POP=[200, 200])
    halves["code"] = ["W", "E"]
    found = differences(halves, previous.cells)
    carried = carried_over(halves, None, RULE, previous, found, weight="POP").previous
    changes = changes_of(found, previous, carried.cells, None, {"W": 200.0, "E": 200.0})
    assert {change.unit: change.moved for change in changes} == pytest.approx({"U0": 0, "W": 200, "E": 200})


def test_numbers_of_a_unit_that_comes_back_go_on() -> None:
    units, points = units_of(*VILLAGES[:2]), buildings(list(VILLAGES[:2]), 60, 3)
    previous = replace(once_split(without(units, "U1"), points), used={"U1": 41})
    carried = carried_over(units, points, RULE, previous, differences(units, previous.cells)).previous
    own = carried.cells[carried.cells["parent_code"] == "U1"]
    assert own["code"].tolist()[0] == "U1-042"
    assert own["seq"].tolist()[0] == 42


def test_other_methods_and_columns() -> None:
    units, points = units_of(*VILLAGES[:3]), buildings(list(VILLAGES[:3]), 60, 3)
    previous = once_split(without(units, "U2"), points)
    cells = previous.cells.assign(households=previous.cells["households"].astype("int64"), name="x", note=1)
    found = differences(units, previous.cells)
    rule = SplitRule(method=Method.HEX, edge=400)
    carried = carried_over(units, points, rule, Previous(Cells(cells)), found).previous
    new = carried.cells[carried.cells["parent_code"] == "U2"]
    assert list(carried.cells.columns) == list(cells.columns)
    assert set(new["name"]) == {""}
    assert new["note"].isna().all()
    assert carried.cells["households"].dtype == "int64"


def test_locked_cells_of_changed_units_are_refused() -> None:
    units, points = units_of(*VILLAGES[:2]), buildings(list(VILLAGES[:2]), 60, 3)
    previous = replace(once_split(units, points), locked=frozenset({"U1-001"}))
    now = without(units, "U1")
    with pytest.raises(InputError, match="U1-001 is locked"):
        carried_over(now, points, RULE, previous, differences(now, previous.cells))
