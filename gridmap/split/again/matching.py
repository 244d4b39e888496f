"""Which new cell takes the place of which old one, so that codes, names and posts survive a new split."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.geo.coverage.topology import Geometries, locate
from gridmap.geo.frames import Cells, Points
from gridmap.names import CODE, PARENT_CODE, WEIGHT

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


def match_cells(old: Cells, new: Cells, points: Points | None = None) -> dict[str, str]:
    """The old cell whose code each new cell keeps, by the new cell's code; those without one are left out.

    A new cell keeps the code of an old cell of the same unit that it shares more than half of both cells'
    load with: the weights of the points in both, or their common area without points and where neither
    holds any. More than half of both makes the mapping one-to-one. The order of rows does not matter.

    Args:
        old: in a metric CRS, like the others.
        new: likewise.
        points: likewise.
    """
    old_shapes, old_codes, old_parents = _in_order_of_place(old)
    new_shapes, new_codes, new_parents = _in_order_of_place(new)
    if not (len(old_codes) and len(new_codes)):
        return {}
    pairs = shapely.STRtree(old_shapes).query(new_shapes, predicate="intersects")
    after, before = pairs[:, new_parents[pairs[0]] == old_parents[pairs[1]]]
    kept = _shared_by_area(old_shapes, new_shapes, before, after)
    if points is not None:
        old_loads, new_loads, common = _shared_loads(old_shapes, new_shapes, before, after, points)
        bare = (old_loads[before] == 0) & (new_loads[after] == 0)
        kept = np.where(bare, kept, _most_of_both(common, old_loads[before], new_loads[after]))
    return {str(new_codes[a]): str(old_codes[b]) for b, a in zip(before[kept], after[kept], strict=True)}


def _in_order_of_place(cells: Cells) -> tuple[Geometries, npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Shapes, codes and parents sorted by place: neither codes nor rows decide a point on a border."""
    shapes = np.asarray(cells.geometry.to_numpy(), dtype=object)
    centres = np.nan_to_num(shapely.get_coordinates(shapely.centroid(shapes)), nan=np.inf)
    codes = cells[CODE].to_numpy(dtype=object)
    order = np.lexsort((codes.astype(str), centres[:, 1], centres[:, 0]))
    return shapes[order], codes[order], cells[PARENT_CODE].to_numpy(dtype=object)[order]


def _most_of_both(common: Floats, old: Floats, new: Floats) -> npt.NDArray[np.bool_]:
    kept: npt.NDArray[np.bool_] = (common > old / 2) & (common > new / 2)
    return kept


def _shared_by_area(
    old: Geometries, new: Geometries, before: Indices, after: Indices
) -> npt.NDArray[np.bool_]:
    common = shapely.area(shapely.intersection(old[before], new[after]))
    return _most_of_both(common, shapely.area(old)[before], shapely.area(new)[after])


def _shared_loads(
    old: Geometries, new: Geometries, before: Indices, after: Indices, points: Points
) -> tuple[Floats, Floats, Floats]:
    """The load of each old cell, of each new cell, and of what each pair of them shares."""
    xy = shapely.get_coordinates(points.geometry.to_numpy())
    weights = points[WEIGHT].to_numpy(dtype=np.float64)
    in_old, in_new = locate(xy, old), locate(xy, new)
    table = pd.DataFrame({"old": in_old, "new": in_new, "weight": weights})
    old_loads = _sums(in_old, weights, len(old))
    new_loads = _sums(in_new, weights, len(new))
    shared = table.groupby(["old", "new"])["weight"].sum()
    wanted = pd.MultiIndex.from_arrays([before, after])
    return old_loads, new_loads, shared.reindex(wanted, fill_value=0.0).to_numpy(dtype=np.float64)


def _sums(groups: Indices, weights: Floats, count: int) -> Floats:
    inside = groups >= 0
    sums: Floats = np.bincount(groups[inside], weights=weights[inside], minlength=count).astype(np.float64)
    return sums
