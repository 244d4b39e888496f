"""Writing frames as layers of one GeoPackage, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.names import WGS84


def check_output(path: Path, inputs: Iterable[Path | None]) -> None:
    """Refuse another ending than that of a GeoPackage, and a file that is read.

    Raises:
        InputError: either of them.
    """
    if path.suffix.lower() != ".gpkg":
        raise InputError(
            msg("{file}: the output is a GeoPackage. Give a name ending in .gpkg.", file=path.name)
        )
    if any(given is not None and given.resolve() == path.resolve() for given in inputs):
        raise InputError(
            msg("{file}: the output would replace the input. Give another name.", file=path.name)
        )


def write_layers(layers: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write frames by name, those with geometry in EPSG:4326 at full double precision.

    An existing file is replaced in one step or, on failure, left as it is.

    Raises:
        InputError: the folder is not there, or cannot be written to.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".gridmap-", dir=path.parent) as folder:
            fresh = Path(folder) / "layers.gpkg"
            for name, frame in layers.items():
                _write(frame, name, fresh)
            fresh.replace(path)
    except OSError as error:
        detail = error.strerror or str(error)
        raise InputError(
            msg("{file}: it cannot be written ({detail}).", file=str(path), detail=detail)
        ) from error


def _write(frame: pd.DataFrame, name: str, file: Path) -> None:
    append = file.exists()
    if not isinstance(frame, gpd.GeoDataFrame):
        pyogrio.write_dataframe(frame, file, layer=name, driver="GPKG", append=append)
        return
    kinds = set(frame.geom_type.dropna())
    pyogrio.write_dataframe(
        frame.to_crs(WGS84),
        file,
        layer=name,
        driver="GPKG",
        append=append,
        promote_to_multi=kinds == {"Polygon", "MultiPolygon"},
        # Without rows, or with rows of several kinds, none is told from the shapes.
        geometry_type=None if kinds and kinds <= {"Polygon", "MultiPolygon"} else "Unknown",
    )
