"""Runners: like `map`, in this process or in several; the results are the same and come in the same order."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Final, TypeVar

from loky import ProcessPoolExecutor
from loky.backend import get_context

from gridmap.errors import JobError
from gridmap.messages import msg

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[int, int], None]
"""Told the tasks done and all tasks."""

_CHUNKS_PER_WORKER: Final = 8
"""Enough that the last worker does not keep the others waiting for long."""
_POOLS: Final = 4
"""Pools tried where workers are killed; more would only meet the task that kills them again."""
_WATCH_SECONDS: Final = 1.0
"""How often a worker sees whether the process it works for is still there."""


@dataclass(frozen=True)
class Runner:
    """Applies a function to tasks, in order, in `workers` processes (1: in this one).

    With several processes function, tasks and results must pickle. They are started afresh rather than
    forked, for a fork of a process with threads (the web server) may hang; and without running the main
    script again, as the standard library's would: under Streamlit that is the page at work. What a killed
    worker had in hand is done again by others.
    """

    workers: int = 1
    progress: Progress | None = None

    def __call__(self, function: Callable[[T], R], tasks: Iterable[T], /) -> Iterator[R]:
        """Yield the results in the order of the tasks.

        Raises:
            JobError: workers were killed again and again.
        """
        waiting = list(tasks)
        few = self.workers <= 1 or len(waiting) <= 1
        results = map(function, waiting) if few else _in_processes(function, waiting, self.workers)
        yield from told(results, len(waiting), self.progress)


def told(results: Iterable[R], total: int, progress: Progress | None) -> Iterator[R]:
    """The results, each told to `progress` as it comes."""
    for done, result in enumerate(results, start=1):
        if progress is not None:
            progress(done, total)
        yield result


def chunks_of(tasks: Sequence[T], workers: int) -> list[Sequence[T]]:
    """The tasks in runs of neighbours, some for each worker."""
    size = max(1, len(tasks) // (workers * _CHUNKS_PER_WORKER))
    return [tasks[start : start + size] for start in range(0, len(tasks), size)]


def apply_to_all(function: Callable[[T], R], tasks: Sequence[T]) -> list[R]:
    """What a worker does with a chunk."""
    return [function(task) for task in tasks]


def _in_processes(function: Callable[[T], R], tasks: Sequence[T], workers: int) -> Iterator[R]:
    chunks = dict(enumerate(chunks_of(tasks, workers)))
    finished: dict[int, list[R]] = {}
    for _ in range(_POOLS):
        pool = ProcessPoolExecutor(
            workers, context=get_context("loky"), initializer=_end_with, initargs=(os.getpid(),)
        )
        futures = {
            number: pool.submit(apply_to_all, function, chunk)
            for number, chunk in chunks.items()
            if number not in finished
        }
        done = False
        try:
            for number in list(chunks):
                result = finished.pop(number) if number in finished else futures[number].result()
                del chunks[number]
                yield from result
            done = True
        except BrokenProcessPool:
            finished |= _results_at_hand(futures, chunks)
        finally:
            # Who stops asking, or fails, does not wait for tasks that are under way.
            pool.shutdown(wait=True, kill_workers=not done)
        if done:
            return
    raise JobError(
        msg(
            "Worker processes were killed {n} times, perhaps for want of memory. Work with fewer processes.",
            n=_POOLS,
        )
    )


def _results_at_hand(
    futures: dict[int, Future[list[R]]], chunks: dict[int, Sequence[T]]
) -> dict[int, list[R]]:
    """Chunks that were done before a worker was killed."""
    return {
        number: future.result()
        for number, future in futures.items()
        if number in chunks and future.done() and not future.cancelled() and future.exception() is None
    }


def _end_with(parent: int) -> None:
    """Let this worker end when the process `parent` does, however that ends.

    The workers of a killed process would wait for good: to be given tasks, or to hand over a result.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="gridmap-watch", daemon=True).start()
