"""The child process that opens files of others knows little and has the drivers wanted."""

import pyogrio
import pytest

from gridmap.errors import GridmapError
from gridmap.read.files import child_process
from gridmap.read.files.kinds import DRIVERS


def test_the_child_knows_few_drivers_and_a_dead_proxy() -> None:
    environment = child_process._environment("/tmp", DRIVERS)
    left = set(pyogrio.list_drivers()) - set(environment["GDAL_SKIP"].split(","))
    assert left == {"GPKG", "GeoJSON", "TopoJSON", "ESRI Shapefile", "FlatGeobuf", "MapInfo File"}
    assert environment["http_proxy"].endswith(":9")
    assert "GRIDMAP_SECRET" not in environment


def test_gdal_has_the_drivers_wanted_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    child_process.require_drivers()
    wanted = DRIVERS - {"FlatGeobuf"} | {"Nowhere"}
    environment = child_process._environment("/tmp", DRIVERS)
    monkeypatch.setattr(child_process, "_environment", lambda *_: environment)
    monkeypatch.setattr(child_process, "DRIVERS", wanted)
    with pytest.raises(GridmapError, match=r"too many: FlatGeobuf; missing: Nowhere"):
        child_process.require_drivers()
