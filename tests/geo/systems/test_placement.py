"""Drawings on the ground: by two points, by many, or as they are drawn."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import InputError
from gridmap.geo.systems.placement import Placement, placed_as_drawn, placed_by_points

numbers = st.floats(-1e6, 1e6)


def test_two_points_fix_it() -> None:
    drawn = np.array([[0.0, 0], [100, 0]])
    ground = np.array([[500_000.0, 4_200_000], [500_000, 4_200_050]])  # turned to the left, at half size
    found = placed_by_points(drawn, ground)
    assert (found.scale, found.turn) == pytest.approx((0.5, np.pi / 2))
    assert found.points(np.array([[0.0, 100]])) == pytest.approx(np.array([[499_950.0, 4_200_000]]))
    assert found.residuals == pytest.approx((0, 0), abs=1e-6)


@given(scale=st.floats(0.001, 1000), turn=st.floats(-3.1, 3.1), east=numbers, north=numbers)
def test_a_placement_is_found_again(scale: float, turn: float, east: float, north: float) -> None:
    drawn = np.array([[0.0, 0], [100, 0], [30, 70], [-20, 40]])
    real = Placement(scale, turn, (east, north))
    found = placed_by_points(drawn, real.points(drawn))
    assert found.points(drawn) == pytest.approx(real.points(drawn), abs=1e-4 * max(1, scale))


def test_points_that_do_not_fit_are_told() -> None:
    drawn = np.array([[0.0, 0], [100, 0], [0, 100]])
    found = placed_by_points(drawn, drawn + np.array([[0, 0], [0, 0], [30.0, 0]]))
    assert max(found.residuals) > 5


def test_shapes_keep_their_form() -> None:
    square = np.array([shapely.box(0, 0, 1000, 1000)], dtype=object)
    (placed,) = placed_as_drawn(0.001).applied(square)
    assert placed.area == pytest.approx(1)


@pytest.mark.parametrize("drawn", [[[0.0, 0]], [[5.0, 5], [5, 5]]])
def test_too_little_to_place_by(drawn: list[list[float]]) -> None:
    points = np.array(drawn)
    with pytest.raises(InputError, match="point"):
        placed_by_points(points, points)
