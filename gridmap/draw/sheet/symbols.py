"""Point symbols: checkpoints are round, contact sites square; a filled one is well, a hollow one is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from gridmap.draw.looks import ALARM, PointLook, PointShape, PointSign
from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.draw.sheet.board import PAPER, Board

_DISC: Final = Path.unit_circle()
_HALF: Final = Path.wedge(90, 270)
_CROSS: Final = Path([(-0.6, -0.6), (0.6, 0.6), (-0.6, 0.6), (0.6, -0.6)], [1, 2, 1, 2])
_SQUARE: Final = Path(
    [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85), (-0.85, -0.85)], closed=True
)
_HANDS: Final = Path([(0, 0.65), (0, 0), (0.5, 0)])


@dataclass(frozen=True)
class Stroke:
    """One part of a symbol: a path around (0, 0) of radius 1, its fill, its outline and the outline's mm."""

    path: Path
    face: str = "none"
    edge: str = "none"
    width: float = 0


RIM: Final = 0.35
"""Millimetres of white around every symbol, to part it from the map and from its neighbour."""
_RIMS: Final[Mapping[PointSign, float]] = {PointSign.CROSS: 0.25, PointSign.CLOCK: 0.4}
"""Millimetres of a shape's outline where it is another than usual."""
_USUAL: Final = 0.35
_ALARMING: Final = 0.6
"""An outline that is all there is of an empty checkpoint."""
_OUTLINES: Final[Mapping[PointShape, Path]] = {PointShape.ROUND: _DISC, PointShape.SQUARE: _SQUARE}


def strokes_of(outline: PointShape, look: PointLook) -> tuple[Stroke, ...]:
    """The parts of the symbol of a state, the shape first."""
    shape, ink = _OUTLINES[outline], look.ink
    if look.sign is PointSign.FULL:
        return (Stroke(shape, ink),)
    hollow_alarm = look.sign is PointSign.HOLLOW and ink == ALARM
    rim = Stroke(shape, PAPER, ink, _ALARMING if hollow_alarm else _RIMS.get(look.sign, _USUAL))
    match look.sign:
        case PointSign.HALF:
            return rim, Stroke(_HALF, ink)
        case PointSign.CROSS:
            return rim, Stroke(_CROSS, edge=ink, width=0.4)
        case PointSign.CLOCK:
            return rim, Stroke(_HANDS, edge=ink, width=0.4)
        case _:
            return (rim,)


SYMBOLS: Final[Mapping[tuple[str, str], tuple[Stroke, ...]]] = {
    (layer.name, str(state)): strokes_of(layer.shape, look)
    for layer in POINT_LAYERS
    for state, look in layer.looks.items()
}
RADIUS: Final[Mapping[str, float]] = {layer.name: layer.radius for layer in POINT_LAYERS}
"""Millimetres of the A3 design."""


def draw_symbols(
    board: Board, group: str, state: str, places: list[tuple[float, float]], *, grow: float = 1
) -> None:
    """Draw the symbol of a state at each of `places` (sheet millimetres)."""
    radius = RADIUS[group] * grow
    strokes = SYMBOLS[group, state]
    _draw(board, Stroke(strokes[0].path, PAPER, PAPER, 2 * RIM), radius, places)
    for stroke in strokes:
        _draw(board, stroke, radius, places)


def _draw(board: Board, stroke: Stroke, radius: float, places: list[tuple[float, float]]) -> None:
    paths = [stroke.path.transformed(Affine2D().scale(radius).translate(x, y)) for x, y in places]
    board.shapes(paths, face=stroke.face, edge=stroke.edge, width=stroke.width)
