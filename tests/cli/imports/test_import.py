"""`gridmap import W KIND FILE` for tables of offices: mapping files, dry runs, reports, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from gridmap.store.repository import Workspace
from tests.cli import command_line
from tests.store.drawn_workspace import WEST, drawn_workspace

HEADINGS = ("村名", "户数", "甲")
GOOD, LIKELY, BAD = ("东村", "约320户", "a"), ("四村", "300", "b"), ("东村", "很多", "c")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return drawn_workspace(tmp_path)


def office(
    workspace: Workspace, *rows: tuple[str, ...], name: str = "h.csv", encoding: str = "gb18030"
) -> Path:
    path = workspace.path.with_name(name)
    lines = [",".join(row) for row in (HEADINGS, *rows)]
    path.write_text("\n".join(lines), encoding=encoding)
    return path


def run(workspace: Workspace, kind: str, file: Path, *options: str) -> command_line.Told:
    return command_line.run("import", workspace.path, kind, file, *options)


def test_a_dirty_file_is_previewed_reported_and_saved(workspace: Workspace) -> None:
    file, report = office(workspace, GOOD, LIKELY, BAD), workspace.path.with_name("r.json")
    tried = run(workspace, "households", file, "--dry-run", "--report", str(report))
    assert tried.returncode == 1
    assert "h.csv: 0 added, 1 changed, 0 unchanged, 2 refused" in tried.stdout
    assert "row 4" in tried.stdout
    assert "Nothing is saved." in tried.stdout
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["faults"]["number_form"] == 1
    assert told["leftovers"]["without_row"] == [{"code": "990101002201", "name": "西村"}]
    assert workspace.revision().revision == 1
    refused = run(workspace, "households", file, "--json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    done = run(workspace, "households", file, "--good-rows", "--json", "--reason", "counts")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["revision"] == 2
    assert workspace.load_plan().units.at[WEST, "households"] == 320


def test_an_annotated_workbook(workspace: Workspace) -> None:
    report = workspace.path.with_name("r.xlsx")
    run(workspace, "households", office(workspace, GOOD, BAD), "--dry-run", "--report", str(report))
    sheet = openpyxl.load_workbook(report).worksheets[1]
    assert sheet["B3"].comment is not None
    assert sheet["A2"].comment is None
    other = run(workspace, "households", office(workspace, GOOD), "--dry-run", "--report", "r.txt")
    assert (other.returncode, other.stderr) == (2, "gridmap: r.txt: a report is written as .json or .xlsx\n")


def test_what_was_repaired_is_counted_and_what_is_refused_is_a_fault(workspace: Workspace) -> None:
    report = workspace.path.with_name("r.json")
    file = office(workspace, GOOD, GOOD, ("合计", "640", ""))
    tried = run(workspace, "households", file, "--dry-run", "--report", str(report))
    assert "Repaired or noted: approximate number 2; row of totals 1. With --report" in tried.stdout
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["faults"] == {"number_approximate": 2, "row_refused": told["refused"], "subtotal_row": 1}
    held = [one for one in told["fault_places"] if one["kind"] == "row_refused"]
    assert [one["row"] for one in held] == [row["row"] for row in told["rows"] if row["state"] == "refused"]
    assert held, "two rows of one village"


def test_a_mapping_is_written_corrected_and_read(workspace: Workspace) -> None:
    file, mapping = office(workspace, ("x", "12", "西村")), workspace.path.with_name("m.json")
    run(workspace, "households", file, "--dry-run", "--save-map", str(mapping))
    plain = json.loads(mapping.read_text(encoding="utf-8"))
    assert plain["columns"] == {"village": "村名", "households": "户数"}
    mapping.write_text(
        json.dumps(plain | {"columns": {"village": "甲", "households": "户数"}}), encoding="utf-8"
    )
    done = run(workspace, "households", file, "--map", str(mapping))
    assert "0 added, 1 changed" in done.stdout
    again = run(workspace, "households", file)
    assert "0 added, 0 changed, 1 unchanged" in again.stdout  # the mapping is remembered
    assert again.returncode == 0


def test_suggestions_are_accepted_only_when_told(workspace: Workspace) -> None:
    file = office(workspace, ("东邨", "300", ""))
    asked = run(workspace, "households", file, "--dry-run")
    assert asked.returncode == 1
    accepted = run(workspace, "households", file, "--dry-run", "--accept-suggestions", "--json")
    plain = json.loads(accepted.stdout)
    assert plain["refused"] == (0 if accepted.returncode == 0 else 1)
    assert plain["revision"] is None


def test_the_encoding_may_be_named(workspace: Workspace) -> None:
    file = office(workspace, GOOD, encoding="utf-8")
    done = run(workspace, "households", file, "--encoding", "gb18030", "--dry-run")
    assert done.returncode == 2
    assert "not in the encoding that is named (GB18030)" in done.stderr
    other = run(workspace, "households", file, "--encoding", "ebcdic", "--dry-run")
    assert "no encoding that is read" in other.stderr


def test_boundaries_are_tried_without_saving(workspace: Workspace, tmp_path: Path) -> None:
    done = run(workspace, "units", workspace.path, "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == {"added": 0, "changed": 0, "unchanged": 5, "refused": 0}
    fresh = Workspace(tmp_path / "new.gpkg")
    tried = run(fresh, "units", workspace.path, "--dry-run")
    assert "5 added" in tried.stdout
    assert not fresh.path.exists()


def test_units_that_would_change_are_told_one_by_one(workspace: Workspace, tmp_path: Path) -> None:
    frame = gpd.read_file(workspace.path, layer="units")[["code", "name", "parent_code", "geometry"]]
    cut = str(workspace.load_plan().cells["parent_code"].iloc[0])
    at = frame.index[frame["code"] == cut][0]
    frame.loc[frame.index != at, "name"] = "Renamed"
    frame.loc[at, "geometry"] = frame.loc[at, "geometry"].buffer(0.001)
    frame.iloc[:-1].to_file(tmp_path / "again.gpkg", layer="units")
    done = run(workspace, "units", tmp_path / "again.gpkg", "--dry-run")
    assert done.returncode == 1, done.stderr
    assert "again.gpkg: 0 added, 3 changed, 0 unchanged, 1 refused" in done.stdout
    assert f"{cut} " in next(line for line in done.stdout.splitlines() if "has cells, which would" in line)
    assert " → Renamed" in done.stdout
    assert "1 unit of the workspace is not in the file and is left alone" in done.stdout
    assert done.stdout.rstrip().endswith("Nothing is saved.")


def test_options_that_would_do_nothing(workspace: Workspace) -> None:
    file = office(workspace, GOOD)
    for kind, option in (("households", "--title"), ("cells", "--map"), ("visits", "--no-new-people")):
        values = [] if option == "--no-new-people" else [str(file)]
        done = run(workspace, kind, file, option, *values)
        assert (done.returncode, done.stderr) == (2, f"gridmap: import {kind} takes no {option}\n")


def test_codes_are_told_whole_and_phones_are_not(workspace: Workspace) -> None:
    """Twelve digits of a village are no telephone number: which one is meant must be read."""
    file = workspace.path.with_name("codes.csv")
    file.write_text(f"区划代码,户数\n990101009999,300\n{WEST},10012345678号\n", encoding="utf-8")
    tried = run(workspace, "households", file, "--dry-run")
    told = json.loads(run(workspace, "households", file, "--dry-run", "--json").stdout)
    assert told["rows"][1]["who"] == WEST
    assert f"row 3, {WEST}: " in tried.stdout
    assert "990101009999" in tried.stdout
    assert "10012345678" not in tried.stdout + str(told)
