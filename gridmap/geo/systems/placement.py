"""Putting a drawing on the ground: by points known in both, or because it is drawn in a known system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.topology import Geometries
from gridmap.messages import msg

Floats = npt.NDArray[np.float64]
_LEAST: Final = 2
_APART: Final = 1e-6


@dataclass(frozen=True)
class Placement:
    """A similarity: what turns, scales and shifts a drawing without bending it.

    Attributes:
        scale: metres on the ground of a unit of the drawing.
        turn: radians, counterclockwise.
        shift: (east, north) metres, after turning and scaling.
        residuals: metres between each known point and where the placement puts it; zero for two points.
    """

    scale: float
    turn: float
    shift: tuple[float, float]
    residuals: tuple[float, ...] = ()

    def applied(self, shapes: Geometries) -> Geometries:
        """Shapes of the drawing on the ground."""
        placed: Geometries = shapely.transform(shapes, self.points)
        return placed

    def points(self, xy: Floats) -> Floats:
        """(n, 2) places of the drawing on the ground."""
        cos, sin = self.scale * np.cos(self.turn), self.scale * np.sin(self.turn)
        placed: Floats = xy @ np.array([[cos, sin], [-sin, cos]]) + np.array(self.shift)
        return placed


def placed_as_drawn(metres: float = 1.0) -> Placement:
    """Of a drawing whose coordinates are those of the ground, in units of so many metres."""
    return Placement(metres, 0.0, (0.0, 0.0))


def placed_by_points(drawn: Floats, ground: Floats) -> Placement:
    """The similarity that brings points of a drawing nearest to where they are on the ground.

    Two points fix it; with more, the sum of squared distances is least (Umeyama, Least-squares estimation of
    transformation parameters, 1991, without reflection).

    Args:
        drawn: (n, 2) in units of the drawing, x to the right.
        ground: (n, 2) metres, east before north, the same points in the same order.

    Raises:
        InputError: fewer than two points, or all of them on one spot.
    """
    if len(drawn) < _LEAST or len(drawn) != len(ground):
        raise InputError(
            msg("A drawing is placed by two points or more, each in the drawing and on the ground.")
        )
    middle, target = drawn.mean(axis=0), ground.mean(axis=0)
    a, b = (drawn - middle) @ np.array([1, 1j]), (ground - target) @ np.array([1, 1j])
    spread = float((np.abs(a) ** 2).sum())
    if min(spread, float((np.abs(b) ** 2).sum())) <= _APART:
        raise InputError(
            msg("The points that place the drawing lie on one spot. Take points far from each other.")
        )
    factor = complex((np.conj(a) * b).sum() / spread)
    scale, turn = abs(factor), float(np.angle(factor))
    if scale <= 0:
        raise InputError(
            msg("The points that place the drawing contradict each other. See whether they are in order.")
        )
    unshifted = Placement(scale, turn, (0.0, 0.0))
    east, north = target - unshifted.points(middle[None])[0]
    placement = Placement(scale, turn, (float(east), float(north)))
    apart = np.hypot(*(placement.points(drawn) - ground).T)
    return Placement(scale, turn, placement.shift, tuple(float(one) for one in apart))
