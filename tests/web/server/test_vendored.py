"""The browser's libraries are ours, unchanged, and the only ones folium asks for."""

import hashlib
import json

import folium

from gridmap.draw.screen.edit_map import EditLayer
from gridmap.draw.screen.preview_map import PreviewLayer
from gridmap.draw.screen.webmap import ASSETS, CellLayer
from gridmap.web.server.vendored import STATIC, use_vendored_assets

MANIFEST = json.loads((STATIC / "vendor" / "manifest.json").read_text(encoding="utf-8"))


def test_every_vendored_file_is_the_one_of_the_manifest() -> None:
    listed = {name: digest for package in MANIFEST["packages"] for name, digest in package["files"].items()}
    vendor = STATIC / "vendor"
    found = {
        str(path.relative_to(vendor)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == listed


def test_every_package_comes_with_its_licence_and_version() -> None:
    for package in MANIFEST["packages"]:
        assert package["licence"]
        assert package["version"]
        folder = package["name"].rpartition("/")[2]
        assert f"{folder}/LICENSE" in package["files"]


def test_folium_asks_for_nothing_but_our_assets_and_twice_is_as_once() -> None:
    asking = (folium.Map, CellLayer, PreviewLayer, EditLayer)
    use_vendored_assets()
    once = [[*one.default_js, *one.default_css] for one in asking]
    use_vendored_assets()
    assert once == [[*one.default_js, *one.default_css] for one in asking]
    urls = [url for links in once for _, url in links]
    assert len(set(urls)) == 2 + 5 + 1 + 4
    for url in urls:
        address, _, version = url.partition("?v=")
        assert len(version) == 12
        assert (STATIC / address.removeprefix(f"{ASSETS}/")).is_file()
