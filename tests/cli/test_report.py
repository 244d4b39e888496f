"""The command report: its three forms, on stdout and in files."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.cli.command_line import in_a_process, refusal, run
from tests.store.drawn_workspace import drawn_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return drawn_workspace(tmp_path).path


@pytest.mark.parametrize("asked", [("--json",), ("--format", "json")])
def test_json_alone_is_on_stdout(workspace: Path, asked: tuple[str, ...]) -> None:
    result = in_a_process("report", workspace, "--scope", "990101001000", "--at", "2020-02-10T12:00", *asked)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert (found["scope"], found["as_of"]) == ("990101001000", "2020-02-10T12:00:00")
    assert found["indicators"][0]["label"] == "Cells covered"


def test_markdown_speaks_the_language_asked_for(workspace: Path) -> None:
    assert "| Cells covered | 0 / 4 | 0.0% |" in run("report", workspace).stdout
    assert "| 网格责任 | 0 / 4 | 0.0% |" in run("report", workspace, "--language", "zh").stdout
    assert "| 网格责任 |" in run("report", workspace, language="zh_CN.UTF-8").stdout


def test_files_are_written_by_their_ending(workspace: Path, tmp_path: Path) -> None:
    table = tmp_path / "r.xlsx"
    result = run("report", workspace, "--out", table)
    assert (result.returncode, len(result.stdout.splitlines())) == (0, 1)
    rows = list(openpyxl.load_workbook(table).worksheets[0].iter_rows(values_only=True))
    assert ("cell_coverage", "Cells covered", 0, 4) in {row[:4] for row in rows}
    text = tmp_path / "r.json"
    told = run("report", workspace, "--out", text, "--json")
    assert json.loads(told.stdout) == json.loads(text.read_text(encoding="utf-8"))


def test_what_cannot_be_done_is_one_line(workspace: Path) -> None:
    assert "--out" in refusal("report", workspace, "--format", "xlsx")
    assert "990101009000" in refusal("report", workspace, "--scope", "990101009000", "--json")
    assert "workspace itself" in refusal("report", workspace, "--out", workspace)
    assert "--at" in refusal("report", workspace, "--at", "yesterday")
