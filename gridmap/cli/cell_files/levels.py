"""The commands of levels: micro (cells into micro-grids) and zones (levels above cells)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, OUTPUT, as_json, points_option, reading_options, size_options
from gridmap.cli.terminal import answer, progress_bar, say
from gridmap.messages import msg

if TYPE_CHECKING:
    from gridmap.geo.sizes import CellSize
    from gridmap.read.files.answers import FileAnswers
    from gridmap.read.vectors.columns import ColumnChoice


@main.command(epilog="Example: gridmap micro cells.gpkg --points buildings.gpkg --out micro.gpkg")
@click.argument("cells", type=INPUT)
@click.option(
    "--out", type=OUTPUT, required=True, help="The cells file to write (.gpkg); replaced if it exists."
)
@points_option
@click.option("--weight", help="Column of the points' load.")
@click.option("--lines", type=INPUT, help="Roads, rivers, rail to cut along.")
@size_options("micro-grid", target=40, minimum=30, maximum=50)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes to cut in."
)
@as_json
def micro(
    cells: Path,
    out: Path,
    points: Path | None,
    weight: str | None,
    lines: Path | None,
    size: CellSize,
    jobs: int,
    as_json: bool,
) -> None:
    """Cut every cell of CELLS, a cells file or a workspace, into micro-grids coded <cell>-NN.

    Without points a workspace's buildings say where the load is, else each cell's own households.
    """
    from gridmap.service.cell_files.micro_grids import MicroRequest, cut_micro_grids  # noqa: PLC0415
    from gridmap.settings import Settings  # noqa: PLC0415

    request = MicroRequest(
        cells,
        out,
        points=points,
        weight=weight,
        lines=lines,
        size=size,
        workers=jobs,
        cluster=Settings().dask_address,
    )
    with progress_bar(say(msg("Cutting"))) as progress:
        report = cut_micro_grids(request, progress=progress)
    told = msg(
        "{file}: {micro_grids} micro-grids in {cells} cells, {crs}",
        file=str(out),
        micro_grids=report.micro_grids,
        cells=report.cells,
        crs=report.crs,
    )
    answer(report.to_json(), as_json=as_json, lines=[say(told)], notes=report.notes)


@main.command(
    epilog="Example: gridmap zones cells.gpkg --units units.gpkg --list work_areas.xlsx --out zones.gpkg"
)
@click.argument("cells", type=INPUT)
@click.option(
    "--out", type=OUTPUT, required=True, help="The file to write (.gpkg), layer zones; replaced if it exists."
)
@click.option(
    "--list",
    "listed",
    type=INPUT,
    help="A table (.xlsx, .xls, .ods, .csv) that says which village or cell belongs to which zone.",
)
@click.option("--sheet", help="Sheet of the table, where several fit.")
@click.option("--column", help="In place of a table: a column of the cells or units that names their zone.")
@click.option("--called", default="zone", show_default=True, help="What the level of the zones is called.")
@click.option(
    "--units",
    type=INPUT,
    multiple=True,
    help="Boundaries that tell names and parents; may be repeated, as for the cells of micro-grids.",
)
@reading_options
@as_json
def zones(  # noqa: PLR0913, PLR0917 # one parameter an option
    cells: Path,
    out: Path,
    listed: Path | None,
    sheet: str | None,
    column: str | None,
    called: str,
    units: tuple[Path, ...],
    as_json: bool,
    answers: FileAnswers,
    columns: ColumnChoice,
) -> int:
    """Derive the levels above CELLS: villages, zones after a list, townships, counties.

    Every shape is the union of the cells in it. Exit 1 where a place is left over or a level is not exact.
    """
    from gridmap.service.cell_files.levels import ZonesRequest, derive_levels  # noqa: PLC0415

    report = derive_levels(
        ZonesRequest(
            cells,
            out,
            listed=listed,
            sheet=sheet,
            column=column,
            called=called,
            units=units,
            answers=answers,
            columns=columns,
        )
    )
    lines = [
        say(
            msg(
                "{level}: {n} places over {below}, {verdict}",
                level=level.level,
                n=len(level.places),
                below=level.below,
                verdict=msg("exact") if level.exact else msg("not exact"),
            )
        )
        for level in report.derived.levels
    ]
    told = msg("{file}: layer zones, {crs}", file=str(out), crs=report.crs)
    answer(report.to_json(), as_json=as_json, lines=[*lines, say(told)], notes=report.notes)
    return 0 if report.passed else 1
