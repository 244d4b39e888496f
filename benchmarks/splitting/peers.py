"""Other ways to divide a unit, each as its makers offer it; none is part of gridmap.

A peer is given the graph of a unit (`benchmarks.splitting.graphs`) and says which cell each node belongs to,
or, k-means, cuts the unit itself. Options are those that the maker's documentation gives for the task. Each
peer is imported only where it runs, so that one that cannot be installed does not stop the others.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from benchmarks.splitting.graphs import UnitGraph
from gridmap.geo.coverage.topology import Geometries, coverage_union, locate
from gridmap.split.rule import SplitRule

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]
_RULE: Final = SplitRule()
_EPSILON: Final = (_RULE.maximum - _RULE.minimum) / 2 / _RULE.target
"""Share of a cell's load that it may deviate by: 300 to 500 around 400."""
_SCALE: Final = 100
"""Loads and borders as whole numbers, in hundredths."""


@dataclass(frozen=True)
class Peer:
    """A way to divide a unit.

    Attributes:
        package: on which its version is asked.
        name: of the method.
        cut: gives the cells' shapes and loads.
    """

    package: str
    name: str
    cut: Callable[[UnitGraph], tuple[Geometries, Floats]]

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} ({self.package} {version(self.package)})"


def by_labels(partition: Callable[[UnitGraph], Labels]) -> Callable[[UnitGraph], tuple[Geometries, Floats]]:
    """A cut by the cell of each node."""

    def cut(graph: UnitGraph) -> tuple[Geometries, Floats]:
        labels = partition(graph)
        cells = np.unique(labels)
        shapes = [coverage_union(graph.shapes[labels == cell]) for cell in cells]
        loads = [graph.loads[labels == cell].sum() for cell in cells]
        return np.array(shapes, dtype=object), np.array(loads)

    return cut


def metis(graph: UnitGraph) -> Labels:
    """METIS, k-way, asked for contiguous parts; long borders are dear to cut."""
    import pymetis

    starts, neighbours, weights = _adjacency(graph)
    options = pymetis.Options(contig=1, seed=1)
    found = pymetis.part_graph(
        graph.cells,
        xadj=starts,
        adjncy=neighbours,
        vweights=_whole(graph.loads),
        eweights=weights,
        recursive=False,
        options=options,
    )
    return np.array(found[1], dtype=np.intp)


def kahip_eco(graph: UnitGraph) -> Labels:
    """KaHIP's `kaffpa`, preconfiguration ECO, with the imbalance that the range allows."""
    import kahip

    starts, neighbours, weights = _adjacency(graph)
    eco = 1
    _, found = kahip.kaffpa(
        _whole(graph.loads).tolist(), starts, weights, neighbours, graph.cells, _EPSILON, 1, 1, eco
    )
    return np.array(found, dtype=np.intp)


def tree_part(graph: UnitGraph) -> Labels:
    """GerryChain's recursive partition of random spanning trees, within 25 % of the unit's mean."""
    import networkx as nx
    from gerrychain import Graph
    from gerrychain.partition import recursive_tree_part

    drawn = nx.Graph()
    drawn.add_nodes_from((node, {"load": float(load)}) for node, load in enumerate(graph.loads))
    drawn.add_edges_from(zip(graph.one.tolist(), graph.other.tolist(), strict=True))
    whole = Graph.from_networkx(drawn)
    found = recursive_tree_part(
        whole,
        range(graph.cells),
        graph.mean,
        "load",
        _EPSILON,
        rng=random.Random(1),  # noqa: S311
    )
    return np.array([found[node] for node in range(len(graph.loads))], dtype=np.intp)


def max_p(graph: UnitGraph) -> Labels:
    """Spopt's Max-p regions: as many as possible of at least 300, near nodes together."""
    from spopt.region import MaxPHeuristic

    frame, weights = _frame(graph)
    np.random.seed(1)
    return _solved(MaxPHeuristic(frame, weights, ["x", "y"], "load", _RULE.minimum, top_n=2))


def skater(graph: UnitGraph) -> Labels:
    """Spopt's SKATER: the spanning tree of near nodes cut into so many, none of very few nodes."""
    from spopt.region import Skater

    frame, weights = _frame(graph)
    floor = len(graph.loads) // (2 * graph.cells)
    return _solved(Skater(frame, weights, ["x", "y"], n_clusters=graph.cells, floor=floor, islands="ignore"))


def ward(graph: UnitGraph) -> Labels:
    """Spopt's regionalised Ward clustering by place."""
    from spopt.region import WardSpatial

    frame, weights = _frame(graph)
    return _solved(WardSpatial(frame, weights, ["x", "y"], n_clusters=graph.cells))


def k_means(graph: UnitGraph) -> tuple[Geometries, Floats]:
    """Centres of scikit-learn's k-means over the buildings, weighted; Voronoi regions cut at the border."""
    from sklearn.cluster import KMeans

    fitted = KMeans(graph.cells, n_init=10, random_state=1).fit(graph.xy, sample_weight=graph.weights)
    regions = shapely.voronoi_polygons(shapely.multipoints(fitted.cluster_centers_), extend_to=graph.outline)
    shapes = np.asarray(shapely.intersection(shapely.get_parts(regions), graph.outline), dtype=object)
    shapes = shapes[~shapely.is_empty(shapes)]
    at = locate(graph.xy, shapes)
    inside = at >= 0
    loads = np.bincount(at[inside], weights=graph.weights[inside], minlength=len(shapes))
    return shapes, loads.astype(np.float64)


PEERS: Final[dict[str, Peer]] = {
    "k-means": Peer("scikit-learn", "k-means + Voronoi", k_means),
    "metis": Peer("pymetis", "METIS k-way", by_labels(metis)),
    "kahip": Peer("kahip", "KaHIP eco", by_labels(kahip_eco)),
    "gerrychain": Peer("gerrychain", "recursive_tree_part", by_labels(tree_part)),
    "ward": Peer("spopt", "WardSpatial", by_labels(ward)),
    "skater": Peer("spopt", "SKATER", by_labels(skater)),
    "max-p": Peer("spopt", "MaxP", by_labels(max_p)),
}


def _whole(values: Floats) -> npt.NDArray[np.int64]:
    return np.maximum(values * _SCALE, 0).round().astype(np.int64)


def _adjacency(graph: UnitGraph) -> tuple[list[int], list[int], list[int]]:
    """The graph as METIS and its like read it: where each node's neighbours begin, those, border lengths."""
    starts = np.cumsum([0] + [len(near) for near in graph.neighbours]).tolist()
    neighbours = [other for near in graph.neighbours for other in sorted(near)]
    lengths = [max(1, round(near[other])) for near in graph.neighbours for other in sorted(near)]
    return starts, neighbours, lengths


def _frame(graph: UnitGraph) -> tuple[gpd.GeoDataFrame, Any]:
    """The nodes as a frame and their neighbourhood, as spopt wants them."""
    from libpysal.weights import W

    x, y = shapely.get_coordinates(shapely.centroid(graph.shapes)).T
    frame = gpd.GeoDataFrame({"load": graph.loads, "x": x, "y": y}, geometry=list(graph.shapes))
    near = {node: sorted(neighbours) for node, neighbours in enumerate(graph.neighbours)}
    return frame, W(near, silence_warnings=True)


def _solved(model: Any) -> Labels:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.solve()
    return np.asarray(model.labels_, dtype=np.intp)
