"""The map in the browser: a constant folium map, the status document it fetches, and the command it obeys.

streamlit-folium mounts its frame anew whenever the map's script changes, so the script holds nothing that
varies; scope, language, selection and addresses travel in a `MapCommand`, states and names in the status
document, shapes in chunks (`gridmap.draw.screen.chunks`). `gridmap/web/static/gridmap-map.js` draws them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import folium
from folium.elements import JSCSSMixin
from folium.template import Template

from gridmap.draw.layers import (
    CellMark,
    Layers,
    PointMark,
    UnitMark,
)
from gridmap.draw.looks import CELL_LOOKS, VACANCY_RAMP
from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.draw.screen.chunks import Bounds, Chunk, Chunks
from gridmap.draw.screen.escape import safe, script_json
from gridmap.messages import Language, Message, msg, render
from gridmap.model.labels import CELL_STATES, CHECKPOINT_KINDS, SITE_KINDS
from gridmap.model.places import Level
from gridmap.model.status import CellState

ASSETS: Final = "/assets"
MAX_ZOOM: Final = 20
HIDDEN: Final = "-"
"""In a chunk's string of states: a cell that the layers do not hold, so the map does not draw it."""


KIND_LABELS: Final[Mapping[str, Message]] = {**CHECKPOINT_KINDS, **SITE_KINDS}


def map_labels(language: Language) -> dict[str, str]:
    """Texts the browser fills in: `{vacant}`, `{cells}`, `{text}`, `{status}` stay as they are."""
    texts = {
        "vacant": msg("{vacant} of {cells} cells vacant", vacant="{vacant}", cells="{cells}"),
        "none_vacant": msg("{cells} cells, none vacant", cells="{cells}"),
        "no_cells": msg("No cells yet"),
        "on_duty": msg("{text} on duty", text="{text}"),
        "visits": msg("Visits: {text}", text="{text}"),
        "load_failed": msg("Map data did not load (status {status}). Reload the page.", status="{status}"),
        "zoom_in": msg("Zoom in"),
        "zoom_out": msg("Zoom out"),
    }
    return {key: render(text, language) for key, text in texts.items()}


def status_document(layers: Layers, chunks: Chunks, language: Language) -> dict[str, Any]:
    """What the map shows apart from geometry, ready for JSON: states, counts, names, points, looks.

    `layers` covers all that the user may see; a shape of `chunks` that it does not name is marked hidden,
    and a chunk of nothing but hidden shapes is left out. Columns of a chunk are in the order of its codes.
    """
    units = {mark.code: mark for marks in layers.units.values() for mark in marks}
    cells = {mark.code: mark for mark in layers.cells}
    children = _count_children(chunks, units.keys() | cells.keys())
    return {
        "revision": layers.revision,
        "as_of": layers.as_of.isoformat(),
        "scope": layers.scope,
        "tolerance": chunks.tolerance,
        "ramp": list(VACANCY_RAMP),
        "looks": _looks(language),
        "kinds": {kind: render(label, language) for kind, label in KIND_LABELS.items()},
        "levels": [_level(level, chunks, units, cells, children) for level in Level if chunks.at(level)],
        "points": {layer.kind.value: _points(layers.points.get(layer.name, ())) for layer in POINT_LAYERS},
    }


def _count_children(chunks: Chunks, visible: Iterable[str]) -> dict[str, int]:
    shown = set(visible)
    children: dict[str, int] = {}
    for chunk in chunks.chunks:
        for code, parent in zip(chunk.codes, chunk.parents, strict=True):
            if parent is not None and code in shown:
                children[parent] = children.get(parent, 0) + 1
    return children


def _level(
    level: Level,
    chunks: Chunks,
    units: Mapping[str, UnitMark],
    cells: Mapping[str, CellMark],
    children: Mapping[str, int],
) -> dict[str, Any]:
    if level is Level.CELL:
        entries = [_cell_chunk(chunk, units, cells) for chunk in chunks.at(level) if _any_of(chunk, cells)]
    else:
        entries = [_unit_chunk(chunk, units, children) for chunk in chunks.at(level) if _any_of(chunk, units)]
    return {"level": level.value, "size": chunks.sizes[level], "chunks": entries}


def _any_of(chunk: Chunk, marks: Mapping[str, object]) -> bool:
    return any(code in marks for code in chunk.codes)


def _address(chunk: Chunk, units: Mapping[str, UnitMark]) -> dict[str, Any]:
    """Where a chunk is; `parent` is "" where its unit is not shown, so that the map starts from it."""
    parent = chunk.parent_code if chunk.parent_code in units else ""
    return {"hash": chunk.hash, "parent": parent, "bounds": list(chunk.bounds)}


def _cell_chunk(chunk: Chunk, units: Mapping[str, UnitMark], marks: Mapping[str, CellMark]) -> dict[str, Any]:
    digits = {state: str(digit) for digit, state in enumerate(CellState)}
    found = [marks.get(code) for code in chunk.codes]
    return {
        **_address(chunk, units),
        "names": [mark.name if mark else None for mark in found],
        "states": "".join(digits[mark.state] if mark else HIDDEN for mark in found),
    }


def _unit_chunk(chunk: Chunk, units: Mapping[str, UnitMark], children: Mapping[str, int]) -> dict[str, Any]:
    found = [units.get(code) for code in chunk.codes]
    return {
        **_address(chunk, units),
        "names": [mark.name if mark else None for mark in found],
        "cells": [mark.cells if mark else 0 for mark in found],
        "vacant": [mark.vacant if mark else 0 for mark in found],
        "fills": [VACANCY_RAMP.index(mark.fill) if mark else 0 for mark in found],
        "children": [children.get(code, 0) for code in chunk.codes],
    }


