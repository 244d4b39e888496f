"""`gridmap micro` and `gridmap zones` through the command line: micro-grids below cells, zones above them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely
from click.testing import CliRunner, Result

from gridmap.cli import main
from gridmap.geo.coverage.topology import coverage_is_valid
from tests.split.drawn_land import CRS, RING, block, buildings

VILLAGES = [RING, block(1000, 0, 2000, 1000), block(2000, 0, 2800, 1000), block(0, 1000, 2800, 1500)]
CODES = ["990101100201", "990101100202", "990101101201", "990101101202"]
NAMES = ["Ring", "Middle", "East", "North"]
TOWNSHIPS = {"990101100000": "South Town", "990101101000": "North Town"}


def run(*arguments: object) -> Result:
    return CliRunner(env={"LC_ALL": "C"}).invoke(main, [str(argument) for argument in arguments])


def refusal(*arguments: object) -> str:
    """The one line of a refused command."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


@dataclass(frozen=True)
class County:
    """Two townships of two villages each, their points, and the cells that were cut of them."""

    folder: Path

    @property
    def load(self) -> list[object]:
        return ["--points", self.path("points.gpkg"), "--weight", "weight"]

    def path(self, name: str) -> Path:
        return self.folder / name

    def list_of(self, rows: Sequence[Sequence[object]], name: str = "list.xlsx") -> Path:
        book = openpyxl.Workbook()
        sheet = book.create_sheet("list", 0)
        for row in rows:
            sheet.append(list(row))
        book.save(self.path(name))
        return self.path(name)

    def zones(self, *options: object) -> tuple[int, dict[str, Any], gpd.GeoDataFrame]:
        """Exit code, report and layer."""
        result = run("zones", self.path("cells.gpkg"), "--out", self.path("zones.gpkg"), *options, "--json")
        assert result.exit_code in {0, 1}, result.output
        return (
            result.exit_code,
            json.loads(result.stdout),
            gpd.read_file(self.path("zones.gpkg"), layer="zones"),
        )


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    made = County(tmp_path_factory.mktemp("county"))
    towns = {
        code: shapely.union_all(
            [shape for shape, own in zip(VILLAGES, CODES, strict=True) if own[:9] == code[:9]]
        )
        for code in TOWNSHIPS
    }
    units = gpd.GeoDataFrame(
        {
            "code": [*CODES, *towns],
            "name": [*NAMES, *TOWNSHIPS.values()],
            "parent_code": [*(f"{code[:9]}000" for code in CODES), "", ""],
            "sector": ["W", "W", "E", "E", None, None],
        },
        geometry=[*VILLAGES, *towns.values()],
        crs=CRS,
    )
    units.to_file(made.path("units.gpkg"), layer="units")
    points = buildings(VILLAGES, 60, 5)
    points.to_file(made.path("points.gpkg"))
    cut = run(
        "split",
        made.path("units.gpkg"),
        "--points",
        made.path("points.gpkg"),
        "--weight",
        "weight",
        "--out",
        made.path("cells.gpkg"),
    )
    assert cut.exit_code == 0, cut.output
    cut = run(
        "micro",
        made.path("cells.gpkg"),
        "--points",
        made.path("points.gpkg"),
        "--weight",
        "weight",
        "--out",
        made.path("micro.gpkg"),
        "--json",
    )
    assert cut.exit_code == 0, cut.output
    return made


class TestMicro:
    """Micro-grids inside cells."""

    def test_they_are_an_exact_tessellation_of_the_cells(self, county: County) -> None:
        checked = run(
            "check",
            county.path("micro.gpkg"),
            "--units",
            county.path("cells.gpkg"),
            "--points",
            county.path("points.gpkg"),
            "--weight",
            "weight",
            "--target",
            40,
            "--min",
            30,
            "--max",
            50,
            "--json",
        )
        assert checked.exit_code == 0, checked.output
        figures = json.loads(checked.stdout)
        cells = gpd.read_file(county.path("cells.gpkg"), layer="cells")
        assert figures["units"] == len(cells)
        assert figures["gap_m2"] <= 1e-3
        assert figures["points_without_cell"] == 0

    def test_codes_parents_and_loads(self, county: County) -> None:
        cells = gpd.read_file(county.path("cells.gpkg"), layer="cells").set_index("code")
        micro = gpd.read_file(county.path("micro.gpkg"), layer="cells")
        assert (micro["code"].str[:-3] == micro["parent_code"]).all()
        assert micro["code"].str.fullmatch(r"\d{15}-\d\d").all()
        assert set(micro["level"]) == {"micro"}
        sums = micro.groupby("parent_code")["households"].sum()
        assert (sums - cells["households"]).abs().max() < 1e-6
        assert micro["households"].mean() == pytest.approx(40, abs=5)

    def test_without_points_households_are_spread(self, county: County) -> None:
        out = county.path("spread.gpkg")
        result = run(
            "micro",
            county.path("cells.gpkg"),
            "--target",
            100,
            "--min",
            80,
            "--max",
            120,
            "--out",
            out,
            "--json",
        )
        assert result.exit_code == 0, result.output
        report = json.loads(result.stdout)
        assert report["households"] == pytest.approx(
            gpd.read_file(county.path("cells.gpkg"), layer="cells")["households"].sum()
        )
        assert run("check", out, "--units", county.path("cells.gpkg")).exit_code == 0

    def test_lines_and_processes(self, county: County) -> None:
        lines = [
            shapely.LineString([(499_900, y), (503_000, y + 30)]) for y in range(4_200_050, 4_201_500, 120)
        ]
        gpd.GeoDataFrame(geometry=lines, crs=CRS).to_file(county.path("lines.gpkg"))
        shared = [
            "micro", county.path("cells.gpkg"), *county.load, "--lines", county.path("lines.gpkg"), "--json",
        ]  # fmt: skip
        reports = [
            json.loads(run(*shared, "--jobs", jobs, "--out", county.path(f"lines{jobs}.gpkg")).stdout)
            for jobs in (1, 2)
        ]
        assert reports[0]["share_on_lines"] == reports[1]["share_on_lines"] > 0.1
        one, two = (gpd.read_file(county.path(f"lines{jobs}.gpkg"), layer="cells") for jobs in (1, 2))
        assert one.equals(two)

    def test_more_than_99_in_a_cell_are_refused(self, county: County) -> None:
        line = refusal(
            "micro",
            county.path("cells.gpkg"),
            "--target",
            2,
            "--min",
            1,
            "--max",
            3,
            "--out",
            county.path("many.gpkg"),
        )
        assert "99" in line
        assert not county.path("many.gpkg").exists()

    def test_a_weight_needs_points(self, county: County) -> None:
        assert "--points" in refusal(
            "micro", county.path("cells.gpkg"), "--weight", "n", "--out", county.path("no.gpkg")
        )


