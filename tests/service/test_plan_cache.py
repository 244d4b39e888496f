"""The cache is never behind the file, and never computes twice what has not changed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from datetime import datetime
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import Connection

from gridmap.model.people import Function, TargetKind
from gridmap.service.people.commands import AssignPost, EndPost
from gridmap.service.people.saving import save_edits
from gridmap.service.plan_cache import _KEPT, PlanCache
from gridmap.store.contents import Contents, write_plan
from gridmap.store.repository import Revision, Workspace
from tests.store.drawn_workspace import CELLS, PLANNER, cells, drawn_workspace, square

NOON = datetime(2020, 2, 10, 12)
SETTLED = 0.25
"""Seconds after which the cache trusts the times of the files."""


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(drawn_workspace(tmp_path))


def elsewhere(cache: PlanCache) -> Workspace:
    """The same file, opened by somebody else."""
    return Workspace.open(cache.workspace.path)


def assign(workspace: Workspace, cell: str = CELLS[0], person: str = "bob") -> None:
    save_edits(
        workspace,
        [AssignPost(TargetKind.CELL, cell, person, Function.MEMBER)],
        reason="x",
        user=PLANNER,
        at=NOON,
    )


def count_up(path: Path) -> None:
    """What another program's edit does to the revision, by plain sqlite3."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE plan SET revision = revision + 1")
        connection.commit()


@pytest.mark.parametrize("pause", [0, SETTLED])
def test_another_workspace_objects_change_is_seen_at_once(cache: PlanCache, pause: float) -> None:
    time.sleep(pause)
    assert cache.evaluation(NOON).cells[CELLS[0]] == "vacant"
    time.sleep(pause)
    assign(elsewhere(cache))
    assert cache.plan().revision == 2
    assert cache.evaluation(NOON).cells[CELLS[0]] == "covered"


@pytest.mark.parametrize("pause", [0, SETTLED])
def test_another_programs_change_is_seen_at_once(cache: PlanCache, pause: float) -> None:
    assert cache.revision().revision == 1
    time.sleep(pause)
    assert cache.revision().revision == 1
    count_up(cache.workspace.path)
    assert cache.revision().revision == 2
    assert cache.plan().revision == 2


def test_another_processs_change_is_seen_at_once(cache: PlanCache) -> None:
    time.sleep(SETTLED)
    assert cache.plan().revision == 1
    program = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute('UPDATE plan SET revision = 9'); c.commit()"
    )
    subprocess.run([sys.executable, "-c", program, str(cache.workspace.path)], check=True)
    assert cache.plan().revision == 9


def test_changes_of_a_connection_that_stays_open_are_seen(cache: PlanCache) -> None:
    """A map program keeps the file open: its commits are in the log, the file itself is as it was."""
    with closing(sqlite3.connect(cache.workspace.path)) as connection:
        for revision in range(2, 8):
            connection.execute("UPDATE plan SET revision = ?", (revision,))
            connection.commit()
            assert cache.revision().revision == revision
            if revision == 4:
                time.sleep(SETTLED)
                assert cache.revision().revision == revision


def test_fifty_quick_writes_never_leave_it_behind(cache: PlanCache) -> None:
    other = elsewhere(cache)
    for number in range(25):
        assign(other)
        assert cache.revision().revision == cache.plan().revision == 2 + 2 * number
        save_edits(other, [EndPost(f"post-{2 + 2 * number}-1")], reason="x", user=PLANNER, at=NOON)
        assert cache.revision().revision == cache.plan().revision == 3 + 2 * number


def test_two_writes_in_one_tick_of_the_file_system_are_told_apart(cache: PlanCache) -> None:
    path = cache.workspace.path
    count_up(path)
    tick = path.stat().st_mtime_ns
    assert cache.revision().revision == 2
    size = path.stat().st_size
    count_up(path)
    os.utime(path, ns=(tick, tick))
    assert path.stat().st_size == size
    time.sleep(SETTLED)
    assert cache.revision().revision == 3


def test_an_unchanged_file_is_not_asked_again(cache: PlanCache, monkeypatch: pytest.MonkeyPatch) -> None:
    time.sleep(SETTLED)
    asked: list[Workspace] = []
    real = Workspace.reading

    def watched(workspace: Workspace) -> AbstractContextManager[Connection]:
        asked.append(workspace)
        return real(workspace)

    monkeypatch.setattr(Workspace, "reading", watched)
    plans = {id(cache.plan()) for _ in range(20)}
    # Once for where it stands, once for the plan itself.
    assert (len(asked), len(plans)) == (2, 1)


def test_a_new_post_keeps_geometry_and_other_results_go(cache: PlanCache) -> None:
    chunks, shapes, plan = cache.chunks(), cache.shapes(), cache.plan()
    scope = cache.scope(CELLS[0][:12], NOON)
    assign(elsewhere(cache))
    assert cache.chunks() is chunks
    assert cache.shapes() is shapes
    assert cache.plan() is not plan
    assert cache.scope(CELLS[0][:12], NOON) is not scope


def test_a_new_shape_makes_new_chunks_of_what_it_touches_only(cache: PlanCache) -> None:
    before = {chunk.codes: chunk.hash for chunk in cache.chunks().chunks}
    moved = cells().iloc[[2]].set_geometry([square(2).buffer(-0.001)])
    write_plan(elsewhere(cache), Contents(cells=moved), "li", "", NOON)
    after = {chunk.codes: chunk.hash for chunk in cache.chunks().chunks}
    assert {codes for codes in after if after[codes] != before[codes]} == {(CELLS[2], CELLS[3])}


