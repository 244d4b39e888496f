"""Runners: like `map`, in this process or in several; the results are the same and come in the same order."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from loky import ProcessPoolExecutor
from loky.backend import get_context

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[int, int], None]
"""Told the tasks done and all tasks."""

_CHUNKS_PER_WORKER: Final = 8
"""Enough that the last worker does not keep the others waiting for long."""
_WATCH_SECONDS: Final = 1.0
"""How often a worker sees whether the process it works for is still there."""


@dataclass(frozen=True)
class Runner:
    """Applies a function to tasks, in order, in `workers` processes (1: in this one).

    With several processes function, tasks and results must pickle. They are started afresh rather than
    forked, for a fork of a process with threads (the web server) may hang; and without running the main
    script again, as the standard library's would: under Streamlit that is the page at work.
    """

    workers: int = 1
    progress: Progress | None = None

    def __call__(self, function: Callable[[T], R], tasks: Iterable[T], /) -> Iterator[R]:
        """Yield the results in the order of the tasks."""
        waiting = list(tasks)
        for done, result in enumerate(self._results(function, waiting), start=1):
            if self.progress is not None:
                self.progress(done, len(waiting))
            yield result

    def _results(self, function: Callable[[T], R], tasks: list[T]) -> Iterator[R]:
        if self.workers <= 1 or len(tasks) <= 1:
            yield from map(function, tasks)
            return
        chunk = max(1, len(tasks) // (self.workers * _CHUNKS_PER_WORKER))
        pool = ProcessPoolExecutor(
            self.workers, context=get_context("loky"), initializer=_end_with, initargs=(os.getpid(),)
        )
        results, finished = pool.map(function, tasks, chunksize=chunk), False
        try:
            # Not `yield from`: that would cancel the futures first, and loky cannot kill over cancelled ones.
            for result in results:  # noqa: UP028 # see above
                yield result
            finished = True
        finally:
            # Who stops asking, or fails, does not wait for tasks that are under way.
            pool.shutdown(wait=True, kill_workers=not finished)


def _end_with(parent: int) -> None:
    """Let this worker end when the process `parent` does, however that ends.

    The workers of a killed process would wait for good: to be given tasks, or to hand over a result.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="gridmap-watch", daemon=True).start()
