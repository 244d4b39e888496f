"""`gridmap split --previous`: what stays, what changes, what is told, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from gridmap.split.straight.tree import from_json, leaf_codes
from tests.drawn_village import Village, drawn_village, lattice, layer, refusal, run
from tests.split.drawn_land import CRS, block


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """A village that was split once, into `cells.gpkg`."""
    village = drawn_village(tmp_path)
    assert village.split()["cells"] == 6
    return village


def again(village: Village, out: str, *options: object, previous: str = "cells.gpkg") -> dict[str, Any]:
    """The report of a second split that must do, after its check has passed."""
    points = () if "--points" in options else ("--points", village.points)
    file = village.folder / out
    result = run(
        "split", village.units, *points, "--previous", village.folder / previous, *options,
        "--out", file, "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    figures = run("check", file, "--units", village.units, "--json")
    assert figures.exit_code == 0, figures.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def cells_of(village: Village, file: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pyogrio.read_dataframe(village.folder / file, layer="cells").set_index("code"))


def cuts_of(village: Village, file: str) -> pd.DataFrame:
    path = village.folder / file
    return pd.DataFrame(pyogrio.read_dataframe(path, layer="cuts", read_geometry=False).set_index("code"))


def same_bytes(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, codes: Iterable[str]) -> bool:
    """Whether some cells have the same geometry to the last bit."""
    shapes = [gpd.GeoDataFrame(frame.loc[list(codes)]).geometry.to_wkb().tolist() for frame in (one, other)]
    return bool(shapes[0] == shapes[1])


def apart(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, codes: Iterable[str]) -> float:
    """The largest area that is in only one of the two cells of a code, m²."""
    pairs = [gpd.GeoDataFrame(frame.to_crs(CRS).loc[list(codes)]).geometry for frame in (one, other)]
    return float(pairs[0].symmetric_difference(pairs[1]).area.max())


def weights(village: Village, west: float, east: float, factor: float) -> None:
    """Multiply the households between two lines, metres from the village's corner."""
    points = gpd.read_file(village.points)
    x = points.geometry.x - shapely.get_coordinates(block(0, 0, 1, 1))[:, 0].min()
    there = (x > west) & (x < east)
    points["households"] = points["households"].where(~there, points["households"] * factor)
    points.to_file(village.points, layer="points")


def units(village: Village, *shapes: shapely.Geometry, codes: str) -> None:
    """Other units in the place of those of the village."""
    village.units.unlink()
    layer(village.units, shapes, code=list(codes))


