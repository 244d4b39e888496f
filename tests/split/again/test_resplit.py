"""Splitting again: what still fits stays, codes survive, and what is not concerned is not touched."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.errors import InputError
from gridmap.geo.coverage.quality import check
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import Cells, Points, Units, check_cells, check_points, check_units
from gridmap.split.again.resplit import resplit
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cut.unit_task import Way
from gridmap.split.cut.units import split_units
from gridmap.split.edit.edit import undone
from gridmap.split.material import Material
from gridmap.split.rule import Method, SplitRule
from gridmap.split.straight.tree import from_json, leaf_codes
from tests.split.again.drawn_changes import changed, once_split, trees_of, villages, with_estate
from tests.split.drawn_land import ISLANDS, SHAPES, X, Y, block, buildings, lands, points_of, units_of
from tests.split.drawn_streets import households, quarters, streets

RULE = SplitRule()
VILLAGES = villages()


def same(one: Cells, other: Cells) -> None:
    """Equal to the byte: codes, columns and WKB."""
    tables = [pd.DataFrame(cells.drop(columns="geometry")) for cells in (one, other)]
    pd.testing.assert_frame_equal(tables[0], tables[1], check_exact=True)
    shapes = [shapely.to_wkb(cells.geometry.to_numpy()).tolist() for cells in (one, other)]
    assert shapes[0] == shapes[1]


def exact(cells: Cells, units: Units, points: Points | None = None) -> None:
    quality = check(cells, units, points)
    assert quality.passed, quality


def code_of_points(cells: Cells, points: Points) -> pd.Series:
    """The code of each point's cell; on a border the smallest."""
    pairs = gpd.sjoin(points[["geometry"]], cells[["code", "geometry"]], predicate="intersects")
    return pairs.groupby(level=0)["code"].min()


