"""An empty workspace by the command line: made, never over another file, filled by `import`."""

from __future__ import annotations

import json
from pathlib import Path

from gridmap.store.repository import Workspace
from tests.cli.command_line import in_a_process, run
from tests.paths import ROOT


def test_a_new_workspace_is_empty_and_takes_boundaries(tmp_path: Path) -> None:
    path = tmp_path / "county.gpkg"
    made = in_a_process("new", path, "--title", "Green County", "--json")
    assert made.returncode == 0
    assert json.loads(made.stdout) == {"workspace": str(path), "title": "Green County"}
    workspace = Workspace.open(path)
    plan = workspace.load_plan()
    assert (plan.title, plan.revision, len(plan.units), workspace.metric_crs()) == ("Green County", 0, 0, "")
    assert run("import", path, "units", ROOT / "data" / "boston" / "towns.gpkg").returncode == 0
    assert workspace.metric_crs() == "EPSG:32619"


def test_it_leaves_another_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.gpkg"
    path.write_text("mine")
    refused = run("new", path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "already exists" in refused.stderr
    assert path.read_text() == "mine"


def test_an_empty_workspace_has_nothing_to_check(tmp_path: Path) -> None:
    path = tmp_path / "w.gpkg"
    run("new", path)
    checked = run("check", path)
    assert checked.returncode == 2
    assert "there are no cells in it" in checked.stderr
