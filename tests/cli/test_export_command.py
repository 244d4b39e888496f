"""The command export: each product by its ending, refusals in one line, and files replaced only whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyproj
import pytest
import shapely
from PIL import Image
from pypdf import PdfReader

from gridmap.geo.systems.datum import Datum, frame_to_wgs84
from gridmap.store.history import read_events
from gridmap.store.repository import Workspace
from tests.cli.command_line import run
from tests.store.drawn_workspace import drawn_workspace

FIRST = "990101001000"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return drawn_workspace(tmp_path).path


def exported(workspace: Path, kind: str, name: str, *options: str) -> tuple[Path, dict[str, object]]:
    out = workspace.parent / name
    result = run("export", workspace, kind, "--out", out, "--json", *options)
    assert result.returncode == 0, result.stderr
    answer: dict[str, object] = json.loads(result.stdout)
    assert answer["bytes"] == out.stat().st_size
    return out, answer


def test_a_sheet_for_the_public(workspace: Path) -> None:
    options = ("--audience", "public", "--language", "en", "--paper", "16:9", "--scope", FIRST)
    out, answer = exported(workspace, "sheet", "map.png", *options)
    with Image.open(out) as picture:
        assert picture.size == (1920, 1080)
    assert (answer["scope"], answer["audience"], answer["revision"]) == (FIRST, "public", 1)
    assert "map review" in str(answer["warnings"])
    out, answer = exported(
        workspace, "sheet", "map.pdf", *options, "--approval-no", "GS 1", "--prepared-by", "X"
    )
    assert answer["warnings"] == []
    assert "ApprovalnumberGS1" in "".join(PdfReader(out).pages[0].extract_text().split())
    assert "export" not in set(read_events(Workspace.open(workspace))["action"])


def test_a_ledger_as_of_a_moment(workspace: Path) -> None:
    out, answer = exported(workspace, "ledger", "l.xlsx", "--at", "2020-02-11 03:00", "--language", "en")
    assert answer["as_of"] == "2020-02-11T03:00:00"
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Summary", "Cells", "Heads", "Checkpoints", "Contact sites"]
    assert "100****5678" in str(list(book["Heads"].values))
    assert set(read_events(Workspace.open(workspace)).iloc[0][["action", "user"]]) == {"export", "operator"}


def test_geodata_opens_at_the_demos_clock(workspace: Path) -> None:
    out, answer = exported(workspace, "geo", "g.gpkg")
    assert answer["as_of"] == "2020-02-10T08:00:00"
    assert len(gpd.read_file(out, layer="cells")) == 4
    out, _ = exported(workspace, "geo", "g.geojson", "--scope", FIRST)
    assert len(gpd.read_file(out)) == 2


@pytest.mark.parametrize(
    ("kind", "name", "options", "words"),
    [
        ("sheet", "a.xlsx", (), "choose another ending"),
        ("geo", "a.shp", (), "gpkg, geojson"),
        ("ledger", "a", (), "xlsx"),
        ("atlas", "a.pdf", (), "atlas"),
        ("geo", "a.gpkg", ("--scope", "55"), "55"),
        ("geo", "a.gpkg", ("--at", "noon"), "noon"),
        ("geo", "a.gpkg", ("--prepared-by", "Li 10012345678"), "phone"),
        ("geo", "drawn.gpkg", (), "this is a workspace"),
        ("geo", "nowhere/a.gpkg", (), "a.gpkg"),
    ],
)
def test_a_refusal_is_one_line_and_leaves_the_file(
    workspace: Path, kind: str, name: str, options: tuple[str, ...], words: str
) -> None:
    out = workspace.parent / name
    old = b"as it was"
    if out == workspace:
        old = out.read_bytes()
    elif out.parent.exists():
        out.write_bytes(old)
    result = run("export", workspace, kind, "--out", out, *options)
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert words in line
    if out.parent.exists():
        assert out.read_bytes() == old
    assert not list(workspace.parent.glob(".gridmap-*"))


def test_another_workspace_is_never_replaced(workspace: Path) -> None:
    other = workspace.with_name("other.gpkg")
    shutil.copy(workspace, other)
    assert "left alone" in run("export", workspace, "geo", "--out", other).stderr


def test_geodata_for_the_maps_of_amap(workspace: Path) -> None:
    plain, _ = exported(workspace, "geo", "plain.gpkg")
    out, answer = exported(workspace, "geo", "amap.gpkg", "--datum", "gcj02")
    assert answer["datum"] == "gcj02"
    ours, shifted = gpd.read_file(plain, layer="cells"), gpd.read_file(out, layer="cells")
    assert pyproj.CRS(shifted.crs).name == "GCJ-02"
    back = frame_to_wgs84(shifted.set_crs(4326, allow_override=True), Datum.GCJ02)
    assert shapely.hausdorff_distance(back.geometry.to_numpy(), ours.geometry.to_numpy()).max() < 1e-9
    assert shapely.hausdorff_distance(shifted.geometry.to_numpy(), ours.geometry.to_numpy()).min() > 1e-3


def test_a_sheet_is_never_shifted(workspace: Path) -> None:
    result = run("export", workspace, "sheet", "--out", workspace.parent / "map.png", "--datum", "bd09")
    assert (result.returncode, result.stdout) == (2, "")
    assert "Only geodata" in result.stderr
