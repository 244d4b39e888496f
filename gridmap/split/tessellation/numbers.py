"""Codes of cells that come of an edit: who keeps the old one, and the next number of the unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Final

import numpy as np
import pandas as pd
import shapely

from gridmap.errors import InputError
from gridmap.geo.code_scheme import CodeScheme
from gridmap.geo.codes import reading_order
from gridmap.geo.frames import Cells
from gridmap.geo.sizes import LOAD_DIGITS
from gridmap.names import CODE, PARENT_CODE, SEQ
from gridmap.split.tessellation.scene import Division, Floats, Scene

_AREA_DIGITS: Final = 3
"""Areas are compared after rounding to this many decimals of a square metre."""


class Numbering:
    """Hands out cell numbers of units that were never used.

    Args:
        cells: the present ones.
        largest: by unit the largest number ever used; a larger present one counts too.
        scheme: of the codes.
    """

    def __init__(self, cells: Cells, largest: Mapping[str, int], scheme: CodeScheme) -> None:
        self._cells = cells
        self._scheme = scheme
        self._given = largest
        self._last: dict[str, int] = {}
        self._taken: dict[str, frozenset[str]] = {}

    def next(self, unit: str) -> tuple[str, int]:
        """A new code of a unit, and its number.

        Raises:
            InputError: the scheme has no more.
        """
        if unit not in self._last:
            own = self._cells[self._cells[PARENT_CODE] == unit]
            self._taken[unit] = frozenset(own[CODE])
            self._last[unit] = max(self._given.get(unit, 0), self._present(unit, own))
        for number in count(self._last[unit] + 1):
            code = self._scheme.code(unit, number)
            if code not in self._taken[unit]:
                self._last[unit] = number
                return code, number
        raise AssertionError("a count never ends")

    def _present(self, unit: str, own: pd.DataFrame) -> int:
        """The largest number among the present cells of a unit; by their codes where no number is told."""
        if SEQ in own:
            told = pd.to_numeric(own[SEQ], errors="coerce").max()
            return 0 if pd.isna(told) else int(told)
        return largest_number(unit, self._taken[unit], self._scheme)


def largest_number(unit: str, codes: Iterable[str], scheme: CodeScheme) -> int:
    """The largest number that a scheme makes one of these codes of; 0 where there is none."""
    found, taken = 0, frozenset(codes)
    try:
        for number in count(1):
            if scheme.code(unit, number) in taken:
                found = number
    except InputError:  # past the last number of the scheme
        return found
    raise AssertionError("a count never ends")


def comparable(loads: Floats, areas: Floats) -> tuple[Floats, Floats]:
    """Loads and areas (m²) without the last digits: what a file's degrees round away decides nothing."""
    return np.round(loads, LOAD_DIGITS), np.round(areas, _AREA_DIGITS)


def code_of_each(
    scene: Scene,
    division: Division,
    shapes: Mapping[int, shapely.Geometry],
    loads: Mapping[int, float],
    numbering: Numbering,
) -> dict[int, tuple[str, int | None]]:
    """The code of each label, with its number where the code is new.

    A cell's piece with the largest load (then area, then the first in reading order) keeps its code; the
    others are numbered west to east and north to south.
    """
    named: dict[int, tuple[str, int | None]] = {
        label: (scene.codes[label], None) for label in shapes if label not in division.pieces
    }
    sources = sorted(set(division.pieces.values()), key=lambda position: scene.codes[position])
    for source in sources:
        own = [label for label in shapes if division.pieces.get(label) == source]
        centres = shapely.get_coordinates(shapely.centroid([shapes[label] for label in own]))
        row_height = float(np.sqrt(shapely.area(scene.shapes[source]) / len(own)))
        ordered = [own[place] for place in reading_order(centres, row_height)]
        told = comparable(
            np.array([loads[label] for label in ordered]),
            shapely.area([shapes[label] for label in ordered]),
        )
        keeper = max(zip(ordered, *told, strict=True), key=lambda one: one[1:])[0]
        named[keeper] = (scene.codes[source], None)
        for label in ordered:
            if label != keeper:
                named[label] = numbering.next(scene.parents[source])
    return named
