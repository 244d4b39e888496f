"""What lies on the desk while a file is brought in: the file, what was said of it, work under way, decisions.

It belongs to one session. Nothing of it is saved before the user says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from gridmap.geo.systems.datum import DatumSuggestion
from gridmap.messages import Message
from gridmap.service.imports.decisions import Decisions
from gridmap.service.imports.source import Reading
from gridmap.web.files.desk import files_desk
from gridmap.web.kept import Task, of_session
from gridmap.web.notices import show_refusal

SLOT: Final = "import"
"""The place of the file among the uploads that a session keeps."""
_KEY: Final = "import_desk"


@dataclass
class ImportDesk:
    """The desk.

    Attributes:
        digest: of the file that all below was said of.
        kind: what the file is brought in as; empty before it is chosen.
        reading: sheet, encoding, coordinate system and datum as the user named them.
        chosen: headings by field, where the user corrected the mapping; empty for none.
        decisions: about places and people that were not found.
        looking, previewing: the work.
        datums: how well each datum explains the coordinates, as the last preview judged.
        generation: counts up when fields must start anew, as after a mapping was loaded.
        told: what the last deed came to.
        trouble: what was refused, by the step of the page that it belongs to.
    """

    digest: str = ""
    kind: str = ""
    reading: Reading = field(default_factory=Reading)
    chosen: dict[str, str] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=lambda: Decisions(new_people=False))
    looking: Task[Any] = field(default_factory=Task)
    previewing: Task[Any] = field(default_factory=Task)
    datums: tuple[DatumSuggestion, ...] = ()
    generation: int = 0
    told: Message | None = None
    trouble: dict[str, Message] = field(default_factory=dict)

    def follow(self, digest: str) -> None:
        """Forget what was said of another file."""
        if digest == self.digest:
            return
        kind, told = self.kind, self.told if not digest else None
        self.begin_anew()
        self.digest, self.kind, self.told = digest, kind, told

    def choose_kind(self, kind: str) -> None:
        """Another kind has other fields and other questions; the file is read again."""
        self.kind = kind
        self.read_anew(self.reading)

    def read_anew(self, reading: Reading) -> None:
        """The file says something else now: what was decided on its rows counts no more."""
        self.reading = reading
        self.chosen = {}
        self.decide_anew()

    def decide_anew(self) -> None:
        """Forget the decisions."""
        self.decisions = Decisions(new_people=False)
        self.datums = ()
        self.trouble.clear()
        self.generation += 1

    def begin_anew(self) -> None:
        """An empty desk; running work is stopped."""
        self.looking.forget()
        self.previewing.forget()
        self.digest, self.kind, self.told = "", "", None
        self.read_anew(Reading())

    def clear(self, told: Message) -> None:
        """An empty desk after something was saved; the file is gone from its field."""
        self.begin_anew()
        files_desk().take_off(SLOT)
        self.told = told


def import_desk() -> ImportDesk:
    """The desk of this session."""
    return of_session(_KEY, ImportDesk)


def show_import_trouble(step: str) -> None:
    """What was refused in a step, beside what it was about."""
    show_refusal(import_desk().trouble.get(step))
