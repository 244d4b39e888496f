"""Every class of hostile file is in `tests/attacks`, and the command line tells each in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.attacks.hostile_files import CANARY, Outside
from tests.attacks.hostile_list import HOSTILE
from tests.office.office_county import office_county, run

CLASSES: Final = {
    "virtual data sets under other names": (
        "a virtual data set named .geojson",
        "a virtual data set named .zip",
    ),
    "pipelines under other names": ("a pipeline named .json", "a pipeline named .gdalg.json"),
    "systems behind addresses": ("a system at an address", "a system behind a link"),
    "views and virtual tables": ("a view", "a virtual table of files", "a virtual table of drivers"),
    "archives that swell": ("an archive of zeros", "an archive that repeats itself", "a KMZ of blanks"),
    "archives that climb": ("a link in an archive", "a member with a zero in its name"),
    "nested blocks": ("nested blocks", "a block within itself", "an array of blocks"),
    "deep geometry": ("geometry nested twice", "geometry nested without end"),
    "entities of files": ("a file by an entity", "an entity in a workbook", "an entity in an ODS"),
    "entity bombs": ("an entity bomb", "an entity bomb in an ODS"),
    "sheets of a million rows": ("a workbook of a million rows", "an ODS of a million rows"),
    "ten thousand layers": ("ten thousand folders", "folders nested without end"),
}
READ_ALL_THE_SAME: Final = (
    "formulas in CSV",
    "a workbook of fetching formulas",
    "a workbook of formulas alone",
    "names that climb",
    "links of a KML",
)
TABLES: Final = {".csv", ".xlsx", ".xls", ".ods"}


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    secret = tmp_path / "secret.csv"
    secret.write_text(f"code,name\n{CANARY},{CANARY}\n")
    return Outside(secret, "http://127.0.0.1:9")


def told(path: Path, folder: Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command that takes such a file."""
    if path.suffix in TABLES:
        county = office_county(folder)
        before = county.path.read_bytes()
        result = run("import", county.path, "people", path, "--good-rows")
        assert result.exit_code == 0 or county.path.read_bytes() == before
    else:
        result = run("inspect", path)
    assert CANARY not in result.output
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("name", [name for names in CLASSES.values() for name in names])
def test_a_hostile_file_is_refused_in_one_line(name: str, outside: Outside, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    path = HOSTILE[name](tmp_path / "inner", outside)
    code, out, errors = told(path, tmp_path)
    assert (code, out) == (2, "")
    (line,) = [line for line in errors.splitlines() if line.strip()]
    assert line.startswith(f"gridmap: {path.name}: ")
    assert str(tmp_path) not in line


@pytest.mark.parametrize("name", READ_ALL_THE_SAME)
def test_what_is_harmless_without_its_harm(name: str, outside: Outside, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    code, _, errors = told(HOSTILE[name](tmp_path / "inner", outside), tmp_path)
    assert code in {0, 2}
    assert "Traceback" not in errors


def test_forty_and_more() -> None:
    assert len(HOSTILE) >= 40
