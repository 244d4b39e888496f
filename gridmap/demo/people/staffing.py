"""Who answers for units and cells: heads, members, advisers and linked cadres, past, present and planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import geopandas as gpd
import pandas as pd
from numpy.random import Generator

from gridmap.demo.faults import Planting
from gridmap.demo.land.ground import Ground
from gridmap.demo.people.register import Register
from gridmap.model.people import Function, TargetKind
from gridmap.model.places import Level, UnitKind
from gridmap.names import CODE, KIND, NAME, PARENT_CODE

_TITLES = {
    UnitKind.SUBDISTRICT.value: "街道党工委书记",
    UnitKind.TOWN.value: "镇党委书记",
    UnitKind.TOWNSHIP.value: "乡党委书记",
    UnitKind.COMMUNITY.value: "社区党委书记",
    UnitKind.VILLAGE.value: "村党支部书记",
}
_HELD = ((1, 0.78), (2, 0.16), (3, 0.06))
"""How many neighbouring cells one member holds, and how often."""
_SECOND_MEMBER = 0.3
"""Share of covered cells that have a second member."""
_LINKED_SHARE = 0.25
"""Share of villages that a cadre of the county is linked to."""


def post_staff(
    ground: Ground,
    cells: pd.DataFrame,
    planting: Planting,
    register: Register,
    clock: datetime,
    rng: Generator,
) -> None:
    """Post people to all units and cells, except where the planting says otherwise.

    Args:
        ground: the units.
        cells: by code: parent_code, active.
        planting: the cells to leave vacant or to overload, the villages to leave without a head.
        register: where people and posts are entered.
        clock: the moment at which the planted faults hold.
        rng: where everything else is drawn from.
    """
    staff = _Staff(register, clock, rng)
    secretaries = staff.post_heads(ground, planting)
    active = cells[cells["active"]].sort_index()
    staff.leave_vacant(active, planting.vacant)
    for run in planting.overloaded:
        staff.post_member(list(run))
    taken = {*planting.vacant, *(code for run in planting.overloaded for code in run)}
    staff.post_members(active[~active.index.isin(taken)], secretaries)
    staff.post_cadres(ground)


class _Staff:
    def __init__(self, register: Register, clock: datetime, rng: Generator) -> None:
        self._register, self._clock, self._rng = register, clock, rng
        self._midnight = clock.replace(hour=0, minute=0)

    def post_heads(self, ground: Ground, planting: Planting) -> dict[str, str]:
        """Tier-1 and tier-2 heads; returns the secretary of each village that has one."""
        for unit in _rows(ground.at(Level.TOWNSHIP)):
            self._post_unit(self._office_holder(unit), Function.HEAD, unit[CODE], tier=1)
            deputy = self._register.enter(
                title=_TITLES[unit[KIND]].replace("书记", "副书记"),
                sending_unit=unit[NAME],
                unit_code=unit[CODE],
            )
            self._post_unit(deputy, Function.DEPUTY, unit[CODE], tier=1)
        secretaries: dict[str, str] = {}
        for unit in _rows(ground.at(Level.VILLAGE)):
            person = self._office_holder(unit)
            if unit[CODE] in planting.headless:
                self._post_unit(person, Function.HEAD, unit[CODE], tier=2, until=self._days(-2))
            else:
                self._post_unit(person, Function.HEAD, unit[CODE], tier=2)
                secretaries[unit[CODE]] = person
        return secretaries

    def leave_vacant(self, cells: pd.DataFrame, vacant: tuple[str, ...]) -> None:
        """Vacant cells had a member, will have one, or neither."""
        for number, code in enumerate(vacant):
            unit = str(cells.at[code, PARENT_CODE])
            if number % 4 == 1:
                self._post_cells(self._member(unit), [code], until=self._days(-int(self._rng.integers(0, 9))))
            elif number % 7 == 3:
                self._post_cells(self._member(unit), [code], since=self._days(int(self._rng.integers(1, 4))))

    def post_members(self, cells: pd.DataFrame, secretaries: dict[str, str]) -> None:
        """A member for every run of neighbouring cells; some cells have a head, some two members."""
        parents = cells[PARENT_CODE]
        for run in self._runs([str(code) for code in cells.index]):
            unit = str(parents[run[0]])
            alone = len(run) == 1 and (parents == unit).sum() == 1
            if alone and unit in secretaries and self._rng.random() < 0.35:
                self._post_cells(secretaries[unit], run, function=Function.HEAD)
            else:
                self.post_member(run)
            for code in run:
                if self._rng.random() < _SECOND_MEMBER:
                    self.post_member([code])

    def post_member(self, codes: list[str]) -> None:
        """One member for some cells; some came after another, some are to be relieved."""
        unit = codes[0][:12]
        person, fate = self._member(unit), self._rng.random()
        if fate < 0.08 and len(codes) == 1:
            change = self._days(-int(self._rng.integers(1, 20)))
            self._post_cells(self._member(unit), codes, until=change)
            self._post_cells(person, codes, since=change)
        elif fate < 0.11 and len(codes) == 1:
            change = self._days(int(self._rng.integers(1, 6)))
            self._post_cells(person, codes, until=change)
            self._post_cells(self._member(unit), codes, since=change)
        else:
            self._post_cells(person, codes)

    def post_cadres(self, ground: Ground) -> None:
        """An adviser for each township, and cadres of the county linked to some villages."""
        for unit in _rows(ground.at(Level.TOWNSHIP)):
            self._post_unit(
                self._register.enter_from_bureau(unit_code=unit[CODE]), Function.ADVISER, unit[CODE]
            )
        for unit in _rows(ground.at(Level.VILLAGE)):
            if self._rng.random() < _LINKED_SHARE:
                person = self._register.enter_from_bureau(unit_code=unit[CODE])
                self._post_unit(person, Function.LINKED_CADRE, unit[CODE])

    def _runs(self, codes: list[str]) -> Iterator[list[str]]:
        """Divide cells, in the order of codes, among members; a member's cells lie in one township."""
        start = 0
        lengths, chances = zip(*_HELD, strict=True)
        while start < len(codes):
            length = int(self._rng.choice(lengths, p=chances))
            run = [code for code in codes[start : start + length] if code[:9] == codes[start][:9]]
            yield run
            start += len(run)

    def _office_holder(self, unit: dict[str, str]) -> str:
        return self._register.enter(title=_TITLES[unit[KIND]], sending_unit=unit[NAME], unit_code=unit[CODE])

    def _member(self, unit_code: str) -> str:
        """Two members in three are local, the others sent by the county."""
        if self._rng.random() < 0.33:
            return self._register.enter_from_bureau(unit_code=unit_code)
        title = ("村干部", "网格员", "网格员", "妇联主席", "村民小组长", "社区工作者")[
            int(self._rng.integers(6))
        ]
        return self._register.enter(title=title, sending_unit="", unit_code=unit_code)

    def _post_unit(
        self,
        person: str,
        function: Function,
        code: str,
        *,
        tier: int | None = None,
        until: datetime | None = None,
    ) -> None:
        self._register.post(
            person,
            function,
            kind=TargetKind.UNIT,
            target=code,
            valid_from=self._appointed(),
            valid_to=until,
            tier=tier,
        )

    def _post_cells(
        self,
        person: str,
        codes: list[str],
        *,
        function: Function = Function.MEMBER,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        start = since or self._appointed()
        for code in codes:
            self._register.post(
                person, function, kind=TargetKind.CELL, target=code, valid_from=start, valid_to=until
            )

    def _appointed(self) -> datetime:
        return self._days(-int(self._rng.integers(25, 400)))

    def _days(self, days: int) -> datetime:
        """Eight in the morning so many days from today."""
        return self._midnight + timedelta(days=days, hours=8)


def _rows(units: gpd.GeoDataFrame) -> list[dict[str, str]]:
    return [
        dict(zip((CODE, NAME, KIND), row, strict=True))
        for row in zip(units[CODE], units[NAME], units[KIND], strict=True)
    ]
