"""Runners give the same results in the same order, in one process or several."""

import pytest

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
