"""A job in a thread: its result, its error, its progress, and its end on request."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gridmap.jobs.background import BackgroundJob
from gridmap.jobs.pool import Progress, Runner


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "gridmap-job"]


def test_it_gives_what_the_work_gave_and_leaves_no_thread() -> None:
    def work(progress: Progress) -> str:
        progress(2, 2)
        return "done"

    job = BackgroundJob(work)
    assert job.wait(60)
    assert (job.result(), job.progress, job.stopped) == ("done", (2, 2), False)
    assert threads() == []


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    def work(_: Progress) -> None:
        raise ValueError("a bad cell")

    job = BackgroundJob(work)
    job.wait(60)
    with pytest.raises(ValueError, match="a bad cell"):
        job.result()


def test_progress_is_seen_while_it_works_and_cancel_ends_it() -> None:
    reached = threading.Event()

    def work(progress: Progress) -> None:
        for done in range(10_000):
            progress(done, 10_000)
            if done == 3:
                reached.set()
            time.sleep(0.001)

    job = BackgroundJob(work)
    assert reached.wait(60)
    assert not job.done
    assert job.progress[1] == 10_000
    with pytest.raises(RuntimeError):
        job.result()
    job.cancel()
    assert job.wait(60)
    assert job.stopped
    assert job.progress[0] < 10_000
    with pytest.raises(RuntimeError):
        job.result()
    assert threads() == []


@pytest.mark.slow
def test_workers_of_a_killed_process_end_themselves() -> None:
    # Results of a megabyte fill the pipe: the workers hang on handing them over, not on waiting for tasks.
    program = (
        "import time; from gridmap.jobs.pool import Runner\n"
        "for _ in Runner(2)(bytes, [1_000_000] * 400): print('begun', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    workers = children(process.pid)
    assert len(workers) >= 2
    time.sleep(1)
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 120
    while any(Path(f"/proc/{worker}").exists() for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]


def children(process: int) -> list[int]:
    """Process ids of its children, by Linux's own list."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    for thread in Path(f"/proc/{process}/task").iterdir():
        listed += (thread / "children").read_text(encoding="ascii").split()
    return sorted({int(child) for child in listed})


def slow(number: int) -> int:
    time.sleep(0.05)
    return number


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_cancelled_split_in_processes_ends_soon(workers: int) -> None:
    def work(progress: Progress) -> list[int]:
        return list(Runner(workers, progress)(slow, range(400)))

    job = BackgroundJob(work)
    while not job.progress[0]:
        assert not job.wait(0.01)
    job.cancel()
    assert job.wait(120)
    assert job.stopped
    assert job.progress[0] < 400, "it ran on to the end"
    assert not [child for child in multiprocessing.active_children() if "loky" in child.name.lower()]