def _points(marks: Sequence[PointMark]) -> dict[str, list[Any]]:
    return {
        "codes": [mark.code for mark in marks],
        "names": [mark.name for mark in marks],
        "kinds": [mark.kind for mark in marks],
        "states": [mark.state for mark in marks],
        "lon": [mark.lon for mark in marks],
        "lat": [mark.lat for mark in marks],
        "texts": [mark.text for mark in marks],
    }


def _looks(language: Language) -> dict[str, Any]:
    cells = [
        {
            "key": state.value,
            "label": render(CELL_STATES[state], language),
            "fill": CELL_LOOKS[state].fill,
            "outline": CELL_LOOKS[state].outline,
            "pattern": _pattern(state),
            "sign": CELL_LOOKS[state].sign,
            "dashed": CELL_LOOKS[state].dashed,
        }
        for state in CellState
    ]
    points = {
        str(state): {"label": render(layer.states[state], language), "sign": look.sign, "ink": look.ink}
        for layer in POINT_LAYERS
        for state, look in layer.looks.items()
    }
    return {"cells": cells, "points": points}


def _pattern(state: CellState) -> str:
    if state is CellState.NO_DATA:
        return "dots"
    return "hatch" if CELL_LOOKS[state].hatch else ""


class CellLayer(JSCSSMixin):
    """The canvas layer of `gridmap-map.js` on a folium map; its script is the same for every map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            L.Icon.Default.imagePath = {{ this.images|tojson }};
            window.gridmapLayer = gridmap.cellLayer().addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )
    default_js = [  # noqa: RUF012 - folium declares it as an instance variable
        ("gridmap_shapes", f"{ASSETS}/gridmap-shapes.js"),
        ("gridmap_tree", f"{ASSETS}/gridmap-tree.js"),
        ("gridmap_paint", f"{ASSETS}/gridmap-paint.js"),
        ("gridmap_map", f"{ASSETS}/gridmap-map.js"),
    ]
    default_css = [("gridmap_map_css", f"{ASSETS}/gridmap-map.css")]  # noqa: RUF012 - likewise
    images = f"{ASSETS}/vendor/leaflet/images/"


def operations_map(bounds: Bounds, *, tiles_url: str = "", attribution: str = "") -> folium.Map:
    """An empty map of `bounds` (west, south, east, north, degrees) that draws what commands tell it.

    Make a new one at every run: st_folium adds the command group to it. Its script depends on the arguments
    alone. Without `tiles_url` (an XYZ template) the background is plain and zoom steps are fine.
    """
    west, south, east, north = bounds
    corners = [[south, west], [north, east]]
    view = folium.Map(
        location=((south + north) / 2, (west + east) / 2),
        zoom_start=10,
        tiles=folium.TileLayer(tiles_url, attr=safe(attribution), max_zoom=MAX_ZOOM) if tiles_url else None,
        prefer_canvas=True,
        attributionControl=bool(tiles_url),
        minZoom=_coarsest_zoom(bounds),
        maxZoom=MAX_ZOOM,
        maxBounds=_padded(bounds),
        zoomSnap=1 if tiles_url else 0.25,
        doubleClickZoom=False,
    )
    view.fit_bounds(corners, padding=(12, 12))
    view.add_child(CellLayer())  # type: ignore[no-untyped-call] # branca, its base, has no types
    return view


def _coarsest_zoom(bounds: Bounds) -> int:
    """The zoom at which the map's larger side takes about 150 pixels."""
    west, south, east, north = bounds
    span = max(east - west, north - south, 1e-4)
    return max(0, math.floor(math.log2(150 * 360 / (256 * span))))


def _padded(bounds: Bounds) -> list[list[float]]:
    west, south, east, north = bounds
    margin = max(east - west, north - south, 1e-2)
    return [[max(-85.0, south - margin), west - margin], [min(85.0, north + margin), east + margin]]


@dataclass(frozen=True)
class MapCommand:
    """What the page tells the map. The map ignores a command equal to the one before.

    Attributes:
        status_url: address of the status document; a new address means new states.
        geometry_url: address of the chunks, with `{hash}` in the place of the hash.
        first_chunks: hashes of the chunks of the first picture, fetched beside the status document.
        trail: unit codes from the top to the drilled unit, () for everything; what lies outside is dimmed.
        fit: extent to show (west, south, east, north); applied once for each `fit_sequence`, so that an
            edit keeps the zoom a person has chosen.
        show: `TargetKind` values of the point layers to be drawn.
        selected_kind: a `TargetKind` value, with `selected_code`; "" for none.
    """

    status_url: str
    geometry_url: str
    first_chunks: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    fit: Bounds | None = None
    fit_sequence: int = 0
    selected_kind: str = ""
    selected_code: str = ""
    show: tuple[str, ...] = tuple(layer.kind.value for layer in POINT_LAYERS if layer.shown)
    language: Language = "zh"


class _CommandScript(folium.MacroElement):
    """Runs in the map's frame each time the group's script changes."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            if (window.gridmapLayer) { window.gridmapLayer.apply({{ this.command }}); }
        {% endmacro %}
        """
    )

    def __init__(self, command: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # branca has no types
        self._name = "GridmapCommand"
        self.command = command


def command_group(command: MapCommand) -> folium.FeatureGroup:
    """Wrap a command for `st_folium(..., feature_group_to_add=...)`."""
    group = folium.FeatureGroup(name="gridmap", control=False)
    group.add_child(_CommandScript(script_json({**vars(command), "labels": map_labels(command.language)})))
    return group
