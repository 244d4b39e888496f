"""The same tasks on a dask cluster."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed.deploy.subprocess import SubprocessCluster

from gridmap.errors import JobError
from gridmap.jobs.cluster import ClusterRunner
from gridmap.split.cut.units import split_units
from gridmap.split.rule import SplitRule
from tests.split.drawn_land import RING, block, buildings, units_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    # Processes of their own: a LocalCluster's children import this process's main module again, and after a
    # test of a page that is the page.
    with SubprocessCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        yield cluster.scheduler_address


def square(number: int) -> int:
    return number * number


def die_once(mark: Path) -> int:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 7


def test_results_come_in_order_and_are_told(address: str) -> None:
    seen: list[int] = []
    runner = ClusterRunner(address, lambda done, _: seen.append(done))
    assert list(runner(square, range(50))) == [number * number for number in range(50)]
    assert seen == list(range(1, 51))


def test_a_split_on_a_cluster_is_the_same_split(address: str) -> None:
    shapes = [RING, block(2000, 0, 3000, 900), block(3000, 0, 3500, 900)]
    points = buildings(shapes, 150, 3)
    here = split_units(units_of(*shapes), points, SplitRule())
    there = split_units(units_of(*shapes), points, SplitRule(), run=ClusterRunner(address))
    assert here.cells["code"].tolist() == there.cells["code"].tolist()
    assert all(a.equals_exact(b, 0) for a, b in zip(here.cells.geometry, there.cells.geometry, strict=True))


def test_a_killed_worker_loses_nothing(address: str, tmp_path: Path) -> None:
    assert list(ClusterRunner(address)(die_once, [tmp_path / "a", tmp_path / "b"])) == [7, 7]


def test_nobody_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridmap.jobs.cluster._PATIENCE", 1)
    with pytest.raises(JobError, match=r"127\.0\.0\.1:9"):
        list(ClusterRunner("tcp://127.0.0.1:9")(square, [1, 2]))
