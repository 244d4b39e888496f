"""The sheet as a reader gets it: size, words, font, scale, and what it does with awkward names."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import cast

import geopandas as gpd
import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from shapely import box

from gridmap.draw.layers import Layers, Row, Shapes
from gridmap.draw.looks import CELL_LOOKS, VACANCY_RAMP
from gridmap.draw.sheet.fonts import FAMILY
from gridmap.draw.sheet.furniture import Furniture
from gridmap.draw.sheet.ground import find_ground, true_north
from gridmap.draw.sheet.map_frame import fit_map, scale_bar_length, scale_denominator
from gridmap.draw.sheet.sheet import Kind, Paper, Rendered, draw_sheet, render_sheet
from gridmap.draw.sheet.stats_table import fit_rows, sum_rows
from gridmap.errors import NotFoundError
from gridmap.messages import LANGUAGES, Language, msg, render
from gridmap.model.places import Level
from gridmap.model.status import CellState, CheckpointState, SiteState
from tests.draw.county import layers_and_shapes, point

Image.MAX_IMAGE_PIXELS = None
FURNITURE = Furniture(datetime(2020, 2, 10, 22, 5), prepared_by="云泽县网格中心", base_source="界线 2019")
LAYERS, SHAPES = layers_and_shapes((2, 1), (2, 1), (3, 3))


def sheet(
    layers: Layers = LAYERS,
    *,
    shapes: Shapes = SHAPES,
    paper: Paper = Paper.A3,
    language: Language = "zh",
    about: Furniture = FURNITURE,
    kind: Kind = "pdf",
) -> Rendered:
    return render_sheet(layers, shapes, paper, language, about, kind)


def words(rendered: Rendered) -> str:
    """The text of a PDF without white space: matplotlib sets it glyph by glyph."""
    pages = PdfReader(io.BytesIO(rendered.data)).pages
    assert len(pages) == 1
    return "".join(pages[0].extract_text().split())


def said(text: str) -> str:
    return "".join(text.split())


def pixels(rendered: Rendered) -> "np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]":
    return np.asarray(Image.open(io.BytesIO(rendered.data)).convert("RGB"))


def colour_share(rendered: Rendered, colour: str) -> float:
    wanted = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return float((pixels(rendered) == wanted).all(axis=2).mean())


@pytest.mark.parametrize(
    ("paper", "size"),
    [(Paper.A3, (4961, 3508)), (Paper.SCREEN, (1920, 1080)), (Paper.A4, (3508, 2480))],
)
def test_a_png_has_exactly_the_pixels_of_its_paper(paper: Paper, size: tuple[int, int]) -> None:
    assert paper.value.pixels == size
    assert Image.open(io.BytesIO(sheet(paper=paper, kind="png").data)).size == size


@pytest.mark.parametrize(("paper", "size"), [(Paper.A3, (1190.55, 841.89)), (Paper.A0, (3370.39, 2383.94))])
def test_a_pdf_page_has_the_size_of_its_paper(paper: Paper, size: tuple[float, float]) -> None:
    page = PdfReader(io.BytesIO(sheet(paper=paper).data)).pages[0]
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(size, abs=0.01)


def test_only_our_font_is_used_and_it_is_embedded() -> None:
    page = cast("DictionaryObject", PdfReader(io.BytesIO(sheet().data)).pages[0])
    fonts = _part(_part(page, "/Resources"), "/Font")
    assert len(fonts) >= 2
    for name in fonts:
        font = _part(fonts, name)
        assert FAMILY.replace(" ", "") in str(font["/BaseFont"])
        descendant = cast("list[DictionaryObject]", font["/DescendantFonts"])[0].get_object()
        assert "/FontFile2" in _part(cast("DictionaryObject", descendant), "/FontDescriptor")
        assert "/ToUnicode" in font


def _part(whole: DictionaryObject, name: str) -> DictionaryObject:
    return cast("DictionaryObject", whole[name].get_object())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_says_all_that_a_briefing_needs(language: Language) -> None:
    text = words(sheet(language=language))
    total = LAYERS.total
    for message in (
        msg("{name}: operations map", name="云泽县"),
        msg("As of {time}", time="2020-02-10 22:00"),
        msg("Revision {revision}", revision=128),
        msg("Internal use"),
        msg("Demonstration data, fictional"),
        LAYERS.reading,
        msg("of {cells} cells", cells=total.cells),
        msg("Total"),
        msg("Overloaded"),
        msg("Prepared by {name}", name="云泽县网格中心"),
        msg("Made {time}", time="2020-02-10 22:05"),
        msg("Boundaries: {source}", source="界线 2019"),
        msg("Coordinates: {crs}", crs="CGCS2000, EPSG:4547"),
        msg("Page {page} of {pages}", page=1, pages=1),
        msg("km"),
    ):
        assert said(render(message, language)) in text
    for row in LAYERS.rows:
        assert said(row.name) in text
        assert f"{row.households:,}" in text
    assert f"{total.households:,}" in text


def test_a_chinese_sheet_holds_no_english_words() -> None:
    latin = set(re.findall(r"[A-Za-z]{2,}", words(sheet())))
    assert latin <= {"CGCS", "EPSG"}


def test_every_vacant_cell_bears_the_sign() -> None:
    legend = 1
    assert words(sheet()).count("缺") == LAYERS.total.vacant + legend


def test_a_vacant_cell_too_small_for_the_sign_has_it_beside() -> None:
    narrow = SHAPES.cells.copy()
    vacant = next(cell.code for cell in LAYERS.cells if cell.state is CellState.VACANT)
    west, south, east, north = narrow[vacant].bounds
    narrow[vacant] = box(west, south, west + (east - west) / 80, north)
    assert words(sheet(shapes=replace(SHAPES, cells=narrow))).count("缺") == LAYERS.total.vacant + 1


def test_a_real_plan_is_not_marked_as_a_demonstration() -> None:
    mark = said(render(msg("Demonstration data, fictional"), "en"))
    assert mark in words(sheet(language="en"))
    assert mark not in words(sheet(replace(LAYERS, demo=False), language="en"))


def test_states_are_drawn_in_their_colours() -> None:
    drawn = sheet(paper=Paper.SCREEN, kind="png")
    assert colour_share(drawn, CELL_LOOKS[CellState.COVERED].fill) > 0.1
    assert colour_share(drawn, CELL_LOOKS[CellState.VACANT].fill) > 0.01
    none_vacant = replace(
        LAYERS, cells=tuple(replace(cell, state=CellState.COVERED) for cell in LAYERS.cells), legend=()
    )
    quiet = replace(none_vacant, total=replace(LAYERS.total, vacant=0))
    calm = sheet(quiet, paper=Paper.SCREEN, kind="png")
    assert colour_share(calm, CELL_LOOKS[CellState.VACANT].fill) == 0


@pytest.mark.slow
def test_where_cells_are_too_small_units_take_the_ramp() -> None:
    layers, shapes = layers_and_shapes((8, 4), (3, 3), (4, 4))
    drawn = sheet(layers, shapes=shapes, paper=Paper.SCREEN, kind="png")
    assert colour_share(drawn, VACANCY_RAMP[-1]) > 0.05
    assert colour_share(drawn, CELL_LOOKS[CellState.COVERED].fill) < 0.001
    text = words(sheet(layers, shapes=shapes, paper=Paper.SCREEN))
    assert all(str(mark.vacant) in text for mark in layers.units[Level.TOWNSHIP])


def test_points_are_drawn_with_their_legend_and_a_failing_post_is_named() -> None:
    posts = (
        point("k1", CheckpointState.EMPTY, 2.5, 1.5, "南关卡口"),
        point("k2", CheckpointState.SHORT, 6.5, 1.5, "北关卡口"),
        point("k3", CheckpointState.MANNED, 9.5, 1.5),
        point("k4", CheckpointState.SEALED, 9.5, 2.5),
    )
    sites = tuple(point(f"s{n}", state, n + 1.2, 2.2) for n, state in enumerate(SiteState))
    text = words(sheet(replace(LAYERS, points={"checkpoints": posts, "contact_sites": sites}), language="en"))
    assert "南关卡口2/3" in text
    assert "北关卡口2/3" in text
    assert "Contactsites" in text
    assert "Checkpoints" not in words(sheet(language="en"))


def test_a_township_has_a_locator_and_its_villages_and_a_county_has_none() -> None:
    layers, shapes = layers_and_shapes((2, 1), (2, 1), (3, 3), scope="T01")
    text = words(sheet(layers, shapes=shapes, language="en"))
    place = said(render(msg("Place in {name}", name="云泽县"), "en"))
    assert place in text
    assert layers.trail[-1][1] in text
    assert place not in words(sheet(language="en"))
    bare = sheet(layers, shapes=shapes, language="en", about=replace(FURNITURE, locator=False))
    assert place not in words(bare)


def test_a_village_shows_its_cells_by_name() -> None:
    layers, shapes = layers_and_shapes((2, 1), (2, 1), (3, 3), scope="T01V02")
    text = words(sheet(layers, shapes=shapes))
    assert all(text.count(cell.name) == 2 for cell in layers.cells)  # on the map and in the table


@pytest.mark.parametrize("name", ["a$b$c", "x_1^2", "C:\\new\\$", "$\\frac{1}{0}$", "{curly} %s"])
def test_awkward_names_are_drawn_as_they_are(name: str) -> None:
    text = words(sheet(_renamed(name)))
    assert text.count(said(name)) >= 2  # in the table and on the map


@pytest.mark.parametrize("name", ["东\n西\r\n村", "很长的名字" * 60, "", " "])
@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_no_name_breaks_the_layout(name: str, kind: Kind) -> None:
    drawn = sheet(_renamed(name), kind=kind, paper=Paper.SCREEN)
    if kind == "png":
        assert Image.open(io.BytesIO(drawn.data)).size == (1920, 1080)
        margin = pixels(drawn)[:, -40:]
        assert (margin == 255).all()  # nothing runs off the sheet


def test_long_titles_and_sentences_keep_to_the_sheet() -> None:
    endless = replace(LAYERS.total, name="云泽县" * 40)
    long = replace(LAYERS, total=endless, reading=msg("word " * 200 + "{n}", n=1))
    drawn = sheet(long, paper=Paper.SCREEN, kind="png", about=replace(FURNITURE, prepared_by="某单位" * 80))
    picture = pixels(drawn)
    assert (picture[:, -40:] == 255).all()
    assert (picture[:, :40] == 255).all()


def test_characters_beyond_the_font_are_reported_not_fatal() -> None:
    drawn = sheet(_renamed("𠀀家村"))
    assert [str(warning) for warning in drawn.warnings] == [
        "The font has no glyph for 𠀀; 〓 is printed instead"
    ]
    assert "〓家村" in words(drawn)


def test_places_without_shape_are_reported() -> None:
    holes = replace(SHAPES, cells=SHAPES.cells.drop("T01V01-001"))
    drawn = sheet(shapes=holes)
    assert [str(warning) for warning in drawn.warnings] == [
        "1 place has no shape and is not drawn: T01V01-001"
    ]


def test_nothing_to_draw_is_an_error_that_says_what_to_do() -> None:
    nowhere = gpd.GeoSeries([], crs="EPSG:4326")
    empty = Shapes(nowhere, nowhere, SHAPES.crs)
    with pytest.raises(NotFoundError, match="云泽县 has no shape to draw; import its boundary first"):
        sheet(shapes=empty)


def test_a_scope_of_everything_is_drawn_from_its_top_units() -> None:
    everything = replace(
        LAYERS,
        scope="",
        trail=(),
        units={level: marks for level, marks in LAYERS.units.items() if level is not Level.COUNTY},
    )
    text = words(sheet(everything, language="en"))
    assert all(text.count(said(row.name)) >= 2 for row in LAYERS.rows)  # on the map and in the table


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_the_same_layers_give_the_same_bytes(kind: Kind) -> None:
    assert sheet(kind=kind, paper=Paper.SCREEN).data == sheet(kind=kind, paper=Paper.SCREEN).data


def test_sheets_made_at_the_same_time_do_not_mix() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda language: sheet(language=language, paper=Paper.SCREEN), LANGUAGES * 2))
    assert made[0] == made[2]
    assert made[1] == made[3]
    assert words(made[0]) != words(made[1])


def test_the_file_says_what_it_is() -> None:
    info = PdfReader(io.BytesIO(sheet(language="en").data)).metadata
    assert info is not None
    assert info.title == "云泽县: operations map"
    assert info.author == "云泽县网格中心"
    picture = Image.open(io.BytesIO(sheet(language="en", paper=Paper.SCREEN, kind="png").data))
    assert picture.info["Title"] == "云泽县: operations map"


def test_a_figure_can_be_had_for_other_uses() -> None:
    figure = draw_sheet(LAYERS, SHAPES, Paper.A3, "en", FURNITURE)
    assert figure.get_size_inches() == pytest.approx((420 / 25.4, 297 / 25.4))


@pytest.mark.parametrize(
    ("room", "length"),
    [(1, 1), (1.9, 1), (2, 2), (49, 20), (50, 50), (999, 500), (1000, 1000), (7400, 5000), (123456, 100000)],
)
def test_a_scale_bar_is_the_longest_round_length_that_fits(room: float, length: int) -> None:
    assert scale_bar_length(room) == length


def test_a_scale_bar_under_a_metre_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.5"):
        scale_bar_length(0.5)


def test_the_scale_bar_is_true_on_the_printed_sheet() -> None:
    """Count the pixels of the drawn bar, and compare with the map's scale printed beside it."""
    drawn = sheet(paper=Paper.A3, kind="png")
    denominator = int(re.search(r"1:([\d,]+)", words(sheet()))[1].replace(",", ""))  # type: ignore[index]
    ink = (pixels(drawn) == [0x1F, 0x2D, 0x36]).all(axis=2)
    runs = [_longest_run(row) for row in ink[2700:3350, 130:1200]]
    quarter = max(run for run in runs if run < 250) * 25.4 / 300  # mm: a quarter of the bar, with its outline
    metres = quarter / 1000 * denominator
    assert metres == pytest.approx(scale_bar_length(42 / 1000 * denominator) / 4, rel=0.06)


