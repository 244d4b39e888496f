"""The cells file: layer `cells` in EPSG:4326, and the attribute table `cuts`.

A row of `cuts` tells how a unit was cut last, and in `last_seq` the largest number that a cell of it ever
had: numbers of retired cells are never given again, not over any chain of files. A unit that is no more
keeps its row, without cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.geo.code_scheme import TWELVE_THREE, CodeScheme
from gridmap.geo.frames import Cells
from gridmap.geo.layers_file import write_layers
from gridmap.geo.sizes import CellSize
from gridmap.names import CELLS, CODE, CUTS, LAST_SEQ, METHOD, PARENT_CODE, SEQ
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cut.units import Split
from gridmap.split.straight.tree import from_json
from gridmap.split.tessellation.numbers import largest_number

_COUNT: Final = "cells"
_TREE: Final = "tree"
_SIZES: Final = ("target", "minimum", "maximum")


def write_cells(split: Split, path: Path) -> None:
    """Write a split as a GeoPackage; an existing file is replaced in one step or, on failure, left as it is.

    Coordinates keep their full double precision. The metric system they were cut in is in `cuts`.

    Raises:
        InputError: the folder is not there, or cannot be written to.
    """
    write_changed(split.cells, split.cuts.assign(**{LAST_SEQ: split.cuts[_COUNT]}), path)


def write_changed(cells: gpd.GeoDataFrame, cuts: pd.DataFrame, path: Path) -> None:
    """Write cells and how their units were cut; `cells` in EPSG:4326 are written to the last bit.

    Raises:
        InputError: the folder is not there, or cannot be written to.
    """
    write_layers({CELLS: cells, CUTS: cuts}, path)


def previous_of(
    cells: Cells,
    cuts: pd.DataFrame | None,
    *,
    locked: frozenset[str] = frozenset(),
    scheme: CodeScheme = TWELVE_THREE,
) -> Previous:
    """What a cells file tells of earlier splits.

    Args:
        cells: in the metric CRS.
        cuts: its table of that name; None where it has none.
        locked: codes of cells that must not change.
        scheme: of the codes.

    Raises:
        InputError: a stored tree is damaged.
    """
    used = used_numbers(cells, cuts, scheme)
    if cuts is None or CODE not in cuts:
        return Previous(cells, used=used, locked=locked)
    trees = {code: from_json(text) for code, text in _told(cuts, _TREE)}
    return Previous(cells, trees, used, _sizes(cuts), locked)


def used_numbers(
    cells: Cells, cuts: pd.DataFrame | None, scheme: CodeScheme = TWELVE_THREE
) -> dict[str, int]:
    """By unit the largest number that a cell ever had, as far as a file tells.

    Args:
        cells: those of now; without a column of numbers these are found by the codes.
        cuts: as in the file.
        scheme: of the codes.
    """
    used = _numbers_of_codes(cells, scheme)
    if SEQ in cells:
        present = pd.to_numeric(cells[SEQ], errors="coerce").groupby(cells[PARENT_CODE]).max().dropna()
        used = {str(code): int(number) for code, number in present.items()}
    if cuts is None or CODE not in cuts:
        return used
    for code, number in _told(cuts, LAST_SEQ):
        used[code] = max(used.get(code, 0), int(number))
    return used


def _numbers_of_codes(cells: Cells, scheme: CodeScheme) -> dict[str, int]:
    """By unit the largest number that its codes show."""
    if SEQ in cells:
        return {}
    return {
        str(unit): largest_number(str(unit), own, scheme) for unit, own in cells.groupby(PARENT_CODE)[CODE]
    }


def _told(cuts: pd.DataFrame, column: str) -> Iterable[tuple[str, Any]]:
    """Codes of units with what a column tells of them, where it does."""
    if column not in cuts:
        return ()
    told = cuts[cuts[column].notna() & (cuts[column] != "")]
    return zip(told[CODE].astype(str), told[column], strict=True)


def _sizes(cuts: pd.DataFrame) -> dict[str, CellSize]:
    if not {*_SIZES} <= {*cuts.columns}:
        return {}
    told = cuts.dropna(subset=list(_SIZES))
    rows = zip(told[CODE].astype(str), *(told[column].astype(float) for column in _SIZES), strict=True)
    return {code: CellSize(target, minimum, maximum) for code, target, minimum, maximum in rows}


def cuts_after(
    before: pd.DataFrame | None, changed: pd.DataFrame, cells: Cells, used: Mapping[str, int], crs: str
) -> pd.DataFrame:
    """The table of cuts after some units changed: their rows new, the numbers of cells those of now.

    Args:
        before: the table as it was; None where there was none.
        changed: rows of units that were cut again.
        cells: all cells of now.
        used: by unit the largest number ever used.
        crs: that the cells were cut in, as text.
    """
    counts = cells.groupby(PARENT_CODE).size()
    known = pd.DataFrame({CODE: []}) if before is None or CODE not in before else before
    codes = pd.Index(sorted({*known[CODE].astype(str), *changed.get(CODE, []), *counts.index, *used}))
    rows = known.assign(**{CODE: known[CODE].astype(str)})
    if len(changed):
        rows = pd.concat([rows[~rows[CODE].isin(changed[CODE])], changed]) if len(rows) else changed
    rows = rows.set_index(CODE).reindex(codes)
    rows[_COUNT] = counts.reindex(codes, fill_value=0).astype(np.int64)
    rows["crs"] = crs
    rows[_TREE] = rows[_TREE].where(rows[_COUNT] > 0).fillna("") if _TREE in rows else ""
    rows[LAST_SEQ] = [max(used.get(code, 0), 0) for code in codes]
    return rows.rename_axis(CODE).reset_index().infer_objects()


def one_told(cuts: pd.DataFrame | None, cells: Cells) -> tuple[str | None, CellSize | None]:
    """The method and the size that all units were last cut by; None where there are several, or none told."""
    methods = set(cells[METHOD].dropna()) if METHOD in cells else set()
    sizes = set() if cuts is None else {*_sizes(cuts).values()}
    return (
        str(methods.pop()) if len(methods) == 1 else None,
        sizes.pop() if len(sizes) == 1 else None,
    )
