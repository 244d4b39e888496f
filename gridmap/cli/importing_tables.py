"""Bringing tables of offices in by the command line: how columns are read, what is refused, one change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gridmap.cli.options import datum_of
from gridmap.cli.terminal import answer, now, progress_bar, say, terminal_language
from gridmap.errors import InputError
from gridmap.messages import msg

if TYPE_CHECKING:
    from datetime import datetime

    from gridmap.read.field_mapping import FieldMapping
    from gridmap.service.import_preview import ImportPreview
    from gridmap.service.import_reading import Source
    from gridmap.store.repository import Workspace

_SHOWN = 40
"""Lines of one sort on the terminal; a report has them all."""


def import_table(workspace: Path, kind: str, file: Path, options: dict[str, Any], *, as_json: bool) -> int:
    """Preview a file, write what is asked of it, and save it as one change; the exit code.

    Raises:
        InputError: rows are refused, and it is not said to save the good ones; nothing is saved.
    """
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415 # keeps --help quick
    from gridmap.service.import_decisions import Decisions  # noqa: PLC0415
    from gridmap.service.import_preview import preview_import  # noqa: PLC0415
    from gridmap.service.import_reading import is_roster_template  # noqa: PLC0415
    from gridmap.service.import_saving import note_returns, save_import  # noqa: PLC0415
    from gridmap.service.plan_cache import PlanCache  # noqa: PLC0415
    from gridmap.service.returns_reading import note_stamped  # noqa: PLC0415
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415

    into = open_workspace(workspace)
    if kind == "people" and is_roster_template(file):
        return _import_template(workspace, file, options, as_json=as_json)
    cache = PlanCache(into)
    at = cache.plan().demo_clock or now()
    source = _source(file, kind, options)
    mapping = _mapping(into, source, options)
    decisions = Decisions(accept_clear=options["accept_suggestions"], new_people=not options["no_new_people"])
    with progress_bar(file.name) as advance:
        preview = preview_import(cache, source, mapping, decisions, user=OPERATOR, at=at, progress=advance)
    ruled_out = bool(preview.refused) and not options["good_rows"]
    revision = None
    if options["dry_run"] or ruled_out:
        _write_report(options["report"], source, preview, at, None)
    if not options["dry_run"]:
        if ruled_out and not as_json:
            click.echo("\n".join(_lines(mapping, preview)))
        why = options["reason"] or f"import: {file.name}"
        if ruled_out or preview.tables or preview.edits:
            revision = save_import(
                into, preview, reason=why, user=OPERATOR, at=at, only_good=options["good_rows"]
            ).revision
        else:
            note_returns(into, preview, user=OPERATOR, at=at)
        note_stamped(cache, file, preview.counts, revision, user=OPERATOR, at=at)
        _write_report(options["report"], source, preview, at, revision)
    _answer(mapping, preview, revision, as_json=as_json, dry_run=options["dry_run"])
    return int(ruled_out)


def _import_template(workspace: Path, file: Path, options: dict[str, Any], *, as_json: bool) -> int:
    """A roster as it was written to be filled in: its columns and ids are known."""
    from gridmap.cli.roster_file import import_people  # noqa: PLC0415

    own = {"dry_run", "good_rows", "reason", "title"}
    strange = sorted(name for name, value in options.items() if value and name not in own)
    if strange:
        named = [f"--{name.replace('_', '-')}" for name in strange]
        raise InputError(
            msg(
                "{file}: a roster that gridmap wrote is read without {options}", file=file.name, options=named
            )
        )
    chosen = {name: options[name] for name in ("dry_run", "good_rows")}
    return import_people(workspace, file, reason=options["reason"] or "", as_json=as_json, **chosen)


def _source(file: Path, kind: str, options: dict[str, Any]) -> Source:
    from gridmap.read.sheets import TableLimits  # noqa: PLC0415
    from gridmap.service.import_reading import Reading, read_source  # noqa: PLC0415
    from gridmap.settings import Settings  # noqa: PLC0415

    settings = Settings()
    limits = TableLimits(rows=settings.table_rows, columns=settings.table_columns)
    reading = Reading(
        sheet=options["sheet"] or options["layer"],
        encoding=options["encoding"],
        crs=options["crs"],
        datum=datum_of(options["datum"]),
        year=options["year"],
    )
    return read_source(file, kind, reading, limits=limits)


def _mapping(workspace: Workspace, source: Source, options: dict[str, Any]) -> FieldMapping:
    """What the columns mean: as a file says, else as remembered or suggested."""
    from gridmap.read.field_mapping import mapping_to_json  # noqa: PLC0415
    from gridmap.service.import_mapping import mapping_of_json, suggested  # noqa: PLC0415

    if options["map"] is None:
        mapping = suggested(workspace, source)
    else:
        mapping = mapping_of_json(options["map"].read_text(encoding="utf-8-sig"), source)
    if options["save_map"] is not None:
        options["save_map"].write_text(mapping_to_json(mapping), encoding="utf-8")
    return mapping


def _write_report(
    path: Path | None, source: Source, preview: ImportPreview, at: datetime, revision: int | None
) -> None:
    """Write the report in the form that the file's ending names.

    Raises:
        InputError: another ending.
    """
    from gridmap.service.import_report import report_json, report_workbook  # noqa: PLC0415

    if path is None:
        return
    language = terminal_language()
    if path.suffix.lower() == ".json":
        plain = report_json(preview, language, revision=revision)
        path.write_text(json.dumps(plain, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    elif path.suffix.lower() == ".xlsx":
        path.write_bytes(report_workbook(source, preview, language=language, created=at))
    else:
        raise InputError(msg("{file}: a report is written as .json or .xlsx", file=path.name))


def _answer(
    mapping: FieldMapping,
    preview: ImportPreview,
    revision: int | None,
    *,
    as_json: bool,
    dry_run: bool,
) -> None:
    from gridmap.service.import_report import report_json  # noqa: PLC0415

    lines = _lines(mapping, preview)
    if dry_run:
        changing = [row for row in preview.rows if row.what and not row.reason]
        lines += _some([f"  {say(row.told)}" for row in changing])
    end = msg("Saved, revision {revision}.", revision=revision) if revision else msg("Nothing is saved.")
    plain = report_json(preview, terminal_language(), revision=revision) if as_json else {}
    answer(plain, as_json=as_json, lines=[*lines, say(end)])


def _lines(mapping: FieldMapping, preview: ImportPreview) -> list[str]:
    """What a person should see first: the counts, how columns were read, what is left over and refused."""
    lines = [say(preview.summary)]
    taken = [
        f"{choice.heading} → {field}{'' if choice.is_sure else ' ?'}"
        for field, choice in mapping.choices.items()
    ]
    lines.append(say(msg("Columns: {columns}", columns=taken)))
    if preview.left_alone:
        lines.append(say(msg("Left alone: {columns}", columns=list(preview.left_alone))))
    if preview.leftovers is not None:
        lines.append(say(preview.leftovers.told))
    lines += [say(note) for note in preview.notes]
    lines += _some([f"  {say(row.told)}" for row in preview.refused])
    for question in preview.place_questions[:_SHOWN]:
        if question.suggestions:
            names = [f"{one.name} ({one.code})" for one in question.suggestions]
            lines.append(
                say(
                    msg(
                        "  row {row}, {name}: likely {names}",
                        row=str(question.row),
                        name=question.name,
                        names=names,
                    )
                )
            )
    return lines


def _some(lines: list[str]) -> list[str]:
    rest = len(lines) - _SHOWN
    return lines if rest <= 0 else [*lines[:_SHOWN], say(msg("  … and {n} more", n=rest))]
