"""The command line: arguments to one service call, its answer to the terminal.

Exit codes: 0 done, 1 the answer is "no" (a check failed), 2 the input or the arguments are wrong, told in one
line on stderr. With --json one JSON object is printed on stdout and nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from tqdm import tqdm

from gridmap import __version__
from gridmap.errors import GridmapError
from gridmap.messages import Language, Message, language_of, msg, render
from gridmap.model.access import Role
from gridmap.model.labels import ROLES

F = TypeVar("F", bound=Callable[..., Any])
APP = Path(__file__).parents[1] / "app.py"


def _language() -> Language:
    return language_of(os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG"))


def _say(message: Message) -> str:
    return render(message, _language())


def _refuse(text: str) -> NoReturn:
    click.echo(f"gridmap: {' '.join(text.split())}", err=True)
    sys.exit(2)


class OneLineGroup(click.Group):
    """A group whose errors are one line on stderr, exit code 2, and never a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and turn every expected error into its line."""
        kwargs["standalone_mode"] = False
        try:
            result = super().main(*args, **kwargs)
        except GridmapError as error:
            _refuse(_say(error.message))
        except click.exceptions.Abort:
            _refuse(_say(msg("stopped")))
        except click.ClickException as error:
            _refuse(error.format_message())
        except OSError as error:
            _refuse(f"{error.filename or ''}: {error.strerror or error}")
        sys.exit(result if isinstance(result, int) else 0)


INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")


def _print(result: dict[str, Any], *, as_json: bool, lines: list[str]) -> None:
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else "\n".join(lines))


@click.group(cls=OneLineGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gridmap")
def main() -> None:
    """Cut communities into grid cells, post people to them, see what is covered."""


def reading_options(command: F) -> F:
    """Options that say how to read boundaries where the file itself does not tell."""
    options = (
        click.option("--layer", help="Layer of the boundaries, where the file has several."),
        click.option("--code", help="Column of the unit codes."),
        click.option("--name", help="Column of the unit names."),
        click.option("--parent", help="Column of the parents' codes."),
        click.option("--level", help="Column of the levels."),
        click.option(
            "--crs", help="Coordinate system of the boundaries, e.g. EPSG:4490, where the file names none."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def size_options(command: F) -> F:
    """Options for the load of a cell."""
    options = (
        click.option("--target", type=float, default=400, show_default=True, help="Load a cell should have."),
        click.option(
            "--min", "minimum", type=float, default=300, show_default=True, help="Least load of a cell."
        ),
        click.option(
            "--max", "maximum", type=float, default=500, show_default=True, help="Most load of a cell."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


points_option = click.option(
    "--points", type=INPUT, help="Where the load is: any vector file, CSV or Parquet."
)
weight_option = click.option(
    "--weight", help="Column of the load: of the points, or without points of the units."
)


@main.command(
    epilog="Example: gridmap split units.gpkg --points buildings.gpkg --weight households --out cells.gpkg"
)
@click.argument("units", type=INPUT)
@click.option(
    "--out", type=OUTPUT, required=True, help="The cells file to write (.gpkg); replaced if it exists."
)
@points_option
@weight_option
@size_options
@reading_options
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes to cut in."
)
@as_json
def split(  # noqa: PLR0913, PLR0917 # one parameter an option
    units: Path,
    out: Path,
    points: Path | None,
    weight: str | None,
    target: float,
    minimum: float,
    maximum: float,
    jobs: int,
    as_json: bool,
    layer: str | None,
    crs: str | None,
    **columns: str | None,
) -> None:
    """Cut every community or village of UNITS into cells of about equal load."""
    from gridmap.read.columns import ColumnChoice  # noqa: PLC0415
    from gridmap.service.splitting import SplitRequest, split_file  # noqa: PLC0415
    from gridmap.split.rule import SplitRule  # noqa: PLC0415

    request = SplitRequest(
        source=units,
        out=out,
        points=points,
        weight=weight,
        rule=SplitRule(target, minimum, maximum),
        layer=layer,
        columns=ColumnChoice(**columns),
        crs=crs,
        workers=jobs,
    )
    with _progress(_say(msg("Cutting"))) as progress:
        report = split_file(request, progress=progress)
    for note in report.notes:
        click.echo(_say(note), err=True)
    told = msg(
        "{file}: {cells} cells in {units} units, {crs}",
        file=str(out),
        cells=report.cells,
        units=report.units,
        crs=report.crs,
    )
    _print(report.to_json(), as_json=as_json, lines=[_say(told)])


@main.command(epilog="Example: gridmap check cells.gpkg --units communities.gpkg --json")
@click.argument("cells", type=INPUT)
@click.option("--units", type=INPUT, help="Boundaries the cells were cut from.")
@points_option
@weight_option
@size_options
@reading_options
@as_json
def check(  # noqa: PLR0913, PLR0917 # one parameter an option
    cells: Path,
    units: Path | None,
    points: Path | None,
    weight: str | None,
    target: float,
    minimum: float,
    maximum: float,
    as_json: bool,
    layer: str | None,
    crs: str | None,
    **columns: str | None,
) -> int:
    """Measure how exact and balanced CELLS, or those of a workspace, are; exit 1 where not exact."""
    from gridmap.geo.sizes import CellSize  # noqa: PLC0415
    from gridmap.read.columns import ColumnChoice  # noqa: PLC0415
    from gridmap.service.splitting import CheckRequest, check_file  # noqa: PLC0415

    quality = check_file(
        CheckRequest(
            cells=cells,
            units=units,
            points=points,
            weight=weight,
            size=CellSize(target, minimum, maximum),
            layer=layer,
            columns=ColumnChoice(**columns),
            crs=crs,
        )
    )
    figures = quality.to_json()
    verdict = msg("exact") if quality.passed else msg("not exact")
    lines = [f"{key.replace('_', ' ')}: {value}" for key, value in figures.items() if key != "passed"]
    _print(figures, as_json=as_json, lines=[*lines, f"{cells}: {_say(verdict)}"])
    return 0 if quality.passed else 1


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr for work that takes over a second; nothing where stderr is no terminal."""
    with tqdm(desc=title, delay=1, leave=False, disable=None, file=sys.stderr) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance


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

    click.echo(_say(msg("Drawing the demonstration county, a few seconds …")), err=True)
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
    _print(summary.as_plain(), as_json=as_json, lines=[_say(told), _say(msg("Known faults:")), *faults])


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
    click.echo(_say(msg("{file}: at store revision {revision}.", file=str(workspace), revision=revision)))


