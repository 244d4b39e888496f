"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
    from gridmap.read.files.answers import FileAnswers

F = TypeVar("F", bound=Callable[..., Any])

INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")


locked_option = click.option(
    "--locked", multiple=True, metavar="CODE", help="A cell that must not change; may be repeated."
)
points_option = click.option(
    "--points", type=INPUT, help="Where the load is: any vector file, CSV or Parquet."
)


def _together(command: F, *options: Callable[[F], F]) -> F:
    """A command with several options, in the order that help lists them."""
    for option in reversed(options):
        command = option(command)
    return command


def reading_options(command: F) -> F:
    """Options that say how to read boundaries where the file itself does not tell.

    The command is given them as `answers` (FileAnswers) and `columns` (ColumnChoice).
    """

    @wraps(command)
    def told(*args: Any, **given: Any) -> Any:
        from gridmap.read.vectors.columns import ColumnChoice  # noqa: PLC0415 # keeps --help quick

        columns = ColumnChoice(**{name: given.pop(name) for name in ("code", "name", "parent", "level")})
        answers = _answers(**{name: given.pop(name) for name in ("layer", "crs", "encoding", "datum")})
        return command(*args, answers=answers, columns=columns, **given)

    return _together(
        cast("F", told),
        click.option("--layer", help="Layer of the boundaries, where the file has several."),
        click.option("--code", help="Column of the unit codes."),
        click.option("--name", help="Column of the unit names."),
        click.option("--parent", help="Column of the parents' codes."),
        click.option("--level", help="Column of the levels."),
        click.option(
            "--crs",
            help="Coordinate system of the boundaries, e.g. EPSG:4490, where the file names none; "
            "EPSG:4548/swapped where the northing comes first.",
        ),
        click.option("--encoding", help="Encoding of the texts, e.g. GB18030, where it is not found."),
        click.option(
            "--datum",
            type=click.Choice(["wgs84", "gcj02", "bd09"]),
            help="What the coordinates were shifted to: gcj02 by Amap or Tencent, bd09 by Baidu [wgs84].",
        ),
    )


def _answers(
    *, crs: str | None, datum: str | None, layer: str | None = None, encoding: str | None = None
) -> FileAnswers:
    """What options say of a file; WGS 84 where no datum is named."""
    from gridmap.geo.systems.datum import Datum  # noqa: PLC0415 # keeps --help quick
    from gridmap.read.files.answers import FileAnswers  # noqa: PLC0415

    return FileAnswers(layer, encoding, crs, Datum(datum) if datum else Datum.WGS84)


def size_options(of: str, *, target: float, minimum: float, maximum: float) -> Callable[[F], F]:
    """Options for the load of a cell, or of what else `of` names; the command is given them as `size`."""

    def sized(command: F) -> F:
        @wraps(command)
        def told(*args: Any, **given: Any) -> Any:
            from gridmap.geo.sizes import CellSize  # noqa: PLC0415 # keeps --help quick

            size = CellSize(*(given.pop(name) for name in ("target", "minimum", "maximum")))
            return command(*args, size=size, **given)

        def load(flag: str, name: str, default: float, text: str) -> Callable[[F], F]:
            return click.option(flag, name, type=float, default=default, show_default=True, help=text)

        return _together(
            cast("F", told),
            load("--target", "target", target, f"Load a {of} should have."),
            load("--min", "minimum", minimum, f"Least load of a {of}."),
            load("--max", "maximum", maximum, f"Most load of a {of}."),
        )

    return sized


cell_size_options = size_options("cell", target=400, minimum=300, maximum=500)


def method_options(command: F) -> F:
    """Options for how cells are made; each is None where it is not given."""
    return _together(
        command,
        click.option(
            "--method",
            type=click.Choice(["bisect", "blocks", "table", "adopt", "square", "hex", "h3"]),
            default="bisect",
            show_default=True,
            help="How cells are made; docs/splitting.md describes each.",
        ),
        click.option(
            "--lines", type=INPUT, help="Roads, rivers, rail: to cut along (bisect), or that bound blocks."
        ),
        click.option("--blocks", type=INPUT, help="Areas that are not to be divided (blocks)."),
        click.option(
            "--balance",
            type=click.FloatRange(0, 1),
            help="0 only compact cells, 1 only equal loads [0.5] (blocks).",
        ),
        *(
            click.option(
                f"--{of}-crs", help=f"Coordinate system of --{of}, where its file tells none or another."
            )
            for of in ("lines", "blocks", "drawn")
        ),
        click.option("--members", help="Column of the points that names the cell of each (table)."),
        click.option("--drawn", type=INPUT, help="Cells drawn elsewhere (adopt)."),
        click.option(
            "--edge",
            type=click.FloatRange(0, min_open=True),
            help="Side of a square, width of a hexagon, metres [by the target] (square, hex).",
        ),
        click.option("--resolution", type=click.IntRange(0, 15), help="Of the H3 grid [by the target] (h3)."),
        click.option(
            "--sliver",
            type=click.FloatRange(0, 1),
            help="A piece below this share of a full cell joins a neighbour [0.1] (adopt, square, hex, h3).",
        ),
        click.option(
            "--codes",
            help="How cells are coded: 12+3, 12+2, sector, or a pattern such as {unit}-{seq:03d} [12+3].",
        ),
    )


def again_options(command: F) -> F:
    """Options for splitting again; each is None or empty where it is not given."""
    return _together(
        command,
        click.option(
            "--previous",
            type=INPUT,
            help="A cells file to go on from: cells that still fit stay, and codes go with households. "
            "Method, sizes and codes that are not given are those of that file.",
        ),
        click.option(
            "--only",
            multiple=True,
            metavar="CODE",
            help="Split this unit again and touch nothing else; may be repeated (with --previous).",
        ),
        click.option(
            "--relieve",
            type=click.Choice(["overloaded", "underloaded", "both"]),
            help="Split only the overloaded cells, or merge only the underloaded (with --previous).",
        ),
        locked_option,
        click.option(
            "--report",
            type=OUTPUT,
            help="A JSON file to write all changes to, with the codes of kept cells (with --previous).",
        ),
    )


def points_options(command: F) -> F:
    """Options for where the load is, and how to read that file where it does not tell.

    The command is given them as `points` and `points_answers` (FileAnswers).
    """

    @wraps(command)
    def told(*args: Any, **given: Any) -> Any:
        answers = _answers(crs=given.pop("points_crs"), datum=given.pop("points_datum"))
        return command(*args, points_answers=answers, **given)

    return _together(
        cast("F", told),
        points_option,
        click.option(
            "--points-crs",
            help="Coordinate system of the points where it is another than their file tells, e.g. EPSG:4548.",
        ),
        click.option(
            "--points-datum",
            type=click.Choice(["wgs84", "gcj02", "bd09"]),
            help="What the coordinates of the points were shifted to [wgs84].",
        ),
    )


weight_option = click.option(
    "--weight", help="Column of the load: of the points, or without points of the units."
)


def edit_options(command: F) -> F:
    """Options of every edit of a cells file."""
    return _together(
        command,
        click.option(
            "--out",
            type=OUTPUT,
            required=True,
            help="The cells file to write (.gpkg), not CELLS itself: that takes the edit back.",
        ),
        click.option(
            "--units", type=INPUT, help="Boundaries the cells were cut from [what the cells cover]."
        ),
        points_option,
        weight_option,
        locked_option,
        click.option("--codes", help="How new cells are coded; see `split` [as the others are]."),
        reading_options,
        as_json,
    )
