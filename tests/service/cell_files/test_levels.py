"""Levels below and above the cells of a file, of units with holes and islands."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gridmap.errors import InputError
from gridmap.geo.coverage.quality import check
from gridmap.geo.frames import check_cells, check_units
from gridmap.geo.sizes import CellSize
from gridmap.read.vectors.boundaries import read_cells
from gridmap.service.cell_files.levels import ZonesRequest, derive_levels
from gridmap.service.cell_files.micro_grids import MicroRequest, cut_micro_grids
from gridmap.split.cells_file import write_cells
from gridmap.split.cut.units import split_units
from gridmap.split.levels.levels import as_units
from gridmap.split.rule import SplitRule
from tests.split.drawn_land import CRS, ISLANDS, RING, block, buildings, units_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cells file of a ring, a unit of three islands, and a square."""
    land = [RING, shapely.affinity.translate(ISLANDS, 2000, 0), block(5000, 0, 6000, 1000)]
    write_cells(split_units(units_of(*land), buildings(land, 60, 3), SplitRule()), tmp_path / "cells.gpkg")
    return tmp_path


def test_micro_grids_of_holes_and_islands_are_exact(folder: Path) -> None:
    told: list[int] = []
    report = cut_micro_grids(
        MicroRequest(folder / "cells.gpkg", folder / "micro.gpkg", size=CellSize(100, 80, 120)),
        progress=lambda done, _: told.append(done),
    )
    cells = check_cells(read_cells(folder / "cells.gpkg").cells.to_crs(CRS))
    micro = check_cells(read_cells(folder / "micro.gpkg").cells.to_crs(CRS))
    assert check(micro, check_units(as_units(cells))).passed
    assert (report.cells, report.micro_grids) == (len(cells), len(micro))
    assert told[-1] == len(cells)
    assert report.crs == CRS


def test_a_second_split_needs_a_load(folder: Path) -> None:
    cells = gpd.read_file(folder / "cells.gpkg", layer="cells").drop(columns="households")
    cells.to_file(folder / "bare.gpkg", layer="cells")
    with pytest.raises(InputError, match="--points"):
        cut_micro_grids(MicroRequest(folder / "bare.gpkg", folder / "micro.gpkg"))
    assert not (folder / "micro.gpkg").exists()


def test_islands_are_counted_and_nothing_is_above_codes_of_no_division(folder: Path) -> None:
    report = derive_levels(ZonesRequest(folder / "cells.gpkg", folder / "zones.gpkg"))
    assert report.passed
    assert [level.level for level in report.derived.levels] == ["village"]
    layer = gpd.read_file(folder / "zones.gpkg", layer="zones")
    assert layer.set_index("code")["parts"].to_dict() == {"U0": 1, "U1": 3, "U2": 1}
    assert layer.crs == "EPSG:4326"


def test_a_bad_list_leaves_an_existing_file_as_it_is(folder: Path) -> None:
    (folder / "zones.gpkg").write_bytes(b"before")
    (folder / "list.csv").write_text("code,zone\nnowhere,A\n", encoding="utf-8")
    with pytest.raises(InputError, match="names no place"):
        derive_levels(ZonesRequest(folder / "cells.gpkg", folder / "zones.gpkg", listed=folder / "list.csv"))
    assert (folder / "zones.gpkg").read_bytes() == b"before"
