"""What all tests share: how hypothesis searches, and running one wing through all floors."""

from __future__ import annotations

import gc
import os
import re
import shutil
import tempfile
from functools import cache
from math import inf
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import gridmap

HERE = Path(__file__).parent
SLOW = {
    test: float(seconds)
    for test, seconds in (
        line.split() for line in (HERE / "slow.txt").read_text(encoding="utf-8").splitlines()
    )
}
"""Tests that `make check` leaves out, and their seconds; `scripts/list_slow_tests.py` writes them down."""

# Time is measured in benchmarks: a busy machine is slow, not wrong. CI draws the same examples at each run,
# so that it tells of the change; elsewhere new ones are tried, and what fails is printed to be tried again.
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI", "").lower() == "true" else "here")


# A workspace is written safely: each commit waits for the disk, 50 ms that memory does not take. What tests
# write is thrown away, so they write to memory where files have room there.
MEMORY = Path("/dev/shm")
ROOM = 3e9
"""Bytes; all tests write about one gigabyte."""
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # it is looked for anew


def pytest_collection_finish() -> None:
    """Leave what is loaded now out of each search for what nobody holds: it stays to the end."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--only people`: the tests of one wing on every floor."""
    parser.addoption("--only", metavar="WING", default="", help="run the tests of one wing on every floor")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a wing that there is not: no test at all would be no answer."""
    wing = config.getoption("--only")
    if wing and wing not in wings():
        raise pytest.UsageError(f"There is no wing {wing}. Take one of: {', '.join(sorted(wings()))}.")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what was measured to be slow, begin with the longest files, keep the wing that was asked for."""
    for item in items:
        if item.nodeid.partition("[")[0] in SLOW:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: -seconds_of(item.path))
    wing = config.getoption("--only")
    if not wing:
        return
    kept = [item for item in items if of_wing(item.path, wing)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


@cache
def seconds_of(file: Path) -> float:
    """How long the slow tests of a file took; those in a browser take longest."""
    name = file.relative_to(HERE.parent).as_posix()
    measured = sum(seconds for test, seconds in SLOW.items() if test.startswith(f"{name}::"))
    return inf if "browser" in file.parts else measured


def wings() -> set[str]:
    """The words that the house and its tests are cut by."""
    house = Path(gridmap.__file__).parent
    rooms = {face.parent.name for face in house.rglob("__init__.py")} - {house.name}
    return rooms | {test.parent.name for test in HERE.glob("*/**/test_*.py")}


def of_wing(path: Path, wing: str) -> bool:
    """Whether a test lies in a wing's folder, or its name begins with the wing's."""
    parts = path.relative_to(HERE).parts
    return wing in parts[:-1] or re.match(rf"test_{wing}(_|\.)", parts[-1]) is not None
