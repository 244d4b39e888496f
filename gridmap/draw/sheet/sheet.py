"""The briefing sheet: layers to one page of PNG or PDF, a map that a wall or an envelope can take."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from threading import Lock
from typing import Final, Literal

import matplotlib as mpl
from matplotlib.figure import Figure

from gridmap.draw.layers import Layers, Shapes
from gridmap.draw.sheet.board import Board, Box
from gridmap.draw.sheet.figure_block import draw_figures
from gridmap.draw.sheet.furniture import (
    LOCATOR_SIZE,
    SCALE_SIZE,
    Furniture,
    draw_heading,
    draw_headline,
    draw_imprint,
    draw_locator,
    draw_scale,
    sheet_title,
)
from gridmap.draw.sheet.ground import Ground, find_ground, true_north
from gridmap.draw.sheet.legend import Group, draw_legend, legend_groups, legend_height
from gridmap.draw.sheet.map_frame import MapFrame, fit_map, scale_denominator
from gridmap.draw.sheet.plate import draw_plate, make_plate
from gridmap.draw.sheet.plate_labels import label_plate
from gridmap.draw.sheet.stats_table import draw_table
from gridmap.messages import Language, Message, msg, msg_n

Kind = Literal["png", "pdf"]

MARGIN: Final = 10.0
HEADING: Final = 22.0
IMPRINT: Final = 7.0
SIDE: Final = 108.0
FIGURES: Final = 62.0
GUTTER: Final = 6.0
"""Design millimetres: the page's margin, the bands above and below the map, the column beside it, that of the
figures on a wide page, the gap."""
_WIDE: Final = 1.6
"""Width over height of a page that is wider than any paper of the A series."""
_WIDE_PITCH: Final = 7.4
_AIR: Final = 5.0
_INSET: Final = 5.0
"""Between the parts of the side column; between the plate's frame and what lies in it."""
_NAMED_CODES: Final = 10
_PROGRAM: Final = "gridmap"

_rendering: Final = Lock()
"""matplotlib's settings are the process's: one sheet is written at a time."""


@dataclass(frozen=True)
class PaperSize:
    """A page: size in millimetres, dots an inch of its PNG, size of design against A3, whether it is printed.

    A screen has no size of its own; its millimetres stand for pixels. Names on the map are left out where
    they would be smaller than `smallest_type` points.
    """

    width: float
    height: float
    dpi: int
    magnification: float
    printed: bool = True
    smallest_type: float = 4.5

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the PNG."""
        return (round(self.width / 25.4 * self.dpi), round(self.height / 25.4 * self.dpi))


class Paper(Enum):
    """The papers a sheet can be made for, all landscape."""

    A4 = PaperSize(297, 210, 300, 0.72)
    A3 = PaperSize(420, 297, 300, 1)
    A0 = PaperSize(1189, 841, 150, 2.4)
    SCREEN = PaperSize(508, 285.75, 96, 1.36, printed=False, smallest_type=9)  # 1920 x 1080 pixels


@dataclass(frozen=True)
class Rendered:
    """A finished file, and what a reader of it should be told."""

    data: bytes
    warnings: tuple[Message, ...]


def draw_sheet(
    layers: Layers, shapes: Shapes, paper: Paper, language: Language, furniture: Furniture
) -> Figure:
    """Draw the sheet as a matplotlib figure of the paper's size.

    Raises:
        NotFoundError: none of the places that `layers` names has a shape.
    """
    return _compose(layers, find_ground(layers, shapes), paper, language, furniture).figure


def render_sheet(
    layers: Layers, shapes: Shapes, paper: Paper, language: Language, furniture: Furniture, kind: Kind
) -> Rendered:
    """Draw the sheet and write it as a PNG of exactly `paper.value.pixels`, or as a vector PDF.

    Raises:
        NotFoundError: none of the places that `layers` names has a shape.
    """
    ground = find_ground(layers, shapes)
    with _rendering:
        board = _compose(layers, ground, paper, language, furniture)
        title = board.say(sheet_title(layers))
        if kind == "png":
            data = _write_png(board.figure, paper.value, title, furniture)
        else:
            data = _write_pdf(board.figure, title, furniture)
    return Rendered(data, tuple(_warnings(board, ground)))


def _compose(layers: Layers, ground: Ground, paper: Paper, language: Language, furniture: Furniture) -> Board:
    size = paper.value
    board = Board(
        (size.width, size.height),
        language,
        magnification=size.magnification,
        smallest_type=size.smallest_type,
    )
    west, east, top = MARGIN, board.width - MARGIN, board.height - MARGIN
    draw_heading(board, west, east=east, top=top, layers=layers, about=furniture)
    draw_imprint(board, west, east=east, y=MARGIN + 1, ground=ground, about=furniture)
    middle = east - SIDE
    foot, head = MARGIN + IMPRINT, top - HEADING
    edge = _figures_edge(board, middle, layers)
    box = (west, foot, edge - GUTTER, head)
    inset = furniture.locator and bool(ground.trail)
    frame, seats = _fit(box, ground, [SCALE_SIZE], size)
    plate = make_plate(box, frame, ground)
    groups = legend_groups(layers, cells_drawn=plate.draws_cells)
    if edge < middle:
        column = (edge, middle - GUTTER, head)
        end = draw_figures(board, *column, layers.indicators, abreast=1, pitch=_WIDE_PITCH)
        _draw_side(board, (middle, foot, east, head), replace(layers, indicators=()), groups)
        spare = (edge, foot, middle - GUTTER, end - _AIR)
    else:
        spare = _draw_side(board, (middle, foot, east, head), layers, groups)
    if inset and spare[3] - spare[1] >= LOCATOR_SIZE[1]:
        draw_locator(board, _locator_box(spare), ground, layers)
    elif inset:
        frame, seats = _fit(box, ground, [SCALE_SIZE, LOCATOR_SIZE], size)
        plate = make_plate(box, frame, ground)
    points = draw_plate(board, plate, layers, ground)
    label_plate(board, plate, layers, points, seats)
    denominator = scale_denominator(frame, size.magnification) if size.printed else None
    draw_scale(board, seats[0], frame, true_north(ground), denominator)
    if len(seats) > 1:
        draw_locator(board, seats[1], ground, layers)
    return board


def _fit(
    box: Box, ground: Ground, pieces: Sequence[tuple[float, float]], size: PaperSize
) -> tuple[MapFrame, tuple[Box, ...]]:
    west, south, east, north = box
    inner = (west + _INSET, south + _INSET, east - _INSET, north - _INSET)
    return fit_map(ground.scope, inner, pieces, size.magnification)


def _figures_edge(board: Board, middle: float, layers: Layers) -> float:
    """Where the map's side ends: on a wide page the figures have a column of their own beside the table."""
    wide = board.width > _WIDE * board.height and any(one.value is not None for one in layers.indicators)
    return middle - GUTTER - FIGURES if wide else middle


