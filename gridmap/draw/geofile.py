"""A scope as geodata for other map programs: GeoPackage with all layers, GeoJSON of the cells."""

from __future__ import annotations

import io
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyogrio

from gridmap.draw.layers import Shapes
from gridmap.draw.staff import GROUPS, NOBODY, OTHERS, Staff, staff_at, staff_by_group
from gridmap.draw.stamp import Stamp
from gridmap.messages import Language
from gridmap.model.people import TargetKind
from gridmap.model.scope import Scope
from gridmap.names import (
    AREA,
    CELLS,
    CHECKPOINTS,
    CONTACT_SITES,
    HOUSEHOLDS,
    KIND,
    LEVEL,
    NAME,
    PARENT_CODE,
    UNITS,
    WGS84,
)

GeoLayers = Mapping[str, gpd.GeoDataFrame]
_DECIMALS: Final = 9
"""Of degrees, a tenth of a millimetre. Equal numbers are written equally: shared corners stay shared."""
_TIME: Final = "%Y-%m-%d %H:%M"
_POLYGONS: Final = frozenset({UNITS, CELLS})


def compose_geo(
    scope: Scope, shapes: Shapes, posts: Mapping[TargetKind, pd.DataFrame], stamp: Stamp, language: Language
) -> dict[str, gpd.GeoDataFrame]:
    """The layers units, cells, checkpoints and contact_sites of a scope, EPSG:4326 (longitude, latitude).

    Columns are named as in a workspace; states are written as keys, and times as the wall clock's text.
    Each group of functions has a column of how many hold it, and by the audience of `stamp` of their names
    and masked phones. A place without a shape has none here either.

    Args:
        scope: what is written, and its states at a moment.
        shapes: geometry by code.
        posts: the posts that hold at that moment, by target kind.
        stamp: names the audience.
        language: the comma between several names.
    """
    teller = _Teller(scope, posts, stamp, language)
    units = scope.units[[NAME, KIND, LEVEL, PARENT_CODE, AREA, "cells", "covered", "overloaded", "vacant"]]
    units = units.assign(**{HOUSEHOLDS: scope.units["served_households"], "headed": scope.units["headed"]})
    cells = scope.cells[[NAME, PARENT_CODE, KIND, HOUSEHOLDS, AREA, "state"]]
    points = scope.checkpoints
    checkpoints = points[[NAME, KIND, "gate_state", "unit_code", "second_unit_code", "on_duty", "minimum"]]
    sites = scope.sites[[NAME, KIND, "unit_code", "cell_code", "state", "visits"]]
    last = scope.sites["last_visit"].dt.strftime(_TIME).astype(object)
    return {
        UNITS: _shaped(units.join(teller.by_group(units.index, TargetKind.UNIT)), shapes.units),
        CELLS: _shaped(cells.join(teller.by_group(cells.index, TargetKind.CELL)), shapes.cells),
        CHECKPOINTS: _placed(
            checkpoints.assign(state=points["state"]).join(teller.on_duty(points.index)), points
        ),
        CONTACT_SITES: _placed(sites.assign(last_visit=last.where(last.notna(), None)), scope.sites),
    }


class _Teller:
    """Columns about the people of places, as far as the audience may know."""

    def __init__(
        self, scope: Scope, posts: Mapping[TargetKind, pd.DataFrame], stamp: Stamp, language: Language
    ) -> None:
        self._plan, self._posts, self._language = scope.plan, posts, language
        self._audience = stamp.audience

    def by_group(self, codes: pd.Index[str], kind: TargetKind) -> pd.DataFrame:
        """Columns for each group of functions."""
        staffing = staff_by_group(self._plan, self._posts[kind], self._audience)
        columns: dict[str, list[object]] = {}
        for group in GROUPS:
            columns |= self._columns(group, [staffing.get((str(code), group), NOBODY) for code in codes])
        return pd.DataFrame(columns, index=codes)

    def on_duty(self, codes: pd.Index[str]) -> pd.DataFrame:
        """Who is on duty; how many is a column of the checkpoint's own."""
        staffing = staff_at(self._plan, self._posts[TargetKind.CHECKPOINT], self._audience, OTHERS)
        people = [staffing.get((str(code), OTHERS), NOBODY) for code in codes]
        columns = self._columns("duty", people)
        return pd.DataFrame({name: values for name, values in columns.items() if name != "duty"}, index=codes)

    def _columns(self, group: str, people: Sequence[Staff]) -> dict[str, list[object]]:
        joint = "、" if self._language == "zh" else ", "
        columns: dict[str, list[object]] = {group: [one.people for one in people]}
        if self._audience.sees_names:
            columns[f"{group}_names"] = [joint.join(one.names) for one in people]
        if self._audience.sees_phones:
            columns[f"{group}_phones"] = [joint.join(one.phones) for one in people]
        return columns


def _shaped(facts: pd.DataFrame, shapes: gpd.GeoSeries) -> gpd.GeoDataFrame:
    ordered = facts.sort_index()
    found = gpd.GeoSeries(shapes.reindex(ordered.index), crs=WGS84)
    return gpd.GeoDataFrame(ordered.reset_index(names="code"), geometry=found.to_numpy(), crs=WGS84)


def _placed(facts: pd.DataFrame, points: pd.DataFrame) -> gpd.GeoDataFrame:
    places = gpd.points_from_xy(points["lon"], points["lat"], crs=WGS84)
    frame = gpd.GeoDataFrame(facts, geometry=places).sort_index()
    return gpd.GeoDataFrame(frame.reset_index(names="code"))


def write_geopackage(layers: GeoLayers, stamp: Stamp, language: Language) -> bytes:
    """The layers as a GeoPackage, the stamp in their descriptions; equal input gives equal tables."""
    about = {"DESCRIPTION": " | ".join(stamp.lines(language))}
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        path = Path(folder) / "scope.gpkg"
        for name, layer in layers.items():
            pyogrio.write_dataframe(
                layer,
                path,
                layer=name,
                driver="GPKG",
                append=path.exists(),
                geometry_type="MultiPolygon" if name in _POLYGONS else "Point",
                promote_to_multi=name in _POLYGONS,
                layer_metadata=about,  # GDAL keeps it as the layer's description, where map programs show it
            )
        _date(path, stamp)
        return path.read_bytes()


def _date(path: Path, stamp: Stamp) -> None:
    """Put the product's own moment where GDAL wrote this machine's clock."""
    moment = stamp.made_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))


def write_geojson(layers: GeoLayers, stamp: Stamp, language: Language) -> bytes:
    """The cells as GeoJSON after RFC 7946; moment, revision and mark are in `description`.

    The format knows no other system than WGS 84, so of shifted coordinates the description alone tells.
    """
    out = io.BytesIO()
    pyogrio.write_dataframe(
        layers[CELLS].set_crs(WGS84, allow_override=True),
        out,
        driver="GeoJSON",
        layer=CELLS,
        RFC7946="YES",
        COORDINATE_PRECISION=_DECIMALS,
        DESCRIPTION=" | ".join(stamp.lines(language)),
    )
    return out.getvalue()
