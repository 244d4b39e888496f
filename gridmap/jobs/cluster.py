"""The same over a dask cluster: workers on several machines, at an address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from gridmap.errors import JobError
from gridmap.jobs.pool import Progress, apply_to_all, chunks_of, told
from gridmap.messages import msg

T = TypeVar("T")
R = TypeVar("R")
_RETRIES: Final = 3
_PATIENCE: Final = 15
"""Seconds to wait for the scheduler."""


@dataclass(frozen=True)
class ClusterRunner:
    """Applies a function to tasks on the workers of the dask scheduler at `address`, in order.

    The workers need gridmap of the same version. What a killed worker had in hand is done again by others.
    """

    address: str
    progress: Progress | None = None

    def __call__(self, function: Callable[[T], R], tasks: Iterable[T], /) -> Iterator[R]:
        """Yield the results in the order of the tasks.

        Raises:
            JobError: the library is not installed, or nobody answers at the address.
        """
        waiting = list(tasks)
        yield from told(self._results(function, waiting), len(waiting), self.progress)

    def _results(self, function: Callable[[T], R], tasks: list[T]) -> Iterator[R]:
        try:
            from distributed import Client  # noqa: PLC0415 # an extra of its own: gridmap[cluster]
        except ImportError as error:
            raise JobError(
                msg("Work on a cluster needs the library distributed: pip install gridmap[cluster].")
            ) from error
        try:
            client = Client(self.address, set_as_default=False, timeout=_PATIENCE)
        except (OSError, TimeoutError) as error:
            raise JobError(
                msg(
                    "No dask scheduler answers at {address}. Start it, or correct the address.",
                    address=self.address,
                )
            ) from error
        with client:
            workers = max(1, sum(client.nthreads().values()))
            futures = client.map(
                partial(apply_to_all, function), chunks_of(tasks, workers), retries=_RETRIES, pure=False
            )
            for future in futures:
                yield from future.result()
