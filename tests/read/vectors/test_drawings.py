"""Drawings of a CAD program: layers told, curves made straight, blocks opened, harm refused in one line."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import ezdxf
import numpy as np
import pytest
import shapely
from ezdxf import filemanagement
from ezdxf.document import Drawing

from gridmap.errors import GridmapError, LayerChoiceError, UnreadableFileError
from gridmap.read.vectors.drawings import DrawingLimits, inspect_drawing, read_drawing

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]
Draw = Callable[[Drawing], object]


def drawing(folder: Path, draw: Draw, *, version: str = "R2010", name: str = "plan.dxf") -> Path:
    """A file of what `draw` puts into a new drawing."""
    document = filemanagement.new(version)
    draw(document)
    path = folder / name
    document.saveas(path)
    return path


def enclosed(line: shapely.LineString) -> float:
    """What a closed line encloses."""
    return float(shapely.Polygon(line.coords).area)


def parcels(document: Drawing) -> None:
    """Two parcels, a road, labels, and what is not to be read."""
    space = document.modelspace()
    space.add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "宗地"})
    space.add_lwpolyline([(20, 0), (30, 0), (30, 10), (20, 10), (20, 0)], dxfattribs={"layer": "宗地"})
    space.add_line((0, -5), (30, -5), dxfattribs={"layer": "道路"})
    space.add_text("东一网格", dxfattribs={"layer": "注记", "insert": (5, 5)})
    space.add_mtext("东二\\P网格", dxfattribs={"layer": "注记", "insert": (25, 5)})
    space.add_point((1, 1), dxfattribs={"layer": "控制点"})


def test_layers_are_told_with_what_is_in_them(tmp_path: Path) -> None:
    found = inspect_drawing(drawing(tmp_path, parcels))
    layers = {layer.name: layer for layer in found.layers}
    assert (layers["宗地"].closed, layers["宗地"].open, layers["宗地"].bounds) == (2, 0, (0, 0, 30, 10))
    assert (layers["道路"].closed, layers["道路"].open) == (0, 1)
    assert layers["注记"].texts == 2
    assert layers["控制点"].other == 1
    assert layers["控制点"].bounds is None
    assert (found.encoding, found.encoding_found_by) == ("UTF-8", "format")


def test_only_chosen_layers_are_taken(tmp_path: Path) -> None:
    found = read_drawing(drawing(tmp_path, parcels), ["宗地"], ["注记"])
    assert found.closed.tolist() == [True, True]
    assert [label.text for label in found.labels] == ["东一网格", "东二\n网格"]
    assert list(map(enclosed, found.lines)) == [100, 100]
    assert read_drawing(drawing(tmp_path, parcels), ["道路"]).labels == ()


def test_curves_become_straight_stretches(tmp_path: Path) -> None:
    def draw(document: Drawing) -> None:
        space = document.modelspace()
        space.add_circle((0, 0), 100)
        space.add_lwpolyline([(0, 0, 1), (10, 0, 0)], format="xyb", close=True)  # a half circle
        space.add_arc((0, 0), 50, 0, 90)

    found = read_drawing(drawing(tmp_path, draw), ["0"])
    circle, half, arc = found.lines
    assert enclosed(circle) == pytest.approx(np.pi * 100**2, rel=1e-3)
    assert enclosed(half) == pytest.approx(np.pi * 5**2 / 2, rel=1e-2)
    assert arc.length == pytest.approx(np.pi * 25, rel=1e-3)
    assert found.closed.tolist() == [True, True, False]


def test_blocks_are_opened_where_they_are_placed(tmp_path: Path) -> None:
    def draw(document: Drawing) -> None:
        block = document.blocks.new("house")
        block.add_lwpolyline(SQUARE, close=True)  # on layer 0: shows on the layer it is placed on
        document.modelspace().add_blockref(
            "house", (100, 0), dxfattribs={"layer": "houses", "rotation": 90, "xscale": 2, "yscale": 2}
        )

    found = read_drawing(drawing(tmp_path, draw), ["houses"])
    assert shapely.bounds(found.lines[0]).tolist() == pytest.approx([80, 0, 100, 20])
    assert found.inventory.layers[0].inserts == 1


def test_attributes_of_blocks_are_labels(tmp_path: Path) -> None:
    def draw(document: Drawing) -> None:
        block = document.blocks.new("tag")
        block.add_attdef("CODE", (0, 0))
        placed = document.modelspace().add_blockref("tag", (7, 8), dxfattribs={"layer": "tags"})
        placed.add_attrib("CODE", "101", (7, 8), dxfattribs={"layer": "tags"})
        document.modelspace().add_line((0, 0), (1, 1), dxfattribs={"layer": "tags"})

    (label,) = read_drawing(drawing(tmp_path, draw), ["tags"], ["tags"]).labels
    assert (label.text, label.x, label.y) == ("101", 7, 8)


def test_fillings_count_as_outlines(tmp_path: Path) -> None:
    def draw(document: Drawing) -> None:
        hatch = document.modelspace().add_hatch(dxfattribs={"layer": "水面"})
        hatch.paths.add_polyline_path(SQUARE, is_closed=True)

    found = read_drawing(drawing(tmp_path, draw), ["水面"])
    assert found.closed.tolist() == [True]
    assert enclosed(found.lines[0]) == 100


@pytest.mark.parametrize(
    ("version", "written", "named", "told"),
    [
        ("R2000", "gbk", "ANSI_936", ("GB18030", "declared")),
        ("R2000", "gbk", "ANSI_1252", ("GB18030", "score")),  # a program that lies about its code page
        ("R2000", "utf-8", "ANSI_1252", ("UTF-8", "bytes")),
        ("R2010", "utf-8", "ANSI_936", ("UTF-8", "format")),
    ],
)
def test_labels_in_any_encoding(
    tmp_path: Path, version: str, written: str, named: str, told: tuple[str, str]
) -> None:
    path = drawing(tmp_path, parcels, version="R2010")
    text = path.read_text(encoding="utf-8")
    code = {"R2000": "AC1015", "R2010": "AC1024"}[version]
    text = text.replace("AC1024", code).replace("ANSI_1252", named)
    path.write_bytes(text.encode(written))
    found = read_drawing(path, ["宗地"], ["注记"])
    assert found.labels[0].text == "东一网格"
    assert (found.inventory.encoding, found.inventory.encoding_found_by) == told


def test_the_unit_is_told(tmp_path: Path) -> None:
    def draw(document: Drawing) -> None:
        document.units = ezdxf.units.MM
        parcels(document)

    found = inspect_drawing(drawing(tmp_path, draw))
    assert (found.unit, found.metres) == ("mm", 0.001)


def test_a_layer_that_is_not_there(tmp_path: Path) -> None:
    path = drawing(tmp_path, parcels)
    with pytest.raises(LayerChoiceError, match=r"no layer Gebiet.*宗地"):
        read_drawing(path, ["Gebiet"])
    with pytest.raises(LayerChoiceError, match="no line in the layers 注记"):
        read_drawing(path, ["注记"])


def nested(document: Drawing) -> None:
    """Ten levels of blocks, each placing the one below ten times: ten thousand million lines."""
    previous = document.blocks.new("level0")
    previous.add_line((0, 0), (1, 1))
    for level in range(1, 11):
        block = document.blocks.new(f"level{level}")
        for copy in range(10):
            block.add_blockref(previous.name, (copy, 0))
        previous = block
    document.modelspace().add_blockref(previous.name, (0, 0))


def many_copies(document: Drawing) -> None:
    """One insert that stands for a thousand million."""
    document.blocks.new("one").add_line((0, 0), (1, 1))
    document.modelspace().add_blockref(
        "one",
        (0, 0),
        dxfattribs={"row_count": 30_000, "column_count": 30_000, "row_spacing": 1, "column_spacing": 1},
    )


def in_itself(document: Drawing) -> None:
    """A block that places itself."""
    block = document.blocks.new("loop")
    block.add_blockref("loop", (0, 0))
    document.modelspace().add_blockref("loop", (0, 0))


def many_blocks(document: Drawing) -> None:
    """Three levels of a hundred copies each: a million lines in a small file."""
    previous = document.blocks.new("a0")
    previous.add_line((0, 0), (1, 1))
    for level in range(1, 4):
        block = document.blocks.new(f"a{level}")
        for copy in range(100):
            block.add_blockref(previous.name, (copy, 0))
        previous = block
    document.modelspace().add_blockref(previous.name, (0, 0))


@pytest.mark.parametrize("draw", [nested, many_copies, in_itself, many_blocks])
def test_harmful_drawings_are_refused_in_time(tmp_path: Path, draw: Draw) -> None:
    path = drawing(tmp_path, draw)
    started = time.monotonic()
    with pytest.raises(UnreadableFileError) as refused:
        read_drawing(path, ["0"], limits=DrawingLimits(entities=50_000, vertices=200_000, seconds=10))
    assert time.monotonic() - started < 240  # a busy machine is slow
    assert "\n" not in str(refused.value)


def test_a_circle_wider_than_the_earth_ends(tmp_path: Path) -> None:
    path = drawing(tmp_path, lambda document: document.modelspace().add_circle((0, 0), 1e18))
    assert shapely.get_num_coordinates(read_drawing(path, ["0"]).lines[0]) < 20_000


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.dxf", b"AC1032\x00\x00", "DWG files are not read"),
        ("a.dwg", b"AC1032\x00\x00", "DWG files are not read"),
        ("a.dxf", b"<OGRVRTDataSource/>", "is not a DXF"),
        ("a.dxf", b"", "is not a DXF"),
        ("a.txt", b"0\nSECTION\n", "is not a DXF"),
        ("a.dxf", b"0\nSECTION\n2\nENTITIES\n0\nLINE\n10\nx\n", "a.dxf: "),
        ("a.dxf", b"0\n" * 100, "a.dxf: "),
        ("a.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00\xff\xff\xff", "a.dxf: "),
    ],
)
def test_what_is_no_drawing(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(GridmapError, match=words) as refused:
        read_drawing(path, ["0"])
    assert "Traceback" not in str(refused.value)


def test_nothing_outside_is_followed(tmp_path: Path) -> None:
    """An external reference is counted as other content, its file never opened."""
    secret = tmp_path / "secret.dxf"
    drawing(tmp_path, parcels, name="secret.dxf")

    def draw(document: Drawing) -> None:
        document.add_xref_def(str(secret), "outside")
        document.modelspace().add_blockref("outside", (0, 0))
        document.modelspace().add_line((0, 0), (1, 0))

    found = read_drawing(drawing(tmp_path, draw), ["0"], ["0"])
    assert len(found.lines) == 1
    assert {layer.name for layer in found.inventory.layers} == {"0"}
