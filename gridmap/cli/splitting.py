"""The command that cuts units into cells: split."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from gridmap.cli.command import main
from gridmap.cli.options import (
    INPUT,
    OUTPUT,
    as_json,
    datum_of,
    method_options,
    points_options,
    reading_options,
    size_options,
    weight_option,
)
from gridmap.cli.terminal import answer, progress_bar, say
from gridmap.errors import InputError
from gridmap.messages import msg

if TYPE_CHECKING:
    from gridmap.geo.sizes import CellSize
    from gridmap.split.rule import SplitRule

_OF_METHOD: Final[Mapping[str, tuple[str, ...]]] = {
    "bisect": ("lines",),
    "blocks": ("lines", "blocks", "balance"),
    "table": ("members",),
    "adopt": ("drawn", "sliver"),
    "square": ("edge", "sliver"),
    "hex": ("edge", "sliver"),
    "h3": ("resolution", "sliver"),
}
"""The options that mean something to each method, beside those that all take."""
_FILES: Final = ("lines", "blocks", "drawn", "members")


@main.command(
    epilog="Example: gridmap split units.gpkg --points buildings.gpkg --weight households "
    "--lines roads.gpkg --out cells.gpkg"
)
@click.argument("units", type=INPUT)
@click.option(
    "--out", type=OUTPUT, required=True, help="The cells file to write (.gpkg); replaced if it exists."
)
@points_options
@weight_option
@size_options
@method_options
@reading_options
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes to cut in."
)
@as_json
def split(  # noqa: PLR0913, PLR0917 # one parameter an option
    units: Path,
    out: Path,
    points: Path | None,
    points_crs: str | None,
    points_datum: str | None,
    weight: str | None,
    target: float,
    minimum: float,
    maximum: float,
    method: str,
    jobs: int,
    as_json: bool,
    layer: str | None,
    crs: str | None,
    encoding: str | None,
    datum: str | None,
    code: str | None,
    name: str | None,
    parent: str | None,
    level: str | None,
    **of_method: Any,
) -> None:
    """Cut every community or village of UNITS into cells of about equal load.

    With GRIDMAP_DASK_ADDRESS set, the workers of that dask cluster cut, and --jobs is not looked at.
    """
    from gridmap.geo.sizes import CellSize  # noqa: PLC0415
    from gridmap.read.columns import ColumnChoice  # noqa: PLC0415
    from gridmap.service.materials import MaterialFiles  # noqa: PLC0415
    from gridmap.service.splitting import SplitRequest, split_file  # noqa: PLC0415
    from gridmap.settings import Settings  # noqa: PLC0415

    given = {option: value for option, value in of_method.items() if value is not None}
    rule = _rule(method, given, CellSize(target, minimum, maximum))
    request = SplitRequest(
        source=units,
        out=out,
        points=points,
        points_crs=points_crs,
        points_datum=datum_of(points_datum),
        weight=weight,
        rule=rule,
        files=MaterialFiles(**{option: given[option] for option in _FILES if option in given}),
        layer=layer,
        columns=ColumnChoice(code, name, parent, level),
        crs=crs,
        encoding=encoding,
        datum=datum_of(datum),
        workers=jobs,
        cluster=Settings().dask_address,
    )
    with progress_bar(say(msg("Cutting"))) as progress:
        report = split_file(request, progress=progress)
    for note in report.notes:
        click.echo(say(note), err=True)
    told = msg(
        "{file}: {cells} cells in {units} units, {crs}",
        file=str(out),
        cells=report.cells,
        units=report.units,
        crs=report.crs,
    )
    lines = [say(told)]
    if report.share_on_lines is not None:
        on_lines = msg(
            "{share} of the borders inside units lie on lines", share=f"{100 * report.share_on_lines:.0f} %"
        )
        lines.append(say(on_lines))
    answer(report.to_json(), as_json=as_json, lines=lines)


def _rule(method: str, given: Mapping[str, Any], size: CellSize) -> SplitRule:
    """The rule of the options given.

    Raises:
        InputError: an option means nothing to the method, or is wrong.
    """
    from gridmap.geo.code_scheme import code_scheme  # noqa: PLC0415
    from gridmap.split.rule import Method, SplitRule  # noqa: PLC0415

    idle = [f"--{option}" for option in given if option not in (*_OF_METHOD[method], "codes")]
    if idle:
        raise InputError(
            msg(
                "The method {method} makes no use of {options}. Leave it out; the method takes {own}.",
                method=method,
                options=idle,
                own=[f"--{option}" for option in _OF_METHOD[method]],
            )
        )
    named: dict[str, Any] = {
        option: given[option] for option in ("balance", "edge", "resolution", "sliver") if option in given
    }
    if "codes" in given:
        named["codes"] = code_scheme(given["codes"])
    return SplitRule(size.target, size.minimum, size.maximum, method=Method(method), **named)
