"""What a planner has on the desk while bringing in boundaries: files, what was read of them, job, draft.

It belongs to one session and is never shared; nothing of it is saved before the planner says so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, TypeVar

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.jobs.background import BackgroundJob
from gridmap.messages import Message
from gridmap.read.files.answers import FileAnswers
from gridmap.service.cells.draft import Draft

T = TypeVar("T")
_KEY: Final = "draft_desk"
_KEPT: Final = 24
"""Readings and map documents kept; a planner tries a few columns, not many."""


@dataclass(frozen=True)
class KeptFile:
    """An uploaded file that stays on the desk when another page is opened in between."""

    name: str
    content: bytes = field(repr=False)
    upload_id: str
    digest: str

    def getvalue(self) -> bytes:
        """The file's bytes."""
        return self.content


@dataclass
class DraftDesk:
    """The desk.

    Attributes:
        files: uploads by their place on the page.
        answers: what was said of files that do not tell by themselves, by place and digest.
        job, draft: with the inputs they were made from; other inputs drop them.
        wanted: a split was asked for and is to begin from what the fields hold now.
        told: what the last deed came to; `saved` whether it was saving a draft.
        told_at: `told` with the revision at which it was first shown.
        turn: counts up when the desk is cleared, so that upload fields start empty.
    """

    files: dict[str, KeptFile] = field(default_factory=dict)
    answers: dict[str, FileAnswers] = field(default_factory=dict)
    job: BackgroundJob[Draft] | None = None
    draft: Draft | None = None
    made_from: Hashable = None
    wanted: bool = False
    told: Message | None = None
    saved: bool = False
    told_at: tuple[Message, int] | None = None
    trouble: Message | None = None
    turn: int = 0
    _once: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` gave the first time for `key`; its error is raised again each time."""
        if key not in self._once:
            try:
                self._once[key] = compute()
            except GridmapError as error:
                self._once[key] = error
            while len(self._once) > _KEPT:
                del self._once[next(iter(self._once))]
        found = self._once[key]
        if isinstance(found, GridmapError):
            raise found
        result: T = found
        return result

    def start(self, inputs: Hashable, job: BackgroundJob[Draft]) -> None:
        """Begin a draft from these inputs."""
        self.drop()
        self.job, self.made_from = job, inputs

    def follow(self, inputs: Hashable) -> None:
        """Drop job and draft where the inputs are other ones than they were made from."""
        if inputs != self.made_from:
            self.drop()

    def collect(self) -> None:
        """Take a finished job's draft, or its refusal, off its hands."""
        if self.job is None or not self.job.done:
            return
        job, self.job = self.job, None
        if job.stopped:
            return
        try:
            self.draft = job.result()
        except GridmapError as error:
            self.trouble = error.message

    def drop(self) -> None:
        """Forget job and draft; a running job is stopped."""
        if self.job is not None:
            self.job.cancel()
        self.job = self.draft = self.made_from = self.trouble = None

    def forget_told(self, revision: int) -> None:
        """Tell what the last deed came to no more once the plan has moved on from it, as by undoing it."""
        if self.told is None:
            return
        if self.told_at is None or self.told_at[0] is not self.told:
            self.told_at = self.told, revision
        elif self.told_at[1] != revision:
            self.told = None

    def clear(self, told: Message, *, saved: bool) -> None:
        """An empty desk after something was saved."""
        self.drop()
        self.files.clear()
        self.answers.clear()
        self._once.clear()
        self.told, self.saved = told, saved
        self.turn += 1


def draft_desk() -> DraftDesk:
    """The desk of this session."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = DraftDesk()
    desk: DraftDesk = st.session_state[_KEY]
    return desk


def kept_file(name: str, content: bytes, upload_id: str) -> KeptFile:
    """An upload as the desk keeps it."""
    return KeptFile(name, content, upload_id, blake2b(content, digest_size=12).hexdigest())
