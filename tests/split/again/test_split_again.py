"""Splitting again where some units changed: each unit is told once, as it was cut last."""

import pandas as pd

from gridmap.geo.coverage.quality import check
from gridmap.geo.frames import Units, check_units
from gridmap.names import CODE, PARENT_CODE
from gridmap.split.again.changed_units import UnitDifferences, differences
from gridmap.split.again.split_again import UnitsAgain, split_again
from gridmap.split.cut.unit_task import Way
from gridmap.split.rule import SplitRule
from tests.split.again.drawn_changes import once_split, villages
from tests.split.drawn_land import buildings, units_of

VILLAGES = villages(2)
UNITS, POINTS = units_of(*VILLAGES), buildings(list(VILLAGES), 120, 3)
RULE = SplitRule()


def without(*codes: str) -> Units:
    return check_units(UNITS[~UNITS[CODE].isin(codes)].reset_index(drop=True))


def test_new_and_gone_units_are_told_beside_those_that_stay() -> None:
    previous = once_split(without("U0"), POINTS)
    now = without("U1")
    done = split_again(now, POINTS, RULE, previous, UnitsAgain(differences(now, previous.cells)))
    ways = {change.unit: change.way for change in done.changes(POINTS, {"U0": 7.0})}
    assert (ways["U0"], ways["U1"]) == (Way.FRESH, Way.GONE)
    assert list(ways) == sorted(ways) == UNITS[CODE].tolist()
    assert next(change for change in done.changes(POINTS, {"U0": 7.0}) if change.unit == "U0").households == 7
    assert done.cuts[CODE].is_unique
    assert "U0" in set(done.cuts[CODE])
    assert check(done.cells, now, None).passed


def test_where_no_unit_is_left_to_split_again_those_cut_afresh_are_all() -> None:
    previous = once_split(without("U0"), POINTS)
    found = UnitDifferences(new=("U0",))
    done = split_again(UNITS, POINTS, RULE, previous, UnitsAgain(found, only=frozenset()))
    assert done.resplit is None
    assert [change.unit for change in done.changes(POINTS, {})] == ["U0"]
    assert done.cuts[CODE].tolist() == ["U0"]
    stays = done.cells[done.cells[PARENT_CODE] != "U0"]
    assert stays[CODE].tolist() == previous.cells[CODE].tolist()


def test_without_differences_only_the_named_units_are_split_again() -> None:
    previous = once_split(UNITS, POINTS)
    done = split_again(UNITS, POINTS, RULE, previous, UnitsAgain(UnitDifferences(), frozenset({"U0"})))
    assert [change.unit for change in done.changes(POINTS, {})] == ["U0"]
    pd.testing.assert_series_equal(done.cells[CODE], previous.cells[CODE])
