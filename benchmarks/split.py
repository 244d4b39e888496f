"""Benchmark of the splitting engine: every figure beside the bar it is held against, then peers side by side.

    python -m benchmarks.split                        # all cases, peers on samples: some minutes
    python -m benchmarks.split --full                 # peers on more units, with more time
    python -m benchmarks.split points blocks          # some cases
    python -m benchmarks.split --workspace FILE.gpkg  # units and buildings of a workspace, nothing else

Run from the project's folder, after `scripts/fetch_bench_data.py`. Every case runs in a process of its own.
CPU is user and system time by `resource.getrusage`, on one core; what is compared is measured in one run.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.splitting import bars, cases, changes, comparison
from benchmarks.splitting.data import prepare, workspace
from benchmarks.splitting.measures import Figures, in_child
from benchmarks.splitting.peers import PEERS
from benchmarks.splitting.table import print_block, print_machine, print_peers

CHILDREN: Final[dict[str, Callable[..., Figures]]] = {
    "split": cases.split_case,
    "area": cases.area_case,
    "shuffled": cases.shuffled_case,
    "workers": cases.workers_case,
    "check": cases.check_case,
    "only": changes.only_case,
    "estate": changes.estate_case,
    "growth": changes.growth_case,
    "sample": comparison.sample_case,
    "peer": comparison.peer_case,
}
"""What runs in a process of its own."""


@dataclass(frozen=True)
class Effort:
    """What peers are given: units of a ground, seconds for a unit, CPU seconds for all of them."""

    units: int
    unit_limit: float
    limit: float


QUICK: Final = Effort(40, 5, 10)
FULL: Final = Effort(400, 30, 300)


def points(_effort: Effort) -> None:
    """Buildings in villages: real boundaries of three countries."""
    print_block("Points: municipalities of Spain, made-up buildings", bars.points_lines(_split("spain")))
    print_block("Points: communes of Algeria, made-up buildings", bars.plain_lines(_split("algeria")))
    print_block("Points: tracts of Boston, made-up buildings", bars.plain_lines(_split("boston")))


def many(_effort: Effort) -> None:
    """Seventy thousand cells."""
    figures = _split("spain towns")
    print_block(
        "Many cells: the same municipalities, as towns",
        bars.many_lines(figures, in_child("check", "spain towns")),
    )


def area(_effort: Effort) -> None:
    """No buildings."""
    prepare("spain")
    print_block("Area only: municipalities of Spain", bars.area_lines(in_child("area", "spain")))


def blocks(_effort: Effort) -> None:
    """Whole street blocks."""
    for name, title in {
        "streets 100 m": "a drawn net of streets, 100 m apart",
        "streets 150 m": "a drawn net of streets, 150 m apart",
        "helsinki": "streets of Helsinki",
        "island": "tax blocks of Staten Island, real dwellings",
    }.items():
        print_block(f"Blocks: {title}", bars.blocks_lines(_split(name)))


def stability(_effort: Effort) -> None:
    """The same again, and changed a little."""
    _split("spain")
    lines = bars.stability_lines(
        *(in_child(one, "spain") for one in ("shuffled", "estate", "growth", "only"))
    )
    print_block("Stability: municipalities of Spain", lines)


def workers(_effort: Effort) -> None:
    """One process and two."""
    _split("spain")
    one, two = (in_child("workers", "spain", count) for count in ("1", "2"))
    print_block("Two worker processes: municipalities of Spain", bars.workers_lines(one, two))


def peers(effort: Effort) -> None:
    """The same units, cut by others."""
    for name, title in {
        "spain": "on points: villages of Spain",
        "streets 150 m": "on blocks: a drawn net of streets",
        "island": "on blocks: Staten Island",
    }.items():
        prepare(name)
        own = in_child("sample", name, str(effort.units))
        limits = (str(effort.unit_limit), str(effort.limit))
        others = [in_child("peer", name, peer, *limits) for peer in PEERS]
        heading = f"{own['units']} units, {own['nodes']:,} nodes"
        print_peers(f"Peers {title}, {heading}", [own, *others])
    print(
        f"\n  A peer has {effort.unit_limit:g} s for a unit and {effort.limit:g} s of CPU in all; what it "
        "did not finish or refused is not in its figures.\n  Gridmap's time is from boundaries and "
        "buildings to checked-in cells; that of peers begins with the finished graph."
    )


CASES: Final = {case.__name__: case for case in (points, many, area, blocks, stability, workers, peers)}


def _split(name: str) -> Figures:
    prepare(name)
    return in_child("split", name)


def main() -> None:
    """Print the cases asked for."""
    parser = argparse.ArgumentParser(description="Benchmark of the splitting engine.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES) + "; all unless named")
    parser.add_argument("--full", action="store_true", help="peers on more units, with more time")
    parser.add_argument("--workspace", type=Path, help="split its units and buildings instead")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        name, *rest = arguments.child
        print(json.dumps(CHILDREN[name](*rest)))
        return
    unknown = sorted(set(arguments.cases) - set(CASES))
    if unknown:
        parser.error(f"there is no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    print_machine()
    if arguments.workspace:
        workspace(arguments.workspace).save("workspace")
        print_block(arguments.workspace.name, bars.plain_lines(in_child("split", "workspace")))
        return
    for case in arguments.cases or CASES:
        CASES[case](FULL if arguments.full else QUICK)


if __name__ == "__main__":
    main()
