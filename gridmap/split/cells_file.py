"""The cells file: layer `cells` in EPSG:4326, and the attribute table `cuts`."""

from __future__ import annotations

from pathlib import Path

from gridmap.geo.layers_file import write_layers
from gridmap.names import CELLS, CUTS
from gridmap.split.cells import Split


def write_cells(split: Split, path: Path) -> None:
    """Write a split as a GeoPackage; an existing file is replaced in one step or, on failure, left as it is.

    Coordinates keep their full double precision. The metric system they were cut in is in `cuts`.

    Raises:
        InputError: the folder is not there, or cannot be written to.
    """
    write_layers({CELLS: split.cells, CUTS: split.cuts}, path)
