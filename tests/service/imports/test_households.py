"""Households out of dirty files: loads of villages, and buildings by their points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gridmap.errors import AccessError, ConflictError, InputError
from gridmap.geo.systems.datum import Datum, from_wgs84
from gridmap.model.access import Role, User
from gridmap.model.faults import FaultKind
from gridmap.service.history.changes import last_change, undo_last
from gridmap.service.imports.decisions import Decisions
from gridmap.service.imports.source import Reading
from gridmap.service.plan_cache import PlanCache
from tests.service.imports.drawn_imports import larger_county, layer, look, reason, save, states, table, what
from tests.service.imports.roster.drawn_rosters import COMMANDER
from tests.store.drawn_workspace import EAST, MORNING, PLANNER, WEST

HEADINGS = ("乡镇", "村名", "户数", "人口")


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return larger_county(tmp_path)


def dirty(cache: PlanCache) -> Path:
    """A title, an office's names, an approximate number, a name one stroke off, a subtotal."""
    return table(
        cache,
        ("云泽县户数统计表",),
        HEADINGS,
        ("河东镇", "东村委会", "约320户", 1100),
        ("河东镇", "寺冂村", 300, 900),
        ("河西镇", "西村", "待报", ""),
        ("合计", "", 920, 2000),
    )


def test_loads_of_villages_out_of_a_dirty_table(cache: PlanCache) -> None:
    preview = look(cache, "households", dirty(cache))
    assert states(preview) == ["changed", "refused", "refused"]
    assert what(preview.rows[0]) == ["Households: – → 320", "Population: – → 1,100"]
    assert reason(preview, 4) == "to be decided: nothing in 河东镇 is called 寺冂村"
    kinds = {fault.kind for fault in preview.faults}
    assert {FaultKind.NUMBER_APPROXIMATE, FaultKind.SUBTOTAL_ROW, FaultKind.UNIT_UNKNOWN} <= kinds
    assert preview.leftovers is not None
    assert str(preview.leftovers.told) == "3 villages have no row; 1 row matches no village"
    (question,) = preview.place_questions
    assert question.suggestions[0].code == "990101001202"
    assert cache.workspace.revision().revision == 2


def test_what_is_decided_is_saved_remembered_and_taken_back(cache: PlanCache) -> None:
    path = dirty(cache)
    decisions = Decisions(units={4: "990101001202"}, left_out=frozenset({5}))
    preview = look(cache, "households", path, decisions)
    assert states(preview) == ["changed", "changed"]
    save(cache, preview)
    assert cache.plan().units.at["990101001202", "households"] == 300
    again = look(cache, "households", path, Decisions(left_out=frozenset({5})))
    assert states(again) == ["unchanged", "unchanged"]
    assert not again.place_questions
    last = last_change(cache, user=PLANNER)
    assert last is not None
    assert (last.change.reason, last.refusal) == ("from the office", None)
    undo_last(cache.workspace, user=PLANNER, at=MORNING)
    assert cache.plan().units["households"].isna().all()


def test_refused_rows_stop_the_rest_unless_told(cache: PlanCache) -> None:
    preview = look(cache, "households", dirty(cache))
    with pytest.raises(InputError, match="2 rows are refused"):
        save(cache, preview)
    save(cache, preview, only_good=True)
    assert cache.plan().units.at[WEST, "households"] == 320


def test_two_rows_of_one_village(cache: PlanCache) -> None:
    preview = look(cache, "households", table(cache, HEADINGS, ("", "西村", 10, ""), ("", "西村", 20, "")))
    assert states(preview) == ["changed", "refused"]
    assert "row 2 says the same of 西村 already" in reason(preview, 3)


def test_buildings_of_a_layer(cache: PlanCache) -> None:
    points = {
        (117.001, 38.001): {"户数": 3, "bm": ""},
        (117.035, 38.005): {"户数": 12, "bm": ""},
        (118.5, 38.005): {"户数": 5, "bm": ""},
    }
    preview = look(cache, "households", layer(cache, points))
    assert states(preview) == ["changed", "added", "refused"]
    assert what(preview.rows[0]) == ["Code of the cell: – → 990101001201001"]
    assert reason(preview, 3) == "the point lies in no unit of the plan"
    save(cache, preview, only_good=True)
    stored = cache.workspace.load_buildings()
    assert list(stored["households"]) == [3, 12]
    assert stored["cell_code"].tolist() == [f"{WEST}001", f"{EAST}002"]
    again = look(cache, "households", layer(cache, points))
    assert states(again)[:2] == ["unchanged", "unchanged"]
    undo_last(cache.workspace, user=PLANNER, at=MORNING)
    assert len(cache.workspace.load_buildings()) == 1


def test_shifted_points_are_told_and_never_moved(cache: PlanCache) -> None:
    lon, lat = from_wgs84(Datum.BD09, np.array([117.0395]), np.array([38.0095]))
    x, y = float(lon[0]), float(lat[0])
    path = table(cache, ("村名", "经度", "纬度", "户数"), ("西村", x, y, 7))
    preview = look(cache, "households", path)
    assert preview.datums[0].datum is Datum.BD09
    assert any("BD-09" in str(note) for note in preview.notes)
    right = look(cache, "households", path, reading=Reading(datum=Datum.BD09))
    assert not right.notes
    save(cache, right)
    point = cache.workspace.load_buildings().geometry.iloc[-1]
    assert (shapely.get_x(point), shapely.get_y(point)) == pytest.approx((117.0395, 38.0095), abs=1e-6)


def test_metres_are_read_once_their_system_is_named(cache: PlanCache) -> None:
    path = table(cache, ("x", "y", "户数"), (500_087.0, 4_207_000.0, 7))
    assert states(look(cache, "households", path)) == ["refused"]
    placed = look(cache, "households", path, reading=Reading(crs="EPSG:4548"))
    assert str(placed.rows[0].who).startswith("117.0009")


def test_rows_out_of_reach(cache: PlanCache) -> None:
    west_only = User("wu", "Wu", Role.PLANNER, WEST)
    path = table(cache, HEADINGS, ("", "东村", 10, ""), ("", "西村", 20, ""))
    preview = look(cache, "households", path, user=west_only)
    assert states(preview) == ["changed", "refused"]
    assert "outside your scope" in reason(preview, 3)
    with pytest.raises(AccessError):
        look(cache, "households", path, user=COMMANDER)


def test_a_village_that_moved_on_is_a_conflict(cache: PlanCache) -> None:
    first = look(cache, "households", table(cache, HEADINGS, ("", "东村", 10, "")))
    save(cache, look(cache, "households", table(cache, HEADINGS, ("", "东村", 11, ""))))
    with pytest.raises(ConflictError, match="changed by"):
        save(cache, first)


def test_what_is_needed_is_named(cache: PlanCache) -> None:
    with pytest.raises(InputError, match=r"no column is taken for .*households"):
        look(cache, "households", table(cache, ("乡镇", "村名", "备注"), ("河东镇", "东村", "x")))
