"""Plans, evaluations and geometry kept in memory, keyed by revision, shared read-only by all sessions.

A new head changes the plan's revision but not its geometry revision, so that shapes and chunks stay.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Final, TypeVar, cast

from gridmap.draw.layers import Shapes
from gridmap.draw.screen.chunks import Chunks, build_chunks
from gridmap.measure.evaluate import evaluate
from gridmap.measure.scope import within
from gridmap.model.collecting import Collecting
from gridmap.model.plan import Plan
from gridmap.model.scope import Scope
from gridmap.model.status import Evaluation
from gridmap.service.workspaces import Workspace, load_shapes
from gridmap.store.repository import Revision
from gridmap.store.returns import read_collecting

T = TypeVar("T")
_KEPT = 48
"""Results kept; the largest (plan, shapes, chunks) recur once a revision, the rest are small."""

_RACY: Final = 200_000_000
"""Nanoseconds after a write in which another one may leave the files looking the same."""


@dataclass(frozen=True)
class _Signature:
    """Sizes and times (nanoseconds) of the workspace file and of its write-ahead log."""

    stats: tuple[tuple[int, int], ...]

    def written_within(self, nanoseconds: int) -> bool:
        return any(time.time_ns() - written < nanoseconds for _, written in self.stats)


def _signature(path: Path) -> _Signature:
    found = []
    for file in (path, path.with_name(path.name + "-wal")):
        try:
            stat = file.stat()
        except FileNotFoundError:
            continue
        if stat.st_size:  # a reader makes an empty log
            found.append((stat.st_size, stat.st_mtime_ns))
    return _Signature(tuple(found))


class PlanCache:
    """What is worked out of one workspace, computed once a key; frames in it must not be changed."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._results: OrderedDict[Hashable, object] = OrderedDict()
        self._known: dict[str, tuple[_Signature, object]] = {}
        self._lock = RLock()

    def revision(self) -> Revision:
        """Where the workspace stands now; asked anew only where its files may have been written since.

        A page asks a dozen times a run. As git does with its index, what was read within a moment of the
        last write is not kept, for a second write within one tick of the file system leaves no trace.
        """
        return self._present("revision", self.workspace.revision)

    def collecting(self) -> Collecting:
        """What was sent out and came back, which is no part of the plan; asked anew as the revision is."""
        return self._present("collecting", lambda: read_collecting(self.workspace.path))

    def figures_key(self) -> Hashable:
        """What figures depend on beside the moment: it changes with the plan, and with what comes back."""
        return self.revision().revision, self.collecting().mark

    def _present(self, key: str, read: Callable[[], T]) -> T:
        signature = _signature(self.workspace.path)
        racy = signature.written_within(_RACY)
        with self._lock:
            known = self._known.get(key)
            if known is not None and known[0] == signature:
                return cast("T", known[1])
            value = read()
            if racy:
                self._known.pop(key, None)
            else:
                self._known[key] = (signature, value)
            return value

    def plan(self) -> Plan:
        """The plan at its present revision."""
        return self.once(("plan", self.revision().revision), self.workspace.load_plan)

    def shapes(self) -> Shapes:
        """Geometry of all units and cells at the present geometry revision."""
        return self.once(("shapes", self.revision().geometry_revision), lambda: load_shapes(self.workspace))

    def chunks(self) -> Chunks:
        """Geometry chunks for the browser at the present geometry revision."""
        plan = self.plan()
        key = ("chunks", plan.geometry_revision)
        return self.once(key, lambda: build_chunks(self.shapes(), plan.units, plan.cells))

    def evaluation(self, at: datetime) -> Evaluation:
        """States of the present plan at `at`."""
        key = ("evaluation", self.figures_key(), at)
        return self.once(key, lambda: evaluate(self.plan(), at, self.collecting()))

    def scope(self, code: str, at: datetime) -> Scope:
        """What lies inside the unit `code`.

        Raises:
            NotFoundError: there is no such unit.
        """
        plan, evaluation = self.plan(), self.evaluation(at)
        return self.once(("scope", self.figures_key(), at, code), lambda: within(plan, evaluation, code))

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` gave the first time for `key`, which must name all that it depends on."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return cast("T", self._results[key])
            result = compute()
            self._results[key] = result
            while len(self._results) > _KEPT:
                self._results.popitem(last=False)
            return result
