"""Our own copies of the browser's libraries: folium's links to the internet, rewritten once a process.

folium names some 70 files on other people's servers; one dead link leaves the map blank. The maps need
Leaflet, and Leaflet-Geoman where cells are drawn; both are served from `static/vendor` under `/assets/`
(versions, licences and hashes are in `static/vendor/manifest.json`).
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

import folium

from gridmap.draw.screen.edit_map import EditLayer
from gridmap.draw.screen.preview_map import PreviewLayer
from gridmap.draw.screen.webmap import ASSETS, CellLayer

STATIC: Final = Path(__file__).parents[1] / "static"
"""The folder served at `/assets/`."""
_LEAFLET: Final = f"{ASSETS}/vendor/leaflet"


def use_vendored_assets() -> None:
    """Point folium's map and our layer at `/assets/`; doing it again changes nothing."""
    folium.Map.default_js = [("leaflet", _versioned(f"{_LEAFLET}/leaflet.js"))]
    folium.Map.default_css = [("leaflet_css", _versioned(f"{_LEAFLET}/leaflet.css"))]
    for layer in (CellLayer, EditLayer, PreviewLayer):
        layer.default_js = [(name, _versioned(url)) for name, url in layer.default_js]
        layer.default_css = [(name, _versioned(url)) for name, url in layer.default_css]


def _versioned(url: str) -> str:
    """The address with a hash of its content, so that a browser may keep the file for good."""
    address = url.partition("?")[0]
    content = (STATIC / address.removeprefix(f"{ASSETS}/")).read_bytes()
    return f"{address}?v={sha256(content).hexdigest()[:12]}"
