"""Runners: like `map`, in this process or in several; the results are the same and come in the same order."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

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
    forked: a fork of a process with threads (the web server) may hang.
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
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, mp_context=fresh) as pool:
            yield from pool.map(function, tasks, chunksize=chunk)
