"""Bringing in 38,000 rows of a roster against 6,000 villages: read, match, preview, save, and bring in again.

    python -m benchmarks.imports              # from the project's folder
    python -m benchmarks.imports --rows 4000 --profile

The county and its roster are drawn: 200 townships of 30 villages, many of whose names come in several
townships; people who do not exist, with numbers that nobody has. Every tenth row writes its village as
offices do (村委会), every fiftieth with a letter too much: that is a question, and accepted as suggested.
CPU is user and system time by `resource.getrusage`, of this process and of those that open files, and what
the bar is held against; memory is this process's most since its start.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xlsxwriter

from benchmarks.splitting.table import print_machine
from gridmap.demo.people.names import draw_name, phone_number
from gridmap.model.access import Role, User
from gridmap.service.imports.decisions import Decisions
from gridmap.service.imports.mapping import suggested
from gridmap.service.imports.preview import ImportPreview, preview_import
from gridmap.service.imports.roster.file import RosterPreview, read_roster, write_roster
from gridmap.service.imports.saving import save_import
from gridmap.service.imports.source import Source, read_source
from gridmap.service.plan_cache import PlanCache
from gridmap.store.contents import Contents, write_plan
from gridmap.store.repository import Workspace

ROWS: Final = 38_000
TOWNSHIPS, VILLAGES = 200, 30
MOST_SECONDS: Final = 20.0
"""CPU that reading and matching may take."""
AT: Final = datetime(2020, 2, 10, 8)
PLANNER: Final = User("bench", "Bench", Role.PLANNER)
FAMILIES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
PLACES: Final = ("家庄村", "官屯村", "家营村", "家集村", "家洼村")
OFFICES: Final = ("县财政局", "县教育局", "县水务局", "县民政局", "县交通局")
HEADINGS: Final = ("序号", "乡镇", "村(社区)", "姓名", "联系电话", "派出单位", "职责", "开始日期")
Result = TypeVar("Result")


def drawn_county(path: Path) -> Workspace:
    """A workspace of 6,000 villages; names come again in other townships."""
    rng = np.random.default_rng(7)
    rows: list[tuple[object, ...]] = [
        ("990100000000", "云泽县", "county", None, shapely.box(116, 38, 126, 44))
    ]
    for number in range(TOWNSHIPS):
        west, south = 116 + number % 20 * 0.5, 38 + number // 20 * 0.6
        township = f"990100{number + 1:03d}000"
        area = shapely.box(west, south, west + 0.5, south + 0.6)
        rows.append((township, f"第{number + 1}镇", "township", "990100000000", area))
        names = [family + place for family in FAMILIES for place in PLACES]
        for place, chosen in enumerate(rng.choice(len(names), VILLAGES, replace=False)):
            x, y = west + place % 5 * 0.1, south + place // 5 * 0.1
            code = f"990100{number + 1:03d}{place + 201:03d}"
            rows.append((code, names[chosen], "village", township, shapely.box(x, y, x + 0.1, y + 0.1)))
    frame = pd.DataFrame(rows, columns=["code", "name", "level", "parent_code", "geometry"])
    units = gpd.GeoDataFrame(frame, geometry="geometry", crs=4326)
    workspace = Workspace.create(path, title="云泽县", metric_crs="EPSG:4549", created_at=AT)
    write_plan(workspace, Contents(units=units), "bench", "drawn", AT)
    return workspace


def write_office_list(path: Path, workspace: Workspace, count: int) -> None:
    """A workbook as an office keeps it: a title, headings, a row for each person, totals below."""
    rng = np.random.default_rng(7)
    units = workspace.load_plan().units
    villages = units[units["level"] == "village"]
    names = units["name"].to_dict()
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("花名册")
        page.merge_range(0, 0, 0, len(HEADINGS) - 1, "网格员花名册(虚构)")
        page.write_row(1, 0, HEADINGS)
        for number in range(count):
            village = villages.iloc[number % len(villages)]
            name, phone = draw_name(rng), phone_number(number)
            # The first of a village leads it; the lists come once round all villages, then again.
            function = "网格长" if number < len(villages) else "网格员"
            office = OFFICES[number % len(OFFICES)]
            shown = f"{phone[:3]} {phone[3:7]} {phone[7:]}" if number % 7 == 0 else phone
            township = names[village["parent_code"]]
            row = (
                number + 1,
                township,
                _written(str(village["name"]), number),
                name,
                shown,
                office,
                function,
            )
            page.write_row(number + 2, 0, (*row, "2020.2.10"))
        page.write_row(count + 2, 0, ("合计", "", "", count))


def _written(name: str, number: int) -> str:
    """A village's name as an office writes it."""
    if number % 50 == 0:
        return name.replace("村", "儿村")
    return f"{name}委会" if number % 10 == 0 else name


