"""What a planner has on the desk while correcting cells: unit, tool, selection, and the steps not saved yet.

It belongs to one session and is never shared; nothing of it is saved before the planner says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from gridmap.errors import GridmapError
from gridmap.messages import Message
from gridmap.service.cells.sketch import EditGround, Sketch, begin_sketch, sketched_again, without_last_step
from gridmap.web.kept import Results, of_session

_KEY: Final = "cells_desk"
_KEPT: Final = 6


class Tool(StrEnum):
    """What the mouse does on the map."""

    SPLIT = "split"
    MERGE = "merge"
    REDRAW = "redraw"
    TRANSFER = "transfer"


@dataclass
class CellsDesk:
    """The desk.

    Attributes:
        selected: codes of cells in the order they were clicked.
        heard: number of the last answer of the map that was taken in.
        turn: counts what was carried out or refused, so that the map begins a drawing anew.
        told, trouble: what the last deed came to, or why it was refused.
        lost: why steps could not be carried out again on cells that moved on.
        results: maps and drafts of the latest sketches.
    """

    unit: str = ""
    tool: Tool = Tool.SPLIT
    sketch: Sketch | None = None
    selected: tuple[str, ...] = ()
    heard: int = 0
    turn: int = 0
    told: Message | None = None
    trouble: Message | None = None
    lost: tuple[Message, ...] = ()
    results: Results = field(default_factory=lambda: Results(_KEPT))

    def lay(self, ground: EditGround) -> Sketch:
        """The sketch to work on; one begun on shapes that changed since stays until the planner decides."""
        if self.sketch is None or not self.sketch.steps:
            if self.sketch is None or self.sketch.start is not ground:
                self.sketch = begin_sketch(ground)
        elif self.sketch.start is not ground and not self.is_behind(ground):
            # Posts or people changed, no shape: the same steps come to the same cells.
            self.sketch, self.lost = sketched_again(ground, self.sketch.commands)
        return self.sketch

    def is_behind(self, ground: EditGround) -> bool:
        """Whether shapes changed since the first step."""
        if self.sketch is None or not self.sketch.steps:
            return False
        begun, now = self.sketch.start.ground.stand, ground.ground.stand
        return begun.geometry_revision != now.geometry_revision

    def catch_up(self, ground: EditGround) -> None:
        """Carry out the steps on the cells as they are now."""
        assert self.sketch is not None
        self.sketch, self.lost = sketched_again(ground, self.sketch.commands)
        self.settle(None)

    def take(self, step: Callable[[], Sketch]) -> None:
        """Take a step; where it is refused the reason is told and nothing changes."""
        try:
            self.sketch = step()
        except GridmapError as error:
            self.settle(error.message)
            return
        self.selected = ()
        self.settle(None)

    def take_back(self) -> None:
        """Go back to before the last step."""
        if self.sketch is not None and self.sketch.steps:
            self.sketch = without_last_step(self.sketch)
        self.selected = ()
        self.settle(None)

    def discard(self) -> None:
        """Forget all steps."""
        self.sketch = None
        self.selected = ()
        self.settle(None)

    def settle(self, trouble: Message | None) -> None:
        """Say what came of a deed."""
        self.trouble, self.told = trouble, None
        self.turn += 1


def cells_desk() -> CellsDesk:
    """The desk of this session."""
    return of_session(_KEY, CellsDesk)
