"""Uploaded files of a session: they stay when another page is opened, with what was said and read of them.

Nothing of it is shared with other sessions or saved.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, TypeVar

from gridmap.read.files.answers import FileAnswers
from gridmap.web.kept import Results, of_session

T = TypeVar("T")
_KEY: Final = "files_desk"
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
class FilesDesk:
    """The desk.

    Attributes:
        files: uploads by their place on the page.
        answers: what was said of files that do not tell by themselves, by place and digest.
        turn: counts up when files were taken off the desk, so that upload fields start empty.
        results: what was read of the files, and documents of maps made of that.
    """

    files: dict[str, KeptFile] = field(default_factory=dict)
    answers: dict[str, FileAnswers] = field(default_factory=dict)
    turn: int = 0
    results: Results = field(default_factory=lambda: Results(_KEPT))

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` gave the first time for `key`; see `Results.once`."""
        return self.results.once(key, compute)

    def take_off(self, slot: str) -> None:
        """A file was saved: its field starts empty."""
        self.files.pop(slot, None)
        self.turn += 1

    def clear(self) -> None:
        """An empty desk after something was saved."""
        self.files.clear()
        self.answers.clear()
        self.results.clear()
        self.turn += 1


def files_desk() -> FilesDesk:
    """The desk of this session."""
    return of_session(_KEY, FilesDesk)


def kept_file(name: str, content: bytes, upload_id: str) -> KeptFile:
    """An upload as the desk keeps it."""
    return KeptFile(name, content, upload_id, blake2b(content, digest_size=12).hexdigest())
