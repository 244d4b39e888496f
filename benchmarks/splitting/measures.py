"""CPU, memory and time of this process and of children, as the operating system counts them."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, TypeVar

T = TypeVar("T")
Figures = dict[str, Any]
"""What a measured child prints as JSON."""

_ONE_THREAD: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Spent:
    """Seconds that something took: of the processor (of children too that ended) and by the clock."""

    cpu: float
    wall: float


def timed(work: Callable[[], T]) -> tuple[T, Spent]:
    """The result of some work, and what it took."""
    cpu, wall = cpu_seconds(), perf_counter()
    result = work()
    return result, Spent(cpu_seconds() - cpu, perf_counter() - wall)


def cpu_seconds() -> float:
    """User and system time of this process and of its children that ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def own_cpu_seconds() -> float:
    """User and system time of this process alone."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_megabytes() -> float:
    """The largest memory that this process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_child(*arguments: str) -> Figures:
    """The figures that this program prints when it is run with some arguments, in a process of its own.

    Libraries that would use several threads get one: figures are CPU on one core.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.split", "--child", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **_ONE_THREAD},
    )
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures
