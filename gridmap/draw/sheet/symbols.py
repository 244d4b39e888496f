"""Point symbols: checkpoints are round, contact sites square; a filled one is well, a hollow one is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from gridmap.draw.sheet.board import PAPER, Board
from gridmap.model.status import CheckpointState, SiteState
from gridmap.names import CHECKPOINTS, CONTACT_SITES

POST: Final = "#1F5F8B"
SITE: Final = "#2B7A5B"
ALARM: Final = "#D55E00"
_GREY: Final = "#5B6B75"

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
SYMBOLS: Final[Mapping[tuple[str, str], tuple[Stroke, ...]]] = {
    (CHECKPOINTS, CheckpointState.MANNED): (Stroke(_DISC, POST),),
    (CHECKPOINTS, CheckpointState.SHORT): (Stroke(_DISC, PAPER, POST, 0.35), Stroke(_HALF, POST)),
    (CHECKPOINTS, CheckpointState.EMPTY): (Stroke(_DISC, PAPER, ALARM, 0.6),),
    (CHECKPOINTS, CheckpointState.SEALED): (
        Stroke(_DISC, PAPER, _GREY, 0.25),
        Stroke(_CROSS, edge=_GREY, width=0.4),
    ),
    (CONTACT_SITES, SiteState.VISITED): (Stroke(_SQUARE, SITE),),
    (CONTACT_SITES, SiteState.UNVISITED): (Stroke(_SQUARE, PAPER, SITE, 0.35),),
    (CONTACT_SITES, SiteState.OVERDUE): (
        Stroke(_SQUARE, PAPER, ALARM, 0.4),
        Stroke(_HANDS, edge=ALARM, width=0.4),
    ),
}
RADIUS: Final[Mapping[str, float]] = {CHECKPOINTS: 1.45, CONTACT_SITES: 1.15}
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
