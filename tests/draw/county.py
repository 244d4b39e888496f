"""A drawn county: squares of a chessboard with crooked edges, grouped into villages, townships and a county.

Every cell is a square of `SIDE` metres before bending; neighbours share every vertex. Codes say the place:
township "T01", village "T01V01", cell "T01V01-001".
"""

from collections.abc import Sequence
from datetime import datetime

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridmap.draw.layers import (
    CellMark,
    Layers,
    LegendEntry,
    PointMark,
    Row,
    Shapes,
    UnitMark,
    vacancy_fill,
)
from gridmap.messages import msg
from gridmap.model.labels import CELL_STATES, CHECKPOINT_STATES, SITE_STATES
from gridmap.model.places import Level
from gridmap.model.status import CellState, CheckpointState, SiteState

SIDE = 1000.0
CRS = "EPSG:4547"
ORIGIN = (500_000.0, 4_200_000.0)
WHEN = datetime(2020, 2, 10, 22, 0)
NAMES = "南关河东寺门云泽柳林石桥白塔青山杨庄李集王官大营"


def layers_and_shapes(
    townships: Sequence[int], villages: Sequence[int], cells: Sequence[int], scope: str = "C"
) -> tuple[Layers, Shapes]:
    """A county of `townships` (columns, rows), each of `villages`, each of `cells`; 1 cell in 9 is vacant."""
    shapes: dict[str, BaseGeometry] = {}
    parents: dict[str, str] = {}
    wide, high = villages[0] * cells[0], villages[1] * cells[1]
    for t, (tx, ty) in enumerate(_places(townships), 1):
        for v, (vx, vy) in enumerate(_places(villages), 1):
            for c, (cx, cy) in enumerate(_places(cells), 1):
                township, village = f"T{t:02}", f"T{t:02}V{v:02}"
                cell = f"{village}-{c:03}"
                parents |= {cell: village, village: township, township: "C"}
                shapes[cell] = _square(tx * wide + vx * cells[0] + cx, ty * high + vy * cells[1] + cy)
    return _layers(shapes, parents, scope), _shapes(shapes, parents)


def point(
    code: str, state: CheckpointState | SiteState, x: float, y: float, name: str = "东门卡口"
) -> PointMark:
    """A point `x`, `y` squares from the county's lower left corner."""
    place = gpd.GeoSeries.from_xy([ORIGIN[0] + x * SIDE], [ORIGIN[1] + y * SIDE], crs=CRS).to_crs("EPSG:4326")
    lon, lat = float(place.x.iloc[0]), float(place.y.iloc[0])
    return PointMark(code, name, "checkpoint", state.value, lon, lat, "2/3")


def _places(size: Sequence[int]) -> list[tuple[int, int]]:
    return [(column, row) for row in range(size[1]) for column in range(size[0])]


def _square(column: int, row: int) -> BaseGeometry:
    outline = shapely.segmentize(shapely.box(column, row, column + 1, row + 1), 0.13)
    return shapely.transform(outline, _bend)


def _bend(squares: np.ndarray) -> np.ndarray:
    x, y = np.round(squares, 6).T  # neighbours count their steps from either end
    east = x + 0.12 * np.sin(1.7 * y + 0.4 * x) + 0.06 * np.sin(5.1 * y) + 0.015 * np.sin(13 * y + x)
    north = y + 0.12 * np.sin(1.4 * x - 0.3 * y) + 0.05 * np.sin(4.3 * x) + 0.015 * np.sin(12 * x + y)
    return np.round(np.column_stack([east, north]) * SIDE + ORIGIN, 3)


def _shapes(shapes: dict[str, BaseGeometry], parents: dict[str, str]) -> Shapes:
    inside: dict[str, list[BaseGeometry]] = {}
    for code, shape in shapes.items():
        while code in parents:
            code = parents[code]  # noqa: PLW2901 - climbs to the county
            inside.setdefault(code, []).append(shape)
    units = {code: shapely.coverage_union_all(parts) for code, parts in inside.items()}
    return Shapes(
        units=gpd.GeoSeries(units, crs=CRS).to_crs("EPSG:4326"),
        cells=gpd.GeoSeries(shapes, crs=CRS).to_crs("EPSG:4326"),
        crs=CRS,
    )


