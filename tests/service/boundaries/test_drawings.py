"""Drawings placed and traced: in memory and on disk alike, only what was chosen, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from gridmap.errors import InputError
from gridmap.geo.systems.datum import Datum, from_wgs84
from gridmap.geo.systems.placement import Placement
from gridmap.geo.systems.region import Region
from gridmap.names import WGS84
from gridmap.read.vectors.columns import ColumnChoice
from gridmap.read.vectors.drawings import inspect_drawing
from gridmap.read.vectors.lines import read_drawn_cells
from gridmap.service.boundaries.drawing_place import (
    KnownPoint,
    checked,
    on_wgs84,
    place_by_points,
    systems_of_drawing,
)
from gridmap.service.boundaries.drawings import Codeless, DrawingRequest, trace_drawing, traced_areas
from gridmap.service.boundaries.preview import Boundaries, preview
from tests.service.drawn_plans import ARROW, METRES, NAMES, ON_GROUND, OUTLINES, PEOPLE, PHONE, draw_plan

CRS = "EPSG:4548"
MILLIMETRES = 4


def request(source: Path, **choice: object) -> DrawingRequest:
    given: dict[str, object] = {"labels": (NAMES,), "crs": CRS} | choice
    return DrawingRequest(source=source, out=source.with_suffix(".gpkg"), outlines=(OUTLINES,), **given)  # type: ignore[arg-type] # chosen by each test


def test_areas_in_memory_are_those_that_are_written(tmp_path: Path) -> None:
    source = draw_plan(tmp_path / "plan.dxf")
    found = traced_areas(request(source))
    kept = tmp_path / "kept.gpkg"
    kept.write_bytes(found.content)
    trace_drawing(request(source))
    written = gpd.read_file(source.with_suffix(".gpkg"), layer="drawn")
    again = gpd.read_file(kept)
    assert pyogrio.list_layers(kept)[:, 0].tolist() == ["drawn"]
    assert again.drop(columns="geometry").equals(written.drop(columns="geometry"))
    assert again.geometry.geom_equals_exact(written.geometry, 0).all()
    assert found.areas["name"].tolist() == written["name"].tolist()
    assert (found.report.areas, found.report.labelled, found.report.coded, found.report.named) == (6, 6, 5, 6)


def test_only_chosen_layers_leave_the_drawing(tmp_path: Path) -> None:
    source = draw_plan(tmp_path / "plan.dxf")
    assert PHONE.encode() not in traced_areas(request(source)).content
    assert PHONE.encode() in traced_areas(request(source, labels=(PEOPLE,))).content


def test_labels_in_no_area_and_loose_ends_are_told_by_their_place(tmp_path: Path) -> None:
    source = draw_plan(tmp_path / "plan.dxf")
    assert len(traced_areas(request(source)).amiss) == 1, "the legend"
    apart = traced_areas(request(source, close_m=0.0))
    assert (apart.report.areas, apart.report.lost_labels) == (1, 1)
    assert len(apart.amiss) == 1 + 2 * apart.report.loose
    assert apart.amiss.crs == WGS84
    assert apart.areas.total_bounds.tolist() == pytest.approx(
        traced_areas(request(source)).areas.total_bounds.tolist(), abs=1e-9
    )


def test_what_readers_make_of_the_areas(tmp_path: Path) -> None:
    source = draw_plan(tmp_path / "plan.dxf")
    path = tmp_path / "areas.gpkg"
    path.write_bytes(traced_areas(request(source)).content)
    assert len(read_drawn_cells(path).shapes) == 6
    with pytest.raises(InputError, match="1 row has no code"):
        preview(Boundaries(path))
    found = preview(Boundaries(path, columns=ColumnChoice(code="labels")))
    assert (found.layer, found.units) == ("drawn", 6)


def test_several_codes_in_one_area_are_told_and_none_is_taken(tmp_path: Path) -> None:
    source = draw_plan(tmp_path / "plan.dxf", columns=2, rows=1, gap=300.0)
    report = traced_areas(request(source)).report
    assert (report.areas, report.coded, report.several_codes) == (1, 1, 0)
    source = draw_plan(tmp_path / "other.dxf", columns=3, rows=1, gap=300.0)
    report = traced_areas(request(source)).report
    assert (report.areas, report.coded, report.several_codes) == (1, 0, 1)
    assert report.to_json()["several_codes"] == 1


@pytest.mark.parametrize(
    ("codeless", "code"),
    [(Codeless.LEAVE, ""), (Codeless.NAME, "东关第1网格"), (Codeless.NUMBER, "D4")],
)
def test_what_becomes_of_an_area_without_a_code(tmp_path: Path, codeless: Codeless, code: str) -> None:
    found = traced_areas(request(draw_plan(tmp_path / "plan.dxf"), codeless=codeless))
    codes = dict(zip(found.areas["name"], found.areas["code"], strict=True))
    assert codes.pop("东关第1网格") == code
    assert all(one.startswith("990101001") for one in codes.values()), "what a label says stays"
    assert found.report.coded == 5, "only labels are counted"


@pytest.mark.parametrize(("side", "warned"), [(2_000.0, False), (2_100.0, True)])
def test_much_land_is_warned_of_first(tmp_path: Path, side: float, warned: bool) -> None:
    report = traced_areas(request(draw_plan(tmp_path / "plan.dxf", side=side))).report
    assert (report.restricted is not None) is warned
    assert (report.restricted is report.notes[0]) is warned


def test_suggested_systems_go_by_the_chosen_layers_and_by_what_is_known(tmp_path: Path) -> None:
    drawing = inspect_drawing(draw_plan(tmp_path / "plan.dxf"))
    anywhere = [one.crs for one in systems_of_drawing(drawing, [OUTLINES])]
    assert CRS in anywhere
    county = Region.of(gpd.GeoSeries([shapely.box(116.44, 37.94, 116.57, 38.04)], crs=WGS84))
    known = systems_of_drawing(drawing, [OUTLINES], reference=county)
    assert known[0].crs == CRS
    assert "100 % of it inside the known region" in str(known[0].why)
    assert systems_of_drawing(drawing, ["no such layer"]) == []
    assert systems_of_drawing(drawing, [ARROW], reference=county)[0].crs == CRS


def test_a_wrong_unit_fits_no_system(tmp_path: Path) -> None:
    drawing = inspect_drawing(draw_plan(tmp_path / "plan.dxf", unit=MILLIMETRES))
    assert systems_of_drawing(drawing, [OUTLINES]) == []
    assert CRS in [one.crs for one in systems_of_drawing(drawing, [OUTLINES], unit_m=1.0)]
    assert CRS in [
        one.crs
        for one in systems_of_drawing(
            inspect_drawing(draw_plan(tmp_path / "m.dxf", unit=METRES)), [OUTLINES], unit_m=None
        )
    ]


def corners(turned: Placement, *drawn: tuple[float, float]) -> list[KnownPoint]:
    """Points of a plan with where they are, told by their place in EPSG:4548."""
    x, y = ON_GROUND.points(np.array(drawn, dtype=np.float64)).T
    ground = shapely.get_coordinates(gpd.GeoSeries.from_xy(x, y, crs=CRS).to_crs(WGS84).to_numpy())
    sheet = turned.points(np.array(drawn, dtype=np.float64))
    return [KnownPoint(*map(float, row)) for row in np.hstack([sheet, ground])]


def test_known_points_bring_a_turned_sheet_to_the_same_place(tmp_path: Path) -> None:
    turned = Placement(1000.0, 0.6, (7.0, 9.0))  # a sheet in millimetres
    points = corners(turned, (0, 0), (1500, 0), (1500, 1000))
    placement, _ = place_by_points(points)
    assert placement.scale == pytest.approx(0.001, rel=1e-3)
    assert max(placement.residuals) < 0.01
    source = draw_plan(tmp_path / "sheet.dxf", turned)
    drawn = traced_areas(request(source, crs=None, points=tuple(points)))
    direct = traced_areas(request(draw_plan(tmp_path / "plan.dxf")))
    assert drawn.areas["code"].tolist() == direct.areas["code"].tolist()
    assert drawn.areas.total_bounds.tolist() == pytest.approx(direct.areas.total_bounds.tolist(), abs=1e-6)


@pytest.mark.parametrize("datum", list(Datum))
def test_points_of_a_chinese_web_map_lead_to_the_same_place(datum: Datum) -> None:
    true = corners(ON_GROUND, (0, 0), (1500, 1000))
    lon, lat = from_wgs84(datum, np.array([one.lon for one in true]), np.array([one.lat for one in true]))
    read = [replace(one, lon=float(x), lat=float(y)) for one, x, y in zip(true, lon, lat, strict=True)]
    for found, one in zip(on_wgs84(read, datum), true, strict=True):
        assert (found.lon, found.lat) == pytest.approx((one.lon, one.lat), abs=1e-6)
    assert on_wgs84((), datum) == ()


@pytest.mark.parametrize("points", [(), (KnownPoint(0, 0, 117, 38),), (KnownPoint(0, 0, 117, 38),) * 2])
def test_too_few_points_are_refused(points: tuple[KnownPoint, ...]) -> None:
    with pytest.raises(InputError, match=r"two points or more|lie on one spot"):
        place_by_points(points)


@pytest.mark.parametrize(
    "point", [KnownPoint(0, 0, 38, 117), KnownPoint(float("nan"), 0, 117, 38), KnownPoint(0, 0, 181, 0)]
)
def test_a_point_that_is_nowhere_is_refused(point: KnownPoint) -> None:
    with pytest.raises(InputError, match="Point 1: longitude and latitude are degrees"):
        checked(point, "Point 1")
