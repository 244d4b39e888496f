"""The command that makes an empty workspace."""

from __future__ import annotations

from pathlib import Path

import click

from gridmap.cli.command import main
from gridmap.cli.options import OUTPUT, as_json
from gridmap.cli.terminal import answer, now, say
from gridmap.messages import msg


@main.command(epilog='Example: gridmap new county.gpkg --title "Green County"')
@click.argument("workspace", type=OUTPUT)
@click.option("--title", default="", help="What the workspace is called; else the file's name.")
@as_json
def new(workspace: Path, title: str, as_json: bool) -> None:
    """Make an empty workspace; the app and `import` bring boundaries into it."""
    from gridmap.service.boundaries.new_workspace import new_workspace  # noqa: PLC0415 # keeps --help quick

    made = new_workspace(workspace, title=title or workspace.stem, at=now())
    told = msg("{file}: an empty workspace; open it with: gridmap serve {file}", file=str(workspace))
    answer(
        {"workspace": str(made.path), "title": title or workspace.stem}, as_json=as_json, lines=[say(told)]
    )
