"""Commands about collecting: templates out to the townships, and what has come back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, OUTPUT, as_json
from gridmap.cli.terminal import answer, now, say
from gridmap.errors import GridmapError, InputError
from gridmap.messages import LANGUAGES, Language, msg, msg_n
from gridmap.model.files import KINDS_OF_FILE
from gridmap.model.masking import masked_message

if TYPE_CHECKING:
    from gridmap.service.plan_cache import PlanCache
    from gridmap.service.returns.bringing_back import BroughtBack, ReturnPreview
    from gridmap.service.returns.rounds import RoundStatus, TownshipReturn

_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
_FOLDER = click.Path(file_okay=False, path_type=Path)


@main.command(
    epilog="Example: gridmap template county.gpkg people --by-township out --deadline 2020-02-12T18:00"
)
@click.argument("workspace", type=INPUT)
@click.argument("kind", type=click.Choice(list(KINDS_OF_FILE)))
@click.option("--out", type=OUTPUT, default=None, help="One workbook (.xlsx) of the scope.")
@click.option("--scope", default="", help="Code of the unit; everything where it is not given.")
@click.option(
    "--by-township",
    "folder",
    type=_FOLDER,
    default=None,
    help="Begin a round: a workbook for each township into this folder, made where it is not there.",
)
@click.option(
    "--deadline", type=click.DateTime(_MOMENTS), default=None, help="With --by-township: due until then."
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="zh", show_default=True, help="Language of the file."
)
@as_json
def template(
    workspace: Path,
    kind: str,
    out: Path | None,
    scope: str,
    folder: Path | None,
    deadline: datetime | None,
    language: str,
    as_json: bool,
) -> None:
    """Write Excel templates of WORKSPACE with the present data and lists, to be filled in and returned."""
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415 # keeps --help quick
    from gridmap.service.returns.rounds import begin_collecting, round_templates  # noqa: PLC0415
    from gridmap.service.returns.templates import log_templates, write_template  # noqa: PLC0415

    if (out is None) == (folder is None):
        raise InputError(msg("Give either --out FILE.xlsx or --by-township FOLDER."))
    if deadline is not None and folder is None:
        raise InputError(msg("--deadline goes with --by-township: only a round has one."))
    cache, at = _opened(workspace)
    round_id: str | None = None
    if out is not None:
        data = write_template(
            cache, kind, user=OPERATOR, scope=scope, at=at, language=cast("Language", language)
        )
        log_templates(cache, kind, scope, files=1, user=OPERATOR, at=at)
        files = {out: data}
    else:
        assert folder is not None
        folder.mkdir(parents=True, exist_ok=True)
        begun = begin_collecting(cache, kind, deadline=deadline, user=OPERATOR, at=at, scope=scope)
        written = round_templates(cache, begun.id, user=OPERATOR, at=at, language=cast("Language", language))
        files = {folder / name: data for name, data in written.items()}
        round_id = begun.id
    for path, data in files.items():
        path.write_bytes(data)
    told = msg_n("{n} template written", "{n} templates written", n=len(files))
    lines = [*(str(path) for path in files), say(told)]
    if round_id is not None:
        lines.append(say(msg("Round {id}: see gridmap returns.", id=round_id)))
    plain = {"kind": kind, "round": round_id, "files": [str(path) for path in files]}
    answer(plain, as_json=as_json, lines=lines)


@main.command(epilog="Example: gridmap returns county.gpkg back/*.xlsx")
@click.argument("workspace", type=INPUT)
@click.argument("files", type=INPUT, nargs=-1)
@click.option("--round", "round_id", default=None, help="Show this round [the newest of each kind].")
@click.option("--dry-run", is_flag=True, help="Show what the files would change, and save nothing.")
@click.option("--good-rows", is_flag=True, help="Save the good rows though others are refused.")
@click.option("--reason", default="", help="Why, for the history [return: FILE].")
@as_json
def returns(
    workspace: Path, files: tuple[Path, ...], round_id: str | None, as_json: bool, **options: Any
) -> int:
    """Bring returned FILES back into WORKSPACE, one change each; without FILES show who has returned theirs.

    A file that changes nothing is a zero report and counts as returned. The exit code is 1 where a file could
    not be brought in; the others are.
    """
    cache, at = _opened(workspace)
    if files:
        return _bring_back(cache, files, at, as_json=as_json, **options)
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415
    from gridmap.service.returns.rounds import collecting_rounds, find_round, round_status  # noqa: PLC0415

    if round_id is None:
        newest = {one.kind: one for one in reversed(collecting_rounds(cache, user=OPERATOR))}
        chosen = list(newest.values())
    else:
        chosen = [find_round(cache, round_id)]
    found = [round_status(cache, one.id, user=OPERATOR, at=at) for one in chosen]
    lines = [line for status in found for line in _lines(status)]
    answer(
        {"rounds": [_plain_round(status) for status in found]},
        as_json=as_json,
        lines=lines or [say(msg("No templates have gone out yet; see gridmap template --by-township."))],
    )
    return 0


def _opened(workspace: Path) -> tuple[PlanCache, datetime]:
    from gridmap.service.plan_cache import PlanCache  # noqa: PLC0415
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415

    cache = PlanCache(open_workspace(workspace))
    return cache, cache.plan().demo_clock or now()


def _bring_back(
    cache: PlanCache,
    files: tuple[Path, ...],
    at: datetime,
    *,
    dry_run: bool,
    good_rows: bool,
    reason: str,
    as_json: bool,
) -> int:
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415
    from gridmap.service.returns.bringing_back import preview_return, save_return  # noqa: PLC0415

    plain: list[dict[str, object]] = []
    lines: list[str] = []
    for file in files:
        try:
            preview = preview_return(cache, file, user=OPERATOR, at=at)
            if dry_run:
                plain.append(_plain_preview(preview, None))
                lines += [say(preview.summary), *_refused(preview)]
                continue
            why = reason or f"return: {file.name}"
            back = save_return(cache, preview, reason=why, user=OPERATOR, at=at, only_good=good_rows)
        except GridmapError as error:
            told = say(masked_message(error.message))  # it may quote a cell, and what is printed is passed on
            plain.append({"file": file.name, "error": told})
            lines.append(told)
            continue
        plain.append(_plain_preview(back.preview, back))
        lines += [say(back.told), *_refused(back.preview)]
    if dry_run:
        lines.append(say(msg("Nothing is saved.")))
    answer({"files": plain}, as_json=as_json, lines=lines)
    return int(any("error" in one for one in plain))


def _refused(preview: ReturnPreview) -> list[str]:
    return [f"  {say(row.told)}" for row in preview.rows.refused]


def _plain_preview(preview: ReturnPreview, back: BroughtBack | None) -> dict[str, object]:
    return {
        "file": preview.file,
        "kind": preview.stamp.kind,
        "unit": preview.stamp.scope,
        "round": preview.issue.round_id if preview.issue else None,
        **{state.value: count for state, count in preview.rows.counts.items()},
        "zero_report": preview.is_zero,
        "plan_moved_on": preview.moved_on,
        "refused_rows": [say(row.told) for row in preview.rows.refused],
        "revision": back.revision.revision if back and back.revision else None,
    }


def _lines(status: RoundStatus) -> list[str]:
    from gridmap.service.returns.rounds import RETURN_STATES, round_label  # noqa: PLC0415

    return [
        f"{status.round.id}  {say(round_label(status.round))}",
        say(status.sentence),
        *(f"  {one.code}  {one.name}  {say(RETURN_STATES[one.state])}" for one in status.townships),
    ]


def _plain_round(status: RoundStatus) -> dict[str, object]:
    one = status.round
    return {
        "id": one.id,
        "kind": one.kind,
        "sent_at": one.at.isoformat(timespec="seconds"),
        "deadline": one.deadline.isoformat(timespec="seconds") if one.deadline else None,
        "due": len(status.townships),
        "reported": len(status.townships) - len(status.missing),
        **{state.value: count for state, count in status.counts.items()},
        "sentence": say(status.sentence),
        "townships": [_plain_township(township) for township in status.townships],
    }


def _plain_township(one: TownshipReturn) -> dict[str, object]:
    return {
        "code": one.code,
        "name": one.name,
        "state": one.state.value,
        "returned_at": one.returned_at.isoformat(timespec="seconds") if one.returned_at else None,
        "returned_by": one.returned_by,
        "file": one.file,
        "added": one.added,
        "changed": one.changed,
        "refused": one.refused,
        "late": one.late,
    }
