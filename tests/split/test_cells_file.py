"""What a cells file remembers: trees, sizes, and numbers that are never given again."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from gridmap.errors import InputError
from gridmap.geo.code_scheme import SCHEMES
from gridmap.geo.frames import Cells, check_cells
from gridmap.geo.sizes import CellSize
from gridmap.split.cells_file import cuts_after, one_told, previous_of, used_numbers, write_cells
from gridmap.split.cut.units import Split, split_units
from gridmap.split.rule import SplitRule
from gridmap.split.straight.tree import leaf_codes
from gridmap.split.tessellation.numbers import comparable, largest_number
from tests.split.drawn_land import block, buildings, units_of

LAND = [block(0, 0, 1000, 1000), block(1000, 0, 2000, 1000)]


@pytest.fixture(scope="module")
def split() -> Split:
    return split_units(units_of(*LAND), buildings(LAND, 60, 5), SplitRule())


def test_a_split_is_told_in_the_file(split: Split, tmp_path: Path) -> None:
    write_cells(split, tmp_path / "cells.gpkg")
    cuts = pyogrio.read_dataframe(tmp_path / "cells.gpkg", layer="cuts", read_geometry=False)
    assert cuts["last_seq"].tolist() == split.cells.groupby("parent_code").size().tolist()
    previous = previous_of(split.cells, cuts, locked=frozenset({"U0-001"}))
    assert previous.used == dict(zip(cuts["code"], cuts["last_seq"], strict=True))
    assert previous.sizes == {"U0": CellSize(), "U1": CellSize()}
    assert previous.locked == {"U0-001"}
    own = split.cells["code"][split.cells["parent_code"] == "U0"].tolist()
    assert sorted(leaf_codes(previous.trees["U0"])) == own
    assert one_told(cuts, split.cells) == ("bisect", CellSize())


def test_several_methods_and_sizes_tell_none(split: Split) -> None:
    cuts = split.cuts.assign(target=[400.0, 450.0])
    cells = Cells(split.cells.assign(method=np.where(split.cells["parent_code"] == "U0", "hex", "bisect")))
    assert one_told(cuts, cells) == (None, None)
    assert one_told(None, Cells(split.cells.drop(columns="method"))) == (None, None)


def test_the_largest_number_is_the_larger_of_table_and_cells(split: Split) -> None:
    cuts = pd.DataFrame({"code": ["U0", "U9"], "last_seq": [77, 5]})
    used = used_numbers(split.cells, cuts)
    assert used["U0"] == 77
    assert used["U9"] == 5, "a unit that is no more keeps its numbers"
    assert used["U1"] == int(split.cells["seq"][split.cells["parent_code"] == "U1"].max())
    assert used_numbers(split.cells, cuts.assign(last_seq=[1, np.nan]))["U0"] > 1


@pytest.mark.parametrize("name", ["12+3", "12+2", "sector"])
def test_without_numbers_the_codes_tell_them(name: str, split: Split) -> None:
    scheme = SCHEMES[name]
    three = split.cells.groupby("parent_code").head(2).iloc[:3].drop(columns="seq")
    codes = [scheme.code(*one) for one in zip(three["parent_code"], (99, 7, 98), strict=True)]
    assert used_numbers(check_cells(gpd.GeoDataFrame(three.assign(code=codes))), None, scheme) == {
        "U0": 99,
        "U1": 98,
    }
    assert largest_number("U0", ["strange"], scheme) == 0


def test_rows_of_other_units_stay_and_of_gone_ones_remain_empty(split: Split) -> None:
    before = split.cuts.assign(last_seq=split.cuts["cells"], note="kept")
    cells = Cells(split.cells[split.cells["parent_code"] == "U1"])
    changed = split.cuts[split.cuts["code"] == "U1"].assign(target=500.0)
    after = cuts_after(before, changed, cells, {"U0": 9, "U1": 8}, "EPSG:4547").set_index("code")
    assert list(after.loc["U0", ["cells", "tree", "last_seq", "note"]]) == [0, "", 9, "kept"]
    assert list(after.loc["U1", ["target", "last_seq"]]) == [500.0, 8]
    assert after["cells"]["U1"] == len(cells)
    none = cuts_after(None, pd.DataFrame(), cells, {"U1": 3}, "EPSG:4547")
    assert none.to_dict("records") == [
        {"code": "U1", "cells": len(cells), "crs": "EPSG:4547", "tree": "", "last_seq": 3}
    ]


def test_a_damaged_tree_is_told(split: Split) -> None:
    with pytest.raises(InputError, match="damaged"):
        previous_of(split.cells, split.cuts.assign(tree="{}"))


def test_what_degrees_round_away_decides_nothing() -> None:
    loads, areas = comparable(np.array([300.0, 300.0 + 1e-9]), np.array([250_000.0, 250_000.0 - 1e-5]))
    assert loads[0] == loads[1]
    assert areas[0] == areas[1]
