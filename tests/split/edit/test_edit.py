"""Edits of small drawn tessellations: what each command does, and what it refuses."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.errors import InputError
from gridmap.geo.code_scheme import code_scheme
from gridmap.geo.coverage.topology import coverage_is_valid
from gridmap.geo.frames import Cells, check_cells
from gridmap.split.edit.edit import Command, Edited, MergeCells, Redraw, SplitByLine, Transfer, edit, undone
from tests.split.drawn_land import CRS, X, Y, at, block, units_of

HOLE = ((300.0, 300.0), (300.0, 700.0), (700.0, 700.0), (700.0, 300.0))


def tessellation(*rows: tuple[str, str, shapely.Geometry, float], **columns: object) -> Cells:
    """Cells of (code, unit, shape, households)."""
    codes, parents, shapes, loads = zip(*rows, strict=True)
    seqs = [int(code[-1]) for code in codes]
    table = {"code": codes, "parent_code": parents, "seq": seqs, "households": loads, **columns}
    return check_cells(gpd.GeoDataFrame(table, geometry=list(shapes), crs=CRS))


@pytest.fixture
def row() -> Cells:
    """Three cells side by side in unit U0, and one in unit U1 to the north of them."""
    return tessellation(
        ("U0-001", "U0", block(0, 0, 100, 100), 400.0),
        ("U0-002", "U0", block(100, 0, 200, 100), 300.0),
        ("U0-003", "U0", block(200, 0, 300, 100), 200.0),
        ("U1-001", "U1", at((0, 100), (100, 100), (200, 100), (300, 100), (300, 200), (0, 200)), 100.0),
        name=["", "Mill", "", ""],
    )


def line(*xy: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(X + x, Y + y) for x, y in xy])


def loads(cells: Cells) -> dict[str, float]:
    return dict(zip(cells["code"], cells["households"].round(6), strict=True))


def shape(cells: Cells, code: str) -> shapely.Geometry:
    geometry: shapely.Geometry = cells.geometry[cells["code"] == code].iloc[0]
    return geometry


def done(cells: Cells, command: Command, **options: object) -> Edited:
    """The edit, once it is known to keep the coverage and the load, and to be taken back exactly."""
    edited = edit(cells, command, **options)  # type: ignore[arg-type]  # options are passed on
    assert coverage_is_valid(edited.cells.geometry.to_numpy())
    assert edited.cells["households"].sum() == pytest.approx(cells["households"].sum())
    assert edited.cells.area.sum() == pytest.approx(cells.area.sum())
    before = undone(edited.cells, edited.undo)
    pd.testing.assert_frame_equal(before.drop(columns="geometry"), cells.drop(columns="geometry"))
    assert (
        shapely.to_wkb(before.geometry.to_numpy()).tolist()
        == shapely.to_wkb(cells.geometry.to_numpy()).tolist()
    )
    return edited


def refusal(cells: Cells, command: Command, **options: object) -> str:
    with pytest.raises(InputError) as refused:
        edit(cells, command, **options)  # type: ignore[arg-type]  # options are passed on
    return str(refused.value)


def test_a_line_splits_every_cell_it_crosses(row: Cells) -> None:
    edited = done(row, SplitByLine(line((-10, 25), (150, 25), (250, 60))))
    assert edited.added == ("U0-004", "U0-005")
    assert edited.changed == ("U0-001", "U0-002")
    assert edited.removed == ()
    assert edited.touched == ("U0-003",)
    assert loads(edited.cells)["U0-001"] == 300
    assert loads(edited.cells)["U0-004"] == 100
    assert edited.cells["code"].tolist() == ["U0-001", "U0-002", "U0-003", "U0-004", "U0-005", "U1-001"]
    assert edited.cells["seq"].tolist() == [1, 2, 3, 4, 5, 1]
    assert edited.cells["name"].tolist() == ["", "Mill", "", "", "", ""]
    assert [str(note) for note in edited.notes] == ["Cell U0-003 stays whole: the line ends inside it."]


def test_a_line_may_cross_several_units(row: Cells) -> None:
    edited = done(row, SplitByLine(line((50, -10), (50, 210))))
    assert edited.added == ("U0-004", "U1-002")
    assert edited.touched == ()


def test_only_chosen_cells_are_split(row: Cells) -> None:
    edited = done(row, SplitByLine(line((-10, 25), (310, 25)), ("U0-002",)))
    assert edited.added == ("U0-004",)
    assert edited.changed == ("U0-002",)
    assert edited.touched == ("U0-001", "U0-003")
    assert shapely.equals_exact(shape(edited.cells, "U1-001"), shape(row, "U1-001"))


def test_points_decide_who_keeps_the_code(row: Cells) -> None:
    xy = np.array(
        [[X + 150, Y + 10], [X + 150, Y + 90], [X + 50, Y + 50], [X + 250, Y + 50], [X + 50, Y + 150]]
    )
    weights = np.array([250.0, 50.0, 400.0, 200.0, 100.0])
    edited = done(row, SplitByLine(line((90, 30), (210, 30)), ("U0-002",)), points=(xy, weights))
    assert shapely.area(shape(edited.cells, "U0-002")) == pytest.approx(3000)
    assert loads(edited.cells) == {"U0-001": 400, "U0-002": 250, "U0-003": 200, "U0-004": 50, "U1-001": 100}
    assert edited.households_moved == 50


def test_numbers_once_used_are_not_used_again(row: Cells) -> None:
    cut = SplitByLine(line((-10, 25), (110, 25)), ("U0-001",))
    assert edit(row, cut, largest={"U0": 17}).added == ("U0-018",)
    assert edit(row, cut, scheme=code_scheme("sector")).added == ("U0-A04",)
    assert edit(Cells(row.drop(columns="seq")), cut).added == ("U0-004",)
    assert "numbers run from 1 to 999" in refusal(row, cut, largest={"U0": 999})


def test_a_line_through_corners_and_off_by_a_rounding_cuts_from_corner_to_corner(row: Cells) -> None:
    edited = done(row, SplitByLine(line((0.004, 0.003), (99.997, 99.996)), ("U0-001",)))
    assert shapely.area(shape(edited.cells, "U0-004")) == 5000
    assert edited.touched == ()


def test_a_line_may_end_on_the_border_to_within_a_rounding(row: Cells) -> None:
    edited = done(row, SplitByLine(line((1e-7, 30), (99.99, 40)), ("U0-001",)))
    assert edited.added == ("U0-004",)
    assert edited.touched == ("U0-002",)


def test_a_closed_line_cuts_out_what_it_encloses(row: Cells) -> None:
    edited = done(row, SplitByLine(line((20, 20), (40, 20), (40, 40), (20, 40), (20, 20))))
    assert shapely.area(shape(edited.cells, "U0-004")) == pytest.approx(400)
    assert len(shape(edited.cells, "U0-001").interiors) == 1  # type: ignore[attr-defined]  # a polygon


def test_a_line_across_a_hole_leaves_both_sides(row: Cells) -> None:
    ring = tessellation(
        ("U0-001", "U0", at((0, 0), (1000, 0), (1000, 1000), (0, 1000), holes=(HOLE,)), 400.0),
        ("U1-001", "U1", at(*HOLE), 100.0),
    )
    edited = done(ring, SplitByLine(line((-10, 500), (1010, 510)), ("U0-001",)))
    assert edited.added == ("U0-002",)
    assert edited.touched == ("U1-001",)
    assert "ends inside" in refusal(ring, SplitByLine(line((-10, 500), (500, 500)), ("U0-001",)))


def test_islands_stay_with_the_nearest_piece() -> None:
    islands = shapely.MultiPolygon([block(0, 0, 100, 100), block(150, 0, 160, 10)])
    cells = tessellation(("U0-001", "U0", islands, 400.0))
    edited = done(cells, SplitByLine(line((50, -10), (50, 110))))
    assert sorted(edited.cells.area) == [5000, 5100]
    assert shapely.get_num_geometries(shape(edited.cells, "U0-001")) == 2
    cut_island = done(cells, SplitByLine(line((155, -10), (155, 20))))
    assert sorted(cut_island.cells.area) == [50, 10050]


@pytest.mark.parametrize(
    ("drawn", "why"),
    [
        (line((100, 0), (100, 100)), "runs along its border"),
        (line((100.003, -1), (99.998, 100.004)), "runs along its border"),
        (line((-10, 50), (50, 50)), "ends inside cell U0-001"),
        (line((-50, 50), (50, -50)), "only touches cell U0-001"),
        (line((99.3, -0.2), (100.2, 0.7)), "less than 1 m²"),
        (line((900, 900), (950, 950)), "meets no cell"),
        (line((5, 5), (5, 5)), "two points or more"),
    ],
)
def test_a_line_that_splits_nothing_is_refused(row: Cells, drawn: shapely.LineString, why: str) -> None:
    assert why in refusal(row, SplitByLine(drawn))


def test_each_chosen_cell_must_be_crossed(row: Cells) -> None:
    across = line((-10, 25), (110, 25))
    assert "does not meet cell U0-003" in refusal(row, SplitByLine(across, ("U0-001", "U0-003")))
    assert "ends inside cell U0-002" in refusal(row, SplitByLine(across, ("U0-001", "U0-002")))
    assert "no cell U9-001" in refusal(row, SplitByLine(across, ("U9-001",)))


def test_merged_cells_keep_the_code_of_the_larger(row: Cells) -> None:
    edited = done(row, MergeCells(("U0-003", "U0-002")))
    assert edited.removed == ("U0-003",)
    assert edited.changed == ("U0-002",)
    assert edited.touched == ()
    assert edited.households_moved == 200
    assert loads(edited.cells) == {"U0-001": 400, "U0-002": 500, "U1-001": 100}


def test_cells_that_cannot_be_one_are_not_merged(row: Cells) -> None:
    assert "do not meet along borders" in refusal(row, MergeCells(("U0-001", "U0-003")))
    assert "different villages" in refusal(row, MergeCells(("U0-001", "U1-001")))
    assert "two or more" in refusal(row, MergeCells(("U0-001", "U0-001")))


def test_an_island_may_be_merged_with_any_cell_of_its_unit() -> None:
    cells = tessellation(
        ("U0-001", "U0", block(0, 0, 100, 100), 400.0), ("U0-002", "U0", block(200, 0, 210, 10), 20.0)
    )
    edited = done(cells, MergeCells(("U0-001", "U0-002")), units=units_of(shapely.union_all(cells.geometry)))
    assert edited.removed == ("U0-002",)


def test_a_redrawn_cell_takes_from_one_neighbour_and_gives_to_another(row: Cells) -> None:
    edited = done(row, Redraw("U0-002", at((120, 0), (230, 0), (230, 100), (120, 100))))
    assert edited.changed == ("U0-001", "U0-002", "U0-003")
    assert edited.touched == ("U1-001",)
    assert loads(edited.cells) == {"U0-001": 460, "U0-002": 300, "U0-003": 140, "U1-001": 100}
    assert edited.households_moved == 120
    assert edited.notes == ()


def test_lost_area_goes_to_the_neighbour_with_the_longest_border(row: Cells) -> None:
    corner = done(row, Redraw("U0-002", at((100, 0), (200, 0), (200, 90), (150, 90), (150, 100), (100, 100))))
    assert corner.changed == ("U0-002", "U0-003")
    strip = at((100, 0), (190, 0), (190, 20), (200, 20), (200, 90), (100, 90))
    assert "no other cell" not in str(done(row, Redraw("U0-002", strip)).notes)


def test_a_redrawn_cell_never_leaves_its_unit(row: Cells) -> None:
    edited = done(row, Redraw("U0-001", at((-20, 0), (120, 0), (120, 130), (-20, 130))))
    assert shapely.area(shape(edited.cells, "U1-001")) == shapely.area(shape(row, "U1-001"))
    assert edited.changed == ("U0-001", "U0-002")
    assert "6200 m² of the new outline of cell U0-001 lie outside U0" in str(edited.notes[0]).replace(",", "")


@pytest.mark.parametrize(
    ("code", "outline", "why"),
    [
        ("U0-001", block(0, 0, 100, 100), "nothing changes"),
        ("U0-001", at((0, 0.004), (100.003, 0), (100, 99.997), (-0.004, 100)), "nothing changes"),
        ("U0-001", at((0, 0), (100, 100), (100, 0), (0, 100)), "crosses itself"),
        ("U0-001", shapely.Polygon(), "crosses itself"),
        ("U0-001", block(200, 0, 300, 100), "nothing in common"),
        ("U0-002", block(100, 0, 300, 100), "whole of cell U0-003"),
        (
            "U0-001",
            at((0, 0), (100, 0), (100, 40), (200, 40), (200, 60), (100, 60), (100, 100), (0, 100)),
            "two parts",
        ),
        ("U1-001", block(0, 100, 300, 150), "no other cell"),
    ],
)
def test_an_outline_that_cannot_be_is_refused(
    row: Cells, code: str, outline: shapely.Polygon, why: str
) -> None:
    assert why in refusal(row, Redraw(code, outline))


def test_a_part_is_given_to_a_neighbour(row: Cells) -> None:
    edited = done(row, Transfer("U0-002", "U0-003", block(180, -20, 260, 120)))
    assert loads(edited.cells) == {"U0-001": 400, "U0-002": 240, "U0-003": 260, "U1-001": 100}
    assert edited.households_moved == 60
    assert "lie outside cells U0-002, U0-003" in str(edited.notes[0])


def test_buildings_are_given_with_the_ground_nearest_to_them(row: Cells) -> None:
    xy = np.array(
        [[X + 110, Y + 50], [X + 150, Y + 50], [X + 190, Y + 50], [X + 50, Y + 50], [X + 250, Y + 50]]
    )
    points = (np.vstack([xy, [X + 150, Y + 150]]), np.array([100.0, 100.0, 100.0, 400.0, 200.0, 100.0]))
    edited = done(row, Transfer("U0-002", "U0-003", shapely.Point(xy[2])), points=points)
    assert shapely.area(shape(edited.cells, "U0-003")) == pytest.approx(13000)
    assert loads(edited.cells) == {"U0-001": 400, "U0-002": 200, "U0-003": 300, "U1-001": 100}
    middle = Transfer("U0-002", "U0-003", shapely.Point(xy[1]))
    assert "Cell U0-002 would be left in two parts" in refusal(row, middle, points=points)
    assert "whole of cell U0-002" in refusal(
        row, Transfer("U0-002", "U0-003", shapely.MultiPoint(xy[:3])), points=points
    )
    assert "not in cell U0-002" in refusal(
        row, Transfer("U0-002", "U0-003", shapely.Point(xy[3])), points=points
    )
    assert "places are known" in refusal(row, middle)


@pytest.mark.parametrize(
    ("source", "target", "area", "why"),
    [
        ("U0-001", "U0-003", block(0, 0, 20, 100), "does not meet cell U0-003"),
        ("U0-002", "U0-003", block(140, 40, 160, 60), "does not meet cell U0-003"),
        ("U0-002", "U0-003", block(180, 0, 200, 99) | block(100, 0, 110, 9), "does not meet"),
        ("U0-002", "U1-001", block(140, 50, 160, 100), "different villages"),
        ("U0-002", "U0-002", block(140, 50, 160, 100), "two different cells"),
        ("U0-002", "U0-003", block(100, 0, 200, 100), "whole of cell U0-002"),
        ("U0-002", "U0-003", block(250, 0, 260, 100), "does not lie in cell U0-002"),
        ("U0-002", "U0-003", block(199.5, 0, 200, 1), "smaller than 1 m²"),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_given_is_refused(
    row: Cells, source: str, target: str, area: shapely.Polygon, why: str
) -> None:
    assert why in refusal(row, Transfer(source, target, area))


def test_what_would_cut_the_giver_in_two_is_refused() -> None:
    cells = tessellation(
        ("U0-001", "U0", at((0, 0), (300, 0), (300, 50), (0, 50)), 300.0),
        ("U0-002", "U0", at((0, 50), (300, 50), (300, 100), (0, 100)), 300.0),
    )
    assert "Cell U0-001 would be left in two parts" in refusal(
        cells, Transfer("U0-001", "U0-002", block(100, 0, 200, 50))
    )


@pytest.mark.parametrize(
    "command",
    [
        SplitByLine(line((150, -10), (150, 110)), ("U0-002",)),
        MergeCells(("U0-001", "U0-002")),
        Redraw("U0-001", block(0, 0, 120, 100)),
        Redraw("U0-001", block(0, 0, 80, 100)),
        Transfer("U0-002", "U0-003", block(180, 0, 200, 100)),
        Transfer("U0-001", "U0-002", block(80, 0, 100, 100)),
    ],
)
def test_locked_cells_never_change(row: Cells, command: Command) -> None:
    assert "Cell U0-002 is locked" in refusal(row, command, locked=frozenset({"U0-002"}))


def test_cells_that_do_not_meet_are_to_be_repaired_first() -> None:
    loose = tessellation(
        ("U0-001", "U0", block(0, 0, 100, 100), 400.0), ("U0-002", "U0", block(99, 0, 200, 100), 300.0)
    )
    assert "Repair the boundaries first" in refusal(
        loose, SplitByLine(line((-10, 50), (110, 50)), ("U0-001",))
    )


def test_whole_numbers_of_households_stay_whole(row: Cells) -> None:
    whole = Cells(row.assign(households=[401, 300, 200, 100]))
    edited = done(whole, SplitByLine(line((-10, 33), (110, 33)), ("U0-001",)))
    assert edited.cells["households"].dtype == whole["households"].dtype
    assert loads(edited.cells)["U0-001"] + loads(edited.cells)["U0-004"] == 401


def test_an_undo_is_refused_once_its_cells_moved_on(row: Cells) -> None:
    first = edit(row, MergeCells(("U0-001", "U0-002")))
    second = edit(first.cells, SplitByLine(line((150, -10), (150, 110))))
    with pytest.raises(InputError, match="Take back the later edits first"):
        undone(second.cells, first.undo)
    elsewhere = edit(first.cells, SplitByLine(line((250, -10), (250, 90), (310, 90)), ("U0-003",)))
    taken_back = undone(elsewhere.cells, first.undo)
    assert taken_back["code"].tolist() == ["U0-001", "U0-002", "U0-003", "U0-004", "U1-001"]


def test_a_unit_of_another_coordinate_system_is_refused(row: Cells) -> None:
    units = units_of(block(0, 0, 300, 100)).to_crs("EPSG:4549")
    assert "one projected coordinate system" in refusal(row, MergeCells(("U0-001", "U0-002")), units=units)
