"""`gridmap edit`: the four commands on a cells file, and every refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import Result

from gridmap.names import WGS84
from tests.drawn_village import Village, drawn_village, refusal, run, street
from tests.split.drawn_land import CRS, block


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Village:
    """Village A of three cells by squares of 500 m: 1 north-west, 2 the south, 3 north-east. B likewise."""
    village = drawn_village(tmp_path_factory.mktemp("village"))
    quarters = [
        block(x, y, x + width, y + 500) for x, y, width in ((0, 500, 500), (500, 500, 500), (0, 0, 1000))
    ]
    drawn = [shapely.transform(shape, lambda xy: xy + np.array([1000.0, 0.0])) for shape in quarters]
    file = village.file("cad", [*quarters, *drawn], name=list("abcdef"))
    village.split("--method", "adopt", "--drawn", file)
    codes = cells_of(village.cells)["name"]
    assert codes.tolist() == ["a", "c", "b", "d", "f", "e"]
    return village


@pytest.fixture
def village(made: Village, tmp_path: Path) -> Village:
    """The same village, with a folder of its own for what is written."""
    return Village(tmp_path, made.units, made.points)


def cells_of(path: Path) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pyogrio.read_dataframe(path, layer="cells").set_index("code"))


def cuts_of(path: Path) -> pd.DataFrame:
    return pd.DataFrame(pyogrio.read_dataframe(path, layer="cuts", read_geometry=False).set_index("code"))


def drawing(village: Village, *shapes: shapely.Geometry) -> Path:
    """A GeoJSON in degrees, as a drawing tool writes it."""
    path = village.folder / "drawn.geojson"
    gpd.GeoDataFrame(geometry=list(shapes), crs=CRS).to_crs(WGS84).to_file(path, driver="GeoJSON")
    return path


class Edits:
    """Commands on the cells of a village, and the file they write."""

    def __init__(self, made: Village, village: Village) -> None:
        self.before, self.after = made.cells, village.folder / "edited.gpkg"
        self.village = village

    def run(self, command: str, *arguments: object, source: Path | None = None) -> Result:
        return run("edit", command, source or self.before, *arguments, "--out", self.after, "--json")

    def done(self, command: str, *arguments: object, source: Path | None = None) -> dict[str, Any]:
        """The report of an edit that must do, after the check of its cells has passed."""
        result = self.run(command, *arguments, source=source)
        assert result.exit_code == 0, result.output
        check = run("check", self.after, "--units", self.village.units, "--points", self.village.points)
        assert check.exit_code == 0, check.output
        report: dict[str, Any] = json.loads(result.stdout)
        self.others_stay(report, source or self.before)
        return report

    def others_stay(self, report: dict[str, Any], source: Path) -> None:
        before, after = cells_of(source), cells_of(self.after)
        concerned = {*report["changed"], *report["touched"], *report["added"], *report["removed"]}
        stay = [code for code in before.index if code not in concerned]
        shapes = [gpd.GeoDataFrame(frame.loc[stay]).geometry.to_wkb().tolist() for frame in (before, after)]
        assert shapes[0] == shapes[1]
        table = [frame.drop(columns="geometry").loc[stay] for frame in (before, after)]
        pd.testing.assert_frame_equal(table[0], table[1])
        touched = [frame.to_crs(CRS).area[report["touched"]] for frame in (before, after)]
        assert (np.abs(touched[0] - touched[1]) <= 1e-3).all()


@pytest.fixture
def edits(made: Village, village: Village) -> Edits:
    return Edits(made, village)


class TestCommands:
    """Each command, with points and without, written exactly."""

    @pytest.mark.parametrize("load", ["points", "area", "units"])
    def test_split_along_a_line(self, load: str, edits: Edits) -> None:
        village = edits.village
        options = {"points": ("--points", village.points), "area": (), "units": ("--units", village.units)}
        line = drawing(village, street((300, -50), (300, 550)))
        report = edits.done("split", "--line", line, *options[load])
        assert (report["added"], report["changed"], report["removed"]) == (["A-004"], ["A-002"], [])
        after = cells_of(edits.after)
        assert after["households"][["A-002", "A-004"]].tolist() == pytest.approx([420, 180])
        assert report["households_moved"] == pytest.approx(180)
        assert after["seq"]["A-004"] == 4
        assert set(after.geometry.to_crs(CRS).area.round(2)[["A-002", "A-004"]]) == {350_000, 150_000}

    def test_split_one_of_the_cells_a_line_crosses(self, edits: Edits) -> None:
        line = drawing(edits.village, street((250, -50), (250, 1050)))
        assert edits.done("split", "--line", line)["added"] == ["A-004", "A-005"]
        report = edits.done("split", "--line", line, "--cell", "A-002")
        assert (report["added"], report["touched"]) == (["A-004"], ["A-001"])

    def test_merge(self, edits: Edits) -> None:
        report = edits.done("merge", "A-001", "A-003", "--points", edits.village.points)
        assert (report["changed"], report["removed"], report["households_moved"]) == (
            ["A-001"],
            ["A-003"],
            300,
        )
        cuts = cuts_of(edits.after)
        assert list(cuts.loc["A", ["cells", "last_seq"]]) == [2, 3]

    def test_redraw(self, edits: Edits) -> None:
        outline = drawing(edits.village, block(0, 400, 500, 1000))
        report = edits.done("redraw", "A-001", "--outline", outline, "--points", edits.village.points)
        assert (report["changed"], report["households_moved"]) == (["A-001", "A-002"], 60)
        assert cells_of(edits.after)["households"][["A-001", "A-002"]].tolist() == [360, 540]

    def test_transfer_an_area(self, edits: Edits) -> None:
        area = drawing(edits.village, block(0, 400, 200, 500), block(200, 400, 500, 500))
        report = edits.done("transfer", "A-002", "A-001", "--area", area, "--points", edits.village.points)
        assert (report["changed"], report["households_moved"]) == (["A-001", "A-002"], 60)

    def test_transfer_buildings(self, edits: Edits) -> None:
        places = [shapely.Point(street((x, 475), (0, 0)).coords[0]) for x in (25, 75, 125)]
        given = drawing(edits.village, *places)
        report = edits.done(
            "transfer", "A-002", "A-001", "--buildings", given, "--points", edits.village.points
        )
        assert report["households_moved"] == 9
        assert cells_of(edits.after)["households"]["A-001"] == 309

    def test_numbers_of_merged_cells_are_never_given_again(self, edits: Edits) -> None:
        line = drawing(edits.village, street((300, -50), (300, 550)))
        edits.done("split", "--line", line)
        third = Edits(edits.village, edits.village)
        third.after = edits.village.folder / "third.gpkg"
        assert third.done("merge", "A-002", "A-004", source=edits.after)["removed"] == ["A-004"]
        fourth = Edits(edits.village, edits.village)
        fourth.after = edits.village.folder / "fourth.gpkg"
        assert fourth.done("split", "--line", line, source=third.after)["added"] == ["A-005"]
        assert cuts_of(fourth.after)["last_seq"].tolist() == [5, 3]

    def test_an_edit_survives_the_next_split(self, edits: Edits) -> None:
        """Cells drawn by hand stay where they fit, and the numbers of edits count on."""
        edits.done("merge", "A-001", "A-003")
        line = drawing(edits.village, street((500, -50), (500, 550)))
        second = Edits(edits.village, edits.village)
        second.after = edits.village.folder / "second.gpkg"
        second.done("split", "--line", line, source=edits.after)
        out = edits.village.folder / "again.gpkg"
        result = run(
            "split", edits.village.units, "--points", edits.village.points, "--previous", second.after,
            "--method", "bisect", "--only", "A", "--out", out, "--json",
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        report = json.loads(result.stdout)["changes"][0]
        assert not {"A-003"} & {*report["new_codes"], *cells_of(out).index}
        assert cuts_of(out)["last_seq"]["A"] >= 4

    def test_it_is_told_in_lines(self, edits: Edits) -> None:
        result = run("edit", "merge", edits.before, "A-001", "A-003", "--out", edits.after)
        assert result.stdout.splitlines() == [
            f"{edits.after}: 5 cells",
            "retired: A-003",
            "changed: A-001",
            "households that changed cell: 300",
        ]

    def test_the_scheme_of_new_codes(self, edits: Edits) -> None:
        line = drawing(edits.village, street((300, -50), (300, 550)))
        report = edits.done("split", "--line", line, "--codes", "{unit}/{seq:04d}")
        assert report["added"] == ["A/0004"]


@pytest.mark.slow
class TestRefusals:
    """What cannot be done: one line that says why, exit code 2, and the output as it was."""

    @pytest.fixture
    def refused(self, edits: Edits) -> Any:
        def line_of(command: str, *arguments: object, source: Path | None = None) -> str:
            edits.after.write_text("as it was")
            line = refusal("edit", command, source or edits.before, *arguments, "--out", edits.after)
            assert edits.after.read_text() == "as it was"
            assert not list(edits.after.parent.glob(".gridmap-*"))
            return line

        return line_of

    @pytest.mark.parametrize(
        ("xy", "words"),
        [
            (((300, -50), (300, 250)), "ends inside cell A-002"),
            (((0, -200), (900, -200)), "meets no cell"),
            (((0, 500), (1000, 500)), "only touches"),
        ],
    )
    def test_lines(self, xy: tuple[tuple[float, float], ...], words: str, edits: Edits, refused: Any) -> None:
        assert words in refused("split", "--line", drawing(edits.village, street(*xy)))

    def test_two_lines(self, edits: Edits, refused: Any) -> None:
        lines = street((300, -50), (300, 550)), street((600, -50), (600, 550))
        assert "drawn.geojson: cells are split along one line" in refused(
            "split", "--line", drawing(edits.village, *lines)
        )

    def test_a_line_in_two_pieces_is_one(self, edits: Edits) -> None:
        line = drawing(edits.village, street((300, -50), (300, 200)), street((300, 200), (300, 550)))
        assert edits.done("split", "--line", line)["added"] == ["A-004"]

    def test_merges(self, refused: Any) -> None:
        assert "belong to different villages" in refused("merge", "A-003", "B-001")
        assert "two or more" in refused("merge", "A-001")
        assert "no cell A-009" in refused("merge", "A-001", "A-009")
        assert "A-001 is locked" in refused("merge", "A-001", "A-003", "--locked", "A-001")
        assert "no cell X" in refused("merge", "A-001", "A-003", "--locked", "X")
        assert "--points" in refused("merge", "A-001", "A-003", "--weight", "households")

    def test_areas(self, edits: Edits, refused: Any) -> None:
        area = drawing(edits.village, block(600, 0, 1000, 200))
        assert "does not meet cell A-001" in refused("transfer", "A-002", "A-001", "--area", area)
        assert "does not lie in cell A-001" in refused("transfer", "A-001", "A-002", "--area", area)
        assert "--area or --buildings" in refused("transfer", "A-001", "A-002")
        both = ("--area", area, "--buildings", area)
        assert "--area or --buildings" in refused("transfer", "A-001", "A-002", *both)
        assert "nothing in common" in refused("redraw", "A-001", "--outline", area)
        spot = drawing(edits.village, shapely.Point(street((25, 475), (0, 0)).coords[0]))
        assert "places are known" in refused("transfer", "A-002", "A-001", "--buildings", spot)
        assert "drawn.geojson" in refused("redraw", "A-001", "--outline", spot)

    def test_a_cell_in_two_parts(self, edits: Edits, refused: Any) -> None:
        strip = drawing(edits.village, block(400, 0, 600, 500))
        line = refused("transfer", "A-002", "A-003", "--area", strip)
        assert "A-002" in line
        assert "part" in line

    def test_files(self, edits: Edits, refused: Any) -> None:
        codes = ("A-001", "A-003")
        assert "units.gpkg" in refused("merge", *codes, source=edits.village.units)
        assert "parent_code" in refused("merge", *codes, source=edits.village.units)
        assert "does not exist" in refused("merge", *codes, source=edits.village.folder / "none.gpkg")
        line = drawing(edits.village, street((300, -50), (300, 550)))
        assert "drawn.geojson" in refused("split", "--line", line, source=line)

    def test_the_output_is_another_file(self, edits: Edits) -> None:
        before = edits.before.read_bytes()
        line = refusal("edit", "merge", edits.before, "A-001", "A-003", "--out", edits.before)
        assert "would replace the input" in line
        assert edits.before.read_bytes() == before
