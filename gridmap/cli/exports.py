"""The command export: a scope as a sheet, a ledger or geodata."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, OUTPUT, as_json
from gridmap.cli.terminal import answer, now, say
from gridmap.draw.point_layers import POINT_LAYERS
from gridmap.errors import InputError, MigrationError, NotAWorkspaceError
from gridmap.messages import LANGUAGES, msg
from gridmap.model.products import PRODUCTS, Product

if TYPE_CHECKING:
    from gridmap.model.plan import Plan
    from gridmap.service.briefings.exports import Exported
    from gridmap.service.briefings.request import ExportRequest
    from gridmap.service.plan_cache import PlanCache

_PAPERS = {"A4": "A4", "A3": "A3", "A0": "A0", "16:9": "SCREEN"}
_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]

_ENDINGS = ", ".join(
    f"{' '.join(f'.{ending}' for ending in form.files)} ({product})" for product, form in PRODUCTS.items()
)


def _point_options(command: Callable[..., None]) -> Callable[..., None]:
    """A switch for each layer of points on the map."""
    for layer in reversed(POINT_LAYERS):
        help_text = f"{layer.label} on a sheet's map [{'on' if layer.shown else 'off'}]."
        flag = layer.option.replace("_", "-")
        flags = f"--{flag}/--no-{flag}"
        command = click.option(flags, default=layer.shown, help=help_text)(command)
    return command


@main.command(
    epilog="Example: gridmap export county.gpkg sheet --out county.pdf --scope 990101001000 --paper A3"
)
@click.argument("workspace", type=INPUT)
@click.argument("kind", type=click.Choice([product.value for product in PRODUCTS]))
@click.option(
    "--out",
    type=OUTPUT,
    required=True,
    help=f"File to write; its ending says what: {_ENDINGS}.",
)
@click.option("--scope", default=None, help="Code of the unit to export; everything where it is not given.")
@click.option(
    "--at", type=click.DateTime(_MOMENTS), default=None, help="The moment to show [now, or the demo's clock]."
)
@click.option(
    "--audience",
    type=click.Choice(["internal", "restricted", "public"]),
    default="internal",
    show_default=True,
    help="internal: names and masked phones; restricted: names; public: nobody's name.",
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="zh", show_default=True, help="Language of the file."
)
@click.option(
    "--paper", type=click.Choice(list(_PAPERS)), default="A3", show_default=True, help="Paper of a sheet."
)
@_point_options
@click.option("--prepared-by", default=None, help="Office that answers for it [GRIDMAP_PREPARED_BY].")
@click.option("--approval-no", default="", help="Number of the map review, for a public map.")
@click.option(
    "--datum",
    type=click.Choice(["wgs84", "gcj02", "bd09"]),
    default="wgs84",
    show_default=True,
    help="Of geodata: gcj02 for Amap, Tencent and WeChat, bd09 for Baidu.",
)
@as_json
def export(workspace: Path, kind: str, out: Path, as_json: bool, **options: Any) -> None:
    """Write a scope of WORKSPACE as a map sheet, a ledger of tables, or geodata."""
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415 # keeps --help quick
    from gridmap.service.briefings import exports  # noqa: PLC0415
    from gridmap.service.plan_cache import PlanCache  # noqa: PLC0415
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415

    cache = PlanCache(open_workspace(workspace))
    _refuse_workspace(out)
    clock = cache.plan().demo_clock or now()
    request = _request(cache.plan(), kind, out, options, clock)
    exports.check_request(cache, request, user=OPERATOR)
    if sys.stderr.isatty():
        click.echo(say(msg("Drawing")) + " …", err=True)
    made = exports.export(cache, request, user=OPERATOR, generated_at=clock)
    _write_whole(out, made.data)
    told = msg(
        "{file}: {kilobytes} KB, revision {revision}, as of {time}",
        file=str(out),
        kilobytes=round(len(made.data) / 1000),
        revision=cache.plan().revision,
        time=f"{request.at:%Y-%m-%d %H:%M}",
    )
    answer(_facts(out, request, made, cache), as_json=as_json, lines=[say(told)], notes=made.warnings)


def _facts(out: Path, request: ExportRequest, made: Exported, cache: PlanCache) -> dict[str, object]:
    """What was written, for scripts."""
    return {
        "file": str(out),
        "kind": request.product.value,
        "scope": request.scope,
        "as_of": request.at.isoformat(timespec="seconds"),
        "revision": cache.plan().revision,
        "audience": request.audience.value,
        "datum": request.datum.value,
        "bytes": len(made.data),
        "warnings": [say(warning) for warning in made.warnings],
    }


def _request(plan: Plan, kind: str, out: Path, options: dict[str, Any], clock: datetime) -> ExportRequest:
    """What the options ask for; what they leave open is as the workspace and the settings have it."""
    from gridmap.draw.sheet.sheet import Paper  # noqa: PLC0415 # keeps --help quick
    from gridmap.geo.systems.datum import Datum  # noqa: PLC0415
    from gridmap.model.audience import Audience  # noqa: PLC0415
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415
    from gridmap.service.briefings.request import ExportRequest  # noqa: PLC0415
    from gridmap.service.operations.viewing import home  # noqa: PLC0415
    from gridmap.settings import Settings  # noqa: PLC0415

    scope, prepared_by = options["scope"], options["prepared_by"]
    return ExportRequest(
        scope=home(plan, OPERATOR) if scope is None else scope,
        at=options["at"] or clock,
        language="zh" if options["language"] == "zh" else "en",
        product=Product(kind),
        ending=out.suffix.lower().lstrip("."),
        paper=Paper[_PAPERS[options["paper"]]],
        points=frozenset(layer.name for layer in POINT_LAYERS if options[layer.option]),
        audience=Audience(options["audience"]),
        prepared_by=Settings().prepared_by if prepared_by is None else prepared_by,
        approval_no=options["approval_no"],
        datum=Datum(options["datum"]),
    )


def _refuse_workspace(out: Path) -> None:
    """A workspace is a GeoPackage too, and is never replaced by an export."""
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415

    try:
        open_workspace(out)
    except NotAWorkspaceError:
        return
    except MigrationError:
        pass
    raise InputError(msg("{file}: this is a workspace and is left alone; choose another name", file=str(out)))


def _write_whole(out: Path, data: bytes) -> None:
    """Put the file there in one step, so that a half-written one is never seen."""
    try:
        with tempfile.TemporaryDirectory(prefix=".gridmap-", dir=out.parent) as folder:
            fresh = Path(folder) / out.name
            fresh.write_bytes(data)
            fresh.replace(out)
    except OSError as error:
        detail = error.strerror or str(error)
        raise InputError(
            msg("{file}: it cannot be written ({detail}).", file=str(out), detail=detail)
        ) from error
