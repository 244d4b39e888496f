"""The map on which cells are corrected: what a click selects and a hand draws goes back to the page.

The map's script is constant. A command names the address of a document of the unit's cells, the tool in hand
and the selection; `gridmap/web/static/gridmap-edit.js` obeys it and answers by component values:

    {kind: "select", codes}       cells, in the order they were clicked
    {kind: "line", line}          longitude and latitude of each vertex
    {kind: "area", polygons}      polygons of rings of such vertices
    {kind: "outline", code, polygons}

The document is JSON: `cells` with code, name, label, text, look, fresh and GeoJSON geometry to about a
millimetre, so that an outline that is not dragged comes back as it was; `around` geometries; `dots`, places
of households; `bounds` west, south, east, north.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import shapely
from folium.elements import JSCSSMixin
from folium.template import Template

from gridmap.draw.looks import LOAD_LOOKS
from gridmap.draw.screen.escape import script_json
from gridmap.draw.screen.webmap import ASSETS, MAX_ZOOM
from gridmap.messages import Language, Message, msg, render
from gridmap.model.status import LoadState

MOST_DOTS: Final = 4_000
_PRECISION: Final = 8
"""Decimals of a degree: a millimetre, far below the 5 cm within which a vertex is put on a border."""


LOAD_LABELS: Final[Mapping[LoadState, Message]] = {
    LoadState.IN_RANGE: msg("In range"),
    LoadState.OVER: msg("Too many households"),
    LoadState.UNDER: msg("Too few households"),
    LoadState.UNKNOWN: msg("Households unknown"),
}


@dataclass(frozen=True)
class CellToEdit:
    """A cell as the map shows it.

    Attributes:
        label: what stands in it; `text` what is told where the mouse is.
        fresh: whether a step that is not saved changed it.
        shape: EPSG:4326.
    """

    code: str
    name: str
    label: str
    text: str
    load: LoadState
    fresh: bool
    shape: shapely.Geometry


def edit_document(
    cells: Sequence[CellToEdit], around: gpd.GeoSeries, places: gpd.GeoSeries | None = None
) -> bytes:
    """The document of a unit's cells, those around it, and where households are; all EPSG:4326."""
    shapes = np.array([cell.shape for cell in cells], dtype=object)
    document = {
        "bounds": np.round(shapely.total_bounds(shapes), _PRECISION).tolist(),
        "fills": {load.value: look.fill for load, look in LOAD_LOOKS.items()},
        "cells": [
            {
                "code": cell.code,
                "name": cell.name,
                "label": cell.label,
                "text": cell.text,
                "look": cell.load.value,
                "fresh": cell.fresh,
                "geometry": _geojson(cell.shape),
            }
            for cell in cells
        ],
        "around": [_geojson(shape) for shape in around],
        "dots": _dots(places),
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _geojson(shape: shapely.Geometry) -> Any:
    return json.loads(shapely.to_geojson(shapely.transform(shape, lambda xy: np.round(xy, _PRECISION))))


def _dots(places: gpd.GeoSeries | None) -> list[list[float]]:
    if places is None:
        return []
    xy = shapely.get_coordinates(np.asarray(places.array, dtype=object))
    if len(xy) > MOST_DOTS:
        xy = xy[np.sort(np.random.default_rng(0).choice(len(xy), MOST_DOTS, replace=False))]
    dots: list[list[float]] = np.round(xy, 6).tolist()
    return dots


class EditLayer(JSCSSMixin):
    """The layer of `gridmap-edit.js` on a folium map; its script is the same for every map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            window.gridmapEdit = gridmap.editLayer({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )
    default_js = [  # noqa: RUF012 - folium declares it so
        ("geoman", f"{ASSETS}/vendor/leaflet-geoman-free/leaflet-geoman.js"),
        ("gridmap_edit", f"{ASSETS}/gridmap-edit.js"),
    ]
    default_css = [  # noqa: RUF012 - likewise
        ("geoman_css", f"{ASSETS}/vendor/leaflet-geoman-free/leaflet-geoman.css"),
        ("gridmap_map_css", f"{ASSETS}/gridmap-map.css"),
        ("gridmap_edit_css", f"{ASSETS}/gridmap-edit.css"),
    ]


def edit_map() -> folium.Map:
    """An empty map that shows what commands tell it; make a new one at every run."""
    view = folium.Map(
        location=(0, 0),
        zoom_start=2,
        tiles=None,
        attributionControl=False,
        maxZoom=MAX_ZOOM + 1,
        zoomSnap=0.25,
        doubleClickZoom=False,
    )
    view.add_child(EditLayer())  # type: ignore[no-untyped-call] # branca, its base, has no types
    return view


@dataclass(frozen=True)
class EditCommand:
    """What the page tells the map.

    Attributes:
        url: address of the document.
        place: the unit; the map moves there when it is another one.
        tool: "split", "merge", "redraw" or "transfer".
        selected: codes in the order they were chosen.
        heard: the `sequence` of the last answer that the page has taken in.
        turn: counts what was carried out or refused, so that a drawing is begun anew.
    """

    url: str
    place: str
    tool: str
    selected: tuple[str, ...]
    heard: int
    turn: int


class _TellScript(folium.MacroElement):
    """Runs in the map's frame each time the group's script changes."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            if (window.gridmapEdit) { window.gridmapEdit.obey({{ this.command }}); }
        {% endmacro %}
        """
    )

    def __init__(self, command: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # branca has no types
        self._name = "GridmapEdit"
        self.command = command


def edit_group(command: EditCommand, language: Language) -> folium.FeatureGroup:
    """A command for `st_folium(..., feature_group_to_add=...)`."""
    texts = {
        "apply": msg("Take this outline"),
        "anew": msg("Draw it anew"),
        "reset": msg("Back to the old outline"),
        "again": msg("Choose other cells"),
        "giver": msg("from"),
        "taker": msg("to"),
        "load_failed": msg("Map data did not load (status {status}). Reload the page.", status="{status}"),
        "zoom_in": msg("Zoom in"),
        "zoom_out": msg("Zoom out"),
    }
    labels = {key: render(text, language) for key, text in texts.items()}
    group = folium.FeatureGroup(name="gridmap", control=False)
    told = {**asdict(command), "language": language, "labels": labels}
    group.add_child(_TellScript(script_json(told)))
    return group
