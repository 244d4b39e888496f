"""Commands that edit the cells of a cells file: edit split, merge, redraw, transfer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, edit_options
from gridmap.cli.terminal import answer, say
from gridmap.errors import InputError
from gridmap.messages import Message, msg

if TYPE_CHECKING:
    from gridmap.read.files.answers import FileAnswers
    from gridmap.read.vectors.columns import ColumnChoice
    from gridmap.service.cell_files.editing import EditReport, FileCommand


@main.group()
def edit() -> None:
    """Change single cells of a cells file; the result stays an exact tessellation."""


@edit.command("split", epilog="Example: gridmap edit split cells.gpkg --line road.geojson --out cells2.gpkg")
@click.argument("cells", type=INPUT)
@click.option("--line", type=INPUT, required=True, help="A file with one line, drawn from border to border.")
@click.option(
    "--cell",
    multiple=True,
    metavar="CODE",
    help="Split this cell alone; may be repeated [all that the line crosses].",
)
@edit_options
def edit_split(cells: Path, line: Path, cell: tuple[str, ...], **options: Any) -> None:
    """Split cells of CELLS along a drawn line; the piece with the larger load keeps the code."""
    from gridmap.service.cell_files.editing import DrawnSplit  # noqa: PLC0415

    _edit(cells, DrawnSplit(line, cell), **options)


@edit.command(
    "merge", epilog="Example: gridmap edit merge cells.gpkg 990101100201001 990101100201002 --out cells2.gpkg"
)
@click.argument("cells", type=INPUT)
@click.argument("chosen", nargs=-1, required=True, metavar="CODE...")
@edit_options
def edit_merge(cells: Path, chosen: tuple[str, ...], **options: Any) -> None:
    """Make one cell of several of CELLS; it keeps the code of the one with the largest load."""
    from gridmap.split.edit.edit import MergeCells  # noqa: PLC0415

    _edit(cells, MergeCells(chosen), **options)


@edit.command(
    "redraw",
    epilog="Example: gridmap edit redraw cells.gpkg 990101100201001 --outline cell.geojson --out cells2.gpkg",
)
@click.argument("cells", type=INPUT)
@click.argument("chosen", metavar="CODE")
@click.option("--outline", type=INPUT, required=True, help="A file with the whole new outline, an area.")
@edit_options
def edit_redraw(cells: Path, chosen: str, outline: Path, **options: Any) -> None:
    """Give the cell CODE of CELLS a new outline: its neighbours lose or get the difference."""
    from gridmap.service.cell_files.editing import DrawnOutline  # noqa: PLC0415

    _edit(cells, DrawnOutline(chosen, outline), **options)


@edit.command(
    "transfer",
    epilog="Example: gridmap edit transfer cells.gpkg 990101100201001 990101100201002 --area block.geojson "
    "--out cells2.gpkg",
)
@click.argument("cells", type=INPUT)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--area", type=INPUT, help="A file with the areas to give, such as a block.")
@click.option(
    "--buildings", type=INPUT, help="A file with the buildings to give, each with its ground (with --points)."
)
@edit_options
def edit_transfer(
    cells: Path, source: str, target: str, area: Path | None, buildings: Path | None, **options: Any
) -> None:
    """Give a part of the cell FROM to its neighbour TO."""
    from gridmap.service.cell_files.editing import DrawnTransfer  # noqa: PLC0415

    given = area or buildings
    if given is None or (area and buildings):
        raise InputError(msg("Say what to give: either --area or --buildings."))
    _edit(cells, DrawnTransfer(source, target, given, buildings=area is None), **options)


def _edit(  # noqa: PLR0913 # one parameter an option
    cells: Path,
    command: FileCommand,
    *,
    out: Path,
    units: Path | None,
    points: Path | None,
    weight: str | None,
    locked: tuple[str, ...],
    codes: str | None,
    as_json: bool,
    answers: FileAnswers,
    columns: ColumnChoice,
) -> None:
    from gridmap.geo.code_scheme import code_scheme  # noqa: PLC0415
    from gridmap.service.cell_files.editing import EditRequest, edit_file  # noqa: PLC0415

    report = edit_file(
        EditRequest(
            source=cells,
            out=out,
            command=command,
            units=units,
            points=points,
            weight=weight,
            locked=frozenset(locked),
            codes=None if codes is None else code_scheme(codes),
            answers=answers,
            columns=columns,
        )
    )
    answer(
        report.to_json(), as_json=as_json, lines=[say(line) for line in _lines(report)], notes=report.notes
    )


def _lines(report: EditReport) -> list[Message]:
    edited = report.edited
    told = [msg("{file}: {cells} cells", file=str(report.out), cells=len(edited.cells))]
    if edited.added:
        told.append(msg("new: {codes}", codes=list(edited.added)))
    if edited.removed:
        told.append(msg("retired: {codes}", codes=list(edited.removed)))
    if edited.changed:
        told.append(msg("changed: {codes}", codes=list(edited.changed)))
    return [*told, msg("households that changed cell: {moved}", moved=f"{edited.households_moved:.0f}")]
