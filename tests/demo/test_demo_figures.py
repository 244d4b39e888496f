"""Counts, codes and names of the generated county."""

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import fields
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest

from gridmap.demo.county import County, make_county
from gridmap.demo.extent import SMALL
from gridmap.model.people import Function, TargetKind
from gridmap.model.plan import DEFAULT_LIMITS
from gridmap.model.sites import CheckpointKind, GateState, SiteKind, TeamKind

DIGEST = """
import datetime, hashlib, pandas
from gridmap.demo.county import make_county
from gridmap.demo.extent import SMALL
county = make_county(7, datetime.date(2020, 2, 10), SMALL)
tables = [value for value in vars(county).values() if isinstance(value, pandas.DataFrame)]
print(len(tables), hashlib.sha256("".join(table.to_csv() for table in tables).encode()).hexdigest())
"""
TABLES = [field.name for field in fields(County) if field.name not in {"title", "clock", "faults"}]


@pytest.mark.slow
def test_the_full_county_has_the_numbers_it_promises(full: County) -> None:
    units, cells, loads = full.units, full.cells, full.cells.groupby("parent_code")["households"].sum()
    assert Counter(units["kind"])["subdistrict"] == 2
    assert Counter(units["kind"])["town"] == 6
    assert Counter(units["kind"])["township"] == 8
    assert len(loads) == pytest.approx(500, rel=0.05)
    assert len(cells) == pytest.approx(903, rel=0.03)
    assert loads.sum() == pytest.approx(340_000, rel=0.005)
    assert 30_000 <= len(full.buildings) <= 40_000
    infeasible = (loads < 300) | loads.between(501, 599)
    assert 0 < infeasible.sum() <= 0.05 * len(loads)
    assert (~cells.groupby("parent_code")["feasible"].all() == infeasible).all()
    in_range = cells.loc[cells["feasible"], "households"].between(300, 500)
    assert in_range.mean() > 0.99
    assert (full.checkpoints["gate_state"] != "sealed").sum() == 60
    assert len(full.contact_sites) == 320


@pytest.mark.slow
def test_most_members_hold_one_cell_and_some_two_or_three(full: County) -> None:
    members = full.posts[(full.posts["function"] == "member") & (full.posts["target_kind"] == "cell")]
    open_now = members[(members["valid_from"] <= full.clock) & ~(members["valid_to"] <= full.clock)]
    held = Counter(open_now.groupby("person_id").size())
    assert 850 <= sum(held.values()) <= 1_100
    assert held[1] > 0.7 * sum(held.values())
    assert held[2] > 20
    assert held[3] > 5


@pytest.mark.slow
def test_vacancies_gather_in_some_townships(full: County) -> None:
    posts = full.posts[full.posts["target_kind"] == "cell"]
    held = posts[(posts["valid_from"] <= full.clock) & ~(posts["valid_to"] <= full.clock)]["target_code"]
    vacant = full.cells[full.cells["active"] & ~full.cells["code"].isin(held)]["code"].str[:9].value_counts()
    assert len(vacant) <= 8
    assert vacant.iloc[0] >= 10


def test_codes_have_their_widths_and_nest(small: County) -> None:
    assert small.units["code"].is_unique
    assert small.units["code"].str.fullmatch(r"990101\d{6}").all()
    parents = small.units.set_index("code")["parent_code"].dropna()
    villages = small.units[small.units["level"] == "village"]
    assert (villages["code"].str[:9] + "000" == villages["parent_code"]).all()
    assert set(parents) <= set(small.units["code"])
    number = villages["code"].str[9:].astype(int)
    assert (number.between(1, 199) == (villages["kind"] == "community")).all()
    assert (number.between(200, 399) == (villages["kind"] == "village")).all()
    assert small.cells["code"].str.fullmatch(r"990101\d{9}").all()
    assert (small.cells["code"].str[:12] == small.cells["parent_code"]).all()


def test_cells_are_named_after_their_unit(small: County) -> None:
    names = small.units.set_index("code")["name"]
    expected = names[small.cells["parent_code"]].to_numpy() + "第" + small.cells["seq"].astype(str) + "网格"
    assert (small.cells["name"] == expected).all()
    assert small.cells["bounds_note"].str.fullmatch(r"东至[^,]+,南至[^,]+,西至[^,]+,北至[^,]+").all()


