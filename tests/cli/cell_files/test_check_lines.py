"""`gridmap check --lines`: how much of the borders inside units lies on given lines."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest

from tests.drawn_village import drawn_village, refusal, run, street


def test_the_share_on_lines_is_that_of_the_split(tmp_path: Path) -> None:
    village = drawn_village(tmp_path)
    lines = village.file("lines", [street((333, -50), (333, 1050)), street((1660, -50), (1660, 1050))])
    told = village.split("--lines", lines)["share_on_lines"]
    result = run("check", village.cells, "--units", village.units, "--lines", lines, "--json")
    assert result.exit_code == 0, result.output
    assert 0.2 < told < 1
    assert json.loads(result.stdout)["share_on_lines"] == pytest.approx(told)
    assert village.check()["share_on_lines"] is None


def test_lines_in_degrees_are_measured_in_metres(tmp_path: Path) -> None:
    village = drawn_village(tmp_path)
    lines = village.file("lines", [street((333, -50), (333, 1050))])
    village.split("--lines", lines)
    degrees = tmp_path / "degrees.geojson"
    gpd.read_file(lines).to_crs(4326).to_file(degrees, driver="GeoJSON", COORDINATE_PRECISION=10)
    figures = [
        json.loads(run("check", village.cells, "--units", village.units, "--lines", file, "--json").stdout)
        for file in (lines, degrees)
    ]
    assert figures[0]["share_on_lines"] > 0.1
    assert figures[1]["share_on_lines"] == pytest.approx(figures[0]["share_on_lines"])


def test_a_file_that_holds_no_lines_is_refused(tmp_path: Path) -> None:
    village = drawn_village(tmp_path)
    village.split()
    assert "points.gpkg" in refusal("check", village.cells, "--lines", village.points)
