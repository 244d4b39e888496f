"""Where things lie: the outline's rough shape, the river's course, towns, and a seed for every village.

Villages are the cells of a Voronoi diagram around seeds (`borders.py`). Seeds lie in pairs on both banks of
the river, so that borders follow it, and stand closer together near a town. All lengths are metres, all
coordinates x east, y north, relative to the county seat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gridmap.demo.extent import Extent

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_POISSON_DISC_AREA = 1.09
"""Area a point takes of a saturated random packing, in units of the squared least distance (measured)."""


@dataclass(frozen=True)
class Outline:
    """A star-shaped, wavy figure: its radius is `scale` times a sum of cosines of the direction."""

    scale: float
    waves: FloatArray  # rows: frequency, amplitude, phase

    def radius(self, angle: FloatArray) -> FloatArray:
        """Distance from the seat to the outline in each direction."""
        frequency, amplitude, phase = self.waves.T[:, :, None]
        return np.asarray(
            self.scale * (1 + (amplitude * np.cos(frequency * angle.ravel() + phase)).sum(axis=0))
        ).reshape(angle.shape)

    def contains(self, points: FloatArray, margin: float = 0.0) -> BoolArray:
        """Whether each point lies inside, or at most `margin` outside."""
        angle = np.arctan2(points[:, 1], points[:, 0])
        return np.asarray(np.hypot(points[:, 0], points[:, 1]) <= self.radius(angle) + margin)


@dataclass(frozen=True)
class River:
    """A meandering course through the seat: the graph of a sum of sines over a turned axis."""

    direction: float
    waves: FloatArray  # rows: wavelength, amplitude, phase

    def offset(self, along: FloatArray) -> FloatArray:
        """Sideways offset of the course at each distance along its axis; 0 at the seat."""
        length, amplitude, phase = self.waves.T[:, :, None]
        waves = amplitude * (np.sin(2 * np.pi * along.ravel() / length + phase) - np.sin(phase))
        return np.asarray(waves.sum(axis=0)).reshape(along.shape)

    def course(self, along: FloatArray) -> FloatArray:
        """Points of the course."""
        cos, sin = np.cos(self.direction), np.sin(self.direction)
        side = self.offset(along)
        return np.column_stack([along * cos - side * sin, along * sin + side * cos])

    def is_north(self, points: FloatArray) -> BoolArray:
        """Whether each point lies on the left bank, looking along the axis."""
        cos, sin = np.cos(self.direction), np.sin(self.direction)
        along, side = points[:, 0] * cos + points[:, 1] * sin, -points[:, 0] * sin + points[:, 1] * cos
        return np.asarray(side > self.offset(along))


@dataclass(frozen=True)
class Terrain:
    """Seeds of villages with what decides their unit.

    Attributes:
        seeds: (n, 2), the villages of the county first `inside`, then a belt around it.
        inside: number of seeds that are villages of the county.
        north: bank of the river, for each seed.
        centres: seed of each township-level unit's town: subdistricts, towns, townships.
        urban: whether each seed lies in the built-up area of the county seat.
    """

    seeds: FloatArray
    inside: int
    north: BoolArray
    centres: IntArray
    urban: BoolArray


def make_terrain(extent: Extent, rng: Generator) -> Terrain:
    """Draw a county's terrain."""
    outline = _draw_outline(extent, rng)
    river = _draw_river(outline, rng)
    towns = _place_towns(extent, outline, river, rng)
    spacing = _Spacing(extent, towns, rng)
    seeds = _scatter_seeds(outline, river, spacing, rng)
    inside = outline.contains(seeds)
    seeds = np.concatenate([seeds[inside], seeds[~inside]])
    north = river.is_north(seeds)
    return Terrain(
        seeds=seeds,
        inside=int(inside.sum()),
        north=north,
        centres=_seeds_of_towns(extent, towns, seeds[: inside.sum()], north),
        urban=np.asarray(np.hypot(*seeds.T) < extent.urban_radius),
    )


def _draw_outline(extent: Extent, rng: Generator) -> Outline:
    frequency = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 9.0, 12.0])
    amplitude = np.array([0.06, 0.12, 0.09, 0.07, 0.06, 0.05, 0.04, 0.03]) * rng.uniform(0.7, 1.2, 8)
    waves = np.column_stack([frequency, amplitude, rng.uniform(0, 2 * np.pi, 8)])
    angle = np.linspace(0, 2 * np.pi, 721)[:-1]
    unit_area = float((Outline(1.0, waves).radius(angle) ** 2).mean() * np.pi)
    return Outline(float(np.sqrt(extent.area / unit_area)), waves)


def _draw_river(outline: Outline, rng: Generator) -> River:
    length = outline.scale * np.array([1.1, 0.5, 0.27])
    amplitude = outline.scale * np.array([0.11, 0.045, 0.016]) * rng.uniform(0.8, 1.2, 3)
    return River(
        float(rng.uniform(0.35, 0.75)), np.column_stack([length, amplitude, rng.uniform(0, 2 * np.pi, 3)])
    )


