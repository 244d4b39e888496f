"""The report of an import: as plain values, and as the file itself with its faulty cells marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from gridmap.draw.books.fault_workbook import GivenSheet, write_fault_workbook
from gridmap.messages import Language, Message, msg, render
from gridmap.model.faults import KIND_LABELS, FaultKind, Outcome, fault_counts, fault_rows
from gridmap.model.masking import masked_values
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.service.imports.preview import ImportPreview

_CODES: Final = frozenset({"code"})
"""Keys below which codes of the plan stand, whose digits are no telephone's."""
_UNNAMED: Final = "1"
"""What the sheet of a text file is called."""
_NO_DATA: Final = frozenset({FaultKind.SUBTOTAL_ROW, FaultKind.NOTE_ROW, FaultKind.REPEATED_HEADINGS})
"""Rows that are left out and no row of the file is missed by."""
_QUESTIONS: Final = frozenset(
    {
        FaultKind.UNIT_UNKNOWN,
        FaultKind.UNIT_AMBIGUOUS,
        FaultKind.PERSON_UNKNOWN,
        FaultKind.PERSON_AMBIGUOUS,
        FaultKind.PERSON_CONFLICT,
    }
)
"""What has to be decided is told by its rows."""


def report_json(
    preview: ImportPreview, language: Language, *, revision: int | None = None
) -> dict[str, object]:
    """Plain values for JSON; rows that change nothing are only counted.

    Reports are passed on: numbers of phones and identity cards are masked in every text, see
    `gridmap.model.masking`.
    """

    def say(message: Message) -> str:
        return render(message, language)

    told = {
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
    return {key: masked_values(value, plain=_CODES) for key, value in told.items()}


def told_repairs(preview: ImportPreview) -> Message | None:
    """Counts by kind of what was repaired, noted, or left out as no row of data; None where nothing was."""
    counted = Counter(
        fault.kind
        for fault in preview.faults
        if fault.kind in _NO_DATA
        or (fault.outcome is not Outcome.ROW_LEFT_OUT and fault.kind not in _QUESTIONS)
    )
    if not counted:
        return None
    kinds = [msg("{what} {n}", what=KIND_LABELS[kind], n=n) for kind, n in counted.most_common()]
    return msg(
        "Repaired or noted: {kinds}. With --report FILE.xlsx or .json each has its place.", kinds=kinds
    )


def report_workbook(
    tables: Sequence[OfficeTable], preview: ImportPreview, *, language: Language, created: datetime
) -> bytes:
    """The file as it was given, as XLSX, faulty cells coloured and commented, and a sheet that lists all.

    It is the user's own file: nothing in it is masked. Of a vector file, which has no cells, only the list.
    """
    sheets = [
        GivenSheet(
            table.sheet or _UNNAMED,
            table.given,
            [(area.top, area.left, area.bottom, area.right) for area in table.merged],
        )
        for table in tables
        if table.given
    ]
    first = tables[0].sheet or _UNNAMED
    faults = [replace(fault, layer=fault.layer or first) for fault in preview.faults]
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
