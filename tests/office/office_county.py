"""A county whose names are those that trip offices up, and the command line over it.

Each village is a square of 0.02°, side by side from 117° E at 38° N; 东李村 stands in two townships.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import openpyxl
import pandas as pd
import shapely
from click.testing import CliRunner, Result

from gridmap.cli import main
from gridmap.store.contents import Contents, write_plan
from gridmap.store.repository import Workspace
from tests.store.drawn_workspace import MORNING

COUNTY, SIMEN, CHENGGUAN = "990101000000", "990101100000", "990101001000"
EAST_LI, WEST_LI, SIMEN_VILLAGE = "990101100201", "990101100202", "990101100203"
EAST_LI_IN_TOWN, XINGFU = "990101001201", "990101001001"
VILLAGES: Final = {
    EAST_LI: ("东李村", SIMEN),
    WEST_LI: ("西李村", SIMEN),
    SIMEN_VILLAGE: ("寺门村", SIMEN),
    EAST_LI_IN_TOWN: ("东李村", CHENGGUAN),
    XINGFU: ("幸福社区", CHENGGUAN),
}
SIDE: Final = 0.02


def ground(place: int, width: int = 1) -> shapely.Polygon:
    """The square of the village at a place in `VILLAGES`, or several side by side."""
    return shapely.box(117 + place * SIDE, 38, 117 + (place + width) * SIDE, 38 + SIDE)


def office_county(folder: Path) -> Workspace:
    """A workspace of one county, two townships, five villages of 300 households and a cell each."""
    workspace = Workspace(folder / "office.gpkg")
    workspace.path.write_bytes(_made_once())
    return workspace


@cache
def _made_once() -> bytes:
    with TemporaryDirectory() as folder:
        workspace = Workspace.create(
            Path(folder) / "office.gpkg", title="云泽县", metric_crs="EPSG:4548", demo_clock=MORNING
        )
        write_plan(workspace, Contents(units=_units(), cells=_cells()), "demo", "drawn", MORNING)
        return workspace.path.read_bytes()


def _units() -> gpd.GeoDataFrame:
    villages = enumerate(VILLAGES.items())
    rows = [
        (COUNTY, "云泽县", "county", None, ground(0, 5)),
        (SIMEN, "寺门村镇", "township", COUNTY, ground(0, 3)),
        (CHENGGUAN, "城关街道", "township", COUNTY, ground(3, 2)),
        *((code, name, "village", above, ground(n)) for n, (code, (name, above)) in villages),
    ]
    frame = pd.DataFrame(rows, columns=["code", "name", "level", "parent_code", "geometry"])
    loads = frame.assign(kind=frame["level"], households=300.0)
    return gpd.GeoDataFrame(loads, geometry="geometry", crs=4326)


def _cells() -> gpd.GeoDataFrame:
    columns = {
        "code": [f"{code}001" for code in VILLAGES],
        "name": [f"{name}第1网格" for name, _ in VILLAGES.values()],
        "parent_code": list(VILLAGES),
        "seq": 1,
        "households": 300.0,
    }
    return gpd.GeoDataFrame(columns, geometry=[ground(place) for place in range(len(VILLAGES))], crs=4326)


def run(*arguments: object, language: str = "C") -> Result:
    """The command line as a user types it."""
    environment = {"LC_ALL": language, "LANG": language}
    return CliRunner(env=environment).invoke(main, [str(argument) for argument in arguments])


def brought_in(workspace: Workspace, kind: str, file: Path, *options: object) -> dict[str, Any]:
    """What `gridmap import --json` tells of a file whose good rows are saved."""
    result = run("import", workspace.path, kind, file, "--good-rows", "--json", *options)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def tried(workspace: Workspace, kind: str, file: Path, *options: object) -> dict[str, Any]:
    """What `gridmap import --dry-run --json` tells of a file; the workspace stays as it is, byte by byte."""
    before = hashlib.sha256(workspace.path.read_bytes()).digest()
    result = run("import", workspace.path, kind, file, "--dry-run", "--json", *options)
    assert result.exit_code in {0, 1}, result.output
    assert hashlib.sha256(workspace.path.read_bytes()).digest() == before
    told = dict(json.loads(result.stdout))
    assert result.exit_code == bool(told["refused"])
    return told


def refused(told: dict[str, Any]) -> dict[int, str]:
    """Why rows are refused, by their numbers."""
    return {row["row"]: row["reason"] for row in told["rows"] if row["state"] == "refused"}


def households(workspace: Workspace) -> dict[str, float]:
    """Of the villages that do not have the 300 they began with."""
    stored = workspace.load_plan().units["households"]
    return {str(code): count for code, count in stored.loc[list(VILLAGES)].items() if count != 300}


def xlsx(path: Path, rows: Sequence[Sequence[Any]], *merged: str) -> Path:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append(list(row))
    for area in merged:
        page.merge_cells(area)
    book.save(path)
    return path


def csv(path: Path, *rows: str, encoding: str = "utf-8") -> Path:
    """A CSV file with the line ends of Windows."""
    path.write_bytes("\r\n".join(rows).encode(encoding))
    return path