def _name(code: str) -> str:
    number = sum(map(ord, code)) * 7 + len(code)
    pair = NAMES[number % 11 * 2 : number % 11 * 2 + 2]
    if code == "C":
        return "云泽县"
    return f"{pair}{'镇' if len(code) == 3 else '村'}" if "-" not in code else f"第{int(code[-3:])}网格"


def _state(number: int) -> CellState:
    if number % 37 == 5:
        return CellState.OVERLOADED
    if number % 41 == 7:
        return CellState.NO_DATA
    return CellState.VACANT if number % 9 == 4 else CellState.COVERED


def _layers(shapes: dict[str, BaseGeometry], parents: dict[str, str], scope: str) -> Layers:
    states = {code: _state(number) for number, code in enumerate(shapes)}
    inside = {code: state for code, state in states.items() if _under(code, scope, parents)}
    units = {parents[code] for code in parents} | {"C"}
    shown = sorted(code for code in units if code == scope or _under(code, scope, parents))
    steps = {1: Level.COUNTY, 3: Level.TOWNSHIP, 6: Level.VILLAGE}
    marks: dict[Level, tuple[UnitMark, ...]] = {}
    for width, level in steps.items():
        rows = [_row(code, inside, parents) for code in shown if len(code) == width]
        largest = max((row.vacant for row in rows), default=0)
        marks[level] = tuple(
            UnitMark(r.code, r.name, parents.get(r.code), r.cells, r.vacant, vacancy_fill(r.vacant, largest))
            for r in rows
        )
    parts = tuple(_row(code, inside, parents) for code in [*shown, *inside] if parents.get(code) == scope)
    trail = [scope]
    while trail[0] in parents:
        trail.insert(0, parents[trail[0]])
    total = _row(scope, inside, parents)
    return Layers(
        title="云泽县网格化管理作战图",
        scope=scope,
        trail=tuple((code, _name(code)) for code in trail),
        as_of=WHEN,
        revision=128,
        demo=True,
        units={level: found for level, found in marks.items() if found},
        cells=tuple(CellMark(code, _name(code), parents[code], state) for code, state in inside.items()),
        points={},
        legend=_legend(inside),
        rows=parts,
        total=total,
        reading=msg(
            "{vacant} of {cells} cells have nobody responsible; {covered} cells of {whole} have somebody.",
            vacant=total.vacant,
            cells=total.cells,
            covered=total.covered + total.overloaded,
            whole=msg("the county"),
        ),
    )


def _under(code: str, scope: str, parents: dict[str, str]) -> bool:
    while code in parents:
        code = parents[code]
        if code == scope:
            return True
    return False


def _row(code: str, inside: dict[str, CellState], parents: dict[str, str]) -> Row:
    states = [state for cell, state in inside.items() if cell == code or _under(cell, code, parents)]
    return Row(
        code,
        _name(code),
        cells=len(states),
        covered=states.count(CellState.COVERED),
        overloaded=states.count(CellState.OVERLOADED),
        vacant=states.count(CellState.VACANT),
        households=379 * len(states),
    )


def _legend(inside: dict[str, CellState]) -> tuple[LegendEntry, ...]:
    states = list(inside.values())
    found = [LegendEntry("cells", s.value, label, states.count(s)) for s, label in CELL_STATES.items()]
    posts = [LegendEntry("checkpoints", s.value, label, 3) for s, label in CHECKPOINT_STATES.items()]
    sites = [LegendEntry("contact_sites", s.value, label, 12) for s, label in SITE_STATES.items()]
    return (*(entry for entry in found if entry.count), *posts, *sites)
