"""The command that cuts units into cells: split."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from gridmap.cli.command import main
from gridmap.cli.options import (
    INPUT,
    OUTPUT,
    again_options,
    as_json,
    cell_size_options,
    method_options,
    points_options,
    reading_options,
    weight_option,
)
from gridmap.cli.terminal import answer, progress_bar, say
from gridmap.errors import InputError
from gridmap.messages import msg

if TYPE_CHECKING:
    from gridmap.geo.sizes import CellSize
    from gridmap.read.files.answers import FileAnswers
    from gridmap.read.vectors.columns import ColumnChoice
    from gridmap.service.cell_files.resplit_report import ResplitReport
    from gridmap.service.cell_files.resplitting import RulePart
    from gridmap.service.cell_files.splitting import SplitReport, SplitRequest
    from gridmap.split.rule import SplitRule

_OF_METHOD: Final[Mapping[str, tuple[str, ...]]] = {
    "bisect": ("lines", "lines_crs"),
    "blocks": ("lines", "lines_crs", "blocks", "blocks_crs", "balance"),
    "table": ("members",),
    "adopt": ("drawn", "drawn_crs", "sliver"),
    "square": ("edge", "sliver"),
    "hex": ("edge", "sliver"),
    "h3": ("resolution", "sliver"),
}
"""The options that mean something to each method, beside those that all take."""
_FILES: Final = ("lines", "blocks", "drawn", "lines_crs", "blocks_crs", "drawn_crs", "members")
_AGAIN: Final = ("only", "relieve", "locked", "report")


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
@cell_size_options
@method_options
@again_options
@reading_options
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes to cut in."
)
@as_json
@click.pass_context
def split(  # noqa: PLR0913, PLR0917 # one parameter an option
    context: click.Context,
    /,
    units: Path,
    out: Path,
    points: Path | None,
    points_answers: FileAnswers,
    weight: str | None,
    size: CellSize,
    method: str,
    previous: Path | None,
    jobs: int,
    as_json: bool,
    answers: FileAnswers,
    columns: ColumnChoice,
    **others: Any,
) -> None:
    """Cut every community or village of UNITS into cells of about equal load.

    With --previous only what no longer fits is cut again. With GRIDMAP_DASK_ADDRESS set, the workers of
    that dask cluster cut, and --jobs is not looked at.
    """
    from gridmap.service.cell_files.materials import MaterialFiles  # noqa: PLC0415
    from gridmap.service.cell_files.splitting import SplitRequest  # noqa: PLC0415
    from gridmap.settings import Settings  # noqa: PLC0415

    again = {option: others.pop(option) for option in _AGAIN}
    given = {option: value for option, value in others.items() if value is not None}
    _require_sense(context, previous, again, given)
    request = SplitRequest(
        source=units,
        out=out,
        points=points,
        points_answers=points_answers,
        weight=weight,
        rule=_rule(method, given, size),
        files=MaterialFiles(**{option: given[option] for option in _FILES if option in given}),
        answers=answers,
        columns=columns,
        workers=jobs,
        cluster=Settings().dask_address,
    )
    if previous is None:
        _split(request, as_json=as_json)
    else:
        _split_again(request, previous, again, _as_before(context, given), as_json=as_json)


def _split(request: SplitRequest, *, as_json: bool) -> None:
    from gridmap.service.cell_files.splitting import split_file  # noqa: PLC0415

    with progress_bar(say(msg("Cutting"))) as progress:
        report = split_file(request, progress=progress)
    answer(report.to_json(), as_json=as_json, lines=_lines(report), notes=report.notes)


def _split_again(
    request: SplitRequest,
    previous: Path,
    again: Mapping[str, Any],
    as_before: frozenset[RulePart],
    *,
    as_json: bool,
) -> None:
    from gridmap.service.cell_files.resplitting import Relief, ResplitRequest, resplit_file  # noqa: PLC0415

    relief = again["relieve"]
    with progress_bar(say(msg("Cutting"))) as progress:
        report = resplit_file(
            ResplitRequest(
                split=request,
                previous=previous,
                only=frozenset(again["only"]),
                relief=None if relief is None else Relief(relief),
                locked=frozenset(again["locked"]),
                as_before=as_before,
                report=again["report"],
            ),
            progress=progress,
        )
    lines = [*_lines(report.split), _changed_line(report)]
    answer(report.to_json(), as_json=as_json, lines=lines, notes=report.split.notes)


def _lines(report: SplitReport) -> list[str]:
    from gridmap.geo.systems.crs import crs_title  # noqa: PLC0415

    told = msg(
        "{file}: {cells} cells in {units} units, {crs}",
        file=str(report.out),
        cells=report.cells,
        units=report.units,
        crs=crs_title(report.crs),
    )
    lines = [say(told)]
    if report.share_on_lines is not None:
        on_lines = msg(
            "{share} of the borders inside units lie on lines", share=f"{100 * report.share_on_lines:.0f} %"
        )
        lines.append(say(on_lines))
    return lines


def _changed_line(report: ResplitReport) -> str:
    totals = report.totals
    told = msg(
        "{kept} cells kept, {new} new, {retired} retired; households that changed cell: {moved} ({share})",
        kept=totals["kept"],
        new=totals["new"],
        retired=totals["retired"],
        moved=f"{totals['moved']:.0f}",
        share=f"{100 * totals['share']:.1f} %",
    )
    return say(told)


def _require_sense(
    context: click.Context, previous: Path | None, again: Mapping[str, Any], given: Mapping[str, Any]
) -> None:
    """Refuse options that need --previous without it, and those that mean nothing to --relieve.

    Raises:
        InputError: there are such options.
    """
    needy = [f"--{option}" for option, value in again.items() if value]
    if previous is None and needy:
        raise InputError(
            msg("{options} needs the cells to go on from: name them with --previous.", options=needy)
        )
    named = [*given, *(["method"] if _is_given(context, "method") else [])]
    idle = [_spelled(option) for option in named if option != "codes"]
    if again["relieve"] is not None and idle:
        raise InputError(
            msg(
                "--relieve splits cells straight or merges them and makes no use of {options}. Leave it out.",
                options=idle,
            )
        )


def _as_before(context: click.Context, given: Mapping[str, Any]) -> frozenset[RulePart]:
    """The parts of the rule that no option names."""
    from gridmap.service.cell_files.resplitting import RulePart  # noqa: PLC0415

    own = set(given) - {"codes"}
    parts = {
        RulePart.METHOD: bool(own) or _is_given(context, "method"),
        RulePart.SIZE: any(_is_given(context, option) for option in ("target", "minimum", "maximum")),
        RulePart.CODES: "codes" in given,
    }
    return frozenset(part for part, named in parts.items() if not named)


def _spelled(option: str) -> str:
    return f"--{option.replace('_', '-')}"


def _is_given(context: click.Context, option: str) -> bool:
    return context.get_parameter_source(option) is not ParameterSource.DEFAULT


def _rule(method: str, given: Mapping[str, Any], size: CellSize) -> SplitRule:
    """The rule of the options given.

    Raises:
        InputError: an option means nothing to the method, or is wrong.
    """
    from gridmap.geo.code_scheme import code_scheme  # noqa: PLC0415
    from gridmap.split.rule import Method, SplitRule  # noqa: PLC0415

    idle = [_spelled(option) for option in given if option not in (*_OF_METHOD[method], "codes")]
    if idle:
        raise InputError(
            msg(
                "The method {method} makes no use of {options}. Leave it out; the method takes {own}.",
                method=method,
                options=idle,
                own=[_spelled(option) for option in _OF_METHOD[method]],
            )
        )
    named: dict[str, Any] = {
        option: given[option] for option in ("balance", "edge", "resolution", "sliver") if option in given
    }
    if "codes" in given:
        named["codes"] = code_scheme(given["codes"])
    return SplitRule(size.target, size.minimum, size.maximum, method=Method(method), **named)
