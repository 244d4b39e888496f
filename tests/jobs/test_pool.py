"""Runners give the same results in the same order, in one process or several."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from gridmap.errors import JobError
from gridmap.jobs.pool import Runner


def square(number: int) -> int:
    return number * number


def fail(number: int) -> int:
    raise ValueError(number)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order(workers: int) -> None:
    told: list[tuple[int, int]] = []
    runner = Runner(workers, lambda done, all_: told.append((done, all_)))
    assert list(runner(square, range(20))) == [number * number for number in range(20)]
    assert told == [(done, 20) for done in range(1, 21)]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_reaches_the_caller(workers: int) -> None:
    with pytest.raises(ValueError, match="3"):
        list(Runner(workers)(fail, [3, 4]))


def test_nothing_to_do() -> None:
    assert list(Runner(4)(square, [])) == []


def die_once(mark: Path) -> int:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 7


def die(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    told: list[int] = []
    marks = [tmp_path / str(number) for number in range(3)]
    assert list(Runner(2, lambda done, _: told.append(done))(die_once, marks)) == [7, 7, 7]
    assert told == [1, 2, 3]


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_a_task_that_always_kills_its_worker_is_an_error() -> None:
    with pytest.raises(JobError, match="fewer processes"):
        list(Runner(2)(die, range(4)))
