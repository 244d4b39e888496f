"""The command that tells what is in a file: inspect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, as_json
from gridmap.cli.terminal import answer, say
from gridmap.messages import Message, msg

if TYPE_CHECKING:
    from gridmap.read.inspection import LayerReport


@main.command(epilog="Example: gridmap inspect villages.zip --reference county.gpkg")
@click.argument("file", type=INPUT)
@click.option(
    "--reference",
    type=INPUT,
    help="Units or a workspace that lie right: coordinate systems and datums are judged by them.",
)
@click.option("--encoding", help="Encoding of the texts, e.g. GB18030, where it is not found.")
@as_json
def inspect(file: Path, reference: Path | None, encoding: str | None, as_json: bool) -> None:
    """Tell the layers of FILE, their fields, encoding and coordinate system, how each was found, and faults.

    Nothing is changed. Where a coordinate system is missing or can hardly be right, likely ones are listed,
    the likeliest first; name one with --crs when the file is read.
    """
    from gridmap.service.inspecting import InspectRequest, inspect_file  # noqa: PLC0415

    report = inspect_file(InspectRequest(file, encoding, reference))
    lines = [line for layer in report.layers for line in _told(layer)]
    answer(report.to_json(), as_json=as_json, lines=lines)


def _told(layer: LayerReport) -> list[str]:
    first, *rest = (say(line) for line in _lines(layer))
    return [first, *(f"  {line}" for line in rest)]


def _lines(layer: LayerReport) -> Iterator[Message]:
    """A layer in words."""
    kinds: list[str | Message] = [*layer.geometry] or [msg("table without geometry")]
    yield msg("{name}: {count} rows, {kinds}", name=layer.name or "-", count=layer.count, kinds=kinds)
    yield msg("fields: {fields}", fields=list(layer.fields))
    yield msg(
        "encoding: {encoding} ({how})",
        encoding=layer.encoding.name,
        how=_how_encoding(layer.encoding.found_by),
    )
    if not layer.encoding.sure:
        others = [layer.encoding.name, *layer.encoding.others]
        yield msg("not sure; name it with --encoding, likely: {others}", others=others)
    if layer.geometry:
        yield from _crs_lines(layer)
    for fault in layer.faults:
        yield fault.told


def _crs_lines(layer: LayerReport) -> Iterator[Message]:
    how = {
        "file": msg("named in the file"),
        "standard": msg("laid down by the format"),
        "none": msg("not named in the file"),
    }[layer.crs_found_by]
    yield msg("coordinate system: {crs} ({how})", crs=layer.crs or "-", how=how)
    if layer.crs_doubt is not None:
        yield msg("it can hardly be right: it puts the data {place}", place=layer.crs_doubt)
    for one in layer.crs_suggestions:
        yield msg("likely {score}: --crs {crs}: {why}", score=f"{one.score:.2f}", crs=one.crs, why=one.why)
    if layer.datum_suggestion is not None:
        yield msg(
            "likely shifted: --datum {datum}: {why}",
            datum=layer.datum_suggestion.datum.value,
            why=layer.datum_suggestion.why,
        )


def _how_encoding(found_by: str) -> Message:
    return {
        "named": msg("as named"),
        "ascii": msg("plain letters only"),
        "bytes": msg("all bytes are valid UTF-8"),
        "declared": msg("named in the file, and the bytes agree"),
        "score": msg("by the characters it gives"),
        "format": msg("laid down by the format"),
    }[found_by]
