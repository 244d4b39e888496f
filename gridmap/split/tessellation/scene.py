"""The tessellation as an edit sees it: arrays of its cells, and the refusals that need no geometry."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.topology import Geometries, coverage_union
from gridmap.geo.frames import Cells, Units, crs_of
from gridmap.geo.systems.crs import is_metric
from gridmap.messages import Message, msg, msg_n
from gridmap.names import CODE, HOUSEHOLDS, PARENT_CODE

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Scene:
    """The cells before an edit, by position.

    Attributes:
        codes, parents: texts.
        shapes: in metres.
        loads: households; 0 where none is told.
        units: the units, where they are known.
        locked: codes of cells that no edit may change.
    """

    codes: npt.NDArray[np.object_]
    parents: npt.NDArray[np.object_]
    shapes: Geometries
    loads: Floats
    units: Units | None
    locked: frozenset[str]

    @classmethod
    def of(cls, cells: Cells, units: Units | None, locked: frozenset[str]) -> Scene:
        """The scene of some cells.

        Raises:
            InputError: cells and units are not in one metric CRS.
        """
        if not is_metric(crs_of(cells)) or (units is not None and crs_of(units) != crs_of(cells)):
            raise InputError(
                msg(
                    "Cells and units must be in one projected coordinate system in metres; "
                    "convert them first."
                )
            )
        loads = np.zeros(len(cells))
        if HOUSEHOLDS in cells:
            numbers = pd.to_numeric(cells[HOUSEHOLDS], errors="coerce")
            loads = np.nan_to_num(numbers.to_numpy(dtype=np.float64, na_value=0.0))
        codes, parents = (cells[column].to_numpy(dtype=object) for column in (CODE, PARENT_CODE))
        return cls(codes, parents, cells.geometry.to_numpy(), loads, units=units, locked=locked)

    def position(self, code: str) -> int:
        """Where a cell is.

        Raises:
            InputError: there is none of this code.
        """
        found = np.flatnonzero(self.codes == code)
        if not len(found):
            raise InputError(
                msg("There is no cell {code}. It may have been retired: load the cells again.", code=code)
            )
        return int(found[0])

    def siblings(self, position: int) -> Indices:
        """All cells of the same unit, itself included."""
        return np.flatnonzero(self.parents == self.parents[position])

    def meeting(self, shape: shapely.Geometry, among: Indices | None = None) -> Indices:
        """The cells that a shape meets, borders included."""
        shapely.prepare(shape)
        if among is None:
            return np.flatnonzero(shapely.intersects(self.shapes, shape))
        return among[shapely.intersects(self.shapes[among], shape)]

    def unit_parts(self, position: int) -> Geometries:
        """The parts of a cell's unit: one, but for islands.

        Raises:
            InputError: the units are known, and this one is not among them.
        """
        if self.units is None:
            own = self.shapes[self.siblings(position)]
            return np.atleast_1d(shapely.get_parts(coverage_union(own)))
        code = self.parents[position]
        found = self.units.geometry[self.units[CODE] == code]
        if found.empty:
            raise InputError(
                msg(
                    "Unit {code} of the cells is not among the units. Give the units they were cut from.",
                    code=code,
                )
            )
        return np.atleast_1d(shapely.get_parts(found.iloc[0]))

    def require_unlocked(self, positions: Iterable[int]) -> None:
        """Refuse to change locked cells.

        Raises:
            InputError: some are locked; all are named.
        """
        locked = sorted({self.codes[position] for position in positions} & self.locked)
        if locked:
            raise InputError(
                msg_n(
                    "Cell {codes} is locked, and this would change it. Unlock it first, or leave it out.",
                    "Cells {codes} are locked, and this would change them. "
                    "Unlock them first, or leave them out.",
                    n=len(locked),
                    codes=locked,
                )
            )

    def require_one_unit(self, positions: Collection[int]) -> None:
        """Refuse to join cells of several units.

        Raises:
            InputError: they are of several.
        """
        units = sorted({self.parents[position] for position in positions})
        if len(units) > 1:
            raise InputError(
                msg(
                    "Cells {codes} belong to different villages or communities ({units}), "
                    "and a cell never crosses their border. Choose cells of one.",
                    codes=sorted(self.codes[position] for position in positions),
                    units=units,
                )
            )


@dataclass(frozen=True)
class Division:
    """What an edit makes of faces: whose each was, and whose it becomes.

    Attributes:
        faces: meet edge to edge, each within one cell.
        owners: position of the cell that each lies in.
        labels: position of the cell that each goes to; from `len(scene.codes)` on, numbers of pieces.
        pieces: the cell that each such piece is of; the largest piece will keep its code.
        bends: vertices that were drawn, not computed.
        torn: by label, why not, if what it gets does not hang together.
        notes: what the person should know of how the command was taken.
    """

    faces: Geometries
    owners: Indices
    labels: Indices
    pieces: Mapping[int, int] = field(default_factory=dict)
    bends: frozenset[tuple[float, float]] = frozenset()
    torn: Mapping[int, Message] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()

    @property
    def changed(self) -> Indices:
        """Positions of the cells that give or get a face, ascending."""
        moves = self.owners != self.labels
        cells = np.concatenate([self.owners[moves], self.labels[moves]])
        return np.setdiff1d(cells, list(self.pieces))