class TestZones:
    """Levels above cells."""

    def test_villages_and_townships_from_the_codes_alone(self, county: County) -> None:
        code, report, layer = county.zones()
        assert code == 0, report
        assert [level["level"] for level in report["levels"]] == ["village", "township", "county"]
        assert layer["level"].value_counts().to_dict() == {"village": 4, "township": 2, "county": 1}
        assert layer.loc[layer["level"] == "county", "code"].tolist() == ["990101000000"]
        assert any("digits" in note for note in report["notes"])
        for _, places in layer.groupby("level"):
            assert coverage_is_valid(places.geometry.to_numpy())
            assert places["households"].sum() == layer["households"].sum() / 3

    def test_a_list_of_villages_by_code_and_name(self, county: County) -> None:
        file = county.list_of([
            ["Work areas"], ["村编码", "工作区", "工作区名称"],
            [CODES[0], "A", "West area"], ["Middle", "B", ""],
            [CODES[2], "C", "East area"], [CODES[3], "C", ""],
        ])  # fmt: skip
        code, report, layer = county.zones(
            "--list", file, "--units", county.path("units.gpkg"), "--called", "work_area"
        )
        assert code == 0, report
        areas = layer[layer["level"] == "work_area"].set_index("code")
        assert areas["name"].to_dict() == {"A": "West area", "B": "B", "C": "East area"}
        assert areas["members"].to_dict() == {"A": 1, "B": 1, "C": 2}
        assert areas["parent_code"].to_dict() == {
            "A": "990101100000",
            "B": "990101100000",
            "C": "990101101000",
        }
        assert areas["parts"].tolist() == [1, 1, 1]
        villages = layer[layer["level"] == "village"].set_index("name")
        assert villages["parent_code"].to_dict() == {"Ring": "A", "Middle": "B", "East": "C", "North": "C"}
        metric = areas.to_crs(CRS)
        expected = shapely.union_all(VILLAGES[2:])
        assert shapely.area(shapely.symmetric_difference(metric.geometry["C"], expected)) < 1e-3

    def test_a_column_of_the_units(self, county: County) -> None:
        code, report, layer = county.zones("--column", "sector", "--units", county.path("units.gpkg"))
        assert code == 0, report
        assert layer[layer["level"] == "zone"]["code"].tolist() == ["E", "W"]

    def test_a_list_of_cells(self, county: County) -> None:
        cells = gpd.read_file(county.path("cells.gpkg"), layer="cells")
        rows = [
            [one, f"{parent}-{'AB'[seq % 2]}"]
            for one, parent, seq in zip(cells["code"], cells["parent_code"], cells["seq"], strict=True)
        ]
        file = county.path("cells.csv")
        file.write_text("\n".join(",".join(row) for row in [["code", "zone"], *rows]), encoding="utf-8")
        code, report, layer = county.zones("--list", file)
        assert code == 0, report
        assert [level["level"] for level in report["levels"]] == ["zone", "village", "township", "county"]
        assert report["levels"][0]["below"] == "cell"
        assert set(layer[layer["level"] == "zone"]["parent_code"]) == set(CODES)

    def test_what_is_left_over_on_both_sides_is_named(self, county: County) -> None:
        file = county.list_of(
            [["code", "zone"], [CODES[0], "A"], [CODES[1], "A"], [CODES[2], "B"], ["990101101999", "B"]]
        )
        code, report, layer = county.zones("--list", file)
        assert code == 1
        assert not report["passed"]
        assert report["listed_but_unknown"] == ["990101101999"]
        (zones,) = [level for level in report["levels"] if level["level"] == "zone"]
        assert zones["unplaced"] == [CODES[3]]
        assert f"1 place of the level village is in no zone ({CODES[3]})" in report["notes"]
        assert "1 listed place is not there, or there several times (990101101999)" in report["notes"]
        assert sorted(layer[layer["level"] == "zone"]["code"]) == ["A", "B"]

    def test_a_zone_across_two_townships_is_told(self, county: County) -> None:
        file = county.list_of([["code", "zone"], [CODES[0], "A"], *([one, "B"] for one in CODES[1:])])
        code, report, _ = county.zones("--list", file)
        assert code == 1
        (town,) = [level for level in report["levels"] if level["level"] == "township"]
        assert (town["torn"], town["exact"]) == (["B"], False)
        assert any("lies in several of the level township (B)" in note for note in report["notes"])

    def test_above_micro_grids(self, county: County) -> None:
        result = run(
            "zones", county.path("micro.gpkg"), "--units", county.path("cells.gpkg"), "--units",
            county.path("units.gpkg"), "--out", county.path("above.gpkg"), "--json",
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        levels = [level["level"] for level in json.loads(result.stdout)["levels"]]
        assert levels == ["cell", "village", "township", "county"]
        layer = gpd.read_file(county.path("above.gpkg"), layer="zones")
        cells = gpd.read_file(county.path("cells.gpkg"), layer="cells")
        assert sorted(layer[layer["level"] == "cell"]["code"]) == sorted(cells["code"])
        assert set(layer[layer["level"] == "township"]["name"]) == set(TOWNSHIPS.values())

    def test_lines_for_a_person(self, county: County) -> None:
        result = run("zones", county.path("cells.gpkg"), "--out", county.path("zones.gpkg"))
        assert "village: 4 places over cell, exact" in result.stdout

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ([["code", "colour"], ["1", "red"]], ["no column headed zone"]),
            ([["code", "zone"], [CODES[0], "A"], [CODES[0], "B"]], ["two zones", CODES[0]]),
            ([["code", "zone"], ["", "A"], [CODES[1], "A"]], ["no place", "row 2"]),
            ([["code", "zone"], ["1.30981E+11", "A"]], ["rounded", "row 2"]),
            ([["code", "zone"], ["nowhere", "A"]], ["names no place"]),
            ([["code", "zone"], [CODES[0], ""]], ["no zone at all"]),
        ],
        ids=["headings", "two zones", "no place", "rounded", "nowhere", "empty"],
    )
    def test_wrong_lists_are_refused(
        self, rows: list[list[object]], words: list[str], county: County
    ) -> None:
        file = county.list_of(rows, "wrong.xlsx")
        line = refusal("zones", county.path("cells.gpkg"), "--list", file, "--out", county.path("no.gpkg"))
        assert all(word in line for word in words), line
        assert not county.path("no.gpkg").exists()

    @pytest.mark.parametrize(
        ("options", "word"),
        [
            (["--column", "colour"], "colour"),
            (["--column", "sector", "--list", "UNITS"], "not both"),
            (["--column", "parent_code", "--called", "village"], "called village already"),
        ],
    )
    def test_wrong_options_are_refused(self, options: list[str], word: str, county: County) -> None:
        given = [county.path("units.gpkg") if option == "UNITS" else option for option in options]
        line = refusal("zones", county.path("cells.gpkg"), *given, "--out", county.path("no.gpkg"))
        assert word in line


