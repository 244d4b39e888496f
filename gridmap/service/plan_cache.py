"""Plans, evaluations and geometry kept in memory, keyed by what tells a plan from every other.

All sessions share them read-only. A new head changes the plan's revision but not its geometry
revision, so that shapes and chunks stay.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
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
from gridmap.store.lineage import LogEnd, goes_on, read_log_end
from gridmap.store.repository import Revision, Stand, read_revision
from gridmap.store.returns import read_collecting

T = TypeVar("T")
_KEPT = 48
"""Results kept; the largest (plan, shapes, chunks) recur once a revision, the rest are small."""

_RACY: Final = 200_000_000
"""Nanoseconds after a write in which another one may leave the files looking the same."""


@dataclass(frozen=True)
class PlanKey:
    """What tells a plan, or its geometry, from every other that this process has seen.

    Attributes:
        lineage: counts the workspaces that were found at the same place, one after the other.
        revision: the number that the workspace gives: of the plan, or of its geometry.
    """

    lineage: int
    revision: int

    def __str__(self) -> str:
        return str(self.revision) if self.lineage == 0 else f"{self.revision}.{self.lineage}"


@dataclass(frozen=True)
class _Known:
    """Where the workspace stood when it was last asked."""

    stand: Stand
    end: LogEnd
    revision: Revision
    lineage: int


class PlanCache:
    """What is worked out of one workspace, computed once a key; frames in it must not be changed.

    Nothing is computed under the lock: who asks for a key that another session is at waits for that alone.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._results: OrderedDict[Hashable, Future[object]] = OrderedDict()
        self._collecting: tuple[Stand, Collecting] | None = None
        self._known: _Known | None = None
        self._lock = Lock()
        self._asking = Lock()

    def revision(self) -> Revision:
        """Where the workspace stands now; asked anew only where its files may have been written since.

        A page asks a dozen times a run. As git does with its index, what was read within a moment of the
        last write is not trusted, for a second write within one tick of the file system leaves no trace.
        """
        return self._standing().revision

    def plan_key(self) -> PlanKey:
        """What the present plan is known by. A file put in place of the workspace is another plan."""
        standing = self._standing()
        return PlanKey(standing.lineage, standing.revision.revision)

    def geometry_key(self) -> PlanKey:
        """What the present geometry is known by; a new head leaves it as it is."""
        standing = self._standing()
        return PlanKey(standing.lineage, standing.revision.geometry_revision)

    def collecting(self) -> Collecting:
        """What was sent out and came back, which is no part of the plan; asked anew as the revision is."""
        stand = self.workspace.stand()
        known = self._collecting
        if known is not None and known[0] == stand:
            return known[1]
        value = read_collecting(self.workspace)
        self._collecting = None if _racy(stand) else (stand, value)
        return value

    def figures_key(self) -> Hashable:
        """What figures depend on beside the moment: it changes with the plan, and with what comes back."""
        return self.plan_key(), self.collecting().mark

    def _standing(self) -> _Known:
        stand = self.workspace.stand()
        known = self._known
        if known is not None and known.stand == stand and not _racy(stand):
            return known
        with self._asking:
            self._known = self._asked(stand)
            return self._known

    def _asked(self, stand: Stand) -> _Known:
        known = self._known
        with self.workspace.reading() as connection:
            revision, end = read_revision(connection), read_log_end(connection)
            if known is None:
                lineage = 0
            elif known.stand.identity == stand.identity and goes_on(connection, known.end):
                lineage = known.lineage
            else:
                lineage = known.lineage + 1
        return _Known(stand, end, revision, lineage)

    def plan(self) -> Plan:
        """The plan at its present revision."""
        return self.once(("plan", self.plan_key()), self.workspace.load_plan)

    def shapes(self) -> Shapes:
        """Geometry of all units and cells at the present geometry revision."""
        return self.once(("shapes", self.geometry_key()), lambda: load_shapes(self.workspace))

    def chunks(self) -> Chunks:
        """Geometry chunks for the browser at the present geometry revision."""
        plan = self.plan()
        key = ("chunks", self.geometry_key())
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
        """What `compute` gave the first time for `key`, which must name all that it depends on.

        Sessions that ask for the same key meanwhile wait for it; those that ask for others do not. What fails
        is not kept, and whoever waited computes anew: the failure may be the first session's own, as that
        of a stopped run is.
        """
        while True:
            with self._lock:
                others = self._results.get(key)
                if others is None:
                    mine: Future[object] = Future()
                    self._results[key] = mine
                else:
                    self._results.move_to_end(key)
            if others is None:
                return self._computed(key, mine, compute)
            if others.exception() is None:
                return cast("T", others.result())

    def _computed(self, key: Hashable, mine: Future[object], compute: Callable[[], T]) -> T:
        try:
            result = compute()
        except BaseException as error:  # whatever it is, those who wait must not wait for ever
            self._forget(key, mine)
            mine.set_exception(error)
            raise
        mine.set_result(result)
        with self._lock:
            while len(self._results) > _KEPT:
                self._results.popitem(last=False)
        return result

    def _forget(self, key: Hashable, mine: Future[object]) -> None:
        with self._lock:
            if self._results.get(key) is mine:
                del self._results[key]


def _racy(stand: Stand) -> bool:
    return stand.altered_within(_RACY, now_ns=time.time_ns())
