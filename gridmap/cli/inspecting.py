"""The command that tells what is in a file: inspect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, as_json
from gridmap.cli.terminal import answer, say
from gridmap.messages import Message, msg, msg_n, shortened
from gridmap.model.faults import KIND_LABELS

if TYPE_CHECKING:
    from gridmap.read.tables.inspection import SheetReport
    from gridmap.read.vectors.inspection import LayerReport

_SHOWN: Final = 5
_DIVIDERS: Final = {"\t": msg("tab"), ",": msg("comma"), ";": msg("semicolon")}


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

    Of a workbook or CSV file: its sheets, where their headings are, and rows that are no data. Nothing is
    changed. Where a coordinate system is missing or can hardly be right, likely ones are listed,
    the likeliest first; name one with --crs when the file is read.
    """
    from gridmap.service.files.inspecting import InspectRequest, inspect_file, reference_in  # noqa: PLC0415

    report = inspect_file(InspectRequest(file, encoding, reference_in(reference) if reference else None))
    parts = [*map(_lines, report.layers), *map(_sheet_lines, report.sheets)]
    lines = [line for part in parts for line in _told(part)]
    answer(report.to_json(), as_json=as_json, lines=lines)


def _told(part: Iterator[Message]) -> list[str]:
    first, *rest = (say(line) for line in part)
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


def _sheet_lines(sheet: SheetReport) -> Iterator[Message]:
    """A sheet in words; of each kind of fault the first places."""
    yield msg_n("{name}: {n} row of data", "{name}: {n} rows of data", n=sheet.count, name=sheet.name or "-")
    if sheet.heading_rows is not None:
        first, last = (str(row) for row in sheet.heading_rows)
        one = msg("headings: row {row}", row=last)
        yield one if first == last else msg("headings: rows {first} to {last}", first=first, last=last)
        yield msg("fields: {fields}", fields=list(sheet.fields))
    if sheet.delimiter:
        how = _how_encoding(sheet.encoding.found_by)
        yield msg("encoding: {encoding} ({how})", encoding=sheet.encoding.name, how=how)
        yield msg("divided by: {delimiter}", delimiter=_DIVIDERS.get(sheet.delimiter, sheet.delimiter))
    for kind in dict.fromkeys(fault.kind for fault in sheet.faults):
        faults = [fault for fault in sheet.faults if fault.kind is kind]
        places = [fault.cell or str(fault.row) for fault in faults if fault.row is not None]
        if places:
            yield msg(
                "{kind}: {n} ({places})",
                kind=KIND_LABELS[kind],
                n=len(faults),
                places=shortened(places, _SHOWN),
            )
        else:
            yield msg("{text}", text=faults[0].message)


def _crs_lines(layer: LayerReport) -> Iterator[Message]:
    how = {
        "file": msg("named in the file"),
        "standard": msg("laid down by the format"),
        "none": msg("not named in the file"),
    }[layer.crs_found_by]
    yield msg("coordinate system: {crs} ({how})", crs=layer.crs_title or "-", how=how)
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
        "mark": msg("by the mark at its beginning"),
        "zeros": msg("two bytes a character"),
        "format": msg("laid down by the format"),
    }[found_by]
