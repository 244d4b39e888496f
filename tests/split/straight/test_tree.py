"""Stored trees of cuts: they read back the same, and repeat the same cells."""

import numpy as np
import pytest
import shapely

from gridmap.errors import InputError
from gridmap.split.cut.units import split_units
from gridmap.split.rule import SplitRule
from gridmap.split.straight.tree import from_json, to_json
from tests.split.drawn_land import SHAPES, buildings, units_of
from tests.split.repeated_cuts import replay_unit


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_stored_tree_repeats_the_cells(name: str) -> None:
    shape = SHAPES[name]
    split = split_units(units_of(shape), buildings([shape], 120, seed=3), SplitRule())
    text = split.cuts["tree"].item()
    tree = from_json(text)
    assert to_json(tree) == text
    repeated = replay_unit(shape, tree)
    assert len(repeated) == len(split.cells) > 4
    for piece in repeated:
        areas = shapely.area(shapely.intersection(split.cells.geometry.to_numpy(), piece))
        assert np.isclose(areas.max(), shapely.area(piece), rtol=1e-6)


def test_leaves_carry_the_codes_of_their_cells() -> None:
    shape = SHAPES["horseshoe"]
    split = split_units(units_of(shape), buildings([shape], 120, seed=3), SplitRule())
    tree = from_json(split.cuts["tree"].item())
    codes = _codes(tree.parts[0].node)
    assert sorted(codes) == list(split.cells["code"])
    for code, piece in zip(codes, replay_unit(shape, tree), strict=True):
        cell = split.cells.set_index("code").geometry.loc[code]
        assert shapely.area(piece) == pytest.approx(shapely.area(cell), abs=1e-3)


def _codes(node: object) -> list[str]:
    code = getattr(node, "code", None)
    return [code] if code is not None else _codes(node.below) + _codes(node.above)  # type: ignore[attr-defined]  # a Cut


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"origin":[1],"parts":[]}', '{"origin":[1,2],"parts":[{}]}']
)
def test_a_damaged_tree_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="damaged"):
        from_json(text)
