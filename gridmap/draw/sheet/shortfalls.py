"""What a product could not show, told to whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from gridmap.draw.layers import Layers, Shapes
from gridmap.draw.sheet.fonts import missing_characters
from gridmap.draw.sheet.ground import find_ground
from gridmap.messages import Message, msg, msg_n

_NAMED: Final = 10


def shapeless(codes: Sequence[str]) -> tuple[Message, ...]:
    """Places that have no shape."""
    if not codes:
        return ()
    return (
        msg_n(
            "{n} place has no shape and is not drawn: {codes}",
            "{n} places have no shape and are not drawn, such as {codes}",
            n=len(codes),
            codes=list(codes[:_NAMED]),
        ),
    )


def unprintable(texts: Iterable[str]) -> tuple[Message, ...]:
    """Characters that the font of paper products lacks."""
    missing = set[str]().union(*map(missing_characters, texts))
    if not missing:
        return ()
    return (msg("The font has no glyph for {characters}; 〓 is printed instead", characters=sorted(missing)),)


def of_sheet(layers: Layers, shapes: Shapes) -> tuple[Message, ...]:
    """What a sheet of `layers` would lack, known before it is drawn."""
    units = [mark.name for marks in layers.units.values() for mark in marks]
    cells = [mark.name for mark in layers.cells]
    points = [mark.name for mark in chain.from_iterable(layers.points.values())]
    return (*unprintable([*units, *cells, *points]), *shapeless(find_ground(layers, shapes).absent))
