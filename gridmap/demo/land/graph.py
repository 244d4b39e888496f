"""Shortest paths over the net of neighbouring villages, from several sources at once."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Side = tuple[int, int]
"""Two neighbours, the smaller number first."""


def side(first: int, second: int) -> Side:
    """The key of the edge between two nodes."""
    return (first, second) if first < second else (second, first)


@dataclass(frozen=True)
class Reach:
    """For every node reached: the source it was reached from, the node before it, and the distance."""

    source: Mapping[int, int]
    before: Mapping[int, int]
    distance: Mapping[int, float]

    def path(self, node: int) -> list[int]:
        """Nodes from `node` back to its source."""
        nodes = [node]
        while self.before[nodes[-1]] != nodes[-1]:
            nodes.append(self.before[nodes[-1]])
        return nodes


def shortest_paths(costs: Mapping[Side, float], sources: Iterable[int]) -> Reach:
    """Dijkstra's algorithm: each node is reached from the source nearest to it by cost.

    All nodes reached from one source form one connected piece.
    """
    neighbours: dict[int, list[tuple[int, float]]] = {}
    for (first, second), cost in costs.items():
        neighbours.setdefault(first, []).append((second, cost))
        neighbours.setdefault(second, []).append((first, cost))
    source: dict[int, int] = {}
    before: dict[int, int] = {}
    distance: dict[int, float] = {}
    queue = [(0.0, start, start, start) for start in sources]
    heapq.heapify(queue)
    while queue:
        far, node, previous, start = heapq.heappop(queue)
        if node in distance:
            continue
        source[node], before[node], distance[node] = start, previous, far
        for other, cost in neighbours.get(node, ()):
            if other not in distance:
                heapq.heappush(queue, (far + cost, other, node, start))
    return Reach(source, before, distance)
