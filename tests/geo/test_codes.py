"""Codes of cells and their order."""

import numpy as np
import pytest

from gridmap.geo.codes import division_level, reading_order


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("130000000000", 1),
        ("130900000000", 2),
        ("130981000000", 3),
        ("130981100000", 4),
        ("130981100201", 5),
        ("0401", None),
    ],
)
def test_division_levels(code: str, level: int | None) -> None:
    assert division_level(code) == level


def test_cells_are_numbered_like_text_is_read() -> None:
    # 2 | 0     the north row west to east, then the south row
    # 3 | 1
    centres = np.array([[10, 9.0], [10, 0.0], [0, 10.0], [0, 1.0]])
    assert reading_order(centres, row_height=5).tolist() == [2, 0, 3, 1]
