"""Teams: a work team for every township-level unit, service teams of bureaus, teams in some villages."""

from __future__ import annotations

import pandas as pd
from numpy.random import Generator

from gridmap.demo.extent import COUNTY_CODE, COUNTY_NAME
from gridmap.demo.land.ground import Ground
from gridmap.demo.people.register import BUREAUS
from gridmap.model.places import Level
from gridmap.model.sites import TeamKind
from gridmap.names import CODE, KIND, NAME

_SERVICE_TEAMS = 10


def form_teams(ground: Ground, rng: Generator) -> pd.DataFrame:
    """Form the teams.

    Returns:
        id, name, kind, unit_code; work teams first, in the order of township-level units.
    """
    townships, villages = ground.at(Level.TOWNSHIP), ground.at(Level.VILLAGE)
    rows = [
        (f"{COUNTY_NAME}驻{name}工作组", TeamKind.WORK_TEAM, code)
        for name, code in zip(townships[NAME], townships[CODE], strict=True)
    ]
    rows += [
        (f"{BUREAUS[bureau]}服务队", TeamKind.SERVICE_TEAM, COUNTY_CODE + "000000")
        for bureau in rng.choice(len(BUREAUS), _SERVICE_TEAMS, replace=False).tolist()
    ]
    rural = villages[villages[KIND] == "village"]
    chosen = sorted(rng.choice(len(rural), len(rural) // 10, replace=False).tolist())
    rows += [
        (f"驻{unit[NAME]}工作队", TeamKind.VILLAGE_TEAM, unit[CODE])
        for _, unit in rural.iloc[chosen].iterrows()
    ]
    return pd.DataFrame(
        [
            {"id": f"T{number:03d}", NAME: name, KIND: kind.value, "unit_code": code}
            for number, (name, kind, code) in enumerate(rows, start=1)
        ]
    )


def team_of_units(unit_codes: pd.Series[str], teams: pd.DataFrame) -> list[str]:
    """For each unit the team of its own where it has one, else the work team of the unit above."""
    teams_of = dict(zip(teams["unit_code"], teams["id"], strict=True))
    return [str(teams_of.get(code, teams_of[f"{code[:9]}000"])) for code in unit_codes]
