"""The server does not start where GDAL has other drivers than those that files are read by."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.paths import ROOT

PROGRAM = """
import runpy
from gridmap.read.files import child_process
child_process.DRIVERS = child_process.DRIVERS | {"Nowhere"}
runpy.run_path("app.py")
"""


@pytest.mark.slow
def test_the_server_asserts_its_drivers() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode != 0
    assert "GDAL has other drivers" in done.stderr
    assert "missing: Nowhere" in done.stderr
