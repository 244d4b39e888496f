"""Boundaries & cells: what is found in files as offices have them, and what is asked where it is not sure."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from ezdxf import filemanagement
from streamlit.testing.v1 import AppTest

from gridmap.geo.systems.datum import wgs84_to_gcj02
from gridmap.model.access import Role, User
from gridmap.service.boundaries.new_workspace import new_workspace
from gridmap.service.boundaries.preview import Boundaries
from gridmap.service.boundaries.saving import import_units
from gridmap.service.history.changes import undo_last
from gridmap.service.plan_cache import PlanCache
from gridmap.web import session
from gridmap.web.files.fields import VECTORS
from tests.pages.conftest import RunPage
from tests.read.drawn_files import LEFT, RIGHT, squares, write_gpkg, write_shapefile, zipped
from tests.read.vectors.drawn_formats import (
    NAMES,
    folder,
    kml,
    placemark,
    write_flatgeobuf,
    write_kml,
    write_kmz,
    write_mapinfo,
    write_parquet,
    write_topojson,
)

PAGE = "boundaries.py"
AT = datetime(2020, 2, 10)
ANN = User("ann", "Ann", Role.PLANNER)
WHICH = "Coordinate system: which of these is it?"
LAYER = "Sheet or layer to bring in"
ORIGIN = "Where do the coordinates come from?"


@pytest.fixture
def empty(tmp_path: Path, run_page: RunPage) -> PlanCache:
    """An empty workspace in the place of the demonstration county."""
    made = new_workspace(tmp_path / "empty.gpkg", title="Empty", at=AT)
    wired = session.services()
    session.wire(session.Services(PlanCache(made), wired.settings, wired.clock))
    return session.services().cache


@pytest.fixture
def known(empty: PlanCache, tmp_path: Path) -> PlanCache:
    """The two squares as units of the workspace."""
    known = squares(code=["A", "B"], name=["Ahof", "Bdorf"], households=[400.0, 800.0])
    source = Boundaries(write_gpkg(tmp_path / "known.gpkg", known))
    import_units(empty.workspace, source, user=ANN, at=AT)
    return empty


def given(app: AppTest, file: Path) -> AppTest:
    """The page with a file in the field of boundaries."""
    origin = [one for one in app.radio if one.key == "boundaries_origin"]
    app = origin[0].set_value("file").run() if origin else app
    content = (file.name, file.read_bytes(), "application/octet-stream")
    app = app.file_uploader[0].set_value(content).run()
    assert not app.exception
    return app


def asks(app: AppTest, label: str) -> bool:
    return any(one.label == label for one in app.radio)


def choose(app: AppTest, label: str, value: str) -> AppTest:
    app = next(one for one in app.radio if one.label == label).set_value(value).run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def offers(app: AppTest, label: str) -> bool:
    return any(button.label == label and not button.disabled for button in app.button)


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.info, app.success, app.warning)
    parts = [element.value for kind in kinds for element in kind]
    return "\n".join([*parts, *(html.proto.body for html in app.get("html"))]).replace("\\", "")


def in_zone(path: Path, *, system: str = "EPSG:4548", encoding: str = "UTF-8", prj: bool = False) -> Path:
    """The squares in a Gauss-Krüger zone, as a shapefile in an archive."""
    frame = squares(code=["A", "B"], 名称=NAMES).to_crs("EPSG:4548").set_crs(system, allow_override=True)
    written = write_shapefile(path.with_suffix(".shp"), frame, encoding=encoding)
    if not prj:
        written.with_suffix(".prj").unlink()
    return zipped(written, path)


def off(cache: PlanCache) -> float:
    """Degrees by which the units of the workspace lie beside the squares."""
    shapes = cache.workspace.load_shapes().units.reindex(["A", "B"])
    return float(shapely.hausdorff_distance(np.asarray(shapes), np.array([LEFT, RIGHT])).max())


def test_a_gbk_shapefile_without_a_system_is_asked_for_it_and_saved(
    run_page: RunPage, empty: PlanCache, tmp_path: Path
) -> None:
    app = given(run_page(PAGE), in_zone(tmp_path / "cun.zip", encoding="GBK"))
    told = said(app)
    assert "GB18030 (by the characters it gives)" in told
    assert "– (not named in the file)" in told
    assert "The file leaves open what is asked here." in told
    assert "Where the first suggestion" in told
    assert not offers(app, "Save the boundaries only")
    app = choose(app, WHICH, "EPSG:4548")
    told = said(app)
    assert [one.label for one in app.expander][1].startswith("The coordinate system is EPSG")
    assert "EPSG:4548 (named by you)" in told
    assert "A 寺门村" in told
    assert "leaves open" not in told
    press(app, "Save the boundaries only")
    assert list(empty.plan().units["name"]) == NAMES
    assert off(empty) < 1e-7


def chosen(app: AppTest, label: str) -> str | None:
    return next(one for one in app.selectbox if one.label == label).value


def test_a_column_without_a_known_title_is_asked_for_and_the_others_are_taken(
    run_page: RunPage, empty: PlanCache, tmp_path: Path
) -> None:
    path = write_gpkg(tmp_path / "dorf.gpkg", squares(nr=["A", "B"], name=NAMES))
    app = given(run_page(PAGE), path)
    assert "no column looks like a code. Choose the one that holds the code of the unit." in said(app)
    assert (chosen(app, "Code of the unit"), chosen(app, "Name of the unit")) == ("", "name")
    app = next(one for one in app.selectbox if one.label == "Code of the unit").set_value("nr").run()
    assert not app.error
    press(app, "Save the boundaries only")
    assert list(empty.plan().units["name"]) == NAMES


def test_columns_of_a_refused_file_are_shown_as_they_are_taken(
    run_page: RunPage, empty: PlanCache, tmp_path: Path
) -> None:
    frame = squares(code=["A", "B"], name=NAMES)
    frame.loc[1, "geometry"] = None
    app = given(run_page(PAGE), write_gpkg(tmp_path / "gap.gpkg", frame))
    assert app.error
    assert (chosen(app, "Code of the unit"), chosen(app, "Name of the unit")) == ("code", "name")


def test_what_was_saved_is_counted_and_told_no_more_once_it_is_undone(
    run_page: RunPage, known: PlanCache, tmp_path: Path
) -> None:
    renamed = squares(code=["A", "B"], name=["Ahof", "Neudorf"], households=[400.0, 800.0])
    app = given(run_page(PAGE, user=ANN), write_gpkg(tmp_path / "new.gpkg", renamed))
    app = press(app, "Save the boundaries only")
    assert "Saved as revision 2. new.gpkg: 0 added, 1 changed, 1 unchanged, 0 refused" in said(app)
    undo_last(known.workspace, user=ANN, at=AT)
    assert "Saved as revision" not in said(app.run())


def test_of_two_likely_encodings_one_must_be_named(
    run_page: RunPage, empty: PlanCache, tmp_path: Path
) -> None:
    written = write_shapefile(
        tmp_path / "c.shp", squares(code=["A", "B"], name=["éééééé", "üüüüüü"]), encoding="CP1252"
    )
    app = given(run_page(PAGE), zipped(written, tmp_path / "c.zip"))
    encodings = next(one for one in app.radio if one.label == "Encoding")
    assert encodings.value is None
    assert not offers(app, "Save the boundaries only")
    app = choose(app, "Encoding", "UTF-8")
    assert "its texts are not in the encoding that is named" in said(app)
    app = choose(app, "Encoding", "Windows-1252")
    assert not app.error
    assert "Windows-1252 (as named)" in said(app)
    assert "B üüüüüü" in said(app)


def test_big5_is_told_by_its_characters_and_may_be_corrected(
    run_page: RunPage, empty: PlanCache, tmp_path: Path
) -> None:
    frame = squares(code=["A", "B"], name=["寺門鎮劉莊村", "陳家營鄉馬樓"])
    written = write_shapefile(tmp_path / "c.shp", frame, encoding="BIG5")
    app = given(run_page(PAGE), zipped(written, tmp_path / "c.zip"))
    assert "Big5 (by the characters it gives)" in said(app)
    assert "A 寺門鎮劉莊村" in said(app)
    assert next(one for one in app.radio if one.label == "Encoding").value == "Big5"


def test_a_prj_that_puts_the_data_into_the_sea(run_page: RunPage, empty: PlanCache, tmp_path: Path) -> None:
    app = given(run_page(PAGE), in_zone(tmp_path / "cun.zip", system="EPSG:4550", prj=True))
    assert "can hardly be right: it puts the data at" in said(app)
    assert "in the sea or outside China" in said(app)
    assert not offers(app, "Save the boundaries only")
    press(choose(app, WHICH, "EPSG:4548"), "Save the boundaries only")
    assert off(empty) < 1e-7


def test_swapped_axes_are_suggested(run_page: RunPage, empty: PlanCache, tmp_path: Path) -> None:
    turned = squares(code=["A", "B"])
    swapped = shapely.transform(turned.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    file = write_gpkg(tmp_path / "t.gpkg", turned.set_geometry(swapped, crs="EPSG:4326"))
    app = given(run_page(PAGE), file)
    assert next(one for one in app.radio if one.label == WHICH).options[0] == "EPSG:4326/swapped"
    press(choose(app, WHICH, "EPSG:4326/swapped"), "Save the boundaries only")
    assert off(empty) < 1e-9


def test_shifted_coordinates_are_told_by_the_units_that_are_here(
    run_page: RunPage, known: PlanCache, tmp_path: Path
) -> None:
    frame = squares(code=["A", "B"], name=["Ahof", "Bdorf"])
    shifted = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1]))
    )
    app = given(run_page(PAGE), write_gpkg(tmp_path / "g.gpkg", frame.set_geometry(shifted, crs="EPSG:4326")))
    origin = next(one for one in app.radio if one.label == ORIGIN)
    assert origin.value == "wgs84"
    assert "Another origin explains the places better" in said(app)
    captions = " ".join(origin.proto.captions).replace("\\", "")
    assert "100.0 % of 2 places lie in their own unit when taken as GCJ-02" in captions
    assert "0 added, 2 changed, 0 unchanged" in said(app)
    app = choose(app, ORIGIN, "gcj02")
    assert "Another origin" not in said(app)
    assert "GCJ-02: Amap" in said(app)
    assert "0 added, 0 changed, 2 unchanged" in said(app)
    assert known.plan().revision == 1


def test_of_two_folders_of_kml_one_is_chosen(run_page: RunPage, empty: PlanCache, tmp_path: Path) -> None:
    inside = folder("north", placemark("A", NAMES[0], LEFT)) + folder(
        "south", placemark("B", NAMES[1], RIGHT)
    )
    app = given(run_page(PAGE), write_kml(tmp_path / "two.kml", kml(inside)))
    layers = next(one for one in app.radio if one.label == LAYER)
    assert layers.value is None
    assert [one.replace("\\", "") for one in layers.options] == ["north: 1 rows", "south: 1 rows"]
    assert not offers(app, "Save the boundaries only")
    app = choose(app, LAYER, "south")
    assert "B 郝村" in said(app)
    assert "laid down by the format" in said(app)


FORMATS: dict[str, Callable[[Path], Path]] = {
    "v.fgb": write_flatgeobuf,
    "v.parquet": write_parquet,
    "v.geoparquet": write_parquet,
    "v.zip": lambda path: write_mapinfo(path, ".tab"),
    "v.topojson": write_topojson,
    "v.kmz": write_kmz,
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats_come_in_without_a_question(
    name: str, run_page: RunPage, empty: PlanCache, tmp_path: Path
) -> None:
    assert Path(name).suffix[1:] in VECTORS
    app = given(run_page(PAGE), FORMATS[name](tmp_path / name))
    assert not app.error
    assert "A 寺门村" in said(app) or app.selectbox
    assert not asks(app, WHICH)
    press(app, "Save the boundaries only")
    assert set(empty.plan().units.index) == {"A", "B"}
    assert off(empty) < 2e-6  # TopoJSON and MapInfo round to their own grid


def test_units_brought_in_again_are_shown_beside_those_that_are_here(
    run_page: RunPage, known: PlanCache, tmp_path: Path
) -> None:
    moved = shapely.box(116.81, 38.3, 116.825, 38.31)
    frame = gpd.GeoDataFrame(
        {"code": ["B", "C"], "name": ["Bstadt", "Cau"]},
        geometry=[moved, shapely.box(116.825, 38.3, 116.83, 38.31)],
        crs="EPSG:4326",
    )
    app = given(run_page(PAGE), write_gpkg(tmp_path / "again.gpkg", frame))
    told = said(app)
    assert "again.gpkg: 1 added, 1 changed, 0 unchanged, 0 refused" in told
    assert "1 unit of the workspace is not in the file and is left alone: A Ahof" in told
    table = app.dataframe[-1].value
    assert list(table["Code and name of the unit"]) == ["B Bstadt", "C Cau"]
    assert table["What, or why not"][0].startswith("name Bdorf → Bstadt · shape moved by ")
    assert "(overlap 66.6 %)" in table["What, or why not"][0]
    press(app, "Save the boundaries only")
    units = known.plan().units
    assert list(units["name"]) == ["Ahof", "Bstadt", "Cau"]
    assert units.at["B", "households"] == 800  # the file does not tell them


def test_the_same_units_again_leave_nothing_to_save(
    run_page: RunPage, known: PlanCache, tmp_path: Path
) -> None:
    app = given(run_page(PAGE), tmp_path / "known.gpkg")
    assert "There is nothing to save" in said(app)
    assert not offers(app, "Save the boundaries only")


def test_answers_stay_over_another_page(run_page: RunPage, empty: PlanCache, tmp_path: Path) -> None:
    app = choose(given(run_page(PAGE), in_zone(tmp_path / "cun.zip")), WHICH, "EPSG:4548")
    desk = app.session_state["files_desk"]
    again = run_page(PAGE, files_desk=desk)
    assert next(one for one in again.radio if one.label == WHICH).value == "EPSG:4548"
    assert "EPSG:4548 (named by you)" in said(again)


def test_lines_without_a_system_are_asked_for_it_beside_their_field(
    run_page: RunPage, known: PlanCache, tmp_path: Path
) -> None:
    app = run_page(PAGE)
    app.selectbox(key="split_method").set_value("blocks").run()
    content = in_zone(tmp_path / "parcels.zip").read_bytes()
    field = next(one for one in app.file_uploader if one.label.startswith("Blocks or parcels"))
    app = field.set_value(("parcels.zip", content, "application/zip")).run()
    assert not app.exception
    assert not app.error
    assert not offers(app, "Split")
    app = choose(app, WHICH, "EPSG:4548")
    assert not app.error
    assert not asks(app, WHICH)
    assert offers(app, "Split")


def test_points_without_a_system_are_asked_for_it_beside_their_field(
    run_page: RunPage, known: PlanCache, tmp_path: Path
) -> None:
    homes = squares(code=["A", "B"]).to_crs("EPSG:4548")
    homes = homes.set_geometry(homes.representative_point())
    written = write_shapefile(tmp_path / "homes.shp", homes)
    written.with_suffix(".prj").unlink()
    app = run_page(PAGE)
    next(one for one in app.radio if one.label == "Load of a cell").set_value("points").run()
    field = next(one for one in app.file_uploader if one.label.startswith("Buildings or addresses"))
    content = zipped(written, tmp_path / "homes.zip").read_bytes()
    app = choose(field.set_value(("homes.zip", content, "application/zip")).run(), WHICH, "EPSG:4548")
    assert not app.error
    until = time.monotonic() + 180
    press(app, "Split")
    while app.session_state["draft_desk"].job is not None and time.monotonic() < until:
        time.sleep(0.1)
        app.run()
    assert app.session_state["draft_desk"].draft.points_outside == 0


def test_of_a_drawing_the_page_asks_what_to_take(run_page: RunPage, empty: PlanCache, tmp_path: Path) -> None:
    drawing = filemanagement.new()
    drawing.modelspace().add_lwpolyline(LEFT.exterior.coords, close=True, dxfattribs={"layer": "parcels"})
    drawing.saveas(tmp_path / "plan.dxf")
    app = given(run_page(PAGE), tmp_path / "plan.dxf")
    assert "Areas of the drawing plan.dxf" in said(app)
    assert "What was found" not in said(app)
    assert not offers(app, "Save the boundaries only")


def test_a_file_of_every_kind_that_is_none_leaves_the_workspace_alone(
    run_page: RunPage, known: PlanCache, tmp_path: Path
) -> None:
    app = run_page(PAGE)
    for ending in VECTORS:
        file = tmp_path / f"bad.{ending}"
        file.write_bytes(b"\x00\x01 this is no such file")
        app = given(app, file)
        assert len(app.error) == 1, ending
        assert f"bad.{ending}" in app.error[0].value.replace("\\", ""), ending
        assert not offers(app, "Save the boundaries only")
    assert known.plan().revision == 1


def test_another_column_can_be_chosen_where_one_has_gaps(
    empty: PlanCache, run_page: RunPage, tmp_path: Path
) -> None:
    gaps = squares(code=["A", None], number=["1", "2"], name=["Ahof", "Bdorf"])
    app = given(run_page(PAGE), write_gpkg(tmp_path / "gaps.gpkg", gaps))
    assert "no code" in said(app)
    column = next(one for one in app.selectbox if one.label == "Code of the unit")
    app = column.set_value("number").run()
    app = press(app, "Save the boundaries only")
    assert not app.exception
    assert list(empty.plan().units.index) == ["1", "2"]


def test_roads_are_not_taken_from_a_drawing(known: PlanCache, run_page: RunPage) -> None:
    app = next(one for one in run_page(PAGE).checkbox if "Natural lines" in one.label).check().run()
    roads = next(one for one in app.file_uploader if one.label == "Roads, rivers, railways")
    assert ".gpkg" in roads.proto.type
    assert ".dxf" not in roads.proto.type
