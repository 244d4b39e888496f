"""What can go wrong, and what to do about it.

GridmapError
├── InputError (ValueError)         a file or an argument is wrong: exit code 2
│   ├── UnreadableFileError         not what its name says, damaged, or of a kind not read
│   ├── MissingCrsError             no coordinate system, and none named
│   ├── LayerChoiceError            several layers fit; one must be named
│   └── FaultsError                 one or more faults in a file, all gathered
├── EmptyUnitError (ValueError)     units without area or load that cannot be cut
├── TessellationError               cells could not be made an exact coverage
├── StoreError                      a workspace cannot be opened or written
│   ├── NotAWorkspaceError (ValueError)
│   ├── MigrationError
│   └── ConflictError               the row moved on since it was read
├── JobError                        work in other processes or on other machines came to nothing
├── AccessError (PermissionError)   the user's right or scope does not reach this
└── NotFoundError (LookupError)     a code or id names nothing

Each error carries a `Message`, so that the command line and the app say the same words in the reader's
language. The message says what is wrong, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gridmap.messages import Message, msg


class GridmapError(Exception):
    """The root: anything gridmap refuses to do, told as a message."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """The English rendering."""
        return str(self.message)


class InputError(GridmapError, ValueError):
    """A file or an argument is wrong."""


class UnreadableFileError(InputError):
    """A file is not what its name says, is damaged, or is of a kind gridmap does not read."""


class MissingCrsError(InputError):
    """A file has no coordinate reference system, and none was named."""


class LayerChoiceError(InputError):
    """A file has several layers that fit; one must be named."""


class FaultsError(InputError):
    """All faults found in one file, told in one line; `faults` holds them one by one."""

    def __init__(self, file: str, faults: Sequence[Message]) -> None:
        self.file = file
        self.faults = tuple(faults)
        super().__init__(msg("{file}: {faults}", file=file, faults=self.faults))


class EmptyUnitError(GridmapError, ValueError):
    """Units that have no area to cut."""


class TessellationError(GridmapError):
    """Cells could not be made an exact coverage of their units."""


class StoreError(GridmapError):
    """A workspace cannot be opened, read or written."""


class NotAWorkspaceError(StoreError, ValueError):
    """The file is not a gridmap workspace."""


class MigrationError(StoreError):
    """The workspace was written by a newer or unknown version."""


class ConflictError(StoreError):
    """The row was changed by someone else since it was read.

    Attributes:
        table, key: the row.
        user, at: who changed it last and when, '' and None where the log knows nothing of it.
    """

    def __init__(
        self, message: Message, *, table: str = "", key: str = "", user: str = "", at: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.table, self.key, self.user, self.at = table, key, user, at


class JobError(GridmapError):
    """Work in other processes or on other machines came to nothing."""


class AccessError(GridmapError, PermissionError):
    """The user's right or scope does not reach this."""


class NotFoundError(GridmapError, LookupError):
    """A code or id names nothing."""
