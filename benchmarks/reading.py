"""Reading 20,000 polygons through the guarded path, in each format, beside GDAL alone on the same file.

    python -m benchmarks.reading              # from the project's folder
    python -m benchmarks.reading --polygons 2000

Guarded is what `gridmap clean` and `import` do with a file of units: the process that opens it with few
drivers and little leave, the decoding of texts, every check of codes and shapes. Alone is `pyogrio` or
`geopandas` on the same file, which trusts it. CPU is user and system time by `resource.getrusage`: of the
child that opens the file, and of this process; everything is measured in one run, best of several.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from benchmarks.splitting.table import print_machine
from gridmap.read.vectors.boundaries import read_units
from tests.read.drawn_files import zipped

POLYGONS: Final = 20_000
CORNERS: Final = 80
ROUNDS: Final = 3
MOST_SECONDS: Final = 6.0
DEGREES: Final = 0.01
"""From the middle of a polygon to that of the next."""


@dataclass(frozen=True)
class Spent:
    """Seconds: of the child's processor, of this process's, and by the clock."""

    child: float
    parent: float
    wall: float


def drawn(count: int) -> gpd.GeoDataFrame:
    """Villages with ragged borders, side by side but not touching, EPSG:4326."""
    random = np.random.default_rng(7)
    rows, columns = np.divmod(np.arange(count), round(count**0.5))
    angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radii = 0.45 * DEGREES * random.uniform(0.9, 1, (count, CORNERS))
    x = 116 + columns[:, None] * DEGREES + radii * np.cos(angles)
    y = 38 + rows[:, None] * DEGREES + radii * np.sin(angles)
    return gpd.GeoDataFrame(
        {
            "code": [f"130981{number:06d}" for number in range(count)],
            "name": [f"第{number}村" for number in range(count)],
            "households": random.integers(100, 900, count),
        },
        geometry=shapely.polygons(np.stack([x, y], axis=-1)),
        crs="EPSG:4326",
    )


def write_all(frame: gpd.GeoDataFrame, folder: Path) -> dict[str, Path]:
    """The same polygons in every format, and as GeoJSON with one ring that does not close."""
    files = {
        "GeoPackage": folder / "units.gpkg",
        "shapefile": folder / "units.shp",
        "FlatGeobuf": folder / "units.fgb",
        "GeoParquet": folder / "units.parquet",
        "GeoJSON": folder / "units.geojson",
        "GeoJSON, a ring open": folder / "open.geojson",
        "KML": folder / "units.kml",
    }
    for title in ("GeoPackage", "shapefile", "FlatGeobuf", "GeoJSON"):
        frame.to_file(files[title])
    frame.to_file(files["KML"], driver="KML")
    frame.to_parquet(files["GeoParquet"])
    plain = json.loads(files["GeoJSON"].read_text(encoding="utf-8"))
    plain["features"][len(frame) // 2]["geometry"]["coordinates"][0].pop()
    files["GeoJSON, a ring open"].write_text(json.dumps(plain), encoding="utf-8")
    zipped(files["shapefile"], folder / "units.zip")
    return files


def alone(path: Path) -> gpd.GeoDataFrame:
    """GDAL, or geopandas, on the file, without any guard."""
    return gpd.read_parquet(path) if path.suffix == ".parquet" else pyogrio.read_dataframe(path)


def guarded(path: Path) -> gpd.GeoDataFrame:
    """The way of every file of units; a shapefile comes in an archive."""
    return read_units(path.with_suffix(".zip") if path.suffix == ".shp" else path).units


def best_of(work: Callable[[Path], gpd.GeoDataFrame], path: Path, count: int) -> Spent:
    """What the quickest of several readings took; all polygons must have come."""
    spent = []
    for _ in range(ROUNDS):
        before, start = _cpu(), time.perf_counter()
        frame = work(path)
        wall, after = time.perf_counter() - start, _cpu()
        if len(frame) != count:
            raise SystemExit(f"{path.name}: {len(frame)} of {count} polygons came")
        spent.append(Spent(after[1] - before[1], after[0] - before[0], wall))
    return min(spent, key=lambda one: one.child + one.parent)


def _cpu() -> tuple[float, float]:
    """User and system time of this process, and of its children that ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    own, children = (usage.ru_utime + usage.ru_stime for usage in usages)
    return own, children


def main() -> None:
    """Draw, write, read, print."""
    parser = argparse.ArgumentParser(description="20,000 polygons through the guarded path.")
    parser.add_argument("--polygons", type=int, default=POLYGONS)
    count: int = parser.parse_args().polygons
    print_machine()
    with tempfile.TemporaryDirectory() as folder:
        files = write_all(drawn(count), Path(folder))
        print(f"\nReading {count:,} polygons of {CORNERS} corners; bar {MOST_SECONDS:.0f} s on a free core")
        print(f"  {'':<22}{'MB':>6}{'child s':>9}{'parent s':>10}{'wall s':>8}{'alone s':>9}{'ratio':>7}")
        for title, path in files.items():
            _print_line(title, path, count)


def _print_line(title: str, path: Path, count: int) -> None:
    """One format; GDAL refuses a file with an open ring, so there is nothing to compare it with."""
    own = best_of(guarded, path, count)
    megabytes = path.stat().st_size / 1e6
    line = f"  {title:<22}{megabytes:>6.1f}{own.child:>9.2f}{own.parent:>10.2f}{own.wall:>8.2f}"
    if path.stem == "open":
        print(f"{line}{'—':>9}{'—':>7}")
        return
    bare = best_of(alone, path, count)
    print(f"{line}{bare.parent:>9.2f}{(own.child + own.parent) / bare.parent:>7.1f}")


if __name__ == "__main__":
    main()
