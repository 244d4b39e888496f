"""What is split in a benchmark, kept in files so that a measured process only reads it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np

from gridmap.geo.frames import Points, Units, check_points, check_units
from gridmap.split.material import NO_MATERIAL, Material
from gridmap.split.rule import Method, SplitRule

BUILD: Final = Path(__file__).parents[2] / "build" / "bench"
GROUNDS: Final = BUILD / "ground"
_VERSION: Final = "2"
"""Of how grounds are made; files of another are made anew."""


@dataclass(frozen=True)
class Ground:
    """Units with the column `households`, the buildings in them, and what cuts follow; one metric CRS."""

    units: Units
    points: Points | None
    material: Material = NO_MATERIAL

    @property
    def rule(self) -> SplitRule:
        """300 to 500 households a cell, around 400; by blocks where there are any, or lines about them."""
        around = self.material.lines is not None or self.material.blocks is not None
        return SplitRule(method=Method.BLOCKS if around else Method.BISECT)

    def shuffled(self, seed: int) -> Ground:
        """The same with its rows in another order."""
        random = np.random.default_rng(seed)
        units = self.units.iloc[random.permutation(len(self.units))]
        assert self.points is not None
        points = self.points.iloc[random.permutation(len(self.points))]
        return Ground(check_units(units), check_points(points), self.material)

    def save(self, name: str) -> None:
        """Write it to files."""
        folder = GROUNDS / name
        folder.mkdir(parents=True, exist_ok=True)
        frames: dict[str, gpd.GeoDataFrame | None] = {
            "units": self.units,
            "points": self.points,
            "lines": _frame(self.material.lines),
            "blocks": _frame(self.material.blocks),
        }
        for layer, frame in frames.items():
            if frame is not None:
                frame.to_parquet(folder / f"{layer}.parquet")
        (folder / "version").write_text(_VERSION)

    @classmethod
    def load(cls, name: str) -> Ground:
        """Read what was saved."""
        units, points, lines, blocks = (
            _read(name, layer) for layer in ("units", "points", "lines", "blocks")
        )
        assert units is not None, "saved before"
        material = Material(
            lines=None if lines is None else lines.geometry,
            blocks=None if blocks is None else blocks.geometry,
        )
        return cls(check_units(units), None if points is None else check_points(points), material)


def is_saved(name: str) -> bool:
    """Whether the files of a ground are there."""
    version = GROUNDS / name / "version"
    return version.exists() and version.read_text() == _VERSION


def _frame(series: gpd.GeoSeries | None) -> gpd.GeoDataFrame | None:
    return None if series is None else gpd.GeoDataFrame(geometry=series)


def _read(name: str, layer: str) -> gpd.GeoDataFrame | None:
    path = GROUNDS / name / f"{layer}.parquet"
    return gpd.read_parquet(path) if path.exists() else None
