"""Any edit of any tessellation keeps it exact, loses no household and can be taken back; or is refused."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gridmap.errors import InputError, TessellationError
from gridmap.geo.coverage.quality import check
from gridmap.geo.coverage.topology import Geometries, locate
from gridmap.geo.frames import Cells, Units
from gridmap.split.cut.units import split_units
from gridmap.split.edit.edit import Edited, edit, undone
from gridmap.split.rule import SplitRule
from tests.split.drawn_land import ISLANDS, RING, buildings, lands, units_of
from tests.split.edit.drawn_edits import random_command

RULE = SplitRule()


def equal(one: Cells, other: Cells) -> None:
    """The same rows in the same order: columns, and geometry to the last bit."""
    tables = [pd.DataFrame(cells.drop(columns="geometry")) for cells in (one, other)]
    pd.testing.assert_frame_equal(tables[0], tables[1], check_exact=True)
    shapes = [shapely.to_wkb(cells.geometry.to_numpy()).tolist() for cells in (one, other)]
    assert shapes[0] == shapes[1]


def sound(before: Cells, edited: Edited, units: Units) -> None:
    """An exact tessellation of the units, with all households, of which only the told rows are new."""
    cells = edited.cells
    quality = check(cells, units)
    assert quality.passed, quality
    assert cells["households"].sum() == pytest.approx(before["households"].sum(), abs=1e-6)
    assert cells["code"].is_unique
    told = {*edited.added, *edited.removed, *edited.changed, *edited.touched}
    kept = before[~before["code"].isin(told)].reset_index(drop=True)
    equal(cells[cells["code"].isin(kept["code"])].reset_index(drop=True), kept)
    assert set(edited.added) == set(cells["code"]) - set(before["code"])
    assert set(edited.removed) == set(before["code"]) - set(cells["code"])
    beside = list(edited.touched)
    areas = [frame.set_index("code").loc[beside].area for frame in (before, cells)]
    assert (areas[0] - areas[1]).abs().max() < 1e-3 or not beside


def edited_again_and_again(land: Geometries, edits: int, seed: int, *, by_places: bool) -> Counter[str]:
    """Carry out random edits on random land; what came of them."""
    random = np.random.default_rng(seed)
    units, points = units_of(*land), buildings(list(land), 150, seed % 1000)
    places = (shapely.get_coordinates(points.geometry.to_numpy()), points["weight"].to_numpy(dtype=float))
    cells = split_units(units, points, RULE).cells
    outcomes: Counter[str] = Counter()
    for _ in range(edits):
        command = random_command(cells, random, places[0])
        before = Cells(cells.copy(deep=True))
        try:
            edited = edit(cells, command, units=units, points=places if by_places else None)
        except (InputError, TessellationError) as refusal:
            outcomes[f"{type(refusal).__name__}: {refusal.message.text}"] += 1
            equal(cells, before)
            continue
        equal(cells, before)
        outcomes[type(command).__name__] += 1
        sound(before, edited, units)
        if by_places:
            counted = np.bincount(
                locate(places[0], edited.cells.geometry.to_numpy()),
                weights=places[1],
                minlength=len(edited.cells),
            )
            assert edited.cells["households"].to_numpy() == pytest.approx(counted)
        equal(undone(edited.cells, edited.undo), before)
        cells = edited.cells
    return outcomes


@given(lands, st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=10, derandomize=True)
def test_edits_keep_any_tessellation_exact(land: Geometries, seed: int, by_places: bool) -> None:
    edited_again_and_again(land, 10, seed, by_places=by_places)


@pytest.mark.parametrize("shape", [ISLANDS, RING], ids=["islands", "ring"])
def test_edits_keep_islands_and_holes_exact(shape: shapely.Geometry) -> None:
    outcomes = edited_again_and_again(np.array([shape], dtype=object), 35, seed=5, by_places=True)
    assert {"SplitByLine", "MergeCells", "Redraw", "Transfer"} <= set(outcomes)


@pytest.mark.slow
def test_a_thousand_edits_keep_tessellations_exact() -> None:
    @given(lands, st.integers(0, 2**32 - 1), st.booleans())
    @settings(
        max_examples=50,
        derandomize=True,
        phases=[Phase.generate],  # a smaller example would take minutes to find
    )
    def edits(land: Geometries, seed: int, by_places: bool) -> None:
        outcomes.update(edited_again_and_again(land, 40, seed, by_places=by_places))

    outcomes: Counter[str] = Counter()
    edits()
    refused = sum(count for outcome, count in outcomes.items() if outcome.startswith("InputError"))
    inexact = sum(count for outcome, count in outcomes.items() if outcome.startswith("TessellationError"))
    assert outcomes.total() - refused - inexact >= 1000, outcomes
    assert inexact <= 2, outcomes  # where the land itself has spikes thinner than a rounding
