"""Files in the systems before CGCS2000: recognised in ESRI's words, suggested where the reference says so."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from gridmap.read.vectors.inspection import inspect_vector, read_reference
from tests.read.drawn_files import squares, write_gpkg, write_shapefile, zipped

BALLS = {"Beijing_1954": 'Krasovsky_1940",6378245.0,298.3', "Xian_1980": 'Xian_1980",6378140.0,298.257'}


def esri(name: str, datum: str, easting: int) -> str:
    """The text of a .prj as ESRI's programs write it."""
    return (
        f'PROJCS["{name}",GEOGCS["GCS_{datum}",DATUM["D_{datum}",SPHEROID["{BALLS[datum]}]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
        f'PARAMETER["False_Easting",{easting}.0],PARAMETER["False_Northing",0.0],'
        'PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


@pytest.mark.parametrize(
    ("name", "datum", "easting", "crs"),
    [
        ("Beijing_1954_3_Degree_GK_CM_117E", "Beijing_1954", 500_000, "EPSG:2436"),
        ("Beijing_1954_3_Degree_GK_Zone_39", "Beijing_1954", 39_500_000, "EPSG:2415"),
        ("Beijing_1954_GK_Zone_20", "Beijing_1954", 20_500_000, "EPSG:21420"),
        ("Xian_1980_3_Degree_GK_CM_117E", "Xian_1980", 500_000, "EPSG:2384"),
        ("Xian_1980_3_Degree_GK_Zone_39", "Xian_1980", 39_500_000, "EPSG:2363"),
        ("Xian_1980_GK_Zone_20", "Xian_1980", 20_500_000, "EPSG:2334"),
        ("Xian_1980_GK_CM_117E", "Xian_1980", 500_000, "EPSG:2345"),
    ],
)
def test_esri_s_words_are_recognised(name: str, datum: str, easting: int, crs: str, tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "u.shp", squares().to_crs(crs))
    path.with_suffix(".prj").write_text(esri(name, datum, easting))
    (layer,) = inspect_vector(zipped(path, tmp_path / "u.zip"))
    assert (layer.crs, layer.crs_found_by, layer.sure) == (crs, "file", True)


def test_words_of_an_older_system_in_the_wrong_zone_keep_its_name(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "u.shp", squares().to_crs("EPSG:2436"))
    path.with_suffix(".prj").write_text(pyproj.CRS("EPSG:2435").to_wkt("WKT1_ESRI"))
    reference = read_reference(write_gpkg(tmp_path / "known.gpkg"))
    (layer,) = inspect_vector(path, reference=reference)
    assert layer.crs_doubt is not None
    names = [one.crs for one in layer.crs_suggestions]
    assert names[names.index("EPSG:4548") + 1] == "EPSG:2436"


def villages() -> gpd.GeoDataFrame:
    """Thirty-six villages of about a kilometre, which are known to lie right."""
    rows, columns = np.divmod(np.arange(36), 6)
    west, south = 116.8 + 0.01 * columns, 38.3 + 0.01 * rows
    shapes = shapely.box(west, south, west + 0.01, south + 0.01)
    return gpd.GeoDataFrame({"code": [f"V{n}" for n in range(36)]}, geometry=shapes, crs="EPSG:4326")


@pytest.mark.parametrize("crs", ["EPSG:2436", "EPSG:2384"])
def test_known_villages_speak_for_an_older_system_only_where_it_fits_better(crs: str, tmp_path: Path) -> None:
    reference = read_reference(write_gpkg(tmp_path / "known.gpkg", villages()))

    def suggested(made_in: str) -> list[str]:
        path = write_shapefile(tmp_path / f"{made_in[5:]}.shp", villages().to_crs(made_in))
        path.with_suffix(".prj").unlink()
        (layer,) = inspect_vector(path, reference=reference)
        return [one.crs for one in layer.crs_suggestions]

    of_today = suggested("EPSG:4548")
    assert of_today[0] == "EPSG:4548"
    assert not {"EPSG:2436", "EPSG:2384"} & set(of_today)
    older = suggested(crs)
    off = pyproj.Transformer.from_crs(crs, "EPSG:4548", always_xy=True).transform(500_000, 4_242_000)
    moved = float(np.hypot(off[0] - 500_000, off[1] - 4_242_000))
    assert older[0] == "EPSG:4548"
    assert (crs in older) == (moved > 20)
    assert len(older) <= 6


def test_a_name_of_the_file_is_heard(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "cun_xian80.shp", squares().to_crs("EPSG:2363"))
    path.with_suffix(".prj").unlink()
    (layer,) = inspect_vector(path)
    names = [one.crs for one in layer.crs_suggestions]
    assert names[names.index("EPSG:4527") + 1] == "EPSG:2363"
