"""What cuts go along or around, beside the units and their load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.geo.coverage.topology import Geometries

Indices = npt.NDArray[np.intp]
NO_SHAPES: Final = np.array([], dtype=object)


@dataclass(frozen=True)
class Material:
    """Geometry in the units' CRS, each None where there is none.

    Attributes:
        lines: roads, rivers, rail: cuts prefer to go along them; with the method blocks they bound blocks.
        blocks: polygons that are not to be divided: street blocks, parcels.
        drawn: cells drawn elsewhere, named by their index.
        labels: by row of the points: the cell that each belongs to, '' where none is named.
    """

    lines: gpd.GeoSeries | None = None
    blocks: gpd.GeoSeries | None = None
    drawn: gpd.GeoSeries | None = None
    labels: pd.Series[str] | None = None


NO_MATERIAL: Final = Material()


@dataclass(frozen=True)
class UnitMaterial:
    """The part of a material that concerns one unit: what meets it, and labels by place of its load.

    `drawn_home` says of each drawn cell whether no other unit holds more of it.
    """

    lines: Geometries = field(default_factory=lambda: NO_SHAPES)
    blocks: Geometries = field(default_factory=lambda: NO_SHAPES)
    drawn: Geometries = field(default_factory=lambda: NO_SHAPES)
    drawn_names: tuple[str, ...] = ()
    drawn_home: tuple[bool, ...] = ()
    labels: tuple[str, ...] = ()


def portions(material: Material, units: Geometries, rows: Sequence[Indices]) -> list[UnitMaterial]:
    """What of a material concerns each unit; `rows` are the rows of the points in each."""
    lines, blocks, drawn = (
        _meeting(shapes, units) for shapes in (material.lines, material.blocks, material.drawn)
    )
    home = _homes(material.drawn, units, drawn)
    labels = None if material.labels is None else material.labels.fillna("").to_numpy(dtype=object)
    return [
        UnitMaterial(
            lines=_taken(material.lines, lines[unit]),
            blocks=_taken(material.blocks, blocks[unit]),
            drawn=_taken(material.drawn, drawn[unit]),
            drawn_names=()
            if material.drawn is None
            else tuple(material.drawn.index[drawn[unit]].astype(str)),
            drawn_home=tuple(bool(home[cell] == unit) for cell in drawn[unit]),
            labels=() if labels is None else tuple(labels[rows[unit]]),
        )
        for unit in range(len(units))
    ]


def _meeting(shapes: gpd.GeoSeries | None, units: Geometries) -> list[Indices]:
    """For each unit the positions of the shapes that meet it, ascending."""
    if shapes is None or shapes.empty:
        return [np.empty(0, dtype=np.intp)] * len(units)
    unit, shape = shapely.STRtree(shapes.to_numpy()).query(units, predicate="intersects")
    order = np.lexsort((shape, unit))
    bounds = np.searchsorted(unit[order], np.arange(len(units) + 1))
    return [shape[order[start:stop]] for start, stop in pairwise(bounds)]


def _homes(drawn: gpd.GeoSeries | None, units: Geometries, meeting: list[Indices]) -> Indices:
    """For each drawn cell the unit that holds most of it, the first of equal ones; -1 where none meets it."""
    count = 0 if drawn is None else len(drawn)
    home, most = np.full(count, -1, dtype=np.intp), np.zeros(count)
    for unit, cells in enumerate(meeting):
        if not len(cells):
            continue
        shapes = shapely.make_valid(_taken(drawn, cells))
        areas = shapely.area(shapely.intersection(shapes, units[unit]))
        better = areas > most[cells]
        home[cells[better]], most[cells[better]] = unit, areas[better]
    return home


def _taken(shapes: gpd.GeoSeries | None, positions: Indices) -> Geometries:
    return NO_SHAPES if shapes is None else shapes.to_numpy()[positions]
