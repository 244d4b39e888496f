from __future__ import annotations

from pathlib import Path

import pytest

from gridmap.errors import NotAWorkspaceError
from gridmap.service.workspaces import load_shapes, open_workspace
from tests.store.drawn_workspace import CELLS, drawn_workspace, square


def test_a_workspace_is_opened_and_loaded(tmp_path: Path) -> None:
    workspace = open_workspace(drawn_workspace(tmp_path).path)
    assert workspace.load_plan().cells.index.tolist() == CELLS
    shapes = load_shapes(workspace)
    assert shapes.crs == "EPSG:4548"
    assert shapes.cells[CELLS[2]].equals(square(2))
    assert len(shapes.units) == 5


def test_what_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspaceError):
        open_workspace(tmp_path / "w.gpkg")
