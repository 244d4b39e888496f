"""Lines, blocks and drawn cells: what is read, named, set right and refused."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from gridmap.errors import FaultsError, LayerChoiceError
from gridmap.read.vectors.lines import read_blocks, read_drawn_cells, read_lines

CRS = "EPSG:4547"
SQUARE, NEXT = box(0, 0, 9, 9), box(9, 0, 18, 9)
BOW_TIE = Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])


def written(
    path: Path, shapes: list[shapely.Geometry | None], *, layer: str = "drawn", **columns: object
) -> Path:
    table = {"number": range(len(shapes)), **columns}
    frame = gpd.GeoDataFrame(table, geometry=np.array(shapes, dtype=object), crs=CRS)
    frame.to_file(path, layer=layer, mode="a" if path.exists() else "w")
    return path


def test_lines_and_areas_are_lines(tmp_path: Path) -> None:
    file = written(tmp_path / "l.gpkg", [LineString([(0, 0), (9, 9)]), SQUARE, None])
    read = read_lines(file)
    assert read.shapes.geom_type.tolist() == ["LineString", "Polygon"]
    assert read.shapes.crs == CRS
    assert [str(note) for note in read.notes] == ["1 row without geometry was left out of l.gpkg"]


def test_points_are_no_lines(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="other things than lines"):
        read_lines(written(tmp_path / "p.gpkg", [Point(0, 0)]))


def test_lines_are_no_blocks(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="1 row is no area"):
        read_blocks(written(tmp_path / "l.gpkg", [LineString([(0, 0), (9, 9)]), SQUARE]))


def test_a_layer_without_geometry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="no geometry"):
        read_lines(written(tmp_path / "l.geojson", [None, None]))


def test_several_layers_are_refused_without_naming_the_option_of_the_units(tmp_path: Path) -> None:
    file = written(tmp_path / "l.gpkg", [SQUARE], layer="one")
    written(file, [SQUARE], layer="two")
    with pytest.raises(LayerChoiceError, match="several layers") as raised:
        read_blocks(file)
    assert "--layer" not in str(raised.value)


def test_a_bow_tie_is_set_right_and_told(tmp_path: Path) -> None:
    read = read_blocks(written(tmp_path / "b.gpkg", [BOW_TIE, NEXT]))
    assert shapely.is_valid(read.shapes.to_numpy()).all()
    assert "crossed itself" in str(read.notes[0])


class TestNames:
    """Drawn cells are called by code, else by name, else by row; no two the same."""

    def test_rows(self, tmp_path: Path) -> None:
        assert read_drawn_cells(written(tmp_path / "c.gpkg", [SQUARE, NEXT])).shapes.index.tolist() == [
            "1",
            "2",
        ]

    def test_codes_come_before_names(self, tmp_path: Path) -> None:
        file = written(tmp_path / "c.gpkg", [SQUARE, NEXT], 名称=["甲", "乙"], CODE=["7", "8"])
        assert read_drawn_cells(file).shapes.index.tolist() == ["7", "8"]

    def test_names_that_are_missing_or_double(self, tmp_path: Path) -> None:
        file = written(tmp_path / "c.gpkg", [SQUARE, NEXT, SQUARE], 名称=["甲", "甲", None])
        read = read_drawn_cells(file)
        assert read.shapes.index.tolist() == ["甲", "#2", "#3"]
        assert "2 drawn cells have no names of their own" in str(read.notes[-1])
