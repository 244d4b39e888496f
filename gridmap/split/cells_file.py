"""The cells file: layer `cells` in EPSG:4326, and the attribute table `cuts`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyogrio

from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.names import CELLS, CUTS, WGS84
from gridmap.split.cells import Split


def write_cells(split: Split, path: Path) -> None:
    """Write a split as a GeoPackage; an existing file is replaced in one step or, on failure, left as it is.

    Coordinates keep their full double precision. The metric system they were cut in is in `cuts`.

    Raises:
        InputError: the folder is not there, or cannot be written to.
    """
    cells = split.cells.to_crs(WGS84)
    try:
        with tempfile.TemporaryDirectory(prefix=".gridmap-", dir=path.parent) as folder:
            fresh = Path(folder) / "cells.gpkg"
            several_parts = bool((cells.geom_type == "MultiPolygon").any())
            pyogrio.write_dataframe(cells, fresh, layer=CELLS, driver="GPKG", promote_to_multi=several_parts)
            pyogrio.write_dataframe(split.cuts, fresh, layer=CUTS, driver="GPKG", append=True)
            fresh.replace(path)
    except OSError as error:
        detail = error.strerror or str(error)
        raise InputError(
            msg("{file}: it cannot be written ({detail}).", file=str(path), detail=detail)
        ) from error
