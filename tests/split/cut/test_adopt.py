from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.geo.coverage.quality import check
from gridmap.split.cut.findings import FindingKind
from gridmap.split.cut.units import Split, split_units
from gridmap.split.material import Material
from gridmap.split.rule import Method, SplitRule
from tests.split.drawn_land import CRS, block, buildings, units_of

RULE = SplitRule(method=Method.ADOPT)
WEST, EAST = block(0, 0, 1000, 1000), block(1000, 0, 2000, 1000)


def adopted(drawn: Mapping[str, shapely.Geometry], *units: shapely.Geometry) -> Split:
    shapes = gpd.GeoSeries(drawn, crs=CRS)
    frame = units_of(*units, households=[1000] * len(units))
    split = split_units(frame, None, RULE, material=Material(drawn=shapes))
    quality = check(split.cells, frame)
    assert quality.passed
    assert quality.multipart == 0
    return split


def told(split: Split, kind: FindingKind) -> dict[str, float]:
    rows = split.findings[split.findings["kind"] == kind]
    return {str(row["name"]): round(row["area_m2"]) for _, row in rows.iterrows()}


def test_cells_that_fit_are_taken_as_they_are() -> None:
    drawn = {"A": block(0, 0, 500, 1000), "B": block(500, 0, 1000, 1000), "C": EAST}
    split = adopted(drawn, WEST, EAST)
    assert dict(zip(split.cells["name"], split.cells["area_m2"], strict=True)) == {
        "A": 500_000,
        "B": 500_000,
        "C": 1_000_000,
    }
    assert split.findings.empty
    assert set(split.cells["method"]) == {"adopt"}


def test_a_cell_over_the_border_belongs_where_most_of_it_lies() -> None:
    drawn = {"A": block(0, 0, 1040, 1000), "B": block(1040, 0, 2000, 1000)}
    split = adopted(drawn, WEST, EAST)
    assert split.cells["name"].tolist() == ["A", "B"]
    assert split.cells["parent_code"].tolist() == ["U0", "U1"]
    assert told(split, FindingKind.JOINED) == {"A": 40_000}


def test_a_large_part_in_another_unit_becomes_a_cell_there() -> None:
    drawn = {"A": block(0, 0, 1400, 1000), "B": block(1400, 0, 2000, 1000)}
    split = adopted(drawn, WEST, EAST)
    assert split.cells["name"].tolist() == ["A", "", "B"]
    assert told(split, FindingKind.CUT_OFF) == {"A": 400_000}


def test_gaps_overlaps_and_what_nobody_drew_are_told() -> None:
    drawn = {"A": block(0, 0, 505, 1000), "B": block(500, 0, 990, 1000), "C": block(1000, 0, 1500, 1000)}
    split = adopted(drawn, WEST, EAST)
    assert told(split, FindingKind.DOUBLE) == {"": 5000}
    assert told(split, FindingKind.JOINED) == {"": 10_000}
    assert told(split, FindingKind.UNDRAWN) == {"": 500_000}


def test_cells_that_vanish_are_told() -> None:
    drawn = {
        "A": block(0, 0, 1000, 1000),
        "far": block(9000, 0, 9500, 1000),
        "under A": block(-5, -5, 1005, 1005),
    }
    split = adopted(drawn, WEST)
    assert set(told(split, FindingKind.LOST)) == {"far", "under A"}


def test_bow_ties_and_cells_in_two_parts_are_mended() -> None:
    bow_tie = shapely.Polygon(
        [(500_000, 4_200_000), (500_500, 4_201_000), (500_500, 4_200_000), (500_000, 4_201_000)]
    )
    two = shapely.MultiPolygon([block(500, 0, 700, 1000), block(800, 0, 1000, 1000)])
    split = adopted({"tie": bow_tie, "two": two}, WEST)
    assert {"tie", "two"} <= set(split.cells["name"])


def test_a_unit_without_drawn_cells_is_one_cell() -> None:
    split = adopted({"A": EAST}, WEST, EAST)
    assert split.cells["name"].tolist() == ["", "A"]
    assert told(split, FindingKind.UNDRAWN) == {"": 1_000_000}


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), noise=st.sampled_from([0.0, 0.2, 1.0, 5.0]))
def test_a_noisy_drawing_becomes_an_exact_tessellation(seed: int, noise: float) -> None:
    units = units_of(WEST, EAST)
    cells = split_units(units, buildings([WEST, EAST], 80, seed), SplitRule()).cells
    random = np.random.default_rng(seed)
    drawn = {
        str(code): shaken(cell, noise, random)
        for code, cell in zip(cells["code"], cells.geometry, strict=True)
    }
    split = adopted(drawn, WEST, EAST)
    assert set(split.cells["name"]) >= set(cells["code"])
    after = dict(zip(split.cells["name"], split.cells.geometry, strict=True))
    for code, before in zip(cells["code"], cells.geometry, strict=True):
        union = shapely.area(before.union(after[code]))
        assert shapely.area(before.intersection(after[code])) / union > 1 - 0.02 * (1 + noise)


def shaken(cell: shapely.Geometry, noise: float, random: np.random.Generator) -> shapely.Polygon:
    """A cell whose corners a careless hand moved."""
    corners = shapely.get_coordinates(cell)[:-1]
    return shapely.Polygon(corners + random.normal(0, noise, corners.shape))


@pytest.mark.parametrize("sliver", [0.0, 0.5])
def test_the_share_of_a_sliver_is_the_users_choice(sliver: float) -> None:
    drawn = gpd.GeoSeries({"A": block(0, 0, 1400, 1000), "B": block(1400, 0, 2000, 1000)}, crs=CRS)
    frame = units_of(WEST, EAST, households=[1, 1])
    split = split_units(
        frame, None, SplitRule(method=Method.ADOPT, sliver=sliver), material=Material(drawn=drawn)
    )
    assert len(split.cells) == (3 if sliver == 0 else 2)