class TestWhatStays:
    """Cells that still fit stay, in the file to the last bit."""

    @pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:4326", "EPSG:4490"])
    def test_where_nothing_changed_the_file_is_the_same(self, crs: str, tmp_path: Path) -> None:
        village = drawn_village(tmp_path)
        gpd.read_file(village.units).to_crs(crs).to_file(village.units, layer="units")
        village.split()
        report = again(village, "again.gpkg")
        before, after = cells_of(village, "cells.gpkg"), cells_of(village, "again.gpkg")
        pd.testing.assert_frame_equal(before.drop(columns="geometry"), after.drop(columns="geometry"))
        assert same_bytes(before, after, before.index)
        pd.testing.assert_frame_equal(cuts_of(village, "cells.gpkg"), cuts_of(village, "again.gpkg"))
        assert report["totals"] == {
            "units": 2, "changed_units": 0, "kept": 6, "new": 0, "retired": 0, "touched": 0,
            "households": 2400, "moved": 0, "share": 0,
        }  # fmt: skip

    def test_a_unit_that_grew_changes_alone(self, village: Village) -> None:
        weights(village, 0, 500, 2)
        file = village.folder / "changes.json"
        report = again(village, "again.gpkg", "--report", file)
        assert [(one["unit"], one["kept"] + one["new"]) for one in report["changes"]] == [("A", 5), ("B", 3)]
        assert report["changes"][0]["new_codes"] == ["A-004", "A-005", "A-006"]
        assert report["changes"][0]["moved"] == report["totals"]["moved"] < 1200
        assert report["changes"][1] == report["changes"][1] | {
            "way": "kept",
            "moved": 0,
            "new": 0,
            "retired": 0,
        }
        before, after = cells_of(village, "cells.gpkg"), cells_of(village, "again.gpkg")
        whole = json.loads(file.read_text(encoding="utf-8"))
        assert set(whole["changes"][0]["kept_codes"]) < {"A-001", "A-002", "A-003"}
        assert whole["changes"][1]["kept_codes"] == ["B-001", "B-002", "B-003"]
        elsewhere = [code for code in before.index if code.startswith("B")]
        assert same_bytes(before, after, [code for code in elsewhere if code not in whole["touched_codes"]])
        area = [frame.to_crs(CRS).area[elsewhere] for frame in (before, after)]
        assert np.abs(area[0] - area[1]).max() <= 1e-3
        old = [set(map(tuple, shapely.get_coordinates(before.geometry[code]))) for code in elsewhere]
        new = [set(map(tuple, shapely.get_coordinates(after.geometry[code]))) for code in elsewhere]
        assert all(one <= other for one, other in zip(old, new, strict=True))
        tree = from_json(cuts_of(village, "again.gpkg")["tree"]["A"])
        assert sorted(leaf_codes(tree)) == [code for code in after.index if code.startswith("A")]

    def test_only_one_unit(self, village: Village) -> None:
        weights(village, 0, 2000, 2)
        report = again(village, "again.gpkg", "--only", "B")
        assert [one["unit"] for one in report["changes"]] == ["B"]
        assert report["cells"] == 9
        assert report["points_outside"] is None
        assert report["compute_ms"] < 1000
        before, after = cells_of(village, "cells.gpkg"), cells_of(village, "again.gpkg")
        assert (before["households"][:3] == after["households"][:3]).all()
        assert np.abs(before.to_crs(CRS).area - after.to_crs(CRS).area)[:3].max() <= 1e-3

    def test_locked_cells(self, village: Village) -> None:
        weights(village, 0, 1000, 2)
        report = again(village, "again.gpkg", "--locked", "A-002", "--locked", "A-003")
        before, after = cells_of(village, "cells.gpkg"), cells_of(village, "again.gpkg")
        assert apart(before, after, ["A-002", "A-003"]) <= 1e-3
        assert report["totals"]["new"] == 1

    def test_it_is_told_in_a_line(self, village: Village) -> None:
        weights(village, 0, 500, 2)
        result = run(
            "split", village.units, "--points", village.points, "--previous", village.cells,
            "--out", village.folder / "again.gpkg",
        )  # fmt: skip
        assert "5 cells kept, 3 new, 1 retired; households that changed cell: " in result.stdout


@pytest.mark.slow
class TestRelief:
    """Only the cells with too much or too little change."""

    def test_overloaded(self, village: Village) -> None:
        weights(village, 0, 300, 2)
        report = again(village, "again.gpkg", "--relieve", "overloaded")
        before, after = cells_of(village, "cells.gpkg"), cells_of(village, "again.gpkg")
        assert after["households"].max() <= 500
        assert report["totals"]["retired"] == 0
        assert report["totals"]["new"] == len(after) - len(before) > 0
        assert len(cuts_of(village, "again.gpkg")["tree"]["A"]) > 2

    def test_underloaded(self, village: Village) -> None:
        weights(village, 0, 1000, 0.5)
        report = again(village, "again.gpkg", "--relieve", "underloaded")
        assert report["totals"]["retired"] == 1
        after = cells_of(village, "again.gpkg")
        assert len(after) == 5
        assert any("too little" in note for note in report["notes"])

    def test_both_and_one_unit(self, village: Village) -> None:
        weights(village, 0, 300, 2)
        weights(village, 1300, 2000, 0.5)
        one = again(village, "one.gpkg", "--relieve", "both", "--only", "A")
        both = again(village, "both.gpkg", "--relieve", "both")
        assert one["totals"]["new"] == both["totals"]["new"] > 0 == one["totals"]["retired"]
        assert both["totals"]["retired"] > 0
        assert [change["way"] for change in both["changes"]] == ["kept", "kept"]