def _longest_run(row: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def test_the_map_takes_a_round_scale_and_moves_aside_for_its_furniture() -> None:
    plate = (0.0, 0.0, 200.0, 150.0)
    frame, (seat,) = fit_map(box(0, 0, 10_000, 7_500), plate, [(40, 15)], 1.0)
    denominator = scale_denominator(frame, 1.0)
    assert denominator % 1000 == 0
    assert 50_000 < denominator < 75_000
    assert not frame.to_ground(seat).intersects(box(0, 0, 10_000, 7_500))
    west, south, east, north = frame.to_sheet(np.array([box(0, 0, 10_000, 7_500)], dtype=object))[0].bounds
    assert west >= -1e-9
    assert south >= -1e-9
    assert east <= 200 + 1e-9
    assert north <= 150 + 1e-9


def test_north_turns_with_the_zone() -> None:
    ground = find_ground(LAYERS, SHAPES)  # on the central meridian of its zone
    west = find_ground(LAYERS, replace(SHAPES, crs="EPSG:4548"))  # three degrees west of that zone's
    assert true_north(ground) == pytest.approx(0, abs=0.1)
    assert true_north(west) == pytest.approx(3 * np.sin(np.radians(37.9)), abs=0.1)


def test_rows_that_do_not_fit_are_summed_and_the_worst_stay() -> None:
    rows = [Row(f"u{n}", f"村{n}", 10, 8, 1, n % 7, 400 + n) for n in range(60)]
    listing = fit_rows(rows, 20)
    assert listing.rest is not None
    assert len(listing.rows) == 19
    assert listing.hidden == 41
    assert min(row.vacant for row in listing.rows) >= 4
    places = [rows.index(row) for row in listing.rows]
    assert places == sorted(places)
    assert sum_rows([*listing.rows, listing.rest]) == sum_rows(rows)


@pytest.mark.parametrize("paper", [Paper.A4, Paper.A3, Paper.SCREEN])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_usual_name_is_never_cut_in_the_table(paper: Paper, language: Language) -> None:
    text = words(sheet(_renamed("泽阳经济技术开发区街道"), paper=paper, language=language))
    assert "…" not in text


def test_sixty_rows_end_in_and_n_more_with_the_total_unchanged() -> None:
    rows = tuple(Row(f"u{n}", f"村{n}", 10, 8, 1, n % 7, 400) for n in range(60))
    total = replace(sum_rows(rows), code="C", name="云泽县")
    text = words(sheet(replace(LAYERS, rows=rows, total=total), language="en"))
    hidden = re.search(r"and(\d+)more", text)
    assert hidden is not None
    assert 5 < int(hidden[1]) < 40
    assert "24,000" in text


def _renamed(name: str) -> Layers:
    return replace(
        LAYERS,
        rows=tuple(replace(row, name=name) for row in LAYERS.rows),
        units={
            level: tuple(replace(mark, name=name) for mark in marks) if level is Level.TOWNSHIP else marks
            for level, marks in LAYERS.units.items()
        },
    )