def _place_towns(extent: Extent, outline: Outline, river: River, rng: Generator) -> FloatArray:
    """Town centres of the rural units: evenly spread by a few rounds of k-means, drawn towards the river."""
    count = extent.towns + extent.townships
    ground = rng.uniform(-1.6 * outline.scale, 1.6 * outline.scale, (6_000, 2))
    clear = 2.0 * extent.urban_radius
    ground = ground[outline.contains(ground, -0.03 * outline.scale) & (np.hypot(*ground.T) > clear)]
    towns = ground[rng.choice(len(ground), count, replace=False)]
    for _ in range(12):
        nearest = np.argmin(_distances(ground, towns), axis=1)
        towns = np.array([ground[nearest == town].mean(axis=0) for town in range(count)])
    course = river.course(np.linspace(-2 * outline.scale, 2 * outline.scale, 2_000))
    gaps = _distances(towns, course)
    bank = course[np.argmin(gaps, axis=1)]
    drawn = (gaps.min(axis=1) < 0.2 * outline.scale) & (np.hypot(*bank.T) > clear)
    towns[drawn] += 0.8 * (bank - towns)[drawn]
    towns += rng.normal(0, 0.02 * outline.scale, towns.shape)
    return np.asarray(towns[np.argsort(-_importance(towns, bank), kind="stable")])


def _importance(towns: FloatArray, bank: FloatArray) -> FloatArray:
    """Towns on the river and near the seat are the larger ones (镇), the rest townships (乡)."""
    return np.asarray(-np.hypot(*(towns - bank).T) - 0.3 * np.hypot(*towns.T))


class _Spacing:
    """Least distance between seeds at a place: small in the county seat, middling in towns, and uneven."""

    def __init__(self, extent: Extent, towns: FloatArray, rng: Generator) -> None:
        self._towns, self._urban_radius = towns, extent.urban_radius
        self._waves = np.column_stack([rng.normal(0, 1 / 1_500, (8, 2)), rng.uniform(0, 2 * np.pi, 8)])
        urban_area = np.pi * extent.urban_radius**2
        self._urban = np.sqrt(urban_area / _POISSON_DISC_AREA / extent.urban_units)
        self._rural = np.sqrt(
            (extent.area - urban_area) / _POISSON_DISC_AREA / (extent.units - extent.urban_units)
        )

    def at(self, points: FloatArray) -> FloatArray:
        from_seat = np.hypot(points[:, 0], points[:, 1])
        from_town = _distances(points, self._towns).min(axis=1)
        urban = np.clip((from_seat - self._urban_radius) / (0.6 * self._urban_radius), 0, 1)
        town = np.clip(0.62 + 0.38 * (from_town - 900) / 1_200, 0.62, 1)
        uneven = 1 + 0.07 * np.cos(points @ self._waves[:, :2].T + self._waves[:, 2]).sum(axis=1)
        return np.asarray(self._urban + (self._rural * town * uneven - self._urban) * urban)


def _scatter_seeds(outline: Outline, river: River, spacing: _Spacing, rng: Generator) -> FloatArray:
    """Pairs on both banks of the river, then darts that keep their distance from all before them."""
    belt = 5_000.0
    seeds = list(_river_banks(outline, river, spacing, belt, rng))
    half = 1.6 * outline.scale + belt
    count = int(70 * (2 * half) ** 2 / spacing.at(np.array([[half, half]]))[0] ** 2)
    darts = rng.uniform(-half, half, (count, 2))
    darts = darts[outline.contains(darts, belt)]
    least = spacing.at(darts) * rng.uniform(0.78, 1.22, len(darts))
    kept = np.empty((len(seeds) + len(darts), 2))
    kept[: len(seeds)], size = seeds, len(seeds)
    for dart, distance in zip(darts, least, strict=True):
        if np.square(kept[:size] - dart).sum(axis=1).min() > distance**2:
            kept[size], size = dart, size + 1
    return kept[:size].copy()


def _river_banks(
    outline: Outline, river: River, spacing: _Spacing, belt: float, rng: Generator
) -> list[FloatArray]:
    banks: list[FloatArray] = []
    along = -2.0 * outline.scale
    while along < 2.0 * outline.scale:
        step = float(spacing.at(river.course(np.array([along])))[0])
        before, here, after = river.course(np.array([along - 50, along, along + 50]))
        across = np.array([before[1] - after[1], after[0] - before[0]]) / np.hypot(*(after - before))
        # Perfect mirror images would put four seeds on one circle: borders of no length at all.
        reach = step * rng.uniform(0.40, 0.46)
        pair = np.array([here + across * reach, here - across * reach]) + rng.normal(0, 0.015 * step, (2, 2))
        banks += list(pair[outline.contains(pair, belt)])
        along += 0.8 * step * abs(50 * 2 / float(np.hypot(*(after - before))))
    return banks


def _seeds_of_towns(extent: Extent, towns: FloatArray, seeds: FloatArray, north: BoolArray) -> IntArray:
    """The seed nearest to each town centre; subdistricts lie on the two banks at the seat."""
    from_seat = np.hypot(*seeds.T)
    banks = [np.where(north[: len(seeds)] == bank, from_seat, np.inf) for bank in (True, False)]
    seats = [int(np.argmin(bank)) for bank in banks[: extent.subdistricts]]
    return np.array(seats + [int(seed) for seed in np.argmin(_distances(towns, seeds), axis=1)])


def _distances(points: FloatArray, others: FloatArray) -> FloatArray:
    return np.asarray(np.hypot(*(points[:, None, :] - others[None, :, :]).transpose(2, 0, 1)))
