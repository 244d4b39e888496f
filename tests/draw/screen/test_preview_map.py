"""The preview: a constant script, a harmless command, a document that stays small and says what it shows."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
import streamlit_folium

from gridmap.draw.screen.preview_map import (
    MOST_BYTES,
    MOST_DOTS,
    MOST_SHAPES,
    Mark,
    PreviewShapes,
    preview_document,
    preview_map,
    show_group,
    too_many,
)
from tests.draw.screen.test_escape import PAYLOADS


def squares(count: int) -> gpd.GeoSeries:
    """Squares of 0.01 degrees side by side."""
    return gpd.GeoSeries(
        [shapely.box(117 + i / 100, 38, 117.01 + i / 100, 38.01) for i in range(count)], crs=4326
    )


def wavy(rows: int, points: int) -> gpd.GeoSeries:
    """Strips whose shared borders have many points."""
    x = np.linspace(117, 118, points)
    border = [np.column_stack([x, 38 + row / 100 + 0.002 * np.sin(x * 900 + row)]) for row in range(rows + 1)]
    strips = [shapely.Polygon(np.vstack([border[i], border[i + 1][::-1]])) for i in range(rows)]
    return gpd.GeoSeries(strips, crs=4326)


def test_the_script_is_the_same_for_every_map() -> None:
    first = streamlit_folium._get_map_string(preview_map())
    assert first == streamlit_folium._get_map_string(preview_map())
    assert "gridmap.previewLayer(map_div)" in first


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_address_that_attacks_stays_text(payload: str) -> None:
    script = streamlit_folium._get_feature_group_string(show_group(payload, "en"), map=preview_map())
    found = re.search(r"gridmapPreview\.show\((.*)\); }", script)
    assert found
    assert json.loads(found.group(1))["url"] == payload


def test_the_document_says_what_it_shows() -> None:
    shapes = squares(3)
    shapes.iloc[1] = None
    document = json.loads(
        preview_document(
            PreviewShapes(
                shapes,
                ["a", "b", "c"],
                ["A", "B", "</script>"],
                [1.04, 2, 3],
                [Mark.PLAIN, Mark.NEW, Mark.INFEASIBLE],
            )
        )
    )
    assert (document["codes"], document["names"]) == (["a", "c"], ["A", "</script>"])
    assert (document["loads"], document["marks"]) == ([1.0, 3.0], [0, 1])
    assert document["polygons"] == [1, 1]
    assert document["bounds"] == pytest.approx([117, 38, 117.03, 38.01])
    assert document["dots"] == []


def test_shapes_are_simplified_until_the_document_is_small_and_neighbours_still_meet() -> None:
    shapes = wavy(60, 30_000)
    written = preview_document(PreviewShapes(shapes, [str(i) for i in range(60)], ["x"] * 60))
    assert len(written) <= MOST_BYTES
    assert len(json.loads(written)["codes"]) == 60


def test_points_are_sampled_and_the_same_ones_each_time() -> None:
    spots = gpd.GeoSeries(gpd.points_from_xy(np.linspace(117, 118, 30_000), np.full(30_000, 38.0)), crs=4326)
    shown = PreviewShapes(squares(1), ["a"], ["A"], points=spots)
    first = preview_document(shown)
    assert first == preview_document(shown)
    assert len(json.loads(first)["dots"]) == 2 * MOST_DOTS


def test_nothing_at_all_is_a_document_too() -> None:
    document = json.loads(preview_document(PreviewShapes(gpd.GeoSeries([], crs=4326), [], [])))
    assert (document["codes"], document["bounds"]) == ([], None)


def test_how_many_are_too_many() -> None:
    assert too_many(MOST_SHAPES + 1)
    assert not too_many(MOST_SHAPES)