@pytest.mark.slow
def test_names_of_units_are_unique_inside_a_township_and_a_few_recur_elsewhere(full: County) -> None:
    villages = full.units[full.units["level"] == "village"]
    assert not villages.duplicated(["parent_code", "name"]).any()
    assert 1 <= villages["name"].duplicated().sum() <= 8


def test_nobody_can_be_called(small: County) -> None:
    assert small.people["phone"].str.fullmatch(r"100\d{8}").all()
    assert small.people["phone"].is_unique
    assert small.checkpoints["emergency_phone"].str.fullmatch(r"100\d{8}").all()
    assert small.people["name"].map(lambda name: bool(re.fullmatch(r"[一-鿿]{2,3}", name))).all()


def test_every_reference_names_something(small: County) -> None:
    units, cells = set(small.units["code"]), set(small.cells["code"])
    teams, people = set(small.teams["id"]), set(small.people["id"])
    targets = {
        "unit": units,
        "cell": cells,
        "checkpoint": set(small.checkpoints["code"]),
        "contact_site": set(small.contact_sites["code"]),
    }
    assert set(small.posts["person_id"]) <= people
    for kind, codes in small.posts.groupby("target_kind")["target_code"]:
        assert set(codes) <= targets[str(kind)]
    assert set(small.contact_sites["team_id"]) | set(small.checkpoints["team_id"]) <= teams
    assert set(small.visits["site_code"]) <= targets["contact_site"]
    assert set(small.visits["team_id"]) | set(small.people["team_id"].dropna()) <= teams
    assert set(small.people["unit_code"]) | set(small.teams["unit_code"]) <= units
    assert set(small.checkpoints["second_unit_code"].dropna()) <= units


def test_values_are_those_of_the_model(small: County) -> None:
    assert set(small.posts["function"]) <= {function.value for function in Function}
    assert set(small.posts["target_kind"]) == {kind.value for kind in TargetKind}
    assert set(small.contact_sites["kind"]) == {kind.value for kind in SiteKind}
    assert set(small.checkpoints["kind"]) == {kind.value for kind in CheckpointKind}
    assert set(small.checkpoints["gate_state"]) <= {state.value for state in GateState}
    assert set(small.teams["kind"]) == {kind.value for kind in TeamKind}
    assert set(DEFAULT_LIMITS) & {Function(value) for value in small.posts["function"]}


@pytest.mark.slow
def test_posts_begin_before_they_end_and_some_are_past_or_planned(full: County) -> None:
    posts = full.posts
    ended = posts["valid_to"].notna()
    assert (posts["valid_to"] > posts["valid_from"])[ended].all()
    at_cells = posts[posts["target_kind"] == "cell"]
    assert (at_cells["valid_to"] <= full.clock).sum() > 10
    assert (at_cells["valid_from"] > full.clock).sum() > 10


def test_nobody_is_on_duty_at_two_places_at_once(small: County) -> None:
    duty = small.posts[small.posts["target_kind"] == "checkpoint"].sort_values(["person_id", "valid_from"])
    same = duty["person_id"] == duty["person_id"].shift()
    assert not (same & (duty["valid_from"] < duty["valid_to"].shift())).any()


def test_all_times_follow_the_date(small: County) -> None:
    later = make_county(7, date(2021, 6, 1), SMALL)
    shift = later.clock - small.clock
    assert (later.posts["valid_from"] - small.posts["valid_from"] == shift).all()
    assert (later.visits["visited_at"] - small.visits["visited_at"] == shift).all()
    assert small.visits["visited_at"].max() <= small.clock


def test_the_same_seed_and_date_give_equal_tables(small: County) -> None:
    again = make_county(7, date(2020, 2, 10), SMALL)
    assert again.faults == small.faults
    for name in TABLES:
        first, second = getattr(small, name), getattr(again, name)
        if isinstance(first, gpd.GeoDataFrame):
            assert (first.geometry.to_wkb() == second.geometry.to_wkb()).all()
            first, second = pd.DataFrame(first.drop(columns="geometry")), second.drop(columns="geometry")
        pd.testing.assert_frame_equal(first, pd.DataFrame(second), obj=name)


@pytest.mark.slow
def test_nothing_depends_on_the_order_of_hashes() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert digests != {""}


def test_another_seed_gives_another_county(small: County) -> None:
    other = make_county(8, date(2020, 2, 10), SMALL)
    assert not shapes_equal(other, small)


def shapes_equal(one: County, other: County) -> bool:
    return bool(one.units.geometry.iloc[0].equals(other.units.geometry.iloc[0]))
