"""`gridmap import W people FILE`: counts, refused rows, exit codes, and nothing saved by halves."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from gridmap.service.imports.roster.file import write_roster
from gridmap.service.plan_cache import PlanCache
from gridmap.store.repository import Workspace
from tests.cli import command_line
from tests.store.drawn_workspace import CELLS, MORNING, PHONE, PLANNER, drawn_workspace

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


def run(workspace: Workspace, file: Path, *options: str, kind: str = "people") -> command_line.Told:
    return command_line.run("import", workspace.path, kind, file, *options)


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
    assert "roster.xlsx: it is a text table by the name of a workbook" in done.stderr


def form(workspace: Workspace, **cells: str) -> Path:
    """The roster as it is written to be filled in, with cells of its sheet of posts altered."""
    path = workspace.path.with_name("form.xlsx")
    cache = PlanCache(workspace)
    path.write_bytes(write_roster(cache, user=PLANNER, scope="", at=MORNING, language="en"))
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book["Posts"][place] = value
    book.save(path)
    return path


def test_a_form_of_ours_comes_back_unchanged(workspace: Workspace) -> None:
    done = run(workspace, form(workspace), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["added"], told["changed"], told["unchanged"], told["refused"]) == (0, 0, 3, 0)
    assert told["columns"]["post_id"] == "Post id"
    assert told["revision"] is None


def test_a_form_of_ours_has_the_report_of_all_imports(workspace: Workspace) -> None:
    file, report = form(workspace, F4="Grid boss"), workspace.path.with_name("report.json")
    done = run(workspace, file, "--dry-run", "--report", str(report))
    assert done.returncode == 1
    (fault,) = json.loads(report.read_text(encoding="utf-8"))["fault_places"]
    assert (fault["kind"], fault["layer"], fault["row"]) == ("function_unknown", "Posts", 4)
    assert (fault["cell"], fault["value"], fault["done"]) == ("F4", "Grid boss", "left out")
    assert fault["remains"]
    marked = report.with_suffix(".xlsx")
    assert run(workspace, file, "--good-rows", "--report", str(marked)).returncode == 0
    comment = openpyxl.load_workbook(marked)["Posts"]["F4"].comment
    assert comment is not None
    assert "no such function" in comment.text


def test_options_that_mean_nothing_to_a_form_of_ours(workspace: Workspace) -> None:
    done = run(workspace, form(workspace), "--accept-suggestions", "--datum", "gcj02")
    assert done.returncode == 2
    assert "a roster that gridmap wrote is read without --accept-suggestions, --datum" in done.stderr


def test_one_sheet_of_a_form_of_ours(workspace: Workspace) -> None:
    done = run(
        workspace, form(workspace, F4="Grid boss"), "--sheet", "People", "--dry-run", "--no-new-people"
    )
    assert done.returncode == 0
    assert "2 unchanged, 0 refused" in done.stdout


def test_a_report_in_another_form_is_refused_before_anything_is_saved(workspace: Workspace) -> None:
    done = run(workspace, roster(workspace, GOOD), "--report", "report.txt")
    assert done.returncode == 2
    assert "a report is written as .json or .xlsx" in done.stderr
    assert workspace.revision().revision == 1
