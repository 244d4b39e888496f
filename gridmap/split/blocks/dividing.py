"""Dividing single blocks, by straight cuts, into pieces of about equal load."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from gridmap.split.blocks.block_graph import BlockGraph
from gridmap.split.straight.balance import Search, best_division
from gridmap.split.straight.chords import Outline
from gridmap.split.straight.pieces import Load, Piece

Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_TOLERANCE: Final = 0.35
"""Deviation from even pieces, in shares of a piece, that a shorter cut may cost."""
_DIRECTIONS: Final = 12
"""Of cutting lines tried first."""
_EASE: Final = 100.0
"""Deviations are measured in this many pieces, so that none calls for a wider search."""
_WORTH_DIVIDING: Final = 1.06
"""Load of a block, by that of its heaviest place, from which there is something to divide."""
_PIECES_A_LUMP: Final = 1.9
"""Pieces of a block for each time that it bears as much as its heaviest place."""
_LEAST_MEAN: Final = 1e-6
"""Load of an ideal piece where there is none."""


def divided(graph: BlockGraph, counts: Indices, load: Load, search: Search) -> BlockGraph:
    """The blocks, each in as many pieces as wanted and as the places of its load allow.

    Args:
        graph: of the blocks.
        counts: into how many pieces each block is to be divided; up to 1 leaves it whole.
        load: of the graph.
        search: for straight cuts.
    """
    counts = np.minimum(counts, _most_pieces(graph, load))
    gone = counts > 1
    if not gone.any():
        return graph
    pieces: list[shapely.Polygon] = []
    for number in np.flatnonzero(gone):
        piece = Piece(Outline.of(graph.shapes[number]), load.within(graph.block_of == number))
        pieces += _pieces(piece, int(counts[number]), search)
    return graph.replaced(gone, np.array(pieces, dtype=object), load)


def _most_pieces(graph: BlockGraph, load: Load) -> Indices:
    """Into how many pieces the places of its load let each block be divided."""
    loaded = np.unique(np.column_stack([graph.block_of, load.xy])[load.weights > 0], axis=0)[:, 0]
    places = np.bincount(loaded.astype(np.intp), minlength=len(graph.shapes))
    heaviest = np.zeros(len(graph.shapes))
    np.maximum.at(heaviest, graph.block_of, load.weights)
    lumps = graph.loads / np.maximum(heaviest, _LEAST_MEAN)
    most = np.where(lumps < _WORTH_DIVIDING, 1, np.maximum(2, _PIECES_A_LUMP * lumps))
    return np.minimum(places, most.astype(np.intp))


def _pieces(piece: Piece, count: int, search: Search) -> list[shapely.Polygon]:
    """A block in `count` pieces, fewer where its shape allows no further cut."""
    division = None
    if count > 1 and _has_two_places(piece.load):
        rule = replace(search.rule, directions=_DIRECTIONS)
        even = max(piece.total / count, _LEAST_MEAN)
        division = best_division(piece, count, Search(rule, search.origin, _EASE * even, _TOLERANCE / _EASE))
    if division is None:
        return [piece.outline.polygon]
    return [
        *_pieces(division.below, division.low_cells, search),
        *_pieces(division.above, count - division.low_cells, search),
    ]


def _has_two_places(load: Load) -> bool:
    """Whether there is load at two places, so that a cut can part them."""
    loaded = load.xy[load.weights > 0]
    return len(loaded) > 1 and bool((loaded != loaded[0]).any())
