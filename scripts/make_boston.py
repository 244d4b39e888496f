"""Make data/boston/tracts.gpkg and towns.gpkg from `boston_tracts.shp` of the R package spData (CC0).

The shapefile is in Debian's package r-cran-spdata, under usr/lib/R/site-library/spData/shapes:

    apt-get download r-cran-spdata && dpkg-deb -x r-cran-spdata_*.deb spdata
    python scripts/make_boston.py spdata/usr/lib/R/site-library/spData/shapes/boston_tracts.shp

Every column of the source is kept under its name. Added are `code` (the tract's number, `poltract`),
`name`, `kind`, `parent_code` (the town's number, `TOWNNO`) and `population` (`POP`). Towns are dissolved
from their tracts without moving a vertex.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import geopandas as gpd
import pyogrio

from gridmap.geo.coverage.topology import coverage_is_valid
from gridmap.geo.frames import check_units
from gridmap.names import CODE, GEOMETRY, KIND, NAME, PARENT_CODE, POPULATION, UNITS, WGS84
from gridmap.read.files.frames import to_frame
from gridmap.read.files.raw_layers import LayerWish, read_layers

OUT = Path(__file__).parents[1] / "data" / "boston"


def main() -> None:
    """Read, check, write, and print what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shapefile", type=Path)
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write to")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    source = read_source(arguments.shapefile)
    tracts = check_units(make_tracts(source), source="tracts")
    towns = check_units(make_towns(tracts), source="towns")
    for name, frame in (("tracts", tracts), ("towns", towns)):
        path = arguments.out / f"{name}.gpkg"
        path.unlink(missing_ok=True)
        pyogrio.write_dataframe(frame, path, layer=UNITS, driver="GPKG")
        exact = coverage_is_valid(frame.geometry.to_numpy())
        print(f"{path}: {len(frame)} units, {frame[POPULATION].sum():,} residents, exact coverage: {exact}")


def read_source(path: Path) -> gpd.GeoDataFrame:
    """The shapefile in EPSG:4326, sorted by tract. Stops unless it is an exact coverage, as in 2.2.1."""
    (raw,) = read_layers(path, [LayerWish("polygon")])
    assert raw is not None
    source = to_frame(raw, crs=None, file=path.name)
    if not coverage_is_valid(source.geometry.to_numpy()):
        raise SystemExit(f"{path.name}: the tracts do not meet edge to edge; clean them first.")
    return source.to_crs(WGS84).sort_values("poltract", ignore_index=True)


def make_tracts(source: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Units with all columns of the source behind ours."""
    ours = {
        CODE: source["poltract"].astype(str),
        NAME: [f"{town} {code}" for town, code in zip(source["TOWN"], source["poltract"], strict=True)],
        KIND: "unit",
        PARENT_CODE: town_codes(source),
        POPULATION: source["POP"],
    }
    theirs = {column: source[column] for column in source.columns if column != GEOMETRY}
    return gpd.GeoDataFrame({**ours, **theirs}, geometry=source.geometry, crs=source.crs)


def make_towns(tracts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One unit a town, dissolved from its tracts."""
    towns = tracts.assign(tracts=1).dissolve(
        by=PARENT_CODE,
        aggfunc={"TOWN": "first", POPULATION: "sum", "tracts": "sum"},
        method="coverage",
    )
    return towns.reset_index(names=CODE).rename(columns={"TOWN": NAME}).assign(kind="town")


def town_codes(source: gpd.GeoDataFrame) -> list[str]:
    """`T` and the number of the town in two digits: not to be mixed up with a tract's number."""
    return [f"T{int(number):02d}" for number in source["TOWNNO"]]


if __name__ == "__main__":
    main()
