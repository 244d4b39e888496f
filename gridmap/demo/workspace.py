"""The demonstration county written as a workspace."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path

from gridmap.demo.county import CLOCK, County, make_county
from gridmap.demo.extent import COUNTY_NAME, FULL, METRIC_CRS, Extent
from gridmap.demo.faults import KnownFaults
from gridmap.model.access import Action, User
from gridmap.names import HOUSEHOLDS
from gridmap.service.boundaries.samples import require_empty
from gridmap.service.rights import require
from gridmap.store.changes import begin_change
from gridmap.store.contents import Contents, write_contents, write_plan
from gridmap.store.history import Author
from gridmap.store.repository import Revision, Workspace

_AUTHOR = "demo"
_REASON = "demo: fictional county"


@dataclass(frozen=True)
class DemoSummary:
    """What was written: rows by table, the clock it opens at, and the faults that are in it."""

    path: Path
    title: str
    seed: int
    clock: datetime
    revision: int
    counts: dict[str, int]
    households: int
    faults: KnownFaults

    def as_plain(self) -> dict[str, object]:
        """The summary as values that JSON knows."""
        return {
            "workspace": str(self.path),
            "title": self.title,
            "seed": self.seed,
            "clock": self.clock.isoformat(),
            "revision": self.revision,
            "counts": self.counts,
            "households": self.households,
            "faults": asdict(self.faults),
        }


def write_demo(path: Path | str, seed: int, day: date, extent: Extent = FULL) -> DemoSummary:
    """Make the demonstration county and write it to a new workspace file.

    Raises:
        StoreError: something is already at `path` (it is left alone), or the folder cannot be written.
        TessellationError: the drawn villages or cells are no exact coverage; another seed will do.
    """
    clock = datetime.combine(day, CLOCK)
    # The file comes first, so that a path that will not do is refused before any work.
    workspace = Workspace.create(path, title=COUNTY_NAME, metric_crs=METRIC_CRS, demo_clock=clock)
    try:
        county = make_county(seed, day, extent)
        contents = contents_of(county)
        revision = write_plan(workspace, contents, _AUTHOR, _REASON, clock)
    except BaseException:  # a stopped program too leaves no half of a county behind
        Path(path).unlink()  # ours, and no workspace yet
        raise
    return DemoSummary(
        path=Path(path),
        title=county.title,
        seed=seed,
        clock=clock,
        revision=revision.revision,
        counts={name: len(frame) for name, frame in vars(contents).items() if frame is not None},
        households=int(county.buildings[HOUSEHOLDS].sum()),
        faults=county.faults,
    )


def fill_demo(
    workspace: Workspace, seed: int, day: date, extent: Extent = FULL, *, user: User, at: datetime
) -> Revision:
    """Make the demonstration county and write it into an empty workspace, which takes its title and clock.

    Raises:
        AccessError: the user may not edit units and cells everywhere.
        InputError: the workspace is not empty; it is as it was.
        TessellationError: the drawn villages or cells are no exact coverage; another seed will do.
    """
    require(user, Action.EDIT_CELLS)
    require_empty(workspace)
    clock = datetime.combine(day, CLOCK)
    county = make_county(seed, day, extent)
    with begin_change(workspace, Author(user.name, at, _REASON)) as change:
        change.describe(title=county.title, metric_crs=METRIC_CRS, demo_clock=clock)
        write_contents(change, contents_of(county))
        return change.revision


def contents_of(county: County) -> Contents:
    """The tables of a county as the store takes them. Rivers and roads have no table there."""
    filled = [field.name for field in fields(Contents) if hasattr(county, field.name)]
    return Contents(**{name: getattr(county, name) for name in filled})
