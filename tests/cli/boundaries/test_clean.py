"""`gridmap clean` through the command line: what it mends, lists and refuses; `split` takes the result."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from click.testing import CliRunner, Result

from gridmap.cli import main
from gridmap.geo.coverage.topology import coverage_is_valid
from tests.paths import BOSTON
from tests.split.drawn_land import CRS, at, block

TRACTS = BOSTON
BOW_TIE = at((2000, 0), (3000, 1000), (3000, 0), (2000, 1000))


def run(*arguments: object) -> Result:
    return CliRunner(env={"LC_ALL": "C"}).invoke(main, [str(argument) for argument in arguments])


def report_of(*arguments: object) -> dict[str, Any]:
    result = run("clean", *arguments, "--json")
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def boundaries(
    path: Path,
    shapes: Sequence[shapely.Geometry | None],
    codes: Sequence[str] = "",
    **columns: Sequence[object],
) -> Path:
    """A file of units, coded A, B, … where no codes are given."""
    codes = codes or [chr(65 + number) for number in range(len(shapes))]
    gpd.GeoDataFrame(
        {"code": list(codes), **columns}, geometry=np.array(shapes, dtype=object), crs=CRS
    ).to_file(path, layer="drawn")
    return path


def noisy_tracts(path: Path, metres: float) -> gpd.GeoDataFrame:
    """The tracts of Boston, every vertex of every tract moved on its own; the clean ones are returned."""
    tracts = gpd.read_file(TRACTS).to_crs("EPSG:32619")
    random = np.random.default_rng(4)
    shaken = tracts.copy()

    def redrawn(shape: shapely.Geometry) -> shapely.Polygon:
        assert isinstance(shape, shapely.Polygon)
        rings = [shapely.get_coordinates(ring)[:-1] for ring in (shape.exterior, *shape.interiors)]
        outer, *holes = [ring + random.normal(0, metres, ring.shape) for ring in rings]
        return shapely.Polygon(outer, holes)

    shaken.geometry = [redrawn(shape) for shape in tracts.geometry]
    shaken.to_file(path, layer="units")
    return tracts


def test_dirty_boundaries_become_units(tmp_path: Path) -> None:
    file = boundaries(
        tmp_path / "dirty.gpkg",
        [
            block(0, 0, 1030, 1000),  # reaches 30 m into B
            block(1000, 0, 2000, 1000),
            BOW_TIE,
            block(0, 1000, 3000, 2000).difference(block(200, 900, 800, 1000.4)),  # a gap above A
            block(1000, 0, 2000, 1000),  # B once more, under another code
        ],
        households=[800, 800, 800, 1200, 5],
    )
    out, listed = tmp_path / "u.gpkg", tmp_path / "r.json"
    report = report_of(file, "--out", out, "--gap-width", 2, "--report", listed)
    assert report["counts"] == {"duplicate": 1, "invalid": 1, "overlap": 1, "gap": 1} | report["counts"]
    assert report["left_out"] == ["E"]
    assert json.loads(listed.read_text(encoding="utf-8")) == report
    overlap = next(one for one in report["defects"] if one["kind"] == "overlap")
    assert (sorted(overlap["codes"]), round(overlap["area_m2"])) == (["A", "B"], 30_000)
    units = gpd.read_file(out, layer="units")
    assert units["code"].tolist() == ["A", "B", "C", "D"]
    assert units["households"].tolist() == [800, 800, 800, 1200]
    assert coverage_is_valid(units.geometry.to_numpy())
    assert units.crs == "EPSG:4326"
    assert dict(pyogrio.list_layers(out)).keys() == {"units", "defects", "before"}
    assert len(gpd.read_file(out, layer="defects")) == sum(report["counts"].values())
    assert not shapely.is_valid(gpd.read_file(out, layer="before").geometry).all()
    split = run("split", out, "--out", tmp_path / "c.gpkg")
    assert split.exit_code == 0, split.output
    assert run("check", tmp_path / "c.gpkg", "--units", out).exit_code == 0


def test_counts_are_told_in_words(tmp_path: Path) -> None:
    file = boundaries(tmp_path / "dirty.gpkg", [block(0, 0, 1030, 1000), block(1000, 0, 2000, 1000)])
    result = run("clean", file, "--out", tmp_path / "u.gpkg")
    assert result.stdout.splitlines() == [
        f"{tmp_path / 'u.gpkg'}: 2 units, {CRS}", "  1 overlap shared out",
    ]  # fmt: skip
    again = run("clean", tmp_path / "u.gpkg", "--out", tmp_path / "again.gpkg")
    assert again.stdout.splitlines()[1:] == ["  no defects"]


def test_upper_units_are_made_anew_and_split_takes_them(tmp_path: Path) -> None:
    shapes = [block(-5, 0, 2000, 1000), block(0, 0, 1010, 1000), block(1000, 0, 2000, 1000)]
    file = boundaries(
        tmp_path / "two.gpkg",
        shapes,
        codes=["T", "A", "B"],
        parent_code=["", "T", "T"],
        households=[1600, 800, 800],
    )
    report = report_of(file, "--out", tmp_path / "u.gpkg")
    assert report["counts"]["redrawn"] == 1
    units = gpd.read_file(tmp_path / "u.gpkg", layer="units").to_crs(CRS)
    town, *villages = units.geometry
    assert town.symmetric_difference(shapely.union_all(villages)).area < 1e-3
    assert run("split", tmp_path / "u.gpkg", "--out", tmp_path / "c.gpkg").exit_code == 0


def test_gaps_that_stay_open_are_told(tmp_path: Path) -> None:
    ring = block(0, 0, 1000, 1000).difference(block(400, 400, 600, 600))
    file = boundaries(tmp_path / "ring.gpkg", [ring, block(1000, 0, 2000, 1000)])
    result = run("clean", file, "--out", tmp_path / "u.gpkg", "--json")
    report = json.loads(result.stdout)
    assert (report["counts"], result.exit_code) == ({"unfilled": 1}, 0)
    assert "--gap-width" in result.stderr
    filled = report_of(file, "--out", tmp_path / "u.gpkg", "--gap-width", 300)
    assert filled["counts"] == {"gap": 1}


def test_rows_that_repeat_and_rows_of_mixed_geometry(tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection([block(1000, 0, 2000, 1000), shapely.LineString([(0, 0), (1, 1)])])
    square = block(0, 0, 1000, 1000)
    file = tmp_path / "mixed.geojson"
    frame = gpd.GeoDataFrame({"code": ["A", "A", "B"]}, geometry=[square, square, mixed], crs=CRS)
    frame.to_crs("EPSG:4326").to_file(file)
    result = run("clean", file, "--out", tmp_path / "u.gpkg", "--crs", "EPSG:4326")
    assert result.exit_code == 0, result.output
    assert "1 row repeats" in result.stderr
    assert "beside areas" in result.stderr
    assert gpd.read_file(tmp_path / "u.gpkg", layer="units")["code"].tolist() == ["A", "B"]


@pytest.mark.slow
@pytest.mark.parametrize("metres", [1.0, 5.0])
def test_shaken_boston_is_mended_and_split(metres: float, tmp_path: Path) -> None:
    clean = noisy_tracts(tmp_path / "shaken.gpkg", metres)
    out = tmp_path / "u.gpkg"
    report = report_of(tmp_path / "shaken.gpkg", "--out", out)
    units = gpd.read_file(out, layer="units").to_crs("EPSG:32619")
    assert coverage_is_valid(units.geometry.to_numpy())
    assert len(units) + len(report["left_out"]) == 506
    both = units.merge(clean[["code", "geometry"]], on="code", suffixes=("", "_clean"))
    one, other = both["geometry"].to_numpy(), both["geometry_clean"].to_numpy()
    shared = shapely.area(shapely.intersection(one, other)).sum()
    assert shared / shapely.area(clean.geometry.to_numpy()).sum() > 0.98
    split = run(
        "split",
        out,
        "--weight",
        "POP",
        "--target",
        5000,
        "--min",
        4000,
        "--max",
        6000,
        "--out",
        tmp_path / "c.gpkg",
    )
    assert split.exit_code == 0, split.output
    assert run("check", tmp_path / "c.gpkg", "--units", out).exit_code == 0


class TestRefusals:
    """What mending cannot set right: one line, exit code 2, an existing output as it was."""

    @pytest.mark.parametrize(
        ("shapes", "columns", "words"),
        [
            ([block(0, 0, 9, 9), block(9, 0, 18, 9)], {"codes": ["A", "A"]}, "more than once"),
            ([block(0, 0, 9, 9), block(9, 0, 18, 9)], {"codes": ["A", ""]}, "no code"),
            ([block(0, 0, 9, 9), None], {}, "no geometry"),
            ([block(0, 0, 9, 9), block(9, 0, 18, 9)], {"parent_code": ["B", "A"]}, "own ancestor"),
            ([block(0, 0, 9, 9), shapely.Point(500_000, 4_200_000)], {}, "no polygon"),
        ],
    )
    def test_files(
        self, shapes: list[shapely.Geometry | None], columns: dict[str, Any], words: str, tmp_path: Path
    ) -> None:
        file = boundaries(tmp_path / "bad.gpkg", shapes, **columns)
        out = tmp_path / "u.gpkg"
        out.write_text("as it was")
        result = run("clean", file, "--out", out, "--json")
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert words in result.stderr
        assert "bad.gpkg" in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
        assert out.read_text() == "as it was"

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--out", "units.shp"), ".gpkg"),
            (("--out", "FILE"), "replace"),
            (("--out", "u.gpkg", "--report", "FILE"), "report"),
            (("--out", "u.gpkg", "--report", "nowhere/r.json"), "folder"),
            (("--out", "nowhere/u.gpkg"), "written"),
            (("--out", "u.gpkg", "--code", "nothing"), "nothing"),
            (("--out", "u.gpkg", "--snap", "-1"), "--snap"),
        ],
    )
    def test_options(self, options: tuple[str, ...], words: str, tmp_path: Path) -> None:
        file = boundaries(tmp_path / "drawn.gpkg", [block(0, 0, 1000, 1000)])
        before = file.read_bytes()
        paths = [file if one == "FILE" else tmp_path / one if "." in one else one for one in options]
        result = run("clean", file, *paths)
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert words in result.stderr
        assert file.read_bytes() == before
        assert {path.name for path in tmp_path.iterdir()} == {"drawn.gpkg"}
