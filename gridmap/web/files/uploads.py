"""Uploaded files, laid down for a reader that works on paths."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol


class Upload(Protocol):
    """What `st.file_uploader` returns."""

    @property
    def name(self) -> str:
        """What it is called where it comes from."""

    def getvalue(self) -> bytes:
        """The file's bytes."""


@contextmanager
def laid_down(upload: Upload) -> Iterator[Path]:
    """The upload as a file of its own name in a folder of its own, both gone at the end."""
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        path = Path(folder) / plain_name(upload.name)
        path.write_bytes(upload.getvalue())
        yield path


def plain_name(name: str) -> str:
    """A file name without folders or characters that mean something to a file system or a driver."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[^\w.\- ]", "_", last).lstrip(".")[-80:] or "upload"
