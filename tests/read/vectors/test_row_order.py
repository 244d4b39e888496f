"""Shapes stay with their rows, whatever a file says of how its rows were once labelled."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gridmap.read.vectors.boundaries import read_units

CODES = ["990101001001", "990101001002", "990101001003"]


@pytest.mark.parametrize("index", [[2, 0, 1], [7, 8, 9], ["b", "a", "c"]], ids=["sorted", "filtered", "text"])
def test_parquet_of_a_frame_with_an_index_of_its_own(tmp_path: Path, index: list[object]) -> None:
    squares = [shapely.box(116 + i, 38, 117 + i, 39) for i in range(3)]
    frame = gpd.GeoDataFrame(
        {"code": CODES, "name": ["甲", "乙", "丙"]}, geometry=squares, crs=4326, index=index
    )
    path = tmp_path / "units.parquet"
    frame.to_parquet(path)
    units = read_units(path).units
    assert dict(zip(units["code"], units.geometry.bounds["minx"], strict=True)) == dict(
        zip(CODES, [116.0, 117.0, 118.0], strict=True)
    )
