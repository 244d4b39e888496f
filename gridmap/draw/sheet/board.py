"""The board a sheet is drawn on: a matplotlib figure measured in millimetres, painted in the order of calls.

Everything, map and furniture alike, is placed in *design millimetres*: those of the A3 design. A paper has a
`magnification`, so that the same layout code serves a slide on a wall and a sheet of A0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.patheffects import Stroke
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridmap.draw.sheet.fonts import drawable, font_properties, missing_characters, shorten
from gridmap.draw.sheet.labels import MM_PER_POINT, Line, Placed
from gridmap.messages import Language, Message, render

INK: Final = "#1F2D36"
QUIET: Final = "#5B6B75"
RULE: Final = "#C5CFD5"
PAPER: Final = "#FFFFFF"
GROUND: Final = "#F6F8F9"
"""The map's ground outside the scope: the figure must stand out from it."""
_OPTICAL_CENTRE: Final = 0.365
"""Height of the middle of digits, capitals and ideographs above the baseline, in em of Gridmap Sans."""

Align = Literal["left", "center", "right"]
Box = tuple[float, float, float, float]
"""West, south, east, north."""


class Board:
    """A figure of `width` by `height` design millimetres, origin at the lower left, in one language.

    Attributes:
        smallest_type: design points below which a name cannot be read on this paper.
        missing: characters of the texts that the font lacks, gathered while drawing.
        printed: every text as printed, in drawing order.
    """

    def __init__(
        self,
        size_mm: tuple[float, float],
        language: Language,
        *,
        magnification: float = 1,
        smallest_type: float = 4.5,
    ) -> None:
        width_mm, height_mm = size_mm
        self.width, self.height = width_mm / magnification, height_mm / magnification
        self.magnification = magnification
        self.smallest_type = smallest_type / magnification
        self.language = language
        self.missing: set[str] = set()
        self.printed: list[str] = []
        self.figure = Figure(figsize=(width_mm / 25.4, height_mm / 25.4), facecolor=PAPER)
        FigureCanvasAgg(self.figure)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, self.width), ylim=(0, self.height))
        self._axes.set_axis_off()
        self._order = 0

    def say(self, content: str | Message) -> str:
        """`content` in the language of the sheet, on one line, as the font can draw it."""
        text = render(content, self.language) if isinstance(content, Message) else content
        self.missing |= missing_characters(text)
        return drawable(text)

    def text(
        self,
        x: float,
        y: float,
        line: Line,
        *,
        align: Align = "left",
        colour: str = INK,
        halo: float = 0,
    ) -> None:
        """Set a line with its optical middle at height `y`; `halo` is a white rim in millimetres.

        The rim is drawn as outlines and the text over it as text, so that a PDF can be searched.
        """
        baseline = y - _OPTICAL_CENTRE * line.size * MM_PER_POINT
        passes = [False] if halo == 0 else [True, False]
        for rim in passes:
            artist = self._axes.text(
                x,
                baseline,
                line.text,
                fontproperties=font_properties(bold=line.bold),
                size=line.size * self.magnification,
                color=PAPER if rim else colour,
                horizontalalignment=align,
                verticalalignment="baseline",
                parse_math=False,  # a name may hold a dollar sign
                zorder=self._next(),
            )
            if rim:
                artist.set_path_effects([Stroke(linewidth=self.points(2 * halo), foreground=PAPER)])
        self.printed.append(line.text)

    def fitted(
        self,
        x: float,
        y: float,
        content: str | Message,
        size: float,
        width: float,
        *,
        bold: bool = False,
        align: Align = "left",
        colour: str = INK,
    ) -> None:
        """Set `content` cut to `width` millimetres."""
        text = shorten(self.say(content), size, width / MM_PER_POINT, bold=bold)
        self.text(x, y, Line(text, size, bold), align=align, colour=colour)

    def label(self, placed: Placed, colours: Sequence[str], halo: float = 0) -> None:
        """Draw a placed label; `colours` has one entry a line."""
        top = placed.y + placed.block.height / 2
        for line, colour in zip(placed.block.lines, colours, strict=True):
            self.text(placed.x, top - line.height / 2, line, align="center", colour=colour, halo=halo)
            top -= line.height

    def shapes(
        self,
        paths: Sequence[Path],
        *,
        face: str | Sequence[str] = "none",
        edge: str = "none",
        width: float = 0,
        hatch: str | None = None,
        dashed: bool = False,
    ) -> None:
        """Draw paths as one collection; `face` may have one colour a path, `width` is the edge's, in mm."""
        if not paths:
            return
        collection = PathCollection(
            list(paths),
            facecolors=face,
            edgecolors=edge,
            linewidths=self.points(width),
            linestyles=[(0, (4, 2))] if dashed else "solid",
            hatch=hatch,
            joinstyle="round",
            capstyle="butt" if dashed else "round",
            zorder=self._next(),
        )
        if hatch:
            collection.set_hatch_linewidth(self.points(0.18))
        self._axes.add_collection(collection, autolim=False)

    def box(
        self,
        box: Box,
        *,
        face: str = "none",
        edge: str = "none",
        width: float = 0,
        hatch: str | None = None,
        dashed: bool = False,
    ) -> None:
        """Draw a rectangle."""
        west, south, east, north = box
        outline = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        path = Path(outline, closed=True)
        self.shapes([path], face=face, edge=edge, width=width, hatch=hatch, dashed=dashed)

    def rule(
        self,
        west: float,
        east: float,
        y: float,
        *,
        width: float = 0.15,
        colour: str = RULE,
        dashed: bool = False,
    ) -> None:
        """Draw a horizontal line."""
        self.shapes([Path([(west, y), (east, y)])], edge=colour, width=width, dashed=dashed)

    def points(self, millimetres: float) -> float:
        """Design millimetres as the points that matplotlib's widths are in."""
        return millimetres * self.magnification / MM_PER_POINT

    def _next(self) -> int:
        self._order += 1
        return self._order


def outline_path(geometry: BaseGeometry) -> Path:
    """The rings of a polygon or multipolygon as one path: outer rings one way round, holes the other."""
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(geometry)))
    lengths = shapely.get_num_points(rings)
    codes: NDArray[np.uint8] = np.full(int(lengths.sum()), Path.LINETO, dtype=np.uint8)
    ends = np.cumsum(lengths)
    codes[ends - lengths] = Path.MOVETO
    codes[ends - 1] = Path.CLOSEPOLY
    return Path(shapely.get_coordinates(rings), codes)
