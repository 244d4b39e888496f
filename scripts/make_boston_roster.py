"""Write data/boston/roster.xlsx: 600 fictional people posted to the cells that the tutorial cuts.

    .venv/bin/python scripts/make_boston_roster.py

The cells are those of data/boston/tracts.gpkg by POP, 1,200 residents each, from 900 to 1,500.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from gridmap.demo.people.office_roster import write_office_roster  # noqa: E402
from gridmap.geo.frames import check_units  # noqa: E402
from gridmap.geo.systems.crs import metric_crs  # noqa: E402
from gridmap.names import CODE  # noqa: E402
from gridmap.read.vectors.boundaries import read_units  # noqa: E402
from gridmap.split.cut.units import split_units  # noqa: E402
from gridmap.split.rule import SplitRule  # noqa: E402

TRACTS = ROOT / "data" / "boston" / "tracts.gpkg"
ROSTER = ROOT / "data" / "boston" / "roster.xlsx"
SIZE = SplitRule(1200, 900, 1500)
START = datetime(2020, 2, 1)


def write(path: Path) -> None:
    """Cut the tracts and write the roster."""
    units = read_units(TRACTS).units
    cells = split_units(check_units(units.to_crs(metric_crs(units))), None, SIZE, weight="POP").cells
    codes = cells[CODE].astype(str)
    write_office_roster(path, list(zip(codes, codes, strict=True)), start=START)


if __name__ == "__main__":
    write(ROSTER)
