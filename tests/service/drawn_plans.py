"""A drawing as an office has it: parcels whose streets end a little short, texts in GBK, and other layers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from ezdxf import filemanagement, units
from ezdxf.document import Drawing

from gridmap.geo.systems.placement import Placement

OUTLINES, NAMES, PEOPLE, ARROW = "网格线", "网格名", "联系人", "指北针"
PHONE: Final = "10000001234"
ON_GROUND: Final = Placement(1.0, 0.0, (455_000.0, 4_206_500.0))
"""In EPSG:4548 it lies within the small demonstration county."""
METRES: Final = int(units.M)


def draw_plan(
    path: Path,
    placed: Placement = ON_GROUND,
    *,
    columns: int = 3,
    rows: int = 2,
    side: float = 500.0,
    gap: float = 0.2,
    unit: int = 0,
) -> Path:
    """Write a plan of parcels, numbered from the south-west; the first is without a code.

    Args:
        path: where, ending in .dxf.
        placed: where on the sheet the corner in the south-west is, and how it is turned and scaled.
        columns, rows: how many parcels there are.
        side: of a parcel.
        gap: by which lines between parcels end short of the frame.
        unit: as the file says; 0 where it says nothing.
    """
    document = filemanagement.new("R2000", units=unit)
    document.encoding = "gbk"
    width, height = columns * side, rows * side
    _line(document, OUTLINES, placed, [(0, 0), (width, 0), (width, height), (0, height)], close=True)
    for column in range(1, columns):
        _line(document, OUTLINES, placed, [(column * side, gap), (column * side, height - gap)])
    for row in range(1, rows):
        _line(document, OUTLINES, placed, [(gap, row * side), (width - gap, row * side)])
    _line(document, ARROW, placed, [(-90, 0), (-90, 40)])
    for number in range(columns * rows):
        middle = (number % columns + 0.5) * side, (number // columns + 0.5) * side
        _text(document, NAMES, placed, f"东关第{number + 1}网格", middle)
        if number:
            below = middle[0], middle[1] - 0.2 * side
            _text(document, NAMES, placed, f"99010100100{number + 1:04}", below)
    _text(document, NAMES, placed, "图例", (-60, 0))
    _text(document, PEOPLE, placed, f"网格员 {PHONE}", (0.5 * side, 0.7 * side))
    document.saveas(path)
    return path


def _line(
    document: Drawing,
    layer: str,
    placed: Placement,
    points: list[tuple[float, float]],
    *,
    close: bool = False,
) -> None:
    at = [tuple(map(float, one)) for one in placed.points(np.array(points, dtype=np.float64))]
    document.modelspace().add_lwpolyline(at, close=close, dxfattribs={"layer": layer})


def _text(document: Drawing, layer: str, placed: Placement, text: str, point: tuple[float, float]) -> None:
    (at,) = placed.points(np.array([point], dtype=np.float64))
    document.modelspace().add_text(text, dxfattribs={"layer": layer, "insert": (float(at[0]), float(at[1]))})
