"""What matching left open, as faults of the cells that ask: units and people to be decided by a person."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from gridmap.messages import Message, msg
from gridmap.model.faults import Fault, FaultKind, Outcome
from gridmap.read.matching.people import PeopleMatches
from gridmap.read.matching.units import UnitMatches
from gridmap.read.tables.office_tables import OfficeTable

RowOf = Callable[[Hashable], int]
"""The row of the sheet that a key of a query stands for."""


def unit_faults(matches: UnitMatches, table: OfficeTable, letter: str, row_of: RowOf) -> list[Fault]:
    """A fault for each row that matches no unit or several, with the likeliest ones to choose from."""
    faults = []
    for row, question in matches.asked.items():
        names = [f"{suggestion.name} ({suggestion.code})" for suggestion in question.suggestions]
        remains = msg("Choose one of {names}, or correct the name.", names=names)
        fault = _fault(table, letter, row_of(row), question.kind, question.why)
        faults.append(fault(remains if names else msg("Correct the name, or add the unit.")))
    return faults


def people_faults(matches: PeopleMatches, table: OfficeTable, letter: str, row_of: RowOf) -> list[Fault]:
    """A fault for each row that means nobody, several, or somebody new."""
    faults = []
    for row, question in matches.asked.items():
        labels = [person.label for person in question.candidates]
        remains = msg("Choose one of {names}, or give the phone.", names=labels)
        fault = _fault(table, letter, row_of(row), question.kind, question.why)
        faults.append(fault(remains if labels else msg("Give the name with a phone or a unit.")))
    for person in matches.new:
        why = msg("{name} is not in the roster", name=person.name)
        faults += [
            _fault(table, letter, row_of(row), FaultKind.PERSON_UNKNOWN, why)(
                msg("Say whether to add this person.")
            )
            for row in person.rows
        ]
    return sorted(faults, key=lambda fault: fault.row or 0)


def _fault(
    table: OfficeTable, letter: str, row: int, kind: FaultKind, why: Message
) -> Callable[[Message], Fault]:
    """A fault of a cell, once it is said what remains."""
    value = str(table.frame.at[row, letter])
    return lambda remains: table.fault_at(
        row, letter, kind=kind, message=why, outcome=Outcome.ASKED, value=value, remains=remains
    )
