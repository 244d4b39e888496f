"""Files of offices over the drawn county, previewed and saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.model.access import User
from gridmap.model.changes import RowState
from gridmap.service.imports.decisions import Decisions
from gridmap.service.imports.mapping import corrected, suggested
from gridmap.service.imports.preview import ImportPreview, preview_import
from gridmap.service.imports.rows import ImportRow
from gridmap.service.imports.saving import save_import
from gridmap.service.imports.source import Reading, Source, read_source
from gridmap.service.plan_cache import PlanCache
from gridmap.store.contents import Contents, write_plan
from gridmap.store.repository import Workspace
from tests.service.imports.roster.drawn_rosters import workbook
from tests.store.drawn_workspace import MORNING, PLANNER, drawn_workspace, square


def larger_county(folder: Path) -> PlanCache:
    """The drawn county with two more villages in the first township, whose names are easily mistaken."""
    workspace = drawn_workspace(folder)
    rows = [("990101001202", "寺门村", square(10)), ("990101001203", "杨家庄村", square(11))]
    frame = pd.DataFrame(rows, columns=["code", "name", "geometry"]).assign(
        level="village", kind="village", parent_code="990101001000"
    )
    units = gpd.GeoDataFrame(frame, geometry="geometry", crs=4326)
    write_plan(workspace, Contents(units=units), "demo", "more", MORNING)
    return PlanCache(Workspace.open(workspace.path))


def table(cache: PlanCache, *rows: Sequence[object], name: str = "office.xlsx") -> Path:
    """A workbook with these rows beside the workspace."""
    return workbook(cache.workspace.path.with_name(name), r=rows)


def layer(cache: PlanCache, points: Mapping[tuple[float, float], Mapping[str, object]]) -> Path:
    """A layer of points with attributes beside the workspace."""
    path = cache.workspace.path.with_name("points.geojson")
    shapes = [shapely.Point(point) for point in points]
    gpd.GeoDataFrame(pd.DataFrame(list(points.values())), geometry=shapes, crs=4326).to_file(path)
    return path


def look(
    cache: PlanCache,
    kind: str,
    path: Path,
    decisions: Decisions | None = None,
    *,
    reading: Reading | None = None,
    chosen: Mapping[str, str] | None = None,
    user: User = PLANNER,
) -> ImportPreview:
    """The preview of a file."""
    source = read_source(path, kind, reading)
    mapping = corrected(source, suggested(cache.workspace, source), chosen or {})
    return preview_import(cache, source, mapping, decisions, user=user, at=MORNING)


def source_of(path: Path, kind: str) -> Source:
    return read_source(path, kind)


def save(cache: PlanCache, preview: ImportPreview, *, only_good: bool = False) -> None:
    save_import(
        cache.workspace, preview, reason="from the office", user=PLANNER, at=MORNING, only_good=only_good
    )


def states(preview: ImportPreview) -> list[str]:
    return [row.state.value for row in preview.rows]


def reason(preview: ImportPreview, number: int) -> str:
    (row,) = [one for one in preview.rows if one.number == number]
    assert row.state is RowState.REFUSED, row
    return str(row.reason)


def what(row: ImportRow) -> list[str]:
    return [str(one) for one in row.what]
