"""The report of an import as plain values: a roster that gridmap wrote has the keys of all others."""

from __future__ import annotations

from gridmap.messages import Language
from gridmap.service.imports.preview import ImportPreview
from gridmap.service.imports.report import report_json
from gridmap.service.imports.roster.file import RosterPreview


def import_json(
    preview: ImportPreview, language: Language, *, revision: int | None = None
) -> dict[str, object]:
    """Plain values for JSON, see `report_json`; the columns of a roster are told, too, which are not kept."""
    told = report_json(preview, language, revision=revision)
    return told | {"columns": dict(preview.columns)} if isinstance(preview, RosterPreview) else told
