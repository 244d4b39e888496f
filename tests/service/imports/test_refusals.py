"""Files that cannot be brought in: what they are, and what to do, in a line."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from gridmap.cli import main
from gridmap.service.plan_cache import PlanCache
from tests.store.drawn_workspace import drawn_workspace

PAGE = '<html><meta charset="gbk"><table><tr><th>村名</th><th>户数</th></tr></table></html>'


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def book(*rows: tuple[str | int, ...]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def packed(name: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, book(("村名", "户数"), ("东村", 3)))
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("h.xls", PAGE.encode("gbk"), "it is a web page by the name of a workbook"),
        ("h.xlsx", PAGE.encode("utf-8-sig"), "save it as .xlsx"),
        ("h.xls", "村名\t户数\n东村\t3\n".encode("gbk"), "it is a text table by the name of a workbook"),
        ("h.xls", book(("村名", "户数"), ("东村", 3)), "Rename it to end in .xlsx"),
        ("h.xls", b"\x00\x01\x02", "its content is not a workbook"),
        ("h.xls", packed("a.txt"), "its content is not a workbook"),
        ("h.zip", packed("户数.xlsx"), "Unpack it and give 户数.xlsx itself"),
        ("h.zip", packed("户数.txt"), "there is no shapefile"),
        ("h.xlsx", book(("村名", "户数")), "there are no rows below the headings in row 1"),
        ("h.xlsx", book((1, 2), (3, 4)), "no row looks like headings"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_it_is(
    cache: PlanCache, name: str, data: bytes, why: str
) -> None:
    path = cache.workspace.path.with_name(name)
    path.write_bytes(data)
    told = CliRunner().invoke(main, ["import", str(cache.workspace.path), "households", str(path)])
    assert told.exit_code == 2
    assert why in told.output
    assert told.output.startswith(f"gridmap: {name}: ")
    assert told.output.count("\n") == 1
