"""The command report: all indicators of a scope, for scripts, for reading, for Excel."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, OUTPUT, as_json
from gridmap.cli.terminal import answer, now, say, terminal_language
from gridmap.errors import InputError
from gridmap.messages import LANGUAGES, Language, msg

_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]


_FORMS = ("json", "md", "xlsx")


@main.command(epilog="Example: gridmap report county.gpkg --scope 990101001000 --out report.xlsx")
@click.argument("workspace", type=INPUT)
@click.option(
    "--scope", default=None, help="Code of the unit to report on; everything where it is not given."
)
@click.option(
    "--at", type=click.DateTime(_MOMENTS), default=None, help="The moment [now, or the demo's clock]."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default=None,
    help="json for scripts, md to read, xlsx for Excel [by the ending of --out, else md].",
)
@click.option("--out", type=OUTPUT, default=None, help="File to write; stdout where it is not given.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default=None, help="Language of the texts [the terminal's]."
)
@as_json
def report(
    workspace: Path,
    scope: str | None,
    at: datetime | None,
    form: str | None,
    out: Path | None,
    language: Language | None,
    as_json: bool,
) -> None:
    """Print all indicators of WORKSPACE with their numerators and denominators."""
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415
    from gridmap.service.operations import report as reporting  # noqa: PLC0415 # keeps --help quick
    from gridmap.service.operations import viewing  # noqa: PLC0415 # keeps --help quick
    from gridmap.service.plan_cache import PlanCache  # noqa: PLC0415
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415

    form = _form(form, out, as_json=as_json)
    if out is not None and out.exists() and out.samefile(workspace):
        raise InputError(msg("{file} is the workspace itself; name another file by --out", file=str(out)))
    cache = PlanCache(open_workspace(workspace))
    plan = cache.plan()
    clock = plan.demo_clock or now().replace(second=0)
    wanted = viewing.home(plan, OPERATOR) if scope is None else scope
    found = reporting.report(cache, user=OPERATOR, scope=wanted, at=at or clock)
    tongue = language or terminal_language()
    whole = found.to_json(tongue)
    if form == "xlsx":
        data = reporting.to_workbook(found, tongue, made_at=clock)
    elif form == "md":
        data = reporting.to_markdown(found, tongue).encode()
    else:
        data = f"{json.dumps(whole, ensure_ascii=False)}\n".encode()
    if out is None:
        click.echo(data.decode(), nl=False)
        return
    out.write_bytes(data)
    told = msg("{file}: {n} indicators of {name}", file=str(out), n=len(found.indicators), name=found.name)
    answer(whole, as_json=as_json, lines=[say(told)])


def _form(form: str | None, out: Path | None, *, as_json: bool) -> str:
    """The format that is asked for: by name, by the file's ending, or by where it goes."""
    if out is None:
        if form == "xlsx":
            raise InputError(msg("An XLSX file cannot be printed; name a file by --out"))
        return "json" if as_json else form or "md"
    ending = out.suffix.lower().lstrip(".")
    return form or (ending if ending in _FORMS else "md")
