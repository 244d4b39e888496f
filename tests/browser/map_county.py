"""The county of the map's test server: small, or as large as DRAWN_COUNTY says; some names are attacks.

Revision 2 covers the vacant cell `MENDED`; revision 999 has no status.
"""

from __future__ import annotations

import os
from dataclasses import replace

from gridmap.draw.layers import Layers
from gridmap.draw.screen.chunks import build_chunks
from gridmap.model.status import CellState
from tests.drawn_county import drawn_county, drawn_layers

SIZES: dict[str, tuple[tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    "small": ((2, 1), (3, 1), (2, 2)),
    "county": ((4, 4), (6, 5), (2, 1)),
    "large": ((10, 10), (5, 4), (5, 2)),
}
SIZE = os.environ.get("DRAWN_COUNTY", "small")
COUNTY = drawn_county(*SIZES[SIZE])
CHUNKS = build_chunks(COUNTY.shapes, COUNTY.units, COUNTY.cells)
MENDED = "990101001001001"
BROKEN = 999
ATTACKS = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "`${alert(3)}`",
    "{{ alert(4) }}",
    '" onmouseover="alert(5)',
)


def layers(revision: int) -> Layers:
    states = {MENDED: CellState.COVERED if revision == 2 else CellState.VACANT}
    drawn = drawn_layers(COUNTY, states=states, revision=revision)
    if SIZE != "small":
        return drawn
    return replace(
        drawn,
        units={
            level: tuple(
                replace(mark, name=ATTACKS[i % 5]) if i % 2 else mark for i, mark in enumerate(marks)
            )
            for level, marks in drawn.units.items()
        },
        cells=tuple(replace(mark, name=ATTACKS[i % 5]) for i, mark in enumerate(drawn.cells)),
        points={
            name: tuple(replace(mark, name=ATTACKS[i % 5]) for i, mark in enumerate(marks))
            for name, marks in drawn.points.items()
        },
    )
