"""The command that mends boundaries: clean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, OUTPUT, as_json, reading_options
from gridmap.cli.terminal import answer, say
from gridmap.messages import Message, msg, msg_n

if TYPE_CHECKING:
    from gridmap.read.files.answers import FileAnswers
    from gridmap.read.vectors.columns import ColumnChoice


@main.command(epilog="Example: gridmap clean communities.shp --crs EPSG:4547 --out units.gpkg")
@click.argument("file", type=INPUT)
@click.option(
    "--out",
    type=OUTPUT,
    required=True,
    help="The file to write (.gpkg), replaced if it exists: layers units, defects, before.",
)
@reading_options
@click.option(
    "--gap-width",
    type=click.FloatRange(0),
    help="Gaps up to this many metres wide are filled [by the slivers found].",
)
@click.option(
    "--snap",
    type=click.FloatRange(0),
    help="Vertices within this many metres count as one [by the slivers found].",
)
@click.option("--report", type=OUTPUT, help="A JSON file to write the list of defects to, too.")
@as_json
def clean(
    file: Path,
    out: Path,
    gap_width: float | None,
    snap: float | None,
    report: Path | None,
    as_json: bool,
    answers: FileAnswers,
    columns: ColumnChoice,
) -> None:
    """Mend the boundaries in FILE so that they meet edge to edge, and list every defect.

    Duplicates, invalid shapes, overlaps, gaps and slivers are mended and listed with their area and place.
    """
    from gridmap.geo.systems.crs import crs_title  # noqa: PLC0415
    from gridmap.service.boundaries.cleaning import CleanRequest, clean_file  # noqa: PLC0415

    done = clean_file(
        CleanRequest(
            file,
            out,
            report,
            answers=answers,
            columns=columns,
            snap=snap,
            gap_width=gap_width,
        )
    )
    told = msg("{file}: {units} units, {crs}", file=str(out), units=done.units, crs=crs_title(done.crs))
    counts = [_counted(kind, n) for kind, n in done.counts.items()] or [msg("no defects")]
    lines = [say(told), *(f"  {say(line)}" for line in counts)]
    answer(done.to_json(), as_json=as_json, lines=lines, notes=done.notes)


def _counted(kind: str, n: int) -> Message:
    """How many defects of a kind there are."""
    words = {
        "duplicate": msg_n("{n} duplicate left out", "{n} duplicates left out", n=n),
        "invalid": msg_n("{n} invalid shape set right", "{n} invalid shapes set right", n=n),
        "overlap": msg_n("{n} overlap shared out", "{n} overlaps shared out", n=n),
        "gap": msg_n("{n} gap filled", "{n} gaps filled", n=n),
        "unfilled": msg_n("{n} gap left open", "{n} gaps left open", n=n),
        "emptied": msg_n("{n} unit of which nothing is left", "{n} units of which nothing is left", n=n),
        "loose_part": msg_n(
            "{n} splinter given to the neighbour around it",
            "{n} splinters given to the neighbours around them",
            n=n,
        ),
        "redrawn": msg_n(
            "{n} upper unit made anew from the units in it",
            "{n} upper units made anew from the units in them",
            n=n,
        ),
    }
    return words[kind]
