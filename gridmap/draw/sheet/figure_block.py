"""The indicators of a scope on a sheet: label, numerator over denominator, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from gridmap.draw.looks import CELL_LOOKS
from gridmap.draw.sheet.board import INK, QUIET, RULE, Board
from gridmap.draw.sheet.fonts import text_width
from gridmap.draw.sheet.labels import MM_PER_POINT, Line
from gridmap.model.status import CellState, Indicator

PITCH: Final = 4.6
_TYPE_TO_PITCH: Final = 0.61
"""Height of type over the pitch."""
_SMALLEST_TYPE: Final = 5.5
_GUTTER: Final = 5.0
_GAP: Final = 3.0
"""Millimetres between the two columns, and between a label and its figures."""
_AIR: Final = 2.5
_ALARM: Final = CELL_LOOKS[CellState.VACANT].outline


def quotient(indicator: Indicator) -> str:
    """Numerator over denominator, such as 866 / 903; a dash where there is no denominator."""
    if indicator.value is None:
        return "–"
    return f"{number(indicator.numerator)} / {number(indicator.denominator)}"


def value_text(indicator: Indicator) -> str:
    """What the quotient comes to: a percentage, or a number of what it counts; a dash where n/a.

    Less than all is never written as 100 %, nor more than nothing as 0 %.
    """
    if indicator.value is None:
        return "–"
    if indicator.unit != "share":
        return f"{indicator.value:,.0f}"
    percent = 100 * indicator.value
    if 0 < percent < 100:
        percent = min(max(percent, 0.1), 99.9)
    return f"{percent:.1f}%"


def number(figure: float) -> str:
    """A count without decimals, any other figure with two."""
    return f"{figure:,.0f}" if float(figure).is_integer() else f"{figure:,.2f}"


def draw_figures(
    board: Board,
    west: float,
    east: float,
    top: float,
    indicators: Sequence[Indicator],
    *,
    abreast: int = 2,
    pitch: float = PITCH,
) -> float:
    """Draw the indicators that have a denominator, downwards from `top`; gives back where they end (mm).

    `pitch` is the distance from line to line; columns are as wide as their longest lines need.
    """
    shown = [indicator for indicator in indicators if indicator.value is not None]
    if not shown:
        return top
    rows = ceil(len(shown) / abreast)
    columns = [shown[start : start + rows] for start in range(0, len(shown), rows)]
    ems = [max(_ems(board, indicator) for indicator in column) for column in columns]
    gaps = _GUTTER * (len(columns) - 1) + _GAP * len(columns)
    widest = (east - west - gaps) / MM_PER_POINT / sum(ems)
    size = max(_SMALLEST_TYPE, min(pitch * _TYPE_TO_PITCH / MM_PER_POINT, widest))
    spare = (east - west - gaps) / sum(ems)
    left = west
    for column, longest in zip(columns, ems, strict=True):
        right = left + spare * longest + _GAP
        for place, indicator in enumerate(column):
            y = top - pitch * (place + 0.5)
            _draw_figure(board, left, right=right, y=y, indicator=indicator, size=size)
            board.rule(left, right, y - pitch / 2, width=0.1, colour=RULE)
        left = right + _GUTTER
    return top - pitch * rows - _AIR


def _ems(board: Board, indicator: Indicator) -> float:
    """Length of a line at a type of one point, in points."""
    figures = text_width(_figures(indicator), 1, bold=True) + text_width(_share(indicator), 1)
    return text_width(board.say(indicator.label), 1) + figures


def _figures(indicator: Indicator) -> str:
    return f"{quotient(indicator)}  "


def _share(indicator: Indicator) -> str:
    return f"({value_text(indicator)})"


def _draw_figure(
    board: Board, left: float, right: float, y: float, indicator: Indicator, size: float
) -> None:
    share = Line(_share(indicator), size)
    figures = Line(_figures(indicator), size, bold=True)
    # In the order they are read in: that is the order in which a PDF gives its text back.
    board.fitted(left, y, indicator.label, size, right - left - share.width - figures.width)
    colour = _ALARM if indicator.wants_attention else INK
    board.text(right - share.width, y, figures, align="right", colour=colour)
    board.text(right, y, share, align="right", colour=QUIET)