def test_results_are_made_once_for_many_threads(cache: PlanCache) -> None:
    made: list[int] = []
    start = Barrier(8)

    def ask() -> None:
        start.wait()
        cache.once("key", lambda: made.append(1))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_the_least_used_results_are_forgotten(cache: PlanCache) -> None:
    made: list[int] = []
    cache.once("kept", lambda: made.append(0))
    for number in range(_KEPT + 10):
        cache.once(number, lambda: None)
        cache.once("kept", lambda: made.append(1))
    cache.once(0, lambda: made.append(2))
    assert made == [0, 2]


def other_plan(path: Path) -> Workspace:
    """Another workspace of the same revision: made the same way, but somebody answers for another cell."""
    path.mkdir()
    workspace = drawn_workspace(path)
    assign(workspace, CELLS[2])
    return workspace


def put_in_place(other: Path, path: Path) -> None:
    other.replace(path)


def copy_over(other: Path, path: Path) -> None:
    """The file stays the one it was; what is in it is another's, as `cp` leaves it."""
    path.write_bytes(other.read_bytes())


@pytest.mark.parametrize("replace", [put_in_place, copy_over])
@pytest.mark.parametrize("pause", [0, SETTLED])
def test_a_file_of_the_same_revision_in_its_place_is_another_plan(
    tmp_path: Path, pause: float, replace: Callable[[Path, Path], None]
) -> None:
    (tmp_path / "served").mkdir()
    served = drawn_workspace(tmp_path / "served")
    assign(served)
    cache = PlanCache(served)
    before, shapes_before = cache.plan_key(), cache.geometry_key()
    assert cache.evaluation(NOON).cells[CELLS[0]] == "covered"
    other = other_plan(tmp_path / "other")
    assert other.revision() == served.revision()
    time.sleep(pause)
    replace(other.path, served.path)
    assert cache.revision() == Revision(2, 1)
    assert cache.plan_key() != before
    assert cache.geometry_key() != shapes_before
    assert cache.evaluation(NOON).cells[CELLS[0]] == "vacant"
    assert cache.evaluation(NOON).cells[CELLS[2]] == "covered"
    assert str(cache.plan_key()) != str(before)


def test_a_backup_put_back_and_changed_to_the_same_number_is_another_plan(tmp_path: Path) -> None:
    served = drawn_workspace(tmp_path)
    backup = served.path.read_bytes()
    assign(served, CELLS[0])
    cache = PlanCache(served)
    assert cache.evaluation(NOON).cells[CELLS[0]] == "covered"
    before = cache.plan_key()
    served.path.write_bytes(backup)
    assign(served, CELLS[2])
    assert cache.revision().revision == before.revision
    assert cache.plan_key() != before
    assert cache.evaluation(NOON).cells[CELLS[0]] == "vacant"


def test_a_change_of_the_same_workspace_is_no_other_lineage(cache: PlanCache) -> None:
    geometry = cache.geometry_key()
    for cell in CELLS[:2]:
        assign(cache.workspace, cell)
        assert cache.geometry_key() == geometry
    assert [cache.plan_key().lineage, cache.plan_key().revision] == [0, 3]


class Slow:
    """A computation that stands until it is let go, and tells when it has begun."""

    def __init__(self) -> None:
        self.begun, self.go = Event(), Event()
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        self.begun.set()
        assert self.go.wait(60)
        return "slow"


def test_a_slow_key_keeps_nobody_else_waiting(cache: PlanCache) -> None:
    slow = Slow()
    with ThreadPoolExecutor(8) as threads:
        waiting = threads.submit(cache.once, "slow", slow)
        assert slow.begun.wait(60)
        others = [threads.submit(cache.once, number, lambda: "quick") for number in range(7)]
        assert [other.result(60) for other in others] == ["quick"] * 7
        assert cache.plan().revision == 1
        assert not waiting.done()
        slow.go.set()
        assert waiting.result(60) == "slow"


def test_eight_workspaces_are_open_and_one_of_them_is_slow(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(8)]
    for folder in folders:
        folder.mkdir()
    caches = [PlanCache(drawn_workspace(folder)) for folder in folders]
    slow = Slow()
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(caches[0].once, "slow", slow)
        assert slow.begun.wait(60)
        others = [threads.submit(one.evaluation, NOON) for one in caches[1:]]
        assert all(other.result(60).cells[CELLS[0]] == "vacant" for other in others)
        assert not first.done()
        slow.go.set()
        first.result(60)


def test_who_asks_for_the_same_key_meanwhile_waits_for_it(cache: PlanCache) -> None:
    slow = Slow()
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(cache.once, "slow", slow) for _ in range(4)]
        assert slow.begun.wait(60)
        slow.go.set()
        assert [one.result(60) for one in asked] == ["slow"] * 4
    assert slow.times == 1


def test_what_fails_is_computed_anew_by_those_who_waited(cache: PlanCache) -> None:
    begun, go = Event(), Event()

    def failing() -> str:
        begun.set()
        assert go.wait(60)
        raise LookupError("the session was stopped")

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(cache.once, "key", failing)
        assert begun.wait(60)
        second = threads.submit(cache.once, "key", lambda: "well")
        go.set()
        assert isinstance(first.exception(60), LookupError)
        assert second.result(60) == "well"
    assert cache.once("key", lambda: "never asked") == "well"
