"""Pieces of a unit: a polygon, the load in it, and cutting both in two."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.split.straight.chords import Floats, Line, Outline, Passage, cross, divide, passages

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Load:
    """What is to be balanced: weights at places, or a load that lies evenly over the polygon.

    Attributes:
        xy: (n, 2) metres.
        weights: (n,) at least 0.
        owner: (n,) -1, or the number of the part of the unit that the place stands for.
        spread: load per m²; where positive, the places without owner are a lattice that stands for it.
    """

    xy: Floats
    weights: Floats
    owner: npt.NDArray[np.intp]
    spread: float = 0.0

    def within(self, mask: Mask) -> Load:
        """The load at some of the places."""
        return replace(self, xy=self.xy[mask], weights=self.weights[mask], owner=self.owner[mask])

    def total(self, area: float) -> float:
        """The load of a piece of `area` m² that holds exactly these places."""
        if self.spread:
            return self.spread * area + float(self.weights[self.owner >= 0].sum())
        return float(self.weights.sum())


@dataclass(frozen=True)
class Piece:
    """A polygon and the load in it."""

    outline: Outline
    load: Load

    @property
    def total(self) -> float:
        """The load in the polygon."""
        return self.load.total(self.outline.area)


def passages_of(outline: Outline, line: Line) -> list[Passage]:
    """All ways of a line through a polygon."""
    return passages(outline, cross(outline, line.origin, np.array([line.direction]), np.array([line.offset])))


def halves_of(piece: Piece, line: Line, passage: Passage) -> tuple[Piece, Piece] | None:
    """The pieces below and above the cut, each with its load."""
    parts = divide(piece.outline, line, passage)
    if parts is None:
        return None
    xy = piece.load.xy
    below = line.heights(xy) <= 0 if passage.whole else shapely.intersects_xy(parts[0], xy[:, 0], xy[:, 1])
    return (
        Piece(Outline.of(parts[0]), piece.load.within(below)),
        Piece(Outline.of(parts[1]), piece.load.within(~below)),
    )


def lattice(polygon: shapely.Polygon, place_area: float, spread: float) -> Load:
    """Places evenly over a polygon, one for every `place_area` m², standing for a load of `spread` per m²."""
    west, south, east, north = polygon.bounds
    step = np.sqrt(place_area)
    x, y = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    inside = shapely.contains_xy(polygon, x.ravel(), y.ravel())
    xy = np.column_stack([x.ravel()[inside], y.ravel()[inside]])
    return Load(xy, np.full(len(xy), spread * place_area), np.full(len(xy), -1, dtype=np.intp), spread)
