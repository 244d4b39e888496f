"""Checkpoints, contact sites and visits out of dirty files."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridmap.model.faults import FaultKind
from gridmap.service.history.changes import undo_last
from gridmap.service.imports.decisions import Decisions
from gridmap.service.imports.source import Reading
from gridmap.service.plan_cache import PlanCache
from gridmap.store.placing import stored_rows
from tests.service.imports.drawn_imports import larger_county, look, reason, save, states, table, what
from tests.store.drawn_workspace import EAST, MORNING, PHONE, PLANNER, WEST

GATES = ("卡口名称", "村名", "坐标", "状态", "应到人数", "联系电话")
VISITS = ("企业名称", "走访日期", "家次")


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return larger_county(tmp_path)


def test_checkpoints_by_name_point_and_both(cache: PlanCache) -> None:
    path = table(
        cache,
        GATES,
        ("南关", "东村", "117.02，38.005", "封闭", 3, PHONE),
        ("北关", "", "38.006,117.031", "开放", "2人", ""),
        ("无处", "", "", "", "", ""),
        ("东关", "西村", "117.001,38.001", "半开", "", ""),
    )
    preview = look(cache, "checkpoints", path)
    assert states(preview) == ["changed", "added", "refused", "refused"]
    assert what(preview.rows[0]) == ["Gate state: open → sealed", "Staff needed: 2 → 3"]
    assert reason(preview, 4) == "neither a point nor a name tells its unit"
    assert "no state of a gate" in reason(preview, 5)
    assert FaultKind.POINT_SWAPPED in {fault.kind for fault in preview.faults}
    save(cache, preview, only_good=True)
    gates = cache.plan().checkpoints
    assert gates[["gate_state", "minimum_staff"]].to_dict("index")["k1"] == {
        "gate_state": "sealed",
        "minimum_staff": 3,
    }
    assert (gates.at["K001", "name"], gates.at["K001", "unit_code"]) == ("北关", EAST)
    assert states(look(cache, "checkpoints", path))[:2] == ["unchanged", "unchanged"]
    undo_last(cache.workspace, user=PLANNER, at=MORNING)
    assert cache.plan().checkpoints.index.tolist() == ["k1"]


def test_a_whole_number_is_compared_and_never_told(cache: PlanCache) -> None:
    preview = look(cache, "checkpoints", table(cache, GATES, ("南关", "东村", "", "", "", "10099998888")))
    assert what(preview.rows[0]) == ["another phone"]
    masked = look(cache, "checkpoints", table(cache, GATES, ("南关", "东村", "", "", "", "100****8888")))
    assert states(masked) == ["unchanged"]
    save(cache, preview)
    assert stored_rows(cache.workspace, "checkpoints")[0]["emergency_phone"] == "10099998888"


def test_a_point_elsewhere_than_its_name_is_noted(cache: PlanCache) -> None:
    preview = look(cache, "checkpoints", table(cache, GATES, ("西关", "西村", "117.001,38.001", "", "", "")))
    assert states(preview) == ["added"]
    told = [str(fault.message) for fault in preview.faults if fault.kind is FaultKind.POINT_OUTSIDE]
    assert told == ["the point lies in 东村, and the row names 西村"]


def test_sites_take_their_cell_from_the_point(cache: PlanCache) -> None:
    headings = ("企业名称", "类型", "经度", "纬度")
    path = table(cache, headings, ("面粉厂", "企业", 117.005, 38.005), ("厂", "", 117.025, 38.002))
    preview = look(cache, "sites", path)
    assert states(preview) == ["added", "unchanged"]
    save(cache, preview)
    made = cache.plan().contact_sites[["name", "kind", "unit_code", "cell_code"]].to_dict("index")["S0001"]
    assert list(made.values()) == ["面粉厂", "enterprise", WEST, f"{WEST}001"]


def test_visits_are_counted_once(cache: PlanCache) -> None:
    path = table(
        cache,
        VISITS,
        ("厂", "2020.2.10", ""),
        ("厂", "2月11日", 3),
        ("钢厂", "2020-02-11", ""),
        ("厂", "", ""),
    )
    without_year = look(cache, "visits", path)
    assert "year" in reason(without_year, 3)
    preview = look(cache, "visits", path, reading=Reading(year=2020))
    assert states(preview) == ["unchanged", "added", "refused", "refused"]
    assert what(preview.rows[1]) == ["new among the visits: 3"]
    assert preview.leftovers is not None
    assert str(preview.leftovers.told) == "0 contact sites have no row; 1 row matches no contact site"
    save(cache, preview, only_good=True)
    assert len(cache.plan().visits) == 4
    again = look(cache, "visits", path, Decisions(units={4: ""}), reading=Reading(year=2020))
    assert states(again) == ["unchanged", "unchanged", "refused", "refused"]
    undo_last(cache.workspace, user=PLANNER, at=MORNING)
    assert len(cache.plan().visits) == 1
