"""A light map of shapes that are not in the workspace: what is in a file, a draft beside what is there.

The map's script is constant. A command names the address of a document of simplified shapes, which
`gridmap/web/static/gridmap-preview.js` fetches and draws. The document is JSON of columns:

    codes, names, loads (or null), marks: one a shape; a mark is 0 plain, 1 infeasible, 2 new
    polygons, rings, points, xy: the shapes, as in `gridmap.draw.screen.chunks`
    dots: x, y differences of points in millionths of a degree; bounds: west, south, east, north
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import shapely
from folium.elements import JSCSSMixin
from folium.template import Template
from numpy.typing import NDArray

from gridmap.draw.screen.chunks import Bounds, encode_shapes, to_steps
from gridmap.draw.screen.escape import script_json
from gridmap.draw.screen.webmap import ASSETS, MAX_ZOOM
from gridmap.messages import Language, msg, render

MOST_SHAPES: Final = 5_000
MOST_DOTS: Final = 20_000
MOST_BYTES: Final = 1_500_000
_STEPS: Final = 2_000
"""Shapes may be off by their extent divided by this: half a pixel of a map that shows them all."""
_COARSER: Final = (1, 2, 4, 8)
_NO_SHAPES: Final[Mapping[str, Any]] = {"polygons": [], "rings": [], "points": [], "xy": []}

Geometries = NDArray[np.object_]


class Mark(IntEnum):
    """How a shape stands out."""

    PLAIN = 0
    INFEASIBLE = 1
    NEW = 2


@dataclass(frozen=True)
class PreviewShapes:
    """Shapes to show, EPSG:4326; columns in one order. `points` are places of load, sampled for the map."""

    shapes: gpd.GeoSeries
    codes: Sequence[str]
    names: Sequence[str]
    loads: Sequence[float] | None = None
    marks: Sequence[Mark] | None = None
    points: gpd.GeoSeries | None = None


def too_many(count: int) -> bool:
    """Whether so many shapes are more than a preview shows."""
    return count > MOST_SHAPES


def preview_document(preview: PreviewShapes) -> bytes:
    """The document of a preview, at most 1.5 MB: shapes are simplified until it is."""
    shapes = np.asarray(preview.shapes.array, dtype=object)
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    bounds = shapely.total_bounds(shapes[present]).tolist() if present.any() else None
    if bounds is None:
        return _written({**_facts(preview, present), "bounds": None, "dots": [], **_NO_SHAPES})
    facts = _facts(preview, present) | {"bounds": bounds, "dots": _dots(preview.points)}
    written = b""
    for times in _COARSER:
        document = facts | encode_shapes(_simplified(shapes[present], bounds, times))
        written = _written(document)
        if len(written) <= MOST_BYTES:
            break
    return written


def _written(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _facts(preview: PreviewShapes, present: NDArray[np.bool_]) -> dict[str, Any]:
    rows = np.flatnonzero(present).tolist()
    loads, marks = preview.loads, preview.marks
    return {
        "codes": [str(preview.codes[row]) for row in rows],
        "names": [str(preview.names[row]) for row in rows],
        "loads": None if loads is None else [round(float(loads[row]), 1) for row in rows],
        "marks": [int(Mark.PLAIN if marks is None else marks[row]) for row in rows],
    }


def _simplified(shapes: Geometries, bounds: Bounds, times: int) -> Geometries:
    """Simplified as one coverage, so that neighbours still meet; each for itself where they are none."""
    west, south, east, north = bounds
    tolerance = times * max(east - west, north - south) / _STEPS
    try:
        simpler: Geometries = shapely.coverage_simplify(shapes, tolerance)
    except shapely.GEOSException:
        simpler = shapely.simplify(shapes, tolerance)
    return np.where(shapely.is_empty(simpler), shapes, simpler)


def _dots(points: gpd.GeoSeries | None) -> list[int]:
    if points is None:
        return []
    shapes = np.asarray(points.array, dtype=object)
    if len(shapes) > MOST_DOTS:
        shapes = shapes[np.sort(np.random.default_rng(0).choice(len(shapes), MOST_DOTS, replace=False))]
    steps: list[int] = (
        np.diff(to_steps(shapely.get_coordinates(shapes)), axis=0, prepend=[[0, 0]]).ravel().tolist()
    )
    return steps


class PreviewLayer(JSCSSMixin):
    """The layer of `gridmap-preview.js` on a folium map; its script is the same for every map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            window.gridmapPreview = gridmap.previewLayer({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )
    default_js = [("gridmap_preview", f"{ASSETS}/gridmap-preview.js")]  # noqa: RUF012 - folium declares it so
    default_css = [("gridmap_map_css", f"{ASSETS}/gridmap-map.css")]  # noqa: RUF012 - likewise


def preview_map() -> folium.Map:
    """An empty map that shows what commands tell it; make a new one at every run."""
    view = folium.Map(
        location=(0, 0),
        zoom_start=2,
        tiles=None,
        prefer_canvas=True,
        attributionControl=False,
        maxZoom=MAX_ZOOM,
        zoomSnap=0.25,
    )
    view.add_child(PreviewLayer())  # type: ignore[no-untyped-call] # branca, its base, has no types
    return view


class _ShowScript(folium.MacroElement):
    """Runs in the map's frame each time the group's script changes."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            if (window.gridmapPreview) { window.gridmapPreview.show({{ this.command }}); }
        {% endmacro %}
        """
    )

    def __init__(self, command: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # branca has no types
        self._name = "GridmapShow"
        self.command = command


def show_group(url: str, language: Language) -> folium.FeatureGroup:
    """The command to show the document at `url`, for `st_folium(..., feature_group_to_add=...)`."""
    labels = {
        "load": render(msg("Load: {load}", load="{load}"), language),
        "infeasible": render(msg("cannot be brought into range"), language),
        "load_failed": render(
            msg("Map data did not load (status {status}). Reload the page.", status="{status}"), language
        ),
    }
    group = folium.FeatureGroup(name="gridmap", control=False)
    group.add_child(_ShowScript(script_json({"url": url, "labels": labels})))
    return group
