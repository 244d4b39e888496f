"""The cache is never behind the file, and never computes twice what has not changed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest

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
    real = Workspace.revision

    def watched(workspace: Workspace) -> Revision:
        asked.append(workspace)
        return real(workspace)

    monkeypatch.setattr(Workspace, "revision", watched)
    plans = {id(cache.plan()) for _ in range(20)}
    assert (len(asked), len(plans)) == (1, 1)


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
