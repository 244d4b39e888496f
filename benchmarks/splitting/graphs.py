"""The same problem for every peer: blocks (or the surroundings of buildings) as graphs, one a unit.

Peers are given what gridmap makes of a unit before it groups: crumbs joined, overloaded blocks divided, so
that each could be grouped into cells in range. Where only points are given, a node is what is nearer to one
building than to others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from benchmarks.splitting.ground import BUILD, Ground
from gridmap.geo.coverage.topology import Geometries
from gridmap.geo.frames import Points, Units, check_points, check_units, leaf_units
from gridmap.geo.lines.faces import faces_of, joined
from gridmap.names import CODE, PARENT_CODE
from gridmap.split.blocks.block_graph import BlockGraph
from gridmap.split.cut.by_blocks import block_parts, part_graph
from gridmap.split.cut.loads import Loads, loads_of_points
from gridmap.split.cut.unit_task import UnitTask
from gridmap.split.material import portions
from gridmap.split.rule import Method, SplitRule, cell_count
from gridmap.split.straight.pieces import Load

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
FOLDER: Final = BUILD / "graphs"
_MARGIN: Final = 1.0
"""Metres that a Voronoi diagram reaches beyond its unit."""


@dataclass(frozen=True)
class UnitGraph:
    """A unit of one part as peers see it.

    Attributes:
        code: of the unit.
        cells: that it is to be cut into.
        outline: of the unit.
        xy, weights: its buildings.
        shapes: of the nodes, a coverage of the outline.
        loads: of the nodes.
        one, other, borders: positions of neighbours, and the metres that they share.
    """

    code: str
    cells: int
    outline: shapely.Geometry
    xy: Floats
    weights: Floats
    shapes: Geometries
    loads: Floats
    one: Indices
    other: Indices
    borders: Floats

    @property
    def mean(self) -> float:
        """Load of an ideal cell."""
        return float(self.loads.sum()) / self.cells

    @cached_property
    def neighbours(self) -> list[dict[int, float]]:
        """For each node its neighbours and the metres shared with each."""
        found: list[dict[int, float]] = [{} for _ in self.shapes]
        for a, b, metres in zip(self.one.tolist(), self.other.tolist(), self.borders.tolist(), strict=True):
            found[a][b] = found[b][a] = metres
        return found


def sample(ground: Ground, most: int) -> Ground:
    """Feasible units of one part and two cells and more, `most` of them evenly by code."""
    leaves = leaf_units(ground.units).sort_values(CODE, ignore_index=True)
    shapes = leaves.geometry.to_numpy()
    loads = _loads(ground, Units(leaves))
    wanted = [cell_count(float(total), ground.rule) for total in loads.totals]
    fit = [at for at, (cells, feasible) in enumerate(wanted) if feasible and cells > 1]
    fit = [at for at in fit if shapely.get_num_geometries(shapes[at]) == 1]
    chosen = sorted({fit[int(place)] for place in np.linspace(0, len(fit) - 1, min(most, len(fit)))})
    assert ground.points is not None
    rows = np.sort(np.concatenate([loads.rows[at] for at in chosen]))
    units = check_units(gpd.GeoDataFrame(leaves.iloc[chosen]).assign(**{PARENT_CODE: ""}))
    points = check_points(gpd.GeoDataFrame(ground.points.iloc[rows]))
    return Ground(units, points, ground.material)


def graphs_of(ground: Ground) -> list[UnitGraph]:
    """The graph of each unit of a sample."""
    leaves = Units(ground.units.sort_values(CODE, ignore_index=True))
    shapes, loads = leaves.geometry.to_numpy(), _loads(ground, leaves)
    own = portions(ground.material, shapes, loads.rows)
    rows = zip(leaves[CODE], shapes, loads.of_unit, loads.totals, own, strict=True)
    tasks = [
        UnitTask(code, shape, load, float(total), ground.rule, material)
        for code, shape, load, total, material in rows
    ]
    return [_graph(task) for task in tasks]


def _graph(task: UnitTask) -> UnitGraph:
    rule: SplitRule = task.rule
    if rule.method is Method.BLOCKS:
        (part,) = block_parts(task)
        graph = part_graph(part, task.material)
    else:
        owner = np.full(len(task.load.xy), -1, dtype=np.intp)
        graph = BlockGraph.of(_surroundings(task), Load(task.load.xy, task.load.weights, owner))
    return UnitGraph(
        task.code,
        cell_count(task.total, rule)[0],
        task.shape,
        task.load.xy,
        task.load.weights,
        graph.shapes,
        graph.loads,
        graph.one,
        graph.other,
        graph.borders,
    )


def _surroundings(task: UnitTask) -> Geometries:
    """What of a unit is nearer to each building than to others, in several parts where it is crooked."""
    places = np.unique(task.load.xy, axis=0)
    reach = shapely.box(*shapely.bounds(task.shape)).buffer(_MARGIN)
    regions = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(places), extend_to=reach, ordered=True)
    )
    faces = faces_of(task.shape, np.array(shapely.boundary(regions), dtype=object))
    at = shapely.STRtree(np.array(shapely.points(places), dtype=object)).nearest(
        shapely.point_on_surface(faces)
    )
    _, groups = np.unique(at, return_inverse=True)
    return np.array(joined(faces, np.asarray(groups, dtype=np.intp)), dtype=object)


def _loads(ground: Ground, leaves: Units) -> Loads:
    assert ground.points is not None
    return loads_of_points(Points(ground.points), leaves.geometry.to_numpy())


def save(name: str, graphs: list[UnitGraph]) -> None:
    """Write graphs to files."""
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    numbers = range(len(graphs))
    units = {"code": [one.code for one in graphs], "cells": [one.cells for one in graphs]}
    gpd.GeoDataFrame(units, geometry=[one.outline for one in graphs]).to_parquet(folder / "units.parquet")
    shapes = np.concatenate([one.shapes for one in graphs])
    nodes = {
        "graph": np.repeat(numbers, [len(one.shapes) for one in graphs]),
        "load": np.concatenate([one.loads for one in graphs]),
    }
    gpd.GeoDataFrame(nodes, geometry=shapes).to_parquet(folder / "nodes.parquet")
    xy = np.concatenate([one.xy for one in graphs])
    points = {
        "graph": np.repeat(numbers, [len(one.xy) for one in graphs]),
        "x": xy[:, 0],
        "y": xy[:, 1],
        "weight": np.concatenate([one.weights for one in graphs]),
    }
    pd.DataFrame(points).to_parquet(folder / "points.parquet")
    edges = {"graph": np.repeat(numbers, [len(one.one) for one in graphs])}
    edges |= {
        column: np.concatenate([getattr(one, column) for one in graphs])
        for column in ("one", "other", "borders")
    }
    pd.DataFrame(edges).to_parquet(folder / "edges.parquet")


def load(name: str) -> list[UnitGraph]:
    """Read what was saved."""
    folder = FOLDER / name
    units, nodes = (gpd.read_parquet(folder / f"{layer}.parquet") for layer in ("units", "nodes"))
    points, edges = (pd.read_parquet(folder / f"{layer}.parquet") for layer in ("points", "edges"))
    found = []
    rows = zip(units["code"], units["cells"].tolist(), units.geometry, strict=True)
    for number, (code, cells, outline) in enumerate(rows):
        node, point, edge = (frame[frame["graph"] == number] for frame in (nodes, points, edges))
        found.append(
            UnitGraph(
                code,
                cells,
                outline,
                point[["x", "y"]].to_numpy(),
                point["weight"].to_numpy(),
                np.asarray(node.geometry, dtype=object),
                node["load"].to_numpy(),
                edge["one"].to_numpy(),
                edge["other"].to_numpy(),
                edge["borders"].to_numpy(),
            )
        )
    return found
