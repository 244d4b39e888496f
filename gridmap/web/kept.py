"""What a session keeps from run to run: things begun once, results worked out once, work under way.

Nothing here is shared between sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, TypeVar

import streamlit as st

from gridmap.errors import GridmapError
from gridmap.jobs.background import BackgroundJob
from gridmap.jobs.pool import Progress

T = TypeVar("T")
_PATIENCE: Final = 0.8
"""Seconds that a page waits for work before it shows a bar: most of it is done by then."""


def of_session(key: str, begin: Callable[[], T]) -> T:
    """What the session keeps under `key`, begun by `begin` where it is not there yet."""
    if key not in st.session_state:
        st.session_state[key] = begin()
    found: T = st.session_state[key]
    return found


class Results:
    """Results worked out once, of which those used last are kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._results: dict[Hashable, Any] = {}

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` gave the first time for `key`; its error is raised again each time.

        Raises:
            GridmapError: what `compute` raised.
        """
        if key in self._results:
            found = self._results.pop(key)
        else:
            try:
                found = compute()
            except GridmapError as error:
                found = error
        self._results[key] = found  # last among those used
        while len(self._results) > self._most:
            del self._results[next(iter(self._results))]
        if isinstance(found, GridmapError):
            raise found
        result: T = found
        return result

    def clear(self) -> None:
        """Forget all results."""
        self._results.clear()


def results_of(name: str, most: int) -> Results:
    """The results that the session keeps under `name`, of which `most` are kept."""
    return of_session(name, lambda: Results(most))


class Task(Generic[T]):
    """One piece of work in the background; other inputs stop it and begin it anew."""

    def __init__(self) -> None:
        self.job: BackgroundJob[T] | None = None
        self._key: Hashable = None
        self._result: list[T] = []
        self._error: GridmapError | None = None

    def of(self, key: Hashable, work: Callable[[Progress], T]) -> T | None:
        """What `work` gave for these inputs; None while it is under way, or after it was stopped.

        Raises:
            GridmapError: what the work raised, each time.
        """
        if key != self._key:
            self.forget()
            self._key, self.job = key, BackgroundJob(work)
            self.job.wait(_PATIENCE)
        if self.job is not None and self.job.done:
            self._collect(self.job)
        if self._error is not None:
            raise self._error
        return self._result[0] if self._result else None

    @property
    def stopped(self) -> bool:
        """Whether the work was stopped before it gave anything."""
        return self._key is not None and self.job is None and not self._result and self._error is None

    def stop(self) -> None:
        """Stop the work; the same inputs do not begin it again."""
        if self.job is not None:
            self.job.cancel()
        self.job = None

    def forget(self) -> None:
        """Stop the work and forget what it gave."""
        self.stop()
        self._key, self._error = None, None
        self._result.clear()

    def _collect(self, job: BackgroundJob[T]) -> None:
        self.job = None
        if job.stopped:
            return
        try:
            self._result.append(job.result())
        except GridmapError as error:
            self._error = error