@main.group()
def user() -> None:
    """Accounts of a workspace."""


workspace_option = click.option(
    "--workspace", type=INPUT, required=True, envvar="GRIDMAP_WORKSPACE", help="The workspace file."
)
_ROLES = click.Choice([role.value for role in Role])


@user.command("add", epilog="Example: gridmap user add li --role planner --scope 990101 --workspace w.gpkg")
@click.argument("name")
@click.option(
    "--workspace", type=INPUT, required=True, envvar="GRIDMAP_WORKSPACE", help="The workspace file."
)
@click.option(
    "--role", type=_ROLES, default=Role.VIEWER.value, show_default=True, help="What the account may do."
)
@click.option("--scope", default="", help="Division-code prefix it reaches; empty: everything.")
@click.option("--display-name", default="", help="The name shown; else the account's.")
@click.option("--password", envvar="GRIDMAP_PASSWORD", help="Else asked for; better not on the command line.")
def user_add(
    name: str, workspace: Path, role: str, scope: str, display_name: str, password: str | None
) -> None:
    """Create an account with a name and a password."""
    from gridmap.service import accounts, workspaces  # noqa: PLC0415

    accounts.add_user(
        workspaces.open_workspace(workspace),
        name,
        password or _ask_password(),
        role=Role(role),
        scope=scope,
        display_name=display_name or name,
        at=_now(),
    )
    click.echo(_say(msg("Account {name} may sign in as {role}.", name=name, role=ROLES[role])))


@user.command("passwd", epilog="Example: gridmap user passwd li --workspace w.gpkg")
@click.argument("name")
@workspace_option
@click.option("--password", envvar="GRIDMAP_PASSWORD", help="Else asked for; better not on the command line.")
def user_passwd(name: str, workspace: Path, password: str | None) -> None:
    """Give an account another password and end its sessions."""
    from gridmap.service import accounts, workspaces  # noqa: PLC0415

    accounts.change_password(
        workspaces.open_workspace(workspace), name, password or _ask_password(), at=_now()
    )
    click.echo(_say(msg("The password of {name} is changed.", name=name)))


@user.command("list", epilog="Example: gridmap user list --workspace w.gpkg --json")
@workspace_option
@as_json
def user_list(workspace: Path, as_json: bool) -> None:
    """List the accounts."""
    from gridmap.service import accounts, workspaces  # noqa: PLC0415

    found = accounts.list_users(workspaces.open_workspace(workspace))
    rows = [
        {
            "name": account.user.name,
            "display_name": account.user.display_name,
            "role": account.user.role.value,
            "scope": account.user.scope,
            "disabled": account.disabled,
        }
        for account in found
    ]
    lines = ["\t".join(str(value) for value in row.values()) for row in rows]
    _print({"users": rows}, as_json=as_json, lines=lines)


@user.command("disable", epilog="Example: gridmap user disable li --workspace w.gpkg")
@click.argument("name")
@workspace_option
def user_disable(name: str, workspace: Path) -> None:
    """Keep an account out from now on."""
    from gridmap.service import accounts, workspaces  # noqa: PLC0415

    accounts.disable_user(workspaces.open_workspace(workspace), name, at=_now())
    click.echo(_say(msg("Account {name} is disabled.", name=name)))


def _ask_password() -> str:
    password: str = click.prompt(_say(msg("Password")), hide_input=True, confirmation_prompt=True, err=True)
    return password


def _now() -> datetime:
    return datetime.now().replace(microsecond=0)
