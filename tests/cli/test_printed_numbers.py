"""What a terminal prints is passed on: no number of a person is whole on stdout, on stderr or in a report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from gridmap.cli import main
from gridmap.service.plan_cache import PlanCache
from gridmap.service.returns.templates import write_template
from gridmap.store.repository import Workspace
from tests.store.drawn_workspace import MORNING, PLANNER, drawn_workspace

PHONE, DAMAGED, IDENTITY = "10012345678", "1001234567x", "99010519491231002X"
HEADINGS = ("乡镇", "村名", "姓名", "联系电话", "职责", f"备注{PHONE}")
ROWS = (
    ("河东镇", "东村", "周磊", DAMAGED, "网格员", ""),
    ("河东镇", f"东庄{PHONE}", "李娜", "100 1234 5678", "网格员", IDENTITY),
    ("河东镇", "东村", f"吴{IDENTITY}", "990105194912310", f"厨师{PHONE}", ""),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return drawn_workspace(tmp_path).path


def office(workspace: Path, *rows: tuple[str, ...]) -> Path:
    path = workspace.with_name("list.csv")
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], env={"LC_ALL": "C.UTF-8"})


def squeezed(text: str) -> str:
    return re.sub(r"[\s\-]", "", text)


@pytest.mark.parametrize("option", ["--dry-run", "--json", "--good-rows"])
def test_an_import_prints_no_number(workspace: Path, option: str) -> None:
    report = workspace.with_name("r.json")
    done = run("import", workspace, "people", office(workspace, HEADINGS, *ROWS), option, "--report", report)
    assert "3 refused" in done.output or option == "--json"
    for text in (done.stdout, done.stderr, report.read_text(encoding="utf-8")):
        for number in (PHONE, DAMAGED[:-1], IDENTITY):
            assert number not in squeezed(text)
    assert "100****" in done.output + report.read_text(encoding="utf-8")


def test_a_table_without_headings_is_refused_without_its_numbers(workspace: Path) -> None:
    done = run("import", workspace, "people", office(workspace, ("周磊", PHONE), ("李娜", PHONE)))
    assert done.exit_code == 2
    assert PHONE not in done.output


def test_a_returned_template_prints_no_number(workspace: Path) -> None:
    path = workspace.with_name("back.xlsx")
    data = write_template(
        PlanCache(Workspace.open(workspace)),
        "people",
        user=PLANNER,
        scope="990101001000",
        at=MORNING,
        language="en",
    )
    path.write_bytes(data)
    book = openpyxl.load_workbook(path)
    book["People"].append(("", "钱多", DAMAGED))
    book["People"].append(("", f"孙{PHONE}", IDENTITY))
    book.save(path)
    for options in ((), ("--dry-run",), ("--json",)):
        done = run("returns", workspace, path, *options)
        assert done.exit_code in {0, 1}, done.output
        for number in (PHONE, DAMAGED[:-1], IDENTITY):
            assert number not in squeezed(done.output)
        assert "refused" in done.output
    files = json.loads(run("returns", workspace, path, "--json").stdout)["files"]
    assert "****" in json.dumps(files)
