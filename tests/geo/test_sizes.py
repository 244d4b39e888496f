"""How many cells a load makes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import InputError
from gridmap.geo.sizes import CellSize, cell_count

SIZE = CellSize()


@pytest.mark.parametrize(
    ("load", "cells", "feasible"),
    [
        (0, 1, False),
        (299, 1, False),
        (300, 1, True),
        (500, 1, True),
        (500.0000000001, 1, True),
        (501, 1, False),
        (599, 1, False),
        (600, 2, True),
        (1000, 3, True),
        (1200, 3, True),
        (4000, 10, True),
    ],
)
def test_default_sizes(load: float, cells: int, feasible: bool) -> None:
    assert cell_count(load, SIZE) == (cells, feasible)


def test_an_infeasible_load_is_rounded() -> None:
    assert cell_count(2000, CellSize(target=900, minimum=850, maximum=950)) == (2, False)


@given(st.floats(0, 1e6), st.floats(1, 400), st.floats(1, 2), st.floats(1, 2))
def test_the_closest_in_log_ratio_wins(load: float, minimum: float, up: float, further: float) -> None:
    size = CellSize(minimum * up, minimum, minimum * up * further)
    cells, feasible = cell_count(load, size)
    assert cells >= 1
    others = range(max(1, cells - 3), cells + 4)
    in_range = [k for k in others if size.minimum <= round(load, 6) / k <= size.maximum]
    assert feasible == (cells in in_range)
    if feasible:
        distances = [abs(math.log(load / k / size.target)) for k in in_range]
        assert abs(math.log(load / cells / size.target)) <= min(distances) + 1e-9


@pytest.mark.parametrize(
    "sizes", [(400, 500, 600), (400, 300, 350), (0, 0, 0), (1, 1, math.inf), (math.nan, 1, 2)]
)
def test_sizes_must_rise(sizes: tuple[float, float, float]) -> None:
    with pytest.raises(InputError, match="rise"):
        CellSize(*sizes)
