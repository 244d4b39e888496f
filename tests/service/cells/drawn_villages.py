"""Two villages side by side as files and as a workspace, and drafts of their cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import geopandas as gpd
import shapely

from gridmap.model.access import Role, User
from gridmap.service.boundaries.preview import Preview
from gridmap.service.cells.choice import DraftChoice
from gridmap.service.cells.draft import Draft
from gridmap.service.cells.drafting import draft_cells
from gridmap.service.cells.loads import ColumnLoad, Load
from gridmap.service.cells.saving import save_draft
from gridmap.split.rule import SplitRule
from gridmap.store.repository import Workspace

AT = datetime(2020, 2, 10, 12)
LATER = AT + timedelta(days=1)
ANN = User("ann", "Ann", Role.PLANNER)
SIZE = (400.0, 300.0, 500.0)
SMALLER = (130.0, 100.0, 160.0)
"""Six cells of a village instead of two: none keeps more than half of an old one."""
HOUSEHOLDS = ColumnLoad("households")


def drawn_file(
    path: Path, codes: Sequence[str] = "AB", parent: str | None = None, households: int = 800
) -> Path:
    """Squares of 0.01 degrees side by side."""
    frame = gpd.GeoDataFrame(
        {
            "code": list(codes),
            "name": [f"Village {code}" for code in codes],
            "parent_code": parent,
            "households": households,
        },
        geometry=[shapely.box(116.5 + 0.01 * i, 38, 116.51 + 0.01 * i, 38.01) for i in range(len(codes))],
        crs="EPSG:4326",
    )
    frame.to_file(path, layer="units", driver="GPKG")
    return path


def drawn_points(path: Path, units: int = 2, weight: int = 10) -> Path:
    """A lattice of 80 points in each square, and one point far away."""
    places = [
        shapely.Point(116.5 + 0.01 * unit + 0.001 * (x + 0.5), 38 + 0.00125 * (y + 0.5))
        for unit in range(units)
        for x in range(10)
        for y in range(8)
    ]
    frame = gpd.GeoDataFrame(
        {"families": [weight] * (len(places) + 1), "note": "x"},
        geometry=[*places, shapely.Point(0, 0)],
        crs="EPSG:4326",
    )
    frame.to_file(path, layer="houses", driver="GPKG")
    return path


def drafted(
    workspace: Workspace,
    source: Preview | None,
    load: Load = HOUSEHOLDS,
    size: tuple[float, float, float] = SIZE,
    at: datetime = AT,
) -> Draft:
    return draft_cells(workspace, source, load, DraftChoice(SplitRule(*size)), user=ANN, at=at)


def saved(workspace: Workspace, draft: Draft, at: datetime = AT) -> int:
    return save_draft(workspace, draft, reason="cut", user=ANN, at=at).revision
