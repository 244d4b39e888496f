"""What lies on the desk while a file is brought in: the file, what was said of it, work under way, decisions.

It belongs to one session. Nothing of it is saved before the user says so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.geo.systems.datum import DatumSuggestion
from gridmap.jobs.background import BackgroundJob
from gridmap.jobs.pool import Progress
from gridmap.messages import Message
from gridmap.service.imports.decisions import Decisions
from gridmap.service.imports.source import Reading
from gridmap.web.cells.draft_desk import draft_desk
from gridmap.web.i18n import say
from gridmap.web.markup import plain

T = TypeVar("T")
SLOT: Final = "import"
"""The place of the file among the uploads that a session keeps."""
_KEY: Final = "import_desk"
_PATIENCE: Final = 0.8
"""Seconds that a page waits for work before it shows a bar: most of it is done by then."""


class Task(Generic[T]):
    """One piece of work of the desk; other inputs stop it and begin it anew."""

    def __init__(self) -> None:
        self.job: BackgroundJob[T] | None = None
        self._key: Hashable = None
        self._result: list[T] = []
        self._error: GridmapError | None = None

    def of(self, key: Hashable, work: Callable[[Progress], T]) -> T | None:
        """What `work` gave for these inputs; None while it is under way, or after it was stopped.

        Raises:
            GridmapError: what the work raised, each time.
        """
        if key != self._key:
            self.forget()
            self._key, self.job = key, BackgroundJob(work)
            self.job.wait(_PATIENCE)
        if self.job is not None and self.job.done:
            self._collect(self.job)
        if self._error is not None:
            raise self._error
        return self._result[0] if self._result else None

    @property
    def stopped(self) -> bool:
        """Whether the work was stopped before it gave anything."""
        return self._key is not None and self.job is None and not self._result and self._error is None

    def stop(self) -> None:
        """Stop the work; the same inputs do not begin it again."""
        if self.job is not None:
            self.job.cancel()
        self.job = None

    def forget(self) -> None:
        """Stop the work and forget what it gave."""
        self.stop()
        self._key, self._error = None, None
        self._result.clear()

    def _collect(self, job: BackgroundJob[T]) -> None:
        self.job = None
        if job.stopped:
            return
        try:
            self._result.append(job.result())
        except GridmapError as error:
            self._error = error


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
        files = draft_desk()
        files.files.pop(SLOT, None)
        files.turn += 1
        self.told = told


def import_desk() -> ImportDesk:
    """The desk of this session."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = ImportDesk()
    desk: ImportDesk = st.session_state[_KEY]
    return desk


def show_trouble(step: str) -> None:
    """What was refused in a step, beside what it was about."""
    refused = import_desk().trouble.get(step)
    if refused is not None:
        st.error(plain(say(refused)))
