"""Bringing boundaries into a workspace as they are: read, check, save as one change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import geopandas as gpd
import pyproj

from gridmap.errors import InputError
from gridmap.geo.systems.crs import crs_text
from gridmap.messages import Message, msg_n, shortened
from gridmap.model.access import Action, User
from gridmap.model.changes import RowState
from gridmap.names import CODE, NAME, PARENT_CODE, UNITS
from gridmap.service.boundaries.changes import (
    UnitDifference,
    UnitsComparison,
    compare_units,
    refused_units,
)
from gridmap.service.boundaries.joining import joined_units, measuring_crs
from gridmap.service.boundaries.present import present_units
from gridmap.service.boundaries.preview import Boundaries, Preview, preview
from gridmap.service.plan_cache import PlanCache
from gridmap.service.rights import require
from gridmap.store.changes import Change, begin_change
from gridmap.store.contents import Contents, write_contents
from gridmap.store.history import Author
from gridmap.store.repository import Workspace

_SHOWN = 8
"""Codes named in a fault before the rest is counted."""


@dataclass(frozen=True)
class ImportReport:
    """What was saved: rows by table, the revision it made, and notes for the reader's attention."""

    rows: Mapping[str, int]
    revision: int
    notes: tuple[Message, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {"rows": dict(self.rows), "revision": self.revision, "notes": [str(n) for n in self.notes]}


@dataclass(frozen=True)
class UnitsTrial:
    """What bringing in units would change, and notes for the reader's attention; nothing is saved."""

    comparison: UnitsComparison
    notes: tuple[Message, ...]

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        told = [one for one in self.comparison.units if one.state is not RowState.UNCHANGED]
        return {
            "rows": {state.value: count for state, count in self.comparison.counts.items()},
            "revision": None,
            "notes": [str(note) for note in self.notes],
            "units": [one.to_json() for one in told],
            "not_in_file": [code for code, _ in self.comparison.not_in_file],
        }


def import_units(workspace: Workspace, source: Boundaries, *, user: User, at: datetime) -> ImportReport:
    """Save the units of a file beside those already there; a unit of the same code is replaced.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the file cannot be used, or moves the border of a unit that has cells; the workspace is
            as it was.
    """
    require(user, Action.EDIT_CELLS)
    return save_boundaries(workspace, preview(source), user=user, at=at)


def save_boundaries(
    workspace: Workspace, source: Preview, *, user: User, at: datetime, reason: str = ""
) -> ImportReport:
    """Save the units of a file that was read already; see `import_units`.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the file does not fit the workspace, which is as it was.
    """
    require(user, Action.EDIT_CELLS)
    here = PlanCache(workspace)
    system = measuring_crs(workspace, source.read.units)
    units = joined_units(present_units(here), source.read.units, system, file=source.file, told=source.told)
    _require_cells_untouched(here, units, source.file)
    by = Author(user.name, at, reason or f"import: {source.file}")
    report = save_contents(workspace, Contents(units=units), system, by, notes=source.notes)
    return replace(report, rows={UNITS: source.units})


def try_units(workspace: Workspace | None, source: Boundaries) -> UnitsTrial:
    """What `import_units` would do, unit by unit; it refuses the file while a unit is refused.

    Raises:
        InputError: the file cannot be used at all.
    """
    read = preview(source)
    if workspace is None:
        fresh = zip(read.read.units[CODE].astype(str), read.read.units[NAME].astype(str), strict=True)
        added = tuple(UnitDifference(code, name, RowState.ADDED) for code, name in fresh)
        return UnitsTrial(UnitsComparison(added), read.notes)
    return UnitsTrial(compared_units(PlanCache(workspace), read), read.notes)


def compared_units(cache: PlanCache, source: Preview) -> UnitsComparison:
    """The units of a file that was read beside those of the workspace.

    Raises:
        InputError: the boundaries do not fit the workspace.
    """
    present = present_units(cache)
    system = measuring_crs(cache.workspace, source.read.units)
    joined = joined_units(present, source.read.units, system, file=source.file, told=source.told)
    cut = set(cache.plan().cells[PARENT_CODE])
    return compare_units(present, joined, list(source.read.units[CODE]), system, cut=cut)


def save_contents(
    workspace: Workspace,
    contents: Contents,
    system: pyproj.CRS,
    by: Author,
    *,
    notes: tuple[Message, ...] = (),
) -> ImportReport:
    """Save units or cells as one change, measured in `system` where they are the first."""
    with begin_change(workspace, by) as change:
        record_crs(change, system)
        write_contents(change, contents)
        revision = change.revision
    rows = {key: len(frame) for key, frame in vars(contents).items() if frame is not None}
    return ImportReport(rows, revision.revision, notes)


def record_crs(change: Change, system: pyproj.CRS) -> None:
    """Note the metric system of the first boundaries; later ones leave it as it is."""
    if not change.metric_crs():
        change.describe(metric_crs=crs_text(system))


def _require_cells_untouched(cache: PlanCache, units: gpd.GeoDataFrame, file: str) -> None:
    """Units that are cut keep their border and stay without units below: else their cells fit no more."""
    moved = sorted(refused_units(present_units(cache), units, set(cache.plan().cells[PARENT_CODE])))
    if moved:
        raise InputError(
            msg_n(
                "{file}: {n} unit that has cells would get another border or units below it ({codes}). "
                "Cut it again in the same change, on the page Boundaries & cells.",
                "{file}: {n} units that have cells would get other borders or units below them ({codes}). "
                "Cut them again in the same change, on the page Boundaries & cells.",
                n=len(moved),
                file=file,
                codes=shortened(moved, _SHOWN),
            )
        )