class TestBadInput:
    """Through the command line: never a traceback, and what is written passes its check."""

    @pytest.mark.parametrize("method", ["bisect", "square", "hex", "h3"])
    @pytest.mark.parametrize("load", ["none", "outside", "one building"])
    def test_split_and_check(self, load: str, method: str, tmp_path: Path) -> None:
        land = [block(0, 0, 1000, 1000), block(0, 1000, 1000, 1000.5)]
        gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=land, crs=CRS).to_file(tmp_path / "units.gpkg")
        spots = buildings(land[:1], 40, 1)
        points = gpd.GeoDataFrame(
            {"households": [0] * len(spots) if load == "none" else [2000] + [0] * (len(spots) - 1)},
            geometry=spots.geometry.translate(9000 if load == "outside" else 0).to_numpy(),
            crs=CRS,
        )
        points.to_file(tmp_path / "points.gpkg")
        files = ["--points", tmp_path / "points.gpkg"]
        out = tmp_path / "cells.gpkg"
        made = run("split", tmp_path / "units.gpkg", *files, "--method", method, "--out", out, "--json")
        assert made.exit_code == 0, made.output
        report = json.loads(made.stdout)
        assert report["points_outside"] == (len(spots) if load == "outside" else 0)
        assert set(report["infeasible_units"]) >= {"B"}
        checked = run("check", out, "--units", tmp_path / "units.gpkg", "--json")
        assert checked.exit_code == 0, checked.output
        assert json.loads(checked.stdout)["worst_unit_m2"] <= 1e-3
