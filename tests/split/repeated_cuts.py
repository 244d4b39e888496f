"""The stored cuts of a unit, repeated on its shape."""

import numpy as np
import shapely

from gridmap.split.cut.bisect import replay
from gridmap.split.cut.parts import UnitLoad, parts_of, shares_of_tree, with_parts
from gridmap.split.rule import SplitRule
from gridmap.split.straight.tree import UnitTree, leaf_count


def replay_unit(shape: shapely.Geometry, tree: UnitTree) -> list[shapely.Geometry]:
    """Pieces in the order of the tree's leaves."""
    if not tree.parts:
        return [shape]
    parts = parts_of(shape)
    nothing = UnitLoad(np.empty((0, 2)), np.empty(0))
    cells = sum(leaf_count(part.node) for part in tree.parts)
    shares = shares_of_tree(parts, nothing, tree, cells, SplitRule())
    assert shares is not None, "the tree is of these parts"
    return [
        with_parts(piece.outline.polygon, piece.load, parts)
        for share, part in zip(shares, tree.parts, strict=True)
        for piece in replay(share.piece, part.node, tree.origin)
    ]
