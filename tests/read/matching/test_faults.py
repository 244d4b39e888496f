"""What matching left open is told at the cells that ask."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from gridmap.model.faults import FaultKind, Outcome
from gridmap.read.matching.faults import people_faults, unit_faults
from gridmap.read.matching.people import PersonQuery, RosterPerson, match_people
from gridmap.read.matching.units import UnitQuery, match_units
from gridmap.read.tables.office_tables import OfficeTable, office_table
from gridmap.read.tables.sheets import RawSheet

UNITS = pd.DataFrame(
    {
        "name": ["云泽县", "河东镇", "河西镇", "傅楼村", "李村", "李村"],
        "parent_code": ["", "1", "1", "2", "2", "3"],
    },
    index=pd.Index(["1", "2", "3", "4", "5", "6"], name="code"),
)
ROSTER = [RosterPerson("p1", "张伟", "100****0001", ("县医院",)), RosterPerson("p2", "张伟", "100****0002")]


def table() -> OfficeTable:
    rows = (("村名", "姓名"), ("付楼村", "张伟"), ("李村", "孙莉"), ("无名", "周杰"))
    return office_table("r.xlsx", RawSheet("S", rows))


def row_of(key: Hashable) -> int:
    assert isinstance(key, int)
    return key


def test_units_to_be_decided() -> None:
    given = table()
    queries = [UnitQuery(row_of(row), str(name)) for row, name in given.frame["A"].items()]
    faults = unit_faults(match_units(queries, UNITS), given, "A", row_of)
    assert [(fault.cell, fault.kind, fault.outcome) for fault in faults] == [
        ("A2", FaultKind.UNIT_UNKNOWN, Outcome.ASKED),
        ("A3", FaultKind.UNIT_AMBIGUOUS, Outcome.ASKED),
        ("A4", FaultKind.UNIT_UNKNOWN, Outcome.ASKED),
    ]
    assert str(faults[0].remains).startswith("Choose one of 河东镇 傅楼村 (4)")
    assert "河东镇 李村 (5), 河西镇 李村 (6)" in str(faults[1].remains)
    assert str(faults[2].remains) == "Correct the name, or add the unit."
    assert (faults[0].column, faults[0].value) == ("村名", "付楼村")


def test_people_to_be_decided() -> None:
    given = table()
    queries = [
        PersonQuery(row_of(row), str(name), unit="县医院" if name == "孙莉" else "")
        for row, name in given.frame["B"].items()
    ]
    faults = people_faults(match_people(queries, ROSTER, {}), given, "B", row_of)
    assert [(fault.cell, fault.kind) for fault in faults] == [
        ("B2", FaultKind.PERSON_AMBIGUOUS),
        ("B3", FaultKind.PERSON_UNKNOWN),
        ("B4", FaultKind.PERSON_UNKNOWN),
    ]
    assert str(faults[0].remains) == "Choose one of 张伟 · 县医院 · 0001, 张伟 · 0002, or give the phone."
    assert str(faults[1].told) == "r.xlsx; sheet or layer S; cell B3: 孙莉 is not in the roster"
