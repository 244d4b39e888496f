"""Benchmark of the split: quality and CPU time a cell.

    python benchmarks/split.py                   # tracts of Boston: by area, and by made-up buildings
    python benchmarks/split.py WORKSPACE.gpkg    # layers `units` and `buildings` of a workspace

Every case runs in a child process of its own; CPU is user and system time by `resource.getrusage`: of the
child as a whole, and of the split alone, as the child measures it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from gridmap.geo.crs import metric_crs
from gridmap.geo.frames import Points, Units, check_points, check_units, crs_of, leaf_units
from gridmap.geo.quality import check
from gridmap.names import BUILDINGS, HOUSEHOLDS, WEIGHT
from gridmap.read.boundaries import read_units
from gridmap.read.points import read_points
from gridmap.split.cells import split_units
from gridmap.split.rule import SplitRule

TRACTS = Path(__file__).parents[1] / "data" / "boston" / "tracts.gpkg"
MEAN_HOUSEHOLDS = 30.5
"""Of a made-up building with 1 to 60."""
RESIDENTS_PER_HOUSEHOLD = 2.6


@dataclass(frozen=True)
class Case:
    """What is split: units, points (or the column of loads), and the rule."""

    units: Units
    points: Points | None
    rule: SplitRule
    weight: str = HOUSEHOLDS


def area_case() -> Case:
    """Residents of the tracts, spread evenly."""
    units = metric_units(TRACTS)
    return Case(units, None, SplitRule(target=1200, minimum=900, maximum=1500), "POP")


def points_case() -> Case:
    """Buildings of 1 to 60 households, as many as the residents of each tract fill, anywhere in it."""
    units = metric_units(TRACTS)
    random = np.random.default_rng(1)
    counts = (units["POP"] / RESIDENTS_PER_HOUSEHOLD / MEAN_HOUSEHOLDS).round().astype(int)
    spots = [
        shapely.get_coordinates(gpd.GeoSeries([shape]).sample_points(int(count), rng=random).to_numpy())
        for shape, count in zip(units.geometry, counts, strict=True)
    ]
    xy = np.concatenate(spots)
    frame = gpd.GeoDataFrame(
        {WEIGHT: random.integers(1, 61, len(xy))}, geometry=gpd.points_from_xy(*xy.T), crs=units.crs
    )
    return Case(units, check_points(frame), SplitRule())


def workspace_case(path: Path) -> Case:
    """Units and buildings of a workspace."""
    units = metric_units(path)
    buildings = read_points(path, layer=BUILDINGS).points
    return Case(units, check_points(buildings.to_crs(crs_of(units))), SplitRule())


def metric_units(path: Path) -> Units:
    """The leaf units of a file, in metres."""
    units = read_units(path).units
    return leaf_units(check_units(units.to_crs(metric_crs(units))))


def run_case(name: str) -> None:
    """In the child process: prepare the case, cut it and print the figures as JSON."""
    makers = {"area": area_case, "points": points_case}
    case = makers[name]() if name in makers else workspace_case(Path(name))
    started = cpu_of(resource.RUSAGE_SELF)
    split = split_units(case.units, case.points, case.rule, weight=case.weight)
    cutting = cpu_of(resource.RUSAGE_SELF) - started
    weight = None if case.points is not None else case.weight
    quality = check(split.cells, case.units, case.points, size=case.rule, weight=weight)
    print(json.dumps({**quality.to_json(), "cutting": cutting}))


def cpu_of(who: int) -> float:
    """Seconds of user and system time."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def child_cpu(*arguments: str) -> tuple[float, str]:
    """CPU seconds and output of a child process that runs this program."""
    before = cpu_of(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    return cpu_of(resource.RUSAGE_CHILDREN) - before, done.stdout


def report(title: str, case: str) -> None:
    """Run a case in a child process and print a block of figures."""
    whole, output = child_cpu("--case", case)
    figures = json.loads(output)
    cells = figures["cells"]
    print(f"{title}: {figures['units']} units, {cells} cells")
    print(f"  CPU of the split          {1000 * figures['cutting'] / cells:8.2f} ms a cell")
    print(
        f"  CPU of the whole process  {1000 * whole / cells:8.2f} ms a cell, with imports, reading and check"
    )
    print(
        f"  feasible units in range   {100 * (figures['feasible_in_range_share'] or 0):8.2f} % of their cells"
    )
    print(f"  mean deviation            {100 * (figures['mean_abs_dev'] or 0):8.2f} %")
    print(f"  mean compactness          {figures['compactness_mean'] or 0:8.3f}")
    print(f"  infeasible units          {len(figures['infeasible_units']):8d}")
    print(f"  broken cells              {figures['multipart'] + figures['empty']:8d}")
    print(f"  valid coverage            {figures['valid_coverage']!s:>8}")
    print(f"  gap, overlap, outside     {figures['worst_unit_m2']:8.1e} m² at most in a unit")


def main(arguments: list[str]) -> None:
    """Print all cases, or the one of a workspace."""
    if arguments[:1] == ["--case"]:
        run_case(arguments[1])
    elif arguments:
        report(Path(arguments[0]).name, arguments[0])
    else:
        report("Tracts, load spread evenly", "area")
        report("Tracts, buildings", "points")


if __name__ == "__main__":
    main(sys.argv[1:])
