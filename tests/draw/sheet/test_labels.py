"""Labels stay inside, apart, and in one size."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.draw.sheet.labels import (
    Block,
    Line,
    Occupied,
    Room,
    common_size,
    inner_point,
    place_beside,
    place_inside,
)

SIZES = (20.0, 14.0, 10.0, 7.0, 5.0, 3.0)


def blocks(text: str) -> list[Block]:
    return [Block((Line(text, size, bold=True), Line("河东村", size / 2))) for size in SIZES]


def star(radii: list[float]) -> shapely.Polygon:
    step = 2 * math.pi / len(radii)
    return shapely.Polygon([(r * math.cos(i * step), r * math.sin(i * step)) for i, r in enumerate(radii)])


@given(st.lists(st.floats(2, 40), min_size=3, max_size=12), st.integers(0, 999))
def test_a_label_never_leaves_its_polygon(radii: list[float], number: int) -> None:
    polygon = star(radii)
    placed = place_inside(Room(polygon), blocks(str(number)), Occupied())
    if placed:
        assert polygon.buffer(1e-9).covers(shapely.box(*placed.box))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30))
def test_no_two_labels_overlap(squares: list[tuple[int, int]]) -> None:
    occupied = Occupied()
    rooms = [Room(shapely.box(9 * x, 9 * y, 9 * x + 30, 9 * y + 20)) for x, y in squares]
    placed = [place_inside(room, blocks("12"), occupied) for room in rooms]
    boxes = [shapely.box(*label.box) for label in placed if label]
    for number, box in enumerate(boxes):
        assert all(box.intersection(other).area < 1e-9 for other in boxes[:number])


def test_the_largest_that_fits_is_taken_and_smaller_ones_where_it_does_not() -> None:
    wide = place_inside(Room(shapely.box(0, 0, 60, 40)), blocks("7"), Occupied())
    tight = place_inside(Room(shapely.box(0, 0, 5, 5)), blocks("7"), Occupied())
    assert wide is not None
    assert tight is not None
    assert wide.block.lines[0].size == 20
    assert tight.block.lines[0].size == 7


def test_a_polygon_too_small_stays_without_label() -> None:
    assert place_inside(Room(shapely.box(0, 0, 1, 1)), blocks("7"), Occupied()) is None


def test_a_taken_middle_moves_the_label_aside() -> None:
    occupied = Occupied()
    occupied.take((18, 12, 22, 18))
    placed = place_inside(Room(shapely.box(0, 0, 40, 30)), blocks("7")[2:], occupied)
    assert placed is not None
    assert placed.block.lines[0].size == 10
    assert not shapely.box(*placed.box).intersects(shapely.box(18.1, 12.1, 21.9, 17.9))


def test_the_inner_point_of_a_horseshoe_lies_in_its_bow() -> None:
    horseshoe = shapely.box(0, 0, 30, 30).difference(shapely.box(5, 12, 25, 30))
    x, y = inner_point(horseshoe)
    assert horseshoe.contains(shapely.Point(x, y))
    assert y < 12


def test_a_multipolygon_is_labelled_in_one_of_its_parts() -> None:
    parts = shapely.union_all([shapely.box(0, 0, 30, 30), shapely.box(40, 0, 45, 5)])
    placed = place_inside(Room(parts), blocks("3"), Occupied())
    assert placed is not None
    assert parts.covers(shapely.box(*placed.box))


def test_beside_a_point_the_right_is_tried_first_and_the_plate_is_not_left() -> None:
    block, plate = Block((Line("东门卡口", 6),)), (0.0, 0.0, 100.0, 100.0)
    occupied = Occupied()
    right = place_beside((50, 50), 2, block, plate, occupied)
    left = place_beside((50, 50), 2, block, plate, occupied)
    at_the_edge = place_beside((99, 80), 2, block, plate, occupied)
    assert right is not None
    assert left is not None
    assert at_the_edge is not None
    assert right.x > 50 > left.x
    assert at_the_edge.x < 99


def test_no_room_beside_a_point_is_no_label() -> None:
    occupied = Occupied()
    occupied.take((0, 0, 100, 100))
    assert place_beside((50, 50), 2, Block((Line("东门", 6),)), (0, 0, 100, 100), occupied) is None


def test_labels_of_one_rank_share_the_size_that_most_of_them_can_take() -> None:
    rooms = [Room(shapely.box(40 * x, 0, 40 * x + 35, 30)) for x in range(9)]
    rooms.append(Room(shapely.box(0, 50, 3, 53)))
    occupied = Occupied()

    def block(number: int, size: float) -> Block:
        return Block((Line(str(number), size),))

    assert common_size(rooms, block, SIZES, occupied, share=0.9) == 20
    assert common_size(rooms, block, SIZES, occupied, share=1.0) == 7
    assert place_inside(rooms[0], blocks("1"), occupied) is not None  # the trial took no room


@pytest.mark.parametrize("count", [1000])
def test_a_thousand_rooms_of_their_own_all_get_a_label(count: int) -> None:
    rooms = [Room(shapely.Point(12 * (n % 40), 12 * (n // 40)).buffer(5)) for n in range(count)]
    occupied = Occupied()
    placed = [place_inside(room, blocks("7"), occupied, search=False) for room in rooms]
    assert all(placed)
