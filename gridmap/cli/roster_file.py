"""Bringing a roster in by the command line: the counts, the rows that are refused, and one change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gridmap.cli.terminal import answer, now, say
from gridmap.messages import msg

if TYPE_CHECKING:
    from gridmap.service.roster_file import RosterPreview, RosterRow


def import_people(
    workspace: Path, file: Path, *, dry_run: bool, good_rows: bool, reason: str, as_json: bool
) -> int:
    """Save the people and posts of a spreadsheet; the exit code.

    Raises:
        InputError: rows are refused, and it is not said to save the good ones; nothing is saved.
    """
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415 # keeps --help quick
    from gridmap.service.plan_cache import PlanCache  # noqa: PLC0415
    from gridmap.service.returns_reading import note_stamped  # noqa: PLC0415
    from gridmap.service.roster_file import read_roster, save_roster  # noqa: PLC0415
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415

    cache = PlanCache(open_workspace(workspace))
    at = cache.plan().demo_clock or now()
    preview = read_roster(file, cache=cache, user=OPERATOR, at=at)
    lines = [say(preview.summary), *(f"  {say(row.told)}" for row in preview.refused)]
    ruled_out = bool(preview.refused) and not good_rows
    if dry_run:
        shown = [*lines, *(f"  {say(row.told)}" for row in preview.rows if row.what and not row.reason)]
        answer(_plain(preview, None), as_json=as_json, lines=[*shown, say(msg("Nothing is saved."))])
        return int(ruled_out)
    if ruled_out and not as_json:
        click.echo("\n".join(lines))
    revision = None
    if ruled_out or preview.edits:
        why = reason or f"import: {file.name}"
        saved = save_roster(cache.workspace, preview, reason=why, user=OPERATOR, at=at, only_good=good_rows)
        revision = saved.revision
    note_stamped(cache, file, preview.counts, revision, user=OPERATOR, at=at)
    end = msg("Saved, revision {revision}.", revision=revision) if revision else msg("Nothing is saved.")
    answer(_plain(preview, revision), as_json=as_json, lines=[*lines, say(end)])
    return 0


def _plain(preview: RosterPreview, revision: int | None) -> dict[str, object]:
    """Plain values for JSON; rows that change nothing are only counted, and no phone is among them."""
    return {
        "file": preview.file,
        **{state.value: count for state, count in preview.counts.items()},
        "columns_left_alone": list(preview.left_alone),
        "rows": [_plain_row(row) for row in preview.rows if row.what or row.reason],
        "revision": revision,
    }


def _plain_row(row: RosterRow) -> dict[str, object]:
    return {
        "sheet": row.sheet,
        "row": row.number,
        "who": row.who,
        "state": row.state.value,
        "what": [say(what) for what in row.what],
        "reason": say(row.reason) if row.reason else None,
    }
