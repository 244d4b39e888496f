"""Commands about workspaces: demo, import, serve, migrate."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, OUTPUT, as_json
from gridmap.cli.terminal import answer, say
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
