"""`gridmap split` and `gridmap check` through the command line: every method, and bad inputs one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import click
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

from gridmap.cli import main
from tests.drawn_village import Village, drawn_village, lattice, layer, refusal, run, street
from tests.paths import ROOT
from tests.split.drawn_land import CRS, block

Floats = npt.NDArray[np.float64]


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return drawn_village(tmp_path)


class TestMethods:
    """Each method through the command line gives cells that pass their check."""

    def test_bisect_along_lines(self, village: Village) -> None:
        lines = village.file("lines", [street((333, -50), (333, 1050)), street((660, -50), (660, 1050))])
        report = village.split("--lines", lines)
        assert report["share_on_lines"] > 0.45
        assert report["compute_ms"] > 0
        assert village.check()["exit_code"] == 0
        without = village.split()
        assert without["share_on_lines"] is None

    def test_blocks_between_lines(self, village: Village) -> None:
        lines = [street((x, -50), (x, 1050)) for x in range(250, 2000, 250)]
        lines += [street((-50, y), (2050, y)) for y in (250, 500, 750)]
        report = village.split(
            "--method", "blocks", "--lines", village.file("lines", lines), "--balance", 0.8
        )
        assert report["share_on_lines"] == 1
        figures = village.check()
        assert (figures["exit_code"], figures["in_range_share"]) == (0, 1)

    def test_blocks_as_areas(self, village: Village) -> None:
        blocks = [block(x, y, x + 230, y + 230) for x in range(10, 2000, 250) for y in range(10, 1000, 250)]
        village.split("--method", "blocks", "--blocks", village.file("blocks", blocks))
        assert village.check()["exit_code"] == 0

    def test_table(self, village: Village) -> None:
        report = village.split("--method", "table")
        assert (report["cells"], report["method"], report["findings"]) == (4, "table", [])
        names = set(gpd.read_file(village.cells, layer="cells")["name"])
        assert names == {"north 500", "south 500", "north 501", "south 501"}
        assert village.check()["exit_code"] == 0

    def test_table_with_a_column_named(self, village: Village) -> None:
        points = gpd.read_file(village.points).rename(columns={"cell": "网格员区"})
        points.loc[:9, "网格员区"] = None
        points.to_file(village.folder / "list.gpkg")
        listed = village.folder / "list.gpkg"
        assert "--members" in refusal(
            "split", village.units, "--points", listed, "--method", "table", "--out", village.cells
        )
        report = village.split("--method", "table", "--members", "网格员区", points=listed)
        assert report["cells"] == 4
        unlisted = [finding for finding in report["findings"] if finding["kind"] == "unlisted"]
        assert sum(finding["places"] for finding in unlisted) == 10
        assert any("10 points name no cell" in note for note in report["notes"])

    def test_adopt(self, village: Village) -> None:
        drawn = [
            block(0, 0, 500, 1000),
            block(500, 0, 1300, 1000),
            block(1300, 0, 2000, 900),
            block(0, 5000, 9, 5009),
        ]
        file = village.file("cad", drawn, name=["g1", "g2", "g3", "g4"])
        result = run(
            "split", village.units, "--points", village.points, "--method", "adopt", "--drawn", file,
            "--sliver", 0.2, "--out", village.cells, "--json",
        )  # fmt: skip
        assert result.exit_code == 0
        kinds = {(one["kind"], one["name"]) for one in json.loads(result.stdout)["findings"]}
        assert kinds >= {("lost", "g4"), ("cut_off", "g2")}
        assert "1 drawn cell was lost" in result.stderr
        assert village.check()["exit_code"] == 0

    @pytest.mark.parametrize(
        "options",
        [
            ("square", "--edge", 300),
            ("square",),
            ("hex", "--edge", 400, "--sliver", 0.3),
            ("h3", "--resolution", 9),
        ],
        ids=lambda options: options[0],
    )
    def test_regular(self, options: tuple[object, ...], village: Village) -> None:
        assert village.split("--method", *options)["cells"] > 2
        assert village.check()["exit_code"] == 0

    @pytest.mark.parametrize(
        ("scheme", "first"), [("12+2", "A-01"), ("sector", "A-A01"), ("{unit}/{seq:04d}", "A/0001")]
    )
    def test_codes(self, scheme: str, first: str, village: Village) -> None:
        village.split("--codes", scheme)
        assert gpd.read_file(village.cells, layer="cells")["code"][0] == first
        assert village.check()["exit_code"] == 0


class TestWrongOptions:
    """Options that a method does not know, that are missing or out of range: one line, nothing written."""

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--method", "bisect", "--edge", 100), ["--edge", "bisect"]),
            (("--edge", 100, "--balance", 0.5), ["--edge, --balance"]),
            (("--method", "square", "--lines", "POINTS"), ["--lines", "--edge, --sliver"]),
            (("--method", "h3", "--edge", 100), ["--edge", "--resolution"]),
            (("--method", "table", "--sliver", 0.5), ["--sliver", "--members"]),
            (("--method", "adopt"), ["--drawn"]),
            (("--method", "blocks"), ["--blocks", "--lines"]),
            (("--method", "table"), ["--points"]),
            (("--method", "spiral"), ["spiral"]),
            (("--balance", 2, "--method", "blocks"), ["--balance"]),
            (("--codes", "13+3"), ["13+3", "12+3"]),
            (("--codes", "{unit}"), ["{unit}-{seq:03d}"]),
            (("--method", "square", "--edge", 0.1), ["edge"]),
            (("--min", 500, "--max", 300), ["500"]),
            (("--weight", "nothing"), ["nothing", "--weight"]),
        ],
        ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else None,
    )
    def test_refused(self, options: tuple[object, ...], words: list[str], village: Village) -> None:
        given = [village.points if option == "POINTS" else option for option in options]
        village.cells.write_text("as it was")
        units = gpd.read_file(village.units).assign(households=1200)
        units.to_file(village.units, layer="units")
        line = refusal("split", village.units, "--out", village.cells, *given)
        assert all(word in line for word in words), line
        assert village.cells.read_text() == "as it was"

    @pytest.mark.parametrize("option", ["--lines", "--drawn", "--blocks"])
    def test_a_file_without_a_system(self, village: Village, option: str) -> None:
        shapes = [block(0, 0, 1000, 1000)] if option != "--lines" else [street((500, -9), (500, 1009))]
        file = village.folder / "bare.shp"
        gpd.GeoDataFrame({"no": [1]}, geometry=shapes, crs=CRS).to_file(file)
        file.with_suffix(".prj").unlink()
        method = {"--lines": "bisect", "--drawn": "adopt", "--blocks": "blocks"}[option]
        given = ("--points", village.points, "--method", method, option, file)
        told = refusal("split", village.units, "--out", village.cells, *given)
        assert f"{option}-crs" in told
        assert not village.cells.exists()
        assert village.split("--method", method, option, file, f"{option}-crs", CRS)["cells"]

    @pytest.mark.parametrize("option", ["--lines", "--drawn", "--blocks"])
    def test_points_in_place_of_shapes(self, option: str, village: Village) -> None:
        method = {"--lines": "bisect", "--drawn": "adopt", "--blocks": "blocks"}[option]
        line = refusal(
            "split", village.units, "--points", village.points, "--method", method,
            option, village.points, "--out", village.cells,
        )  # fmt: skip
        assert "points.gpkg" in line

    def test_a_table_that_names_no_cell(self, village: Village) -> None:
        points = gpd.read_file(village.points).assign(cell=None)
        points.to_file(village.points, layer="points")
        line = refusal(
            "split", village.units, "--points", village.points, "--method", "table", "--out", village.cells
        )
        assert "cell" in line

    def test_lines_without_a_coordinate_system(self, village: Village) -> None:
        lines = village.folder / "roads.shp"
        gpd.GeoDataFrame({"kind": ["road"]}, geometry=[street((0, 0), (9, 9))], crs=CRS).to_file(lines)
        lines.with_suffix(".prj").unlink()
        line = refusal(
            "split", village.units, "--points", village.points, "--lines", lines, "--out", village.cells
        )
        assert "roads.shp" in line
        assert "coordinate system" in line

    def test_a_cluster_that_does_not_answer(self, village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gridmap.jobs.cluster._PATIENCE", 0.2)
        result = CliRunner(env={"GRIDMAP_DASK_ADDRESS": "tcp://127.0.0.1:9"}).invoke(
            main, ["split", str(village.units), "--points", str(village.points), "--out", str(village.cells)]
        )
        assert result.exit_code == 2
        assert "tcp://127.0.0.1:9" in result.stderr


@pytest.mark.slow
class TestHardLand:
    """Bad loads and shapes: each a sensible result, exact all the same."""

    def points(self, village: Village, xy: Sequence[shapely.Point], households: Sequence[int]) -> Path:
        return village.file("others", xy, households=households)

    def test_no_households_at_all(self, village: Village) -> None:
        points = self.points(village, lattice(0, 0, 2000, 1000), [0] * 800)
        report = village.split(points=points)
        assert (report["cells"], report["infeasible_units"]) == (2, ["A", "B"])
        assert village.check()["exit_code"] == 0

    @pytest.mark.parametrize("method", [("square",), ("hex",), ("h3",)], ids=lambda method: method[0])
    def test_no_households_by_a_grid(self, method: tuple[str, ...], village: Village) -> None:
        points = self.points(village, lattice(0, 0, 2000, 1000), [0] * 800)
        village.split("--method", *method, points=points)
        assert village.check()["exit_code"] == 0

    def test_fewer_households_than_a_cell_needs(self, village: Village) -> None:
        report = village.split(points=self.points(village, lattice(0, 0, 900, 900, 300), [5] * 9))
        assert report["cells"] == 2
        assert report["infeasible_units"] == ["A", "B"]

    def test_one_building_of_2000(self, village: Village) -> None:
        spots = lattice(0, 0, 2000, 1000)
        report = village.split(points=self.points(village, spots, [2000, *[1] * (len(spots) - 1)]))
        figures = village.check()
        assert figures["exit_code"] == 0
        assert report["cells"] > 4
        assert report["households"] == 2000 + len(spots) - 1

    @pytest.mark.parametrize(
        "method",
        [(), ("--method", "blocks", "--lines", "LINES"), ("--method", "table", "--members", "cell")],
        ids=["bisect", "blocks", "table"],
    )
    def test_all_points_on_one_spot(self, method: tuple[str, ...], village: Village) -> None:
        lines = village.file("lines", [street((500, -9), (500, 1009)), street((-9, 500), (2009, 500))])
        spot = lattice(0, 0, 1000, 1000)[137]
        points = village.file(
            "others", [spot] * 300, households=[4] * 300, cell=["a" if i % 2 else "b" for i in range(300)]
        )
        options = [lines if option == "LINES" else option for option in method]
        report = village.split(*options, points=points)
        assert report["households"] == 1200
        assert village.check()["exit_code"] == 0

    def test_points_outside_every_unit(self, village: Village) -> None:
        points = self.points(village, lattice(5000, 0, 7000, 1000), [3] * 800)
        report = village.split(points=points)
        assert (report["points_outside"], report["cells"], report["households"]) == (800, 2, 0)
        figures = run("check", village.cells, "--points", points, "--json")
        assert (figures.exit_code, json.loads(figures.stdout)["points_without_cell"]) == (1, 800)

    @pytest.mark.parametrize(
        ("method", "option"), [("bisect", "--lines"), ("blocks", "--lines"), ("blocks", "--blocks")]
    )
    def test_material_that_touches_nothing(self, method: str, option: str, village: Village) -> None:
        far = village.file("far", [block(90_000, 0, 90_100, 100)])
        report = village.split("--method", method, option, far)
        assert any("nothing in far.gpkg touches a unit" in note for note in report["notes"])
        assert report["cells"] == 6
        assert village.check()["exit_code"] == 0

    def test_drawn_cells_that_touch_nothing(self, village: Village) -> None:
        report = village.split("--method", "adopt", "--drawn", village.file("far", [block(9e4, 0, 9.1e4, 9)]))
        assert sorted(one["kind"] for one in report["findings"]) == ["lost", "undrawn", "undrawn"]
        assert village.check()["exit_code"] == 0

    def replace_units(self, village: Village, *shapes: shapely.Geometry) -> None:
        layer(village.units, shapes, code=[chr(65 + number) for number in range(len(shapes))])

    @pytest.mark.parametrize("method", ["bisect", "square", "hex", "h3"])
    def test_a_unit_thinner_than_a_metre(self, method: str, village: Village) -> None:
        self.replace_units(village, block(0, 0, 2000, 999.6), block(0, 999.6, 2000, 1000))
        points = self.points(village, lattice(0, 0, 2000, 1000, 25), [1] * 3200)
        village.split("--method", method, points=points)
        assert village.check()["exit_code"] == 0

    @pytest.mark.parametrize("method", ["bisect", "blocks", "square", "table", "adopt"])
    def test_a_unit_of_40_islands(self, method: str, village: Village) -> None:
        islands = [block(x, y, x + 90, y + 170) for x in range(0, 1000, 100) for y in range(0, 800, 200)]
        self.replace_units(village, shapely.MultiPolygon(islands), block(1000, 0, 2000, 1000))
        lines = village.file("lines", [street((-9, 90), (2009, 90))])
        drawn = village.file("cad", [block(0, 0, 700, 1000), block(700, 0, 2000, 1000)])
        options = {"blocks": ("--lines", lines), "adopt": ("--drawn", drawn)}.get(method, ())
        village.split("--method", method, *options)
        figures = village.check()
        assert (figures["valid_coverage"], figures["multipart"], figures["empty"]) == (True, 0, 0)
        assert max(figures["gap_m2"], figures["overlap_m2"], figures["outside_m2"]) < 1e-3

    def test_a_unit_with_holes(self, village: Village) -> None:
        hole = block(300, 300, 700, 700)
        self.replace_units(village, block(0, 0, 1000, 1000).difference(hole), block(1000, 0, 2000, 1000))
        village.split()
        figures = village.check()
        assert (figures["valid_coverage"], figures["points_without_cell"]) == (True, 64)

    def test_a_scattered_list_is_told_and_counted(self, village: Village) -> None:
        points = gpd.read_file(village.points)
        points.loc[[45], "cell"] = "north 500"
        points.to_file(village.points, layer="points")
        report = village.split("--method", "table")
        assert [one["name"] for one in report["findings"] if one["kind"] == "scattered"] == ["north 500"]
        figures = village.check()
        assert (figures["exit_code"], figures["multipart"], figures["valid_coverage"]) == (1, 1, True)


def test_without_points_the_area_counts(tmp_path: Path) -> None:
    units = layer(tmp_path / "units.gpkg", [block(0, 0, 1000, 1000)], code=["A"], POP=[1600])
    out = tmp_path / "cells.gpkg"
    result = run("split", units, "--weight", "POP", "--out", out)
    assert (result.exit_code, result.stdout) == (0, f"{out}: 4 cells in 1 units, {CRS}\n")


def test_points_of_a_csv_name_their_cells(village: Village) -> None:
    points = gpd.read_file(village.points).to_crs("EPSG:4326")
    table = pd.DataFrame(
        {"lon": points.geometry.x, "lat": points.geometry.y, "households": 3, "网格": points["cell"]}
    )
    table.to_csv(village.folder / "list.csv", index=False)
    report = village.split("--method", "table", points=village.folder / "list.csv")
    assert (report["cells"], report["points_outside"]) == (4, 0)


def test_the_documents_name_only_options_that_exist() -> None:
    text = (ROOT / "docs" / "splitting.md").read_text(encoding="utf-8")
    lines = re.findall(r"bin/gridmap ([^\n]+)", text)
    assert len(lines) > 10
    everything = {"--json"}
    for line in lines:
        words = line.split()
        command = main.commands[words[0]]
        if isinstance(command, click.Group):
            command = command.commands[words[1]]
        known = {option for one in command.params for option in one.opts}
        assert {word for word in words if word.startswith("--")} <= known
        everything |= known
    assert set(re.findall(r"--[a-z][a-z-]+", text)) <= everything
