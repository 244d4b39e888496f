"""Placing labels: each is fitted inside its polygon or set beside its point, and none covers another.

Greedy, in the order asked: whoever is placed first keeps the room, so callers ask for what matters first.
Lengths are millimetres on the sheet; a label is known by its box alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridmap.draw.sheet.fonts import text_width

MM_PER_POINT: Final = 25.4 / 72
LINE_HEIGHT: Final = 1.12
"""Height of a line over its font size: ideographs fill the em, and lines must not touch."""
_LATTICE: Final = 13
"""Positions tried along each side of a polygon's bounding box where the innermost one is taken."""


@dataclass(frozen=True)
class Line:
    """One line of a label, at `size` points."""

    text: str
    size: float
    bold: bool = False

    @property
    def width(self) -> float:
        """Width in millimetres."""
        return text_width(self.text, self.size, bold=self.bold) * MM_PER_POINT

    @property
    def height(self) -> float:
        """Height in millimetres."""
        return self.size * MM_PER_POINT * LINE_HEIGHT


@dataclass(frozen=True)
class Block:
    """The centred lines of one label, top to bottom."""

    lines: tuple[Line, ...]

    @property
    def width(self) -> float:
        """Width of the widest line, in millimetres."""
        return max(line.width for line in self.lines)

    @property
    def height(self) -> float:
        """Height of all lines, in millimetres."""
        return sum(line.height for line in self.lines)


@dataclass(frozen=True)
class Placed:
    """A block and the centre of its box."""

    x: float
    y: float
    block: Block

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        half_width, half_height = self.block.width / 2, self.block.height / 2
        return (self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height)


class Occupied:
    """Boxes that are taken: labels already placed, symbols, furniture."""

    def __init__(self) -> None:
        self._boxes: NDArray[np.float64] = np.empty((256, 4))
        self._count = 0

    def take(self, box: Sequence[float]) -> None:
        """Take a box given as west, south, east, north."""
        if self._count == len(self._boxes):
            self._boxes = np.concatenate([self._boxes, np.empty_like(self._boxes)])
        self._boxes[self._count] = box
        self._count += 1

    def copy(self) -> Occupied:
        """The same boxes, to try a placement on."""
        twin = Occupied()
        twin._boxes, twin._count = self._boxes.copy(), self._count
        return twin

    def free(self, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of `boxes`, shape (n, 4), overlap nothing that is taken."""
        taken = self._boxes[: self._count]
        apart = (
            (boxes[:, None, 0] >= taken[None, :, 2])
            | (boxes[:, None, 2] <= taken[None, :, 0])
            | (boxes[:, None, 1] >= taken[None, :, 3])
            | (boxes[:, None, 3] <= taken[None, :, 1])
        )
        return np.asarray(apart.all(axis=1))


class Room:
    """A polygon to put labels in; what is worked out about it is kept."""

    def __init__(self, polygon: BaseGeometry) -> None:
        shapely.prepare(polygon)
        self.polygon = polygon

    @cached_property
    def centre(self) -> NDArray[np.float64]:
        """The innermost point, shape (1, 2)."""
        return inner_point(self.polygon)[None, :]

    @cached_property
    def lattice(self) -> NDArray[np.float64]:
        """Other positions from the inside outwards, shape (n, 2)."""
        west, south, east, north = self.polygon.bounds
        steps = (np.arange(_LATTICE) + 0.5) / _LATTICE
        columns, lines = np.meshgrid(west + steps * (east - west), south + steps * (north - south))
        points = np.column_stack([columns.ravel(), lines.ravel()])
        return np.asarray(points[np.argsort(np.linalg.norm(points - self.centre, axis=1), kind="stable")])


def place_inside(
    room: Room, blocks: Iterable[Block], occupied: Occupied, *, search: bool = True
) -> Placed | None:
    """Place the first of `blocks` that fits inside `room` where nothing is yet, and take that place.

    The innermost point is tried first, then, where `search` is set, the points of a lattice from the inside
    outwards. None where no block fits.
    """
    for block in blocks:
        placed = _first_fit(room.polygon, room.centre, block, occupied)
        if placed is None and search:
            placed = _first_fit(room.polygon, room.lattice, block, occupied)
        if placed is not None:
            occupied.take(placed.box)
            return placed
    return None


def common_size(
    rooms: Sequence[Room],
    block_of: Callable[[int, float], Block],
    sizes: Sequence[float],
    occupied: Occupied,
    share: float,
) -> float:
    """The largest of `sizes` (falling) at which `share` of the rooms can hold their block, else the smallest.

    `block_of(number of the room, size)` makes the block. Labels of one rank in one size: a larger one would
    seem to matter more.
    """
    for size in sizes:
        trial, failed = occupied.copy(), 0
        for number, room in enumerate(rooms):
            failed += place_inside(room, [block_of(number, size)], trial) is None
            if failed > round(len(rooms) * (1 - share), 6):
                break
        else:
            return size
    return sizes[-1]


def place_beside(
    point: tuple[float, float], clearance: float, block: Block, within: Sequence[float], occupied: Occupied
) -> Placed | None:
    """Place `block` right, left, above or below `point` at `clearance`, on free room inside `within`."""
    x, y = point
    aside, above = clearance + block.width / 2, clearance + block.height / 2
    centres = ((x + aside, y), (x - aside, y), (x, y + above), (x, y - above))
    for centre in centres:
        placed = Placed(*centre, block)
        west, south, east, north = placed.box
        inside = west >= within[0] and south >= within[1] and east <= within[2] and north <= within[3]
        if inside and occupied.free(np.array([placed.box]))[0]:
            occupied.take(placed.box)
            return placed
    return None


def inner_point(polygon: BaseGeometry) -> NDArray[np.float64]:
    """The centre of the largest circle inside `polygon`, to a fiftieth of its size.

    Source: GEOS MaximumInscribedCircle (the "pole of inaccessibility").
    """
    west, south, east, north = polygon.bounds
    radius = shapely.maximum_inscribed_circle([polygon], tolerance=max(east - west, north - south) / 50)
    return np.asarray(shapely.get_coordinates(radius)[0])


def _first_fit(
    polygon: BaseGeometry, centres: NDArray[np.float64], block: Block, occupied: Occupied
) -> Placed | None:
    half = np.array([block.width / 2, block.height / 2])
    boxes = np.concatenate([centres - half, centres + half], axis=1)
    free = np.flatnonzero(occupied.free(boxes))
    inside = shapely.covers(polygon, shapely.box(*boxes[free].T))
    if not inside.any():
        return None
    x, y = centres[free[int(np.argmax(inside))]]
    return Placed(float(x), float(y), block)
