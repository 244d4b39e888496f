"""Cells written to files and read back still meet edge to edge: every method, every kind of change."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridmap.geo.coverage.quality import AREA_TOLERANCE, check
from gridmap.geo.coverage.topology import coverage_invalid_edges, coverage_is_valid, part_counts
from gridmap.geo.frames import Cells, Points, Units, check_cells, check_points, check_units, crs_of
from gridmap.geo.layers_file import write_layers
from gridmap.geo.systems.crs import metric_crs
from gridmap.names import CELLS, WGS84
from gridmap.read.vectors.boundaries import read_cells, read_units
from gridmap.split.again.relieve import relieve
from gridmap.split.again.resplit import resplit
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cells_file import write_cells
from gridmap.split.cut.units import split_units
from gridmap.split.edit.edit import MergeCells, SplitByLine, edit
from gridmap.split.levels.levels import split_into_micro_grids
from gridmap.split.material import Material
from gridmap.split.rule import Method, SplitRule
from gridmap.split.straight.tree import from_json
from tests.paths import BOSTON
from tests.split.again.drawn_changes import with_estate
from tests.split.drawn_land import CLAW, COMB, CRS, ISLANDS, buildings, points_of, ragged_land, units_of
from tests.split.test_bad_input import WAYS, Land, split

ROUNDING = 0.06
"""Metres. Half a unit of the seventh decimal is 6 mm, but GDAL writes 114.0999995 as 114.1: what is up to
five units beside a round number becomes that number. So it does with every vertex, and all still meet."""


@cache
def ragged() -> Land:
    """Six units with borders of many corners, in a place where degrees and metres do not run alike."""
    shapes = [*ragged_land(3, 5, 60, 0.35)]
    return Land(units_of(*shapes), buildings(shapes, 150, 3))


def strange() -> Land:
    """Units of strange shape, far apart."""
    shapes = [
        shapely.affinity.translate(shape, 4000 * place, 0)
        for place, shape in enumerate((COMB, CLAW, ISLANDS))
    ]
    return Land(units_of(*shapes), buildings(shapes, 150, 4))


METHODS = (
    "bisect",
    "bisect along lines",
    "blocks between lines",
    "blocks",
    "table",
    "adopt",
    "square",
    "hex",
    "h3",
)


def previous(land: Land, way: str = "bisect") -> Previous:
    made = split(land, WAYS[way])
    trees = zip(made.cuts["code"], made.cuts["tree"], strict=True)
    return Previous(made.cells, {code: from_json(text) for code, text in trees if text})


def edited(land: Land) -> Cells:
    cells = previous(land).cells
    west, south, east, north = cells.total_bounds
    line = shapely.LineString(
        [(west - 9, south + 0.31 * (north - south)), (east + 9, north - 0.28 * (north - south))]
    )
    cells = edit(cells, SplitByLine(line), units=land.units).cells
    shapes, parents = cells.geometry.to_numpy(), cells["parent_code"].to_numpy()
    one, other = next(
        (a, b)
        for a in range(len(cells))
        for b in range(a + 1, len(cells))
        if parents[a] == parents[b] and shapely.length(shapely.intersection(shapes[a], shapes[b])) > 50
    )
    return edit(
        cells, MergeCells((cells["code"].iloc[one], cells["code"].iloc[other])), units=land.units
    ).cells


def grown(land: Land) -> Points:
    return with_estate(land.points, land.units.geometry.iloc[0], 900, 8)


def resplit_later(land: Land) -> Cells:
    return resplit(land.units, grown(land), SplitRule(), previous(land)).cells


def relieved_later(land: Land) -> Cells:
    return relieve(land.units, grown(land), SplitRule(), previous(land)).cells


def micro_grids(land: Land) -> Cells:
    return split_into_micro_grids(previous(land).cells, land.points, SplitRule(100, 75, 125)).cells


CHANGES: dict[str, Callable[[Land], Cells]] = {
    "edited": edited,
    "relieved": relieved_later,
    "split again": resplit_later,
    "micro-grids": micro_grids,
}


def cells_of(kind: str, land: Land) -> Cells:
    return CHANGES[kind](land) if kind in CHANGES else split(land, WAYS[kind]).cells


def through_geopackage(cells: Cells, folder: Path) -> gpd.GeoDataFrame:
    """Through our own writer and our own reader."""
    write_layers({CELLS: cells}, folder / "cells.gpkg")
    return read_cells(folder / "cells.gpkg").cells


def through_geojson(cells: Cells, folder: Path) -> gpd.GeoDataFrame:
    """As GDAL writes it by RFC 7946, as other map programs do: seven decimals."""
    cells.to_crs(WGS84).to_file(folder / "cells.geojson", driver="GeoJSON", RFC7946="YES")
    text = (folder / "cells.geojson").read_text(encoding="utf-8")
    degrees = text.split('"coordinates":')[1].split("]")[0].replace("[", "").split(",")
    assert max(len(degree.strip().partition(".")[2]) for degree in degrees) <= 7
    return read_cells(folder / "cells.geojson").cells


def through_parquet(cells: Cells, folder: Path) -> gpd.GeoDataFrame:
    cells.to_crs(WGS84).to_parquet(folder / "cells.parquet")
    return gpd.read_parquet(folder / "cells.parquet")


FILES = {"GeoPackage": through_geopackage, "GeoJSON": through_geojson, "Parquet": through_parquet}


def assert_still_meeting(cells: Cells, read: gpd.GeoDataFrame) -> None:
    """A valid coverage as read and in metres, its corners where they were but for the file's rounding."""
    assert read.crs == WGS84
    assert sorted(read["code"]) == sorted(cells["code"])
    ordered = read.set_index("code").loc[cells["code"]]
    metric = ordered.to_crs(crs_of(cells))
    for frame in (ordered, metric):
        shapes = frame.geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        assert part_counts(coverage_invalid_edges(shapes)).sum() == 0
        assert coverage_is_valid(shapes)
    before, after = cells.geometry.to_numpy(), metric.geometry.to_numpy()
    assert shapely.hausdorff_distance(before, after).max() < ROUNDING
    assert (part_counts(before) == part_counts(after)).all()


