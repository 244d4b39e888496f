"""A drawn county for the store: one county, two townships of one village each, two cells a village.

Each cell is a square of 0.01°; the first village lies west of the second.

  990101001201: 001 002 | 990101002201: 001 002
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.model.access import Role, User
from gridmap.store.contents import Contents, write_plan
from gridmap.store.repository import Workspace

MORNING = datetime(2020, 2, 10, 8)
WEST, EAST = "990101001201", "990101002201"
CELLS = [f"{WEST}001", f"{WEST}002", f"{EAST}001", f"{EAST}002"]
PLANNER = User("li", "Li", Role.PLANNER)
PHONE = "10012345678"


def square(column: int, width: int = 1) -> shapely.Polygon:
    """A square of 0.01° in the given column, or `width` of them side by side."""
    return shapely.box(117 + column * 0.01, 38, 117 + (column + width) * 0.01, 38.01)


def units() -> gpd.GeoDataFrame:
    """County, townships, villages."""
    rows = [
        ("990101000000", "云泽县", "county", None, square(0, 4)),
        ("990101001000", "河东镇", "township", "990101000000", square(0, 2)),
        ("990101002000", "河西镇", "township", "990101000000", square(2, 2)),
        (WEST, "东村", "village", "990101001000", square(0, 2)),
        (EAST, "西村", "village", "990101002000", square(2, 2)),
    ]
    frame = pd.DataFrame(rows, columns=["code", "name", "level", "parent_code", "geometry"])
    return gpd.GeoDataFrame(frame.assign(kind=frame["level"]), geometry="geometry", crs=4326)


def cells() -> gpd.GeoDataFrame:
    """Four cells of 400 households."""
    return gpd.GeoDataFrame(
        {
            "code": CELLS,
            "name": ["东1", "东2", "西1", "西2"],
            "parent_code": [code[:12] for code in CELLS],
            "seq": [1, 2, 1, 2],
            "households": 400.0,
            "feasible": [True, True, True, False],
        },
        geometry=[square(column) for column in range(4)],
        crs=4326,
    )


def contents() -> Contents:
    """Everything of the drawn county."""
    people = pd.DataFrame({"id": ["ann", "bob"], "name": ["安", "鲍"], "phone": [PHONE, "110"]})
    posts = pd.DataFrame(
        {
            "id": ["s1"],
            "person_id": ["ann"],
            "function": ["head"],
            "tier": [2],
            "target_kind": ["unit"],
            "target_code": [WEST],
            "valid_from": [pd.Timestamp("2020-01-01")],
            "valid_to": [pd.NaT],
        }
    )
    checkpoint = {
        "code": "k1",
        "name": "南关",
        "unit_code": WEST,
        "second_unit_code": EAST,
        "minimum_staff": 2,
    }
    gate = {"emergency_phone": PHONE, "lon": 117.02, "lat": 38.005}
    site = {
        "code": "c1",
        "name": "厂",
        "unit_code": EAST,
        "cell_code": CELLS[2],
        "lon": 117.025,
        "lat": 38.002,
    }
    return Contents(
        units=units(),
        cells=cells(),
        buildings=gpd.GeoDataFrame(
            {"unit_code": [WEST], "households": [3]}, geometry=[shapely.Point(117.001, 38.001)], crs=4326
        ),
        people=people,
        posts=posts,
        teams=pd.DataFrame({"id": ["t1"], "name": ["一组"]}),
        checkpoints=pd.DataFrame([checkpoint | gate]),
        contact_sites=pd.DataFrame([site]),
        visits=pd.DataFrame({"id": ["v1"], "site_code": ["c1"], "visited_at": [MORNING]}),
        cuts=pd.DataFrame({"unit_code": [WEST], "tree": ["{}"], "crs": ["EPSG:4548"]}),
    )


def make_workspace(folder: Path) -> Workspace:
    """The drawn county written to a new workspace file in `folder`."""
    workspace = Workspace.create(
        folder / "drawn.gpkg", title="云泽县", metric_crs="EPSG:4548", demo_clock=MORNING
    )
    write_plan(workspace, contents(), "demo", "drawn", MORNING)
    return workspace


def drawn_workspace(folder: Path) -> Workspace:
    """A copy of the drawn county's workspace file in `folder`."""
    workspace = Workspace(folder / "drawn.gpkg")
    workspace.path.write_bytes(_made_once())
    return workspace


@cache
def _made_once() -> bytes:
    with TemporaryDirectory() as folder:
        return make_workspace(Path(folder)).path.read_bytes()
