"""From metres on the ground to millimetres on the sheet: a round scale, and free corners for furniture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridmap.draw.sheet.board import Box

_SMALLEST: Final = 0.72
"""How far the map may shrink so that furniture finds free corners; below that it lies over the map's edge."""


@dataclass(frozen=True)
class MapFrame:
    """From a metric CRS to the sheet: `scale` in millimetres a metre, and the ground at sheet (0, 0)."""

    scale: float
    east: float
    north: float

    def to_sheet(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Geometries in metres, drawn to scale in millimetres."""
        origin = np.array([self.east, self.north])
        return np.asarray(shapely.transform(geometries, lambda metres: (metres - origin) * self.scale))

    def to_ground(self, box: Box) -> BaseGeometry:
        """The ground that a box on the sheet covers."""
        west, south, east, north = (edge / self.scale for edge in box)
        return shapely.box(west + self.east, south + self.north, east + self.east, north + self.north)


def fit_map(
    scope: BaseGeometry, plate: Box, furniture: Sequence[tuple[float, float]], magnification: float
) -> tuple[MapFrame, tuple[Box, ...]]:
    """Choose scale and position of `scope` (metres) on `plate`, and a corner for each piece of furniture.

    The largest round scale is taken at which every piece, given as (width, height), finds a corner that the
    scope does not reach; the map may move aside for it. The pieces' boxes come back in the order given.
    """
    west, south, east, north = scope.bounds
    room = (plate[2] - plate[0], plate[3] - plate[1])
    largest = min(room[0] / max(east - west, 1), room[1] / max(north - south, 1))
    shapely.prepare(scope)
    fallback: tuple[MapFrame, tuple[Box, ...]] | None = None
    for scale in _round_scales(largest, magnification):
        size = ((east - west) * scale, (north - south) * scale)
        for aside, up in product((0.5, 0.0, 1.0), repeat=2):
            left = plate[0] + (room[0] - size[0]) * aside
            bottom = plate[1] + (room[1] - size[1]) * up
            frame = MapFrame(scale, west - left / scale, south - bottom / scale)
            seats, touching = _seat(scope, frame, plate, furniture)
            if touching == 0:
                return frame, seats
            fallback = fallback or (frame, seats)
    assert fallback is not None
    return fallback


def scale_denominator(frame: MapFrame, magnification: float) -> int:
    """The 75,000 of 1:75,000 on the printed paper."""
    return round(1000 / (frame.scale * magnification))


def scale_bar_length(width_m: float) -> int:
    """The longest of 1, 2, 5, 10, 20, 50 … metres that is no longer than `width_m` metres.

    Raises:
        ValueError: `width_m` is under one metre.
    """
    if width_m < 1:
        raise ValueError(width_m)
    power = int(10 ** math.floor(math.log10(width_m)))
    return max(step * power for step in (1, 2, 5) if step * power <= width_m)


def _round_scales(largest: float, magnification: float) -> Iterator[float]:
    """Scales of two-digit denominators (1:75,000, 1:76,000 …), from `largest` downwards."""
    exact = 1000 / (largest * magnification)
    step = 10 ** (math.floor(math.log10(exact)) - 1)
    denominator = math.ceil(exact / step) * step
    while denominator <= max(exact / _SMALLEST, exact + step):
        yield 1000 / (denominator * magnification)
        denominator += step


def _seat(
    scope: BaseGeometry, frame: MapFrame, plate: Box, furniture: Sequence[tuple[float, float]]
) -> tuple[tuple[Box, ...], int]:
    """The corners at which fewest pieces touch the scope, and how many do."""
    corners = [[_corner(plate, size, corner) for corner in range(4)] for size in furniture]
    touched = [[bool(scope.intersects(frame.to_ground(box))) for box in boxes] for boxes in corners]
    best = min(
        permutations(range(4), len(furniture)),
        key=lambda choice: sum(touched[piece][corner] for piece, corner in enumerate(choice)),
    )
    seats = tuple(corners[piece][corner] for piece, corner in enumerate(best))
    return seats, sum(touched[piece][corner] for piece, corner in enumerate(best))


def _corner(plate: Box, size: tuple[float, float], corner: int) -> Box:
    """Corner 0 is the lower left, then lower right, upper right, upper left."""
    west = plate[0] if corner in (0, 3) else plate[2] - size[0]
    south = plate[1] if corner in (0, 1) else plate[3] - size[1]
    return (west, south, west + size[0], south + size[1])
