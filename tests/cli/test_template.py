"""Templates and returns on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from gridmap.cli import main
from gridmap.service.returns.templates import TEMPLATE_KINDS
from gridmap.store.repository import Workspace
from tests.prepared import demo_in


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return demo_in(tmp_path).path


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, [str(one) for one in arguments], env={"LC_ALL": "C.UTF-8"})
    assert result.exit_code == code, result.output
    return result.output


def plain(*arguments: object, code: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(*arguments, "--json", code=code))
    return answer


def households(path: Path, **cells: str | int) -> Path:
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book.worksheets[1][place] = value
    book.save(path)
    return path


@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
def test_one_template_of_a_scope_comes_back_unchanged(county: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"{kind}.xlsx"
    answer = plain("template", county, kind, "--out", out, "--scope", "990101001000")
    assert answer == {"kind": kind, "round": None, "files": [str(out)]}
    (back,) = plain("returns", county, out, "--dry-run")["files"]
    assert (back["added"], back["changed"], back["refused"]) == (0, 0, 0)
    assert back["unchanged"] > 0
    assert back["zero_report"]


def test_a_round_goes_out_and_comes_back(county: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "new"
    answer = plain(
        "template", county, "households", "--by-township", folder, "--deadline", "2020-02-12T18:00"
    )
    files = sorted(folder.iterdir())
    assert [str(path) for path in files] == sorted(answer["files"])
    assert len({path.name[:12] for path in files}) == len(files) > 2

    (before,) = plain("returns", county)["rounds"]
    assert (before["due"], before["reported"], before["not_returned"]) == (len(files), 0, len(files))
    assert before["deadline"] == "2020-02-12T18:00:00"

    households(files[0], E2=411)
    dry = run("returns", county, *files[:2], "--dry-run")
    assert "Nothing is saved." in dry
    text = run("returns", county, *files[:2])
    assert "1 changed" in text
    assert "a zero report" in text
    (after,) = plain("returns", county, "--round", answer["round"])["rounds"]
    assert (after["reported"], after["returned"], after["zero_report"]) == (2, 1, 1)
    assert f"{len(files)} townships due, 2 have reported (1 zero reports)" in after["sentence"]
    assert Workspace.open(county).revision().revision == 2


@pytest.mark.parametrize("kind", ["people", "sites"])
def test_a_template_that_comes_in_by_the_command_import_counts(
    county: Path, tmp_path: Path, kind: str
) -> None:
    first, *_ = plain("template", county, kind, "--by-township", tmp_path)["files"]
    run("import", county, kind, first, "--dry-run")
    assert plain("returns", county)["rounds"][0]["reported"] == 0
    run("import", county, kind, first)
    assert plain("returns", county)["rounds"][0]["zero_report"] == 1


def test_one_bad_file_does_not_keep_the_others_out(county: Path, tmp_path: Path) -> None:
    files = [
        Path(name) for name in plain("template", county, "households", "--by-township", tmp_path)["files"]
    ]
    bad = tmp_path / "plain.csv"
    bad.write_text("姓名,户数\n张,3\n", encoding="utf-8")
    households(files[1], E2=411, E3="many")
    answer = plain("returns", county, bad, *files, code=1)["files"]
    assert "page Import" in answer[0]["error"]
    assert answer[1]["zero_report"]
    assert "1 row is refused" in answer[2]["error"]
    (back,) = plain("returns", county, files[1], "--good-rows")["files"]
    assert (back["changed"], back["refused"]) == (1, 1)


def test_what_does_not_go_together_is_refused(county: Path, tmp_path: Path) -> None:
    run("template", county, "people", code=2)
    run("template", county, "people", "--out", tmp_path / "a.xlsx", "--by-township", tmp_path, code=2)
    run("template", county, "people", "--out", tmp_path / "a.xlsx", "--deadline", "2020-02-12", code=2)
    run("template", county, "people", "--out", tmp_path / "a.xlsx", "--scope", "77", code=2)
    run("returns", county, "--round", "people-1", code=2)
    assert not (tmp_path / "a.xlsx").exists()
    assert "No templates have gone out yet" in run("returns", county)
