"""A file held against the plan in one go, as it is usually read; what nobody has decided yet is refused.

This is the way of every door that asks no questions of its own: the page People, returned templates, the
command line. The page Import asks in between, and comes to the same preview.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from gridmap.model.access import User
from gridmap.read.files.kinds import KINDS
from gridmap.read.tables.office_tables import OfficeTable, read_office_tables
from gridmap.service.imports.decisions import Decisions
from gridmap.service.imports.mapping import suggested
from gridmap.service.imports.preview import ImportPreview, preview_import
from gridmap.service.imports.roster.file import read_roster
from gridmap.service.imports.source import Reading, is_roster_template, read_source
from gridmap.service.plan_cache import PlanCache


def preview_file(
    path: Path,
    kind: str,
    *,
    cache: PlanCache,
    user: User,
    at: datetime,
    reading: Reading | None = None,
    tables: Sequence[OfficeTable] = (),
    decisions: Decisions | None = None,
) -> ImportPreview:
    """Read a file and hold it against the plan; nothing is saved.

    A roster that was written to be filled in is known by its ids; every other file by the mapping that was
    used for such a file before, else the likeliest one.

    Args:
        path: the file.
        kind: of import.
        cache: the plan.
        user: whose rights and scope count.
        at: the county's wall clock.
        reading: what is said of the file where it does not tell itself.
        tables: its sheets where they have been read before.
        decisions: what was decided beforehand.

    Raises:
        AccessError: the user may not edit what files of this kind change.
        LayerChoiceError: several sheets or layers fit, and none is named.
        InputError: the file cannot be read, or lacks a column that is needed.
    """
    told, decided = reading or Reading(), decisions or Decisions()
    if not tables and path.suffix.lower() not in KINDS:
        tables = read_office_tables(path, encoding=told.encoding)
    if kind == "people" and is_roster_template(tables):
        return read_roster(
            path,
            cache=cache,
            user=user,
            at=at,
            reading=told,
            new_people=decided.new_people,
            tables=tables,
        )
    source = read_source(path, kind, told, tables=tables)
    mapping = suggested(cache.workspace, source)
    return preview_import(cache, source, mapping, decided, user=user, at=at)
