"""The tree of cuts of a unit: stored with the cells, so that a later split can repeat it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gridmap.errors import InputError
from gridmap.messages import msg


@dataclass(frozen=True)
class Leaf:
    """A cell; `code` is empty until the cells of the unit are numbered."""

    code: str = ""


@dataclass(frozen=True)
class Cut:
    """A straight cut along one passage of a line.

    Attributes:
        direction: of the line's normal, degrees anticlockwise from east.
        offset: metres of the line from the unit's origin, along the normal.
        middle: metres along the line to the passage's middle; tells it from the line's other passages.
        below: what became of the side nearer to the origin's side of the normal.
        above: what became of the other side.
    """

    direction: float
    offset: float
    middle: float
    below: Node
    above: Node


Point = tuple[float, float]


@dataclass(frozen=True)
class PathCut:
    """A cut along given lines.

    Attributes:
        paths: vertices (x, y metres) of the lines cut along; they reach just past the border.
        inside: a place in the part that is `below`.
        below: what became of the part with that place.
        above: what became of the other.
    """

    paths: tuple[tuple[Point, ...], ...]
    inside: Point
    below: Node
    above: Node


Node = Cut | PathCut | Leaf


@dataclass(frozen=True)
class Joined:
    """A part without cells of its own: it goes with the cell that holds the anchor (x, y metres)."""

    part: int
    anchor: tuple[float, float]


@dataclass(frozen=True)
class PartTree:
    """The cuts of one part of a unit, and the parts that go with its cells."""

    part: int
    joined: tuple[Joined, ...]
    node: Node


@dataclass(frozen=True)
class UnitTree:
    """All cuts of a unit; offsets count from `origin` (x, y metres)."""

    origin: tuple[float, float]
    parts: tuple[PartTree, ...]


def number_leaves(tree: UnitTree, codes: Sequence[str]) -> UnitTree:
    """The tree with the codes of its cells, given in the order of its leaves (part by part, below first)."""
    remaining = iter(codes)
    return UnitTree(
        tree.origin,
        tuple(PartTree(part.part, part.joined, _numbered(part.node, remaining)) for part in tree.parts),
    )


def leaf_count(node: Node) -> int:
    """The number of cells that cuts make."""
    return 1 if isinstance(node, Leaf) else leaf_count(node.below) + leaf_count(node.above)


def leaf_codes(tree: UnitTree) -> list[str]:
    """The codes of a tree's cells in the order of its leaves."""
    return [code for part in tree.parts for code in _codes(part.node)]


def _codes(node: Node) -> list[str]:
    return [node.code] if isinstance(node, Leaf) else _codes(node.below) + _codes(node.above)


def _numbered(node: Node, codes: Any) -> Node:
    if isinstance(node, Leaf):
        return Leaf(next(codes))
    below = _numbered(node.below, codes)
    return replace(node, below=below, above=_numbered(node.above, codes))


def rename_leaves(tree: UnitTree, codes: Mapping[str, str]) -> UnitTree:
    """The tree with the codes of its cells replaced; a code that is not named stays."""
    parts = [PartTree(part.part, part.joined, _renamed(part.node, codes)) for part in tree.parts]
    return UnitTree(tree.origin, tuple(parts))


def _renamed(node: Node, codes: Mapping[str, str]) -> Node:
    if isinstance(node, Leaf):
        return Leaf(codes.get(node.code, node.code))
    below = _renamed(node.below, codes)
    return replace(node, below=below, above=_renamed(node.above, codes))


def to_json(tree: UnitTree) -> str:
    """One line of JSON; numbers read back as the same floats."""
    parts = [
        {
            "part": part.part,
            "joined": [{"part": joined.part, "anchor": list(joined.anchor)} for joined in part.joined],
            "cuts": _to_plain(part.node),
        }
        for part in tree.parts
    ]
    return json.dumps({"origin": list(tree.origin), "parts": parts}, separators=(",", ":"))


def from_json(text: str) -> UnitTree:
    """The tree of a stored line.

    Raises:
        InputError: the text is no tree of cuts.
    """
    try:
        plain = json.loads(text)
        return UnitTree(_pair(plain["origin"]), tuple(_part(part) for part in plain["parts"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            msg("A stored tree of cuts is damaged ({detail}). Split again.", detail=repr(error))
        ) from error


def _to_plain(node: Node) -> dict[str, object]:
    if isinstance(node, Leaf):
        return {"code": node.code}
    if isinstance(node, PathCut):
        return {
            "paths": [[list(xy) for xy in path] for path in node.paths],
            "inside": list(node.inside),
            "below": _to_plain(node.below),
            "above": _to_plain(node.above),
        }
    return {
        "direction": node.direction,
        "offset": node.offset,
        "middle": node.middle,
        "below": _to_plain(node.below),
        "above": _to_plain(node.above),
    }


def _part(plain: Mapping[str, Any]) -> PartTree:
    joined = tuple(Joined(int(item["part"]), _pair(item["anchor"])) for item in plain["joined"])
    return PartTree(int(plain["part"]), joined, _node(plain["cuts"]))


def _node(plain: Mapping[str, Any]) -> Node:
    if "code" in plain:
        return Leaf(str(plain["code"]))
    if "paths" in plain:
        paths = tuple(tuple(_pair(xy) for xy in path) for path in plain["paths"])
        return PathCut(paths, _pair(plain["inside"]), _node(plain["below"]), _node(plain["above"]))
    return Cut(
        float(plain["direction"]),
        float(plain["offset"]),
        float(plain["middle"]),
        _node(plain["below"]),
        _node(plain["above"]),
    )


def _pair(values: Sequence[float]) -> tuple[float, float]:
    x, y = values
    return float(x), float(y)