@pytest.mark.parametrize("land", [ragged, strange], ids=["ragged", "strange"])
@pytest.mark.parametrize("kind", [*METHODS, *CHANGES])
def test_cells_still_meet_after_a_round_trip(kind: str, land: Callable[[], Land], tmp_path: Path) -> None:
    cells = cells_of(kind, land())
    assert coverage_is_valid(cells.geometry.to_numpy())
    for through in FILES.values():
        assert_still_meeting(cells, through(cells, tmp_path))


def test_full_precision_keeps_areas_and_borders(tmp_path: Path) -> None:
    """GeoPackage and Parquet keep all digits, so that even the check against the units passes."""
    land = ragged()
    made = split(land, WAYS["bisect"])
    write_cells(made, tmp_path / "cells.gpkg")
    for read in (read_cells(tmp_path / "cells.gpkg").cells, through_parquet(made.cells, tmp_path)):
        quality = check(check_cells(read.to_crs(CRS)), land.units, land.points)
        assert quality.passed
        assert quality.worst_unit_m2 <= AREA_TOLERANCE
        assert np.allclose(read.to_crs(CRS).area, made.cells["area_m2"], atol=1e-3)


@cache
def boston() -> tuple[Units, Points]:
    """The 506 tracts and 40 made-up buildings in each."""
    tracts = read_units(BOSTON).units
    units = check_units(tracts.to_crs(metric_crs(tracts)))
    random = np.random.default_rng(1)
    spots = []
    for shape in units.geometry:
        west, south, east, north = shape.bounds
        xy = np.column_stack([random.uniform(west, east, 300), random.uniform(south, north, 300)])
        spots.append(xy[shapely.contains_xy(shape, xy)][:40])
    xy = np.concatenate(spots)
    points = points_of(xy, random.integers(1, 61, len(xy)))
    return units, check_points(points.set_crs(crs_of(units), allow_override=True))


def lots(units: Units) -> gpd.GeoSeries:
    """Areas drawn without regard to any border, askew, with overlaps and gaps."""
    west, south, east, north = units.total_bounds
    boxes = [
        shapely.affinity.rotate(shapely.box(x, y, x + 1320, y + 1060), 7)
        for x in np.arange(west, east, 1300)
        for y in np.arange(south, north, 1090)
    ]
    return gpd.GeoSeries(boxes, index=[f"P{number}" for number in range(len(boxes))], crs=units.crs)


@pytest.mark.parametrize("method", [Method.BISECT, Method.ADOPT, Method.HEX, Method.H3])
def test_real_tracts_after_a_round_trip(method: Method, tmp_path: Path) -> None:
    units, points = boston()
    material = Material(drawn=lots(units)) if method is Method.ADOPT else Material()
    cells = split_units(units, points, SplitRule(method=method), material=material).cells
    assert len(cells) > 1000
    for through in FILES.values():
        assert_still_meeting(cells, through(cells, tmp_path))