def _draw_side(board: Board, box: Box, layers: Layers, groups: Sequence[Group]) -> Box:
    """Headline, figures and table from the top, legend at the foot; gives back the room left between."""
    west, south, east, north = box
    top = draw_headline(board, west, east, north, layers) - 1
    top = draw_figures(board, west, east, top, layers.indicators)
    foot = south + legend_height(groups)
    end = draw_table(
        board, west, east=east, top=top, height=top - foot - _AIR, rows=layers.rows, total=layers.total
    )
    draw_legend(board, west, east, foot, groups)
    return (west, foot + _AIR, east, end - _AIR)


def _locator_box(room: Box) -> Box:
    """The whole width of the column, at the foot of its free room, no higher than wide."""
    west, south, east, north = room
    return (west, south, east, min(north, south + 0.75 * (east - west)))


def _write_png(figure: Figure, size: PaperSize, title: str, furniture: Furniture) -> bytes:
    width, height = size.pixels
    # matplotlib cuts fractions of a pixel off: a hundredth keeps 4961 from becoming 4960
    figure.set_size_inches((width + 0.01) / size.dpi, (height + 0.01) / size.dpi)
    target = io.BytesIO()
    figure.savefig(
        target,
        format="png",
        dpi=size.dpi,
        metadata={
            "Title": title,
            "Author": furniture.prepared_by,
            "Creation Time": furniture.generated_at.isoformat(),
            "Software": _PROGRAM,
        },
        pil_kwargs={"compress_level": 3},  # half the time of the default for a tenth more bytes
    )
    return target.getvalue()


def _write_pdf(figure: Figure, title: str, furniture: Furniture) -> bytes:
    target = io.BytesIO()
    # Type 42 embeds the font's own outlines, with a map back to characters: the text can be searched
    with mpl.rc_context({"pdf.fonttype": 42}):
        figure.savefig(
            target,
            format="pdf",
            metadata={
                "Title": title,
                "Author": furniture.prepared_by,
                "Creator": _PROGRAM,
                "CreationDate": furniture.generated_at,
            },
        )
    return target.getvalue()


def _warnings(board: Board, ground: Ground) -> list[Message]:
    found = []
    if board.missing:
        found.append(
            msg(
                "The font has no glyph for {characters}; 〓 is printed instead",
                characters=sorted(board.missing),
            )
        )
    if ground.absent:
        found.append(
            msg_n(
                "{n} place has no shape and is not drawn: {codes}",
                "{n} places have no shape and are not drawn, such as {codes}",
                n=len(ground.absent),
                codes=list(ground.absent[:_NAMED_CODES]),
            )
        )
    return found
