"""The units that are here are put together once a revision."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from gridmap.names import CODE, PARENT_CODE
from gridmap.service.boundaries.new_workspace import new_workspace
from gridmap.service.boundaries.present import lowest_units, present_reference, present_region, present_units
from gridmap.service.plan_cache import PlanCache
from tests.store.drawn_workspace import drawn_workspace


def test_units_are_put_together_once_a_revision(tmp_path: Path) -> None:
    cache = PlanCache(drawn_workspace(tmp_path))
    units = present_units(cache)
    assert set(units[CODE]) == set(cache.plan().units.index)
    assert present_units(cache) is units
    assert present_reference(cache) is present_reference(cache)


def test_the_lowest_units_have_none_below(tmp_path: Path) -> None:
    cache = PlanCache(drawn_workspace(tmp_path))
    units = present_units(cache)
    assert set(lowest_units(cache)[CODE]) == set(units[CODE]) - set(units[PARENT_CODE])


def test_an_empty_workspace_tells_no_region(tmp_path: Path) -> None:
    empty = new_workspace(tmp_path / "w.gpkg", title="", at=datetime(2020, 2, 10))
    assert present_units(PlanCache(empty)).empty
    assert present_region(PlanCache(empty)) is None
