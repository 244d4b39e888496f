"""The font that ships: what it can draw, and how text is measured and broken."""

from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.textpath import TextPath

from gridmap.draw.sheet.fonts import (
    FAMILY,
    drawable,
    font_file,
    font_properties,
    missing_characters,
    shorten,
    text_width,
    wrap,
)

LINES = st.text(st.sampled_from("截至全县网格无人负责的，。 abc WXyz-903,."), max_size=60)
WIDTHS = st.floats(20, 400)


def test_the_font_has_outlines_that_a_pdf_embeds_and_a_name_of_its_own() -> None:
    for bold, style in ((False, "Regular"), (True, "Bold")):
        font = TTFont(font_file(bold=bold))
        assert "glyf" in font
        assert "CFF " not in font
        assert font["OS/2"].fsType == 0  # embedding is not restricted
        names = {record.toUnicode() for record in font["name"].names if record.nameID in {1, 2, 4, 6}}
        assert names == {FAMILY, style, f"{FAMILY} {style}", f"GridmapSans-{style}"}


def test_its_licence_lies_beside_it() -> None:
    text = font_file().with_name("OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Copyright 2014-2021 Adobe" in text


def test_gb2312_and_rare_characters_of_place_names_are_there_in_both_styles() -> None:
    wanted = "云泽县缺︰〓›—“”①②垟塆堌埕滘㙟喆堃"
    assert missing_characters(wanted.replace("︰", "")) == set()
    regular, bold = (set(TTFont(font_file(bold=bold)).getBestCmap()) for bold in (False, True))
    assert regular == bold


def test_a_character_beyond_the_font_is_named_and_marked() -> None:
    assert missing_characters("𠀀云😀\n") == {"𠀀", "😀"}
    assert drawable("𠀀云😀") == "〓云〓"


def test_line_breaks_and_control_characters_do_not_reach_the_sheet() -> None:
    assert drawable("河东\n第3网格\t\x07 东 ") == "河东 第3网格 东"


def test_measured_width_is_drawn_width() -> None:
    for bold in (False, True):
        text = "Hm云泽县903Hm"
        drawn = TextPath((0, 0), text, size=100, prop=font_properties(bold=bold)).get_extents()
        bearing = 100 * 0.2  # side bearings of the first and last letter
        assert abs(text_width(text, 100, bold=bold) - drawn.width) < bearing


@given(LINES, WIDTHS)
def test_shortened_text_fits_and_starts_as_the_text_does(text: str, width: float) -> None:
    cut = shorten(text, 10, width)
    assert text_width(cut, 10) <= width
    assert text.startswith(cut.removesuffix("…").rstrip())


@given(LINES, WIDTHS)
def test_wrapping_loses_nothing_and_keeps_to_the_width(text: str, width: float) -> None:
    lines = wrap(text, 10, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, 10) <= width for line in lines)


def test_lines_break_between_words_and_ideographs_but_not_before_a_full_stop() -> None:
    assert wrap("903 cells of this county", 10, 70) == ["903 cells of", "this county"]
    assert wrap("全县网格无人负责。", 10, 80) == ["全县网格无人负", "责。"]
