"""The report of an import: as plain values, and as the file itself with its faulty cells marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gridmap.draw.fault_workbook import GivenSheet, write_fault_workbook
from gridmap.messages import Language, Message, render
from gridmap.model.faults import Fault, FaultKind, Outcome, fault_counts, fault_rows
from gridmap.service.import_preview import ImportPreview
from gridmap.service.import_reading import Source


def report_json(
    preview: ImportPreview, language: Language, *, revision: int | None = None
) -> dict[str, object]:
    """Plain values for JSON; rows that change nothing are only counted.

    Phone numbers are masked.
    """

    def say(message: Message) -> str:
        return render(message, language)

    return {
        "file": preview.file,
        "kind": preview.kind,
        **{state.value: count for state, count in preview.counts.items()},
        "columns": dict(preview.memory.columns),
        "columns_left_alone": list(preview.left_alone),
        "rows": [
            {
                "sheet": row.sheet,
                "row": row.number,
                "who": row.who,
                "state": row.state.value,
                "what": [say(what) for what in row.what],
                "reason": say(row.reason) if row.reason else None,
            }
            for row in preview.rows
            if row.what or row.reason
        ],
        "leftovers": _leftovers(preview, language),
        "questions": _questions(preview, language),
        "datums": [
            {"datum": one.datum.value, "share": one.share, "points": one.points} for one in preview.datums
        ],
        "notes": [say(note) for note in preview.notes],
        "faults": fault_counts(preview.faults),
        "fault_places": fault_rows(preview.faults, language),
        "revision": revision,
    }


def report_workbook(
    source: Source, preview: ImportPreview, *, language: Language, created: datetime
) -> bytes:
    """The file as it was given, as XLSX, faulty cells coloured and commented, and a sheet that lists all.

    Of a vector file, which has no cells, only the list.
    """
    table = source.table
    merged = [(area.top, area.left, area.bottom, area.right) for area in table.merged]
    name = table.sheet or "1"
    sheets: Sequence[GivenSheet] = [GivenSheet(name, table.given, merged)] if table.given else []
    told = {(fault.row, fault.outcome) for fault in preview.faults}
    faults = [replace(fault, layer=fault.layer or name) for fault in preview.faults]
    # What only holding the file against the plan shows is a fault of the row as a whole.
    faults += [
        Fault(
            FaultKind.ROW_REFUSED,
            row.reason,
            Outcome.ROW_LEFT_OUT,
            preview.file,
            name,
            row.number,
            value=row.who,
        )
        for row in preview.refused
        if row.reason is not None
        and not {(row.number, Outcome.ROW_LEFT_OUT), (row.number, Outcome.ASKED)} & told
    ]
    return write_fault_workbook(sheets, faults, language=language, created=created)


def _leftovers(preview: ImportPreview, language: Language) -> dict[str, object] | None:
    left = preview.leftovers
    if left is None:
        return None
    return {
        "told": render(left.told, language),
        "without_row": [{"code": code, "name": name} for code, name in left.without_row],
        "rows": list(left.rows),
    }


def _questions(preview: ImportPreview, language: Language) -> list[dict[str, object]]:
    places = [
        {
            "row": one.row,
            "name": one.name,
            "why": render(one.why, language),
            "suggestions": [
                {"code": choice.code, "name": choice.name, "score": choice.score}
                for choice in one.suggestions
            ],
        }
        for one in preview.place_questions
    ]
    people: list[dict[str, object]] = [
        {
            "row": who.row,
            "name": who.name,
            "why": render(who.why, language),
            "suggestions": [{"id": one.id, "name": one.label} for one in who.candidates],
        }
        for who in preview.who_questions
    ]
    return [*places, *people]
