"""Geodata of a scope: what GDAL reads back, the coverage, the audience, and what is left behind."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridmap.draw.geofile import compose_geo, write_geojson, write_geopackage
from gridmap.draw.layers import Shapes
from gridmap.draw.stamp import Stamp
from gridmap.geo.coverage.topology import coverage_is_valid
from gridmap.measure.coverage import active_posts
from gridmap.measure.evaluate import evaluate
from gridmap.measure.scope import within
from gridmap.model.audience import Audience
from gridmap.model.people import TargetKind
from tests.plans import NOON, plan, post

POSTS = [
    post("ann", "head", "unit", "9901", tier=1),
    post("bob", "member", "cell", "c1"),
    post("cai", "member", "checkpoint", "k1"),
]
# Corners that no decimal fraction names exactly, so that rounding shows.
THIRD = 1 / 300


def shapes(*, without: str = "") -> Shapes:
    """Six cells side by side, their villages around them, one of them in two parts."""
    boxes = {
        f"c{i}": shapely.box(116 + i * THIRD, 38, 116 + (i + 1) * THIRD, 38 + THIRD) for i in range(1, 7)
    }
    units = {
        "N1": shapely.union_all([boxes["c1"], boxes["c2"], boxes["c3"]]),
        "N2": boxes["c4"],
        "S1": shapely.MultiPolygon([boxes["c5"], shapely.box(117, 38, 117.1, 38.1)]),
    }
    units |= {"9901": units["N1"], "9902": units["S1"], "99": shapely.union_all(list(units.values()))}
    boxes.pop(without, None)
    return Shapes(gpd.GeoSeries(units, crs=4326), gpd.GeoSeries(boxes, crs=4326), "EPSG:4548")


def layers(
    audience: Audience = Audience.INTERNAL, code: str = "99", *, without: str = ""
) -> dict[str, gpd.GeoDataFrame]:
    known = plan(POSTS)
    posts = {kind: active_posts(known, NOON, kind) for kind in TargetKind}
    scope = within(known, evaluate(known, NOON), code)
    return compose_geo(scope, shapes(without=without), posts, stamp(audience), "en")


def stamp(audience: Audience = Audience.INTERNAL) -> Stamp:
    return Stamp(("County",), NOON, 3, NOON, audience)


def test_gdal_reads_the_layers_back(tmp_path: Path) -> None:
    path = tmp_path / "scope.gpkg"
    path.write_bytes(write_geopackage(layers(), stamp(), "en"))
    read = {
        name: gpd.read_file(path, layer=name) for name in ("units", "cells", "checkpoints", "contact_sites")
    }
    assert [len(frame) for frame in read.values()] == [6, 6, 3, 3]
    assert {str(frame.crs) for frame in read.values()} == {"EPSG:4326"}
    first = read["cells"].iloc[0]
    assert (first["code"], first["parent_code"], first["state"]) == ("c1", "N1", "covered")
    assert (first["households"], first["area_m2"], first["members"]) == (100, 4e5, 1)
    assert (first["members_names"], first["members_phones"]) == ("Bob", "100****0001")
    assert read["units"].set_index("code").loc["9901", "heads_names"] == "Ann"
    assert read["checkpoints"].loc[0, "duty_names"] == "Cai"
    assert read["contact_sites"].loc[0, "last_visit"] == "2020-02-09 00:00"
    exact = shapely.get_coordinates(shapes().cells.to_numpy())
    assert np.array_equal(shapely.get_coordinates(read["cells"].geometry.to_numpy()), exact)


def test_a_geopackage_says_of_when_it_is(tmp_path: Path) -> None:
    path = tmp_path / "scope.gpkg"
    path.write_bytes(write_geopackage(layers(), stamp(), "en"))
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT description, last_change FROM gpkg_contents").fetchall()
    assert len(rows) == 4
    assert all("As of 2020-02-10 12:00 | Revision 3 | Internal use" in text for text, _ in rows)
    assert {changed for _, changed in rows} == {"2020-02-10T12:00:00.000Z"}


def test_geojson_follows_rfc_7946_and_stays_a_coverage() -> None:
    data = write_geojson(layers(), stamp(), "en")
    document = json.loads(data)
    assert "crs" not in document
    assert "Revision 3" in document["description"]
    assert document["features"][0]["properties"]["code"] == "c1"
    for feature in document["features"]:
        outer = shapely.LinearRing(feature["geometry"]["coordinates"][0])
        assert outer.is_ccw
    read = gpd.read_file(io.BytesIO(data))
    assert coverage_is_valid(read.geometry.to_numpy())
    off = shapely.get_coordinates(read.geometry.normalize().to_numpy()) - shapely.get_coordinates(
        shapes().cells.normalize().to_numpy()
    )
    assert 0 < np.abs(off).max() < 1e-8


@pytest.mark.parametrize("audience", list(Audience))
def test_an_audience_gets_the_columns_it_may_read(audience: Audience) -> None:
    for name, frame in layers(audience).items():
        names = any(str(column).endswith("_names") for column in frame)
        phones = any(str(column).endswith("_phones") for column in frame)
        assert names is (audience.sees_names and name != "contact_sites")
        assert phones is (audience.sees_phones and name != "contact_sites")
    assert layers(audience)["cells"]["members"].tolist() == [1, 0, 0, 0, 0, 0]


def test_a_part_holds_itself_alone() -> None:
    part = layers(code="9902")
    assert part["cells"]["code"].tolist() == ["c5", "c6"]
    assert part["units"]["code"].tolist() == ["9902", "S1"]
    assert part["checkpoints"]["code"].tolist() == ["k1", "k3"]


def test_a_place_without_a_shape_stays_in_the_file(tmp_path: Path) -> None:
    made = layers(without="c2")
    path = tmp_path / "scope.gpkg"
    path.write_bytes(write_geopackage(made, stamp(), "en"))
    cells = gpd.read_file(path, layer="cells").set_index("code")
    assert cells.geometry.isna().to_dict()["c2"]
    assert json.loads(write_geojson(made, stamp(), "en"))["features"][1]["geometry"] is None


def test_empty_layers_are_written_too(tmp_path: Path) -> None:
    known = plan(checkpoints=plan().checkpoints.iloc[:0], contact_sites=plan().contact_sites.iloc[:0])
    posts = {kind: active_posts(known, NOON, kind) for kind in TargetKind}
    made = compose_geo(within(known, evaluate(known, NOON), "99"), shapes(), posts, stamp(), "zh")
    path = tmp_path / "scope.gpkg"
    path.write_bytes(write_geopackage(made, stamp(), "zh"))
    assert len(gpd.read_file(path, layer="checkpoints")) == 0


def test_equal_scopes_give_equal_tables_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first, second = (tables_of(write_geopackage(layers(), stamp(), "en")) for _ in range(2))
    assert first == second
    assert write_geojson(layers(), stamp(), "en") == write_geojson(layers(), stamp(), "en")
    assert list(tmp_path.iterdir()) == []
    later = replace(stamp(), revision=4)
    assert tables_of(write_geopackage(layers(), later, "en")) != first


def tables_of(data: bytes) -> list[str]:
    """A database as statements, without what SQLite counts in its header."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(data)
        return list(connection.iterdump())
