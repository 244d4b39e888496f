"""The command that turns a CAD drawing into areas: trace."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, OUTPUT, as_json
from gridmap.cli.terminal import answer, say
from gridmap.errors import InputError
from gridmap.messages import Message, msg

_UNITS: Final = {"mm": 0.001, "cm": 0.01, "m": 1.0, "km": 1000.0}
_SUGGESTED: Final = 5


@main.command(
    epilog="Example: gridmap trace town.dxf --outlines CELLS --labels NAMES --crs EPSG:4548 --out drawn.gpkg"
)
@click.argument("drawing", type=INPUT)
@click.option("--out", type=OUTPUT, required=True, help="The file to write (.gpkg), replaced if it exists.")
@click.option("--outlines", multiple=True, help="Layer of the lines; may be given several times.")
@click.option("--labels", multiple=True, help="Layer of the texts that name the areas; may be repeated.")
@click.option(
    "--crs", help="Coordinate system it is drawn in, e.g. EPSG:4548; EPSG:4548/swapped for northing first."
)
@click.option(
    "--unit", type=click.Choice(list(_UNITS)), help="Unit of the drawing [as the file says, else m]."
)
@click.option(
    "--point",
    "points",
    multiple=True,
    help="A point known in drawing and on the ground, x,y=lon,lat; two or more place the drawing.",
)
@click.option(
    "--close",
    type=click.FloatRange(0),
    default=0.5,
    show_default=True,
    help="Ends of lines within this many metres are joined.",
)
@click.option(
    "--codeless",
    type=click.Choice(["leave", "name", "number"]),
    default="leave",
    show_default=True,
    help="Areas that no label gives a code: leave them without, take their name, or number them.",
)
@as_json
def trace(  # noqa: PLR0913, PLR0917 # one parameter an option
    drawing: Path,
    out: Path,
    outlines: tuple[str, ...],
    labels: tuple[str, ...],
    crs: str | None,
    unit: str | None,
    points: tuple[str, ...],
    close: float,
    codeless: str,
    as_json: bool,
) -> None:
    """Turn lines and labels of DRAWING (.dxf) into areas on the ground, for split --method adopt or clean.

    Without --outlines the layers of the drawing are listed.
    """
    from gridmap.geo.systems.crs import crs_title  # noqa: PLC0415
    from gridmap.service.boundaries.drawing_place import known_point  # noqa: PLC0415
    from gridmap.service.boundaries.drawings import Codeless, DrawingRequest, trace_drawing  # noqa: PLC0415

    if not outlines:
        raise InputError(_layerless(drawing))
    if points and (crs or unit):
        raise InputError(
            msg("Known points place the drawing alone: give either --point, or --crs and --unit.")
        )
    if not (points or crs):
        raise InputError(_placeless(drawing, outlines, unit))
    done = trace_drawing(
        DrawingRequest(
            source=drawing,
            out=out,
            outlines=outlines,
            labels=labels,
            crs=crs,
            points=tuple(map(known_point, points)),
            unit_m=None if unit is None else _UNITS[unit],
            close_m=close,
            codeless=Codeless(codeless),
        )
    )
    told = msg(
        "{file}: {areas} areas, {labelled} with a label, {area} km², {crs}",
        file=str(out),
        areas=done.areas,
        labelled=done.labelled,
        area=round(done.area_m2 / 1_000_000, 2),
        crs=crs_title(done.crs),
    )
    answer(done.to_json(), as_json=as_json, lines=[say(told)], notes=done.notes)


def _layerless(drawing: Path) -> Message:
    """What to say of a drawing whose layers are not named: those that have lines."""
    from gridmap.read.vectors.drawings import inspect_drawing  # noqa: PLC0415

    layers = [layer.name for layer in inspect_drawing(drawing).layers if layer.closed + layer.open]
    return msg(
        "{file}: name its layers of lines with --outlines: {layers}.", file=drawing.name, layers=layers
    )


def _placeless(drawing: Path, outlines: tuple[str, ...], unit: str | None) -> Message:
    """What to say of a drawing whose place is not named: the systems that its numbers fit."""
    from gridmap.read.vectors.drawings import inspect_drawing  # noqa: PLC0415
    from gridmap.service.boundaries.drawing_place import systems_of_drawing  # noqa: PLC0415

    inventory = inspect_drawing(drawing)
    known = [layer.name for layer in inventory.layers if layer.name in outlines]
    unit_m = None if unit is None else _UNITS[unit]
    found = systems_of_drawing(inventory, known, unit_m=unit_m)[:_SUGGESTED]
    if not found:
        return msg(
            "{file}: no coordinate system is given, and its coordinates fit none that is known here. "
            "Place it by two or more --point, or name its --unit.",
            file=drawing.name,
        )
    return msg(
        "{file}: no coordinate system is given. Name it with --crs, or place the drawing by two or more "
        "--point. Likely: {likely}.",
        file=drawing.name,
        likely=[msg("{crs} ({why})", crs=one.crs, why=one.why) for one in found],
    )
