"""Cells of a file are taken in where they fit the units that are here, or not at all."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from gridmap.errors import FaultsError, InputError
from gridmap.service.boundaries.new_workspace import make_workspace
from gridmap.service.boundaries.preview import Boundaries
from gridmap.service.boundaries.saving import import_units
from gridmap.service.cell_files.splitting import SplitRequest, split_file
from gridmap.service.cells.adopting import import_cells, try_cells
from gridmap.split.rule import SplitRule
from gridmap.store.repository import Workspace
from tests.service.cells.drawn_villages import ANN, AT, SIZE, drawn_file


@pytest.fixture
def villages(tmp_path: Path) -> Path:
    return drawn_file(tmp_path / "villages.gpkg")


@pytest.fixture
def workspace(tmp_path: Path, villages: Path) -> Workspace:
    source = Boundaries(villages)
    made = make_workspace(tmp_path / "w.gpkg", source, title="Drawn", at=AT)
    import_units(made, source, user=ANN, at=AT)
    return made


def cells_of(units: Path) -> Path:
    """The cells of some units as `gridmap split` writes them."""
    out = units.with_name("cells.gpkg")
    split_file(SplitRequest(units, out, rule=SplitRule(*SIZE)))
    return out


def test_cells_of_a_split_file_fit_the_units_they_were_cut_from(workspace: Workspace, villages: Path) -> None:
    cells = cells_of(villages)
    assert dict(try_cells(workspace, cells, at=AT).rows) == {"added": 4}
    assert import_cells(workspace, cells, user=ANN, at=AT).rows["cells"] == 4
    with pytest.raises(InputError, match="has cells already"):
        import_cells(workspace, cells, user=ANN, at=AT)


def test_cells_of_other_units_are_refused(tmp_path: Path, workspace: Workspace, villages: Path) -> None:
    others = cells_of(drawn_file(tmp_path / "other.gpkg", codes="CD"))
    with pytest.raises(FaultsError, match=r"2 parent codes name no unit of the workspace \(C, D\)"):
        import_cells(workspace, others, user=ANN, at=AT)
    frame = gpd.read_file(villages)
    frame.set_geometry(frame.translate(xoff=0.0005)).to_file(tmp_path / "moved.gpkg", layer="units")
    with pytest.raises(InputError, match="do not cover the units exactly"):
        import_cells(workspace, cells_of(tmp_path / "moved.gpkg"), user=ANN, at=AT)
    assert workspace.load_plan().cells.empty