@given(lands, st.integers(1, 300), st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_where_nothing_changed_nothing_moves(land: Geometries, each: int, seed: int) -> None:
    units, points = units_of(*land), buildings(list(land), each, seed % 1000)
    before = once_split(units, points)
    done = resplit(units, points, RULE, before)
    same(done.cells, before.cells)
    assert len(done.exchange.before) == len(done.exchange.after) == 0
    assert all(change.moved == 0 and not change.new for change in done.changes)
    without_cuts = resplit(units, points, RULE, Previous(before.cells))
    same(without_cuts.cells, before.cells)


@given(lands, st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_where_no_area_changed_nothing_moves(land: Geometries, seed: int) -> None:
    units = units_of(*land, POP=np.random.default_rng(seed).integers(0, 5000, len(land)))
    before = once_split(units, None, weight="POP")
    done = resplit(units, None, RULE, before, weight="POP")
    same(done.cells, before.cells)


@given(lands, st.floats(0.5, 2), st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_any_change_of_a_load_by_area_leaves_an_exact_tessellation(
    land: Geometries, factor: float, seed: int
) -> None:
    units = units_of(*land, POP=np.random.default_rng(seed).integers(0, 5000, len(land)))
    before = once_split(units, None, weight="POP")
    now = check_units(units.assign(POP=units["POP"].astype(float) * [factor, *[1.0] * (len(land) - 1)]))
    done = resplit(now, None, RULE, before, weight="POP")
    exact(done.cells, units)
    assert done.cells["households"].sum() == pytest.approx(now["POP"].sum())
    assert all(change.moved == 0 for change in done.changes[1:])


@given(lands, st.integers(20, 200), st.floats(0, 1), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_any_change_leaves_an_exact_tessellation(
    land: Geometries, each: int, share: float, seed: int
) -> None:
    units, points = units_of(*land), buildings(list(land), each, seed % 1000)
    before = once_split(units, points)
    now = changed(points, share, seed)
    done = resplit(units, now, RULE, before)
    exact(done.cells, units, now)
    assert done.cells["households"].sum() == now["weight"].sum()
    assert done.cells["code"].is_unique
    for change in done.changes:
        assert change.moved <= change.households
        old = set(before.cells["code"][before.cells["parent_code"] == change.unit])
        assert set(change.kept) | set(change.retired) == old
    shuffled = resplit(
        check_units(units.sample(frac=1, random_state=seed % 1000)),
        check_points(now.sample(frac=1, random_state=seed % 1000)),
        RULE,
        replace(before, cells=check_cells(before.cells.sample(frac=1, random_state=seed % 1000))),
    )
    same(shuffled.cells, done.cells)
    assert shuffled.changes == done.changes
    same(sorted_by_code(undone(done.cells, done.exchange.reversed())), before.cells)


def sorted_by_code(cells: Cells) -> Cells:
    return Cells(cells.sort_values("code", ignore_index=True))


@pytest.mark.parametrize("unit", [0, 10, 24, 48])
def test_a_new_estate_changes_its_unit_alone(unit: int) -> None:
    units, points = units_of(*VILLAGES), buildings(list(VILLAGES), 100, seed=unit)
    before = once_split(units, points)
    households = int(points["weight"].sum())
    now = with_estate(points, VILLAGES[unit], int(0.03 * households), seed=unit)
    assert now["weight"].sum() / households == pytest.approx(1.03, abs=0.003)
    done = resplit(units, now, RULE, before)
    exact(done.cells, units, now)
    deviation = check(done.cells, units, now).mean_abs_dev
    assert deviation is not None
    assert deviation <= 0.01
    was, now_in = code_of_points(before.cells, points), code_of_points(done.cells, points)
    assert points["weight"][was != now_in].sum() <= 0.03 * households
    elsewhere = before.cells[before.cells["parent_code"] != f"U{unit}"].set_index("code")
    after = done.cells[done.cells["parent_code"] != f"U{unit}"].set_index("code")
    assert elsewhere.index.tolist() == after.index.tolist()
    assert np.abs(elsewhere.area - after.area).max() <= 1e-3
    untouched = [code for code in elsewhere.index if code not in done.touched]
    assert shapely.equals_exact(elsewhere.geometry[untouched], after.geometry[untouched]).all()


def test_one_unit_alone_is_split_again() -> None:
    units, points = units_of(*VILLAGES), buildings(list(VILLAGES), 100, seed=1)
    before = once_split(units, points)
    now = with_estate(with_estate(points, VILLAGES[24], 900, 1), VILLAGES[3], 900, 2)
    done = resplit(units, now, RULE, before, only=frozenset({"U24"}))
    assert [change.unit for change in done.changes] == ["U24"]
    change = done.changes[0]
    assert change.new
    assert 0 < change.share < 1
    old = before.cells[before.cells["parent_code"] != "U24"].set_index("code")
    new = done.cells[done.cells["parent_code"] != "U24"].set_index("code")
    same_rows = [code for code in old.index if code not in done.touched]
    same(old.loc[same_rows].reset_index(), new.loc[same_rows].reset_index())
    exact(done.cells, units)
    assert done.touched
    report = done.report()
    assert list(report.columns) == [
        "unit", "way", "kept", "new", "retired", "households", "moved", "share",
    ]  # fmt: skip
    assert report["new"].item() == len(change.new)
    assert done.cuts["code"].tolist() == ["U24"]
    codes = leaf_codes(from_json(done.cuts["tree"].item()))
    assert sorted(codes) == done.cells["code"][done.cells["parent_code"] == "U24"].tolist()


def test_a_second_change_follows_the_tree_of_the_first() -> None:
    units, points = units_of(*VILLAGES[:4]), buildings(list(VILLAGES[:4]), 100, seed=1)
    before = once_split(units, points)
    now = with_estate(points, VILLAGES[2], 900, 1)
    first = resplit(units, now, RULE, before)
    trees = dict(before.trees) | {
        code: from_json(text) for code, text in zip(first.cuts["code"], first.cuts["tree"], strict=True)
    }
    again = resplit(units, now, RULE, Previous(first.cells, trees, first.used))
    same(again.cells, first.cells)


def test_codes_are_never_used_twice() -> None:
    shape = block(0, 0, 1500, 1000)
    units, points = units_of(shape), buildings([shape], 100, seed=4)
    before = once_split(units, points)
    few = check_points(points.iloc[:30])
    fewer = resplit(units, few, RULE, before)
    retired = set(fewer.changes[0].retired)
    assert retired
    more = resplit(units, points, RULE, Previous(fewer.cells, before.trees, fewer.used))
    assert not retired & set(more.cells["code"])
    assert more.cells["seq"].max() > before.cells["seq"].max()
    numbered = replace(before, used={"U0": 77})
    grown = resplit(units, with_estate(points, shape, 900, 2), RULE, numbered)
    assert grown.changes[0].new[0] == "U0-078"
    assert grown.used == {"U0": 77 + len(grown.changes[0].new)}


@given(st.integers(0, 10_000), st.integers(0, 6), st.sampled_from(["land", "islands", "ring"]))
@settings(max_examples=25)
def test_locked_cells_are_never_touched(seed: int, locked: int, where: str) -> None:
    shape = {"land": block(0, 0, 1500, 1500), "islands": ISLANDS, "ring": SHAPES["ring"]}[where]
    units, points = units_of(shape), buildings([shape], 150, seed)
    before = once_split(units, points)
    chosen = np.random.default_rng(seed).permutation(before.cells["code"].to_numpy())[:locked]
    now = with_estate(changed(points, 0.8, seed), shape, 700, seed)
    done = resplit(units, now, RULE, replace(before, locked=frozenset(chosen)))
    exact(done.cells, units, now)
    assert done.cells["households"].sum() == now["weight"].sum()
    apart = old_and_new(before.cells, done.cells, list(chosen))
    assert (apart <= 1e-6).all()


def old_and_new(old: Cells, new: Cells, codes: list[str]) -> np.ndarray:
    """By code the area that is in only one of the two cells."""
    shapes = [np.array([*cells.set_index("code").geometry[codes]], dtype=object) for cells in (old, new)]
    return np.atleast_1d(shapely.area(shapely.symmetric_difference(shapes[0], shapes[1])))


def test_a_unit_of_locked_cells_alone_stays() -> None:
    shape = block(0, 0, 1500, 1500)
    units, points = units_of(shape), buildings([shape], 100, seed=4)
    before = once_split(units, points)
    everything = replace(before, locked=frozenset(before.cells["code"]))
    done = resplit(units, with_estate(points, shape, 900, 2), RULE, everything)
    assert (done.cells.geometry == before.cells.geometry).all()
    assert done.cells["households"].sum() > before.cells["households"].sum()


def test_another_method_cuts_anew_and_keeps_what_codes_it_can() -> None:
    shape = block(0, 0, 1500, 1500)
    units, points = units_of(shape), buildings([shape], 150, seed=4)
    before = once_split(units, points)
    rule = SplitRule(method=Method.HEX, edge=400)
    done = resplit(units, points, rule, before)
    exact(done.cells, units, points)
    assert set(done.cells["method"]) == {"hex"}
    assert done.changes[0].way is Way.FRESH
    assert done.cuts["tree"].item() == ""


@pytest.mark.parametrize("method", [Method.BISECT, Method.BLOCKS, Method.SQUARE, Method.HEX])
def test_every_method_keeps_its_cells_and_takes_in_an_estate(method: Method) -> None:
    land, rule = quarters(2000, 5, seed=4), SplitRule(method=method, edge=400)
    units, points = units_of(*land), households(2000, seed=4)
    material = Material(lines=streets(2000, 130, seed=3))
    split = split_units(units, points, rule, material=material)
    trees = trees_of(split) if method is Method.BISECT else {}
    before = Previous(split.cells, trees)
    same(resplit(units, points, rule, before, material=material).cells, before.cells)
    now = with_estate(points, land[2], 900, seed=1)
    done = resplit(units, now, rule, before, material=material)
    exact(done.cells, units, now)
    assert done.cells["households"].sum() == now["weight"].sum()
    elsewhere = [cells["code"][cells["parent_code"] != "U2"].tolist() for cells in (before.cells, done.cells)]
    assert method is not Method.BISECT or elsewhere[0] == elsewhere[1]


def test_integer_households_stay_integers_and_other_columns_stay() -> None:
    shape = block(0, 0, 1500, 1500)
    units, points = units_of(shape), buildings([shape], 100, seed=4)
    before = once_split(units, points)
    cells = before.cells.assign(
        households=before.cells["households"].astype("int64"), name="name", note=range(len(before.cells))
    )
    now = with_estate(points, shape, 900, 2)
    done = resplit(units, now, RULE, replace(before, cells=check_cells(cells)))
    assert done.cells["households"].dtype == "int64"
    assert done.cells["households"].sum() == now["weight"].sum()
    new = done.cells["code"].isin(done.changes[0].new)
    assert set(done.cells["name"][new]) == {""}
    assert set(done.cells["name"][~new]) == {"name"}


def test_bad_input_is_refused() -> None:
    units, points = units_of(*VILLAGES[:3]), buildings(list(VILLAGES[:3]), 60, seed=1)
    before = once_split(units, points)
    with pytest.raises(InputError, match="no unit U9"):
        resplit(units, points, RULE, before, only=frozenset({"U9"}))
    moved = units_of(*VILLAGES[:2], shapely.buffer(VILLAGES[2], -1, join_style="mitre"))
    with pytest.raises(InputError, match="Unit U2 is not what its cells cover"):
        resplit(moved, points, RULE, before)
    unsplit = units_of(*VILLAGES[:4])
    with pytest.raises(InputError, match="Unit U3 is not what its cells cover"):
        resplit(unsplit, points, RULE, before)
    with pytest.raises(InputError, match="one projected coordinate system"):
        resplit(units, check_points(points.to_crs("EPSG:4326")), RULE, before)


def test_points_outside_and_none_at_all() -> None:
    units, points = units_of(*VILLAGES[:3]), buildings(list(VILLAGES[:3]), 60, seed=1)
    before = once_split(units, points)
    far = points_of(np.array([[X - 9000.0, Y - 9000.0]]), np.array([5]))
    done = resplit(units, far, RULE, before, only=frozenset({"U1"}))
    exact(done.cells, units)
    assert done.cells["households"][done.cells["parent_code"] == "U1"].sum() == 0
