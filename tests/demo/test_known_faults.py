"""The planted faults are found again: in the stored workspace, by the app's own evaluation and by hand."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.random import default_rng

from gridmap.demo.county import County
from gridmap.demo.extent import FULL, SMALL
from gridmap.demo.faults import KnownFaults, choose_faults
from gridmap.demo.workspace import DemoSummary, write_demo
from gridmap.errors import StoreError
from gridmap.measure.evaluate import evaluate
from gridmap.measure.registry import indicators
from gridmap.measure.scope import within
from gridmap.model.plan import Plan
from gridmap.store.repository import Workspace
from tests.prepared import demo_in

DAY = date(2020, 2, 10)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return demo_in(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def written_full(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return demo_in(tmp_path_factory.mktemp("demo"), FULL)


@pytest.fixture(params=["written", pytest.param("written_full", marks=pytest.mark.slow)])
def summary(request: pytest.FixtureRequest) -> DemoSummary:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, DemoSummary)
    return found


def found_by_evaluation(plan: Plan, at: datetime) -> KnownFaults:
    result = evaluate(plan, at)
    cells, posts, sites = (
        Counter(state) for state in (result.cells, result.checkpoints["state"], result.sites["state"])
    )
    villages = plan.units.index[plan.units["level"] == "village"]
    figures = {figure.key: figure for figure in indicators(within(plan, result, ""))}
    return KnownFaults(
        vacant_cells=cells["vacant"],
        overloaded_cells=cells["overloaded"],
        overloaded_people=int(result.loads["over"].groupby("person_id").any().sum()),
        villages_without_head=int((~result.units.loc[villages, "headed"]).sum()),
        empty_checkpoints=posts["empty"],
        short_checkpoints=posts["short"],
        unvisited_sites=sites["unvisited"],
        overdue_sites=sites["overdue"],
        empty_tonight=int(figures["gaps_tonight"].numerator),
        people_without_rest=int(figures["without_rest"].numerator),
        people_not_arrived=int(figures["arrival"].denominator - figures["arrival"].numerator),
    )


def found_by_hand(plan: Plan, at: datetime) -> KnownFaults:
    """The definitions once more, row by row."""
    rows = plan.posts.to_dict("records")
    posts = [post for post in rows if post["valid_from"] <= at and not post["valid_to"] <= at]
    answer = {(p["target_code"], p["person_id"], p["function"]) for p in posts if p["target_kind"] == "cell"}
    answer = {row for row in answer if row[2] in {"head", "member"} and plan.cells.at[row[0], "active"]}
    held = Counter((person, function) for _, person, function in answer)
    over = {key for key, count in held.items() if count > {"head": 7, "member": 3}[key[1]]}
    at_cell: dict[str, list[bool]] = {code: [] for code in plan.cells.index[plan.cells["active"]]}
    for code, person, function in answer:
        at_cell[code].append((person, function) in over)
    headed = {
        p["target_code"] for p in posts if (p["target_kind"], p["function"], p["tier"]) == ("unit", "head", 2)
    }
    duty = {(p["target_code"], p["person_id"]) for p in posts if p["target_kind"] == "checkpoint"}
    on_duty = Counter(code for code, _ in duty)
    counted = plan.checkpoints[plan.checkpoints["gate_state"] != "sealed"]
    gates = dict(zip(counted.index, counted["minimum_staff"], strict=True))
    past = plan.visits[plan.visits["visited_at"] <= at].groupby("site_code")["visited_at"].max()
    last = {code: past.get(code) for code in plan.contact_sites.index}
    days = plan.contact_sites["visit_days"]
    shifts = [row for row in rows if row["target_kind"] == "checkpoint"]
    quarters = [at.replace(hour=18) + timedelta(minutes=15 * step) for step in range(14 * 4)]
    manned: dict[str, list[datetime]] = {code: [] for code in gates}
    for shift in shifts:
        hours = [quarter for quarter in quarters if shift["valid_from"] <= quarter < shift["valid_to"]]
        manned[shift["target_code"]] += hours
    worked = {(shift["person_id"], shift["valid_from"].date()) for shift in shifts}
    weary = [
        person
        for person in {person for person, _ in worked}
        if all((person, at.date() - timedelta(days=day)) in worked for day in range(7))
    ]
    bureaus = set(plan.people.index[plan.people["sending_unit"].str.startswith("县", na=False)])
    bureaus |= set(plan.people.index[plan.people["sending_unit"] == "团县委"])
    sent = [p for p in posts if p["person_id"] in bureaus and p["target_kind"] != "checkpoint"]
    return KnownFaults(
        vacant_cells=sum(not overs for overs in at_cell.values()),
        overloaded_cells=sum(bool(overs) and all(overs) for overs in at_cell.values()),
        overloaded_people=len({person for person, _ in over}),
        villages_without_head=sum(
            code not in headed for code in plan.units.index[plan.units["level"] == "village"]
        ),
        empty_checkpoints=sum(on_duty[code] == 0 for code in gates),
        short_checkpoints=sum(0 < on_duty[code] < minimum for code, minimum in gates.items()),
        unvisited_sites=sum(moment is None for moment in last.values()),
        overdue_sites=sum(
            moment is not None and at - moment > timedelta(days=int(days[code]))
            for code, moment in last.items()
        ),
        empty_tonight=sum(len(set(hours)) < len(quarters) for hours in manned.values()),
        people_without_rest=len(weary),
        people_not_arrived=len({p["person_id"] for p in sent if pd.isna(p["arrived_at"])}),
    )


def test_the_stored_workspace_holds_exactly_the_planted_faults(summary: DemoSummary) -> None:
    plan = Workspace.open(summary.path).load_plan()
    assert plan.demo_clock == summary.clock == datetime(2020, 2, 10, 22)
    assert found_by_evaluation(plan, summary.clock) == summary.faults
    assert found_by_hand(plan, summary.clock) == summary.faults


def test_every_township_has_its_head(summary: DemoSummary) -> None:
    plan = Workspace.open(summary.path).load_plan()
    townships = plan.units.index[plan.units["level"] == "township"]
    assert evaluate(plan, summary.clock).units.loc[townships, "headed"].all()


@pytest.mark.slow
def test_the_faults_of_the_full_county_are_those_that_are_published(written_full: DemoSummary) -> None:
    assert written_full.faults == KnownFaults(
        vacant_cells=37,
        overloaded_cells=9,
        overloaded_people=2,
        villages_without_head=2,
        empty_checkpoints=3,
        short_checkpoints=4,
        unvisited_sites=12,
        overdue_sites=5,
        empty_tonight=6,
        people_without_rest=5,
        people_not_arrived=6,
    )


def test_time_changes_who_is_on_duty(summary: DemoSummary) -> None:
    plan = Workspace.open(summary.path).load_plan()
    now = Counter(evaluate(plan, summary.clock).checkpoints["state"])
    after_midnight = Counter(evaluate(plan, summary.clock + timedelta(hours=3)).checkpoints["state"])
    assert after_midnight["empty"] > now["empty"]


def test_what_is_stored_is_what_was_made(written: DemoSummary, small: County) -> None:
    workspace = Workspace.open(written.path)
    plan, shapes = workspace.load_plan(), workspace.load_shapes()
    assert written.counts["buildings"] == len(workspace.load_buildings()) == len(small.buildings)
    assert written.households == small.buildings["households"].sum()
    for name in ("units", "cells", "people", "posts", "teams", "checkpoints", "contact_sites", "visits"):
        assert len(getattr(plan, name)) == len(getattr(small, name)) == written.counts[name]
    stored = np.asarray(shapes.cells.loc[small.cells["code"]])
    assert shapely.equals(stored, small.cells.geometry.to_numpy()).all()
    assert set(workspace.load_cuts().index) == set(small.cells["parent_code"])
    assert not plan.people["phone"].str.fullmatch(r"\d{11}").any()


def test_two_files_of_one_seed_hold_equal_tables(written: DemoSummary, tmp_path: Path) -> None:
    again = write_demo(tmp_path / "again.gpkg", 7, DAY, SMALL)
    one, two = Workspace.open(written.path).load_plan(), Workspace.open(again.path).load_plan()
    for name in ("units", "cells", "people", "posts", "teams", "checkpoints", "contact_sites", "visits"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.gpkg"
    path.write_text("mine")
    with pytest.raises(StoreError):
        write_demo(path, 7, DAY, SMALL)
    assert path.read_text() == "mine"


def test_the_summary_is_plain(written: DemoSummary) -> None:
    plain = written.as_plain()
    assert plain["clock"] == "2020-02-10T22:00:00"
    assert plain["faults"] == vars(written.faults)


def test_faults_do_not_overlap(small: County) -> None:
    cells = small.cells.set_index("code", drop=False)
    gates, sites = small.checkpoints["code"].tolist(), small.contact_sites["code"].tolist()
    for seed in range(10):
        planting = choose_faults(SMALL.faults, 2, cells, gates, sites, default_rng(seed))
        overloaded = [code for run in planting.overloaded for code in run]
        at_fault = [*planting.inactive, *planting.vacant, *overloaded]
        assert len(at_fault) == len(set(at_fault))
        assert not set(planting.empty) & set(planting.short)
        assert not set(planting.unvisited) & set(planting.overdue)
        assert not set(planting.empty_later) & ({*planting.empty, *planting.short} | set(planting.restless))
        assert planting.known().vacant_cells == SMALL.faults.vacant_cells
