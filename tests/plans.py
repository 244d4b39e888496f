"""A small drawn plan: one county, two townships, three villages, six cells, a day in February.

County 99
├── North 9901 ── N1 (cells 1 2 3), N2 (cell 4)
└── South 9902 ── S1 (cells 5 6)
"""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from gridmap.model.plan import Plan, Scheme

NOON = datetime(2020, 2, 10, 12)
LONG_AGO = datetime(2020, 1, 1)


def post(person: str, function: str, kind: str, target: str, **extra: object) -> dict[str, object]:
    """One row of posts, open since long ago unless `extra` says otherwise."""
    return {
        "person_id": person, "function": function, "tier": None, "target_kind": kind, "target_code": target,
        "valid_from": LONG_AGO, "valid_to": None, "arrived_at": None, "version": 1, **extra,
    }  # fmt: skip


def posts_frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows of `post` as Plan.posts."""
    columns = list(post("", "", "", ""))
    frame = pd.DataFrame(
        rows, columns=columns, index=pd.Index([f"p{i}" for i in range(len(rows))], name="id")
    )
    frame["valid_from"] = pd.to_datetime(frame["valid_from"])
    frame["valid_to"] = pd.to_datetime(frame["valid_to"])
    frame["arrived_at"] = pd.to_datetime(frame["arrived_at"])
    frame["tier"] = frame["tier"].astype("Int64")
    return frame


def _frame(text: str) -> pd.DataFrame:
    """A frame from rows of `index col col …`; `-` is missing."""
    header, *rows = [line.split() for line in text.strip().splitlines()]
    frame = pd.DataFrame(rows, columns=header).set_index(header[0]).replace("-", None)
    return frame.assign(version=1)


def units() -> pd.DataFrame:
    """Plan.units of the drawn county; each village has 1 km²."""
    frame = _frame("""
        code name   level    parent_code
        99   County county   -
        9901 North  township 99
        9902 South  township 99
        N1   N1     village  9901
        N2   N2     village  9901
        S1   S1     village  9902
    """)
    return frame.assign(kind=frame["level"], households=0, population=0, area_m2=1e6)


def cells() -> pd.DataFrame:
    """Plan.cells: six cells of 100 × their number households."""
    frame = _frame("""
        code name  parent_code seq
        c1   Cell1 N1          1
        c2   Cell2 N1          2
        c3   Cell3 N1          3
        c4   Cell4 N2          1
        c5   Cell5 S1          1
        c6   Cell6 S1          2
    """)
    area = [4e5, 3e5, 3e5, 1e6, 5e5, 5e5]
    return frame.assign(
        kind="base", households=[100, 200, 300, 400, 500, 600], area_m2=area, compactness=0.7, feasible=True,
        active=True, bounds_note="", seq=frame["seq"].astype(int),
    )  # fmt: skip


def plan(posts: list[dict[str, object]] | None = None, **changes: object) -> Plan:
    """The drawn plan with these posts; keyword arguments replace its fields."""
    checkpoints = _frame("""
        code name  kind       gate_state unit_code second_unit_code
        k1   Gate1 checkpoint open       N1        S1
        k2   Gate2 duty_point open       N2        -
        k3   Gate3 checkpoint sealed     S1        -
    """).assign(
        minimum_staff=2, team_id=None, temp_party_branch=True, emergency_phone="", lon=116.5, lat=38.0
    )
    sites = _frame("""
        code name  kind       unit_code cell_code
        s1   Firm  enterprise N1        c1
        s2   Shop  market     N2        c4
        s3   Class school     S1        c5
    """).assign(visit_days=7, team_id="t1", lon=116.6, lat=38.1)
    visits = pd.DataFrame(
        {
            "site_code": ["s1", "s1", "s2", "s3"],
            "team_id": "t1",
            "visited_at": pd.to_datetime(["2020-02-09", "2020-02-05", "2020-01-05", "2020-02-11"]),
        },
        index=pd.Index(["v1", "v2", "v3", "v4"], name="id"),
    )
    people = _frame("id name\nann Ann\nbob Bob\ncai Cai").assign(
        phone="100****0001", title="", sending_unit="", unit_code="99", team_id=None
    )
    teams = _frame("id name kind unit_code\nt1 Team service_team 99")
    made: dict[str, object] = {
        "workspace": "drawn",
        "title": "Drawn county",
        "revision": 3,
        "geometry_revision": 1,
        "scheme": Scheme(),
        "demo_clock": None,
        "units": units(),
        "cells": cells(),
        "people": people,
        "teams": teams,
        "posts": posts_frame(posts or []),
        "checkpoints": checkpoints,
        "contact_sites": sites,
        "visits": visits,
    }
    return Plan(**{**made, **changes})  # type: ignore[arg-type] # one dict of fields of different types
