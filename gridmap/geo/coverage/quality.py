"""The quality of a tessellation in figures, and whether it passes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.exactness import LeafShapes, gaps_and_outsides, multipart_cells, overlaps, suspects
from gridmap.geo.coverage.topology import (
    Geometries,
    compactness,
    coverage_invalid_edges,
    locate,
    part_counts,
)
from gridmap.geo.frames import Cells, Points, Units, crs_of, leaf_units
from gridmap.geo.lines.network import share_on_lines
from gridmap.geo.sizes import CellSize, cell_count
from gridmap.geo.systems.crs import crs_text, is_metric
from gridmap.messages import msg
from gridmap.names import CODE, HOUSEHOLDS, PARENT_CODE, WEIGHT

AREA_TOLERANCE: Final = 1e-3
"""m² of gap, overlap or area outside that a unit may have: contract, `check`."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Quality:
    """Figures of a tessellation, as the contract defines them; None where they cannot be known.

    Attributes:
        crs: the metric system that all m² are measured in.
        invalid_edges: stretches of border whose two sides do not match.
        gap_m2: area of the leaf units that no cell covers.
        outside_m2: area of cells outside their own unit.
        worst_unit_m2: the largest gap, overlap or outside of a single unit.
        multipart: cells of several parts in units of one part.
        empty: cells without area.
        in_range_share: cells with a load in range ÷ cells; `feasible_…` over feasible units only.
        mean_abs_dev, max_abs_dev: |load − unit load/k| ÷ (unit load/k), feasible units of two cells and more.
        compactness_mean: 4πA/P² over units of two cells and more.
        infeasible_units: codes of units whose load no number of cells brings into range.
        share_on_lines: of the borders between cells of a unit, by length; None without lines or such borders.
        passed: the coverage is exact; being out of range does not count.
    """

    cells: int
    units: int
    crs: str
    valid_coverage: bool
    invalid_edges: int
    gap_m2: float | None
    overlap_m2: float
    outside_m2: float | None
    worst_unit_m2: float
    multipart: int
    empty: int
    points_without_cell: int | None
    in_range_share: float | None
    feasible_in_range_share: float | None
    mean_abs_dev: float | None
    max_abs_dev: float | None
    compactness_mean: float | None
    infeasible_units: tuple[str, ...]
    share_on_lines: float | None

    @property
    def passed(self) -> bool:
        """Whether the cells are an exact tessellation that leaves no point out."""
        return (
            self.valid_coverage
            and self.worst_unit_m2 <= AREA_TOLERANCE
            and not (self.multipart or self.empty or self.points_without_cell)
        )

    def to_json(self) -> dict[str, object]:
        """Plain values for JSON, the verdict included."""
        return {**asdict(self), "infeasible_units": list(self.infeasible_units), "passed": self.passed}


def check(
    cells: Cells,
    units: Units | None = None,
    points: Points | None = None,
    *,
    size: CellSize | None = None,
    weight: str | None = None,
    lines: Geometries | None = None,
) -> Quality:
    """Measure a tessellation; everything is recomputed from geometry and loads.

    The load of a cell is that of the points in it; else, where `weight` names a column of the units,
    its share of the unit's load by area; else its own `households`.

    Args:
        cells: one scheme, lowest level, in a metric CRS.
        units: in the same CRS; without them nothing is known of gaps and of area outside.
        points: in the same CRS.
        size: the range of loads; 400, 300 to 500 unless given.
        weight: only without points.
        lines: that cuts were to follow, in the same CRS.

    Raises:
        InputError: the frames are not in one metric CRS, or there is no load to be had.
    """
    _require_one_metric_crs(cells, units, points)
    size = size or CellSize()
    ordered = cells.sort_values(CODE, ignore_index=True)
    shapes = _present(ordered.geometry.to_numpy())
    parents = ordered[PARENT_CODE].to_numpy(dtype=object)
    leaves = None if units is None else _leaf_shapes(units)
    cell_of_point = _cell_of_point(points, shapes)
    invalid_edges = coverage_invalid_edges(shapes)
    suspect = suspects(shapes, invalid_edges)
    borders = _borders(shapes, parents, leaves, suspect)
    loads = _load_figures(
        _loads(ordered, shapes, units=units, points=points, cell_of_point=cell_of_point, weight=weight),
        parents,
        size,
    )
    divided = _cell_counts(parents) > 1
    return Quality(
        cells=len(ordered),
        units=len(set(parents)) if leaves is None else len(leaves),
        crs=crs_text(crs_of(cells)),
        valid_coverage=not len(suspect),
        invalid_edges=int(part_counts(invalid_edges).sum()),
        gap_m2=borders.gap,
        overlap_m2=borders.overlap,
        outside_m2=borders.outside,
        worst_unit_m2=borders.worst_unit,
        multipart=multipart_cells(shapes, parents, leaves),
        empty=int((shapely.area(shapes) == 0).sum()),
        points_without_cell=None if cell_of_point is None else int((cell_of_point < 0).sum()),
        in_range_share=_mean(loads.in_range),
        feasible_in_range_share=_mean(loads.in_range[loads.feasible]),
        mean_abs_dev=_mean(loads.deviations[loads.feasible & divided]),
        max_abs_dev=_largest(loads.deviations[loads.feasible & divided]),
        compactness_mean=_mean(compactness(shapes)[divided]),
        infeasible_units=tuple(sorted(set(parents[~loads.feasible]))),
        share_on_lines=None if lines is None else share_on_lines(shapes, parents.tolist(), lines),
    )


