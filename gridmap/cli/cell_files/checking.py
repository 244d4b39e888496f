"""The command that measures cells: check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gridmap.cli.command import main
from gridmap.cli.options import (
    INPUT,
    as_json,
    cell_size_options,
    points_options,
    reading_options,
    weight_option,
)
from gridmap.cli.terminal import answer, say
from gridmap.messages import msg

if TYPE_CHECKING:
    from gridmap.geo.sizes import CellSize
    from gridmap.read.files.answers import FileAnswers
    from gridmap.read.vectors.columns import ColumnChoice


@main.command(epilog="Example: gridmap check cells.gpkg --units communities.gpkg --json")
@click.argument("cells", type=INPUT)
@click.option("--units", type=INPUT, help="Boundaries the cells were cut from.")
@points_options
@click.option("--lines", type=INPUT, help="Roads, rivers, rail: tells how much of the borders lies on them.")
@weight_option
@cell_size_options
@reading_options
@as_json
def check(  # noqa: PLR0913, PLR0917 # one parameter an option
    cells: Path,
    units: Path | None,
    points: Path | None,
    points_answers: FileAnswers,
    lines: Path | None,
    weight: str | None,
    size: CellSize,
    as_json: bool,
    answers: FileAnswers,
    columns: ColumnChoice,
) -> int:
    """Measure how exact and balanced CELLS, or those of a workspace, are; exit 1 where not exact."""
    from gridmap.service.cell_files.splitting import CheckRequest, check_file  # noqa: PLC0415

    quality = check_file(
        CheckRequest(
            cells=cells,
            units=units,
            points=points,
            points_answers=points_answers,
            lines=lines,
            weight=weight,
            size=size,
            answers=answers,
            columns=columns,
        )
    )
    figures = quality.to_json()
    verdict = msg("exact") if quality.passed else msg("not exact")
    rows = [f"{key.replace('_', ' ')}: {value}" for key, value in figures.items() if key != "passed"]
    answer(figures, as_json=as_json, lines=[*rows, f"{cells}: {say(verdict)}"])
    return 0 if quality.passed else 1