@pytest.mark.slow
class TestNumbers:
    """No code is ever used for a second cell."""

    def test_over_a_chain_of_files(self, village: Village) -> None:
        ever = set(cells_of(village, "cells.gpkg").index)
        gone: set[str] = set()
        previous = "cells.gpkg"
        for step, factor in enumerate((0.34, 6, 0.2, 3, 0.5, 4)):
            weights(village, 0, 2000, factor)
            report = again(village, f"{step}.gpkg", previous=previous)
            previous = f"{step}.gpkg"
            now = set(cells_of(village, previous).index)
            new = {code for change in report["changes"] for code in change["new_codes"]}
            assert not new & ever, "a code was used twice"
            assert not now & gone
            gone |= {code for change in report["changes"] for code in change["retired_codes"]}
            ever |= now
            last = cuts_of(village, previous)["last_seq"]
            for unit in "AB":
                assert last[unit] == max(int(code[2:]) for code in ever if code[0] == unit)
        assert gone

    def test_of_a_unit_that_goes_and_comes_back(self, village: Village) -> None:
        west, east = block(0, 0, 1000, 1000), block(1000, 0, 2000, 1000)
        units(village, west, codes="A")
        report = again(village, "gone.gpkg")
        assert report["gone_units"] == ["B"]
        assert report["changes"][1] | {"retired_codes": []} == {
            "unit": "B", "way": "gone", "households": 0, "moved": 0, "share": 0,
            "kept": 0, "new": 0, "retired": 3, "new_codes": [], "retired_codes": [],
        }  # fmt: skip
        assert any("1 unit is no more" in note for note in report["notes"])
        assert set(cells_of(village, "gone.gpkg")["parent_code"]) == {"A"}
        assert list(cuts_of(village, "gone.gpkg").loc["B", ["cells", "tree", "last_seq"]]) == [0, "", 3]
        units(village, west, east, codes="AB")
        report = again(village, "back.gpkg", previous="gone.gpkg")
        assert report["new_units"] == ["B"]
        assert report["changes"][1]["new_codes"] == ["B-004", "B-005", "B-006"]
        before, after = cells_of(village, "gone.gpkg"), cells_of(village, "back.gpkg")
        assert np.abs(before.to_crs(CRS).area - after.to_crs(CRS).area[:3]).max() <= 1e-3

    def test_the_scheme_of_the_file_goes_on(self, village: Village) -> None:
        village.split("--codes", "sector", "--min", 100, "--target", 200, "--max", 300)
        weights(village, 0, 1000, 2)
        report = again(village, "again.gpkg")
        assert report["cells"] == 18, "sizes are those of the file"
        assert report["changes"][0]["new_codes"] == [f"A-A{number:02d}" for number in range(7, 15)]
        report = again(village, "other.gpkg", "--target", 400, "--codes", "12+3")
        assert report["cells"] == 9
        village.split("--codes", "{unit}/{seq:04d}")
        weights(village, 0, 1000, 4)
        report = again(village, "own.gpkg")
        new = {code for change in report["changes"] for code in change["new_codes"]}
        assert new
        assert all(code[1] == "/" and len(code) == len("A/0007") for code in new)

    def test_the_method_of_the_file_goes_on(self, village: Village) -> None:
        village.split("--method", "table")
        report = again(village, "again.gpkg")
        assert (report["method"], report["totals"]["kept"], report["totals"]["new"]) == ("table", 4, 0)


