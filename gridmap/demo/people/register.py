"""The register: people and posts are entered one by one and read out as tables."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from numpy.random import Generator

from gridmap.demo.people.names import draw_name, phone_number
from gridmap.model.people import Function, TargetKind

BUREAUS = (
    *(
        "县财政局",
        "县教育局",
        "县交通运输局",
        "县农业农村局",
        "县水务局",
        "县住建局",
        "县自然资源局",
        "县民政局",
    ),
    *(
        "县人社局",
        "县卫健局",
        "县市场监管局",
        "县应急管理局",
        "县统计局",
        "县审计局",
        "县司法局",
        "县文旅局",
        "县发改局",
    ),
    *(
        "县工信局",
        "县商务局",
        "县城管局",
        "县税务局",
        "县公安局",
        "县总工会",
        "团县委",
        "县妇联",
        "县供销社",
        "县残联",
    ),
)


class Register:
    """Collects people and posts; ids count up in the order of entry."""

    def __init__(self, rng: Generator) -> None:
        self._rng = rng
        self._people: list[dict[str, object]] = []
        self._posts: list[dict[str, object]] = []

    def enter(self, *, title: str, sending_unit: str, unit_code: str, team_id: str | None = None) -> str:
        """Enter a new person and return the id."""
        number = len(self._people) + 1
        self._people.append(
            {
                "id": f"R{number:05d}",
                "name": draw_name(self._rng),
                "phone": phone_number(number),
                "title": title,
                "sending_unit": sending_unit,
                "unit_code": unit_code,
                "team_id": team_id,
            }
        )
        return f"R{number:05d}"

    def enter_from_bureau(self, *, unit_code: str, team_id: str | None = None) -> str:
        """Enter a cadre of one of the county's bureaus."""
        title = ("科员", "科员", "一级科员", "副股长", "股长", "四级主任科员")[int(self._rng.integers(6))]
        bureau = BUREAUS[int(self._rng.integers(len(BUREAUS)))]
        return self.enter(title=title, sending_unit=bureau, unit_code=unit_code, team_id=team_id)

    def post(
        self,
        person: str,
        function: Function,
        kind: TargetKind,
        target: str,
        valid_from: datetime,
        valid_to: datetime | None = None,
        tier: int | None = None,
    ) -> None:
        """Post a person somewhere."""
        self._posts.append(
            {
                "id": f"P{len(self._posts) + 1:06d}",
                "person_id": person,
                "function": function.value,
                "tier": tier,
                "target_kind": kind.value,
                "target_code": target,
                "valid_from": valid_from,
                "valid_to": valid_to,
            }
        )

    def people(self) -> pd.DataFrame:
        """All people, by id."""
        return pd.DataFrame(self._people)

    def posts(self) -> pd.DataFrame:
        """All posts, by id; `valid_to` is NaT while open, `tier` is missing where none applies."""
        frame = pd.DataFrame(self._posts)
        frame["tier"] = frame["tier"].astype("Int64")
        for column in ("valid_from", "valid_to"):
            frame[column] = pd.to_datetime(frame[column])
        return frame
