"""The command import: boundaries, cells, and tables of offices into a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, OUTPUT, as_json, reading_options
from gridmap.cli.terminal import answer, now, say
from gridmap.errors import InputError
from gridmap.messages import msg, msg_n
from gridmap.model.files import KINDS_OF_FILE

if TYPE_CHECKING:
    from gridmap.read.files.answers import FileAnswers
    from gridmap.read.vectors.columns import ColumnChoice
    from gridmap.service.boundaries.preview import Boundaries
    from gridmap.service.boundaries.saving import UnitsTrial

_LISTED = 20
"""Units told one by one before the rest is counted; --json tells all."""
_KINDS = ("units", "cells", *KINDS_OF_FILE)
_READING = {"layer", "crs", "encoding", "datum"}
_OF_TABLES = _READING | {
    "sheet", "year", "map", "save_map", "report", "accept_suggestions", "no_new_people", "good_rows",
    "reason", "dry_run",
}  # fmt: skip
_OPTIONS_OF = {
    "units": _READING | {"title", "code", "name", "parent", "level", "dry_run"},
    "cells": {"dry_run"},
} | {
    name: _OF_TABLES - ({"layer"} if kind.tells_people else {"no_new_people"})
    for name, kind in KINDS_OF_FILE.items()
}
_OF_ALL = {"workspace", "kind", "file", "as_json"}


@main.command("import", epilog="Example: gridmap import county.gpkg people roster.xlsx --dry-run")
@click.argument("workspace", type=OUTPUT)
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("file", type=INPUT)
@click.option("--title", default=None, help="Title of a workspace that is made anew; else the file's name.")
@reading_options
@click.option("--sheet", help="Sheet of a workbook, where several have rows.")
@click.option("--year", type=click.IntRange(1900, 2200), help="Year of dates without one.")
@click.option("--map", type=INPUT, help="Which columns mean what: a JSON file of --save-map.")
@click.option("--save-map", type=OUTPUT, help="Write which columns were taken for what, to be corrected.")
@click.option("--accept-suggestions", is_flag=True, help="Accept the units suggested where one stands out.")
@click.option("--no-new-people", is_flag=True, help="Refuse rows of people whom the roster does not have.")
@click.option("--dry-run", is_flag=True, help="Show what would be saved, and save nothing.")
@click.option("--good-rows", is_flag=True, help="Save the good rows though others are refused.")
@click.option("--report", type=OUTPUT, help="Write all faults: .json, or .xlsx with the faulty cells marked.")
@click.option("--reason", default=None, help="Why, for the history [import: FILE].")
@as_json
def import_file(
    workspace: Path,
    kind: str,
    file: Path,
    as_json: bool,
    answers: FileAnswers,
    columns: ColumnChoice,
    **options: Any,
) -> int:
    """Bring FILE into WORKSPACE; units make it where there is none.

    Units come first, upper and lower levels in any order; then the cells that were cut from them; then
    households, people with their posts, checkpoints, contact sites and visits, from a spreadsheet (.xlsx,
    .xls, .ods, .csv) or a vector file. Rows that cannot be saved are told one by one, and then nothing is
    saved. docs/importing.md tells which columns are known.
    """
    _refuse_other_options(kind)
    if kind in {"units", "cells"}:
        from gridmap.service.boundaries.preview import Boundaries  # noqa: PLC0415 # keeps --help quick

        source = Boundaries(file, answers, columns)
        return _import_places(workspace, kind, source, options, as_json=as_json)
    from gridmap.cli.imports.tables import import_table  # noqa: PLC0415 # keeps --help quick

    return import_table(workspace, kind, file, options | {"answers": answers}, as_json=as_json)


def _refuse_other_options(kind: str) -> None:
    """An option that would do nothing is a misunderstanding."""
    given = click.get_current_context().params
    strange = sorted(
        name for name, value in given.items() if value and name not in _OPTIONS_OF[kind] | _OF_ALL
    )
    if strange:
        named = [f"--{name.replace('_', '-')}" for name in strange]
        raise InputError(msg("import {kind} takes no {options}", kind=kind, options=named))


def _import_places(
    workspace: Path,
    kind: str,
    source: Boundaries,
    options: dict[str, Any],
    *,
    as_json: bool,
) -> int:
    """Save units or cells, or try to; a workspace is made for units where there is none."""
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415
    from gridmap.service.boundaries.new_workspace import make_workspace  # noqa: PLC0415
    from gridmap.service.boundaries.saving import import_units  # noqa: PLC0415
    from gridmap.service.cells.adopting import import_cells  # noqa: PLC0415
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415

    if options["dry_run"]:
        return _try_places(workspace, kind, source, as_json=as_json)
    made = kind == "units" and not workspace.exists()
    if made:
        into = make_workspace(workspace, source, title=options["title"] or workspace.stem, at=now())
    else:
        into = open_workspace(workspace)
    try:
        if kind == "units":
            report = import_units(into, source, user=OPERATOR, at=now())
        else:
            report = import_cells(into, source.path, user=OPERATOR, at=now())
    except BaseException:  # a stopped command too leaves no empty workspace behind
        if made:
            workspace.unlink()  # made by this command, and empty
        raise
    told = msg(
        "{file}: {n} rows of {kind} in, revision {revision}",
        file=str(workspace),
        n=sum(report.rows.values()),
        kind=kind,
        revision=report.revision,
    )
    answer(report.to_json(), as_json=as_json, lines=[say(told)], notes=report.notes)
    return 0


def _try_places(workspace: Path, kind: str, source: Boundaries, *, as_json: bool) -> int:
    """What would be saved of units or cells; 1 where some units are refused."""
    from gridmap.service.boundaries.saving import try_units  # noqa: PLC0415
    from gridmap.service.cells.adopting import try_cells  # noqa: PLC0415
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415

    there = open_workspace(workspace) if kind == "cells" or workspace.exists() else None
    if kind == "units":
        return _tell_units(source.path.name, try_units(there, source), as_json=as_json)
    assert there is not None
    report = try_cells(there, source.path, at=now())
    told = msg(
        "{file}: {added} added, {changed} changed, {unchanged} unchanged, {refused} refused",
        file=source.path.name,
        **{"changed": 0, "unchanged": 0, "refused": 0} | dict(report.rows),
    )
    plain = report.to_json() | {"revision": None}
    answer(plain, as_json=as_json, lines=[say(told), say(msg("Nothing is saved."))])
    return 0


def _tell_units(file: str, trial: UnitsTrial, *, as_json: bool) -> int:
    """Counts, then what is refused or changes unit by unit, then what is left alone."""
    from gridmap.model.changes import RowState, told_counts  # noqa: PLC0415

    comparison = trial.comparison
    lines = [say(told_counts(file, comparison.counts))]
    for state in (RowState.REFUSED, RowState.CHANGED):
        found = comparison.of(state)
        lines += [
            say(msg("{unit}: {what}", unit=f"{one.code} {one.name}", what=list(one.what)))
            for one in found[:_LISTED]
        ]
        if len(found) > _LISTED:
            lines.append(say(msg("and {n} more", n=len(found) - _LISTED)))
    if comparison.not_in_file:
        left = msg_n(
            "{n} unit of the workspace is not in the file and is left alone: {units}",
            "{n} units of the workspace are not in the file and are left alone: {units}",
            n=len(comparison.not_in_file),
            units=[code for code, _ in comparison.not_in_file[:_LISTED]],
        )
        lines.append(say(left))
    answer(trial.to_json(), as_json=as_json, lines=[*lines, say(msg("Nothing is saved."))], notes=trial.notes)
    return 1 if comparison.of(RowState.REFUSED) else 0
