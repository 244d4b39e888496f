"""`gridmap import W people FILE`: counts, refused rows, exit codes, and nothing saved by halves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from gridmap.store.repository import Workspace
from tests.store.drawn_workspace import CELLS, PHONE, drawn_workspace

ROOT = Path(__file__).parents[1]
GOOD, BAD = ("安", PHONE, CELLS[0], "网格员"), ("鲍", "110", "990101009999001", "网格员")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return drawn_workspace(tmp_path)


def roster(workspace: Workspace, *rows: tuple[str, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in (("姓名", "电话", "网格编码", "职责"), *rows):
        book.worksheets[0].append(list(row))
    path = workspace.path.with_name("roster.xlsx")
    book.save(path)
    return path


def run(
    workspace: Workspace, file: Path, *options: str, kind: str = "people"
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gridmap", "import", str(workspace.path), kind, str(file), *options]
    environment = {"LANG": "C", "PATH": os.defpath, "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)


def test_a_good_file_is_saved(workspace: Workspace) -> None:
    done = run(workspace, roster(workspace, GOOD), "--json", "--reason", "first")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["added"], told["refused"], told["revision"]) == (1, 0, 2)
    assert told["rows"][0]["what"] == [f"new post: Grid member, {CELLS[0]} 东1"]
    assert PHONE not in done.stdout
    again = run(workspace, roster(workspace, GOOD))
    assert again.returncode == 0
    assert "0 added, 0 changed, 1 unchanged, 0 refused" in again.stdout
    assert "Nothing is saved." in again.stdout


def test_refused_rows_stop_the_whole_file(workspace: Workspace) -> None:
    done = run(workspace, roster(workspace, GOOD, BAD))
    assert done.returncode == 2
    assert "1 added, 0 changed, 0 unchanged, 1 refused" in done.stdout
    assert "row 3, 鲍" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "nothing is saved" in done.stderr
    silent = run(workspace, roster(workspace, GOOD, BAD), "--json")
    assert (silent.returncode, silent.stdout) == (2, "")
    assert workspace.revision().revision == 1


def test_unless_the_good_ones_are_asked_for(workspace: Workspace) -> None:
    done = run(workspace, roster(workspace, GOOD, BAD), "--good-rows")
    assert done.returncode == 0
    assert "Saved, revision 2." in done.stdout
    assert len(workspace.load_plan().posts) == 2


@pytest.mark.parametrize(("rows", "code"), [((GOOD,), 0), ((GOOD, BAD), 1)])
def test_a_dry_run_saves_nothing(workspace: Workspace, rows: tuple[tuple[str, ...], ...], code: int) -> None:
    done = run(workspace, roster(workspace, *rows), "--dry-run", "--json")
    assert done.returncode == code
    assert json.loads(done.stdout)["revision"] is None
    assert workspace.revision().revision == 1


def test_options_of_other_kinds(workspace: Workspace) -> None:
    file = roster(workspace, GOOD)
    for kind, option in (("people", "--layer"), ("people", "--title"), ("units", "--reason")):
        done = run(workspace, file, option, "x", kind=kind)
        assert done.returncode == 2
        assert done.stderr == f"gridmap: import {kind} takes no {option}\n"


def test_a_file_that_is_none(workspace: Workspace) -> None:
    path = workspace.path.with_name("roster.xlsx")
    path.write_text("no workbook")
    done = run(workspace, path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "roster.xlsx: its content is not a workbook (XLSX)" in done.stderr
