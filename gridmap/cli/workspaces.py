"""Commands about workspaces: demo, import, serve, migrate."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, OUTPUT, as_json, reading_options
from gridmap.cli.terminal import answer, now, say
from gridmap.errors import InputError
from gridmap.messages import msg

APP = Path(__file__).parents[2] / "app.py"


@main.command(epilog="Example: gridmap demo --out workspace/demo.gpkg")
@click.option("--out", type=OUTPUT, required=True, help="The workspace file to write; it must not exist yet.")
@click.option("--seed", type=int, default=7, show_default=True, help="Another seed, another county.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    default="2020-02-10",
    show_default=True,
    help="All stored times derive from it; the workspace opens with its clock there.",
)
@as_json
def demo(out: Path, seed: int, day: datetime, as_json: bool) -> None:
    """Write the fictional demonstration county as a workspace."""
    from gridmap.demo.workspace import write_demo  # noqa: PLC0415

    click.echo(say(msg("Drawing the demonstration county, a few seconds …")), err=True)
    summary = write_demo(out, seed, day.date())
    faults = [f"  {key.replace('_', ' ')}: {count}" for key, count in asdict(summary.faults).items()]
    cells, people = summary.counts["cells"], summary.counts["people"]
    told = msg(
        "{file}: {title}, {cells} cells, {households} households, {people} people, clock at {clock}",
        file=str(out),
        title=summary.title,
        cells=cells,
        households=summary.households,
        people=people,
        clock=f"{summary.clock:%Y-%m-%d %H:%M}",
    )
    answer(summary.as_plain(), as_json=as_json, lines=[say(told), say(msg("Known faults:")), *faults])


@main.command(epilog="Example: gridmap serve workspace/demo.gpkg --port 9000")
@click.argument("workspace", type=click.Path(path_type=Path), required=False)
@click.option("--host", default=None, help="Address to listen on [127.0.0.1].")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port to listen on [8501].")
def serve(workspace: Path | None, host: str | None, port: int | None) -> None:
    """Run the app on a workspace."""
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415 # keeps --help quick
    from gridmap.settings import Settings  # noqa: PLC0415

    chosen = {"workspace": workspace, "host": host, "port": port}
    settings = Settings().model_copy(
        update={key: value for key, value in chosen.items() if value is not None}
    )
    open_workspace(settings.workspace)
    environment = {
        **os.environ,
        "GRIDMAP_WORKSPACE": str(settings.workspace.resolve()),
        "GRIDMAP_HOST": settings.host,
        "GRIDMAP_PORT": str(settings.port),
    }
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(APP),
        "--server.address",
        settings.host,
        "--server.port",
        str(settings.port),
        "--browser.serverAddress",
        settings.host,
    ]
    os.chdir(APP.parent)
    if os.name == "posix":
        os.execve(sys.executable, command, environment)  # noqa: S606 # one process, stopped by its own id
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603 # our own arguments


@main.command(epilog="Example: gridmap migrate workspace/demo.gpkg")
@click.argument("workspace", type=INPUT)
def migrate(workspace: Path) -> None:
    """Bring a workspace of an older version up to this one."""
    from gridmap.service.workspaces import migrate_workspace  # noqa: PLC0415

    revision = migrate_workspace(workspace)
    click.echo(say(msg("{file}: at store revision {revision}.", file=str(workspace), revision=revision)))


@main.command("import", epilog="Example: gridmap import county.gpkg units communities.gpkg")
@click.argument("workspace", type=OUTPUT)
@click.argument("kind", type=click.Choice(["units", "cells", "people"]))
@click.argument("file", type=INPUT)
@click.option("--title", default=None, help="Title of a workspace that is made anew; else the file's name.")
@reading_options
@click.option("--dry-run", is_flag=True, help="People: show what would be saved, and save nothing.")
@click.option("--good-rows", is_flag=True, help="People: save the good rows though others are refused.")
@click.option("--reason", default=None, help="People: why, for the history [import: FILE].")
@as_json
def import_file(workspace: Path, kind: str, file: Path, as_json: bool, **options: Any) -> int:
    """Bring the units, cells or people of FILE into WORKSPACE; units make it where there is none.

    Units come first, upper and lower levels in any order; then the cells that were cut from them; then people
    and their posts, from a spreadsheet (.xlsx, .xls, .ods, .csv) with headings such as name, phone, unit,
    cell code, function. Rows that cannot be saved are told one by one, and then nothing is saved.
    """
    _refuse_other_options(kind, options)
    if kind == "people":
        from gridmap.cli.roster_file import import_people  # noqa: PLC0415

        chosen = {name: options[name] for name in ("dry_run", "good_rows")}
        return import_people(workspace, file, reason=options["reason"] or "", as_json=as_json, **chosen)
    columns = {name: options[name] for name in ("code", "name", "parent", "level")}
    _import_places(
        workspace, kind, file, options["title"], options["layer"], options["crs"], columns, as_json=as_json
    )
    return 0


_OPTIONS_OF = {
    "units": {"title", "layer", "crs", "code", "name", "parent", "level"},
    "cells": set[str](),
    "people": {"dry_run", "good_rows", "reason"},
}


def _refuse_other_options(kind: str, options: dict[str, Any]) -> None:
    """An option that would do nothing is a misunderstanding."""
    strange = sorted(name for name, value in options.items() if value and name not in _OPTIONS_OF[kind])
    if strange:
        named = [f"--{name.replace('_', '-')}" for name in strange]
        raise InputError(msg("import {kind} takes no {options}", kind=kind, options=named))


def _import_places(
    workspace: Path,
    kind: str,
    file: Path,
    title: str | None,
    layer: str | None,
    crs: str | None,
    columns: dict[str, str | None],
    *,
    as_json: bool,
) -> None:
    """Save units or cells; a workspace is made for units where there is none."""
    from gridmap.read.columns import ColumnChoice  # noqa: PLC0415
    from gridmap.service import importing  # noqa: PLC0415
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415

    source = importing.Boundaries(file, layer, ColumnChoice(**columns), crs)
    made = kind == "units" and not workspace.exists()
    if made:
        into = importing.make_workspace(workspace, source, title=title or workspace.stem, at=now())
    else:
        into = open_workspace(workspace)
    try:
        if kind == "units":
            report = importing.import_units(into, source, user=OPERATOR, at=now())
        else:
            report = importing.import_cells(into, file, user=OPERATOR, at=now())
    except BaseException:
        if made:
            workspace.unlink()  # made by this command, and empty
        raise
    for note in report.notes:
        click.echo(say(note), err=True)
    told = msg(
        "{file}: {n} rows of {kind} in, revision {revision}",
        file=str(workspace),
        n=sum(report.rows.values()),
        kind=kind,
        revision=report.revision,
    )
    answer(report.to_json(), as_json=as_json, lines=[say(told)])
