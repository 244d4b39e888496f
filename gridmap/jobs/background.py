"""One function at work in a thread of its own, with its progress told and a way to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from gridmap.jobs.pool import Progress

T = TypeVar("T")


class _StoppedError(Exception):
    """Raised in the work, out of its progress callback, to end it; never seen by others."""


class BackgroundJob(Generic[T]):
    """Runs `work(progress)` in a thread from the moment it is made; any thread may ask how far it is.

    The work is stopped where it next tells its progress, so it must do so often. Its thread ends with it:
    nothing has to be closed. A process that ends does not wait for it.
    """

    def __init__(self, work: Callable[[Progress], T]) -> None:
        self._lock = threading.Lock()
        self._progress = (0, 0)
        self._stop = threading.Event()
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, args=(work,), name="gridmap-job", daemon=True)
        self._thread.start()

    @property
    def progress(self) -> tuple[int, int]:
        """Steps done, and all steps (0 while they are not known)."""
        with self._lock:
            return self._progress

    @property
    def done(self) -> bool:
        """Whether the work has ended: with a result, with an error, or because it was stopped."""
        return not self._thread.is_alive()

    @property
    def stopped(self) -> bool:
        """Whether it ended because it was cancelled."""
        return self.done and self._stopped

    def cancel(self) -> None:
        """Ask the work to stop; returns at once. Work that tells no more progress runs to its end."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the work has ended, at most `seconds`; whether it has."""
        self._thread.join(seconds)
        return self.done

    def result(self) -> T:
        """What the work gave, once it is done; its own exception where it raised one.

        Raises:
            RuntimeError: the work is not done yet, or was stopped.
        """
        if not self.done or self._stopped:
            raise RuntimeError("the job has no result: ask `done` and `stopped` first")
        if self._error is not None:
            raise self._error
        return self._result[0]

    def _run(self, work: Callable[[Progress], T]) -> None:
        try:
            self._result.append(work(self._tell))
        except _StoppedError:
            self._stopped = True
        except BaseException as error:  # noqa: BLE001 # kept for `result`, which raises it where it is asked for
            self._error = error

    def _tell(self, done: int, total: int) -> None:
        with self._lock:
            self._progress = (done, total)
        if self._stop.is_set():
            raise _StoppedError