@pytest.mark.slow
class TestOtherUnits:
    """New units, units that are gone, units with other borders."""

    def test_one_is_divided(self, village: Village) -> None:
        units(
            village, block(0, 0, 1000, 1000), block(1000, 0, 2000, 400), block(1000, 400, 2000, 1000),
            codes="ACD",
        )  # fmt: skip
        report = again(village, "again.gpkg")
        assert (report["new_units"], report["gone_units"]) == (["C", "D"], ["B"])
        assert [(one["unit"], one["kept"]) for one in report["changes"]] == [
            ("A", 3), ("B", 0), ("C", 0), ("D", 0),
        ]  # fmt: skip
        assert report["totals"]["moved"] == 1200
        before, after = cells_of(village, "cells.gpkg"), cells_of(village, "again.gpkg")
        assert apart(before, after, before.index[:3]) <= 1e-3
        assert any("2 units are new" in note for note in report["notes"])
        assert sorted(leaf_codes(from_json(cuts_of(village, "again.gpkg")["tree"]["D"]))) == [
            "D-001",
            "D-002",
        ]

    def test_a_border_moved(self, village: Village) -> None:
        units(village, block(0, 0, 1100, 1000), block(1100, 0, 2000, 1000), codes="AB")
        report = again(village, "again.gpkg")
        assert report["redrawn_units"] == ["A", "B"]
        assert report["totals"]["kept"] >= 4, "cells that share most of their load keep their codes"
        assert 100 < report["totals"]["moved"] < 800
        later = again(village, "later.gpkg", previous="again.gpkg")
        assert later["totals"]["moved"] == 0
        assert not later["redrawn_units"]

    def test_new_land_beside_the_old(self, village: Village) -> None:
        units(village, *(block(x, 0, x + 1000, 1000) for x in (0, 1000, 2000)), codes="ABC")
        points = gpd.read_file(village.points)
        more = gpd.GeoDataFrame(
            {"households": 3}, geometry=lattice(2000, 0, 3000, 1000), crs=points.crs, index=range(400)
        )
        pd.concat([points, more]).to_file(village.points, layer="points")
        report = again(village, "again.gpkg")
        assert (report["totals"]["kept"], report["totals"]["new"], report["totals"]["moved"]) == (6, 3, 0)
        before, after = cells_of(village, "cells.gpkg"), cells_of(village, "again.gpkg")
        assert same_bytes(before, after, [code for code in before.index if code.startswith("A")])

    def test_by_area(self, village: Village) -> None:
        shapes = [block(0, 0, 1000, 1000), block(1000, 0, 2000, 400), block(1000, 400, 2000, 1000)]
        village.units.unlink()
        layer(village.units, shapes, code=list("ACD"), households=[1200, 480, 720])
        out = village.folder / "area.gpkg"
        result = run("split", village.units, "--previous", village.cells, "--out", out, "--json")
        assert result.exit_code == 0, result.output
        report = json.loads(result.stdout)
        assert report["totals"]["moved"] == pytest.approx(1200)
        assert run("check", out, "--units", village.units).exit_code == 0


def test_cells_from_elsewhere(village: Village) -> None:
    """A file with codes, parents and shapes alone, in another format, is enough to go on from."""
    plain = cells_of(village, "cells.gpkg")[["parent_code", "geometry"]].reset_index()
    plain.to_file(village.folder / "plain.geojson", driver="GeoJSON", COORDINATE_PRECISION=15)
    weights(village, 0, 1000, 2)
    report = again(village, "again.gpkg", previous="plain.geojson")
    assert report["changes"][0]["new_codes"] == [f"A-00{number}" for number in range(4, 9)]
    assert cuts_of(village, "again.gpkg")["last_seq"].tolist() == [8, 3]
    weights(village, 0, 1000, 0.5)
    again(village, "third.gpkg", previous="again.gpkg")


