"""What a planner has on the desk while cutting cells: the job at work, and the draft it made.

It belongs to one session and is never shared; nothing of it is saved before the planner says so.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from gridmap.errors import GridmapError
from gridmap.jobs.background import BackgroundJob
from gridmap.messages import Message
from gridmap.service.cells.draft import Draft
from gridmap.web.files.desk import files_desk
from gridmap.web.kept import of_session
from gridmap.web.notices import Notice

_KEY: Final = "draft_desk"


@dataclass
class DraftDesk:
    """The desk.

    Attributes:
        job, draft: with the inputs they were made from; other inputs drop them.
        wanted: a split was asked for and is to begin from what the fields hold now.
        told: what the last deed came to; done where cells were saved.
        told_at: `told` with the revision at which it was first shown.
    """

    job: BackgroundJob[Draft] | None = None
    draft: Draft | None = None
    made_from: Hashable = None
    wanted: bool = False
    told: Notice | None = None
    told_at: tuple[Notice, int] | None = None
    trouble: Message | None = None

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

    def clear(self, told: Notice) -> None:
        """An empty desk after something was saved."""
        self.drop()
        files_desk().clear()
        self.told = told


def draft_desk() -> DraftDesk:
    """The desk of this session."""
    return of_session(_KEY, DraftDesk)
