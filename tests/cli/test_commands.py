"""The command line: helps, exit codes, one-line refusals, JSON alone on stdout, and the README's commands."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from gridmap.cli import main
from gridmap.store.repository import Workspace
from tests.cli.command_line import in_a_process, refusal, run, the_line_of
from tests.paths import ROOT

BOSTON = ROOT / "data" / "boston"


def commands(
    group: click.Group = main, prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*prefix, name))
        else:
            yield (*prefix, name), command


COMMANDS = dict(commands())


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_a_help_with_an_example(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help
    assert (command.epilog or "").startswith(f"Example: gridmap {' '.join(path)} ")
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_the_readme_names_only_commands_and_options_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    used = re.findall(r"(?:bin/|Scripts\\)gridmap ([^\n`]+)", text)
    assert used
    for line in used:
        words = line.split()
        path = tuple(words[:2]) if tuple(words[:2]) in COMMANDS else tuple(words[:1])
        known = {name for option in COMMANDS[path].params for name in option.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_every_command_is_in_the_readme_or_the_documents() -> None:
    texts = " ".join(
        path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    )
    missing = [" ".join(path) for path in COMMANDS if f"gridmap {' '.join(path)}" not in texts]
    assert not missing


def test_boston_end_to_end(tmp_path: Path) -> None:
    cells, workspace = tmp_path / "cells.gpkg", tmp_path / "boston.gpkg"
    sizes = ("--target", 1200, "--min", 900, "--max", 1500)
    split = run("split", BOSTON / "tracts.gpkg", "--weight", "POP", *sizes, "--out", cells, "--json")
    assert split.returncode == 0, split.stderr
    assert len(json.loads(split.stdout)["infeasible_units"]) == 17
    check = run("check", cells, "--units", BOSTON / "tracts.gpkg", "--weight", "POP", *sizes, "--json")
    figures = json.loads(check.stdout)
    assert check.returncode == 0
    assert figures["valid_coverage"]
    assert (figures["multipart"], figures["empty"], figures["overlap_m2"]) == (0, 0, 0)
    assert figures["feasible_in_range_share"] >= 0.995
    for kind, file in (("units", BOSTON / "tracts.gpkg"), ("units", BOSTON / "towns.gpkg"), ("cells", cells)):
        assert run("import", workspace, kind, file).returncode == 0
    plan = Workspace.open(workspace).load_plan()
    assert (len(plan.units), len(plan.cells)) == (598, figures["cells"])
    assert run("check", workspace).returncode == 0


def test_a_check_that_fails_exits_with_1(tmp_path: Path) -> None:
    cells = tmp_path / "cells.gpkg"
    gpd.GeoDataFrame(
        {"code": ["A-001", "A-002"], "parent_code": "A", "households": 400},
        geometry=[box(116.5, 38, 116.51, 38.01), box(116.509, 38, 116.52, 38.01)],
        crs="EPSG:4326",
    ).to_file(cells, layer="cells", driver="GPKG")
    result = in_a_process("check", cells, "--json")
    assert result.returncode == 1
    assert json.loads(result.stdout)["overlap_m2"] > 1
    assert run("check", cells, "--json") == result


def squares(path: Path, **columns: list[str | None]) -> Path:
    """Squares side by side, as many as codes; A and B where none are given."""
    columns = {"code": ["A", "B"], **columns}
    boxes = [box(116.5 + i / 100, 38, 116.51 + i / 100, 38.01) for i in range(len(columns["code"]))]
    gpd.GeoDataFrame(columns, geometry=boxes, crs="EPSG:4326").to_file(path)
    return path


def bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    """File and the words that must be in its refusal."""
    lie = folder / "lie.gpkg"
    lie.write_text('{"type": "FeatureCollection", "features": []}')
    picture = folder / "picture.geojson"
    picture.write_bytes(b"\x89PNG\r\n")
    naked = squares(folder / "naked.shp")
    naked.with_suffix(".prj").unlink()
    points = folder / "points.geojson"
    gpd.GeoDataFrame({"code": ["A"]}, geometry=[Point(116, 38)], crs="EPSG:4326").to_file(points)
    empty_zip = folder / "empty.zip"
    with zipfile.ZipFile(empty_zip, "w") as archive:
        archive.writestr("notes.txt", "no shapes here")
    return {
        "not what its name says": (lie, "content"),
        "no GeoJSON": (picture, "content"),
        "no CRS": (naked, "--crs"),
        "no polygons": (points, "polygons"),
        "duplicate codes": (squares(folder / "twice.gpkg", code=["A", "A"]), "A"),
        "empty codes": (squares(folder / "void.gpkg", code=["A", None]), "row"),
        "parents that name nothing": (
            squares(folder / "lost.gpkg", code=["T", "A", "B"], parent_code=[None, "T", "X"]),
            "B → X",
        ),
        "no shapefile in the archive": (empty_zip, "shapefile"),
        "its own ancestor": (squares(folder / "loop.gpkg", parent_code=["B", "A"]), "A"),
    }


KINDS = [
    "not what its name says", "no GeoJSON", "no CRS", "no polygons", "duplicate codes", "empty codes",
    "parents that name nothing", "no shapefile in the archive", "its own ancestor",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["text", "json"])
def test_a_bad_file_is_refused_in_one_line_and_nothing_is_written(
    kind: str, as_json: tuple[str, ...], tmp_path: Path
) -> None:
    file, words = bad_files(tmp_path)[kind]
    out = tmp_path / "cells.gpkg"
    out.write_bytes(b"as it was")
    line = refusal("split", file, "--weight", "households", "--out", out, *as_json)
    assert file.name in line
    assert words in line
    assert out.read_bytes() == b"as it was"
    workspace = tmp_path / "w.gpkg"
    assert file.name in refusal("import", workspace, "units", file)
    assert not workspace.exists()


def test_refusals_speak_the_terminals_language(tmp_path: Path) -> None:
    file, _ = bad_files(tmp_path)["no polygons"]
    split = ("split", file, "--out", tmp_path / "c.gpkg")
    assert "面" in refusal(*split, language="zh_CN.UTF-8")
    assert "面" in the_line_of(in_a_process(*split, language="zh_CN.UTF-8"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("split",),
        ("nonsense",),
        ("check", "nowhere.gpkg"),
        ("serve", "README.md"),
        ("demo", "--out", "README.md"),
    ],
)
def test_wrong_arguments_are_one_line(arguments: tuple[str, ...]) -> None:
    assert (
        "Traceback" not in refusal(*arguments) if arguments[0] != "demo" else run(*arguments).returncode == 2
    )


def test_accounts_by_the_command_line(tmp_path: Path) -> None:
    workspace = tmp_path / "w.gpkg"
    assert run("import", workspace, "units", BOSTON / "towns.gpkg").returncode == 0
    add = ("user", "add", "li", "--role", "planner", "--workspace", workspace, "--password")
    assert "8" in refusal(*add, "short")
    assert run(*add, "long enough").returncode == 0
    assert "li" in refusal(*add, "long enough")
    users = json.loads(run("user", "list", "--workspace", workspace, "--json").stdout)["users"]
    assert [(one["name"], one["role"], one["disabled"]) for one in users] == [("li", "planner", False)]
    assert run("user", "disable", "li", "--workspace", workspace).returncode == 0
    assert run("user", "passwd", "li", "--workspace", workspace, "--password", "other secret").returncode == 0
    assert "0003" in run("migrate", workspace).stdout
