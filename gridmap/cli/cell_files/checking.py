"""The command that measures cells: check."""

from __future__ import annotations

from pathlib import Path

import click

from gridmap.cli.command import main
from gridmap.cli.options import (
    INPUT,
    as_json,
    datum_of,
    points_options,
    reading_options,
    size_options,
    weight_option,
)
from gridmap.cli.terminal import answer, say
from gridmap.messages import msg


@main.command(epilog="Example: gridmap check cells.gpkg --units communities.gpkg --json")
@click.argument("cells", type=INPUT)
@click.option("--units", type=INPUT, help="Boundaries the cells were cut from.")
@points_options
@click.option("--lines", type=INPUT, help="Roads, rivers, rail: tells how much of the borders lies on them.")
@weight_option
@size_options
@reading_options
@as_json
def check(  # noqa: PLR0913, PLR0917 # one parameter an option
    cells: Path,
    units: Path | None,
    points: Path | None,
    points_crs: str | None,
    points_datum: str | None,
    lines: Path | None,
    weight: str | None,
    target: float,
    minimum: float,
    maximum: float,
    as_json: bool,
    layer: str | None,
    crs: str | None,
    encoding: str | None,
    datum: str | None,
    **columns: str | None,
) -> int:
    """Measure how exact and balanced CELLS, or those of a workspace, are; exit 1 where not exact."""
    from gridmap.geo.sizes import CellSize  # noqa: PLC0415
    from gridmap.read.vectors.columns import ColumnChoice  # noqa: PLC0415
    from gridmap.service.cell_files.splitting import CheckRequest, check_file  # noqa: PLC0415

    quality = check_file(
        CheckRequest(
            cells=cells,
            units=units,
            points=points,
            points_crs=points_crs,
            points_datum=datum_of(points_datum),
            lines=lines,
            weight=weight,
            size=CellSize(target, minimum, maximum),
            layer=layer,
            columns=ColumnChoice(**columns),
            crs=crs,
            encoding=encoding,
            datum=datum_of(datum),
        )
    )
    figures = quality.to_json()
    verdict = msg("exact") if quality.passed else msg("not exact")
    rows = [f"{key.replace('_', ' ')}: {value}" for key, value in figures.items() if key != "passed"]
    answer(figures, as_json=as_json, lines=[*rows, f"{cells}: {say(verdict)}"])
    return 0 if quality.passed else 1
