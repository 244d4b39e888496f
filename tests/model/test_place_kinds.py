"""Kinds of place: each has an entry that fits plan and store, and one rule says which scope reaches it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import NotFoundError
from gridmap.model.access import Role, User, covers, may_post, nearest
from gridmap.model.people import TargetKind
from gridmap.model.place_kinds import KIND_OF_TABLE, PLACE_KINDS
from gridmap.store.tables import METADATA, geometry_kind
from tests.plans import plan

CODES = ("990101001000", "990101001201", "990101001202", "990101002000", "990101002201", "990102000000")
GATES = st.lists(st.tuples(st.sampled_from(CODES), st.none() | st.sampled_from(CODES)), max_size=6)
SCOPES = st.sampled_from(("", "99", *CODES, "990199000000"))


def gates_of(pairs: list[tuple[str, str | None]]) -> pd.DataFrame:
    """Checkpoints at these units, as `Plan.checkpoints`."""
    columns = ["unit_code", "second_unit_code"]
    index = pd.Index([f"k{place}" for place in range(len(pairs))], name="code")
    return pd.DataFrame(pairs, columns=columns, index=index, dtype=object).assign(name="Gate", version=1)


@pytest.mark.parametrize("kind", TargetKind)
def test_an_entry_fits_the_plan_and_the_store(kind: TargetKind) -> None:
    entry, drawn = PLACE_KINDS[kind], plan()
    table = METADATA.tables[entry.table]
    assert {*entry.units, "code", "name", "version"} <= set(table.columns.keys())
    assert (geometry_kind(table) == "POINT") == entry.is_point
    assert set(entry.units) <= set(drawn.table(kind).columns)
    assert ({"lon", "lat"} <= set(drawn.table(kind).columns)) == entry.is_point
    assert KIND_OF_TABLE[entry.table] is kind


def test_a_unit_and_a_cell_stand_for_themselves_and_a_gate_for_both_its_units() -> None:
    drawn = plan()
    told = {
        (kind, code): drawn.reached_by(kind, code)
        for kind, code in (
            (TargetKind.UNIT, "N1"),
            (TargetKind.CELL, "c1"),
            (TargetKind.CHECKPOINT, "k1"),
            (TargetKind.CHECKPOINT, "k2"),
            (TargetKind.CONTACT_SITE, "s3"),
        )
    }
    assert list(told.values()) == [("N1",), ("c1",), ("N1", "S1"), ("N2",), ("S1",)]
    assert drawn.place(TargetKind.CHECKPOINT, "k1")["name"] == "Gate1"


@pytest.mark.parametrize("kind", TargetKind)
def test_a_place_that_is_not_there_is_told(kind: TargetKind) -> None:
    with pytest.raises(NotFoundError, match="no place with the code nowhere"):
        plan().place(kind, "nowhere")


@given(pairs=GATES, scope=SCOPES)
def test_one_row_and_many_rows_are_reached_alike(pairs: list[tuple[str, str | None]], scope: str) -> None:
    gates = gates_of(pairs)
    drawn, entry = plan(checkpoints=gates), PLACE_KINDS[TargetKind.CHECKPOINT]
    columns: list[list[Any]] = [list(column) for column in entry.reaching(gates)]
    for place, (code, pair) in enumerate(zip(gates.index, pairs, strict=True)):
        reached = drawn.reached_by(TargetKind.CHECKPOINT, code)
        assert set(reached) == {unit for unit in pair if unit} == {column[place] for column in columns}
        assert covers(scope, nearest(scope, reached)) == any(covers(scope, unit) for unit in reached)


@given(pairs=GATES, units=st.sets(st.sampled_from(CODES)))
def test_a_joint_checkpoint_lies_in_both_its_units(
    pairs: list[tuple[str, str | None]], units: set[str]
) -> None:
    found = PLACE_KINDS[TargetKind.CHECKPOINT].inside(gates_of(pairs), pd.Index(sorted(units)))
    assert found.tolist() == [bool(units & set(pair)) for pair in pairs]


@given(scope=SCOPES, unit=st.sampled_from(("", *CODES)))
def test_who_belongs_to_no_unit_is_everybodys_to_post(scope: str, unit: str) -> None:
    user = User("li", "Li", Role.PLANNER, scope)
    assert may_post(user, unit) == (unit == "" or covers(scope, unit))


def test_a_place_without_a_unit_is_the_whole_plans() -> None:
    assert nearest("9901", ()) == ""