@pytest.mark.slow
class TestRefusals:
    """One line, exit code 2, and the output as it was."""

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--only", "A"), ["--only", "--previous"]),
            (("--relieve", "both"), ["--relieve", "--previous"]),
            (("--locked", "A-001"), ["--locked", "--previous"]),
            (("--report", "r.json"), ["--report", "--previous"]),
            (("--previous", "CELLS", "--only", "X"), ["no unit X"]),
            (("--previous", "CELLS", "--locked", "A-009"), ["cells.gpkg", "no cell A-009"]),
            (("--previous", "CELLS", "--relieve", "both", "--method", "hex"), ["--relieve", "--method"]),
            (("--previous", "CELLS", "--relieve", "both", "--lines", "CELLS"), ["--lines"]),
            (("--previous", "CELLS", "--relieve", "some"), ["some"]),
            (("--previous", "UNITS"), ["units.gpkg", "parent_code"]),
            (("--previous", "POINTS"), ["points.gpkg"]),
            (("--previous", "CELLS", "--report", "CELLS"), ["cells.gpkg", "another name"]),
            (("--previous", "CELLS", "--report", "nowhere/r.json"), ["no such folder"]),
        ],
        ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else None,
    )
    def test_options(self, options: tuple[object, ...], words: list[str], village: Village) -> None:
        files = {"CELLS": village.cells, "UNITS": village.units, "POINTS": village.points}
        given = [files.get(str(option), option) for option in options]
        out = village.folder / "out.gpkg"
        out.write_text("as it was")
        line = refusal("split", village.units, "--points", village.points, "--out", out, *given)
        assert all(word in line for word in words), line
        assert out.read_text() == "as it was"

    def test_the_previous_cells_as_output(self, village: Village) -> None:
        before = village.cells.read_bytes()
        line = refusal(
            "split", village.units, "--points", village.points, "--previous", village.cells,
            "--out", village.cells,
        )  # fmt: skip
        assert "would replace the input" in line
        assert village.cells.read_bytes() == before

    @pytest.mark.parametrize("options", [("--only", "A"), ("--relieve", "both"), ("--only", "C")])
    def test_other_units_one_by_one(self, options: tuple[str, ...], village: Village) -> None:
        units(
            village,
            block(0, 0, 1000, 900),
            block(1000, 0, 2000, 1000),
            block(0, 900, 1000, 1000),
            codes="ABC",
        )
        line = refusal(
            "split", village.units, "--points", village.points, "--previous", village.cells,
            "--out", village.folder / "out.gpkg", *options,
        )  # fmt: skip
        assert "without --only and --relieve" in line

    def test_a_unit_that_is_gone_is_left_alone(self, village: Village) -> None:
        units(village, block(0, 0, 1000, 1000), codes="A")
        result = run(
            "split", village.units, "--points", village.points, "--previous", village.cells,
            "--out", village.folder / "out.gpkg", "--only", "A", "--json",
        )  # fmt: skip
        assert any("stay as they are (B)" in note for note in json.loads(result.stdout)["notes"])
        assert len(cells_of(village, "out.gpkg")) == 6

    def test_a_locked_cell_of_a_unit_that_is_gone(self, village: Village) -> None:
        units(village, block(0, 0, 1000, 1000), codes="A")
        line = refusal(
            "split", village.units, "--points", village.points, "--previous", village.cells,
            "--out", village.folder / "out.gpkg", "--locked", "B-001",
        )  # fmt: skip
        assert "B-001 is locked" in line

    def test_units_that_overlap(self, village: Village) -> None:
        units(village, block(0, 0, 1000, 1000), block(990, 0, 2000, 1000), codes="AB")
        line = refusal(
            "split", village.units, "--points", village.points, "--previous", village.cells,
            "--out", village.folder / "out.gpkg",
        )  # fmt: skip
        assert "overlap others (A, B)" in line

    def test_a_damaged_tree(self, village: Village) -> None:
        cuts = cuts_of(village, "cells.gpkg").reset_index().assign(tree="{")
        pyogrio.write_dataframe(cuts, village.cells, layer="cuts")
        line = refusal(
            "split", village.units, "--points", village.points, "--previous", village.cells,
            "--out", village.folder / "out.gpkg",
        )  # fmt: skip
        assert "damaged" in line

    def test_a_workspace(self, village: Village) -> None:
        path = village.folder / "w.gpkg"
        for kind, file in (("units", village.units), ("cells", village.cells)):
            assert run("import", path, kind, file).exit_code == 0
        line = refusal(
            "split", village.units, "--points", village.points, "--previous", path,
            "--out", village.folder / "out.gpkg",
        )  # fmt: skip
        assert "w.gpkg: this is a workspace" in line
