"""Rows of cells exchanged for others: how an edit enters a table, and how it is taken back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import Cells
from gridmap.messages import msg
from gridmap.names import CODE, PARENT_CODE

Indices = npt.NDArray[np.intp]
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Exchange:
    """Rows that an edit takes out of a table of cells, and those it puts in; codes in both are changed."""

    before: Cells
    after: Cells

    def reversed(self) -> Exchange:
        """What takes this exchange back."""
        return Exchange(self.after, self.before)


def exchanged(cells: Cells, exchange: Exchange) -> Cells:
    """The table after an exchange; rows not in it are the same rows, geometry and all.

    Changed rows keep their places; new ones stand among the rows of their unit in the order of codes.

    Raises:
        InputError: a row to be taken out is not as it was, or the code of one to be put in is taken.
    """
    codes = pd.Index(cells[CODE])
    gone = codes.get_indexer(pd.Index(exchange.before[CODE]))
    _require_as_they_were(cells, exchange, gone)
    new_codes = exchange.after[CODE].to_numpy(dtype=object)
    parents = exchange.after[PARENT_CODE].to_numpy(dtype=object)
    codes_now, parents_now = (cells[column].to_numpy(dtype=object) for column in (CODE, PARENT_CODE))
    place_of = dict(zip(exchange.before[CODE], gone.tolist(), strict=True))
    order = np.arange(len(cells))
    inserted: list[tuple[int, str, int]] = []
    for row, code in enumerate(new_codes, start=len(cells)):
        if code in place_of:
            order[place_of.pop(code)] = row
        else:
            inserted.append((_place(codes_now, parents_now, parents[row - len(cells)], code), code, row))
    removed = list(place_of.values())
    inserted.sort()
    places, rows = [place for place, _, _ in inserted], [row for _, _, row in inserted]
    keep = np.ones(len(cells), dtype=bool)
    keep[removed] = False
    order = np.insert(np.where(keep, order, -1), places, rows)
    both = pd.concat([cells, exchange.after], ignore_index=True)
    return Cells(both.take(order[order >= 0]).reset_index(drop=True))


def _require_as_they_were(cells: Cells, exchange: Exchange, gone: Indices) -> None:
    """Refuse to take out rows that were changed since."""
    expected: Geometries = exchange.before.geometry.to_numpy()
    codes = exchange.before[CODE].to_numpy(dtype=object)
    present = cells.geometry.to_numpy()
    moved = [
        code
        for code, at, shape in zip(codes, gone.tolist(), expected, strict=True)
        if at < 0 or not shapely.equals_exact(present[at], shape, tolerance=0.0)
    ]
    back = set(exchange.after[CODE]) - set(codes)
    taken = sorted(back & set(cells[CODE])) if back else []
    if moved or taken:
        raise InputError(
            msg(
                "Cells {codes} were edited again since. Take back the later edits first.",
                codes=sorted({*moved, *taken}),
            )
        )


def _place(codes: Texts, parents: Texts, parent: str, code: str) -> int:
    """Where among the rows a new cell of a unit stands: before its first cell of a larger code, or last."""
    siblings = np.flatnonzero(parents == parent)
    if not len(siblings):
        return len(codes)
    larger = siblings[codes[siblings] > code]
    return int(larger[0]) if len(larger) else int(siblings[-1]) + 1
