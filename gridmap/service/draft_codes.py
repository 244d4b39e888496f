"""Codes of the cells of a draft: an old one where a cell goes on, else one never used before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.geo.code_scheme import TWELVE_THREE
from gridmap.geo.frames import Cells, Points
from gridmap.geo.topology import locate
from gridmap.names import CODE, HOUSEHOLDS, PARENT_CODE, SEQ, WEIGHT
from gridmap.split.cells import Split
from gridmap.split.matching import match_cells
from gridmap.split.tree import from_json, rename_leaves, to_json


@dataclass(frozen=True)
class Numbered:
    """The cells of a split under their final codes.

    Attributes:
        cells: sorted by code, with `kept` (bool) where a cell goes on under an old code.
        cuts: unit_code, tree (its leaves named by the final codes), crs.
    """

    cells: Cells
    cuts: pd.DataFrame

    @property
    def kept(self) -> set[str]:
        """Codes of cells that go on."""
        return set(self.cells[CODE][self.cells["kept"]])


def numbered_cells(split: Split, old: Cells | None, points: Points | None, used: pd.DataFrame) -> Numbered:
    """Give the cells of a split their codes.

    A unit that never had cells keeps the numbers of the split. In others a cell that goes on keeps its
    code, and the rest count on from the largest number ever used there.

    Args:
        split: as it was cut.
        old: the current cells, in the same CRS.
        points: the places of load, in the same CRS.
        used: every cell there ever was, by code, with parent_code and seq.

    Raises:
        InputError: a unit's numbers run out.
    """
    matched = {} if old is None else match_cells(old, split.cells, points)
    codes, seqs = _final_codes(split.cells, matched, used)
    cells = split.cells.copy()
    cells["kept"] = cells[CODE].isin(matched.keys())
    cells[CODE], cells[SEQ] = codes, seqs
    cells = cells.sort_values(CODE, ignore_index=True)
    if points is not None:
        cells[HOUSEHOLDS] = _loads(cells, points)
    names = dict(zip(split.cells[CODE], codes, strict=True))
    return Numbered(Cells(cells), _renamed_cuts(split.cuts, names))


def _final_codes(cells: Cells, matched: dict[str, str], used: pd.DataFrame) -> tuple[list[str], list[int]]:
    """Codes and numbers in the order of the cells."""
    last = defaultdict(int, used.groupby(PARENT_CODE)[SEQ].max().astype(int).to_dict())
    number_of = used[SEQ].to_dict()
    codes, seqs = [], []
    for code, unit in zip(cells[CODE], cells[PARENT_CODE], strict=True):
        final = matched.get(code)
        if final is None:
            last[unit] += 1
            final = TWELVE_THREE.code(unit, last[unit])
            while final in number_of:  # a code that says another number than its row
                last[unit] += 1
                final = TWELVE_THREE.code(unit, last[unit])
        codes.append(final)
        seqs.append(int(number_of[final]) if final in number_of else last[unit])
    return codes, seqs


def _loads(cells: gpd.GeoDataFrame, points: Points) -> np.ndarray:
    """The load of each cell under its final code: a point on a border counts for the smallest."""
    cell = locate(shapely.get_coordinates(points.geometry.to_numpy()), cells.geometry.to_numpy())
    inside = cell >= 0
    weights = points[WEIGHT].to_numpy(dtype=np.float64)[inside]
    return np.bincount(cell[inside], weights=weights, minlength=len(cells)).astype(np.float64)


def _renamed_cuts(cuts: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    rows = cuts.rename(columns={CODE: "unit_code"})[["unit_code", "tree", "crs"]].copy()
    if any(code != final for code, final in names.items()):
        rows["tree"] = [to_json(rename_leaves(from_json(tree), names)) for tree in rows["tree"]]
    return rows
