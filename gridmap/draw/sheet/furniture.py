"""What frames the map of a sheet: heading, headline, scale bar, north arrow, locator, imprint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pyproj
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from gridmap.draw.layers import Layers
from gridmap.draw.looks import CELL_LOOKS
from gridmap.draw.sheet.board import GROUND, INK, PAPER, QUIET, Board, Box, outline_path
from gridmap.draw.sheet.fonts import shorten, text_width, wrap
from gridmap.draw.sheet.ground import Ground, children
from gridmap.draw.sheet.labels import MM_PER_POINT, Line
from gridmap.draw.sheet.map_frame import MapFrame, scale_bar_length
from gridmap.messages import Message, msg
from gridmap.model.audience import CLASSIFICATIONS, Audience
from gridmap.model.labels import CELL_STATES
from gridmap.model.status import CellState

SCALE_SIZE: Final = (64.0, 17.0)
LOCATOR_SIZE: Final = (46.0, 40.0)
_LONGEST_BAR: Final = 42.0
_ALARM: Final = CELL_LOOKS[CellState.VACANT].fill
_TIME: Final = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class Furniture:
    """What a sheet says about itself beside the map.

    Attributes:
        generated_at: when the sheet was made, on the county's clock.
        base_source: where the boundaries come from; nothing is printed where it is empty.
        classification: the mark by the revision; a public sheet bears none.
        approval_no: number of the map review (审图号) of a public map.
        page, pages: this sheet's place in its pack.
        locator: whether a small map shows where the scope lies.
    """

    generated_at: datetime
    prepared_by: str = ""
    base_source: str = ""
    classification: Message | None = CLASSIFICATIONS[Audience.INTERNAL]
    approval_no: str = ""
    page: int = 1
    pages: int = 1
    locator: bool = True


def sheet_title(layers: Layers) -> Message:
    """What the sheet is, named after its scope."""
    return msg("{name}: operations map", name=layers.total.name)


def draw_heading(
    board: Board, west: float, east: float, top: float, layers: Layers, about: Furniture
) -> None:
    """Title and trail on the left; time, revision, classification and demonstration mark on the right."""
    as_of = board.say(msg("As of {time}", time=layers.as_of.strftime(_TIME)))
    board.text(east, top - 4.5, Line(as_of, 16, bold=True), align="right")
    left = _draw_marks(board, east, top - 13.5, layers, about)
    clock = text_width(as_of, 16, bold=True) * MM_PER_POINT
    title, room = board.say(sheet_title(layers)), east - west - clock - 10
    size = min(26.0, max(13.0, 26 * room / max(text_width(title, 26, bold=True) * MM_PER_POINT, 1)))
    board.fitted(west, top - 5, title, size, room, bold=True)
    board.fitted(west, top - 14.5, _subtitle(board, layers), 11, left - west - 6, colour=QUIET)


def _subtitle(board: Board, layers: Layers) -> str:
    trail = " › ".join(name for _, name in layers.trail) if len(layers.trail) > 1 else ""
    below = len(children(layers))
    counts = (
        msg("{units} units, {cells} cells", units=below, cells=layers.total.cells)
        if below
        else msg("{cells} cells", cells=layers.total.cells)
    )
    return f"{trail} | {board.say(counts)}" if trail else board.say(counts)


def _draw_marks(board: Board, east: float, y: float, layers: Layers, about: Furniture) -> float:
    """Revision and boxed marks from right to left; gives back where they begin."""
    revision = Line(board.say(msg("Revision {revision}", revision=layers.revision)), 11)
    board.text(east, y - 1, revision, align="right")
    right = east - revision.width - 5
    if about.classification is not None:
        right = _draw_mark(board, right, y=y - 1, content=about.classification, ink=INK, face=PAPER)
    if layers.demo:
        right = _draw_mark(
            board, right, y=y - 1, content=msg("Demonstration data, fictional"), ink=PAPER, face=QUIET
        )
    return right


def _draw_mark(board: Board, east: float, y: float, content: Message, ink: str, face: str) -> float:
    line = Line(board.say(content), 9.5, bold=True)
    west = east - line.width - 4
    board.box((west, y - 2.8, east, y + 2.8), face=face, edge=ink if face == PAPER else face, width=0.3)
    board.text(west + 2, y, line, colour=ink)
    return west - 3


def draw_headline(board: Board, west: float, east: float, top: float, layers: Layers) -> float:
    """The number of vacant cells, large, and the sentence to read aloud; gives back where it ends."""
    total = layers.total
    number = Line(board.say(Message("{n}", {"n": total.vacant})), 46, bold=True)
    board.text(west, top - 7.5, number, colour=_ALARM if total.vacant else INK)
    beside, room = west + number.width + 4, east - west - number.width - 4
    board.fitted(beside, top - 4.2, CELL_STATES[CellState.VACANT], 14, room, bold=True)
    board.fitted(beside, top - 11, msg("of {cells} cells", cells=total.cells), 11, room, colour=QUIET)
    lines, size = _fit_sentence(board.say(layers.reading), east - west)
    y = top - 19.5
    for line in lines:
        board.text(west, y, Line(line, size))
        y -= size * MM_PER_POINT * 1.4
    return y


def _fit_sentence(sentence: str, width: float) -> tuple[list[str], float]:
    """At most four lines, in smaller type where need be; what still is too long is cut with an ellipsis."""
    for size in (11.0, 10.0, 9.0):
        lines = wrap(sentence, size, width / MM_PER_POINT)
        if len(lines) <= 4:
            return lines, size
    last = shorten("".join(lines[3:]), 9, width / MM_PER_POINT)
    return [*lines[:3], last], 9.0


def draw_scale(board: Board, box: Box, frame: MapFrame, north: float, denominator: int | None) -> None:
    """A north arrow turned by `north` degrees, a bar of a round length, and 1:n on a printed paper."""
    west, south, _, top = box
    _draw_arrow(board, west + 6, (south + top) / 2, north)
    length = scale_bar_length(_LONGEST_BAR / frame.scale)
    left, y, width = west + 15, south + 7.2, length * frame.scale
    quarter = width / 4
    for part in range(4):
        face = INK if part % 2 == 0 else PAPER
        board.box(
            (left + part * quarter, y, left + (part + 1) * quarter, y + 1.3), face=face, edge=INK, width=0.2
        )
    unit, metres = (msg("km"), 1000) if length >= 1000 else (msg("m"), 1)
    for share in (0, 0.5, 1):
        text = f"{length * share / metres:g}"
        board.text(left + share * width, y + 4, Line(text, 8), align="center")
    end = Line(f"{length / metres:g}", 8).width / 2
    board.text(left + width + end + 1, y + 4, Line(board.say(unit), 8))
    if denominator is not None:
        board.text(left, y - 4, Line(f"1:{denominator:,}", 8), colour=QUIET)


def _draw_arrow(board: Board, x: float, y: float, north: float) -> None:
    turn = Affine2D().rotate_deg(-north).translate(x, y - 1.5)
    halves = (([(0, 6), (0, -4), (-3, -6)], INK), ([(0, 6), (0, -4), (3, -6)], PAPER))
    for corners, face in halves:
        path = turn.transform_path(Path([*corners, corners[0]], closed=True))
        board.shapes([path], face=face, edge=INK, width=0.2)
    tip = turn.transform((0, 8.3))
    board.text(float(tip[0]), float(tip[1]), Line(board.say(msg("N")), 9, bold=True), align="center")


def draw_locator(board: Board, box: Box, ground: Ground, layers: Layers) -> None:
    """The scope, filled, inside the units above it."""
    west, south, east, north = box
    board.box(box, face=PAPER, edge=INK, width=0.25)
    name = layers.trail[0][1]
    board.fitted(west + 2, north - 3, msg("Place in {name}", name=name), 7.5, east - west - 4, colour=QUIET)
    inner = (west + 2, south + 2, east - 2, north - 5.5)
    bounds = ground.trail[0].bounds
    scale = min(
        (inner[2] - inner[0]) / (bounds[2] - bounds[0]), (inner[3] - inner[1]) / (bounds[3] - bounds[1])
    )
    centre = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    middle = ((inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2)
    frame = MapFrame(scale, centre[0] - middle[0] / scale, centre[1] - middle[1] / scale)
    *above, scope = frame.to_sheet(np.array([*ground.trail, ground.scope], dtype=object))
    for outline in above:
        board.shapes([outline_path(outline)], face=GROUND, edge=INK, width=0.2)
    board.shapes([outline_path(scope)], face=INK, edge=INK, width=0.3)


def draw_imprint(board: Board, west: float, east: float, y: float, ground: Ground, about: Furniture) -> None:
    """One line: who made it and when, from what, in which coordinates; the page on the right."""
    page = Line(board.say(msg("Page {page} of {pages}", page=about.page, pages=about.pages)), 8)
    board.text(east, y, page, align="right", colour=QUIET)
    facts = [
        msg("Prepared by {name}", name=about.prepared_by) if about.prepared_by else None,
        msg("Made {time}", time=about.generated_at.strftime(_TIME)),
        msg("Boundaries: {source}", source=about.base_source) if about.base_source else None,
        msg("Coordinates: {crs}", crs=_crs_name(ground.crs)),
        msg("Approval number {number}", number=about.approval_no) if about.approval_no else None,
    ]
    text = " | ".join(board.say(fact) for fact in facts if fact)
    board.fitted(west, y, text, 8, east - west - page.width - 6, colour=QUIET)


def _crs_name(crs: str) -> str:
    """The datum's name and the code, such as "CGCS2000, EPSG:4547"; the full name where there is no code."""
    system = pyproj.CRS(crs)
    authority = system.to_authority()
    if authority is None:
        return system.name
    return f"{system.name.split(' / ')[0]}, {':'.join(authority)}"
