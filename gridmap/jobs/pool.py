"""Runners: like `map`, in this process or in several; the results are the same and come in the same order."""

from __future__ import annotations

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
        with ProcessPoolExecutor(self.workers, context=get_context("loky")) as pool:
            yield from pool.map(function, tasks, chunksize=chunk)