@dataclass(frozen=True)
class _Borders:
    gap: float | None
    overlap: float
    outside: float | None
    worst_unit: float


@dataclass(frozen=True)
class _LoadFigures:
    """By cell: in range or not, in a feasible unit or not, and how far from its share of the unit's load."""

    in_range: npt.NDArray[np.bool_]
    feasible: npt.NDArray[np.bool_]
    deviations: Floats


def _require_one_metric_crs(cells: Cells, units: Units | None, points: Points | None) -> None:
    systems = [crs_of(frame) for frame in (cells, units, points) if frame is not None]
    if any(system != systems[0] for system in systems) or not is_metric(systems[0]):
        raise InputError(
            msg(
                "Cells, units and points must be in one projected coordinate system in metres; "
                "convert them first."
            )
        )


def _present(shapes: Geometries) -> Geometries:
    """Missing shapes as empty ones."""
    present = np.array(shapes, dtype=object)
    present[shapely.is_missing(shapes)] = shapely.Polygon()
    return present


def _leaf_shapes(units: Units) -> LeafShapes:
    leaves = leaf_units(units).sort_values(CODE)
    return dict(zip(leaves[CODE], leaves.geometry.to_numpy(), strict=True))


def _cell_of_point(points: Points | None, shapes: Geometries) -> npt.NDArray[np.intp] | None:
    if points is None:
        return None
    return locate(shapely.get_coordinates(points.geometry.to_numpy()), shapes)


def _borders(
    shapes: Geometries,
    parents: npt.NDArray[np.object_],
    leaves: LeafShapes | None,
    suspect: npt.NDArray[np.intp],
) -> _Borders:
    overlap, overlap_by_unit = overlaps(shapes, parents, suspect)
    if leaves is None:
        return _Borders(None, overlap, None, max(overlap_by_unit.values(), default=0.0))
    gaps, outsides = gaps_and_outsides(shapes, parents, leaves, valid=not len(suspect))
    worst = max((*overlap_by_unit.values(), *gaps.values(), *outsides.values()), default=0.0)
    return _Borders(sum(gaps.values()), overlap, sum(outsides.values()), worst)


def _loads(
    cells: pd.DataFrame,
    shapes: Geometries,
    units: Units | None,
    points: Points | None,
    cell_of_point: npt.NDArray[np.intp] | None,
    weight: str | None,
) -> Floats:
    """The load of each cell, from the best source there is."""
    if points is not None and cell_of_point is not None:
        inside = cell_of_point >= 0
        weights = points[WEIGHT].to_numpy(dtype=np.float64)[inside]
        return np.bincount(cell_of_point[inside], weights=weights, minlength=len(cells)).astype(np.float64)
    if units is not None and weight is not None and weight in units:
        totals = pd.to_numeric(units.set_index(CODE)[weight], errors="coerce")
        areas = pd.Series(shapely.area(shapes))
        shares = areas / areas.groupby(cells[PARENT_CODE].to_numpy()).transform("sum")
        return (shares * cells[PARENT_CODE].map(totals)).to_numpy(dtype=np.float64, na_value=0.0)
    if HOUSEHOLDS not in cells:
        raise InputError(
            msg("The cells have no column {column} to take their load from. Give points.", column=HOUSEHOLDS)
        )
    return pd.to_numeric(cells[HOUSEHOLDS], errors="coerce").to_numpy(dtype=np.float64, na_value=0.0)


def _load_figures(loads: Floats, parents: npt.NDArray[np.object_], size: CellSize) -> _LoadFigures:
    unit, _ = pd.factorize(parents)
    totals = np.bincount(unit, weights=loads, minlength=int(unit.max(initial=-1)) + 1)
    counts = [cell_count(float(total), size) for total in totals]
    means = (totals / np.array([k for k, _ in counts]))[unit]
    with np.errstate(divide="ignore", invalid="ignore"):
        deviations = np.abs(loads - means) / means
    return _LoadFigures(
        in_range=np.array([size.holds(load) for load in loads], dtype=bool),
        feasible=np.array([feasible for _, feasible in counts], dtype=bool)[unit],
        deviations=deviations,
    )


def _cell_counts(parents: npt.NDArray[np.object_]) -> npt.NDArray[np.intp]:
    """For each cell the number of cells of its unit."""
    _, inverse, counts = np.unique(parents.astype(str), return_inverse=True, return_counts=True)
    per_cell: npt.NDArray[np.intp] = counts[inverse]
    return per_cell


def _mean(values: npt.NDArray[np.bool_] | Floats) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _largest(values: Floats) -> float | None:
    return float(values.max()) if len(values) else None
