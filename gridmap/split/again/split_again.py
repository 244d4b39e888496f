"""Splitting again where some units are others now: these afresh first, then the rest with stability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gridmap.geo.frames import Cells, Points, Units
from gridmap.names import CODE, HOUSEHOLDS
from gridmap.split.again.changed_units import Carried, UnitDifferences, carried_over, changes_of
from gridmap.split.again.replacement import Resplit, UnitChange
from gridmap.split.again.resplit import resplit
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cut.units import Run
from gridmap.split.material import NO_MATERIAL, Material
from gridmap.split.rule import SplitRule


@dataclass(frozen=True)
class UnitsAgain:
    """Which units are split again.

    Attributes:
        found: to be cut afresh or left out, whatever their load.
        only: codes of those to be split again after that; all where None, none where empty.
    """

    found: UnitDifferences
    only: frozenset[str] | None = None


@dataclass(frozen=True)
class SplitAgain:
    """What came of units that were split again.

    Attributes:
        cells: all, sorted by code.
        cuts: rows as of `Split.cuts`, one a unit that was cut; of a unit cut twice as it was cut last.
        resplit: of the units that were not cut afresh only; none where there were no such units.
        found: the units that were cut afresh or left out.
        previous: the cells before, as they were given.
    """

    cells: Cells
    cuts: pd.DataFrame
    resplit: Resplit | None
    found: UnitDifferences
    previous: Previous

    def changes(self, points: Points | None, loads: Mapping[str, float]) -> tuple[UnitChange, ...]:
        """What came of each unit, by code, told from the cells before.

        Args:
            points: where the load is now; without them households move by area.
            loads: of the units cut afresh, as they are now.
        """
        told = {} if self.resplit is None else {change.unit: change for change in self.resplit.changes}
        others = changes_of(self.found, self.previous, self.cells, points, dict(loads))
        told |= {change.unit: change for change in others}
        return tuple(told[unit] for unit in sorted(told))


def split_again(
    units: Units,
    points: Points | None,
    rule: SplitRule,
    previous: Previous,
    chosen: UnitsAgain,
    *,
    weight: str = HOUSEHOLDS,
    material: Material = NO_MATERIAL,
    run: Run = map,
) -> SplitAgain:
    """Make earlier cells fit the units of now, then split again what there is to split.

    Args:
        units: with the vertices of the cells where they are the same place (`geo.same_places`).
        points: see `resplit`, like all that is not named here.
        rule: of the cells.
        previous: the cells before.
        chosen: which units.
        weight: only without points.
        material: what cuts follow.
        run: see `split_units`.

    Raises:
        InputError, EmptyUnitError, TessellationError: see `carried_over` and `resplit`.
    """
    found, only = chosen.found, chosen.only
    carried = Carried(previous, pd.DataFrame())
    if found:
        carried = carried_over(
            units, points, rule, previous, found, weight=weight, material=material, run=run
        )
    if only is not None and not only:
        return SplitAgain(carried.previous.cells, carried.cuts, None, found, previous)
    done = resplit(
        units, points, rule, carried.previous, weight=weight, only=only, material=material, run=run
    )
    return SplitAgain(done.cells, _last_cuts(carried.cuts, done.cuts), done, found, previous)


def _last_cuts(*cuts: pd.DataFrame) -> pd.DataFrame:
    rows = [frame for frame in cuts if len(frame)]
    return pd.concat(rows, ignore_index=True).drop_duplicates(CODE, keep="last") if rows else pd.DataFrame()
