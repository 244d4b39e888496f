"""Input that no planner means to give: every method makes a sensible, exact tessellation of it, and tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from gridmap.errors import InputError
from gridmap.geo.coverage.quality import AREA_TOLERANCE, check
from gridmap.geo.frames import Cells, Points, Units
from gridmap.split.again.relieve import relieve
from gridmap.split.again.resplit import resplit
from gridmap.split.again.unit_scene import Previous
from gridmap.split.cut.findings import FindingKind
from gridmap.split.cut.units import Split, split_units
from gridmap.split.edit.edit import Command, MergeCells, Redraw, SplitByLine, Transfer, edit, undone
from gridmap.split.material import NO_MATERIAL, Material
from gridmap.split.rule import Method, SplitRule
from gridmap.split.straight.tree import from_json
from tests.split.drawn_land import CRS, RING, X, Y, block, buildings, points_of, units_of

SQUARE = block(0, 0, 1000, 1000)
BESIDE = block(1000, 0, 2000, 1000)
ISLANDS = shapely.MultiPolygon(
    [block(150 * (n % 8), 150 * (n // 8), 150 * (n % 8) + 100, 150 * (n // 8) + 100) for n in range(40)]
)
SIEVE = shapely.difference(
    SQUARE,
    shapely.union_all(
        [block(x, y, x + 90, y + 120) for x in range(60, 900, 160) for y in range(50, 880, 170)]
    ),
)
STRIP = block(0, 1000, 1000, 1000.5)
"""Half a metre wide."""
NEEDLE = shapely.Polygon([(X, Y + 1000), (X + 1000, Y + 1000), (X + 1000, Y + 1000.4)])


@dataclass(frozen=True)
class Land:
    """Units and points; `outside` is how many of the points lie in no unit."""

    units: Units
    points: Points
    outside: int = 0

    @property
    def load(self) -> float:
        return float(self.inside["weight"].sum())

    @property
    def inside(self) -> Points:
        land = shapely.union_all(self.units.geometry.to_numpy())
        return Points(self.points[shapely.intersects(land, self.points.geometry.to_numpy())])


def _weighted(points: Points, weight: int) -> Points:
    return Points(points.assign(weight=float(weight)))


def _spot(x: float, y: float, weights: list[int]) -> Points:
    return points_of(np.full((len(weights), 2), [X + x, Y + y]), np.array(weights))


def _with(points: Points, more: Points) -> Points:
    return Points(gpd.GeoDataFrame(pd.concat([points, more], ignore_index=True), crs=CRS))


def _moved(points: Points, metres: float) -> Points:
    return Points(points.set_geometry(points.geometry.translate(metres, 0)))


def _on(shapes: list[shapely.Geometry], households: int = 60) -> Land:
    return Land(units_of(*shapes), buildings(shapes, households, 7))


LANDS: dict[str, Callable[[], Land]] = {
    "zero households": lambda: Land(units_of(SQUARE), _weighted(buildings([SQUARE], 60, 1), 0)),
    "zero households beside many": lambda: Land(
        units_of(SQUARE, BESIDE),
        _with(_weighted(buildings([SQUARE], 60, 1), 0), buildings([BESIDE], 60, 2)),
    ),
    "fewer than a cell needs": lambda: Land(units_of(SQUARE), _weighted(buildings([SQUARE], 60, 1), 2)),
    "no point at all in a unit": lambda: Land(units_of(SQUARE, BESIDE), buildings([BESIDE], 60, 2)),
    "one building of 2,000": lambda: Land(units_of(SQUARE), _spot(420, 310, [2000])),
    "one building of 2,000 among others": lambda: Land(
        units_of(SQUARE), _with(_spot(420, 310, [2000]), buildings([SQUARE], 60, 3))
    ),
    "all on one spot": lambda: Land(units_of(SQUARE), _spot(420, 310, [10] * 200)),
    "all on a corner of the border": lambda: Land(units_of(SQUARE, BESIDE), _spot(1000, 1000, [10] * 200)),
    "all on one straight line": lambda: Land(
        units_of(SQUARE),
        points_of(np.column_stack([np.linspace(X + 10, X + 990, 99), np.full(99, Y + 500)]), np.full(99, 20)),
    ),
    "some outside": lambda: Land(
        units_of(SQUARE), _with(buildings([SQUARE], 60, 4), _moved(buildings([SQUARE], 30, 5), 5000)), 30
    ),
    "all outside": lambda: Land(units_of(SQUARE), _moved(buildings([SQUARE], 30, 5), 5000), 30),
    "forty islands": lambda: _on([ISLANDS], 200),
    "forty islands, load on one": lambda: Land(units_of(ISLANDS), _spot(50, 50, [10] * 200)),
    "a hole": lambda: _on([RING]),
    "thirty holes": lambda: _on([SIEVE], 100),
    "half a metre wide": lambda: _on([STRIP]),
    "half a metre wide, beside another": lambda: _on([SQUARE, STRIP]),
    "a needle": lambda: _on([SQUARE, NEEDLE]),
}


def _streets() -> gpd.GeoSeries:
    steps = range(-100, 2300, 170)
    lines = [shapely.LineString([(X + x, Y - 200), (X + x + 30, Y + 1200)]) for x in steps]
    lines += [shapely.LineString([(X - 200, Y + y), (X + 2200, Y + y + 20)]) for y in steps]
    return gpd.GeoSeries(lines, crs=CRS)


def _plots() -> gpd.GeoSeries:
    """Areas that overlap, leave gaps, and lie askew of every border."""
    plots = [
        shapely.affinity.rotate(block(x, y, x + 260, y + 230), 7)
        for x in range(-130, 2200, 250)
        for y in range(-130, 1200, 245)
    ]
    return gpd.GeoSeries(plots, index=[f"P{number}" for number in range(len(plots))], crs=CRS)


def _far(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    return shapes.translate(50_000, 50_000)


def _labels(points: Points) -> pd.Series[str]:
    places = (shapely.get_coordinates(points.geometry.to_numpy()) - [X, Y]) // 400
    labels = [f"{x:.0f}/{y:.0f}" for x, y in places]
    return pd.Series(["" if number % 9 == 0 else label for number, label in enumerate(labels)])


@dataclass(frozen=True)
class Way:
    """A method and what it follows."""

    method: Method
    material: Callable[[Points], Material] = lambda _: NO_MATERIAL


WAYS: dict[str, Way] = {
    "bisect": Way(Method.BISECT),
    "bisect along lines": Way(Method.BISECT, lambda _: Material(lines=_streets())),
    "bisect along lines that touch nothing": Way(Method.BISECT, lambda _: Material(lines=_far(_streets()))),
    "blocks between lines": Way(Method.BLOCKS, lambda _: Material(lines=_streets())),
    "blocks between lines that touch nothing": Way(Method.BLOCKS, lambda _: Material(lines=_far(_streets()))),
    "blocks": Way(Method.BLOCKS, lambda _: Material(blocks=_plots())),
    "blocks that touch nothing": Way(Method.BLOCKS, lambda _: Material(blocks=_far(_plots()))),
    "table": Way(Method.TABLE, lambda points: Material(labels=_labels(points))),
    "table that names nothing": Way(
        Method.TABLE, lambda points: Material(labels=pd.Series([""] * len(points)))
    ),
    "adopt": Way(Method.ADOPT, lambda _: Material(drawn=_plots())),
    "adopt what touches nothing": Way(Method.ADOPT, lambda _: Material(drawn=_far(_plots()))),
    "square": Way(Method.SQUARE),
    "hex": Way(Method.HEX),
    "h3": Way(Method.H3),
}


@cache
def land_of(name: str) -> Land:
    return LANDS[name]()


def split(land: Land, way: Way) -> Split:
    rule = SplitRule(method=way.method)
    return split_units(land.units, land.points, rule, material=way.material(land.points))


def assert_exact(made: Split, land: Land) -> None:
    """An exact coverage of the units that loses no household; cells in several parts are told of."""
    quality = check(made.cells, land.units, land.inside if len(land.inside) else None)
    assert quality.valid_coverage
    assert quality.invalid_edges == 0
    assert quality.worst_unit_m2 <= AREA_TOLERANCE
    assert quality.empty == 0
    assert not quality.points_without_cell
    told = (made.findings["kind"] == FindingKind.SCATTERED).sum()
    assert quality.multipart <= told
    assert made.cells["households"].sum() == pytest.approx(land.load)
    assert made.points_outside == land.outside


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("land", LANDS)
def test_every_method_makes_an_exact_tessellation(land: str, way: str) -> None:
    made = split(land_of(land), WAYS[way])
    assert_exact(made, land_of(land))


AREAS: dict[str, tuple[list[shapely.Geometry], list[float]]] = {
    "zero households": ([SQUARE, BESIDE], [0, 900]),
    "fewer than a cell needs": ([SQUARE], [120]),
    "2,000 in less than a metre": ([STRIP], [2000]),
    "nine islands": ([shapely.MultiPolygon(list(ISLANDS.geoms)[:9])], [900]),
    "thirty holes": ([SIEVE], [2000]),
    "a needle": ([SQUARE, NEEDLE], [1200, 1200]),
}
AREA_WAYS = [way for way in WAYS if "table" not in way and "nothing" not in way]


@pytest.mark.parametrize("way", AREA_WAYS)
@pytest.mark.parametrize("area", AREAS)
def test_households_of_units_alone(area: str, way: str) -> None:
    shapes, households = AREAS[area]
    units = units_of(*shapes, households=households)
    made = split_units(
        units, None, SplitRule(method=WAYS[way].method), material=WAYS[way].material(_spot(0, 0, [1]))
    )
    quality = check(made.cells, units, weight="households")
    assert quality.passed
    assert made.cells["households"].sum() == pytest.approx(sum(households))


def cuts_of(land: str, way: str = "bisect") -> tuple[Split, pd.DataFrame]:
    made = split(land_of(land), WAYS[way])
    return made, made.cuts.set_index("code")


@pytest.mark.parametrize("way", ["bisect", "bisect along lines", "blocks between lines", "blocks"])
class TestSensible:
    """What comes of bad input, beside being exact, where loads decide about the cells."""

    @pytest.mark.parametrize("land", ["zero households", "fewer than a cell needs", "all outside"])
    def test_too_little_is_one_cell_and_infeasible(self, land: str, way: str) -> None:
        made, cuts = cuts_of(land, way)
        assert made.cells["code"].tolist() == ["U0-001"]
        assert not cuts["feasible"]["U0"]
        assert not made.cells["feasible"].any()

    @pytest.mark.parametrize("land", ["no point at all in a unit", "zero households beside many"])
    def test_the_neighbour_of_an_empty_unit_is_cut_as_usual(self, land: str, way: str) -> None:
        _, cuts = cuts_of(land, way)
        assert cuts["cells"]["U0"] == 1
        assert cuts["cells"]["U1"] > 2
        assert cuts["feasible"].tolist() == [False, True]

    @pytest.mark.parametrize("land", ["one building of 2,000", "all on one spot"])
    def test_one_place_is_in_one_cell(self, land: str, way: str) -> None:
        made, _ = cuts_of(land, way)
        assert sorted(made.cells["households"])[-1] == 2000
        assert (made.cells["households"] > 0).sum() == 1

    def test_a_tower_leaves_the_others_to_the_other_cells(self, way: str) -> None:
        made, _ = cuts_of("one building of 2,000 among others", way)
        assert (made.cells["households"] >= 2000).sum() == 1
        assert len(made.cells) > 3

    @pytest.mark.parametrize("land", ["some outside", "all outside"])
    def test_points_outside_are_counted(self, land: str, way: str) -> None:
        assert cuts_of(land, way)[0].points_outside == 30

    def test_islands_go_with_the_land_that_has_cells(self, way: str) -> None:
        made, _ = cuts_of("forty islands", way)
        assert len(made.cells) < 40 <= int(shapely.get_num_geometries(made.cells.geometry.to_numpy()).sum())
        assert made.cells["households"].between(100, 800).all()

    def test_less_than_a_metre_is_cut_across(self, way: str) -> None:
        made, cuts = cuts_of("half a metre wide", way)
        assert cuts["cells"]["U0"] == len(made.cells) > 2
        assert made.cells["households"].between(200, 600).all()


@pytest.mark.parametrize(
    ("way", "like"),
    [
        ("bisect along lines that touch nothing", "bisect"),
        ("blocks between lines that touch nothing", "blocks that touch nothing"),
    ],
)
@pytest.mark.parametrize("land", ["some outside", "a hole", "one building of 2,000 among others"])
def test_lines_that_touch_nothing_change_nothing(land: str, way: str, like: str) -> None:
    one, other = (split(land_of(land), WAYS[name]).cells for name in (way, like))
    assert one["code"].tolist() == other["code"].tolist()
    assert all(a.equals_exact(b, 0) for a, b in zip(one.geometry, other.geometry, strict=True))


@pytest.mark.parametrize("land", LANDS)
def test_lists_and_drawings_that_touch_nothing_are_told(land: str) -> None:
    there = land_of(land)
    table = split(there, WAYS["table that names nothing"])
    assert len(table.cells) == len(there.units)
    unlisted = table.findings[table.findings["kind"] == FindingKind.UNLISTED]
    assert unlisted["places"].sum() == len(there.points) - there.outside
    adopted = split(there, WAYS["adopt what touches nothing"])
    assert len(adopted.cells) == len(there.units)
    kinds = adopted.findings["kind"].value_counts()
    assert kinds[FindingKind.UNDRAWN] == len(there.units)
    assert kinds[FindingKind.LOST] == len(_plots())


LATER = (
    "zero households beside many",
    "one building of 2,000 among others",
    "all on one spot",
    "some outside",
    "forty islands",
    "thirty holes",
    "half a metre wide, beside another",
    "a needle",
)
"""Those that are changed later on, too."""


def assert_kept_exact(cells: Cells, land: Land, *, listed: bool = False) -> None:
    """Still an exact coverage that holds every household; `listed` cells may lie in several parts."""
    quality = check(cells, land.units, land.inside if len(land.inside) else None)
    assert quality.passed or (listed and replace(quality, multipart=0).passed), quality
    assert cells["households"].sum() == pytest.approx(land.load)


def _previous(made: Split) -> Previous:
    trees = zip(made.cuts["code"], made.cuts["tree"], strict=True)
    return Previous(made.cells, {code: from_json(text) for code, text in trees if text})


def _grown(land: Land) -> Land:
    """Later: a dense new estate in a corner, and another outside every unit."""
    estate = buildings([block(0, 0, 300, 300)], 40, 11)
    here = shapely.intersects(shapely.union_all(land.units.geometry.to_numpy()), estate.geometry.to_numpy())
    points = _with(land.points, estate)
    return Land(land.units, points, land.outside + int((~here).sum()))


RESPLIT = ("bisect", "bisect along lines", "blocks between lines", "table", "square")


@pytest.mark.parametrize("way", RESPLIT)
@pytest.mark.parametrize("land", LATER)
def test_splitting_again_keeps_what_it_can(land: str, way: str) -> None:
    there = land_of(land)
    before = _previous(split(there, WAYS[way]))
    rule = SplitRule(method=WAYS[way].method)
    later = _grown(there)
    again = resplit(later.units, later.points, rule, before, material=WAYS[way].material(later.points))
    told = {finding.kind for finding in again.findings}
    assert_kept_exact(again.cells, later, listed=FindingKind.SCATTERED in told)


@pytest.mark.parametrize("land", LATER)
def test_nothing_changes_where_nothing_changed(land: str) -> None:
    there = land_of(land)
    made = split(there, WAYS["bisect"])
    again = resplit(there.units, there.points, SplitRule(), _previous(made))
    assert again.cells["code"].tolist() == made.cells["code"].tolist()
    assert sum(change.moved for change in again.changes) == 0


@pytest.mark.parametrize("way", ["bisect", "adopt"])
@pytest.mark.parametrize("land", LATER)
def test_relief_keeps_the_tessellation_exact(land: str, way: str) -> None:
    there = land_of(land)
    before = _previous(split(there, WAYS[way]))
    for later in (there, _grown(there)):
        relieved = relieve(later.units, later.points, SplitRule(), before)
        assert_kept_exact(relieved.cells, later)


def _line(land: Land) -> shapely.LineString:
    west, south, east, north = land.units.total_bounds
    return shapely.LineString(
        [(west - 50, south + 0.4 * (north - south)), (east + 50, north - 0.3 * (north - south))]
    )


def _commands(cells: Cells, land: Land) -> list[Command]:
    """One of each kind, about the first cell and its nearest neighbour."""
    shapes = cells.geometry.to_numpy()
    first, code = shapes[0], str(cells["code"].iloc[0])
    other = int(shapely.distance(shapes[1:], first).argmin()) + 1 if len(cells) > 1 else 0
    mate = str(cells["code"].iloc[other])
    bite = shapely.buffer(shapely.shortest_line(first, shapes[other]).centroid, 40)
    inside = land.inside.geometry.to_numpy()
    houses = inside[shapely.intersects(first, inside)][:2]
    commands: list[Command] = [
        SplitByLine(_line(land)),
        SplitByLine(shapely.LineString(shapely.bounds(first).reshape(2, 2)), (code,)),
        MergeCells((code, mate)),
        Redraw(code, shapely.buffer(first, 25)),
        Redraw(code, shapely.buffer(shapely.point_on_surface(first), 30)),
        Transfer(code, mate, bite),
    ]
    if len(houses):
        commands.append(Transfer(code, mate, shapely.multipoints(list(houses))))
    return commands


@pytest.mark.parametrize("way", ["bisect", "adopt", "table"])
@pytest.mark.parametrize("land", LATER)
def test_edits_keep_it_exact_or_are_refused(land: str, way: str) -> None:
    there = land_of(land)
    made = split(there, WAYS[way])
    before = check(made.cells, there.units)
    places = (
        shapely.get_coordinates(there.points.geometry.to_numpy()),
        there.points["weight"].to_numpy(),
    )
    for command in _commands(made.cells, there):
        try:
            done = edit(made.cells, command, units=there.units, points=places)
        except InputError:
            continue  # refused, with a reason; any other error fails the test
        quality = check(done.cells, there.units)
        assert quality.valid_coverage
        assert quality.worst_unit_m2 <= AREA_TOLERANCE
        assert quality.multipart <= before.multipart
        assert done.cells["households"].sum() == pytest.approx(there.load)
        restored = undone(done.cells, done.undo)
        assert_geodataframe_equal(restored, made.cells)