class Clock:
    """What steps take, printed one by one."""

    def __init__(self) -> None:
        self.spent: list[float] = []

    def step(self, title: str, work: Callable[[], Result]) -> Result:
        """Do one step and tell what it took."""
        before, start = _cpu(), time.perf_counter()
        result = work()
        wall, spent = time.perf_counter() - start, _cpu() - before
        self.spent.append(spent)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  {title:<46}{spent:>8.2f}{wall:>9.2f}{memory:>9.0f}", flush=True)
        return result


def _cpu() -> float:
    """User and system time of this process and of its children that ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def bring_in(clock: Clock, cache: PlanCache, path: Path) -> ImportPreview:
    """Read, match and preview the office's list, and save it."""
    source: Source = clock.step("reading", lambda: read_source(path, "people"))
    mapping = suggested(cache.workspace, source)
    decisions = Decisions(accept_clear=True)
    preview = clock.step(
        "matching and preview",
        lambda: preview_import(cache, source, mapping, decisions, user=PLANNER, at=AT),
    )
    print(f"    {preview.summary}")
    clock.step(
        "saving",
        lambda: save_import(
            cache.workspace, preview, reason="benchmark", user=PLANNER, at=AT, only_good=True
        ),
    )
    return preview


def bring_back(clock: Clock, cache: PlanCache, path: Path) -> RosterPreview:
    """Write the roster as a form, and read it back as it is."""
    data = clock.step(
        "writing the roster", lambda: write_roster(cache, user=PLANNER, scope="", at=AT, language="zh")
    )
    path.write_bytes(data)
    preview = clock.step("reading it back", lambda: read_roster(path, cache=cache, user=PLANNER, at=AT))
    print(f"    {preview.summary}")
    return preview


def measure(folder: Path, count: int) -> None:
    """All steps on a county of its own."""
    workspace = drawn_county(folder / "county.gpkg")
    write_office_list(folder / "office.xlsx", workspace, count)
    cache, clock = PlanCache(workspace), Clock()
    cache.plan()
    print(f"\n{count:,} rows, {TOWNSHIPS * VILLAGES:,} villages{'CPU s':>20}{'wall s':>9}{'MB':>9}")
    bring_in(clock, cache, folder / "office.xlsx")
    matched = clock.spent[0] + clock.spent[1]
    held = "holds" if matched <= MOST_SECONDS else "SHORT"
    print(f"  read and matched in {matched:.1f} CPU s; at most {MOST_SECONDS:.0f} s: {held}")
    source = read_source(folder / "office.xlsx", "people")
    again = clock.step(
        "the same list again: preview",
        lambda: preview_import(
            cache, source, suggested(workspace, source), Decisions(accept_clear=True), user=PLANNER, at=AT
        ),
    )
    print(f"    {again.summary}")
    bring_back(clock, cache, folder / "roster.xlsx")


def main() -> None:
    """Draw, bring in, print."""
    parser = argparse.ArgumentParser(description="38,000 rows of a roster against 6,000 villages.")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--profile", action="store_true", help="print where the time went")
    options = parser.parse_args()
    print_machine()
    profile = cProfile.Profile() if options.profile else None
    with tempfile.TemporaryDirectory() as folder:
        if profile is None:
            measure(Path(folder), options.rows)
        else:
            profile.runcall(measure, Path(folder), options.rows)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
