"""Random edits of a tessellation: what a hand might draw, sensible or not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.geo.frames import Cells
from gridmap.split.edit.edit import Command, MergeCells, Redraw, SplitByLine, Transfer

Floats = npt.NDArray[np.float64]
Area = shapely.Polygon | shapely.MultiPolygon
Spots = shapely.Point | shapely.MultiPoint


def random_command(cells: Cells, random: np.random.Generator, places: Floats) -> Command:
    """A command about a cell picked at random; some have to be refused."""
    shapes = cells.geometry.to_numpy()
    at = int(random.integers(len(cells)))
    beside = np.flatnonzero(shapely.intersects(shapes, shapes[at]))
    same = beside[(cells["parent_code"].to_numpy()[beside] == cells["parent_code"].iloc[at]) & (beside != at)]
    mates = same if len(same) and random.random() < 0.9 else beside
    mate = int(random.choice(mates))
    code, other = cells["code"].iloc[at], cells["code"].iloc[mate]
    makers: list[Callable[[], Command]] = [
        lambda: SplitByLine(_line(shapes[at], random)),
        lambda: SplitByLine(_line(shapes[at], random), (code,)),
        lambda: SplitByLine(_line_between_corners(shapes[at], random)),
        lambda: MergeCells((code, other)),
        lambda: Redraw(code, _reshaped(shapes[at], shapes[mate], random)),
        lambda: Redraw(code, _with_moved_corners(shapes[at], random)),
        lambda: Transfer(code, other, _bite(shapes[at], shapes[mate], random)),
        lambda: Transfer(code, other, _houses(shapes[at], places, random)),
    ]  # fmt: skip
    return makers[int(random.integers(len(makers)))]()


def _line(shape: shapely.Geometry, random: np.random.Generator) -> shapely.LineString:
    """A crooked line about a cell; it may be short, or reach over several."""
    centre = np.array(shapely.point_on_surface(shape).coords[0])
    reach = np.sqrt(shapely.area(shape)) * random.choice([0.2, 1.0, 1.0, 3.0])
    angle = random.uniform(0, np.pi)
    along = (
        np.array([np.cos(angle), np.sin(angle)])
        * np.linspace(-reach, reach, int(random.integers(2, 6)))[:, None]
    )
    return shapely.LineString(centre + along + random.normal(0, reach / 20, along.shape))


def _line_between_corners(shape: shapely.Geometry, random: np.random.Generator) -> shapely.LineString:
    """From one corner of a cell to another, or along its border, at times off by a rounding."""
    ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shape)[0])[0])
    first, last = np.sort(random.choice(len(ring), 2, replace=False))
    path = ring[[first, last]] if random.random() < 0.7 else ring[first : last + 1]
    return shapely.LineString(path + random.choice([0, 1e-9, 5e-3]) * random.uniform(-1, 1, path.shape))


def _reshaped(shape: shapely.Geometry, mate: shapely.Geometry, random: np.random.Generator) -> Area:
    """The cell with a bite of its neighbour, or without a bite of its own."""
    if random.random() < 0.5:
        return _polygonal(shapely.union(shape, _bite(mate, shape, random)))
    return _polygonal(shapely.difference(shape, _bite(shape, mate, random)))


def _with_moved_corners(shape: shapely.Geometry, random: np.random.Generator) -> Area:
    """The cell after its corners were dragged, a few far, all by a rounding."""
    step = np.sqrt(shapely.area(shape))

    def moved(xy: Floats) -> Floats:
        xy = xy + random.uniform(-5e-3, 5e-3, xy.shape)
        for corner in random.choice(len(xy), min(2, len(xy)), replace=False):
            xy[corner] += random.normal(0, step / 5, 2)
        xy[-1] = xy[0]
        return xy

    part = shapely.get_parts(shape)[0]
    assert isinstance(part, shapely.Polygon)
    return shapely.Polygon(moved(shapely.get_coordinates(part.exterior)))


def _bite(shape: shapely.Geometry, mate: shapely.Geometry, random: np.random.Generator) -> Area:
    """The part of a cell near its neighbour."""
    common = shapely.get_parts(shapely.line_merge(shapely.intersection(shapely.boundary(shape), mate)))
    lines = [part for part in common if isinstance(part, shapely.LineString)]
    spot = shapely.line_interpolate_point(lines[0], random.random(), normalized=True) if lines else None
    middle = shapely.point_on_surface(shape) if spot is None else spot
    disc = shapely.buffer(middle, np.sqrt(shapely.area(shape)) * random.uniform(0.05, 0.7), quad_segs=3)
    return _polygonal(shapely.intersection(disc, shape) if random.random() < 0.5 else disc)


def _houses(shape: shapely.Geometry, places: Floats, random: np.random.Generator) -> Spots:
    inside = places[shapely.intersects_xy(shape, places[:, 0], places[:, 1])]
    if not len(inside):
        return shapely.point_on_surface(shape)
    return shapely.MultiPoint(inside[random.choice(len(inside), int(random.integers(1, 4)))])


def _polygonal(shape: shapely.Geometry) -> Area:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
