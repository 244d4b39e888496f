"""The stamp of a template: what it was made of, so that the file is known when it comes back.

It stands as a line on the first sheet, where it survives every spreadsheet program and can be read aloud.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gridmap.messages import Language, Message, msg, render
from gridmap.model.plan import Plan
from gridmap.read.tables.office_tables import OfficeTable
from gridmap.read.values.texts import tidy_text

NOTES_TITLE: Final = "说明 Notes"
"""Title and heading of the first sheet, the same in both languages: whoever opens it finds the notes."""
_STAMP: Final = re.compile(
    r"gridmap-template kind=(?P<kind>[a-z]+) scope=(?P<scope>[\w-]*) revision=(?P<revision>\d{1,9})"
    r" issue=(?P<issue>[\w-]*) workspace=(?P<workspace>[0-9a-f]{8})(?!\S)"
)
_BEGINNING: Final = "gridmap-template"
_NUMBERED: Final = msg("Note {n}: {text}")
"""Lines that begin so are notes to the reader of tables, and no rows."""


@dataclass(frozen=True)
class TemplateStamp:
    """What a template was made of.

    Attributes:
        scope: code of the unit, empty for the whole plan.
        revision: of the plan whose data is filled in.
        issue: id of the issue within a round; empty where it was made by itself.
        workspace: see `workspace_mark`.
    """

    kind: str
    scope: str
    revision: int
    issue: str
    workspace: str

    @property
    def text(self) -> str:
        """As it is written."""
        return (
            f"gridmap-template kind={self.kind} scope={self.scope} revision={self.revision}"
            f" issue={self.issue} workspace={self.workspace}"
        )


def workspace_mark(plan: Plan) -> str:
    """Eight digits that tell workspaces apart: of the codes of their units, which hardly ever change.

    Source: first 8 digits of the SHA-256 of the sorted codes of the topmost units and of the title.
    """
    parents = plan.units["parent_code"]
    tops = sorted(str(code) for code in plan.units.index[~parents.isin(plan.units.index)])
    return hashlib.sha256("\n".join([plan.title, *tops]).encode()).hexdigest()[:8]


def stamp_in(tables: Iterable[OfficeTable]) -> TemplateStamp | None:
    """The stamp on the sheets of a file that came back; None where it has none, or several that differ."""
    cells = (cell for table in tables for row in table.given for cell in row)
    return _stamp(cell for cell in cells if _BEGINNING in cell)


def _stamp(cells: Iterable[str]) -> TemplateStamp | None:
    matches = (_STAMP.search(tidy_text(cell)) for cell in cells)
    found = {match.group(0): match for match in matches if match}
    if len(found) != 1:
        return None
    (match,) = found.values()
    facts = match.groupdict()
    return TemplateStamp(
        kind=facts["kind"],
        scope=facts["scope"],
        revision=int(facts["revision"]),
        issue=facts["issue"],
        workspace=facts["workspace"],
    )


def note_lines(notes: list[Message], stamp: TemplateStamp, language: Language) -> list[str]:
    """The lines of the first sheet, numbered; the last one is the stamp."""
    texts = [*(render(note, language) for note in notes), stamp.text]
    return [
        render(Message(_NUMBERED.text, {"n": n, "text": text}), language)
        for n, text in enumerate(texts, start=1)
    ]
