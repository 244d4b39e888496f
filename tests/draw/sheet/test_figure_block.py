"""The indicators on a sheet: what is written, and that nothing is lost for want of room."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from gridmap.draw.layers import Layers
from gridmap.draw.sheet.figure_block import quotient, value_text
from gridmap.draw.sheet.sheet import Paper, render_sheet
from gridmap.messages import msg
from gridmap.model.status import Indicator
from tests.draw.county import layers_and_shapes
from tests.draw.sheet.test_sheet import FURNITURE

LAYERS, SHAPES = layers_and_shapes((2, 1), (2, 1), (3, 3))


def figure(numerator: float, denominator: float, **changes: object) -> Indicator:
    value = numerator / denominator if denominator else None
    made = Indicator("key", msg("Cells"), numerator, denominator, value, "share", msg("{n}", n=1))
    return replace(made, **changes)  # type: ignore[arg-type] # fields of different types


MANY = tuple(figure(100 + place, 903, key=f"k{place}") for place in range(12))


@pytest.mark.parametrize(
    ("indicator", "fraction", "value"),
    [
        (figure(866, 903), "866 / 903", "95.9%"),
        (figure(903, 903), "903 / 903", "100.0%"),
        (figure(0, 60), "0 / 60", "0.0%"),
        (figure(99_999, 100_000), "99,999 / 100,000", "99.9%"),
        (figure(1, 100_000), "1 / 100,000", "0.1%"),
        (figure(999.7, 1000.25), "999.70 / 1,000.25", "99.9%"),
        (figure(339_193, 928, unit="households"), "339,193 / 928", "366"),
        (figure(0, 0), "–", "–"),
    ],
)
def test_a_percentage_never_stands_alone_and_never_rounds_a_fault_away(
    indicator: Indicator, fraction: str, value: str
) -> None:
    assert (quotient(indicator), value_text(indicator)) == (fraction, value)


def test_faults_are_counted_the_other_way_round() -> None:
    assert figure(866, 903).wants_attention
    assert not figure(903, 903).wants_attention
    assert not figure(0, 60, counts_faults=True).wants_attention
    assert figure(1, 60, counts_faults=True).wants_attention
    assert not figure(0, 0).wants_attention
    assert not figure(5, 9, unit="households").wants_attention


def text(layers: Layers, paper: Paper) -> str:
    data = render_sheet(layers, SHAPES, paper, "en", FURNITURE, "pdf").data
    return "".join(PdfReader(io.BytesIO(data)).pages[0].extract_text().split())


@pytest.mark.parametrize("paper", Paper)
def test_every_figure_is_on_every_paper_beside_the_whole_table(paper: Paper) -> None:
    words = text(replace(LAYERS, indicators=MANY), paper)
    for indicator in MANY:
        assert f"{indicator.numerator:.0f}/903({value_text(indicator)})" in words
    assert all("".join(row.name.split()) in words for row in LAYERS.rows)
    assert "…" not in words


def test_what_cannot_be_said_is_left_out() -> None:
    unknown = replace(LAYERS, indicators=(figure(0, 0, label=msg("Arrival rate")),))
    assert text(unknown, Paper.A3) == text(LAYERS, Paper.A3)


@pytest.mark.parametrize("paper", [Paper.A4, Paper.SCREEN])
def test_long_labels_and_large_numbers_keep_to_the_sheet(paper: Paper) -> None:
    endless = figure(1e9 - 1, 1e9, label=msg("word " * 40))
    drawn = render_sheet(replace(LAYERS, indicators=(endless, *MANY)), SHAPES, paper, "en", FURNITURE, "png")
    picture = np.asarray(Image.open(io.BytesIO(drawn.data)).convert("RGB"))
    assert (picture[:, -40:] == 255).all()
