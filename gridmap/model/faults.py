"""A fault of a file that was read: what kind, where, what was done about it and what remains to do.

Readers gather faults, the command line and the app show them, `draw` marks them in a workbook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gridmap.messages import Language, Message, msg, render


class FaultKind(StrEnum):
    """What is wrong, small and fixed, so that faults can be counted."""

    SUBTOTAL_ROW = "subtotal_row"
    NOTE_ROW = "note_row"
    REPEATED_HEADINGS = "repeated_headings"
    NO_HEADINGS = "no_headings"
    MISSING = "missing"
    CODE_REPAIRED = "code_repaired"
    CODE_LOST = "code_lost"
    CODE_FORM = "code_form"
    NUMBER_APPROXIMATE = "number_approximate"
    NUMBER_FORM = "number_form"
    DATE_REPAIRED = "date_repaired"
    DATE_WITHOUT_YEAR = "date_without_year"
    DATE_FORM = "date_form"
    DATE_AHEAD = "date_ahead"
    PHONE_REPAIRED = "phone_repaired"
    PHONE_MASKED = "phone_masked"
    PHONE_SHORT = "phone_short"
    PHONE_LOST = "phone_lost"
    PHONE_FORM = "phone_form"
    SEVERAL_PEOPLE = "several_people"
    POINT_REPAIRED = "point_repaired"
    POINT_SWAPPED = "point_swapped"
    POINT_OUTSIDE = "point_outside"
    POINT_FORM = "point_form"
    DATUM_UNKNOWN = "datum_unknown"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_AMBIGUOUS = "unit_ambiguous"
    PERSON_UNKNOWN = "person_unknown"
    PERSON_AMBIGUOUS = "person_ambiguous"
    PERSON_CONFLICT = "person_conflict"
    RING_OPEN = "ring_open"
    GEOMETRY_DAMAGED = "geometry_damaged"
    GEOMETRY_MISSING = "geometry_missing"
    GEOMETRY_INVALID = "geometry_invalid"
    GEOMETRY_REPEATED = "geometry_repeated"
    TRAILING_TEXT = "trailing_text"
    LINK_IGNORED = "link_ignored"
    ENCODING_WRONG = "encoding_wrong"
    FIELD_CUT = "field_cut"
    FIELD_GARBLED = "field_garbled"
    TEXT_CUT = "text_cut"
    TEXT_GARBLED = "text_garbled"
    TEXT_LOST = "text_lost"
    CODE_MISSING = "code_missing"
    CODE_REPEATED = "code_repeated"
    FUNCTION_UNKNOWN = "function_unknown"
    ROW_REFUSED = "row_refused"


class Outcome(StrEnum):
    """What became of the place that has the fault."""

    REPAIRED = "repaired"
    NOTED = "noted"
    ASKED = "asked"
    ROW_LEFT_OUT = "row_left_out"


KIND_LABELS: Final[Mapping[FaultKind, Message]] = {
    FaultKind.SUBTOTAL_ROW: msg("row of totals"),
    FaultKind.NOTE_ROW: msg("note among the rows"),
    FaultKind.REPEATED_HEADINGS: msg("headings repeated"),
    FaultKind.NO_HEADINGS: msg("no headings"),
    FaultKind.MISSING: msg("needed cell is empty"),
    FaultKind.CODE_REPAIRED: msg("code repaired"),
    FaultKind.CODE_LOST: msg("digits of a code lost"),
    FaultKind.CODE_FORM: msg("no code"),
    FaultKind.NUMBER_APPROXIMATE: msg("approximate number"),
    FaultKind.NUMBER_FORM: msg("no number"),
    FaultKind.DATE_REPAIRED: msg("date completed"),
    FaultKind.DATE_WITHOUT_YEAR: msg("date without a year"),
    FaultKind.DATE_FORM: msg("no date"),
    FaultKind.DATE_AHEAD: msg("date still to come"),
    FaultKind.PHONE_REPAIRED: msg("phone number tidied"),
    FaultKind.PHONE_MASKED: msg("phone number masked"),
    FaultKind.PHONE_SHORT: msg("short phone number"),
    FaultKind.PHONE_LOST: msg("digits of a phone number lost"),
    FaultKind.PHONE_FORM: msg("no phone number"),
    FaultKind.SEVERAL_PEOPLE: msg("several people in one cell"),
    FaultKind.POINT_REPAIRED: msg("coordinates rewritten"),
    FaultKind.POINT_SWAPPED: msg("coordinates swapped"),
    FaultKind.POINT_OUTSIDE: msg("point outside the area"),
    FaultKind.POINT_FORM: msg("no coordinates"),
    FaultKind.DATUM_UNKNOWN: msg("unknown datum"),
    FaultKind.UNIT_UNKNOWN: msg("unit not found"),
    FaultKind.UNIT_AMBIGUOUS: msg("several units fit"),
    FaultKind.PERSON_UNKNOWN: msg("person not found"),
    FaultKind.PERSON_AMBIGUOUS: msg("several people fit"),
    FaultKind.PERSON_CONFLICT: msg("phone and name disagree"),
    FaultKind.RING_OPEN: msg("ring not closed"),
    FaultKind.GEOMETRY_DAMAGED: msg("damaged geometry"),
    FaultKind.GEOMETRY_MISSING: msg("no geometry"),
    FaultKind.GEOMETRY_INVALID: msg("invalid geometry"),
    FaultKind.GEOMETRY_REPEATED: msg("geometry repeated"),
    FaultKind.TRAILING_TEXT: msg("text after the data"),
    FaultKind.LINK_IGNORED: msg("link not followed"),
    FaultKind.ENCODING_WRONG: msg("wrong word on the encoding"),
    FaultKind.FIELD_CUT: msg("column title cut"),
    FaultKind.FIELD_GARBLED: msg("garbled column title"),
    FaultKind.TEXT_CUT: msg("text cut"),
    FaultKind.TEXT_GARBLED: msg("garbled text"),
    FaultKind.TEXT_LOST: msg("characters of a text lost"),
    FaultKind.CODE_MISSING: msg("no code"),
    FaultKind.CODE_REPEATED: msg("code repeated"),
    FaultKind.FUNCTION_UNKNOWN: msg("unknown function"),
    FaultKind.ROW_REFUSED: msg("row refused"),
}
OUTCOME_LABELS: Final[Mapping[Outcome, Message]] = {
    Outcome.REPAIRED: msg("repaired"),
    Outcome.NOTED: msg("noted"),
    Outcome.ASKED: msg("to be decided"),
    Outcome.ROW_LEFT_OUT: msg("row left out"),
}


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        message: what is wrong, without the place.
        file, layer: of the file; `layer` is a sheet or a layer, empty where the file has but one.
        row: as a spreadsheet program numbers it, or the position of a feature from 1.
        column: as it is headed in the file.
        cell: such as `C7`, empty where the fault is that of a whole row or of a layer.
        value: as the file has it.
        done, remains: what was done, and what a person has still to do; None where nothing.
    """

    kind: FaultKind
    message: Message
    outcome: Outcome
    file: str = ""
    layer: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""
    value: str = ""
    done: Message | None = None
    remains: Message | None = None

    @property
    def place(self) -> Message:
        """Where it is, as much of it as is known."""
        parts: list[Message] = [msg("{text}", text=self.file)] if self.file else []
        if self.layer:
            parts.append(msg("sheet or layer {name}", name=self.layer))
        if self.cell:
            parts.append(msg("cell {cell}", cell=self.cell))
        elif self.row is not None:
            parts.append(msg("row {row}", row=str(self.row)))
        return msg("{parts}", parts=parts)

    @property
    def told(self) -> Message:
        """The place and what is wrong there, in a line."""
        return msg("{place}: {what}", place=self.place, what=self.message)


def fault_rows(faults: Iterable[Fault], language: Language) -> list[dict[str, str | int | None]]:
    """Faults as rows for JSON: keys as they are, texts in a language."""
    return [
        {
            "kind": fault.kind.value,
            "outcome": fault.outcome.value,
            "file": fault.file,
            "layer": fault.layer,
            "row": fault.row,
            "column": fault.column,
            "cell": fault.cell,
            "value": fault.value,
            "message": render(fault.message, language),
            "done": render(fault.done, language) if fault.done else "",
            "remains": render(fault.remains, language) if fault.remains else "",
        }
        for fault in faults
    ]


def fault_counts(faults: Iterable[Fault]) -> dict[str, int]:
    """Faults by kind, the most frequent first, as `inspect --json` gives them."""
    return dict(Counter(fault.kind.value for fault in faults).most_common())
