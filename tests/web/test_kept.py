"""What a session keeps: results worked out once, work under way."""

from itertools import count

import pytest

from gridmap.errors import InputError
from gridmap.jobs.pool import Progress
from gridmap.messages import msg
from gridmap.web.kept import Results, Task


def test_a_result_is_worked_out_once() -> None:
    results, numbers = Results(2), count(1)
    assert [results.once("a", lambda: next(numbers)) for _ in range(3)] == [1, 1, 1]
    results.clear()
    assert results.once("a", lambda: next(numbers)) == 2


def test_what_was_used_last_is_kept() -> None:
    results = Results(2)
    for key in ("a", "b", "a", "c"):
        results.once(key, lambda key=key: f"first {key}")  # type: ignore[misc]
    told = [results.once(key, lambda: "again") for key in ("a", "c", "b")]
    assert told == ["first a", "first c", "again"]


def test_a_refusal_is_kept_like_a_result() -> None:
    results, calls = Results(2), list[int]()

    def refuse() -> int:
        calls.append(1)
        raise InputError(msg("no"))

    for _ in range(2):
        with pytest.raises(InputError):
            results.once("a", refuse)
    assert len(calls) == 1


def test_a_task_gives_its_result_once_and_begins_anew_for_other_inputs() -> None:
    task: Task[int] = Task()
    calls: list[int] = []

    def work(_: Progress) -> int:
        calls.append(1)
        return len(calls)

    assert [task.of("a", work), task.of("a", work), task.of("b", work)] == [1, 1, 2]
    task.forget()
    assert task.of("b", work) == 3
