"""Bringing tables of offices in by the command line: how columns are read, what is refused, one change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gridmap.cli.terminal import answer, now, progress_bar, say, terminal_language
from gridmap.errors import InputError
from gridmap.messages import msg
from gridmap.model.masking import masked_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gridmap.read.tables.field_mapping import FieldMapping
    from gridmap.read.tables.office_tables import OfficeTable
    from gridmap.service.imports.preview import ImportPreview
    from gridmap.service.imports.source import Reading, Source
    from gridmap.service.plan_cache import PlanCache
    from gridmap.store.repository import Workspace

_SHOWN = 40
"""Lines of one sort on the terminal; a report has them all."""
_OF_OTHER_TABLES = {"crs", "datum", "map", "save_map", "accept_suggestions"}
"""Options that say nothing of a roster that gridmap wrote: its columns and places are named by it."""


@dataclass(frozen=True)
class _Found:
    """A file that was held against the plan.

    Attributes:
        sheets: all of a workbook.
        tables: those of them that were read, as they were given.
        columns: how they were read.
    """

    sheets: Sequence[OfficeTable]
    tables: Sequence[OfficeTable]
    preview: ImportPreview
    columns: list[str]


def import_table(workspace: Path, kind: str, file: Path, options: dict[str, Any], *, as_json: bool) -> int:
    """Preview a file, write what is asked of it, and save it as one change; the exit code.

    Raises:
        InputError: rows are refused, and it is not said to save the good ones; nothing is saved.
    """
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415 # keeps --help quick
    from gridmap.service.imports.saving import save_import  # noqa: PLC0415
    from gridmap.service.plan_cache import PlanCache  # noqa: PLC0415
    from gridmap.service.returns.bringing_back import note_import  # noqa: PLC0415
    from gridmap.service.returns.stamp import stamp_in  # noqa: PLC0415
    from gridmap.service.workspaces import open_workspace  # noqa: PLC0415

    _require_report_ending(options["report"])
    into = open_workspace(workspace)
    cache = PlanCache(into)
    at = cache.plan().demo_clock or now()
    found = _look(cache, kind, file, options, at)
    preview = found.preview
    ruled_out = bool(preview.refused) and not options["good_rows"]
    revision = None
    if options["dry_run"] or ruled_out:
        _write_report(options["report"], found, at, None)
    if not options["dry_run"]:
        if ruled_out and not as_json:
            click.echo("\n".join(map(masked_text, _lines(found))))
        why = options["reason"] or f"import: {file.name}"
        if ruled_out or preview.tables or preview.edits:
            revision = save_import(
                into, preview, reason=why, user=OPERATOR, at=at, only_good=options["good_rows"]
            ).revision
        note_import(cache, preview, revision, stamp_in(found.sheets), user=OPERATOR, at=at)
        _write_report(options["report"], found, at, revision)
    _answer(found, revision, as_json=as_json, dry_run=options["dry_run"])
    return int(ruled_out)


def _look(cache: PlanCache, kind: str, file: Path, options: dict[str, Any], at: datetime) -> _Found:
    """Read a file once, and hold it against the plan as what it is."""
    from gridmap.read.files.kinds import KINDS  # noqa: PLC0415
    from gridmap.read.tables.office_tables import read_office_tables  # noqa: PLC0415
    from gridmap.service.imports.source import is_roster_template  # noqa: PLC0415

    sheets: tuple[OfficeTable, ...] = ()
    if file.suffix.lower() not in KINDS:
        sheets = read_office_tables(file, encoding=options["answers"].encoding)
    if kind == "people" and is_roster_template(sheets):
        return _roster(cache, sheets, file, options, at)
    return _office_table(cache, kind, sheets=sheets, file=file, options=options, at=at)


def _office_table(
    cache: PlanCache,
    kind: str,
    sheets: Sequence[OfficeTable],
    file: Path,
    options: dict[str, Any],
    at: datetime,
) -> _Found:
    """A table as an office has it, or a layer: its columns are found out, or told by --map."""
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415
    from gridmap.service.imports.decisions import Decisions  # noqa: PLC0415
    from gridmap.service.imports.preview import preview_import  # noqa: PLC0415
    from gridmap.service.imports.source import read_source  # noqa: PLC0415

    source = read_source(file, kind, _reading(options), tables=sheets)
    mapping = _mapping(cache.workspace, source, options)
    decisions = Decisions(accept_clear=options["accept_suggestions"], new_people=not options["no_new_people"])
    with progress_bar(file.name) as advance:
        preview = preview_import(cache, source, mapping, decisions, user=OPERATOR, at=at, progress=advance)
    taken = [
        f"{choice.heading} → {field}{'' if choice.is_sure else ' ?'}"
        for field, choice in mapping.choices.items()
    ]
    return _Found(sheets, [source.table], preview, taken)


def _roster(
    cache: PlanCache, sheets: Sequence[OfficeTable], file: Path, options: dict[str, Any], at: datetime
) -> _Found:
    """A roster as it was written to be filled in: its columns and ids are known.

    Raises:
        InputError: options that such a file has no use for.
    """
    from gridmap.service.accounts import OPERATOR  # noqa: PLC0415
    from gridmap.service.imports.roster.file import read_roster  # noqa: PLC0415

    given = {name for name, value in click.get_current_context().params.items() if value}
    strange = sorted(given & _OF_OTHER_TABLES)
    if strange:
        named = [f"--{name.replace('_', '-')}" for name in strange]
        raise InputError(
            msg(
                "{file}: a roster that gridmap wrote is read without {options}", file=file.name, options=named
            )
        )
    preview = read_roster(
        file,
        cache=cache,
        user=OPERATOR,
        at=at,
        reading=_reading(options),
        new_people=not options["no_new_people"],
        tables=sheets,
    )
    taken = [f"{heading} → {column}" for column, heading in preview.columns.items()]
    return _Found(sheets, preview.given, preview, taken)


def _reading(options: dict[str, Any]) -> Reading:
    from gridmap.service.imports.source import Reading  # noqa: PLC0415

    return Reading(
        sheet=options["sheet"] or options["answers"].layer,
        encoding=options["answers"].encoding,
        crs=options["answers"].crs,
        datum=options["answers"].datum,
        year=options["year"],
    )


def _mapping(workspace: Workspace, source: Source, options: dict[str, Any]) -> FieldMapping:
    """What the columns mean: as a file says, else as remembered or suggested."""
    from gridmap.read.tables.field_mapping import mapping_to_json  # noqa: PLC0415
    from gridmap.service.imports.mapping import mapping_of_json, suggested  # noqa: PLC0415

    if options["map"] is None:
        mapping = suggested(workspace, source)
    else:
        mapping = mapping_of_json(options["map"].read_text(encoding="utf-8-sig"), source)
    if options["save_map"] is not None:
        options["save_map"].write_text(mapping_to_json(mapping), encoding="utf-8")
    return mapping


def _require_report_ending(path: Path | None) -> None:
    """Refuse a report in a form that is not written before anything is saved.

    Raises:
        InputError: its ending is neither .json nor .xlsx.
    """
    if path is not None and path.suffix.lower() not in {".json", ".xlsx"}:
        raise InputError(msg("{file}: a report is written as .json or .xlsx", file=path.name))


def _write_report(path: Path | None, found: _Found, at: datetime, revision: int | None) -> None:
    """Write the report in the form that the file's ending names."""
    from gridmap.service.imports.report import report_workbook  # noqa: PLC0415

    if path is None:
        return
    if path.suffix.lower() == ".json":
        plain = _plain(found, revision)
        path.write_text(json.dumps(plain, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    else:
        language = terminal_language()
        path.write_bytes(report_workbook(found.tables, found.preview, language=language, created=at))


def _plain(found: _Found, revision: int | None) -> dict[str, object]:
    from gridmap.service.imports.roster.report import import_json  # noqa: PLC0415

    return import_json(found.preview, terminal_language(), revision=revision)


def _answer(found: _Found, revision: int | None, *, as_json: bool, dry_run: bool) -> None:
    lines = _lines(found)
    if dry_run:
        changing = [row for row in found.preview.rows if row.what and not row.reason]
        lines += _some([f"  {say(row.told)}" for row in changing])
    end = msg("Saved, revision {revision}.", revision=revision) if revision else msg("Nothing is saved.")
    plain = _plain(found, revision) if as_json else {}
    answer(plain, as_json=as_json, lines=[*map(masked_text, lines), say(end)])


def _lines(found: _Found) -> list[str]:
    """What a person should see first: the counts, how columns were read, what is left over and refused."""
    preview = found.preview
    lines = [say(preview.summary), say(msg("Columns: {columns}", columns=found.columns))]
    if preview.left_alone:
        lines.append(say(msg("Left alone: {columns}", columns=list(preview.left_alone))))
    if preview.leftovers is not None:
        lines.append(say(preview.leftovers.told))
    lines += [say(note) for note in preview.notes]
    lines += _repairs(preview)
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


def _repairs(preview: ImportPreview) -> list[str]:
    """What was repaired, noted or left out as no data, by kind: nothing is done silently."""
    from gridmap.service.imports.report import told_repairs  # noqa: PLC0415

    told = told_repairs(preview)
    return [] if told is None else [say(told)]


def _some(lines: list[str]) -> list[str]:
    rest = len(lines) - _SHOWN
    return lines if rest <= 0 else [*lines[:_SHOWN], say(msg("  … and {n} more", n=rest))]
