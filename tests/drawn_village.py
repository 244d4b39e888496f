"""Two square units of a kilometre with points, as files, and the command line to cut them with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from click.testing import CliRunner, Result

from gridmap.cli import main
from tests.split.drawn_land import CRS, block


def run(*arguments: object) -> Result:
    """A command in this process."""
    return CliRunner(env={"LC_ALL": "C"}).invoke(main, [str(argument) for argument in arguments])


def refusal(*arguments: object) -> str:
    """The one line of a refused command."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), (result.output, result.exception)
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


def layer(path: Path, shapes: Iterable[shapely.Geometry], **columns: Sequence[object]) -> Path:
    """A file with one layer, called as the file is."""
    gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS).to_file(path, layer=path.stem, driver="GPKG")
    return path


def lattice(west: float, south: float, east: float, north: float, step: float = 50) -> list[shapely.Point]:
    """Points in rows, `step` metres apart, inside a rectangle."""
    x, y = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    corner = shapely.get_coordinates(block(0, 0, 1, 1)).min(axis=0)
    return [shapely.Point(corner + place) for place in np.column_stack([x.ravel(), y.ravel()])]


@dataclass(frozen=True)
class Village:
    """Two square units of 1 km side by side, A and B, each with 400 points of 3 households."""

    folder: Path
    units: Path
    points: Path

    @property
    def cells(self) -> Path:
        return self.folder / "cells.gpkg"

    def file(self, stem: str, shapes: Iterable[shapely.Geometry], **columns: Sequence[object]) -> Path:
        return layer(self.folder / f"{stem}.gpkg", shapes, **columns)

    def split(self, *options: object, points: Path | None = None) -> dict[str, Any]:
        """The report of a split that must do, after its check has passed."""
        where = ("--points", points or self.points)
        result = run("split", self.units, "--out", self.cells, *where, *options, "--json")
        assert result.exit_code == 0, result.output
        report: dict[str, Any] = json.loads(result.stdout)
        return report

    def check(self) -> dict[str, Any]:
        result = run("check", self.cells, "--units", self.units, "--points", self.points, "--json")
        figures: dict[str, Any] = {**json.loads(result.stdout), "exit_code": result.exit_code}
        return figures


def drawn_village(folder: Path) -> Village:
    """The files of the village in a folder."""
    units = layer(
        folder / "units.gpkg", [block(0, 0, 1000, 1000), block(1000, 0, 2000, 1000)], code=["A", "B"]
    )
    spots = lattice(0, 0, 2000, 1000)
    columns: dict[str, list[object]] = {
        "households": [3] * len(spots),
        "cell": [f"{'north' if spot.y % 1000 > 500 else 'south'} {int(spot.x) // 1000}" for spot in spots],
    }
    return Village(folder, units, layer(folder / "points.gpkg", spots, **columns))


def street(*xy: tuple[float, float]) -> shapely.LineString:
    """A line by metres from the corner of the village."""
    corner = shapely.get_coordinates(block(0, 0, 1, 1)).min(axis=0)
    return shapely.LineString([corner + place for place in xy])
