"""What is dear to make and is made once: the demonstration county, small and whole, in `build/prepared`.

It is kept by the source that it is made of, so that workers and later runs share it, and no change is missed.
A test that writes to a workspace takes a copy; one that only reads may use the prepared file itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import pickle
import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import shapely

import gridmap
from gridmap.demo.extent import FULL, SMALL, Extent
from gridmap.demo.workspace import DemoSummary, write_demo
from tests.paths import ROOT

SEED = 7
DAY = date(2020, 2, 10)
_FOLDER = ROOT / "build" / "prepared"
_NAMES = {SMALL: "small", FULL: "whole"}


@cache
def prepared_demo(extent: Extent = SMALL) -> DemoSummary:
    """The demonstration county of that extent; nobody writes to its file."""
    name = f"{_NAMES[extent]}-{_source()}"
    _FOLDER.mkdir(parents=True, exist_ok=True)
    told = _FOLDER / f"{name}.pickle"
    with (_FOLDER / f"{_NAMES[extent]}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other workers wait for the first
        if not told.exists():
            for old in _FOLDER.glob(f"{_NAMES[extent]}-*"):
                old.unlink()
            told.write_bytes(pickle.dumps(write_demo(_FOLDER / f"{name}.gpkg", SEED, DAY, extent)))
    found: DemoSummary = pickle.loads(told.read_bytes())
    return found


def demo_in(folder: Path, extent: Extent = SMALL) -> DemoSummary:
    """The county in a file of the test's own, which is called `small.gpkg` or `whole.gpkg`."""
    made = prepared_demo(extent)
    return replace(made, path=Path(shutil.copyfile(made.path, folder / f"{_NAMES[extent]}.gpkg")))


def _source() -> str:
    """What the county is made of: all source of the product, and the library that cuts."""
    digest = hashlib.sha256(f"{shapely.__version__} {shapely.geos_version}".encode())
    for file in sorted(Path(gridmap.__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
