"""A drawing in an upload field: what is told of it, what is asked, and the areas that come of the answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from gridmap.geo.systems.placement import Placement
from gridmap.model.access import Role, User
from gridmap.names import WGS84
from gridmap.service.boundaries.preview import Boundaries, preview
from gridmap.service.plan_cache import PlanCache
from gridmap.settings import Settings
from gridmap.web import session
from gridmap.web.files.desk import FilesDesk, KeptFile
from tests.attacks.hostile_files import Outside
from tests.attacks.hostile_list import HOSTILE
from tests.pages.conftest import RunPage
from tests.service.drawn_plans import NAMES, ON_GROUND, OUTLINES, PHONE, draw_plan

PLANNER = User("li", "Li", Role.PLANNER)
CRS = "EPSG:4548"
MILLIMETRES = 4
SCRIPT = """
import streamlit as st
from gridmap.web.files.fields import file_field
from gridmap.web.drawings.panel import areas_of_drawing
from gridmap.web.session import require_user
user = require_user()
if not st.toggle("Another page", key="elsewhere"):
    file = file_field("drawn", "Drawing", ("dxf",))
    st.session_state["areas"] = None if file is None else areas_of_drawing(file, "drawn")
"""
Open = Callable[[Path], AppTest]


@pytest.fixture
def opened(cache: PlanCache, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """The panel, with a drawing given to it."""
    session.wire(session.Services(cache=cache, settings=Settings(), clock=lambda: datetime(2020, 2, 10, 22)))
    monkeypatch.setattr(session, "current_user", lambda: PLANNER)

    def begin(path: Path) -> AppTest:
        app = AppTest.from_string(SCRIPT, default_timeout=180)
        app.session_state["language"] = "en"
        app.run()
        app.file_uploader[0].upload(path.name, path.read_bytes())
        return run(app)

    yield begin
    session.unwire()


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.info, app.warning)
    parts = [element.value for kind in kinds for element in kind]
    return "\n".join([*parts, *(html.proto.body for html in app.get("html"))]).replace("\\", "")


def areas(app: AppTest) -> KeptFile | None:
    found: KeptFile | None = app.session_state["areas"]
    return found


def choose_layers(app: AppTest, outlines: str = OUTLINES, labels: str | None = NAMES) -> AppTest:
    app.multiselect[0].set_value([outlines])
    if labels is not None:
        app.multiselect[1].set_value([labels])
    return run(app)


def systems(app: AppTest) -> list[str]:
    """The systems offered, without the words beneath them."""
    return list(app.radio[1].options) if len(app.radio) > 1 else []


def choose_system(app: AppTest, crs: str = CRS) -> AppTest:
    app.radio[1].set_value(crs)
    return run(app)


def type_system(app: AppTest, crs: str) -> AppTest:
    app.text_input[0].set_value(crs)
    return run(app)


def test_a_drawing_of_gbk_becomes_areas_that_units_can_be_read_from(opened: Open, tmp_path: Path) -> None:
    app = opened(draw_plan(tmp_path / "town.dxf"))
    assert "GB18030 (named in the file, and the bytes agree)" in said(app)
    first = app.dataframe[0].value.iloc[0]
    assert first.tolist() == [OUTLINES, 1, 3, 0, 0]
    assert "Choose the layers whose lines enclose the areas" in said(app)
    assert areas(app) is None
    choose_layers(app)
    assert areas(app) is None, "no system is taken before it is chosen"
    assert app.radio[1].value is None
    assert systems(app)[0] == CRS, "the one that puts it among the units of the workspace"
    found = areas(choose_system(app))
    assert found is not None
    assert found.name == "town.gpkg"
    assert "<th>Areas</th><td>6</td>" in said(app)
    assert "<th>of these with a code</th><td>5</td>" in said(app)
    assert "1 area has no code, which a unit needs" in app.radio[2].label
    assert "1 label stands in no area" in said(app)
    assert "The areas lie" not in said(app)
    assert PHONE.encode() not in found.content
    app.radio[2].set_value("name")
    found = areas(run(app))
    assert found is not None
    path = tmp_path / found.name
    path.write_bytes(found.content)
    read = preview(Boundaries(path))
    assert read.units == 6
    assert {"东关第1网格", "990101001000002"} < set(read.read.units["code"])


def test_layers_are_chosen_beforehand_only_where_there_is_but_one(opened: Open, tmp_path: Path) -> None:
    app = opened(draw_plan(tmp_path / "town.dxf"))
    assert [one.value for one in app.multiselect] == [[], []]
    from ezdxf import filemanagement  # noqa: PLC0415 - only here a drawing is so bare

    document = filemanagement.new("R2010")
    document.modelspace().add_lwpolyline(
        [(455_000, 4_206_000), (456_000, 4_206_000), (456_000, 4_207_000)],
        close=True,
        dxfattribs={"layer": OUTLINES},
    )
    document.saveas(tmp_path / "bare.dxf")
    app = opened(tmp_path / "bare.dxf")
    assert [one.value for one in app.multiselect] == [[OUTLINES], []]
    assert areas(choose_system(app)) is not None
    assert "1 area has no code" in app.radio[2].label


def test_a_system_of_another_zone_is_warned_of(opened: Open, tmp_path: Path) -> None:
    app = type_system(choose_layers(opened(draw_plan(tmp_path / "town.dxf"))), "EPSG:4547")
    assert areas(app) is not None
    assert re.search(r"The areas lie 25\d km from the units of this workspace", said(app))
    choose_system(app)
    assert "EPSG:4547, which is typed, counts." in said(app)


def test_a_text_that_names_no_system(opened: Open, tmp_path: Path) -> None:
    app = type_system(choose_layers(opened(draw_plan(tmp_path / "town.dxf"))), "Gauss")
    assert areas(app) is None
    assert "Gauss names no coordinate system" in app.error[0].value


def test_a_unit_that_the_program_wrote_wrongly(opened: Open, tmp_path: Path) -> None:
    app = choose_layers(opened(draw_plan(tmp_path / "town.dxf", unit=MILLIMETRES)))
    assert systems(app) == []
    assert "in metres they do" in said(app)
    app.selectbox[0].set_value("m")
    assert systems(run(app))[0] == CRS
    assert "1.50 km²" in said(choose_system(app))


def test_much_land_is_warned_of(opened: Open, tmp_path: Path) -> None:
    app = choose_system(choose_layers(opened(draw_plan(tmp_path / "town.dxf", side=2_100.0))))
    assert "more than 25 km²" in app.warning[0].value.replace("\\", "")


def test_a_tolerance_that_joins_nothing(opened: Open, tmp_path: Path) -> None:
    app = choose_system(choose_layers(opened(draw_plan(tmp_path / "town.dxf"))))
    first = areas(app)
    app.number_input[0].set_value(0.0)
    apart = areas(run(app))
    assert first is not None
    assert apart is not None
    assert apart.digest != first.digest
    assert "<th>Areas</th><td>1</td>" in said(app)
    assert "In 1 area several texts look like a code" in said(app)


def test_one_choice_is_traced_once_and_bears_one_digest(opened: Open, tmp_path: Path) -> None:
    app = choose_system(choose_layers(opened(draw_plan(tmp_path / "town.dxf"))))
    first = areas(app)
    assert first is not None
    again = areas(run(app))
    assert again is not None
    assert again.content is first.content
    desk: FilesDesk = app.session_state["files_desk"]
    desk.results.clear()  # as a long afternoon does
    afresh = areas(run(app))
    assert afresh is not None
    assert (afresh.digest, afresh.upload_id) == (first.digest, first.upload_id)


def test_choices_stay_while_another_page_is_open(opened: Open, tmp_path: Path) -> None:
    app = choose_system(choose_layers(opened(draw_plan(tmp_path / "town.dxf"))))
    app.number_input[0].set_value(1.5)
    app.radio[2].set_value("number")
    first = areas(run(app))
    app.toggle(key="elsewhere").set_value(True)
    assert not run(app).multiselect
    app.toggle(key="elsewhere").set_value(False)
    run(app)
    assert app.multiselect[0].value == [OUTLINES]
    assert app.number_input[0].value == 1.5
    assert app.radio[2].value == "number"
    assert areas(app) == first


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nested blocks", "nested more than 8 deep"),
        ("a block within itself", "nested more than 8 deep"),
        ("an array of blocks", "more than 500,000 entities"),
        ("a drawing without end", "it is damaged: its end is missing"),
    ],
)
def test_a_hostile_drawing_is_refused_in_one_line(
    opened: Open, tmp_path: Path, name: str, words: str
) -> None:
    path = HOSTILE[name](tmp_path, Outside(tmp_path / "secret.csv", "http://127.0.0.1:9"))
    app = opened(path)
    assert areas(app) is None
    assert words in app.error[0].value.replace("\\", "")
    assert not app.multiselect


def known(*drawn: tuple[float, float], exchanged: bool = False, moved: float = 0.0) -> pd.DataFrame:
    """Rows of the table of known points: a sheet in millimetres, turned; places on the ground.

    Args:
        drawn: points of the plan, metres.
        exchanged: whether x and y are.
        moved: degrees by which the longitude of the last one is wrong.
    """
    x, y = ON_GROUND.points(np.array(drawn)).T
    ground = shapely.get_coordinates(gpd.GeoSeries.from_xy(x, y, crs=CRS).to_crs(WGS84).to_numpy())
    sheet = SHEET.points(np.array(drawn))
    rows = np.hstack([sheet[:, ::-1] if exchanged else sheet, ground])
    rows[-1, 2] += moved
    return pd.DataFrame(rows, columns=["x", "y", "lon", "lat"])


SHEET = Placement(1000.0, 0.6, (7.0, 9.0))


def by_points(opened: Open, tmp_path: Path, points: pd.DataFrame) -> AppTest:
    """The panel with a sheet that has no coordinates of the ground, and a table of known points filled in."""
    app = opened(draw_plan(tmp_path / "sheet.dxf", SHEET))
    file = app.session_state["files_desk"].files["drawn"]
    app.session_state["drawing_choices"] = {(f"drawing-drawn-{file.digest}", "points"): points}
    return choose_layers(app)


def test_a_sheet_of_its_own_is_placed_by_points(opened: Open, tmp_path: Path) -> None:
    app = by_points(opened, tmp_path, known((0.0, 0.0), (1500.0, 0.0), (1500.0, 1000.0)))
    assert app.radio[0].value == "points", "the numbers fit no system"
    assert "A unit of the drawing is 0.001" in said(app)
    assert "<th>Point 3</th><td>0.00 m off</td>" in said(app)
    assert not app.warning
    assert areas(app) is not None
    assert "1.50 km²" in said(app)


def test_two_points_say_that_nothing_checks_them(opened: Open, tmp_path: Path) -> None:
    app = by_points(opened, tmp_path, known((0.0, 0.0), (1500.0, 1000.0)))
    assert "Two points always fit" in said(app)
    assert areas(app) is not None


def test_points_read_from_a_web_map_are_shifted_where_that_is_said(opened: Open, tmp_path: Path) -> None:
    app = by_points(opened, tmp_path, known((0.0, 0.0), (1500.0, 1000.0)))
    middle = re.search(r"<td>(\d+\.\d+)°, (\d+\.\d+)°</td>", said(app))
    app.selectbox[0].set_value("gcj02")
    shifted = re.search(r"<td>(\d+\.\d+)°, (\d+\.\d+)°</td>", said(run(app)))
    assert middle
    assert shifted
    assert 0.003 < float(middle.group(2)) - float(shifted.group(2)) < 0.008


def test_points_that_do_not_fit(opened: Open, tmp_path: Path) -> None:
    points = known((0.0, 0.0), (1500.0, 0.0), (1500.0, 1000.0), moved=0.001)
    app = by_points(opened, tmp_path, points)
    assert "The points do not fit together" in said(app)


def test_points_with_x_and_y_exchanged(opened: Open, tmp_path: Path) -> None:
    app = by_points(opened, tmp_path, known((0.0, 0.0), (1500.0, 0.0), (1500.0, 1000.0), exchanged=True))
    assert "With x and y exchanged the points fit" in said(app)


def test_a_scale_beside_a_unit_is_told(opened: Open, tmp_path: Path) -> None:
    points = known((0.0, 0.0), (1500.0, 0.0), moved=0.001)
    assert "nearly, but not quite, a usual unit (0.001 m)" in said(by_points(opened, tmp_path, points))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lat": None}, "filled by half"),
        ({"x": None, "y": None, "lon": None, "lat": None}, "Fill in two rows"),
        ({"lon": 38.0, "lat": 117.0}, "longitude first"),
    ],
)
def test_rows_that_are_no_points(
    opened: Open, tmp_path: Path, change: dict[str, float | None], words: str
) -> None:
    points = known((0.0, 0.0), (1500.0, 0.0))
    points.loc[1, list(change)] = list(change.values())
    app = by_points(opened, tmp_path, points)
    assert words in said(app)
    assert areas(app) is None


@pytest.mark.parametrize("method", ["adopt", "blocks"])
def test_a_method_takes_what_is_drawn(run_page: RunPage, tmp_path: Path, method: str) -> None:
    """In a field of the real page, which for blocks is half as wide."""
    app = run_page("boundaries.py")
    app.selectbox(key="split_method").set_value(method)
    run(app)
    app.file_uploader[0].upload("town.dxf", draw_plan(tmp_path / "town.dxf").read_bytes())
    run(app)
    assert next(button for button in app.button if button.label == "Split").disabled
    choose_layers(app)
    next(one for one in app.radio if CRS in one.options).set_value(CRS)
    run(app)
    split = next(button for button in app.button if button.label == "Split")
    assert not split.disabled
    assert "<th>Areas</th><td>6</td>" in said(app)
